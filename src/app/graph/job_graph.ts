/** The graph of the requested jobs and groups with all of their needs, in an order in which it can be run. */

import type { Failure } from "../../model/failure.ts";
import type { GraphEdge } from "../../model/graph_record.ts";
import type { ExecutorName } from "../../model/executor.ts";
import type { Job } from "../../model/job.ts";
import { nextCommand, placeholder } from "../../model/next_step.ts";
import type { Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { suggest } from "../../model/suggest.ts";
import { withExecutor } from "../jobs/resolve_job.ts";
import { findJob, jobNames } from "../jobs/find_job.ts";

export interface GraphNode {
  readonly name: string;
  /** undefined: a group, which has no command. */
  readonly job: Job | undefined;
  /** Own names. */
  readonly needs: readonly string[];
  /** The caller named it; otherwise it is in the graph because another node needs it. */
  readonly isTarget: boolean;
}

export interface JobGraph {
  /** Own names, in the order in which the caller gave them. */
  readonly targets: readonly string[];
  /** Sorted by name among nodes that can run at the same time; needs come before their dependents. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphRequest {
  /** Own names or aliases; without one, the default job of the configuration. */
  readonly names: readonly string[];
  /** A heading of the list: all jobs under it are requested. */
  readonly heading: string | undefined;
  /** For the jobs that the caller named. */
  readonly extraArgs: readonly string[];
  /** For every job of the graph, instead of the one that the configuration names. */
  readonly executor?: ExecutorName | undefined;
}

export function jobGraph(project: Project, request: GraphRequest): Result<JobGraph, Failure> {
  const targets = targetsOf(project, request);
  if (!targets.ok) return targets;
  const reached = new Map<string, { readonly job: Job | undefined; readonly needs: readonly string[] }>();
  const open = [...targets.value];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    const configured = project.jobs.get(name);
    const found = configured === undefined || request.executor === undefined
      ? ok(configured)
      : withExecutor(project, configured, request.executor);
    if (!found.ok) return found;
    const job = found.value;
    const needs = (job ?? project.groups.get(name)!).needs;
    reached.set(name, { job, needs });
    open.push(...needs);
  }
  const isTarget = new Set(targets.value);
  const nodes = inOrder(new Map([...reached].map(([name, { needs }]) => [name, needs])))
    .map((name): GraphNode => ({ name, isTarget: isTarget.has(name), ...reached.get(name)! }));
  return ok({ targets: targets.value, nodes, edges: edgesOf(nodes) });
}

/** Nodes that can run at the same time are adjacent, sorted by name. */
export function inOrder(needs: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const depth = new Map<string, number>();
  // A list instead of recursion: a chain may be longer than the stack is deep.
  for (const start of needs.keys()) {
    const way = [start];
    for (let name = way.at(-1); name !== undefined; name = way.at(-1)) {
      const unknown = needs.get(name)!.filter((need) => !depth.has(need));
      if (depth.has(name) || unknown.length === 0) {
        way.pop();
        depth.set(
          name,
          needs.get(name)!.reduce((deepest, need) => Math.max(deepest, depth.get(need)! + 1), 0),
        );
      } else way.push(...unknown);
    }
  }
  return [...needs.keys()].sort((a, b) => depth.get(a)! - depth.get(b)! || (a < b ? -1 : 1));
}

function edgesOf(nodes: readonly GraphNode[]): readonly GraphEdge[] {
  return nodes.flatMap(({ name, needs }) => needs.map((need) => ({ from: need, to: name })));
}

/** The names that a call asks for, each once and none an alias; a failure if one of them is no job. */
export function targetsOf(
  project: Project,
  request: Pick<GraphRequest, "names" | "heading" | "extraArgs">,
): Result<readonly string[], Failure> {
  const { names, heading } = request;
  const targets: string[] = [];
  for (const [index, name] of names.entries()) {
    const own = project.aliases.get(name) ?? name;
    if (!project.jobs.has(own) && !project.groups.has(own)) return unknown(project, request, index);
    if (!targets.includes(own)) targets.push(own);
  }
  if (heading !== undefined) {
    const headed = [...project.jobs.values(), ...project.groups.values()]
      .filter(({ group }) => group === heading).map(({ name }) => name).sort();
    if (headed.length === 0) return noHeading(project, heading);
    targets.push(...headed.filter((name) => !targets.includes(name)));
  }
  if (targets.length > 0) return ok(targets);
  if (project.defaultJob !== undefined) return ok([project.defaultJob]);
  return fail({
    code: "job_not_named",
    known: jobNames(project),
    config_path: project.configPath === "" ? undefined : project.configPath,
  });
}

/** A further word that is not a job is most likely meant as an argument. */
function unknown(
  project: Project,
  { names, extraArgs }: Pick<GraphRequest, "names" | "extraArgs">,
  index: number,
): Result<never, Failure> {
  const [first, ...others] = names as readonly [string, ...string[]];
  const found = findJob(project, index === 0 ? first : names[index]!);
  if (found.ok) throw new Error(`Cannot miss job "${names[index]}": it is there`);
  const areAllWrong = others.every((name) => !isJob(project, name));
  if (index === 0 || !areAllWrong) return found;
  const meant = found.failure.code === "job_not_found" ? found.failure.suggestion : undefined;
  return fail({
    code: "arguments_invalid",
    action: "understand",
    value: others[0],
    fact: "arguments for the job come after --",
    // Unless it is the name of another job, with a slip in it.
    suggestion: meant === first ? undefined : meant,
    next: [nextCommand("run", first, "--", ...others, ...extraArgs)],
  });
}

function isJob({ jobs, groups, aliases }: Project, name: string): boolean {
  return jobs.has(name) || groups.has(name) || aliases.has(name);
}

function noHeading(project: Project, heading: string): Result<never, Failure> {
  const headings = new Set(
    [...project.jobs.values(), ...project.groups.values()].flatMap(({ group }) => group ?? []),
  );
  const known = [...headings].sort();
  return fail({
    code: "arguments_invalid",
    action: "run the group",
    value: heading,
    fact: known.length === 0
      ? "no job of the configuration has a group"
      : `no job has this group; there are ${known.join(", ")}`,
    suggestion: suggest(heading, known),
    next: [nextCommand("run", placeholder("job")), nextCommand("list")],
  });
}
