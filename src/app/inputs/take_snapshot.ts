/**
 * The inputs as a snapshot: each file with its digest. A file that is unchanged since the last snapshot is
 * not read again.
 */

import { filesText, INPUT_MODES, type InputMode } from "../../model/manifest.ts";
import {
  filesOf,
  type InputSnapshot,
  modeOf,
  MUST_READ,
  RACY_US,
  SHA256_BYTES,
  SNAPSHOT,
  SNAPSHOT_NUMBERS,
} from "../../model/input_snapshot.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import { isInside } from "../files/fingerprint_files.ts";
import { type InputsProblem, unreadable } from "./inputs_problem.ts";
import type { ListedInputs } from "./list_inputs.ts";

/** The number of digests at the same time: each keeps a file open. */
const AT_ONCE = 32;

/** One file as it was read. */
interface Entry {
  readonly mode: InputMode;
  readonly sizeBytes: number;
  /** In hex. */
  readonly sha256: string;
  /** Its times do not prove that it is unchanged. */
  readonly mustBeRead: boolean;
}

/** `known` itself where nothing differs from it. */
export async function takeSnapshot(
  host: Host,
  workingDir: string,
  listed: Omit<ListedInputs, "unmatched">,
  known: InputSnapshot | undefined,
): Promise<Result<InputSnapshot, InputsProblem>> {
  const nowUs = host.clock.nowMs() * 1000;
  const { paths, listing } = listed;
  if (known !== undefined && isEqual(paths, known.paths) && isEqual(listed.numbers, known.numbers)) {
    return ok(listing === known.listing ? known : { ...known, listing });
  }
  // A copy in which times that prove nothing are replaced. The host's kinds are in the order of our modes.
  const numbers = listed.numbers.slice();
  const digests = new Uint8Array(paths.length * SHA256_BYTES);
  const { unread, isAsKnown } = takeKnown(paths, numbers, digests, known);
  if (known !== undefined && isAsKnown) return ok(listing === known.listing ? known : { ...known, listing });
  const gone = new Set<number>();
  for (let start = 0; start < unread.length; start += AT_ONCE) {
    const batch = unread.slice(start, start + AT_ONCE);
    const read = await Promise.all(
      batch.map((index) => readEntry(host, workingDir, paths[index]!, modeOf(numbers, index))),
    );
    for (const [offset, entry] of read.entries()) {
      if (!entry.ok) return entry;
      const index = batch[offset]!;
      if (entry.value === undefined) gone.add(index);
      else putEntry(numbers, digests, index, entry.value);
    }
  }
  distrustNew(numbers, nowUs);
  const rest = gone.size === 0 ? { paths, numbers, digests } : without(gone, { paths, numbers, digests });
  return ok({
    ...rest,
    filesSha256: await digestOfFiles(host, rest, known),
    listing: gone.size === 0 ? listing : undefined,
  });
}

/** Reuses the digests of unchanged files, and returns which files have to be read. */
function takeKnown(
  paths: readonly string[],
  numbers: Float64Array,
  digests: Uint8Array,
  known: InputSnapshot | undefined,
): { readonly unread: readonly number[]; readonly isAsKnown: boolean } {
  const unread: number[] = [];
  let at = 0;
  for (let index = 0; index < paths.length; index++) {
    const path = paths[index]!;
    while (known !== undefined && at < known.paths.length && known.paths[at]! < path) at++;
    if (known === undefined || known.paths[at] !== path || !isSame(numbers, index, known.numbers, at)) {
      unread.push(index);
      continue;
    }
    const from = at * SHA256_BYTES;
    const to = index * SHA256_BYTES;
    for (let offset = 0; offset < SHA256_BYTES; offset++) {
      digests[to + offset] = known.digests[from + offset]!;
    }
  }
  return { unread, isAsKnown: unread.length === 0 && known?.paths.length === paths.length };
}

function isEqual<T>(some: ArrayLike<T>, others: ArrayLike<T>): boolean {
  if (some === others) return true;
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}

function isSame(numbers: Float64Array, index: number, known: Float64Array, at: number): boolean {
  const row = index * SNAPSHOT_NUMBERS;
  const knownRow = at * SNAPSHOT_NUMBERS;
  for (let offset = 0; offset < SNAPSHOT_NUMBERS; offset++) {
    if (numbers[row + offset] !== known[knownRow + offset]) return false;
  }
  return true;
}

function putEntry(
  numbers: Float64Array,
  digests: Uint8Array,
  index: number,
  { mode, sizeBytes, sha256, mustBeRead }: Entry,
): void {
  const row = index * SNAPSHOT_NUMBERS;
  numbers[row + SNAPSHOT.mode] = INPUT_MODES.indexOf(mode);
  numbers[row + SNAPSHOT.sizeBytes] = sizeBytes;
  if (mustBeRead) numbers[row + SNAPSHOT.changedAtUs] = MUST_READ;
  digests.subarray(index * SHA256_BYTES, (index + 1) * SHA256_BYTES).setFromHex(sha256);
}

/** A second change within the same tick of the clock does not change the file's time. */
function distrustNew(numbers: Float64Array, nowUs: number): void {
  for (let row = 0; row < numbers.length; row += SNAPSHOT_NUMBERS) {
    const isNew = Math.max(numbers[row + SNAPSHOT.modifiedAtUs]!, numbers[row + SNAPSHOT.changedAtUs]!) >
      nowUs - RACY_US;
    if (isNew) numbers[row + SNAPSHOT.changedAtUs] = MUST_READ;
  }
}

type Columns = Omit<InputSnapshot, "filesSha256" | "listing">;

function without(gone: ReadonlySet<number>, { paths, numbers, digests }: Columns): Columns {
  const isThere = (size: number) => (_: unknown, index: number) => !gone.has(Math.floor(index / size));
  return {
    paths: paths.filter(isThere(1)),
    numbers: numbers.filter(isThere(SNAPSHOT_NUMBERS)),
    digests: digests.filter(isThere(SHA256_BYTES)),
  };
}

async function digestOfFiles(
  host: Host,
  columns: Columns,
  known: InputSnapshot | undefined,
): Promise<string> {
  if (known !== undefined && hasSameContent(columns, known)) return known.filesSha256;
  return await digestOf(host, filesText(filesOf(columns)));
}

/** The same files with the same content, whatever their times say. */
function hasSameContent({ paths, numbers, digests }: Columns, known: InputSnapshot): boolean {
  if (paths.length !== known.paths.length) return false;
  for (let index = 0; index < paths.length; index++) {
    const row = index * SNAPSHOT_NUMBERS;
    const isEqual = paths[index] === known.paths[index] &&
      numbers[row + SNAPSHOT.mode] === known.numbers[row + SNAPSHOT.mode] &&
      numbers[row + SNAPSHOT.sizeBytes] === known.numbers[row + SNAPSHOT.sizeBytes];
    if (!isEqual) return false;
  }
  return digests.every((byte, index) => byte === known.digests[index]);
}

/** undefined where it was removed. */
async function readEntry(
  host: Host,
  workingDir: string,
  path: string,
  mode: InputMode,
): Promise<Result<Entry | undefined, InputsProblem>> {
  const absolute = host.paths.resolve(workingDir, path);
  switch (mode) {
    case "100644":
    case "100755": {
      const digest = await host.digests.ofFile(absolute, "sha256");
      if (digest.ok) {
        // The number of bytes read, because the size from a moment before can differ.
        const { sizeBytes, hex } = digest.value;
        return ok({ mode, sizeBytes, sha256: hex, mustBeRead: false });
      }
      return digest.failure.kind === "not_found" ? ok(undefined) : unreadable(path, digest.failure.reason);
    }
    case "120000":
      return await readLink(host, workingDir, path);
    // A pipe, a socket or a device is listed without being opened; a submodule without content counts as its
    // folder.
    case "other":
    case "160000":
      return ok({
        mode,
        sizeBytes: 0,
        sha256: await digestOf(host, mode === "other" ? "other" : "directory"),
        mustBeRead: true,
      });
  }
}

/**
 * A link counts as its target path and the content of the file there; a broken link as broken. Always read.
 */
async function readLink(
  host: Host,
  workingDir: string,
  path: string,
): Promise<Result<Entry | undefined, InputsProblem>> {
  const absolute = host.paths.resolve(workingDir, path);
  const target = host.files.readLink(absolute);
  if (!target.ok) {
    return target.failure.kind === "not_found" ? ok(undefined) : unreadable(path, target.failure.reason);
  }
  const facts = host.files.stat(absolute);
  let content: string;
  if (!facts.ok) content = "nothing";
  else if (facts.value.kind === "file") {
    const digest = await host.digests.ofFile(absolute, "sha256");
    if (!digest.ok) return unreadable(path, digest.failure.reason);
    content = digest.value.hex;
  } else if (facts.value.kind === "directory") {
    // A folder behind a link is not read: inside the working directory it counts under its own path, and
    // changes outside would go unnoticed.
    if (!isInside(host, workingDir, absolute)) {
      return unreadable(
        path,
        "it is a link to a folder outside working_dir, whose files cannot be followed; exclude it with !",
      );
    }
    content = "folder";
  } else content = "other";
  return ok({
    mode: "120000",
    sizeBytes: new TextEncoder().encode(target.value).length,
    sha256: await digestOf(host, `${target.value}\0${content}`),
    mustBeRead: true,
  });
}

async function digestOf({ digests }: Host, text: string): Promise<string> {
  return await digests.sha256(new TextEncoder().encode(text));
}
