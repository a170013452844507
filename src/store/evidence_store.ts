/**
 * The signed statements about runs, in a folder for each run. They outlive its record: what was signed stays true of a run
 * that was pruned. Knows no keys and no formats.
 */

import type { Failure, StateRemedy } from "../model/failure.ts";
import { isRunId, type RunId } from "../model/ids.ts";
import type { JournalFact } from "../model/journal.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { replaceFile } from "../host/durable_write.ts";
import { linkOnTheWay, listFolder, makeStateFolder } from "./state_folders.ts";
import { appendToJournal } from "./journal.ts";
import { remedyOf } from "./state_remedy.ts";
import type { StoreParts } from "./store_parts.ts";
import { waitForLock } from "./waited_lock.ts";

/** Larger ones are not ours. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Names that `sign` gives: ids of criteria can contain anything that names can. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export interface EvidenceFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Writes all of the files, durably, then enters them in the journal; a failure leaves none of those that did not exist before.
 * Whatever was signed about the run earlier is replaced.
 */
export async function writeEvidence(
  parts: StoreParts,
  run: RunId,
  evidence: readonly EvidenceFile[],
  keyId: string,
): Promise<Result<void, Failure>> {
  // Two signatures of one run differ: the newest line about a file has to be that of the one that stays.
  const lock = await waitForLock(parts, parts.layout.evidenceLock);
  if (!lock.ok) return lock;
  try {
    return await writeAll(parts, run, evidence, keyId);
  } finally {
    lock.value.release();
  }
}

async function writeAll(
  parts: StoreParts,
  run: RunId,
  evidence: readonly EvidenceFile[],
  keyId: string,
): Promise<Result<void, Failure>> {
  const { files, paths, layout } = parts;
  const folder = layout.evidenceOf(run);
  const made = makeStateFolder(parts, folder);
  if (!made.ok) return made;
  const written: string[] = [];
  const withdraw = () => written.forEach((path) => files.remove(path));
  for (const { name, bytes } of evidence) {
    if (!FILE_NAME.test(name)) throw new Error(`Cannot write evidence "${name}": it is no file name`);
    const path = paths.join(folder, name);
    const isNew = !files.stat(path).ok;
    const done = replaceFile(files, paths, path, bytes, { durable: "new" });
    if (isNew) written.push(path);
    if (done.ok) continue;
    withdraw();
    return fail({ code: "state_unwritable", action: "write", path, reason: done.failure.reason });
  }
  const facts = await Promise.all(evidence.map(async ({ name, bytes }): Promise<JournalFact> => ({
    kind: "signed",
    id: run,
    sha256: await parts.digests.sha256(bytes),
    details: { file: name, key: keyId },
  })));
  const entered = await appendToJournal(parts, ...facts);
  if (!entered.ok) {
    withdraw();
    return entered;
  }
  // Files that an earlier key had other names for.
  const names = new Set(evidence.map(({ name }) => name));
  const present = files.list(folder);
  for (const name of present.ok ? present.value : []) {
    if (FILE_NAME.test(name) && !names.has(name)) files.remove(paths.join(folder, name));
  }
  return ok(undefined);
}

/** Sorted by name; empty where nothing was signed. */
export function readEvidence(parts: StoreParts, run: RunId): Result<readonly EvidenceFile[], Failure> {
  const folder = parts.layout.evidenceOf(run);
  const link = linkOnTheWay(parts, folder);
  if (link !== undefined) return unreadable(link, "it is a symbolic link", "in_the_way");
  const names = listFolder(parts, folder);
  if (!names.ok) return names;
  const evidence: EvidenceFile[] = [];
  for (const name of names.value.filter((each) => FILE_NAME.test(each)).sort()) {
    const path = parts.paths.join(folder, name);
    const bytes = parts.files.readBytes(path, MAX_BYTES);
    if (!bytes.ok) return unreadable(path, bytes.failure.reason, remedyOf(bytes.failure));
    evidence.push({ name, bytes: bytes.value });
  }
  return ok(evidence);
}

/** The runs about which something was signed, newest first. */
export function runsWithEvidence(parts: StoreParts): Result<readonly RunId[], Failure> {
  const names = listFolder(parts, parts.layout.evidence);
  if (!names.ok) return names;
  const runs: RunId[] = [];
  for (const name of names.value) {
    const times = parts.files.list(parts.paths.join(parts.layout.evidence, name));
    if (!times.ok) continue;
    for (const time of times.value) {
      const id = `${name}/${time}`;
      if (isRunId(id)) runs.push(id);
    }
  }
  const timeOf = (id: RunId) => id.slice(id.indexOf("/") + 1);
  return ok(runs.sort((one, other) => timeOf(one) < timeOf(other) ? 1 : -1));
}

function unreadable(
  path: string,
  reason: string,
  remedy: StateRemedy | undefined,
): Result<never, Failure> {
  return fail({ code: "state_unreadable", action: "read", path, reason, remedy });
}
