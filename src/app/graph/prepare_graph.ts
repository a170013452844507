/** Prepares the jobs of a graph before the first process: resolves them, reports their problems, and asks for confirmations. */

import type { Failure } from "../../model/failure.ts";
import type { Job } from "../../model/job.ts";
import { nextCommand } from "../../model/next_step.ts";
import type { Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { ConfirmationRecord } from "../../model/run.ts";
import type { Variables } from "../../model/variables.ts";
import type { RunStore } from "../../store/run_store.ts";
import { type Confirm, requireConfirmation } from "../jobs/confirmation.ts";
import { recordedJob, type ResolvedJob, resolveFoundJob } from "../jobs/resolve_job.ts";
import { JobLock } from "../recording/job_lock.ts";
import { outerTokens } from "../recording/prepare_run.ts";
import { unresolved } from "../workspace/config_problem.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { JobGraph } from "./job_graph.ts";

/** The first digests are made by another thread; meanwhile, what is quicker for many is loaded. */
const DIGESTED_TOGETHER = 100;

export interface PreparedJob {
  readonly job: Job;
  readonly found: ResolvedJob;
  /** The definition with the values of secrets replaced. */
  readonly definitionSha256: string;
  readonly confirmed: ConfirmationRecord | undefined;
  /** Not taken yet; undefined where the job needs no lock. */
  readonly lock: JobLock | undefined;
}

export interface PreparedGraph {
  readonly graph: JobGraph;
  /** Keys are the names of the jobs. */
  readonly jobs: ReadonlyMap<string, PreparedJob>;
}

/** The jobs of a graph, resolved now; a problem of a job is reported when the graph is prepared. */
export type ResolvedJobs = ReadonlyMap<Job, ResolvedJob>;

export async function resolveGraph(
  workspace: Workspace,
  project: Project,
  graph: JobGraph,
  { extraArgs, env }: { readonly extraArgs: readonly string[]; readonly env: Variables },
): Promise<Result<ResolvedJobs, Failure>> {
  const passable = requirePassable(graph, extraArgs);
  if (!passable.ok) return passable;
  const resolved = new Map<Job, ResolvedJob>();
  for (const { job, isTarget } of graph.nodes) {
    if (job === undefined) continue;
    // Arguments go only to the jobs that the caller named, never to their needs.
    const asked = { env, extraArgs: isTarget ? extraArgs : [] };
    const found = await resolveFoundJob(workspace, project, job, asked);
    if (!found.ok) return found;
    resolved.set(job, found.value);
  }
  return ok(resolved);
}

export async function prepareGraph(
  workspace: Workspace,
  store: RunStore,
  project: Project,
  graph: JobGraph,
  resolved: ResolvedJobs,
  confirm: Confirm,
): Promise<Result<PreparedGraph, Failure>> {
  const usable = await requireResolved(workspace, resolved);
  if (!usable.ok) return usable;
  const confirmed = new Map<Job, ConfirmationRecord | undefined>();
  for (const job of resolved.keys()) {
    const answer = await requireConfirmation("job", job, confirm, "of_several");
    if (!answer.ok) return answer;
    confirmed.set(job, answer.value);
  }
  const place = {
    own: store.parts,
    shared: () => workspace.userStateParts(),
    project: project.canonicalRoot,
    chain: outerTokens(workspace.host.environment),
  };
  const all = [...resolved];
  const jobs = new Map<string, PreparedJob>();
  for (let from = 0; from < all.length; from += DIGESTED_TOGETHER) {
    const some = all.slice(from, from + DIGESTED_TOGETHER);
    const recorded = await Promise.all(some.map(([, found]) => recordedJob(workspace.host, found)));
    for (const [index, [job, found]] of some.entries()) {
      const lock = await JobLock.of(place, job);
      if (!lock.ok) return lock;
      const { definitionSha256 } = recorded[index]!;
      jobs.set(job.name, { job, found, definitionSha256, confirmed: confirmed.get(job), lock: lock.value });
    }
  }
  return ok({ graph, jobs });
}

/** Arguments for a group are refused, because a group has no command. */
function requirePassable({ nodes }: JobGraph, extraArgs: readonly string[]): Result<void, Failure> {
  const group = nodes.find(({ isTarget, job }) => isTarget && job === undefined);
  if (extraArgs.length === 0 || group === undefined) return ok(undefined);
  return fail({
    code: "arguments_invalid",
    action: "pass on the argument",
    value: extraArgs[0]!,
    fact: `${group.name} has no command of its own, and arguments never go to what it needs`,
    next: [nextCommand("run", group.needs[0]!, "--", ...extraArgs)],
  });
}

/**
 * Variables without a value are reported before the first process, except those that an earlier job may
 * provide.
 */
async function requireResolved(
  workspace: Workspace,
  resolved: ResolvedJobs,
): Promise<Result<void, Failure>> {
  const unusable = [...resolved].map(([{ name, needs }, { resolved: { problems } }]) => ({
    table: "jobs" as const,
    name,
    problems: needs.length > 0 && problems.some(({ at }) => at[0] === "env_file") ? [] : problems,
  })).filter(({ problems }) => problems.length > 0);
  return unusable.length > 0 ? await unresolved(workspace, unusable) : ok(undefined);
}
