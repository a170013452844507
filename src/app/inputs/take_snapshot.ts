/** The inputs as a snapshot: each file with its digest. A file that is as the last snapshot knew it is not read again. */

import { filesText, type InputMode } from "../../model/manifest.ts";
import { type InputSnapshot, MUST_READ, RACY_US } from "../../model/input_snapshot.ts";
import { ok, type Result } from "../../model/result.ts";
import type { FileIdentity, Host } from "../../host/host.ts";
import { isInside } from "../files/fingerprint_files.ts";
import { type InputsProblem, unreadable } from "./inputs_problem.ts";

/** Digests under way at once: each holds a file open. */
const AT_ONCE = 32;

/** One file, and what tells later that it is still the same. */
interface Entry {
  readonly mode: InputMode;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly modifiedAtUs: number;
  readonly changedAtUs: number;
  readonly inode: number;
}

const NO_TIMES = { modifiedAtUs: 0, changedAtUs: MUST_READ, inode: 0 };

export async function takeSnapshot(
  host: Host,
  workingDir: string,
  identities: ReadonlyMap<string, FileIdentity>,
  known: InputSnapshot | undefined,
): Promise<Result<InputSnapshot, InputsProblem>> {
  const nowUs = host.clock.nowMs() * 1000;
  const paths = inOrder([...identities.keys()]);
  const same = known && findSame(paths, identities, known);
  if (known !== undefined && same?.isAll) return ok(known);
  const entries = new Array<Entry>(paths.length);
  const unread: number[] = [];
  for (const [index, path] of paths.entries()) {
    const identity = identities.get(path)!;
    const earlier = same?.positions[index];
    if (known !== undefined && earlier !== undefined) {
      entries[index] = entryAt(known, earlier, identity, nowUs);
    } else unread.push(index);
  }
  for (let start = 0; start < unread.length; start += AT_ONCE) {
    const batch = unread.slice(start, start + AT_ONCE);
    const read = await Promise.all(batch.map((index) => {
      const path = paths[index]!;
      return readEntry(host, workingDir, path, identities.get(path)!, nowUs);
    }));
    for (const [offset, entry] of read.entries()) {
      if (!entry.ok) return entry;
      // It has gone since it was listed.
      if (entry.value !== undefined) entries[batch[offset]!] = entry.value;
    }
  }
  return ok(await snapshotOf(host, paths, entries, known));
}

async function snapshotOf(
  { digests }: Host,
  listed: readonly string[],
  entries: readonly (Entry | undefined)[],
  known: InputSnapshot | undefined,
): Promise<InputSnapshot> {
  const paths = listed.filter((_, index) => entries[index] !== undefined);
  const there = entries.filter((entry) => entry !== undefined);
  const isAsKnown = known !== undefined && known.paths.length === paths.length &&
    there.every(({ mode, sizeBytes, sha256 }, index) =>
      known.paths[index] === paths[index] && known.sha256s[index] === sha256 && known.modes[index] === mode &&
      known.sizesBytes[index] === sizeBytes
    );
  const text = () => filesText(there.map((entry, index) => ({ ...entry, path: paths[index]! })));
  return {
    paths,
    modes: there.map(({ mode }) => mode),
    sizesBytes: there.map(({ sizeBytes }) => sizeBytes),
    sha256s: there.map(({ sha256 }) => sha256),
    modifiedAtUs: there.map(({ modifiedAtUs }) => modifiedAtUs),
    changedAtUs: there.map(({ changedAtUs }) => changedAtUs),
    inodes: there.map(({ inode }) => inode),
    filesSha256: isAsKnown ? known.filesSha256 : await digests.sha256(new TextEncoder().encode(text())),
  };
}

/** Which of the paths are as they were known, by their place in the snapshot. */
function findSame(
  paths: readonly string[],
  identities: ReadonlyMap<string, FileIdentity>,
  known: InputSnapshot,
): { readonly positions: readonly (number | undefined)[]; readonly isAll: boolean } {
  const positions = new Array<number | undefined>(paths.length);
  let isAll = paths.length === known.paths.length;
  let at = 0;
  for (const [index, path] of paths.entries()) {
    while (at < known.paths.length && known.paths[at]! < path) at++;
    const isKnown = known.paths[at] === path && isSame(identities.get(path)!, known, at);
    if (isKnown) positions[index] = at;
    else isAll = false;
  }
  return { positions, isAll };
}

function isSame(identity: FileIdentity, known: InputSnapshot, at: number): boolean {
  return known.changedAtUs[at] === identity.changedAtUs &&
    known.modifiedAtUs[at] === identity.modifiedAtUs &&
    known.sizesBytes[at] === identity.sizeBytes &&
    known.inodes[at] === identity.inode &&
    known.modes[at] === modeOf(identity);
}

function entryAt(known: InputSnapshot, at: number, identity: FileIdentity, nowUs: number): Entry {
  return {
    mode: known.modes[at]!,
    sizeBytes: known.sizesBytes[at]!,
    sha256: known.sha256s[at]!,
    ...timesOf(identity, nowUs),
  };
}

/** undefined where it has gone. */
async function readEntry(
  host: Host,
  workingDir: string,
  path: string,
  identity: FileIdentity,
  nowUs: number,
): Promise<Result<Entry | undefined, InputsProblem>> {
  const mode = modeOf(identity);
  const absolute = host.paths.resolve(workingDir, path);
  switch (identity.kind) {
    case "file": {
      const digest = await host.digests.ofFile(absolute, "sha256");
      if (digest.ok) {
        // As many bytes as were read: the size of the moment before can be another one.
        const { sizeBytes, hex } = digest.value;
        return ok({ mode, sizeBytes, sha256: hex, ...timesOf(identity, nowUs) });
      }
      return digest.failure.kind === "not_found" ? ok(undefined) : unreadable(path, digest.failure.reason);
    }
    case "link":
      return await readLink(host, workingDir, path);
    // A pipe, a socket or a device is there and is not opened; a submodule without its content is its folder.
    case "other":
    case "directory":
      return ok({ mode, sizeBytes: 0, sha256: await digestOf(host, identity.kind), ...NO_TIMES });
  }
}

/** A link is where it leads, and the content of the file there; to nothing, that it leads to nothing. Always read. */
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
    // What lies there is not looked at; inside it counts under its own paths, elsewhere nothing would tell of a change.
    if (!isInside(host, workingDir, absolute)) {
      return unreadable(
        path,
        "it is a link to a folder outside working_dir, whose files are not known; exclude it with !",
      );
    }
    content = "folder";
  } else content = "other";
  return ok({
    mode: "120000",
    sizeBytes: new TextEncoder().encode(target.value).length,
    sha256: await digestOf(host, `${target.value}\0${content}`),
    ...NO_TIMES,
  });
}

function modeOf({ kind, isExecutable }: FileIdentity): InputMode {
  switch (kind) {
    case "file":
      return isExecutable ? "100755" : "100644";
    case "link":
      return "120000";
    case "directory":
      return "160000";
    case "other":
      return "other";
  }
}

/** A change that comes in the same tick of the clock as the last one cannot be seen by its time. */
function timesOf({ modifiedAtUs, changedAtUs, inode }: FileIdentity, nowUs: number) {
  const isRacy = Math.max(modifiedAtUs, changedAtUs) > nowUs - RACY_US;
  return { modifiedAtUs, changedAtUs: isRacy ? MUST_READ : changedAtUs, inode };
}

/** git lists in the order of bytes, which for most names is this order already. */
function inOrder(paths: string[]): readonly string[] {
  for (let index = 1; index < paths.length; index++) {
    if (paths[index - 1]! > paths[index]!) return paths.sort();
  }
  return paths;
}

async function digestOf({ digests }: Host, text: string): Promise<string> {
  return await digests.sha256(new TextEncoder().encode(text));
}
