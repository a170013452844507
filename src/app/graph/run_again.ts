/** Selects the nodes of an earlier graph that did not succeed, to run them again; refused where a definition has changed. */

import { definitionOfJob } from "../../model/definition.ts";
import type { ExecutorName } from "../../model/executor.ts";
import type { Failure } from "../../model/failure.ts";
import type { GraphRecord } from "../../model/graph_record.ts";
import type { RunId } from "../../model/ids.ts";
import { isGoodNode } from "../../model/graph_words.ts";
import { nextCommand } from "../../model/next_step.ts";
import type { Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { RunStore } from "../../store/run_store.ts";
import { recordedDefinition } from "../recording/prepare_run.ts";
import { resolveFoundJob } from "../jobs/resolve_job.ts";
import { findRun } from "../runs/find_run.ts";
import { graphNow } from "../runs/graph_view.ts";
import type { Variables } from "../../model/variables.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type JobGraph, jobGraph } from "./job_graph.ts";

/** Names of differing nodes that are shown. */
const MAX_SHOWN = 10;
/** A chain of repeated graphs is followed up to this length, which is longer than any in practice. */
const MAX_STEPS = 1000;

export interface AgainGraph {
  readonly graph: JobGraph;
  /** The words after `--` at that time. */
  readonly extraArgs: readonly string[];
  readonly again: RunId;
}

export async function graphAgain(
  workspace: Workspace,
  store: RunStore,
  project: Project,
  reference: string,
  { env, executor }: { readonly env: Variables; readonly executor?: ExecutorName | undefined },
): Promise<Result<AgainGraph, Failure>> {
  const found = await findRun(workspace, store, reference, ({ action }) => action === "graph.run");
  if (!found.ok) return found;
  const { record } = found.value.run;
  const last = graphNow(store, record);
  const then = last && withEarlier(store, last);
  const refused = (fact: string, next = nextCommand("runs show", record.id)) =>
    fail({ code: "refused", action: "run again", value: record.id, fact, next: [next] } as const);
  if (then === undefined) {
    const isOfJob = record.action === "job.run" && project.jobs.has(record.name);
    return refused("it is not a run of a graph", isOfJob ? nextCommand("run", record.name) : undefined);
  }
  if (record.status === "running") return refused("it is still running", nextCommand("wait", record.id));
  if (then.nodes.some(({ subject }) => subject === "task")) {
    const fact = "it built tasks, and a build of all tasks skips tasks that are done";
    const next = [nextCommand("build run", "--all")] as const;
    return fail({ code: "refused", action: "run again", value: record.id, fact, next });
  }
  const known = then.targets.filter((name) => project.jobs.has(name) || project.groups.has(name));
  if (known.length < then.targets.length) {
    const gone = then.targets.filter((name) => !known.includes(name));
    return refused(`the configuration no longer has ${gone.join(", ")}`);
  }
  const now = jobGraph(project, { names: then.targets, heading: undefined, extraArgs: [], executor });
  if (!now.ok) return now;
  const differing = await differingNodes(workspace, project, then, now.value, record, env);
  if (differing.length > 0) {
    const more = differing.length > MAX_SHOWN ? ` and ${differing.length - MAX_SHOWN} more` : "";
    const { extra_args } = record.intent;
    const all = nextCommand(
      "run",
      ...then.targets,
      ...(extra_args.length === 0 ? [] : ["--", ...extra_args]),
    );
    return refused(`changed since then: ${differing.slice(0, MAX_SHOWN).join(", ")}${more}`, all);
  }
  const good = new Set(then.nodes.filter(isGoodNode).map(({ name }) => name));
  const nodes = now.value.nodes.filter(({ name }) => !good.has(name)).map((node) => ({
    ...node,
    needs: node.needs.filter((need) => !good.has(need)),
  }));
  if (nodes.length === 0) return refused("every node succeeded");
  const edges = now.value.edges.filter(({ from, to }) => !good.has(from) && !good.has(to));
  return ok({
    graph: { targets: now.value.targets, nodes, edges },
    extraArgs: record.intent.extra_args,
    again: record.id,
  });
}

/** Adds the nodes that succeeded in the earlier graphs which this one repeated. */
function withEarlier(store: RunStore, graph: GraphRecord): GraphRecord {
  let whole = graph;
  let earlier = graph.again;
  for (let step = 0; earlier !== undefined && step < MAX_STEPS; step++) {
    const run = store.read(earlier);
    const before = run.ok ? graphNow(store, run.value.record) : undefined;
    if (before === undefined) break;
    const known = new Set(whole.nodes.map(({ name }) => name));
    const nodes = [...whole.nodes, ...before.nodes.filter(({ name }) => !known.has(name))];
    whole = { ...whole, nodes, edges: before.edges };
    earlier = before.again;
  }
  return whole;
}

/** `test (definition)`, `build (needs)`, `lint (new)`, `old (gone)`; sorted by name. */
async function differingNodes(
  workspace: Workspace,
  project: Project,
  then: GraphRecord,
  now: JobGraph,
  record: RunRecord,
  env: Variables,
): Promise<readonly string[]> {
  const before = new Map(then.nodes.map((node) => [node.name, node]));
  const differing: string[] = [];
  for (const { name, job, needs, isTarget } of now.nodes) {
    const node = before.get(name);
    before.delete(name);
    if (node === undefined) {
      differing.push(`${name} (new)`);
      continue;
    }
    const needed = then.edges.filter(({ to }) => to === name).map(({ from }) => from).sort();
    if (needed.join(" ") !== [...needs].sort().join(" ")) differing.push(`${name} (needs)`);
    else if (job !== undefined) {
      const extraArgs = isTarget ? record.intent.extra_args : [];
      const found = await resolveFoundJob(workspace, project, job, { env, extraArgs });
      const digest = found.ok
        ? (await recordedDefinition(workspace.host, job, definitionOfJob(job), found.value.resolved))
          .definitionSha256
        : undefined;
      if (digest !== node.definition_sha256) differing.push(`${name} (definition)`);
    }
  }
  return [...differing, ...[...before.keys()].map((name) => `${name} (gone)`)].sort();
}
