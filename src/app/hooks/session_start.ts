/** What an assistant should know at the beginning of a session: what goes on, what failed last, and which tasks are open. */

import { isDone } from "../../model/derive_task_status.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { TaskView } from "../../model/task_view.ts";
import { showStatus } from "../jobs/show_status.ts";
import { listTasks } from "../tasks/list_tasks.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface SessionFacts {
  readonly running: readonly RunRecord[];
  /** The newest last run of a job that did not end well. */
  readonly failing: RunRecord | undefined;
  /** Planned and not done, or stale. */
  readonly open: readonly TaskView[];
}

export async function sessionFacts(workspace: Workspace): Promise<Result<SessionFacts, Failure>> {
  const status = await showStatus(workspace, undefined);
  if (!status.ok) return status;
  const listed = await listTasks(workspace);
  if (!listed.ok) return listed;
  const bad = status.value.jobs.flatMap(({ last }) => last === undefined ? [] : [last.record])
    .filter(({ status }) => !["succeeded", "up_to_date", "running"].includes(status));
  return ok({
    running: status.value.running,
    failing: bad.toSorted((one, other) => other.start_time.localeCompare(one.start_time))[0],
    open: listed.value.tasks.filter((view) => (view.record?.plan ?? null) !== null && !isDone(view)),
  });
}
