/** A task: a piece of wanted work that moves through plan, build and doc. The shape that a validated configuration gives. */

import type { CommandDefinition } from "./job.ts";

export const DECLARED_TASK_STATUSES = ["planned", "in_progress", "done"] as const;

/** What the configuration may say of a task; what the records say wins once there are any. */
export type DeclaredTaskStatus = (typeof DECLARED_TASK_STATUSES)[number];

export interface Task extends CommandDefinition {
  /** Paths the build is expected to leave behind, relative to the working directory. */
  readonly outputs: readonly string[];
  /** Documents tied to the task. */
  readonly documents: readonly string[];
  /** `orchastration`, `external` or `owner/name`. */
  readonly repo: string | undefined;
  readonly declaredStatus: DeclaredTaskStatus | undefined;
}
