/** Chooses the jobs whose inputs differ from an earlier commit, and those that need such a job. */

import type { ExecutorName } from "../../model/executor.ts";
import type { Failure } from "../../model/failure.ts";
import type { ChangedSinceRecord } from "../../model/graph_record.ts";
import type { Job } from "../../model/job.ts";
import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import type { Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Variables } from "../../model/variables.ts";
import { type ChangedFiles, type ChangedProblem, changedSince } from "../../git/changed_files.ts";
import type { RunStore } from "../../store/run_store.ts";
import { inputCover } from "../inputs/input_cover.ts";
import { resolveFoundJob } from "../jobs/resolve_job.ts";
import { realOr } from "../workspace/same_place.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type GraphNode, type JobGraph, jobGraph } from "./job_graph.ts";

/** Paths that a record and a message name. */
const MAX_NAMED = 20;

export interface ChangedJobs {
  /** The requested jobs with changes; without nodes if there is none. */
  readonly graph: JobGraph;
  readonly record: ChangedSinceRecord;
}

/**
 * `asked`: the named jobs with all of their needs; undefined: all jobs with `inputs`. A job without `inputs` is
 * run only if it was named, or is a need of another job that runs, because nothing relates a change to it.
 */
export async function changedJobs(
  workspace: Workspace,
  store: RunStore,
  project: Project,
  asked: JobGraph | undefined,
  { revision, env, executor }: {
    readonly revision: string;
    readonly env: Variables;
    readonly executor?: ExecutorName | undefined;
  },
): Promise<Result<ChangedJobs, Failure>> {
  const { host } = workspace;
  const looked = await changedSince(host, project.root, revision);
  if (!looked.ok) return fail(failureOf(revision, looked.failure));
  const targets = asked?.targets ??
    [...project.jobs.values()].filter(({ inputs }) => inputs !== undefined).map(({ name }) => name).sort();
  if (targets.length === 0) {
    const fact = "no job has inputs, so no change can be related to a job";
    return fail({
      code: "refused",
      action: "run what changed since",
      value: revision,
      fact,
      next: [nextAdvice('add inputs to jobs, such as inputs = ["@git"]')],
    });
  }
  const all = jobGraph(project, { names: targets, heading: undefined, extraArgs: [], executor });
  if (!all.ok) return all;
  if (looked.value.kind === "shallow") {
    const record = { revision, merge_base: null, files: 0, uncovered: [], more_uncovered: 0 };
    return ok({ graph: all.value, record });
  }
  const changed = await nodesWithChanges(workspace, store, project, all.value, env, looked.value);
  if (!changed.ok) return changed;
  const { mergeBase, paths } = looked.value;
  const chosen = targets.filter((name) => changed.value.nodes.has(name));
  const graph = chosen.length === 0
    ? ok({ targets: [], nodes: [], edges: [] })
    : jobGraph(project, { names: chosen, heading: undefined, extraArgs: [], executor });
  if (!graph.ok) return graph;
  const { uncovered } = changed.value;
  return ok({
    graph: graph.value,
    record: {
      revision,
      merge_base: mergeBase,
      files: paths.length,
      uncovered: uncovered.slice(0, MAX_NAMED),
      more_uncovered: Math.max(0, uncovered.length - MAX_NAMED),
    },
  });
}

/** Needs come before their dependents, so one pass is sufficient. */
async function nodesWithChanges(
  workspace: Workspace,
  store: RunStore,
  project: Project,
  { nodes }: JobGraph,
  env: Variables,
  { top, paths }: Extract<ChangedFiles, { readonly kind: "compared" }>,
): Promise<Result<{ readonly nodes: ReadonlySet<string>; readonly uncovered: readonly string[] }, Failure>> {
  const { host } = workspace;
  const absolute = paths.map((path) => host.paths.resolve(realOr(host.files, top), path));
  const isCovered = new Array<boolean>(paths.length).fill(false);
  const changed = new Set<string>();
  // Any job with inputs covers a file, also one that was not requested, so only files that no job reads are listed.
  const others = [...project.jobs.values()].filter(({ name }) => !nodes.some((node) => node.name === name))
    .map((job): GraphNode => ({ name: job.name, job, needs: [], isTarget: false }));
  for (const { name, job, needs, isTarget } of [...nodes, ...others]) {
    let isChanged = needs.some((need) => changed.has(need));
    if (job !== undefined && job.inputs !== undefined) {
      const found = await resolveFoundJob(workspace, project, argless(job), { env, extraArgs: [] });
      if (!found.ok) return found;
      const covers = inputCover(host, store, project, job, found.value.resolved);
      for (const [index, path] of absolute.entries()) {
        if (!covers(path)) continue;
        isCovered[index] = true;
        isChanged = true;
      }
    } else if (job !== undefined && isTarget) isChanged = true;
    if (isChanged) changed.add(name);
  }
  return ok({ nodes: changed, uncovered: paths.filter((_, index) => !isCovered[index]) });
}

/** Arguments do not change inputs, and required ones are not given here. */
function argless(job: Job): Job {
  return { ...job, args: undefined };
}

function failureOf(revision: string, problem: ChangedProblem): Failure {
  const refused = (fact: string, ...next: readonly string[]): Failure => ({
    code: "refused",
    action: "run what changed since",
    value: revision,
    fact,
    next: next.map(nextAdvice),
  });
  switch (problem.kind) {
    case "no_repository":
      return refused("there is no git repository here");
    case "no_git":
      return refused(`git is needed: ${problem.reason}`, "install git, or add its folder to PATH");
    case "unknown_revision":
      return {
        code: "arguments_invalid",
        action: "run what changed since",
        value: revision,
        fact: "git knows no such commit, branch or tag",
        next: [nextCommand("run", "--changed-since", "HEAD~1")],
      };
    case "unrelated":
      return refused("its history and that of HEAD have no commit in common");
    case "failed":
      return refused(`git cannot compare: ${problem.reason}`);
  }
}
