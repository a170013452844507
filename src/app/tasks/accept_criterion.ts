/** A person's confirmation that a criterion of a task is met, given for its last build. */

import { nextCommand, type NextStep } from "../../model/next_step.ts";
import { criteriaOf } from "../../model/definition.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { maskText } from "../../model/secrets.ts";
import { suggest } from "../../model/suggest.ts";
import type { TaskRecord } from "../../model/task_record.ts";
import { criterionViews, reconcile, taskAfterBuild } from "../../model/task_status.ts";
import { requireFittingPlan, requireWritable } from "./plan_fit.ts";
import { requestedBy } from "../recording/requester.ts";
import { TaskReader } from "./task_reader.ts";
import { withTask } from "./with_task.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface AcceptRequest {
  readonly name: string;
  readonly criterion: string;
  readonly note: string | undefined;
}

export interface AcceptReport {
  readonly record: TaskRecord;
  /** Ids of the criteria that still wait for a confirmation. */
  readonly open: readonly string[];
}

export async function acceptCriterion(
  workspace: Workspace,
  request: AcceptRequest,
): Promise<Result<AcceptReport, Failure>> {
  const reader = await TaskReader.open(workspace);
  if (!reader.ok) return reader;
  const resolved = await reader.value.find(request.name);
  if (!resolved.ok) return resolved;
  const { task, project, configured } = resolved.value;
  const criterion = task.acceptance.find(({ id }) => id === request.criterion);
  const refused = (fact: string, next: NextStep) =>
    fail({ code: "refused", action: "accept", value: request.criterion, fact, next: [next] } as const);
  if (criterion === undefined) {
    const known = task.acceptance.map(({ id }) => id);
    return fail({
      code: "refused",
      action: "accept",
      value: request.criterion,
      fact: known.length === 0
        ? `task ${request.name} has no acceptance criteria`
        : `task ${request.name} has no criterion of this id; it has ${known.join(", ")}`,
      suggestion: suggest(request.criterion, known),
      next: [nextCommand("plan status", request.name)],
    });
  }
  if (criterion.check !== undefined) {
    return refused(
      "a command checks it, and a confirmation does not replace the check",
      nextCommand("build run", request.name),
    );
  }
  return await withTask(workspace, resolved.value, async ({ known, tasks }) => {
    const { record: stored, build } = known;
    const action = "accept a criterion of task";
    const writable = requireWritable(known, action);
    if (!writable.ok) return writable;
    const again = nextCommand("build run", request.name);
    if (stored === undefined || build?.status !== "succeeded") {
      return refused("there is no successful build to confirm", again);
    }
    if (build.plan?.run !== stored.plan?.run) {
      return refused("the last build followed an earlier plan", again);
    }
    // Otherwise a planned criterion that is no longer configured would be skipped.
    const fitting = requireFittingPlan(known, action);
    if (!fitting.ok) return fitting;
    const { clock, environment, terminal } = workspace.host;
    const { user, agent } = requestedBy(environment, terminal);
    const record = reconcile(stored, build);
    const confirmed: TaskRecord = {
      ...record,
      confirmations: [...record.confirmations, {
        criterion: criterion.id,
        text: maskText(criterion.text, configured.secrets),
        build: build.id,
        by: agent === null ? user : `${user ?? "somebody"} through ${maskText(agent, configured.secrets)}`,
        at: new Date(clock.nowMs()).toISOString(),
        note: request.note === undefined ? null : maskText(request.note, configured.secrets),
      }],
    };
    const next = taskAfterBuild(criteriaOf(build.definition), confirmed, build);
    const written = await tasks.write(next, {
      kind: "confirmation",
      criterion: criterion.id,
      build: build.id,
    });
    if (!written.ok) return written;
    (await workspace.log(project.logging)).info("criterion confirmed", {
      event: "criterion_confirmed",
      run: build.id,
      task: request.name,
      criterion: criterion.id,
      status: next.status,
    });
    const open = criterionViews(criteriaOf(build.definition), next, build)
      .filter(({ state }) => state === "open");
    return ok({ record: next, open: open.map(({ criterion }) => criterion.id) });
  });
}
