/** Whether a task may be worked on by its plan: there is one, it is what was recorded, and the definition still fits. */

import { definitionOfTask } from "../../model/definition.ts";
import { differences } from "../../model/difference.ts";
import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { type PlanLink, TASK_FORMAT, type TaskRecord } from "../../model/task_record.ts";
import type { PlanView } from "../../model/task_view.ts";
import type { Task } from "../../model/task.ts";
import type { Host } from "../../host/host.ts";
import type { RunStore } from "../../store/run_store.ts";
import { planDigest } from "./plan_digest.ts";
import { resolveDefinition } from "../../config/resolve.ts";
import { recordedDefinition } from "../recording/prepare_run.ts";

/** undefined where there is no plan, or its record cannot be read. */
export async function readPlan(
  host: Host,
  project: Project,
  task: Task,
  link: PlanLink | null | undefined,
  runs: RunStore,
): Promise<PlanView | undefined> {
  if (link === null || link === undefined) return undefined;
  const run = runs.read(link.run);
  if (!run.ok) return undefined;
  const plan: RunRecord = run.value.record;
  const resolved = await resolveDefinition(host, project, task);
  const { definition, definitionSha256 } = await recordedDefinition(
    host,
    task,
    definitionOfTask(task),
    resolved,
  );
  const drift = definitionSha256 === link.definition_sha256 ? [] : differences(plan.definition, definition);
  const isIntact = await planDigest(host.digests, plan) === link.sha256;
  return { run: plan, sha256: link.sha256, drift, isIntact };
}

/** The record of a task whose plan can be followed; else why not, said of what was to be done. */
export async function requireFittingPlan(
  host: Host,
  project: Project,
  task: Task,
  record: TaskRecord | undefined,
  runs: RunStore,
  action: string,
): Promise<Result<TaskRecord & { readonly plan: PlanLink }, Failure>> {
  if (record === undefined || record.plan === null) {
    return fail({ code: "task_not_planned", name: task.name });
  }
  const { plan: link } = record;
  const next = `orchastration plan create ${task.name}`;
  const refused = (fact: string) => fail({ code: "refused", action, value: task.name, fact, next } as const);
  const plan = await readPlan(host, project, task, link, runs);
  if (plan === undefined) return refused(`the record of its plan ${link.run} cannot be read`);
  if (!plan.isIntact) return refused(`the record of its plan ${link.run} was altered after it was made`);
  if (plan.drift.length === 0) return ok({ ...record, plan: link });
  return fail({
    code: "definition_drifted",
    action,
    name: task.name,
    plan: link.run,
    differences: plan.drift,
  });
}

/** An older program reads the record of a newer one if it can, and never rewrites it. */
export function requireWritable(
  task: Task,
  record: TaskRecord | undefined,
  action: string,
): Result<void, Failure> {
  if (record === undefined || record.format <= TASK_FORMAT) return ok(undefined);
  const fact = `a newer program wrote its record, in format ${record.format}, ` +
    `and this one, which writes format ${TASK_FORMAT}, never rewrites that`;
  return fail({ code: "refused", action, value: task.name, fact, next: undefined });
}
