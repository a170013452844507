/**
 * Files of one fake process, on the disk of the fake machine. Every step passes the process's life, and so
 * may fail.
 */

import type { OperatingSystem } from "../../src/host/environment.ts";
import type { ChooseFolders, FileChange, FileWatch, WatchedPlace } from "../../src/host/file_watch.ts";
import type {
  EntryFacts,
  FileFacts,
  FileLock,
  Files,
  FilesBeside,
  LockSupport,
  ReadableFile,
  WritableFile,
} from "../../src/host/files.ts";
import type { HostProblem, HostResult } from "../../src/host/host_result.ts";
import {
  type IdentifiedFolder,
  type Identities,
  IDENTITY_KINDS,
  IDENTITY_NUMBERS,
} from "../../src/host/identities.ts";
import type { Paths } from "../../src/host/paths.ts";
import { MAX_WHOLE_BYTES } from "../../src/host/files.ts";
import type { FakeDisk, Place } from "./fake_disk.ts";
import { append, type HandlePorts, openLock, openReader, openWriter } from "./fake_handles.ts";
import type { OperationName } from "./fake_life.ts";
import { FakeFile, type FakeNode } from "./fake_nodes.ts";
import { DONE, type Failed, failed, type ProblemOrKind, toProblem } from "./fake_problem.ts";

const MIB = 1024 * 1024;
const PLENTY_BYTES = 2 ** 40;

export interface FilesPorts extends HandlePorts {
  readonly os: OperatingSystem;
  readonly paths: Paths;
  readonly disk: FakeDisk;
  readonly currentFolder: () => string;
  /** Resolves when this much virtual time has passed. */
  readonly after: (ms: number) => Promise<void>;
}

export class FakeFiles implements Files {
  readonly #ports: FilesPorts;
  readonly #withoutLocks = new Map<string, string>();
  readonly #watches = new Set<(problem: HostProblem) => void>();

  constructor(ports: FilesPorts) {
    this.#ports = ports;
  }

  readBytes(path: string, maxBytes = MAX_WHOLE_BYTES): HostResult<Uint8Array> {
    const file = this.#fileToRead(path, this.#ports.life.ask("readBytes", path));
    if (!file.ok) return file;
    if (this.#ports.os === "windows" && file.value.locks.size > 0) {
      return failed("other", "another process has locked a portion of the file");
    }
    return file.value.sizeBytes > maxBytes
      ? tooLarge(maxBytes)
      : { ok: true, value: file.value.bytes.slice() };
  }

  async readPipe(
    path: string,
    bounds: { readonly maxBytes: number; readonly timeoutMs: number },
  ): Promise<HostResult<Uint8Array>> {
    const place = this.#existing(path, this.#ports.life.ask("readBytes", path));
    if (!place.ok) return place;
    const { node } = place.value;
    if (node.kind !== "other") return this.readBytes(path, bounds.maxBytes);
    if (node.bytes === undefined) {
      await this.#ports.after(bounds.timeoutMs);
      return failed("timed_out", `no writer finished within ${bounds.timeoutMs / 1000} seconds`);
    }
    return node.bytes.length > bounds.maxBytes ? tooLarge(bounds.maxBytes) : { ok: true, value: node.bytes };
  }

  stat(path: string): HostResult<FileFacts> {
    const place = this.#existing(path, this.#ports.life.ask("stat", path));
    if (!place.ok) return place;
    const { node } = place.value;
    if (node.kind === "file") {
      return {
        ok: true,
        value: {
          kind: "file",
          sizeBytes: node.sizeBytes,
          modifiedAtMs: node.modifiedAtMs,
          changedAtMs: node.changedAtMs,
          fileId: this.#ports.disk.idOf(node),
        },
      };
    }
    if (node.kind === "directory") {
      const { modifiedAtMs, changedAtMs } = node;
      const fileId = this.#ports.disk.idOf(node);
      return { ok: true, value: { kind: "directory", sizeBytes: 4096, modifiedAtMs, changedAtMs, fileId } };
    }
    return {
      ok: true,
      value: { kind: "other", sizeBytes: 0, modifiedAtMs: 0, changedAtMs: 0, fileId: undefined },
    };
  }

  identify(folder: string, names: readonly string[]): Promise<Identities> {
    const fault = this.#ports.life.ask("identify", folder);
    const numbers = new Float64Array(names.length * IDENTITY_NUMBERS);
    const problems = new Map<number, HostProblem>();
    for (const [index, name] of names.entries()) {
      const place = this.#ports.disk.locate(this.#ports.paths.resolve(folder, name), "itself");
      if (fault !== undefined) problems.set(index, failed(fault).failure);
      else if (!place.ok) problems.set(index, place.failure);
      else if (place.value.node === undefined) problems.set(index, failed("not_found").failure);
      else numbers.set(identityOf(place.value.node), index * IDENTITY_NUMBERS);
    }
    return Promise.resolve({ numbers, problems });
  }

  async identifyAll(
    folder: string,
    isWanted: (name: string) => boolean,
  ): Promise<HostResult<IdentifiedFolder>> {
    const listed = this.list(folder);
    if (!listed.ok) return listed;
    const names = listed.value.filter(isWanted).sort();
    return { ok: true, value: { names, ...await this.identify(folder, names) } };
  }

  readLink(path: string): HostResult<string> {
    const fault = this.#ports.life.ask("readLink", path);
    if (fault !== undefined) return failed(fault);
    const place = this.#ports.disk.locate(this.#absolute(path), "itself");
    if (!place.ok) return place;
    const { node } = place.value;
    if (node === undefined) return failed("not_found");
    return node.kind === "link" ? { ok: true, value: node.target } : failed("other", "it is not a link");
  }

  entry(path: string): HostResult<EntryFacts> {
    const { life, disk } = this.#ports;
    const fault = life.ask("entry", path);
    if (fault !== undefined) return failed(fault);
    const place = disk.locate(this.#absolute(path), "itself");
    if (!place.ok) return place;
    const { node } = place.value;
    return node === undefined
      ? failed("not_found")
      : { ok: true, value: { kind: node.kind, ownerId: disk.ownerOf(node), mode: disk.modeOf(node) } };
  }

  list(path: string, endings?: readonly string[]): HostResult<readonly string[]> {
    const place = this.#existing(path, this.#ports.life.ask("list", path));
    if (!place.ok) return place;
    const { node } = place.value;
    if (node.kind !== "directory") return failed("not_a_directory");
    if (!node.readable) return failed("permission_denied");
    const isWanted = (name: string) =>
      endings === undefined || endings.some((ending) => name.endsWith(ending));
    return { ok: true, value: node.names.filter(isWanted) };
  }

  isLink(path: string): boolean {
    const place = this.#ports.disk.locate(path, "itself");
    return place.ok && place.value.node?.kind === "link";
  }

  realPath(path: string): HostResult<string> {
    const place = this.#existing(path, this.#ports.life.ask("realPath", path));
    return place.ok ? { ok: true, value: place.value.path } : place;
  }

  makeFolders(path: string): HostResult<readonly string[]> {
    const { life, paths, disk } = this.#ports;
    const fault = life.change("makeFolders", path);
    if (fault !== undefined) return failed(fault);
    const missing: string[] = [];
    for (let folder = path;;) {
      const place = disk.locate(this.#absolute(folder));
      if (!place.ok && place.failure.kind !== "not_found") return place;
      const node = place.ok ? place.value.node : undefined;
      if (node?.kind === "directory") break;
      if (node !== undefined) return failed("not_a_directory", `${folder} is not a directory`);
      missing.unshift(folder);
      const parent = paths.dirname(folder);
      if (parent === folder) break;
      folder = parent;
    }
    for (const folder of missing) {
      const place = this.#writablePlace(folder, undefined);
      if (!place.ok) return place;
      this.#put(place.value, disk.newFolder());
      disk.tell("made", place.value.path);
    }
    return { ok: true, value: missing };
  }

  /** Counted, so that it is the same in every run of a test. */
  uniqueName(): string {
    return `unique${this.#ports.disk.nextNumber()}`;
  }

  createNew(path: string): HostResult<WritableFile> {
    const { life, disk } = this.#ports;
    const file = this.#newFile(path, life.change("createNew", path));
    if (!file.ok) return file;
    const place = disk.locate(this.#absolute(path));
    const tell = (kind: FileChange["kind"]) => place.ok ? disk.tell(kind, place.value.path) : undefined;
    tell("made");
    return { ok: true, value: openWriter(path, file.value, this.#ports, () => tell("changed")) };
  }

  append(path: string, bytes: Uint8Array): HostResult<void> {
    const { life, disk } = this.#ports;
    const opened = this.#fileToAppendTo(path, life.change("append", path));
    if (!opened.ok) return opened;
    const { file, isNew } = opened.value;
    const place = disk.locate(this.#absolute(path));
    const written = append(file, bytes, this.#ports);
    if (place.ok) disk.tell(isNew ? "made" : "changed", place.value.path);
    return written === bytes.length ? DONE : failed("no_space");
  }

  overwrite(path: string, change: (bytes: Uint8Array) => Uint8Array | undefined): boolean | undefined {
    const { life, os } = this.#ports;
    const place = this.#writablePlace(path, undefined);
    const node = place.ok ? place.value.node : undefined;
    const isPossible = os === "linux" && node?.kind === "file" && node.writable && node.names === 1;
    const before = this.readBytes(path);
    if (!isPossible || !place.ok || !before.ok) return undefined;
    const bytes = change(before.value);
    if (bytes?.length !== node.sizeBytes || life.change("overwrite", path) !== undefined) return false;
    node.truncate();
    append(node, bytes, this.#ports);
    this.#ports.disk.tell("changed", place.value.path);
    return true;
  }

  openForAppending(path: string): HostResult<WritableFile> {
    const { life, disk } = this.#ports;
    const opened = this.#fileToAppendTo(path, life.change("openForAppending", path));
    if (!opened.ok) return opened;
    const { file, isNew } = opened.value;
    const place = disk.locate(this.#absolute(path));
    const tell = (kind: FileChange["kind"]) => place.ok ? disk.tell(kind, place.value.path) : undefined;
    if (isNew) tell("made");
    return { ok: true, value: openWriter(path, file, this.#ports, () => tell("changed")) };
  }

  #fileToAppendTo(
    path: string,
    fault: HostProblem | undefined,
  ): HostResult<{ readonly file: FakeFile; readonly isNew: boolean }> {
    if (fault !== undefined) return failed(fault);
    const before = this.#ports.disk.nodeAt(this.#absolute(path));
    if (before?.kind === "other") return failed("other", "it is not a plain file");
    const isNew = before === undefined;
    const file = isNew ? this.#newFile(path, undefined) : this.#fileToRead(path, undefined);
    if (!file.ok) return file;
    return file.value.writable
      ? { ok: true, value: { file: file.value, isNew } }
      : failed("permission_denied");
  }

  openForReading(path: string): HostResult<ReadableFile> {
    const file = this.#fileToRead(path, this.#ports.life.ask("openForReading", path));
    return file.ok ? { ok: true, value: openReader(path, file.value, this.#ports) } : file;
  }

  exists(path: string): boolean {
    return this.stat(path).ok;
  }

  addName(path: string, name: string): HostResult<void> {
    const file = this.#fileToRead(path, this.#ports.life.change("addName", path, name));
    if (!file.ok) return file;
    if (!this.#ports.disk.hasSecondNames) return failed("other", "files have one name only");
    const place = this.#writablePlace(name, undefined);
    if (!place.ok) return place;
    if (place.value.node !== undefined) return failed("already_exists");
    file.value.names++;
    this.#put(place.value, file.value);
    this.#ports.disk.tell("made", place.value.path);
    return DONE;
  }

  rename(from: string, to: string): HostResult<void> {
    const source = this.#writablePlace(from, this.#ports.life.change("rename", from, to));
    if (!source.ok) return source;
    const target = this.#writablePlace(to, undefined);
    if (!target.ok) return target;
    const moved = source.value.node;
    const replaced = target.value.node;
    if (moved === undefined) return failed("not_found");
    if (moved === replaced && source.value.name === target.value.name) return DONE;
    if (replaced?.kind === "directory" && moved.kind !== "directory") return failed("is_a_directory");
    if (replaced !== undefined && replaced !== moved) {
      if (replaced.kind !== "directory" && moved.kind === "directory") return failed("not_a_directory");
      if (replaced.kind === "directory" && !replaced.isEmpty) {
        return failed("other", "the directory is not empty");
      }
      // Windows refuses to replace a file that somebody has open.
      if (this.#ports.os === "windows" && replaced.kind === "file" && replaced.openHandles > 0) {
        return failed("permission_denied");
      }
      this.#free(replaced);
    }
    source.value.folder.take(source.value.name);
    this.#changed(source.value);
    this.#put(target.value, moved);
    this.#ports.disk.tell("removed", source.value.path);
    this.#ports.disk.tell("made", target.value.path);
    return DONE;
  }

  syncFolder(path: string): HostResult<void> {
    const place = this.#existing(path, this.#ports.life.change("syncFolder", path));
    if (this.#ports.os === "windows" && place.ok) return DONE;
    if (!place.ok) return place;
    const { node } = place.value;
    if (node.kind === "directory" || node.kind === "file") node.sync();
    return DONE;
  }

  async syncFolderBeside(path: string): Promise<HostResult<void>> {
    const synced = this.syncFolder(path);
    await Promise.resolve();
    return synced;
  }

  syncAll(paths: readonly string[]): HostResult<void> {
    for (const path of paths) {
      const place = this.#existing(path, this.#ports.life.change("sync", path));
      if (!place.ok && place.failure.kind !== "not_found") return place;
      const node = place.ok ? place.value.node : undefined;
      if (node?.kind === "file" || (node?.kind === "directory" && this.#ports.os !== "windows")) node.sync();
    }
    return DONE;
  }

  async syncAllBeside(paths: readonly string[]): Promise<HostResult<void>> {
    const synced = this.syncAll(paths);
    await Promise.resolve();
    return synced;
  }

  /** Writes everything, as the system may. */
  async writeAheadBeside(folder: string): Promise<boolean> {
    const { disk, os } = this.#ports;
    const at = this.#absolute(folder);
    const below = os === "linux" ? Object.keys(disk.tree(at)) : [];
    const synced = this.syncAll([at, ...below]);
    await Promise.resolve();
    return synced.ok;
  }

  readonly beside: FilesBeside = {
    list: (path) => this.#beside("list", path, () => this.list(path)),
    readPart: (path, offsetBytes, maxBytes) =>
      this.#beside("readBytes", path, () => {
        const file = this.#fileToRead(path, this.#ports.life.ask("readBytes", path));
        if (!file.ok) return file;
        return { ok: true, value: file.value.bytes.slice(offsetBytes, offsetBytes + maxBytes) };
      }),
    createNew: (path, bytes) =>
      this.#beside("createNew", path, () => {
        const file = this.createNew(path);
        if (!file.ok) return file;
        const written = file.value.write(bytes);
        const synced = written.ok ? file.value.sync() : written;
        file.value.close();
        return synced;
      }),
    makeFolders: (path) =>
      this.#beside("makeFolders", path, () => {
        const made = this.makeFolders(path);
        return made.ok ? DONE : made;
      }),
    remove: (path) => this.#beside("remove", path, () => this.remove(path)),
  };

  async #beside<T>(name: OperationName, path: string, run: () => HostResult<T>): Promise<HostResult<T>> {
    await this.#ports.life.beside(name, path);
    return run();
  }

  remove(path: string): HostResult<void> {
    const place = this.#writablePlace(path, this.#ports.life.change("remove", path));
    if (!place.ok) return place;
    const { node, folder, name } = place.value;
    if (node === undefined) return failed("not_found");
    if (node.kind === "directory" && !node.isEmpty) return failed("other", "the directory is not empty");
    this.#free(node);
    folder.take(name);
    this.#changed(place.value);
    this.#ports.disk.tell("removed", place.value.path);
    return DONE;
  }

  tryLock(
    path: string,
    options: { readonly exclusive: boolean; readonly create: "new" | "if_missing" | "never" },
  ): HostResult<FileLock | "held"> {
    const { life } = this.#ports;
    const fault = life.change("tryLock", path);
    if (fault !== undefined) return failed(fault);
    const reason = this.#withoutLocks.get(this.#ports.paths.dirname(path));
    if (reason !== undefined) return failed("no_locks", reason);
    const place = this.#ports.disk.locate(this.#absolute(path), "itself");
    const node = place.ok ? place.value.node : undefined;
    if (options.create !== "new") {
      if (node?.kind === "link") return failed("other", "it is a symbolic link");
      if (node?.kind === "other") return failed("other", "it is not a plain file");
    }
    let file: HostResult<FakeFile>;
    if (options.create === "new" || (options.create === "if_missing" && node === undefined)) {
      file = this.#newFile(path, undefined);
    } else {
      file = this.#fileToRead(path, undefined);
      if (file.ok && !file.value.writable) file = failed("permission_denied");
    }
    if (!file.ok) return file;
    const locked = file.value;
    const hold = locked.lockWith(options.exclusive);
    if (hold === undefined) return { ok: true, value: "held" };
    return { ok: true, value: openLock(path, locked, hold, this.#noteBeside(path), this.#ports) };
  }

  lockNote(path: string): HostResult<Uint8Array> {
    return this.readBytes(this.#notePlace(path));
  }

  #noteBeside(path: string): ((text: string) => void) | undefined {
    if (this.#ports.os !== "windows") return undefined;
    const place = this.#notePlace(this.#absolute(path));
    return (text) => text === "" ? this.#ports.disk.remove(place) : this.#ports.disk.write(place, text);
  }

  /** Locks of Windows keep others from reading. */
  #notePlace(path: string): string {
    return this.#ports.os === "windows" ? `${path}.note` : path;
  }

  async lockSupport(folder: string): Promise<LockSupport> {
    const { life, disk } = this.#ports;
    life.touch();
    const { lockFault } = disk;
    if (lockFault === undefined) return { kind: "given" };
    this.#withoutLocks.set(folder, lockFault);
    // The bound passes by itself, as on a real system.
    return await Promise.resolve({ kind: "none", reason: lockFault });
  }

  freeBytes(path: string): number | undefined {
    if (this.#ports.life.ask("freeBytes", path) !== undefined) return undefined;
    return this.#ports.disk.bytesLeft ?? PLENTY_BYTES;
  }

  async watch(
    places: readonly WatchedPlace[],
    hear: (change: HostResult<FileChange>) => void,
    choose: ChooseFolders = (folders) => Promise.resolve(new Set(folders)),
  ): Promise<HostResult<FileWatch>> {
    const { life, disk, paths } = this.#ports;
    for (const { folder } of places) {
      const there = this.#existing(folder, life.ask("watch", folder));
      if (!there.ok) return there;
      if (there.value.node.kind === "directory" && !there.value.node.readable) {
        return failed("permission_denied");
      }
    }
    const living = new Set(places);
    /** Folders whose content is watched. */
    const open = new Set(places.map(({ folder }) => folder));
    const deep = new Set(places.filter((place) => place.deep).map(({ folder }) => folder));
    const close = () => {
      unlisten();
      this.#watches.delete(fail);
    };
    // Later, as a system does it: never during the change itself.
    const say = (change: HostResult<FileChange>) =>
      queueMicrotask(() => {
        if (!life.isDead && this.#watches.has(fail)) hear(change);
      });
    const joinBelow = async (folders: readonly string[]): Promise<void> => {
      for (let level = folders; level.length > 0;) {
        const below = level.flatMap((folder) => this.#foldersIn(folder));
        const chosen = below.length === 0 ? new Set<string>() : await choose(below);
        level = below.filter((path) => chosen.has(path) && join(path));
      }
    };
    const join = (path: string): boolean => {
      const node = disk.nodeAt(path);
      if (node?.kind !== "directory") return false;
      if (!node.readable) say({ ok: true, value: { kind: "unheard", path } });
      else if (this.foldersToWatch !== undefined && open.size >= this.foldersToWatch) {
        fail(toProblem("too_many_watched"));
      } else {
        open.add(path);
        deep.add(path);
        return true;
      }
      return false;
    };
    const unlisten = disk.onChange((change) => {
      const above = paths.dirname(change.path);
      const isPlace = [...living].some((place) => place.folder === change.path);
      if (open.has(above) || isPlace) say({ ok: true, value: change });
      if (change.kind === "removed") {
        for (const place of living) {
          const isBelow = place.folder.startsWith(`${change.path}/`);
          if (isBelow) say({ ok: true, value: { kind: "removed", path: place.folder } });
          if (isBelow || change.path === place.folder) living.delete(place);
        }
        for (const each of [...open]) {
          if (each === change.path || each.startsWith(`${change.path}/`)) open.delete(each);
        }
      } else if (
        change.kind === "made" && deep.has(above) && disk.nodeAt(change.path)?.kind === "directory"
      ) {
        void choose([change.path]).then(async (chosen) => {
          if (chosen.has(change.path) && join(change.path)) await joinBelow([change.path]);
        });
      }
    });
    const fail = (problem: HostProblem) => {
      hear({ ok: false, failure: problem });
      close();
    };
    this.#watches.add(fail);
    life.onDeath(close);
    await joinBelow([...deep]);
    return { ok: true, value: { close: () => Promise.resolve(close()) } };
  }

  /** For tests: the number of folders that may be watched; undefined for any number. */
  foldersToWatch: number | undefined;

  #foldersIn(folder: string): readonly string[] {
    const { disk, paths } = this.#ports;
    return disk.list(folder).map((name) => paths.join(folder, name))
      .filter((path) => !this.isLink(path) && disk.nodeAt(path)?.kind === "directory");
  }

  /** For tests: the system gives up all watches of this process. */
  breakWatches(problem: ProblemOrKind): void {
    for (const fail of [...this.#watches]) fail(toProblem(problem));
  }

  /** For tests: how many watches are open. */
  get openWatches(): number {
    return this.#watches.size;
  }

  #newFile(path: string, fault: HostProblem | undefined): HostResult<FakeFile> {
    const place = this.#writablePlace(path, fault);
    if (!place.ok) return place;
    if (place.value.node !== undefined) return failed("already_exists");
    const file = this.#ports.disk.newFile();
    this.#put(place.value, file);
    return { ok: true, value: file };
  }

  #fileToRead(path: string, fault: HostProblem | undefined): HostResult<FakeFile> {
    const place = this.#existing(path, fault);
    if (!place.ok) return place;
    const { node } = place.value;
    if (node.kind === "directory") return failed("is_a_directory");
    if (node.kind === "other") return failed("other", "it is not a plain file");
    if (!(node instanceof FakeFile) || !node.readable) return failed("permission_denied");
    return { ok: true, value: node };
  }

  #existing(
    path: string,
    fault: HostProblem | undefined,
  ): HostResult<{ readonly node: NonNullable<Place["node"]>; readonly path: string }> {
    if (fault !== undefined) return failed(fault);
    const place = this.#ports.disk.locate(this.#absolute(path));
    if (!place.ok) return place;
    const { node, path: real } = place.value;
    return node === undefined ? failed("not_found") : { ok: true, value: { node, path: real } };
  }

  /** A place whose name may be added or removed. */
  #writablePlace(path: string, fault: HostProblem | undefined): HostResult<Place> {
    if (fault !== undefined) return failed(fault);
    const place = this.#ports.disk.locate(this.#absolute(path), "itself");
    if (place.ok && !place.value.folder.writable) return failed("permission_denied") satisfies Failed;
    return place;
  }

  #put(place: Place, node: NonNullable<Place["node"]>): void {
    place.folder.put(place.name, node);
    this.#changed(place);
  }

  #changed(place: Place): void {
    this.#ports.disk.touch(place.folder);
    // NTFS keeps a journal of names, and there is no other way to make them durable there.
    if (this.#ports.os === "windows") place.folder.sync();
  }

  #free(node: NonNullable<Place["node"]>): void {
    const { disk } = this.#ports;
    if (node.kind !== "file" || --node.names > 0) return;
    if (disk.bytesLeft !== undefined) disk.bytesLeft += node.sizeBytes;
  }

  #absolute(path: string): string {
    return this.#ports.paths.resolve(this.#ports.currentFolder(), path);
  }
}

/** In the order of IDENTITY. */
function identityOf(node: FakeNode): readonly number[] {
  const kind = (name: typeof IDENTITY_KINDS[number]) => IDENTITY_KINDS.indexOf(name);
  switch (node.kind) {
    case "file":
      return [
        kind(node.executable ? "executable" : "file"),
        node.sizeBytes,
        node.modifiedAtMs * 1000,
        node.changedAtMs * 1000,
        node.inode,
      ];
    case "directory":
      return [kind("directory"), 0, node.modifiedAtMs * 1000, node.changedAtMs * 1000, 0];
    case "link":
      return [kind("link"), node.target.length, 0, 0, 0];
    case "other":
      return [kind("other"), 0, 0, 0, 0];
  }
}

function tooLarge(maxBytes: number): Failed {
  return failed(
    "too_large",
    `it is larger than ${maxBytes % MIB === 0 ? `${maxBytes / MIB} MiB` : `${maxBytes} bytes`}`,
  );
}
