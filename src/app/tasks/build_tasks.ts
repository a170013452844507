/** Builds several tasks, or one with its needs: one record of the graph, and one of each build. */

import type { Failure } from "../../model/failure.ts";
import type { AfterFailure } from "../../model/graph_record.ts";
import { nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { inOrder } from "../graph/job_graph.ts";
import type { GraphObserver } from "../graph/node_endings.ts";
import { type GraphReport, type GraphToRun, recordGraph } from "../graph/recorded_graph.ts";
import { requireConfirmation } from "../jobs/confirmation.ts";
import { type SharedServices, withSharedServices } from "../jobs/service_use.ts";
import { lookIntoQueue } from "../graph/slurm_places.ts";
import type { HeldPlaces } from "../recording/places.ts";
import { withNotification } from "../recording/with_notification.ts";
import { realOr } from "../workspace/same_place.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type BuildReport } from "./build_one.ts";
import { checkForPlan, requireResolved } from "./ready_to_build.ts";
import { orderOf } from "./build_order.ts";
import { type BuildRequest, requirePassable } from "./build_task.ts";
import type { BuildObserver } from "./ended_build.ts";
import { firstQueueOf, TaskNodes, type TaskToBuild } from "./task_nodes.ts";
import { TaskReader } from "./task_reader.ts";

export interface BuildTasksRequest extends BuildRequest {
  /** Built with all of its needs that are not done; undefined: all tasks that are not done. */
  readonly name: string | undefined;
  /** The largest number of jobs that run at a time; at least 1. */
  readonly jobs: number;
  readonly afterFailure: AfterFailure;
}

export interface BuildsReport extends GraphReport {
  /** The named task, where its build ended. */
  readonly named: BuildReport | undefined;
}

/** The tasks of a call: all that are considered, and those that have to be built. */
export interface ChosenTasks {
  readonly targets: readonly string[];
  /** Needs come before their dependents. */
  readonly tasks: readonly Task[];
  readonly toBuild: ReadonlySet<Task>;
}

/** Whether a build of this task with its needs is a graph, because it has needs. A wrong name is reported by the build. */
export async function needsOthers(workspace: Workspace, name: string): Promise<boolean> {
  const project = await workspace.project();
  return project.ok && (project.value.tasks.get(name)?.needs.length ?? 0) > 0;
}

export async function buildTasks(
  workspace: Workspace,
  request: BuildTasksRequest,
  observer: GraphObserver<BuildObserver>,
): Promise<Result<BuildsReport, Failure>> {
  const opened = await TaskReader.open(workspace, request.env);
  if (!opened.ok) return opened;
  const reader = opened.value;
  const store = await workspace.store();
  if (!store.ok) return store;
  const chosen = await chooseTasks(reader, request);
  if (!chosen.ok) return chosen;
  const prepared = await prepare(workspace, reader, chosen.value, request);
  if (!prepared.ok) return prepared;
  let nodes: TaskNodes | undefined;
  const toRun = await graphOf(reader, chosen.value, prepared.value, request);
  const build = (shared: SharedServices) =>
    recordGraph<HeldPlaces>(workspace, store.value, reader.project, {
      ...toRun,
      began: (record) => observer.began(record),
      nodes(partOf, recorded, places) {
        const { plan, fresh } = request;
        const asked = { plan, fresh, shared, partOf };
        nodes = new TaskNodes(workspace, reader, prepared.value, recorded, places, asked, observer);
        const scheduled = [...prepared.value.values()].map((each) => ({
          name: each.task.name,
          needs: each.task.needs.filter((need) => prepared.value.has(need)),
          queue: firstQueueOf(each),
        }));
        return { ports: nodes, scheduled };
      },
    });
  await lookIntoQueue(workspace, [...prepared.value.values()].map(({ task }) => task));
  const ended = await withSharedServices(request.useServices, build);
  const ran = await withNotification(workspace, ended, ({ record }) => record);
  if (!ran.ok) return ran;
  return ok({
    ...ran.value,
    named: request.name === undefined ? undefined : nodes?.reports.get(request.name),
  });
}

/** The named task with all of its needs, or all tasks. */
export async function chooseTasks(
  reader: TaskReader,
  { name, extraArgs, fresh }: Pick<BuildTasksRequest, "name" | "extraArgs" | "fresh">,
): Promise<Result<ChosenTasks, Failure>> {
  const { project } = reader;
  if (name !== undefined) {
    const found = await reader.find(name);
    if (!found.ok) return found;
    const passable = requirePassable(name, extraArgs);
    if (!passable.ok) return passable;
  }
  const targets = name === undefined ? [...project.tasks.keys()] : [name];
  if (targets.length === 0) {
    return fail({
      code: "refused",
      action: "build",
      value: "all tasks",
      fact: "there are none",
      next: [nextCommand("plan list")],
    });
  }
  const needs = new Map<string, readonly string[]>();
  const open = [...targets];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (needs.has(next)) continue;
    const task = project.tasks.get(next)!;
    needs.set(next, task.needs);
    open.push(...task.needs);
  }
  const tasks = inOrder(needs).map((each) => project.tasks.get(each)!);
  // The named task is always built, and with --fresh every requested task is built.
  const always = name !== undefined || fresh ? targets : [];
  const missing = await orderOf(reader, tasks.map((task) => task.name));
  if (!missing.ok) return missing;
  const toBuild = new Set([...missing.value, ...always.map((each) => project.tasks.get(each)!)]);
  return ok({ targets, tasks, toBuild });
}

/** Reports every problem and asks every question before the first process. */
async function prepare(
  workspace: Workspace,
  reader: TaskReader,
  { tasks, toBuild }: ChosenTasks,
  { name, plan, extraArgs, confirm }: BuildTasksRequest,
): Promise<Result<ReadonlyMap<string, TaskToBuild>, Failure>> {
  const all = tasks.filter((task) => toBuild.has(task));
  // A task that will be refused causes no question and no build.
  for (const task of plan ? [] : all) {
    const fits = await checkForPlan(workspace, await reader.resolve(task));
    if (fits.ok) continue;
    const { failure } = fits;
    if (failure.code !== "task_not_planned") return fits;
    return fail({ ...failure, ...(name === undefined ? { of_all: true } : { with_needs_of: name }) });
  }
  const resolved = await Promise.all(all.map((task) => reader.resolve(task)));
  const isFirst = (task: Task) => !task.needs.some((need) => toBuild.has(reader.project.tasks.get(need)!));
  const usable = await requireResolved(
    workspace,
    resolved.map((each) => ({ ...each, mayChange: !isFirst(each.task) })),
  );
  if (!usable.ok) return usable;
  const prepared = new Map<string, TaskToBuild>();
  for (const { task, command } of resolved) {
    const answer = await requireConfirmation("task", task, confirm, "of_several");
    if (!answer.ok) return answer;
    prepared.set(task.name, {
      task,
      folder: realOr(workspace.host.files, command.workingDir),
      secrets: command.secrets,
      extraArgs: task.name === name ? extraArgs : [],
      confirmed: answer.value,
      isFirst: isFirst(task),
    });
  }
  return ok(prepared);
}

async function graphOf(
  reader: TaskReader,
  { targets, tasks, toBuild }: ChosenTasks,
  prepared: ReadonlyMap<string, TaskToBuild>,
  { name, afterFailure, jobs, extraArgs, env }: BuildTasksRequest,
): Promise<Omit<GraphToRun<HeldPlaces>, "began" | "nodes">> {
  const nodes = [];
  const doneBefore = new Map<string, string>();
  for (const task of tasks) {
    const { recorded } = await reader.resolve(task);
    const { definitionSha256 } = recorded;
    nodes.push({ name: task.name, subject: "task", definition_sha256: definitionSha256 } as const);
    if (!toBuild.has(task)) doneBefore.set(task.name, "it was done, and nothing changed since");
  }
  const edges = tasks.flatMap((task) => task.needs.map((need) => ({ from: need, to: task.name })));
  return {
    shape: { targets, nodes, edges },
    doneBefore,
    afterFailure,
    jobs,
    again: undefined,
    changedSince: undefined,
    words: ["build", "run", ...(name === undefined ? ["--all"] : [name, "--with-needs"])],
    extraArgs,
    env,
    commands: [...prepared.values()].map(({ task }) => task),
    secrets: [...prepared.values()].flatMap(({ secrets }) => secrets),
  };
}
