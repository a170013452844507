/** The dry run of `runJobs`: every node, and why it would run. Nothing is started, asked or recorded. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Variables } from "../../model/variables.ts";
import { type DryRun, type DryRunNode, dryRunNode } from "../inputs/dry_run.ts";
import { examineJob } from "../jobs/examine_job.ts";
import { resolveFoundJob } from "../jobs/resolve_job.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { ChangedSinceRecord } from "../../model/graph_record.ts";
import type { GraphRequest } from "./job_graph.ts";
import { chooseJobs } from "./run_jobs.ts";

export interface DryRunRequest extends GraphRequest {
  readonly env: Variables;
  readonly fresh: boolean;
  readonly again?: string | undefined;
  readonly changedSince?: string | undefined;
}

export interface DryRunOfJobs extends DryRun {
  readonly changedSince: ChangedSinceRecord | undefined;
}

export async function dryRunJobs(
  workspace: Workspace,
  request: DryRunRequest,
): Promise<Result<DryRunOfJobs, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const store = await workspace.store();
  if (!store.ok) return store;
  const chosen = await chooseJobs(workspace, store.value, project.value, request);
  if (!chosen.ok) return chosen;
  const { nodes, edges } = chosen.value.graph;
  const seen = new Map<string, DryRunNode>();
  for (const { name, job, needs, isTarget } of nodes) {
    // A node that would run may change the inputs of later ones.
    const waits = needs.some((need) => seen.get(need)!.would !== "up_to_date");
    if (job === undefined) {
      const isDone = needs.every((need) => seen.get(need)!.would === "up_to_date");
      const would = isDone ? "up_to_date" : waits ? "run" : "unknown";
      seen.set(name, { name, subject: "group", would, causes: [], compared_with: null, same_as: null });
      continue;
    }
    const extraArgs = isTarget ? request.extraArgs : [];
    const found = await resolveFoundJob(workspace, project.value, job, { env: request.env, extraArgs });
    if (!found.ok) return found;
    const looked = await examineJob(workspace, found.value, request);
    if (!looked.ok) return looked;
    seen.set(name, dryRunNode(name, "job", looked.value.inputs, waits));
  }
  return ok({ nodes: [...seen.values()], edges, changedSince: chosen.value.changedSince });
}
