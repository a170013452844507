/**
 * The disk of the fake machine: a tree in memory that outlives the fake processes, with functions for tests
 * to prepare and examine it. Files that tests put there are durable at once. Knows no faults and no host.
 */

import type { OperatingSystem } from "../../src/host/environment.ts";
import type { FileChange } from "../../src/host/file_watch.ts";
import type { HostResult } from "../../src/host/host_result.ts";
import type { Paths } from "../../src/host/paths.ts";
import { FAKE_USER_ID } from "./fake_environment.ts";
import { failed } from "./fake_problem.ts";
import { FakeFile, FakeFolder, type FakeNode } from "./fake_nodes.ts";

const MAX_LINKS = 40;
const MAX_NAME_BYTES = 255;

/** The target of a path: the folder, the name in it, and the entry. The root is its own folder. */
export interface Place {
  readonly folder: FakeFolder;
  readonly name: string;
  /** Without links. */
  readonly path: string;
  readonly node: FakeNode | undefined;
}

export interface Access {
  readonly readable?: boolean;
  readonly writable?: boolean;
  readonly executable?: boolean;
}

export class FakeDisk {
  readonly #ids = new WeakMap<object, number>();
  #nextId = 1;
  readonly #os: OperatingSystem;
  readonly #paths: Paths;
  readonly #nowMs: () => number;
  readonly #root: FakeFolder;
  readonly #listeners = new Set<(change: FileChange) => void>();
  /** The remaining space; undefined: unlimited. */
  bytesLeft: number | undefined;
  /** false: folders keep the time at which they were made, as those of FAT on Windows. */
  foldersTellChanges = true;

  constructor(os: OperatingSystem, paths: Paths, nowMs: () => number) {
    this.#os = os;
    this.#paths = paths;
    this.#nowMs = nowMs;
    this.#root = this.newFolder();
    if (os === "windows") this.#root.put("C:", this.newFolder());
    this.#root.sync();
  }

  /** Equal on every fake machine that gets the same requests in the same order. */
  idOf(node: object): string {
    const known = this.#ids.get(node) ?? this.#nextId++;
    this.#ids.set(node, known);
    return `1:${known}`;
  }

  newFolder(): FakeFolder {
    const windows = this.#os === "windows";
    return new FakeFolder((name) => windows ? name.toLowerCase() : name, this.#nowMs());
  }

  /** A name in the folder was added or removed. */
  touch(folder: FakeFolder): void {
    if (this.foldersTellChanges) folder.touch(this.#nowMs());
  }

  newFile(): FakeFile {
    return new FakeFile(this.#nowMs());
  }

  /** Called for every change of a name or a content, until the returned function is called. */
  onChange(listener: (change: FileChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Another user owns the entry; everything else belongs to the user. A link itself, where the path names
   * one.
   */
  giveTo(path: string, ownerId: number): void {
    const place = this.locate(path, "itself");
    if (place.ok && place.value.node !== undefined) this.#owners.set(place.value.node, ownerId);
  }

  ownerOf(node: FakeNode): number | undefined {
    return this.#os === "windows" ? undefined : this.#owners.get(node) ?? FAKE_USER_ID;
  }

  readonly #owners = new WeakMap<FakeNode, number>();

  /** A file or folder that the user may read and write, and nobody else, unless `setMode` said otherwise. */
  modeOf(node: FakeNode): number | undefined {
    if (this.#os === "windows") return undefined;
    return this.#modes.get(node) ?? (node.kind === "directory" ? 0o700 : 0o600);
  }

  setMode(path: string, mode: number): void {
    const place = this.locate(path, "itself");
    if (place.ok && place.value.node !== undefined) this.#modes.set(place.value.node, mode);
  }

  readonly #modes = new WeakMap<FakeNode, number>();
  /** Why its file system has no locks; undefined: it has them. */
  lockFault: string | undefined;
  /** False on file systems without hard links, such as FAT. */
  hasSecondNames = true;
  #names = 0;

  nextNumber(): number {
    return ++this.#names;
  }

  tell(kind: FileChange["kind"], path: string): void {
    for (const listener of [...this.#listeners]) listener({ kind, path });
  }

  /** Follows an absolute path; the last step may be missing. */
  locate(path: string, lastLink: "followed" | "itself" = "followed"): HostResult<Place> {
    return this.#walk(path, lastLink, 0);
  }

  #walk(path: string, lastLink: "followed" | "itself", links: number): HostResult<Place> {
    if (path.includes("\0")) return failed("other", "it contains a NUL byte");
    const parts = this.#partsOf(path);
    let folder = this.#root;
    let here = this.#os === "windows" ? "" : "/";
    if (parts.length === 0) return { ok: true, value: { folder, name: "", path: here, node: folder } };
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      if (!folder.readable) return failed("permission_denied");
      if (new TextEncoder().encode(part).length > MAX_NAME_BYTES) return failed("too_long");
      const entry = folder.entry(part);
      const name = entry?.name ?? part;
      const node = entry?.node;
      const next = this.#child(here, name);
      if (node?.kind === "link" && (!isLast || lastLink === "followed")) {
        if (links >= MAX_LINKS) return failed("other", "too many symbolic links");
        const target = this.#paths.resolve(here, node.target, ...parts.slice(index + 1));
        return this.#walk(target, lastLink, links + 1);
      }
      if (isLast) return { ok: true, value: { folder, name, path: next, node } };
      if (node === undefined) return failed("not_found");
      if (node.kind !== "directory") return failed("not_a_directory");
      folder = node;
      here = next;
    }
    throw new Error(`Cannot follow "${path}": it has no end`);
  }

  #partsOf(path: string): readonly string[] {
    const absolute = this.#paths.resolve(this.#os === "windows" ? "C:\\" : "/", path);
    return absolute.split(this.#os === "windows" ? /[\\/]+/ : /\/+/).filter((part) => part !== "");
  }

  #child(folder: string, name: string): string {
    if (this.#os === "windows") return folder === "" ? `${name}\\` : this.#paths.join(folder, name);
    return this.#paths.join(folder, name);
  }

  /** Puts a file there, with its parent folders. */
  write(path: string, content: string | Uint8Array, access: Access = {}): void {
    const place = this.#furnish(path);
    const before = place.node?.kind === "file" ? place.node : undefined;
    const file = before ?? this.newFile();
    file.truncate();
    file.append(typeof content === "string" ? new TextEncoder().encode(content) : content);
    file.touch(this.#nowMs());
    file.sync();
    this.#putDurably(place, file);
    this.setAccess(path, access);
    this.tell(before === undefined ? "made" : "changed", place.path);
  }

  makeFolder(path: string): void {
    const place = this.#furnish(path);
    if (place.node !== undefined) return;
    this.#putDurably(place, this.newFolder());
    this.tell("made", place.path);
  }

  link(path: string, target: string): void {
    const place = this.#furnish(path);
    this.#putDurably(place, { kind: "link", target });
    this.tell("made", place.path);
  }

  /** Something that is neither file nor folder: a pipe into which this is written, or nothing for ever. */
  special(path: string, content?: string): void {
    const place = this.#furnish(path);
    const bytes = content === undefined ? undefined : new TextEncoder().encode(content);
    this.#putDurably(place, { kind: "other", bytes });
  }

  /** Removes the entry, with everything in it. */
  remove(path: string): void {
    const place = this.locate(path, "itself");
    if (!place.ok) return;
    if (place.value.node?.kind === "directory") {
      for (const name of this.list(path)) this.remove(this.#paths.join(path, name));
    }
    place.value.folder.take(place.value.name);
    this.touch(place.value.folder);
    place.value.folder.sync();
    this.tell("removed", place.value.path);
  }

  setAccess(path: string, access: Access): void {
    const node = this.nodeAt(path);
    if (node?.kind !== "file" && node?.kind !== "directory") {
      throw new Error(`Cannot set the access of "${path}": nothing is there`);
    }
    Object.assign(node, access);
    node.changedAtMs = this.#nowMs();
  }

  /** As `touch -d` and tar do. */
  setModifiedAt(path: string, modifiedAtMs: number): void {
    const node = this.nodeAt(path);
    if (node?.kind !== "file") throw new Error(`Cannot set the time of "${path}": it is no file`);
    node.modifiedAtMs = modifiedAtMs;
    node.changedAtMs = this.#nowMs();
  }

  nodeAt(path: string): FakeNode | undefined {
    const place = this.locate(path);
    return place.ok ? place.value.node : undefined;
  }

  exists(path: string): boolean {
    return this.nodeAt(path) !== undefined;
  }

  /** The text of a file; undefined where it does not exist. */
  read(path: string): string | undefined {
    const bytes = this.readBytes(path);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }

  readBytes(path: string): Uint8Array<ArrayBuffer> | undefined {
    const node = this.nodeAt(path);
    return node?.kind === "file" ? node.bytes.slice() : undefined;
  }

  /** The names in a folder, sorted; empty where it does not exist. */
  list(path: string): readonly string[] {
    const node = this.nodeAt(path);
    return node?.kind === "directory" ? node.names.toSorted() : [];
  }

  /** Every file below a folder, with its text, in order of path; a folder without content ends in a separator. */
  tree(path: string): Readonly<Record<string, string>> {
    const found: Record<string, string> = {};
    const separator = this.#os === "windows" ? "\\" : "/";
    for (const name of this.list(path)) {
      const inner = this.#paths.join(path, name);
      const node = this.nodeAt(inner);
      if (node?.kind === "directory" && !node.isEmpty) Object.assign(found, this.tree(inner));
      else if (node?.kind === "directory") found[inner + separator] = "";
      else found[inner] = this.read(inner) ?? "";
    }
    return found;
  }

  /** The files below a folder that a process of ours has open, or locked. */
  openFiles(path: string): readonly string[] {
    return this.list(path).flatMap((name) => {
      const inner = this.#paths.join(path, name);
      const node = this.nodeAt(inner);
      if (node?.kind === "directory") return this.openFiles(inner);
      return node?.kind === "file" && node.openHandles > 0 ? [inner] : [];
    });
  }

  /**
   * Another process takes a lock, on a file that is made where it is missing; the returned function frees it.
   */
  lockElsewhere(path: string, options: { readonly exclusive: boolean } = { exclusive: true }): () => void {
    if (!this.exists(path)) this.write(path, "");
    const node = this.nodeAt(path);
    const hold = node?.kind === "file" ? node.lockWith(options.exclusive) : undefined;
    if (node?.kind !== "file" || hold === undefined) {
      throw new Error(`Cannot lock "${path}": no file, or locked already`);
    }
    return () => void node.locks.delete(hold);
  }

  /** Unsynced content is lost; names that were made, changed or removed without syncFolder are as before. */
  losePower(): void {
    this.#root.losePower();
  }

  #putDurably({ folder, name, node: before }: Place, node: FakeNode): void {
    folder.put(name, node);
    // Writing in place adds and removes no name.
    if (node !== before) this.touch(folder);
    folder.sync();
  }

  /** The place of an entry that a test puts there, with durable parent folders. */
  #furnish(path: string): Place {
    const parent = this.#paths.dirname(path);
    if (parent !== path && !this.exists(parent)) this.makeFolder(parent);
    const place = this.locate(path);
    if (!place.ok) throw new Error(`Cannot furnish "${path}": ${place.failure.reason}`);
    return place.value;
  }
}
