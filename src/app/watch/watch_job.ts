/** One job as the subject of a watch: its working directory, or the given paths below it, are watched. */

import { nextCommand } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Job } from "../../model/job.ts";
import { requireRecordable } from "../workspace/config_problem.ts";
import { type Confirm, requireConfirmation } from "../jobs/confirmation.ts";
import type { RunObserver } from "../recording/run_to_record.ts";
import { type ResolvedJob, resolveJob } from "../jobs/resolve_job.ts";
import { type RunJobRequest, runResolvedJob } from "../jobs/run_job.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Round, Watched, WatchedPaths } from "./watch.ts";
import { watchKey, watchScope } from "./watch_scope.ts";

export interface WatchJobRequest extends RunJobRequest {
  /** The watched paths, from the job's working directory; "" is all of it. */
  readonly globs: readonly string[];
}

export class WatchedJob implements Watched<ResolvedJob> {
  readonly #request: WatchJobRequest;
  readonly #observer: RunObserver;

  constructor(request: WatchJobRequest, observer: RunObserver) {
    this.#request = request;
    this.#observer = observer;
  }

  async prepare(workspace: Workspace): Promise<Result<ResolvedJob, Failure>> {
    const found = await resolveJob(workspace, this.#request);
    if (!found.ok) return found;
    const { job, resolved } = found.value;
    const watchable = requireWatchable(job);
    if (!watchable.ok) return watchable;
    // The run reports the other problems, and a change may fix them.
    const folder = await requireRecordable(workspace, "jobs", job.name, resolved);
    return folder.ok ? found : folder;
  }

  async confirm({ job }: ResolvedJob, confirm: Confirm): Promise<Result<unknown, Failure>> {
    return await requireConfirmation("job", job, confirm, "with_words");
  }

  secretsOf({ resolved }: ResolvedJob): readonly string[] {
    return resolved.secrets;
  }

  watches(
    { host }: Workspace,
    { project, job, resolved: { workingDir } }: ResolvedJob,
  ): WatchedPaths {
    const { globs } = this.#request;
    const files = job.envFiles.map(({ path }) => host.paths.resolve(project.root, path));
    return {
      key: watchKey(host, project, [workingDir], files),
      settings: [project.configPath, ...files],
      scope: (own) => watchScope(host, project, workingDir, { globs, own, files }),
    };
  }

  async run(workspace: Workspace, found: ResolvedJob, round: Round): Promise<Result<RunRecord, Failure>> {
    const { change, stops, confirm, isFirst, useServices } = round;
    const fresh = this.#request.fresh && isFirst;
    const request = { ...this.#request, confirm, watch: change, stops, fresh, useServices };
    return await runResolvedJob(workspace, found, request, {
      event: (event, record) => {
        if (event.kind === "run_created" || event.kind === "run_up_to_date") round.begun();
        this.#observer.event(event, record);
      },
      outputGrown: (...grown) => this.#observer.outputGrown(...grown),
      inputWithheld: (...withheld) => this.#observer.inputWithheld(...withheld),
    });
  }
}

/** A failure for a job that a watch cannot run. */
export function requireWatchable({ name, interactive }: Job): Result<void, Failure> {
  if (!interactive) return ok(undefined);
  return fail({
    code: "refused",
    action: "watch",
    value: name,
    fact: "it is interactive, so it has the terminal and Ctrl-C to itself",
    next: [nextCommand("run", name)],
  });
}
