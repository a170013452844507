/** Says by its name whether a file is an input of a job; the file need not exist, so a removed one is, too. */

import type { Job } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import type { ResolvedDefinition } from "../../config/resolve.ts";
import type { Host } from "../../host/host.ts";
import type { RunStore } from "../../store/run_store.ts";
import { realOr } from "../workspace/same_place.ts";
import { readPatterns } from "./input_patterns.ts";
import { leftOut } from "./inputs_of_run.ts";

/** Whether a file, by its absolute path without links, is an input of the job or one of its files of variables. */
export function inputCover(
  host: Host,
  store: RunStore,
  project: Project,
  job: Job,
  resolved: ResolvedDefinition,
): (path: string) => boolean {
  const { paths } = host;
  const covers = coverOf(host, resolved, job.inputs ?? [], leftOut(host, store, project, job, resolved));
  const envFiles = new Set(
    job.envFiles.map(({ path }) => realOr(host.files, paths.resolve(project.root, path))),
  );
  return (path) => envFiles.has(path) || covers(path);
}

/** Whether a file, by its absolute path without links, is an output that the job declares. */
export function outputCover(host: Host, job: Job, resolved: ResolvedDefinition): (path: string) => boolean {
  return coverOf(host, resolved, job.outputs, []);
}

function coverOf(
  host: Host,
  { workingDir }: ResolvedDefinition,
  included: readonly string[],
  excluded: readonly string[],
): (path: string) => boolean {
  const { paths } = host;
  const patterns = readPatterns(included, excluded);
  const folder = realOr(host.files, workingDir);
  return (path) => {
    const relative = paths.relative(folder, path).replaceAll("\\", "/");
    return !paths.isAbsolute(relative) && patterns.covers(relative);
  };
}
