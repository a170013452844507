/** A run of a graph, as it is stored: its nodes, what each of them needed, and how each ended. Types alone. */

import type { RunId } from "./ids.ts";
import type { NotStartedCause, RunStatus } from "./run_status.ts";

/** The reaction to a node that did not succeed. */
export const AFTER_FAILURE = ["stop", "keep_going", "fail_fast"] as const;
export type AfterFailure = (typeof AFTER_FAILURE)[number];

/** Why a node never began, other than because of one of its own needs. */
const LEFT_OUT_CAUSES = ["stopped_after_failure", "cancelled", "refused", "interrupted"] as const;
export type LeftOutCause = (typeof LEFT_OUT_CAUSES)[number];

/**
 * A node is `waiting` until it begins; `skipped`: something that it needs did not succeed; `unconfirmed`: a task was built, but a
 * person has to confirm it before what needs it can be built.
 */
export const NODE_STATUSES = ["waiting", "skipped", "unconfirmed"] as const;
export type NodeStatus = RunStatus | (typeof NODE_STATUSES)[number];

export interface GraphNodeRecord {
  readonly name: string;
  /** A group has no process and no run: it ends when its needs have ended. */
  readonly subject: "job" | "group" | "task";
  readonly status: NodeStatus;
  /** One sentence: why the status is what it is. */
  readonly reason: string;
  /** Present only for a node that was not started. */
  readonly cause?: LeftOutCause | NotStartedCause;
  /** Present only for a skipped node: the node that did not succeed. */
  readonly because?: string;
  /** The run that executed the node, or found it up to date; null where there was none. */
  readonly run: RunId | null;
  /** The digest of the definition, with the values of secrets replaced; null for a group. */
  readonly definition_sha256: string | null;
  /** When everything that the node needs had ended; null where that never happened. */
  readonly ready_time: string | null;
  readonly start_time: string | null;
  readonly end_time: string | null;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

/** The comparison that chose the jobs of `run --changed-since`. */
export interface ChangedSinceRecord {
  /** As it was asked for. */
  readonly revision: string;
  /** The commit that was compared with; null where the clone is too shallow, so that everything was run. */
  readonly merge_base: string | null;
  /** How many files differ. */
  readonly files: number;
  /** Those of them that are inputs of no job; only some are named. */
  readonly uncovered: readonly string[];
  readonly more_uncovered: number;
}

export interface GraphRecord {
  /** Own names of the requested jobs and groups. */
  readonly targets: readonly string[];
  readonly after_failure: AfterFailure;
  /** Present only for `run --again`: the graph whose nodes that did not succeed this one repeats. */
  readonly again?: RunId;
  /** Present only for `run --changed-since`. */
  readonly changed_since?: ChangedSinceRecord;
  /** All of its nodes run elsewhere, and no process of ours stays for it. */
  readonly unattended?: true;
  /** The largest number of nodes that ran at a time. */
  readonly jobs: number;
  /** Sorted by name within what can be run at the same time. */
  readonly nodes: readonly GraphNodeRecord[];
  /** From the needed node to the node that needs it. */
  readonly edges: readonly GraphEdge[];
  /** The chain of nodes that took longest, from the first to the last; empty until the graph has ended. */
  readonly critical_path: readonly string[];
}
