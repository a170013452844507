/**
 * Runs a job again whenever its files change, each run with its own record, until a signal ends the watch.
 */

import { nextCommand } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { ChangeRecord, RunRecord } from "../../model/run.ts";
import type { Host, ReceivedSignal } from "../../host/host.ts";
import { type ChangedFile, ChangeFeed } from "./change_feed.ts";
import { ChangeFilter, type RunSpan } from "./change_filter.ts";
import { requireRecordable } from "../workspace/config_problem.ts";
import { type Confirm, requireConfirmation } from "../jobs/confirmation.ts";
import type { RunObserver } from "../recording/recorded_run.ts";
import { toldEnd } from "../recording/told_end.ts";
import { type ResolvedJob, resolveJob, type RunJobRequest, runResolvedJob } from "../jobs/run_job.ts";
import { realName, watchFailed, watchScope, withoutSecrets } from "./watch_scope.ts";
import { changeOf, WatchedRun } from "./watched_run.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface WatchJobRequest extends RunJobRequest {
  /** The watched paths, from the job's working directory; empty: all of it. */
  readonly globs: readonly string[];
}

/** The events of a watch, in order, for the face that shows them. */
export type WatchNews =
  /** A run has ended; `change` is given where a new one follows. */
  | { readonly kind: "ended"; readonly record: RunRecord; readonly workspace: Workspace }
  /** It could not be run or recorded this time. */
  | { readonly kind: "failed"; readonly failure: Failure; readonly workspace: Workspace }
  | { readonly kind: "waiting" }
  /** The job runs again, now or when the current run has been ended. */
  | { readonly kind: "changed"; readonly change: ChangeRecord; readonly isRunning: boolean }
  /** From now on, such changes of these files do not count. */
  | { readonly kind: "habits"; readonly names: readonly string[] }
  /** Folders that cannot be read, and are not watched. */
  | { readonly kind: "unheard"; readonly names: readonly string[] }
  /** Watching failed; the current run continues to its end. */
  | { readonly kind: "deaf"; readonly failure: Failure };

export interface WatchPorts {
  /** Reloads the program, because the configuration may have changed. */
  open(): Result<Workspace, Failure>;
  readonly observer: RunObserver;
  show(news: WatchNews): Promise<void> | void;
}

export type WatchEnd =
  | { readonly kind: "signal"; readonly signal: ReceivedSignal }
  /** An error inside Orchastration ended the run. */
  | { readonly kind: "bug"; readonly record: RunRecord };

/** How the watch ended; a failure where it could not start, or watching failed. */
export async function watchJob(
  first: Workspace,
  request: WatchJobRequest,
  ports: WatchPorts,
): Promise<Result<WatchEnd, Failure>> {
  const watch = new Watch(first.host, request, ports);
  let unlisten = () => {};
  try {
    // A watch that cannot start is a mistake on the command line or in the configuration, and waiting would
    // not help.
    const job = await watch.prepare(first);
    if (!job.ok) return job;
    // Before signals are handled: at the question, Ctrl-C is an answer.
    const confirmed = await requireConfirmation("job", job.value.job, request.confirm);
    if (!confirmed.ok) return confirmed;
    // From here on, no signal can end the process between two runs unnoticed.
    unlisten = first.host.signals.onStop((signal) => watch.stop(signal));
    return await watch.run(first);
  } finally {
    unlisten();
    watch.close();
  }
}

class Watch {
  readonly #host: Host;
  readonly #request: WatchJobRequest;
  readonly #ports: WatchPorts;
  readonly #filter: ChangeFilter;
  readonly #stopped = Promise.withResolvers<"stopped">();
  #signal: ReceivedSignal | undefined;
  #current: WatchedRun | undefined;
  #feed: ChangeFeed | undefined;
  #scopeKey = "";
  /** Files that the run reads before its process exists. */
  #settings: ReadonlySet<string> = new Set();
  #next: Promise<readonly ChangedFile[]> | undefined;
  #deaf: Failure | undefined;

  constructor(host: Host, request: WatchJobRequest, ports: WatchPorts) {
    this.#host = host;
    this.#request = request;
    this.#ports = ports;
    this.#filter = new ChangeFilter(host);
  }

  stop(signal: ReceivedSignal): void {
    this.#signal ??= signal;
    this.#current?.stops.signal(signal);
    this.#stopped.resolve("stopped");
  }

  close(): void {
    this.#feed?.close();
  }

  async run(first: Workspace): Promise<Result<WatchEnd, Failure>> {
    let workspace = first;
    let change = changeOf([]);
    for (let number = 1; this.#signal === undefined; number++) {
      const run = new WatchedRun(number, this.#host.clock);
      const ended = await this.#carryOut(run, workspace, change);
      if (ended?.stopped_by?.cause.kind === "bug") return ok({ kind: "bug", record: ended });
      const again = run.again ?? await this.#waitForChange(run);
      if (this.#signal !== undefined) break;
      if (again === undefined) return fail(this.#deaf!);
      change = again;
      const opened = this.#ports.open();
      if (!opened.ok) return opened;
      workspace = opened.value;
    }
    return ok({ kind: "signal", signal: this.#signal! });
  }

  /** The job as it is configured now, with a watch for its scope. */
  async prepare(workspace: Workspace): Promise<Result<ResolvedJob, Failure>> {
    const resolved = await resolveJob(workspace, this.#request);
    if (!resolved.ok) return resolved;
    const { job } = resolved.value;
    if (job.interactive) {
      return fail({
        code: "refused",
        action: "watch",
        value: job.name,
        fact: "it is interactive, so it has the terminal and Ctrl-C to itself",
        next: [nextCommand("run", job.name)],
      });
    }
    const listening = await this.#listen(workspace, resolved.value);
    return listening.ok ? resolved : listening;
  }

  async #listen(
    workspace: Workspace,
    { project, job, resolved }: ResolvedJob,
  ): Promise<Result<void, Failure>> {
    const { workingDir, secrets } = resolved;
    // The run reports the other problems, and a change may fix them.
    const folder = await requireRecordable(workspace, "jobs", job.name, resolved);
    if (!folder.ok) return folder;
    // New or removed folders, links outside and other files of variables change what has to be watched.
    const files = job.envFiles.map(({ path }) => this.#host.paths.resolve(project.root, path));
    const real = [workingDir, ...files.map((path) => this.#host.paths.dirname(path))].map((path) => {
      const found = this.#host.files.realPath(path);
      return found.ok ? found.value : null;
    });
    const key = JSON.stringify([project.root, project.configPath, workingDir, files, real]);
    if (this.#feed !== undefined && key === this.#scopeKey) return ok(undefined);
    const own = [(await workspace.statePlace()).path, workspace.logPlace().path];
    const scope = await watchScope(this.#host, project, workingDir, {
      globs: this.#request.globs,
      own: own.filter((path) => path !== undefined),
      files,
    });
    if (!scope.ok) return fail(withoutSecrets(scope.failure, secrets));
    const opened = await ChangeFeed.open(this.#host, scope.value);
    if (!opened.ok) {
      return fail(withoutSecrets(watchFailed(scope.value.places[0]!.folder, opened.failure), secrets));
    }
    this.#feed?.close();
    this.#feed = opened.value;
    this.#scopeKey = key;
    this.#settings = new Set([project.configPath, ...files].map((path) => realName(this.#host, path)));
    this.#next = undefined;
    return ok(undefined);
  }

  /** The record of the run; undefined where there is none. */
  async #carryOut(
    run: WatchedRun,
    workspace: Workspace,
    change: ChangeRecord,
  ): Promise<RunRecord | undefined> {
    this.#current = run;
    const running = this.#start(run, workspace, change);
    try {
      for (;;) {
        const heard = await Promise.race([running.then(() => undefined), this.#hear()]);
        if (heard === undefined) break;
        this.#next = undefined;
        await this.#changedWhile(run, heard);
      }
    } catch (error) {
      // Even after a bug, no process is left running.
      run.stops.bug(String(error));
      await running;
      throw error;
    }
    const ended = await toldEnd(workspace, await running, (record) => record);
    run.endedAtMs = this.#host.clock.monotonicMs();
    this.#current = undefined;
    await this.#ports.show(
      ended.ok
        ? { kind: "ended", record: ended.value, workspace }
        : { kind: "failed", failure: ended.failure, workspace },
    );
    return ended.ok ? ended.value : undefined;
  }

  async #start(
    run: WatchedRun,
    workspace: Workspace,
    change: ChangeRecord,
  ): Promise<Result<RunRecord, Failure>> {
    const ready = await this.prepare(workspace);
    if (!ready.ok) return ready;
    // A question that a changed configuration adds must not outlive the request to stop.
    const confirm: Confirm = (...asked) =>
      Promise.race([this.#request.confirm(...asked), this.#stopped.promise.then((): "no" => "no")]);
    run.resolved(ready.value.resolved.secrets);
    const { observer } = this.#ports;
    const request = { ...this.#request, confirm, watch: change, stops: run.stops, fresh: false };
    return await runResolvedJob(workspace, ready.value, request, {
      event(event, record) {
        if (event.kind === "run_created" || event.kind === "run_up_to_date") run.begin();
        observer.event(event, record);
      },
      outputGrown: (...grown) => observer.outputGrown(...grown),
      inputWithheld: (...withheld) => observer.inputWithheld(...withheld),
    });
  }

  /** The first change that counts ends the run; changes until it has ended are added to it. */
  async #changedWhile(run: WatchedRun, heard: readonly ChangedFile[]): Promise<void> {
    let files = heard;
    if (!run.isBegun) {
      // The process that is about to start sees all changes except new settings.
      await this.#filter.note(heard);
      files = heard.filter(({ path }) => this.#settings.has(path));
    }
    const changed = await this.#filterOf(files, run);
    if (changed.length === 0 || !run.add(changed) || this.#signal !== undefined) return;
    await this.#ports.show({ kind: "changed", change: run.again!, isRunning: true });
    run.makeRoom();
  }

  /** Waits for a change that counts; undefined where a signal ends the watch, or watching failed. */
  async #waitForChange(last: RunSpan): Promise<ChangeRecord | undefined> {
    const isOver = () => this.#signal !== undefined || this.#deaf !== undefined;
    if (!isOver()) await this.#ports.show({ kind: "waiting" });
    while (!isOver()) {
      // Without the files, because a raced promise keeps its value as long as it lives.
      await Promise.race([this.#stopped.promise, this.#hear().then(() => {})]);
      if (this.#signal !== undefined) break;
      const heard = await this.#hear();
      this.#next = undefined;
      const changed = await this.#filterOf(heard, last);
      if (changed.length === 0 || isOver()) continue;
      const change = changeOf(changed.map(({ name }) => name));
      await this.#ports.show({ kind: "changed", change, isRunning: false });
      return change;
    }
    return undefined;
  }

  /** The next burst: the same promise until somebody has taken it. */
  #hear(): Promise<readonly ChangedFile[]> {
    return this.#next ??= this.#nextOf(this.#feed);
  }

  async #nextOf(feed: ChangeFeed | undefined): Promise<readonly ChangedFile[]> {
    if (feed === undefined || this.#deaf !== undefined) return await new Promise(() => {});
    const next = await feed.next();
    const unheard = feed.unheard();
    if (unheard.length > 0) await this.#ports.show({ kind: "unheard", names: unheard });
    if (next?.ok === true) return next.value;
    // If the feed was replaced meanwhile, the new one is asked next.
    if (next === undefined || feed !== this.#feed) return [];
    this.#deaf = watchFailed(this.#request.globs[0] || ".", next.failure);
    await this.#ports.show({ kind: "deaf", failure: this.#deaf });
    return [];
  }

  async #filterOf(files: readonly ChangedFile[], run: RunSpan): Promise<readonly ChangedFile[]> {
    const { changed, habits } = await this.#filter.filter(files, run);
    if (habits.length > 0) {
      await this.#ports.show({ kind: "habits", names: habits.map(({ name }) => name) });
    }
    return changed;
  }
}
