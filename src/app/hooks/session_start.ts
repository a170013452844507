/** The context for an assistant at the beginning of a session: running runs, the last failure, open tasks, and commands that ran outside. */

import { isDone } from "../../model/derive_task_status.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { TaskView } from "../../model/task_view.ts";
import { showStatus } from "../jobs/show_status.ts";
import type { SeenOutside } from "../jobs/seen_outside.ts";
import { type ListedService, listServices } from "../services/list_services.ts";
import { listTasks } from "../tasks/list_tasks.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface SessionFacts {
  readonly running: readonly RunRecord[];
  readonly services: readonly ListedService[];
  /** The newest last run of a job that did not succeed. */
  readonly failing: RunRecord | undefined;
  /** Planned and not done, or stale. */
  readonly open: readonly TaskView[];
  /** Jobs whose commands ran outside after their last run. */
  readonly seen: readonly (SeenOutside & { readonly job: string })[];
}

export async function sessionFacts(workspace: Workspace): Promise<Result<SessionFacts, Failure>> {
  const status = await showStatus(workspace, undefined);
  if (!status.ok) return status;
  const listed = await listTasks(workspace);
  if (!listed.ok) return listed;
  const services = await listServices(workspace);
  if (!services.ok) return services;
  const up = services.value.services.filter(({ state }) => state !== "stopped");
  const isService = new Set(up.map(({ run }) => run?.id));
  const { jobs, running } = status.value;
  const bad = jobs.flatMap(({ last }) => last === undefined ? [] : [last.record])
    .filter(({ status }) => !["succeeded", "up_to_date", "running"].includes(status));
  return ok({
    running: running.filter(({ id }) => !isService.has(id)),
    services: up,
    failing: bad.toSorted((one, other) => one.start_time < other.start_time ? 1 : -1)[0],
    open: listed.value.tasks.filter((view) => (view.record?.plan ?? null) !== null && !isDone(view)),
    seen: jobs.flatMap(({ name, seen }) => seen === undefined ? [] : [{ job: name, ...seen }]),
  });
}
