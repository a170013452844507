/** The format of `bench.json`. */

import type { Budget, Figure, Group } from "./case.ts";
import type { Verdict } from "./compare.ts";
import type { DurableWrite } from "./durable.ts";
import type { Growth } from "./growth.ts";
import type { Machine, Subject } from "./machine.ts";
import type { Spread } from "./stats.ts";
import type { Timeline } from "./timeline.ts";

export interface CaseResult {
  readonly name: string;
  readonly group: Group;
  readonly what: string;
  readonly against: string;
  /** `time` is in milliseconds, `peak_memory` in bytes. */
  readonly figure: Figure;
  readonly ours: Spread;
  readonly reference: Spread;
  readonly start_up: Spread | null;
  /** Computed for each round: the value that the budget limits, otherwise ours / reference. */
  readonly judged: Spread;
  readonly budget: { readonly kind: Budget["kind"]; readonly at_most: number } | null;
  readonly verdict: Verdict;
  /** The share of all processors that others used meanwhile, 0 to 1; null where the system does not tell. */
  readonly others_share: number | null;
  readonly note: string | null;
}

export interface Omission {
  readonly name: string;
  readonly reason: string;
}

export interface Report {
  readonly format: 1;
  readonly kind: "bench";
  readonly measured_at: string;
  readonly subject: Subject;
  readonly machine: Machine;
  /** By name, the versions of usable programs; null where one was not found. */
  readonly tools: Readonly<Record<string, string | null>>;
  readonly stopwatch: string;
  readonly is_quick: boolean;
  readonly cases: readonly CaseResult[];
  /** The machine lacks a requirement. */
  readonly left_out: readonly Omission[];
  /** They could not be measured, which is a fault. */
  readonly failed: readonly Omission[];
  /** Empty where it was not requested, like the two below. */
  readonly durable_writes: readonly DurableWrite[];
  readonly growth: readonly Growth[];
  readonly timelines: readonly Timeline[];
}
