/** A run of a graph, as it is stored: its nodes, what each of them needed, and how each ended. Types alone. */

import type { RunId } from "./ids.ts";
import type { NotStartedCause, RunStatus } from "./run_status.ts";

/** The reaction to a node that did not end well. */
export const AFTER_FAILURE = ["stop", "keep_going", "fail_fast"] as const;
export type AfterFailure = (typeof AFTER_FAILURE)[number];

/** Why a node was never begun, where it was not its own need that kept it. */
export const LEFT_OUT_CAUSES = ["stopped_after_failure", "cancelled", "refused", "interrupted"] as const;
export type LeftOutCause = (typeof LEFT_OUT_CAUSES)[number];

/**
 * A node is `waiting` until it begins; `skipped`: something that it needs did not end well; `unconfirmed`: a task was built, but a
 * person has to confirm it before what needs it can be built.
 */
export const NODE_STATUSES = ["waiting", "skipped", "unconfirmed"] as const;
export type NodeStatus = RunStatus | (typeof NODE_STATUSES)[number];

export interface GraphNodeRecord {
  readonly name: string;
  /** A group has no process and no run: it ends when its needs have. */
  readonly subject: "job" | "group" | "task";
  readonly status: NodeStatus;
  /** One sentence: why the status is what it is. */
  readonly reason: string;
  /** Only of a node that was not started. */
  readonly cause?: LeftOutCause | NotStartedCause;
  /** Only of a node that was skipped: the node that did not end well. */
  readonly because?: string;
  /** The run that carried it out, or that found it up to date; null where there was none. */
  readonly run: RunId | null;
  /** The digest of the definition, with the values of secrets replaced; null for a group. */
  readonly definition_sha256: string | null;
  /** When everything that it needs had ended; null where that never was. */
  readonly ready_time: string | null;
  readonly start_time: string | null;
  readonly end_time: string | null;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

export interface GraphRecord {
  /** Own names of what was asked for. */
  readonly targets: readonly string[];
  readonly after_failure: AfterFailure;
  /** Only of `run --again`: the run of a graph of which this one runs what did not end well. */
  readonly again?: RunId;
  /** At most so many nodes at a time. */
  readonly jobs: number;
  /** Sorted by name within what can be run at the same time. */
  readonly nodes: readonly GraphNodeRecord[];
  /** From the one that is needed to the one that needs it. */
  readonly edges: readonly GraphEdge[];
  /** The chain of nodes that took longest, from the first to the last; empty until the graph has ended. */
  readonly critical_path: readonly string[];
}
