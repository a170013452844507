/** What a case of the benchmark is: ours, what it is held against, and how much it may cost. */

import type { Place } from "./place.ts";
import type { Side } from "./side.ts";

/**
 * How much ours may cost.
 *
 * - `ratio`: ours / reference.
 * - `ratio_beyond_start_up`: (ours - start-up) / reference.
 * - `beyond_reference`: ours - reference, in milliseconds.
 */
export interface Budget {
  readonly kind: "ratio" | "ratio_beyond_start_up" | "beyond_reference";
  readonly atMost: number;
}

/** Wall time in milliseconds, or the peak of the resident memory in bytes. */
export type Figure = "time" | "peak_memory";

export interface Case {
  readonly ours: Side;
  readonly reference: Side;
  /** Ours without the work; measured in the same round where the budget speaks of it. */
  readonly startUp?: Side;
  /**
   * Before each measured process, outside of its time, and at the end: removes what the one before has left. What is not yet
   * on the disk would otherwise hold up whoever syncs next.
   */
  readonly clean?: () => Promise<void>;
}

export const GROUPS = ["start-up", "run", "output", "hash", "records", "inputs", "others"] as const;
export type Group = typeof GROUPS[number];

export interface CaseDefinition {
  /** What `--only` takes, and what the results are kept under: snake_case. */
  readonly name: string;
  readonly group: Group;
  /** As the table shows it. */
  readonly what: string;
  readonly figure: Figure;
  /** Without one, the row is there to be looked at. */
  readonly budget?: Budget;
  /** How often each side is measured. */
  readonly rounds: number;
  /** Programs that it needs; where one is not found the case is left out, and the table says so. */
  readonly needs?: readonly string[];
  /** What the reader has to know to be fair. */
  readonly note?: string;
  prepare(place: Place): Promise<Case>;
}
