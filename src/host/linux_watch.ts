/**
 * Watches folders on Linux: one watch for each wanted folder, links not followed, new folders added as they
 * appear.
 */

import type { ChooseFolders, FileChange, FileWatch, WatchedPlace } from "./file_watch.ts";
import type { HostProblem, HostResult } from "./host_result.ts";
import {
  ATTRIB,
  CREATE,
  DELETE,
  DELETE_SELF,
  IGNORED,
  Inotify,
  type InotifyEvent,
  ISDIR,
  MODIFY,
  MOVE_SELF,
  MOVED_FROM,
  MOVED_TO,
  Q_OVERFLOW,
} from "./linux_inotify.ts";

const CHANGES = MODIFY | ATTRIB | MOVED_FROM | MOVED_TO | CREATE | DELETE;
const OWN_END = DELETE_SELF | MOVE_SELF;

const LIMIT: HostProblem = {
  kind: "too_many_watched",
  reason: "the system allows no more watched folders",
};

interface Watched {
  readonly path: string;
  /** Events are reported for the folder itself; only for a place and the folders above it. */
  readonly ends: Set<string>;
  /** Changes of its content are reported, not only its end. */
  isOpen: boolean;
  /** Folders in it are watched, too. */
  isDeep: boolean;
}

type Joined = "joined" | "gone" | "unreadable" | "limit";

export class LinuxWatch implements FileWatch {
  readonly #inotify: Inotify;
  readonly #places: readonly WatchedPlace[];
  readonly #choose: ChooseFolders;
  readonly #hear: (change: HostResult<FileChange>) => void;
  readonly #byWatch = new Map<number, Watched>();
  readonly #byPath = new Map<string, number>();
  #isClosed = false;
  #listening: Promise<void> | undefined;

  private constructor(
    inotify: Inotify,
    places: readonly WatchedPlace[],
    choose: ChooseFolders,
    hear: (change: HostResult<FileChange>) => void,
  ) {
    this.#inotify = inotify;
    this.#places = places;
    this.#choose = choose;
    this.#hear = hear;
  }

  /** "unavailable": this system needs another way of watching. */
  static async open(
    places: readonly WatchedPlace[],
    choose: ChooseFolders,
    hear: (change: HostResult<FileChange>) => void,
  ): Promise<HostResult<FileWatch> | "unavailable"> {
    const inotify = Inotify.open();
    if (inotify === "unavailable") return inotify;
    if (inotify === "limit") {
      const reason = "the system allows no more watchers";
      return { ok: false, failure: { kind: "too_many_watched", reason } };
    }
    const watch = new LinuxWatch(inotify, places, choose, hear);
    // The watch begins before the look, so that entries made meanwhile are reported.
    watch.#listening = watch.#listen();
    for (const place of places) {
      const problem = await watch.#openPlace(place);
      if (problem === undefined) continue;
      await watch.close();
      return { ok: false, failure: problem };
    }
    return { ok: true, value: watch };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#inotify.close();
    await this.#listening;
  }

  async #openPlace({ folder, deep }: WatchedPlace): Promise<HostProblem | undefined> {
    const joined = this.#join(folder, deep);
    if (joined === "limit") return LIMIT;
    if (joined === "gone") return { kind: "not_found", reason: "no such file or directory" };
    if (joined === "unreadable") return { kind: "permission_denied", reason: "permission denied" };
    this.#byWatch.get(this.#byPath.get(folder)!)!.ends.add(folder);
    // Renaming a folder above moves the place with it, and the place itself gets no event.
    for (let above = parentOf(folder); above !== undefined; above = parentOf(above)) {
      this.#watchEnd(above, folder);
    }
    return deep ? await this.#joinBelow([folder]) : undefined;
  }

  /** A folder above that cannot be read cannot be watched, and is skipped. */
  #watchEnd(path: string, place: string): void {
    const watch = this.#inotify.add(path, OWN_END);
    if (watch === undefined) return;
    const known = this.#byWatch.get(watch) ?? { path, ends: new Set(), isOpen: false, isDeep: false };
    known.ends.add(place);
    this.#byWatch.set(watch, known);
    this.#byPath.set(path, watch);
  }

  #join(path: string, isDeep: boolean): Joined {
    const watch = this.#inotify.add(path, CHANGES | OWN_END);
    if (watch === undefined) return whyNot(path);
    const known = this.#byWatch.get(watch) ?? { path, ends: new Set(), isOpen: false, isDeep: false };
    // A renamed folder keeps its number; it is now known by the new name.
    if (known.path !== path) this.#byPath.delete(known.path);
    this.#byWatch.set(watch, { ...known, path, isOpen: true, isDeep: isDeep || known.isDeep });
    this.#byPath.set(path, watch);
    return "joined";
  }

  /** Adds the chosen folders below, level by level; a problem where the system allows no more. */
  async #joinBelow(folders: readonly string[]): Promise<HostProblem | undefined> {
    for (let level = folders; level.length > 0 && !this.#isClosed;) {
      const below = level.flatMap(foldersIn);
      if (below.length === 0) return undefined;
      const chosen = await this.#choose(below);
      const next: string[] = [];
      for (const path of below) {
        if (!chosen.has(path) || this.#isClosed) continue;
        const joined = this.#join(path, true);
        if (joined === "limit") return LIMIT;
        if (joined === "unreadable") this.#tell("unheard", path);
        if (joined === "joined") next.push(path);
      }
      level = next;
    }
    return undefined;
  }

  async #listen(): Promise<void> {
    for (;;) {
      const events = await this.#inotify.next();
      if (events === undefined) return;
      for (const event of events) {
        if (!this.#isClosed) this.#handle(event);
      }
    }
  }

  #handle({ watch, mask, name }: InotifyEvent): void {
    if (mask & Q_OVERFLOW) {
      for (const { folder, deep } of this.#places) {
        this.#tell("made", folder);
        if (deep) void this.#joinLater([folder]);
      }
      return;
    }
    const folder = this.#byWatch.get(watch);
    if (folder === undefined) return;
    if (mask & IGNORED) {
      this.#byWatch.delete(watch);
      if (this.#byPath.get(folder.path) === watch) this.#byPath.delete(folder.path);
      return;
    }
    if (mask & OWN_END) {
      for (const place of folder.ends) {
        this.#leave(place);
        this.#tell("removed", place);
      }
      return;
    }
    if (!folder.isOpen || name === "") return;
    const path = folder.path === "/" ? `/${name}` : `${folder.path}/${name}`;
    if (mask & (MOVED_FROM | DELETE)) {
      if (mask & ISDIR) this.#leave(path);
      this.#tell("removed", path);
    } else if (mask & (MOVED_TO | CREATE)) {
      this.#tell("made", path);
      if (mask & ISDIR && folder.isDeep) void this.#joinNew(path);
    } else this.#tell("changed", path);
  }

  /** A new folder; nothing is reported for one that has gone again. */
  async #joinNew(path: string): Promise<void> {
    const chosen = await this.#choose([path]);
    if (!chosen.has(path) || this.#isClosed) return;
    const joined = this.#join(path, true);
    if (joined === "limit") return this.#fail(LIMIT);
    if (joined === "unreadable") this.#tell("unheard", path);
    if (joined !== "joined") return;
    await this.#joinLater([path]);
    // Entries that were made in it before it was watched.
    this.#tell("made", path);
  }

  async #joinLater(folders: readonly string[]): Promise<void> {
    const problem = await this.#joinBelow(folders);
    if (problem !== undefined) this.#fail(problem);
  }

  /** Removing a folder removes those in it. */
  #leave(path: string): void {
    for (const [each, watch] of [...this.#byPath]) {
      if (each !== path && !each.startsWith(`${path}/`)) continue;
      const watched = this.#byWatch.get(watch);
      // A renamed place can still report its end; nothing in it has this name any more.
      if (watched !== undefined) watched.isOpen = false;
      if (watched?.ends.size !== 0) continue;
      this.#inotify.remove(watch);
      this.#byPath.delete(each);
      this.#byWatch.delete(watch);
    }
  }

  #tell(kind: FileChange["kind"], path: string): void {
    if (!this.#isClosed) this.#hear({ ok: true, value: { kind, path } });
  }

  #fail(failure: HostProblem): void {
    if (this.#isClosed) return;
    void this.close();
    this.#hear({ ok: false, failure });
  }
}

/** The folders directly in a folder; links to folders do not count. */
function foldersIn(folder: string): readonly string[] {
  try {
    const entries = Array.from(Deno.readDirSync(folder)).filter((entry) => entry.isDirectory);
    return entries.map(({ name }) => folder === "/" ? `/${name}` : `${folder}/${name}`);
  } catch {
    // It is gone, or its names cannot be read although its end can be watched.
    return [];
  }
}

/**
 * The library does not give the reason; a folder that can be read and is still refused was refused because of
 * a limit.
 */
function whyNot(path: string): Joined {
  try {
    for (const _ of Deno.readDirSync(path)) break;
    return "limit";
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied ? "unreadable" : "gone";
  }
}

function parentOf(path: string): string | undefined {
  const at = path.lastIndexOf("/");
  return at <= 0 ? undefined : path.slice(0, at);
}
