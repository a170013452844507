/** Several jobs with their needs as the subject of a watch: the files that any of them reads are watched, and jobs that are up to date are skipped. */

import type { Failure } from "../../model/failure.ts";
import type { Job } from "../../model/job.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import { GIT_WORD } from "../inputs/input_patterns.ts";
import { inputCover, outputCover } from "../inputs/input_cover.ts";
import type { GraphObserver } from "../graph/node_endings.ts";
import { type ResolvedJobs, resolveGraph } from "../graph/prepare_graph.ts";
import { type OpenedJobs, openJobs, type RunJobsRequest, runResolvedJobs } from "../graph/run_jobs.ts";
import { type Confirm, requireConfirmation } from "../jobs/confirmation.ts";
import type { ResolvedJob } from "../jobs/resolve_job.ts";
import { realOr } from "../workspace/same_place.ts";
import { isWithin } from "../workspace/state_place.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Round, Watched, WatchedPaths } from "./watch.ts";
import { requireWatchable } from "./watch_job.ts";
import { watchKey, watchScope } from "./watch_scope.ts";

export interface WatchJobsRequest extends RunJobsRequest {
  /** The watched paths, from the folder of the configuration; only "": the files that the jobs read. */
  readonly globs: readonly string[];
}

export interface ReadyJobs {
  readonly opened: OpenedJobs;
  readonly resolved: ResolvedJobs;
}

export class WatchedJobs implements Watched<ReadyJobs> {
  readonly #request: WatchJobsRequest;
  /** An observer for each round. */
  readonly #observe: (workspace: Workspace) => GraphObserver;

  constructor(request: WatchJobsRequest, observe: (workspace: Workspace) => GraphObserver) {
    this.#request = request;
    this.#observe = observe;
  }

  async prepare(workspace: Workspace): Promise<Result<ReadyJobs, Failure>> {
    const opened = await openJobs(workspace, this.#request);
    if (!opened.ok) return opened;
    const { project, graph, extraArgs } = opened.value;
    for (const { job } of graph.nodes) {
      const watchable = job === undefined ? ok(undefined) : requireWatchable(job);
      if (!watchable.ok) return watchable;
    }
    const resolved = await resolveGraph(workspace, project, graph, { ...this.#request, extraArgs });
    return resolved.ok ? ok({ opened: opened.value, resolved: resolved.value }) : resolved;
  }

  async confirm({ resolved }: ReadyJobs, confirm: Confirm): Promise<Result<unknown, Failure>> {
    for (const job of resolved.keys()) {
      const confirmed = await requireConfirmation("job", job, confirm, "of_several");
      if (!confirmed.ok) return confirmed;
    }
    return ok(undefined);
  }

  secretsOf({ resolved }: ReadyJobs): readonly string[] {
    return [...resolved.values()].flatMap((found) => found.resolved.secrets);
  }

  watches({ host }: Workspace, ready: ReadyJobs): WatchedPaths {
    const { opened: { project }, resolved } = ready;
    const all = [...resolved.values()];
    const folders = [...new Set(all.map((found) => found.resolved.workingDir))]
      .filter((folder) => host.files.stat(folder).ok);
    const files = [
      ...new Set(
        all.flatMap(({ job }) => job.envFiles.map(({ path }) => host.paths.resolve(project.root, path))),
      ),
    ];
    const settings = [project.configPath, ...files];
    const { globs } = this.#request;
    const patterns = all.flatMap(({ job, resolved: { workingDir } }) =>
      patternsOf(job).map((glob) => ({ folder: workingDir, glob }))
    );
    return {
      key: watchKey(host, project, folders, files, [...patterns, ...all.map(({ job }) => job.outputs)]),
      settings,
      scope: async (own) => {
        if (globs.some((glob) => glob !== "")) {
          return await watchScope(host, project, project.root, { globs, own, files });
        }
        const asked = { globs: [], folders, patterns, own, files };
        const scope = await watchScope(host, project, project.root, asked);
        if (!scope.ok) return scope;
        const concerns = concernOf(host, ready);
        // A watched folder itself is reported where the system lost what changed in it.
        const { places, isNamed, counting } = scope.value;
        const counts = (path: string) =>
          isNamed(path) || places.some(({ folder }) => folder === path) || concerns(path);
        return ok({ ...scope.value, counting: (paths) => counting(paths.filter(counts)) });
      },
    };
  }

  async run(
    workspace: Workspace,
    { opened, resolved }: ReadyJobs,
    { change, stops, confirm, isFirst, useServices, begun }: Round,
  ): Promise<Result<RunRecord, Failure>> {
    const fresh = this.#request.fresh && isFirst;
    const request = { ...this.#request, fresh, confirm, stops, useServices, watch: change };
    const observer = this.#observe(workspace);
    const ran = await runResolvedJobs(workspace, opened, resolved, request, {
      began: (record) => {
        begun();
        observer.began(record);
      },
      node: (name) => observer.node(name),
      waits: (...wait) => observer.waits(...wait),
      ended: (...end) => observer.ended(...end),
    });
    return ran.ok ? ok(ran.value.record) : ran;
  }
}

/** Inputs can lie outside the working directory, or where git ignores them. */
function patternsOf({ inputs = [] }: Job): readonly string[] {
  return inputs.filter((each) => each !== GIT_WORD && !each.startsWith("!"));
}

/**
 * Whether a change of this path, absolute and without links, can make one of the jobs run again: an input of a job with `inputs`,
 * or a file in the working directory of another job. Declared outputs do not count, because each round writes them.
 */
function concernOf(
  host: Host,
  { opened: { project, store }, resolved }: ReadyJobs,
): (path: string) => boolean {
  const all = [...resolved.values()];
  const isWritten = all.filter(({ job }) => job.outputs.length > 0)
    .map((found) => outputCover(host, found.job, found.resolved));
  const isRead = all.map(({ job, resolved }: ResolvedJob) => {
    if (job.inputs !== undefined) return inputCover(host, store, project, job, resolved);
    const folder = realOr(host.files, resolved.workingDir);
    return (path: string) => isWithin(host.paths, folder, path);
  });
  return (path) => !isWritten.some((writes) => writes(path)) && isRead.some((reads) => reads(path));
}
