/** The configured jobs. */

import type { Failure } from "../../model/failure.ts";
import type { Job, JobGroup } from "../../model/job.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface JobList {
  /** Sorted by name. */
  readonly jobs: readonly Job[];
  /** Jobs without a command; sorted by name. */
  readonly groups: readonly JobGroup[];
  readonly taskCount: number;
  /** undefined: there is no configuration. */
  readonly configPath: string | undefined;
  readonly projectRoot: string;
  /** The places where a configuration was searched for. */
  readonly searched: readonly string[];
}

export async function listJobs(workspace: Workspace): Promise<Result<JobList, Failure>> {
  const location = workspace.locateConfig();
  if (!location.ok) return location;
  const project = await workspace.project();
  if (!project.ok) return project;
  await workspace.debug(project.value.logging, "jobs listed", {
    event: "list",
    jobs: project.value.jobs.size,
  });
  return ok({
    jobs: [...project.value.jobs.values()],
    groups: [...project.value.groups.values()],
    taskCount: project.value.tasks.size,
    configPath: location.value.path,
    projectRoot: project.value.root,
    searched: location.value.searched,
  });
}
