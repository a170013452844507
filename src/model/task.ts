/**
 * A task: a piece of wanted work that moves through plan, build and doc, in the form of a validated
 * configuration.
 */

import type { ExecutorName } from "./executor.ts";
import type { CommandDefinition } from "./job.ts";

export const DECLARED_TASK_STATUSES = ["planned", "in_progress", "done"] as const;

/** The status that the configuration declares; once there are records, they take precedence. */
export type DeclaredTaskStatus = (typeof DECLARED_TASK_STATUSES)[number];

/** A condition under which the task counts as done. */
export interface Criterion {
  readonly id: string;
  readonly text: string;
  /** The argv of the check; undefined: a person has to confirm the criterion. */
  readonly check: readonly [string, ...string[]] | undefined;
  /** The timeout of the check; undefined: none. */
  readonly timeoutMs: number | undefined;
  /** Each build runs the check, even where nothing changed. */
  readonly fresh: boolean;
}

export interface Task extends CommandDefinition {
  /** Documents tied to the task. */
  readonly documents: readonly string[];
  /** `orchastration`, `external` or `owner/name`. */
  readonly repo: string | undefined;
  readonly acceptance: readonly Criterion[];
  /** Tasks that must be done before this one is built. */
  readonly needs: readonly string[];
  /** It can be built beside other tasks with the same working directory that can be, too. */
  readonly parallel: boolean;
  /** Where its command runs; its checks always run on this machine. */
  readonly executor: ExecutorName;
  /** Names of services that are ready before it is built. */
  readonly uses: readonly string[];
  readonly declaredStatus: DeclaredTaskStatus | undefined;
}
