/**
 * The changes of a watch in bursts: collected until it is quiet, without changes that do not count. Decides
 * nothing about runs.
 */

import { fail, ok, type Result } from "../../model/result.ts";
import type { FileChange, FileWatch } from "../../host/file_watch.ts";
import type { Host } from "../../host/host.ts";
import type { HostProblem, HostResult } from "../../host/host_result.ts";
import { walk } from "../files/fingerprint_files.ts";
import { realName, type WatchScope } from "./watch_scope.ts";

/** The time without changes that ends a burst. A checkout of a thousand files is one burst. */
const QUIET_MS = 100;
/** A burst that does not end is cut here, because something may write without a pause. */
const LONGEST_BURST_MS = 2000;
/** How often to look whether a removed folder has come back. */
const LOOK_AGAIN_MS = 500;

export interface ChangedFile {
  /** Absolute, with canonical folders. */
  readonly path: string;
  /** Relative to the working directory, with "/". */
  readonly name: string;
  /** When it was first and last reported in the burst, on the monotonic clock. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

interface Heard {
  readonly first: Exclude<FileChange["kind"], "unheard">;
  wasMade: boolean;
  removals: number;
  readonly firstAtMs: number;
  lastAtMs: number;
}

export class ChangeFeed {
  readonly #host: Host;
  readonly #scope: WatchScope;
  #isClosed = false;
  #watch: FileWatch | undefined;
  #pending = new Map<string, Heard>();
  #count = 0;
  #problem: HostProblem | undefined;
  #something = Promise.withResolvers<void>();
  /** Each ends one pause. A shared promise would keep a part of every pause alive. */
  readonly #pauses = new Set<() => void>();
  #isReviving = false;
  /** Folders that are not watched, by their usual names; each is reported once. */
  readonly #unheard = new Set<string>();

  private constructor(host: Host, scope: WatchScope) {
    this.#host = host;
    this.#scope = scope;
  }

  static async open(host: Host, scope: WatchScope): Promise<HostResult<ChangeFeed>> {
    const feed = new ChangeFeed(host, scope);
    const opened = await feed.#open();
    return opened.ok ? { ok: true, value: feed } : opened;
  }

  /** The next burst, sorted by name; a problem where watching failed; undefined when it is closed. */
  async next(): Promise<Result<readonly ChangedFile[], HostProblem> | undefined> {
    for (;;) {
      // A problem can come while a burst is collected, and ends the feed.
      if (!this.#isClosed && this.#problem === undefined) await this.#something.promise;
      if (this.#isClosed) return undefined;
      if (this.#problem !== undefined) return fail(this.#problem);
      await this.#quiet();
      const pending = this.#pending;
      this.#pending = new Map();
      this.#something = Promise.withResolvers();
      // A changed ignore file changes which folders are ignored.
      if ([...pending.keys()].some((path) => this.#host.paths.basename(path) === ".gitignore")) {
        const opened = await this.#open();
        if (!opened.ok && opened.failure.kind !== "not_found") return fail(opened.failure);
      }
      const files = await this.#countingOf(pending);
      if (files.length > 0 || this.#unheard.size > 0) return ok(files);
    }
  }

  /** Unreadable folders are left out; each is reported once. */
  unheard(): readonly string[] {
    const names = [...this.#unheard].filter((name) => name !== "");
    this.#unheard.clear();
    return names.toSorted();
  }

  close(): void {
    this.#isClosed = true;
    void this.#watch?.close();
    this.#something.resolve();
    for (const end of this.#pauses) end();
  }

  async #open(): Promise<HostResult<void>> {
    const { places, choose } = this.#scope;
    const watch = await this.#host.files.watch(places, (change) => this.#hear(change), choose);
    if (!watch.ok) return watch;
    // The wait may have outlived the feed.
    if (this.#isClosed) void watch.value.close();
    else {
      void this.#watch?.close();
      this.#watch = watch.value;
    }
    return { ok: true, value: undefined };
  }

  #hear(change: HostResult<FileChange>): void {
    if (this.#isClosed) return;
    if (!change.ok) return this.#fail(change.failure);
    const { kind, path } = change.value;
    if (kind === "unheard") {
      this.#unheard.add(this.#scope.nameOf(path));
      this.#something.resolve();
      return;
    }
    this.#add(kind, path);
    if (kind === "removed" && this.#scope.places.some((place) => place.folder === path)) void this.#revive();
  }

  #add(kind: Exclude<FileChange["kind"], "unheard">, path: string): void {
    const nowMs = this.#host.clock.monotonicMs();
    const heard = this.#pending.get(path) ??
      { first: kind, wasMade: false, removals: 0, firstAtMs: nowMs, lastAtMs: nowMs };
    heard.wasMade ||= kind === "made";
    if (kind === "removed") heard.removals++;
    heard.lastAtMs = nowMs;
    this.#pending.set(path, heard);
    this.#count++;
    this.#something.resolve();
  }

  #fail(problem: HostProblem): void {
    this.#problem = problem;
    this.#something.resolve();
  }

  async #quiet(): Promise<void> {
    const { clock } = this.#host;
    const endMs = clock.monotonicMs() + LONGEST_BURST_MS;
    for (let before = -1; before !== this.#count && clock.monotonicMs() < endMs;) {
      before = this.#count;
      await this.#pause(QUIET_MS);
      if (this.#isClosed) return;
    }
  }

  async #pause(ms: number): Promise<void> {
    const over = Promise.withResolvers<void>();
    const timer = this.#host.clock.after(ms);
    void timer.elapsed.then(over.resolve);
    this.#pauses.add(over.resolve);
    await over.promise;
    this.#pauses.delete(over.resolve);
    timer.cancel();
  }

  /** A folder that was removed and comes back, as in a checkout, is a different one for the system. */
  async #revive(): Promise<void> {
    if (this.#isReviving) return;
    this.#isReviving = true;
    for (;;) {
      await this.#pause(LOOK_AGAIN_MS);
      if (this.#isClosed) return;
      if (!this.#scope.places.every(({ folder }) => this.#host.files.stat(folder).ok)) continue;
      const opened = await this.#open();
      if (opened.ok) break;
      // Removed again meanwhile.
      if (opened.failure.kind !== "not_found") return this.#fail(opened.failure);
    }
    this.#isReviving = false;
    // Changes in them meanwhile went unnoticed.
    for (const { folder } of this.#scope.places) this.#add("made", folder);
  }

  async #countingOf(pending: ReadonlyMap<string, Heard>): Promise<readonly ChangedFile[]> {
    const found = new Map<string, Heard>();
    for (const [path, heard] of pending) {
      for (const each of await this.#filesOf(realName(this.#host, path), heard)) found.set(each, heard);
    }
    const names = await this.#scope.counting([...found.keys()]);
    return [...names].map(([path, name]): ChangedFile => {
      const { firstAtMs, lastAtMs } = found.get(path)!;
      return { path, name, firstAtMs, lastAtMs };
    }).toSorted((a, b) => a.name < b.name ? -1 : 1);
  }

  /** The files that this changed path concerns. */
  async #filesOf(path: string, { first, wasMade, removals }: Heard): Promise<readonly string[]> {
    const facts = this.#host.files.stat(path);
    // A file that appeared and disappeared within the burst, as editors do, is no change; removed files are
    // reported once.
    if (!facts.ok) return first === "made" || removals > 1 ? [] : [path];
    if (facts.value.kind !== "directory") return [path];
    if (!wasMade) return [];
    if (this.#scope.places.some((place) => place.folder === path)) return [path];
    if (this.#scope.isNamed(path)) return [path];
    if (!(await this.#scope.choose([path])).has(path)) return [];
    // For files in a new folder, the system may report the folder only.
    const tree = walk(this.#host, path, "");
    return tree === "too_many" ? [path] : tree.paths.map((each) => this.#host.paths.join(path, each));
  }
}
