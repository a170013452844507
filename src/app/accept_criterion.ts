/** A person's word that a criterion of a task is met, given for its last build. */

import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { suggest } from "../model/suggest.ts";
import type { TaskRecord } from "../model/task_record.ts";
import { statusAfter } from "./build_task.ts";
import { findTask } from "./find_task.ts";
import { requestedBy } from "./requester.ts";
import { withTask } from "./with_task.ts";
import type { Workspace } from "./workspace.ts";

export interface AcceptRequest {
  readonly name: string;
  readonly criterion: string;
  readonly note: string | undefined;
}

export async function acceptCriterion(
  workspace: Workspace,
  request: AcceptRequest,
): Promise<Result<TaskRecord, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const task = findTask(project.value, request.name);
  if (!task.ok) return task;
  const criterion = task.value.acceptance.find(({ id }) => id === request.criterion);
  const refused = (fact: string, next: string | undefined) =>
    fail({ code: "refused", action: "accept", value: request.criterion, fact, next } as const);
  if (criterion === undefined) {
    const known = task.value.acceptance.map(({ id }) => id);
    const nearest = suggest(request.criterion, known);
    return refused(
      known.length === 0
        ? `task ${request.name} has no acceptance criteria`
        : `task ${request.name} has no such criterion; it has ${known.join(", ")}`,
      nearest === undefined ? undefined : `orchastration plan accept ${request.name} ${nearest}`,
    );
  }
  if (criterion.check !== undefined) {
    return refused(
      "it is checked by a command, and a person's word does not replace that",
      `orchastration build run ${request.name}`,
    );
  }
  return await withTask(workspace, request.name, ({ runs, tasks }) => {
    const record = tasks.read(request.name);
    if (!record.ok) return Promise.resolve(record);
    const build = record.value?.last_build == null ? undefined : runs.read(record.value.last_build.run);
    if (
      record.value === undefined || build === undefined || !build.ok ||
      build.value.record.status !== "succeeded"
    ) {
      return Promise.resolve(
        refused("there is no successful build to be confirmed", `orchastration build run ${request.name}`),
      );
    }
    const plan = record.value.plan;
    if (build.value.record.plan?.run !== plan?.run) {
      return Promise.resolve(
        refused("the last build was made by an earlier plan", `orchastration build run ${request.name}`),
      );
    }
    const { user, agent } = requestedBy(workspace.host.environment, workspace.host.terminal);
    const confirmed: TaskRecord = {
      ...record.value,
      confirmations: [...record.value.confirmations, {
        criterion: criterion.id,
        build: build.value.record.id,
        by: agent === null ? user : `${user ?? "somebody"} through ${agent}`,
        at: new Date(workspace.host.clock.nowMs()).toISOString(),
        note: request.note ?? null,
      }],
    };
    const next = { ...confirmed, ...statusAfter(task.value, confirmed, build.value.record) };
    const written = tasks.write(next);
    return Promise.resolve(written.ok ? ok(next) : written);
  });
}
