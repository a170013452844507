/** A case of the benchmark: our command, its reference, and its budget. */

import type { Place } from "./place.ts";
import type { Side } from "./side.ts";

/**
 * The budget.
 *
 * - `ratio`: ours / reference.
 * - `ratio_beyond_start_up`: (ours - start-up) / reference.
 * - `beyond_reference`: ours - reference, in milliseconds.
 * - `absolute`: ours, in milliseconds or bytes.
 */
export interface Budget {
  readonly kind: "ratio" | "ratio_beyond_start_up" | "beyond_reference" | "absolute";
  readonly atMost: number;
}

/** Wall time in milliseconds, or the peak of resident memory in bytes. */
export type Figure = "time" | "peak_memory";

export interface Case {
  readonly ours: Side;
  readonly reference: Side;
  /** Our program without the work; measured in the same round where the budget refers to it. */
  readonly startUp?: Side;
  /**
   * Runs before each measured process, outside of its time, and at the end: removes what the process before
   * left. Data that is not on the disk yet would otherwise delay the next one that syncs.
   */
  readonly clean?: () => Promise<void>;
}

export const GROUPS = [
  "start-up",
  "run",
  "output",
  "hash",
  "records",
  "inputs",
  "graph",
  "peers",
  "others",
] as const;
export type Group = typeof GROUPS[number];

export interface CaseDefinition {
  /** The name for `--only` and in the results: snake_case. */
  readonly name: string;
  readonly group: Group;
  /** The name in the table. */
  readonly what: string;
  readonly figure: Figure;
  /** Without a budget, the row is only informative. */
  readonly budget?: Budget;
  /** How often each side is measured. */
  readonly rounds: number;
  /** Required programs; where one is missing the case is left out, and the table says so. */
  readonly needs?: readonly string[];
  /** A remark for a fair comparison. */
  readonly note?: string;
  prepare(place: Place): Promise<Case>;
}
