/**
 * The content of a working directory: files, directories as a whole, and matches of globs, with size and
 * digest.
 */

import type { FileRecord, LeftOut, OutputRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import { digestFile } from "../../store/run_output.ts";
import { type Glob, globMatcher, plainPath, splitGlob } from "./glob.ts";

/** More files than a build should declare; a glob over a whole disk stops here. */
const MAX_FILES = 100_000;

/** Earlier records: a file with the same size and time as in one of them keeps that digest. */
export type KnownFiles = ReadonlyMap<string, FileRecord>;

export const NOTHING_KNOWN: KnownFiles = new Map();

export type DeclaredFile = FileRecord & { readonly declared: string };

/** Outputs have to be inside the working directory; a document may be anywhere. */
export type Reach = "inside" | "anywhere";

export function knownFiles(records: readonly FileRecord[]): KnownFiles {
  return new Map(records.map((record) => [record.path, record]));
}

/** Every declared path and all matches of its globs, each once, sorted by path under their declaration. */
export async function fingerprintAll(
  host: Host,
  workingDir: string,
  declared: readonly string[],
  known: KnownFiles,
  reach: Reach,
): Promise<readonly DeclaredFile[]> {
  const found = new Map<string, DeclaredFile>();
  for (const each of declared) {
    const paths = expand(host, workingDir, each);
    if (paths === "too_many") {
      found.set(each, { ...nothing(each, "unreadable"), declared: each });
      continue;
    }
    for (const path of paths) {
      if (found.has(path)) continue;
      found.set(path, { ...await lookAt(host, workingDir, path, known, reach), declared: each });
    }
  }
  return [...found.values()];
}

/** One path. A missing or unreadable file is a valid result. */
export async function lookAt(
  host: Host,
  workingDir: string,
  path: string,
  known: KnownFiles,
  reach: Reach,
): Promise<FileRecord> {
  const absolute = host.paths.resolve(workingDir, path);
  const facts = host.files.stat(absolute);
  if (!facts.ok) {
    const { kind } = facts.failure;
    if (host.files.isLink(absolute)) {
      return { ...nothing(path, "missing"), left_out: [{ path, why: "broken_link" }] };
    }
    if (kind === "not_found" && isListed(host, absolute)) {
      return { ...nothing(path, "missing"), left_out: [{ path, why: "not_utf8" }] };
    }
    return nothing(path, kind === "not_found" || kind === "not_a_directory" ? "missing" : "unreadable");
  }
  if (reach === "inside" && !isInside(host, workingDir, absolute)) return nothing(path, "outside");
  // Anything else is not opened, because a pipe would never end.
  if (facts.value.kind === "other") {
    return { ...nothing(path, "unreadable"), left_out: [{ path, why: "no_file" }] };
  }
  const content = facts.value.kind === "directory"
    ? await digestTree(host, absolute, path, known.get(path))
    : await digestContent(host, absolute, known.get(path));
  return content === undefined ? nothing(path, "unreadable") : { path, present: true, ...content };
}

/**
 * A listing contains U+FFFD where a name's bytes are not text, and such a name cannot be opened: a listed
 * name that does not exist is one of these.
 */
function isListed({ files, paths }: Host, absolute: string): boolean {
  const name = paths.basename(absolute);
  if (!name.includes("\ufffd")) return false;
  const names = files.list(paths.dirname(absolute));
  return names.ok && names.value.includes(name);
}

/** How each output changed, compared with its earlier state. */
export function changesSince(before: KnownFiles, after: readonly DeclaredFile[]): readonly OutputRecord[] {
  return after.map((file): OutputRecord => {
    const { declared, ...facts } = file;
    const earlier = before.get(file.path);
    const change = !file.present
      ? null
      : earlier === undefined || !earlier.present
      ? "created"
      : earlier.sha256 === file.sha256
      ? "unchanged"
      : "modified";
    return { ...facts, declared, change };
  });
}

/**
 * Whether an expected output is missing. Other entries that a glob matches beside files were not expected.
 */
export function isMissing({ path, declared, present, left_out = [] }: OutputRecord): boolean {
  return !present && (declared === path || !left_out.some((each) => each.path === path));
}

type Content = Pick<FileRecord, "type" | "bytes" | "sha256" | "modified_at" | "left_out">;

function nothing(path: string, type: "missing" | "outside" | "unreadable"): FileRecord {
  return { path, present: false, type, bytes: null, sha256: null, modified_at: null };
}

async function digestContent(
  host: Host,
  absolute: string,
  before: FileRecord | undefined,
): Promise<Content | undefined> {
  const facts = host.files.stat(absolute);
  if (!facts.ok) return undefined;
  const modifiedAt = timeOf(facts.value.modifiedAtMs);
  if (isSame(before, "file", facts.value.sizeBytes, modifiedAt)) return contentOf(before!);
  const digest = await digestFile(host, absolute);
  if (!digest.ok) return undefined;
  const { sizeBytes, sha256 } = digest.value;
  return { type: "file", bytes: sizeBytes, sha256, modified_at: modifiedAt };
}

/** A directory as a whole: the size of all its files, and a digest over their digests and paths. */
async function digestTree(
  host: Host,
  folder: string,
  name: string,
  before: FileRecord | undefined,
): Promise<Content | undefined> {
  const tree = walk(host, folder, "");
  if (tree === "too_many" || tree.isPartial) return undefined;
  const modifiedAt = timeOf(tree.newestMs);
  if (isSame(before, "directory", tree.bytes, modifiedAt)) return contentOf(before!);
  let bytes = 0;
  let lines = "";
  for (const path of tree.paths) {
    const file = await lookAt(host, folder, path, NOTHING_KNOWN, "inside");
    // A link that leads outside is part of the directory, its target is not.
    if (!file.present && file.type !== "outside") return undefined;
    bytes += file.bytes ?? 0;
    lines += `${file.sha256 ?? file.type}  ${path}\n`;
  }
  for (const { path, why } of tree.leftOut) lines += `${why}  ${path}\n`;
  const sha256 = await host.digests.sha256(new TextEncoder().encode(lines));
  const leftOut = tree.leftOut.map(({ path, why }) => ({ path: `${name}/${path}`, why }));
  const content = { type: "directory", bytes, sha256, modified_at: modifiedAt } as const;
  return leftOut.length === 0 ? content : { ...content, left_out: leftOut };
}

function isSame(
  before: FileRecord | undefined,
  type: FileRecord["type"],
  bytes: number,
  modifiedAt: string,
): boolean {
  return before?.type === type && before.bytes === bytes && before.modified_at === modifiedAt;
}

function contentOf({ type, bytes, sha256, modified_at, left_out }: FileRecord): Content {
  const content = { type, bytes, sha256, modified_at };
  return left_out === undefined ? content : { ...content, left_out };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** A link must not let a build claim files outside the directory. */
export function isInside(host: Host, workingDir: string, absolute: string): boolean {
  const root = host.files.realPath(workingDir);
  const real = host.files.realPath(absolute);
  if (!root.ok || !real.ok) return false;
  const relative = host.paths.relative(root.value, real.value);
  return relative === "" || (!/^\.\.(?:[/\\]|$)/.test(relative) && !host.paths.isAbsolute(relative));
}

/** An existing path, or part of one, is taken as written, even where it could be read as a glob. */
function expand(host: Host, workingDir: string, declared: string): readonly string[] | "too_many" {
  const { fixed, rest } = splitExisting(host, workingDir, declared);
  if (rest === undefined) return [fixed];
  const matches = globMatcher(rest);
  const tree = walk(host, workingDir, fixed);
  if (tree === "too_many") return tree;
  const isMeant = (path: string) => matches(fixed === "" ? path : path.slice(fixed.length + 1));
  const found = tree.paths.filter(isMeant);
  const leftOut = tree.leftOut.map(({ path }) => path).filter(isMeant);
  return [...found.length === 0 ? [plainPath(declared)] : found, ...leftOut];
}

/** Splits the path where its pattern begins; a name that exists as written is no pattern. */
export function splitExisting(host: Host, workingDir: string, declared: string): Glob {
  const plain = plainPath(declared);
  const exists = (path: string) => host.files.stat(host.paths.resolve(workingDir, path)).ok;
  if (exists(plain)) return { fixed: plain, rest: undefined };
  let { fixed, rest } = splitGlob(plain);
  while (rest !== undefined) {
    const [name = "", ...others] = rest.split("/");
    const longer = fixed === "" ? name : `${fixed}/${name}`;
    if (others.length === 0 || !exists(longer)) break;
    const next = splitGlob(others.join("/"));
    fixed = next.fixed === "" ? longer : `${longer}/${next.fixed}`;
    rest = next.rest;
  }
  return { fixed, rest };
}

interface Tree {
  /** Files, as paths with "/" relative to the working directory, sorted. */
  readonly paths: readonly string[];
  /** Other entries, as paths in the same form. */
  readonly leftOut: readonly LeftOut[];
  readonly bytes: number;
  /** When the newest file or folder in it was modified. */
  readonly newestMs: number;
  /** Part of it could not be examined. */
  readonly isPartial: boolean;
}

/** Everything below a folder; links to folders are not followed. */
export function walk(host: Host, workingDir: string, start: string): Tree | "too_many" {
  const { files, paths } = host;
  const found: string[] = [];
  const leftOut: LeftOut[] = [];
  const pending = [start];
  let bytes = 0;
  let newestMs = 0;
  let isPartial = false;
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const absolute = paths.resolve(workingDir, folder);
    const names = files.list(absolute);
    const own = files.stat(absolute);
    if (own.ok) newestMs = Math.max(newestMs, own.value.modifiedAtMs);
    if (!names.ok) isPartial = true;
    for (const name of names.ok ? names.value : []) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const facts = files.stat(paths.join(absolute, name));
      if (!facts.ok) {
        if (files.isLink(paths.join(absolute, name))) leftOut.push({ path, why: "broken_link" });
        else if (facts.failure.kind === "not_found" && isListed(host, paths.join(absolute, name))) {
          leftOut.push({ path, why: "not_utf8" });
        } // An entry that was removed meanwhile is skipped; one that cannot be examined for another reason is listed.
        else if (facts.failure.kind !== "not_found") isPartial = true;
        continue;
      }
      if (facts.value.kind === "other") {
        leftOut.push({ path, why: "no_file" });
        continue;
      }
      if (facts.value.kind === "directory") {
        if (isRealFolder(host, paths.join(absolute, name), absolute, name)) pending.push(path);
        continue;
      }
      if (found.push(path) > MAX_FILES) return "too_many";
      bytes += facts.value.sizeBytes;
      newestMs = Math.max(newestMs, facts.value.modifiedAtMs);
    }
  }
  leftOut.sort((a, b) => a.path < b.path ? -1 : 1);
  return { paths: found.sort(), leftOut, bytes, newestMs, isPartial };
}

function isRealFolder(host: Host, path: string, parent: string, name: string): boolean {
  const real = host.files.realPath(path);
  const above = host.files.realPath(parent);
  return real.ok && above.ok && real.value === host.paths.join(above.value, name);
}
