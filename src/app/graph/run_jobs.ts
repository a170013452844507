/** Runs several jobs with everything that they need: one record of the graph, and one of each run. */

import type { Failure } from "../../model/failure.ts";
import type { AfterFailure } from "../../model/graph_record.ts";
import type { RunId } from "../../model/ids.ts";
import type { Project } from "../../model/project.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Variables } from "../../model/variables.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { Confirm } from "../jobs/confirmation.ts";
import { type ServiceAddresses, type UseServices, withServices } from "../jobs/service_use.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type GraphRequest, jobGraph } from "./job_graph.ts";
import { JobNodes } from "./job_nodes.ts";
import type { GraphObserver } from "./node_endings.ts";
import { type PreparedGraph, prepareGraph } from "./prepare_graph.ts";
import { type GraphReport, recordGraph } from "./recorded_graph.ts";
import { type AgainGraph, graphAgain } from "./run_again.ts";

export interface RunJobsRequest extends GraphRequest {
  /** Overrides every other variable, in every job. */
  readonly env: Variables;
  readonly confirm: Confirm;
  readonly fresh: boolean;
  /** Starts the services that jobs use, before the first node. */
  readonly useServices: UseServices;
  /** The largest number of jobs that run at a time; at least 1. */
  readonly jobs: number;
  readonly afterFailure: AfterFailure;
  /** An earlier graph whose nodes that did not end well are run again; `names` is empty then. */
  readonly again?: string | undefined;
}

export async function runJobs(
  workspace: Workspace,
  request: RunJobsRequest,
  observer: GraphObserver,
): Promise<Result<GraphReport, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const store = await workspace.store();
  if (!store.ok) return store;
  const chosen = await choose(workspace, store.value, project.value, request);
  if (!chosen.ok) return chosen;
  const { graph, extraArgs, again } = chosen.value;
  const asked = { ...request, extraArgs };
  const prepared = await prepareGraph(workspace, store.value, project.value, graph, asked);
  if (!prepared.ok) return prepared;
  const uses = [...prepared.value.jobs.values()].flatMap(({ job }) => job.uses);
  return await withServices(request.useServices, uses, async (services) => {
    const ready = { ...prepared.value, again, services };
    return await carryOut(workspace, store.value, project.value, ready, asked, observer);
  });
}

async function choose(
  workspace: Workspace,
  store: RunStore,
  project: Project,
  request: RunJobsRequest,
): Promise<Result<AgainGraph, Failure>> {
  const { again, env, extraArgs } = request;
  if (again !== undefined) return await graphAgain(workspace, store, project, again, env);
  const graph = jobGraph(project, request);
  return graph.ok ? ok({ graph: graph.value, extraArgs, again: undefined }) : graph;
}

async function carryOut(
  workspace: Workspace,
  store: RunStore,
  project: Project,
  prepared: PreparedGraph & {
    readonly again: RunId | undefined;
    readonly services: ServiceAddresses | undefined;
  },
  request: RunJobsRequest,
  observer: GraphObserver,
): Promise<Result<GraphReport, Failure>> {
  const { graph, jobs, again, services = new Map() } = prepared;
  const { names, heading, extraArgs, env, confirm, fresh, useServices, afterFailure } = request;
  const all = [...jobs.values()];
  return await recordGraph(workspace, store, project, {
    shape: {
      ...graph,
      nodes: graph.nodes.map(({ name, job }) => ({
        name,
        subject: job === undefined ? "group" : "job",
        definition_sha256: jobs.get(name)?.definitionSha256 ?? null,
      })),
    },
    doneBefore: new Map(),
    afterFailure,
    jobs: request.jobs,
    again,
    words: [
      "run",
      ...names,
      ...(heading === undefined ? [] : ["--group", heading]),
      ...(again === undefined ? [] : ["--again", again]),
    ],
    extraArgs,
    env,
    commands: all.map(({ job }) => job),
    secrets: all.flatMap(({ found }) => found.resolved.secrets),
    began: (record) => observer.began(record),
    nodes(partOf, nodes, places) {
      const asked = { extraArgs, env, confirm, fresh, useServices, services, partOf };
      const ports = new JobNodes(workspace, project, prepared, nodes, places, asked, observer);
      const scheduled = graph.nodes.map((node) => ({
        name: node.name,
        needs: node.needs,
        queue: ports.queueOf(node),
      }));
      return { ports, scheduled };
    },
  });
}
