/**
 * Runs something again whenever its files change, each run with its own record, until a signal ends the watch. `Watched` is
 * one job, or several jobs with their needs.
 */

import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { ChangeRecord, RunRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import type { ReceivedSignal } from "../../host/signals.ts";
import { type ChangedFile, ChangeFeed } from "./change_feed.ts";
import { ChangeFilter, type RunSpan } from "./change_filter.ts";
import type { Confirm } from "../jobs/confirmation.ts";
import type { UseServices } from "../jobs/service_use.ts";
import { withNotification } from "../recording/with_notification.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import { KeptServices } from "./kept_services.ts";
import { watchFailed, withoutSecrets } from "./watch_failure.ts";
import { realName, type WatchScope } from "./watch_scope.ts";
import { changeOf, WatchedRun } from "./watched_run.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** The subject of a watch. `Ready` is its form after resolution against the configuration of one moment. */
export interface Watched<Ready> {
  /** A failure if the request cannot be carried out, or cannot be watched. Starts nothing. */
  prepare(workspace: Workspace): Promise<Result<Ready, Failure>>;
  /** Asks for the confirmations that it needs. */
  confirm(ready: Ready, confirm: Confirm): Promise<Result<unknown, Failure>>;
  watches(workspace: Workspace, ready: Ready): WatchedPaths;
  /** Values that no message and no record may contain. */
  secretsOf(ready: Ready): readonly string[];
  run(workspace: Workspace, ready: Ready, round: Round): Promise<Result<RunRecord, Failure>>;
}

export interface WatchedPaths {
  /** Changes where the watched folders change, so that they are determined again. */
  readonly key: string;
  /** Files that a run reads before its process exists: the configuration and files of variables. */
  readonly settings: readonly string[];
  scope(own: readonly string[]): Promise<Result<WatchScope, Failure>>;
}

/** One run of a watch. */
export interface Round {
  readonly change: ChangeRecord;
  readonly stops: StopRequests;
  /** For questions that a changed configuration adds. */
  readonly confirm: Confirm;
  readonly isFirst: boolean;
  /** Services stay ready for the next round. */
  readonly useServices: UseServices;
  /** Its process may exist from now on. */
  begun(): void;
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
  readonly confirm: Confirm;
  /** Starts services as they are configured now. */
  servicesOf(workspace: Workspace): UseServices;
  show(news: WatchNews): Promise<void> | void;
}

export type WatchEnd =
  | { readonly kind: "signal"; readonly signal: ReceivedSignal }
  /** An error inside Orchastration ended the run. */
  | { readonly kind: "bug"; readonly record: RunRecord };

/** How the watch ended; a failure where it could not start, or watching failed. */
export async function watchFor<Ready>(
  first: Workspace,
  watched: Watched<Ready>,
  ports: WatchPorts,
): Promise<Result<WatchEnd, Failure>> {
  const watch = new Watch(first.host, watched, ports);
  let unlisten = () => {};
  try {
    // A watch that cannot start is a mistake on the command line or in the configuration, and waiting would
    // not help.
    const ready = await watch.prepare(first);
    if (!ready.ok) return ready;
    // Before signals are handled: at the question, Ctrl-C is an answer.
    const confirmed = await watched.confirm(ready.value, ports.confirm);
    if (!confirmed.ok) return confirmed;
    // From here on, no signal can end the process between two runs unnoticed.
    unlisten = first.host.signals.onStop((signal) => watch.stop(signal));
    return await watch.run(first);
  } finally {
    unlisten();
    watch.close();
    await watch.services.release();
  }
}

class Watch<Ready> {
  readonly #host: Host;
  readonly #watched: Watched<Ready>;
  readonly #ports: WatchPorts;
  readonly #filter: ChangeFilter;
  readonly services = new KeptServices();
  readonly #stopped = Promise.withResolvers<"stopped">();
  #signal: ReceivedSignal | undefined;
  #current: WatchedRun | undefined;
  #feed: ChangeFeed | undefined;
  #scopeKey = "";
  #watchedName = ".";
  /** Files that the run reads before its process exists. */
  #settings: ReadonlySet<string> = new Set();
  #next: Promise<readonly ChangedFile[]> | undefined;
  #deaf: Failure | undefined;

  constructor(host: Host, watched: Watched<Ready>, ports: WatchPorts) {
    this.#host = host;
    this.#watched = watched;
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

  /** The subject as it is configured now, with a watch for its files. */
  async prepare(workspace: Workspace): Promise<Result<Ready, Failure>> {
    const ready = await this.#watched.prepare(workspace);
    if (!ready.ok) return ready;
    const listening = await this.#listen(workspace, ready.value);
    return listening.ok ? ready : listening;
  }

  async #listen(workspace: Workspace, ready: Ready): Promise<Result<void, Failure>> {
    const { key, settings, scope: scopeWithout } = this.#watched.watches(workspace, ready);
    if (this.#feed !== undefined && key === this.#scopeKey) return ok(undefined);
    const own = [(await workspace.statePlace()).path, workspace.logPlace().path];
    const secrets = this.#watched.secretsOf(ready);
    const scope = await scopeWithout(own.filter((path) => path !== undefined));
    if (!scope.ok) return fail(withoutSecrets(scope.failure, secrets));
    const opened = await ChangeFeed.open(this.#host, scope.value);
    if (!opened.ok) {
      return fail(withoutSecrets(watchFailed(scope.value.places[0]!.folder, opened.failure), secrets));
    }
    this.#feed?.close();
    this.#feed = opened.value;
    this.#watchedName = scope.value.asked;
    this.#scopeKey = key;
    this.#settings = new Set(settings.map((path) => realName(this.#host, path)));
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
    const ended = await withNotification(workspace, await running, (record) => record);
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
      Promise.race([this.#ports.confirm(...asked), this.#stopped.promise.then((): "no" => "no")]);
    run.resolved(this.#watched.secretsOf(ready.value));
    const { stops, number } = run;
    const useServices = this.services.forRun(this.#ports.servicesOf(workspace));
    const round = { change, stops, confirm, isFirst: number === 1, useServices, begun: () => run.begin() };
    return await this.#watched.run(workspace, ready.value, round);
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

  /** The next burst: the same promise until it has been taken. */
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
    this.#deaf = watchFailed(this.#watchedName, next.failure);
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
