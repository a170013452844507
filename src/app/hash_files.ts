/** Digests of files and of standard input, and the verification of lists of them. Reads with one buffer. */

import type { Failure } from "../model/failure.ts";
import { HASH_ALGORITHMS, type HashAlgorithm } from "../model/project.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { StreamDigest } from "../host/host.ts";
import { EMPTY_SETTINGS } from "../config/decode.ts";
import type { LogProperties } from "../log/log.ts";
import { parseChecksumLine } from "../model/checksum_line.ts";
import type { ProjectWorkspace } from "./project_workspace.ts";

const BUFFER_BYTES = 256 * 1024;
export const STANDARD_INPUT = "-";

export interface HashedFile {
  readonly path: string;
  readonly digest: Result<string, Failure>;
}

/** The algorithm asked for, or the one that the project prefers. */
export async function chooseAlgorithm(
  workspace: ProjectWorkspace,
  asked: HashAlgorithm | undefined,
): Promise<Result<HashAlgorithm, Failure>> {
  if (asked !== undefined) return ok(asked);
  const project = await workspace.project();
  return project.ok ? ok(project.value.hashAlgorithm) : project;
}

/** One after the other, in the order given; a file that cannot be read does not hold up the others. */
export async function* hashFiles(
  workspace: ProjectWorkspace,
  paths: readonly string[],
  algorithm: HashAlgorithm,
): AsyncGenerator<HashedFile> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  let unreadable = 0;
  for (const path of paths) {
    const stream = await workspace.host.digests.open(algorithm);
    const digest = await hashOne(workspace, path, stream, buffer);
    if (!digest.ok) unreadable++;
    yield { path, digest };
  }
  await logHashed(workspace, "files hashed", { event: "hash", algorithm, files: paths.length, unreadable });
}

export interface CheckedFile {
  readonly path: string;
  readonly verdict: "ok" | "changed" | { readonly unreadable: Failure };
}

export interface CheckedList {
  readonly files: readonly CheckedFile[];
  /** Lines that are not of the form that sha256sum writes, from 1. */
  readonly malformedLines: readonly number[];
}

/** Verifies a list as sha256sum writes it; the digest's length says which algorithm it is. */
export async function checkList(
  workspace: ProjectWorkspace,
  listPath: string,
): Promise<Result<CheckedList, Failure>> {
  const text = await readList(workspace, listPath);
  if (!text.ok) return text;
  const files: CheckedFile[] = [];
  const malformedLines: number[] = [];
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (const [index, line] of text.value.split(/\r?\n/).entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const entry = parseChecksumLine(line);
    if (entry === undefined) {
      malformedLines.push(index + 1);
      continue;
    }
    const digest = await workspace.host.digests.open(entry.algorithm);
    const actual = await hashOne(workspace, entry.path, digest, buffer);
    files.push({
      path: entry.path,
      verdict: !actual.ok ? { unreadable: actual.failure } : actual.value === entry.digest ? "ok" : "changed",
    });
  }
  if (files.length === 0) {
    return fail({
      code: "file_unreadable",
      action: "check the list",
      path: listPath,
      reason: `no line has the form "<digest>  <path>" with ${HASH_ALGORITHMS.join(", ")}`,
    });
  }
  await logHashed(workspace, "list checked", {
    event: "hash_check",
    files: files.length,
    failed: files.filter(({ verdict }) => verdict !== "ok").length,
  });
  return ok({ files, malformedLines });
}

/** Files can be hashed beside a configuration that cannot be used, where its algorithm is not asked for. */
async function logHashed(
  workspace: ProjectWorkspace,
  message: string,
  properties: LogProperties,
): Promise<void> {
  const project = await workspace.project();
  workspace.log(project.ok ? project.value.logging : EMPTY_SETTINGS.logging).debug(message, properties);
}

async function readList(workspace: ProjectWorkspace, path: string): Promise<Result<string, Failure>> {
  const unreadable = (reason: string) =>
    fail({ code: "file_unreadable", action: "read the list", path, reason } as const);
  if (path === STANDARD_INPUT) {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(BUFFER_BYTES);
    let text = "";
    for (;;) {
      const read = await workspace.host.terminal.stdin.read(buffer);
      if (!read.ok) return unreadable(read.failure.reason);
      if (read.value === undefined) return ok(text + decoder.decode());
      text += decoder.decode(buffer.subarray(0, read.value), { stream: true });
    }
  }
  const bytes = workspace.host.files.readBytes(workspace.host.paths.resolve(workspace.currentFolder, path));
  return bytes.ok ? ok(new TextDecoder().decode(bytes.value)) : unreadable(bytes.failure.reason);
}

async function hashOne(
  workspace: ProjectWorkspace,
  path: string,
  digest: StreamDigest,
  buffer: Uint8Array,
): Promise<Result<string, Failure>> {
  const unreadable = (reason: string) =>
    fail({ code: "file_unreadable", action: "hash", path, reason } as const);
  if (path === STANDARD_INPUT) {
    for (;;) {
      const read = await workspace.host.terminal.stdin.read(buffer);
      if (!read.ok) return unreadable(read.failure.reason);
      if (read.value === undefined) return ok(digest.hex());
      digest.update(buffer.subarray(0, read.value));
    }
  }
  if (path.includes("\0")) return unreadable("the path contains a NUL byte");
  const opened = workspace.host.files.openForReading(
    workspace.host.paths.resolve(workspace.currentFolder, path),
  );
  if (!opened.ok) return unreadable(opened.failure.reason);
  try {
    for (;;) {
      const read = opened.value.read(buffer);
      if (!read.ok) return unreadable(read.failure.reason);
      if (read.value === 0) return ok(digest.hex());
      digest.update(buffer.subarray(0, read.value));
    }
  } finally {
    opened.value.close();
  }
}
