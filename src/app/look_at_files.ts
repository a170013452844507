/** What lies in a working directory: files, directories as one, and what globs find, with size and digest. */

import { globToRegExp } from "@std/path/posix";
import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { FileRecord, OutputRecord } from "../model/run.ts";
import type { Host } from "../host/host.ts";
import { digestFile } from "../store/run_output.ts";

/** More files than a build is meant to declare; a glob over a whole disk ends here. */
const MAX_FILES = 100_000;

/** Records that were made before: where size and time of a file are the same, so is its digest. */
export type KnownFiles = ReadonlyMap<string, FileRecord>;

export type DeclaredFile = FileRecord & { readonly declared: string };

export function knownFiles(records: readonly FileRecord[]): KnownFiles {
  return new Map(records.map((record) => [record.path, record]));
}

/** Every declared path and everything its globs find, sorted by path within each. */
export async function lookAtAll(
  host: Host,
  workingDir: string,
  declared: readonly string[],
  known: KnownFiles,
): Promise<Result<readonly DeclaredFile[], Failure>> {
  const found: DeclaredFile[] = [];
  for (const each of declared) {
    for (const path of expand(host, workingDir, each)) {
      const looked = await lookAt(host, workingDir, path, known);
      if (!looked.ok) return looked;
      found.push({ ...looked.value, declared: each });
    }
  }
  return ok(found);
}

/** One path; that nothing is there is an answer. */
export async function lookAt(
  host: Host,
  workingDir: string,
  path: string,
  known: KnownFiles,
): Promise<Result<FileRecord, Failure>> {
  const { files, paths } = host;
  const absolute = paths.resolve(workingDir, ...path.split("/"));
  const facts = files.stat(absolute);
  if (!facts.ok) return ok(absent(path, "missing"));
  if (!isInside(host, workingDir, absolute)) return ok(absent(path, "outside"));
  const modifiedAt = new Date(facts.value.modifiedAtMs).toISOString();
  if (facts.value.kind === "directory") {
    const tree = await digestTree(host, absolute);
    if (!tree.ok) return tree;
    return ok({ path, present: true, type: "directory", ...tree.value, modified_at: modifiedAt });
  }
  const before = known.get(path);
  const { sizeBytes } = facts.value;
  if (before?.type === "file" && before.bytes === sizeBytes && before.modified_at === modifiedAt) {
    return ok(before);
  }
  const digest = await digestFile(host, absolute);
  if (!digest.ok) return digest;
  const { sha256 } = digest.value;
  return ok({
    path,
    present: true,
    type: "file",
    bytes: digest.value.sizeBytes,
    sha256,
    modified_at: modifiedAt,
  });
}

/** How each output changed against what was there before. */
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

function absent(path: string, type: "missing" | "outside"): FileRecord {
  return { path, present: false, type, bytes: null, sha256: null, modified_at: null };
}

/** A link must not make a build claim what lies elsewhere. */
function isInside(host: Host, workingDir: string, absolute: string): boolean {
  const root = host.files.realPath(workingDir);
  const real = host.files.realPath(absolute);
  if (!root.ok || !real.ok) return false;
  const relative = host.paths.relative(root.value, real.value);
  return relative === "" || (!/^\.\.(?:[/\\]|$)/.test(relative) && !host.paths.isAbsolute(relative));
}

/** A path that exists is meant as it is written, even where it could be read as a glob. */
function expand(host: Host, workingDir: string, declared: string): readonly string[] {
  const plain = declared.replaceAll("\\", "/").replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
  if (!/[*?[{]/.test(plain)) return [plain];
  if (host.files.stat(host.paths.resolve(workingDir, ...plain.split("/"))).ok) return [plain];
  const pattern = globToRegExp(plain, { extended: true, globstar: true });
  const parts = plain.split("/");
  const fixed = parts.slice(0, parts.findIndex((part) => /[*?[{]/.test(part)));
  const found = walk(host, workingDir, fixed.join("/")).filter((path) => pattern.test(path));
  return found.length === 0 ? [plain] : found;
}

/** Paths below a folder, with "/", relative to the working directory; links to folders are not followed. */
function walk(host: Host, workingDir: string, start: string): readonly string[] {
  const { files, paths } = host;
  const found: string[] = [];
  const pending = [start];
  for (let folder = pending.pop(); folder !== undefined && found.length < MAX_FILES; folder = pending.pop()) {
    const absolute = paths.resolve(workingDir, ...folder.split("/"));
    const names = files.list(absolute);
    if (!names.ok) continue;
    for (const name of names.value) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const facts = files.stat(paths.join(absolute, name));
      if (!facts.ok) continue;
      if (facts.value.kind !== "directory") found.push(path);
      else if (isRealFolder(host, paths.join(absolute, name), absolute, name)) pending.push(path);
    }
  }
  return found.sort();
}

function isRealFolder(host: Host, path: string, parent: string, name: string): boolean {
  const real = host.files.realPath(path);
  const above = host.files.realPath(parent);
  return real.ok && above.ok && real.value === host.paths.join(above.value, name);
}

/** A directory as one: all bytes of its files, and a digest over the digests and paths of all of them. */
async function digestTree(
  host: Host,
  folder: string,
): Promise<Result<{ readonly bytes: number; readonly sha256: string }, Failure>> {
  let bytes = 0;
  let lines = "";
  const paths = walk(host, folder, "");
  if (paths.length >= MAX_FILES) {
    return fail({
      code: "state_unreadable",
      action: "digest the directory",
      path: folder,
      reason: `it holds more than ${MAX_FILES} files`,
    });
  }
  for (const path of paths) {
    const digest = await digestFile(host, host.paths.resolve(folder, ...path.split("/")));
    if (!digest.ok) return digest;
    bytes += digest.value.sizeBytes;
    lines += `${digest.value.sha256}  ${path}\n`;
  }
  return ok({ bytes, sha256: await host.digests.sha256(new TextEncoder().encode(lines)) });
}
