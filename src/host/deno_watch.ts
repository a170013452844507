/** Watches files on the real machine for changes. Loaded when a watch begins. */

import type { OperatingSystem } from "./environment.ts";
import type { ChooseFolders, FileChange, FileWatch, WatchedPlace } from "./file_watch.ts";
import type { HostProblem, HostResult } from "./host_result.ts";
import { problemOf } from "./deno_problem.ts";
import { LinuxWatch } from "./linux_watch.ts";

export async function watchFiles(
  os: OperatingSystem,
  places: readonly WatchedPlace[],
  hear: (change: HostResult<FileChange>) => void,
  choose: ChooseFolders,
): Promise<HostResult<FileWatch>> {
  const watch = os === "linux" ? await LinuxWatch.open(places, choose, hear) : "unavailable";
  return watch === "unavailable" ? watchByRuntime(places, hear) : watch;
}

/**
 * The runtime's watcher: on macOS and Windows a whole tree is one watch, and the caller filters what it does
 * not want.
 */
function watchByRuntime(
  places: readonly WatchedPlace[],
  hear: (change: HostResult<FileChange>) => void,
): HostResult<FileWatch> {
  const watchers: Deno.FsWatcher[] = [];
  let isClosed = false;
  const close = () => {
    if (isClosed) return;
    isClosed = true;
    for (const watcher of watchers) watcher.close();
  };
  for (const deep of [true, false]) {
    const folders = places.filter((place) => place.deep === deep).map((place) => place.folder);
    if (folders.length === 0) continue;
    try {
      watchers.push(Deno.watchFs(folders, { recursive: deep }));
    } catch (error) {
      close();
      return { ok: false, failure: watchProblem(error) };
    }
    const inThese = (path: string) => deep || folders.some((folder) => isDirectlyIn(path, folder));
    void tell(watchers.at(-1)!, folders, (change) => {
      if (isClosed || (change.ok && !inThese(change.value.path))) return;
      if (!change.ok) close();
      hear(change);
    });
  }
  return { ok: true, value: { close: () => Promise.resolve(close()) } };
}

async function tell(
  watcher: Deno.FsWatcher,
  folders: readonly string[],
  hear: (change: HostResult<FileChange>) => void,
): Promise<void> {
  const events = watcher[Symbol.asyncIterator]();
  for (;;) {
    try {
      const event = await events.next();
      if (event.done === true) return;
      for (const value of changesOf(event.value, folders)) hear({ ok: true, value });
    } catch (error) {
      if (!isNotUtf8(error)) return hear({ ok: false, failure: watchProblem(error) });
      // The event does not say which name it was, so the caller has to look.
      for (const path of folders) hear({ ok: true, value: { kind: "made", path } });
    }
  }
}

/** A name that is not text ends only the event, not the watch. The words are those of Deno 2.9. */
function isNotUtf8(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes("invalid UTF-8");
}

function changesOf(event: Deno.FsEvent, folders: readonly string[]): readonly FileChange[] {
  if (event.flag === "rescan") return folders.map((path) => ({ kind: "made", path }));
  switch (event.kind) {
    case "create":
      return event.paths.map((path) => ({ kind: "made", path }));
    case "any":
    case "modify":
      return event.paths.map((path) => ({ kind: "changed", path }));
    case "remove":
      return event.paths.map((path) => ({ kind: "removed", path }));
    // A rename reports which name came or went, but not always which of the two; the old one was reported
    // before.
    case "rename":
      return event.paths.slice(-1).map((path) => ({ kind: isThere(path) ? "made" : "removed", path }));
    case "access":
    case "other":
      return [];
  }
}

/**
 * All watchers of a process share one of the system's, so a flat place also gets events from below a deep
 * one.
 */
function isDirectlyIn(path: string, folder: string): boolean {
  if (path === folder) return true;
  return path.startsWith(folder) && !/[/\\]/.test(path.slice(folder.length).replace(/^[/\\]/, ""));
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Deno reports a reached limit of inotify in words only. Source: inotify(7); the words are those of Deno 2.9.
 */
function watchProblem(error: unknown): HostProblem {
  const message = error instanceof Error ? error.message : "";
  if (message.startsWith("OS file watch limit reached")) {
    return { kind: "too_many_watched", reason: "the system allows no more watched folders" };
  }
  if (message.startsWith("Too many open files")) {
    return { kind: "too_many_watched", reason: "the system allows no more watchers" };
  }
  return problemOf(error);
}
