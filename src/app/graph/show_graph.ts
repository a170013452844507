/** The configured graph of some jobs with all of their needs, or of all jobs. Reads no records. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { jobNames } from "../jobs/find_job.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type JobGraph, jobGraph } from "./job_graph.ts";

/** `names`: own names or aliases; none: all jobs. */
export async function showGraph(
  workspace: Workspace,
  names: readonly string[],
): Promise<Result<JobGraph, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const all = names.length === 0 ? jobNames(project.value) : names;
  if (all.length === 0) return ok({ targets: [], nodes: [], edges: [] });
  return jobGraph(project.value, { names: all, heading: undefined, extraArgs: [] });
}
