/** Digests of files and of standard input, and the verification of checksum lists. */

import type { Failure } from "../../model/failure.ts";
import { HASH_ALGORITHMS, type HashAlgorithm } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { EMPTY_SETTINGS } from "../../config/decode.ts";
import type { LogProperties } from "../../log/log.ts";
import { type ChecksumEntry, parseChecksumLine } from "../../model/checksum_line.ts";
import type { Workspace } from "../workspace/workspace.ts";

const BUFFER_BYTES = 256 * 1024;
const AT_A_TIME = 16;
const STANDARD_INPUT = "-";

export interface HashedFile {
  readonly path: string;
  readonly digest: Result<string, Failure>;
}

/** The requested algorithm, or the one that the project prefers. */
export async function chooseAlgorithm(
  workspace: Workspace,
  asked: HashAlgorithm | undefined,
): Promise<Result<HashAlgorithm, Failure>> {
  if (asked !== undefined) return ok(asked);
  const project = await workspace.project();
  return project.ok ? ok(project.value.hashAlgorithm) : project;
}

/** In the given order; a file that cannot be read does not affect the others. */
export async function* hashFiles(
  workspace: Workspace,
  paths: readonly string[],
  algorithm: HashAlgorithm,
): AsyncGenerator<HashedFile> {
  let unreadable = 0;
  for await (const hashed of hashInOrder(workspace, paths.map((path) => ({ path, algorithm })))) {
    if (!hashed.digest.ok) unreadable++;
    yield hashed;
  }
  await logHashed(workspace, "files hashed", { event: "hash", algorithm, files: paths.length, unreadable });
}

export interface CheckedFile {
  readonly path: string;
  readonly verdict: "ok" | "changed" | { readonly unreadable: Failure };
}

export interface CheckedList {
  readonly files: readonly CheckedFile[];
  /** The numbers of lines, from 1, that do not have the form that sha256sum writes. */
  readonly malformedLines: readonly number[];
}

/** Verifies a list in the format of sha256sum; the length of a digest tells its algorithm. */
export async function checkList(
  workspace: Workspace,
  listPath: string,
): Promise<Result<CheckedList, Failure>> {
  const text = await readList(workspace, listPath);
  if (!text.ok) return text;
  const files: CheckedFile[] = [];
  const malformedLines: number[] = [];
  const entries: ChecksumEntry[] = [];
  for (const [index, line] of text.value.split(/\r?\n/).entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const entry = parseChecksumLine(line);
    if (entry === undefined) malformedLines.push(index + 1);
    else entries.push(entry);
  }
  for await (const { path, digest } of hashInOrder(workspace, entries)) {
    const expected = entries[files.length]!.digest;
    files.push({
      path,
      verdict: !digest.ok ? { unreadable: digest.failure } : digest.value === expected ? "ok" : "changed",
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

/** Files can be hashed although the configuration has problems, as long as its algorithm is not needed. */
async function logHashed(
  workspace: Workspace,
  message: string,
  properties: LogProperties,
): Promise<void> {
  const project = await workspace.project();
  await workspace.debug(project.ok ? project.value.logging : EMPTY_SETTINGS.logging, message, properties);
}

async function readList(workspace: Workspace, path: string): Promise<Result<string, Failure>> {
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

/** Several files at a time, so that the machine can work on one while another waits. */
async function* hashInOrder(
  workspace: Workspace,
  wanted: readonly { readonly path: string; readonly algorithm: HashAlgorithm }[],
): AsyncGenerator<HashedFile> {
  const begun: Promise<HashedFile>[] = [];
  for (const { path, algorithm } of wanted) {
    // A later file may be standard input as well, and gets what this one leaves.
    if (path === STANDARD_INPUT) {
      yield* begun.splice(0);
      yield { path, digest: await hashStandardInput(workspace, algorithm) };
      continue;
    }
    const hashing = hashOne(workspace, path, algorithm);
    // A bug in one of them is thrown when its turn comes.
    hashing.catch(() => {});
    if (begun.push(hashing) >= AT_A_TIME) yield await begun.shift()!;
  }
  yield* begun;
}

async function hashOne(
  { host, currentFolder }: Workspace,
  path: string,
  algorithm: HashAlgorithm,
): Promise<HashedFile> {
  // As a shell variable without a value gives it; resolved, it would be the current folder.
  if (path === "") return { path, digest: unhashed(path, "the path is empty") };
  if (path.includes("\0")) return { path, digest: unhashed(path, "the path contains a NUL byte") };
  const digest = await host.digests.ofFile(host.paths.resolve(currentFolder, path), algorithm);
  return { path, digest: digest.ok ? ok(digest.value.hex) : unhashed(path, digest.failure.reason) };
}

async function hashStandardInput(
  { host }: Workspace,
  algorithm: HashAlgorithm,
): Promise<Result<string, Failure>> {
  const digest = await host.digests.open(algorithm);
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (;;) {
    const read = await host.terminal.stdin.read(buffer);
    if (!read.ok) return unhashed(STANDARD_INPUT, read.failure.reason);
    if (read.value === undefined) return ok(digest.hex());
    digest.update(buffer.subarray(0, read.value));
  }
}

function unhashed(path: string, reason: string): Result<never, Failure> {
  return fail({ code: "file_unreadable", action: "hash", path, reason });
}
