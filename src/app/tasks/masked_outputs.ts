/**
 * Finds the file of an output whose recorded path hides a secret. The secret may have another value by now,
 * or none.
 */

import type { FileRecord, OutputRecord } from "../../model/run.ts";
import { MASK } from "../../model/secrets.ts";
import type { Task } from "../../model/task.ts";
import type { Host } from "../../host/host.ts";
import { fingerprintAll, type KnownFiles, lookAt, NOTHING_KNOWN } from "../files/fingerprint_files.ts";

/** All present paths that a masked recorded path can stand for; nothing for paths without a mask. */
export async function placesOf(
  host: Host,
  workingDir: string,
  task: Task,
  outputs: readonly OutputRecord[],
): Promise<ReadonlyMap<string, readonly FileRecord[]>> {
  const hiding = new Set(outputs.map(({ path }) => path).filter((path) => path.includes(MASK)));
  if (hiding.size === 0) return new Map();
  const found = await fingerprintAll(host, workingDir, task.outputs, NOTHING_KNOWN, "inside");
  return new Map(
    [...hiding].map((path) => [path, found.filter((file) => canStandFor(path, file.path))]),
  );
}

/**
 * The present state of the output. Where several files match its path, the one that is unchanged since the
 * build counts.
 */
export async function examinePlace(
  host: Host,
  workingDir: string,
  built: OutputRecord,
  places: readonly FileRecord[] | undefined,
  known: KnownFiles,
): Promise<FileRecord> {
  const present = places?.filter((place) => place.present) ?? [];
  return present.find(({ sha256 }) => sha256 === built.sha256) ?? present[0] ?? places?.[0] ??
    await lookAt(host, workingDir, built.path, known, "inside");
}

/** Whether the path equals the recorded one with some text for each mask. */
function canStandFor(recorded: string, path: string): boolean {
  const [start, ...rest] = recorded.split(MASK);
  if (!path.startsWith(start!)) return false;
  let at = start!.length;
  for (const [index, part] of rest.entries()) {
    // A mask stands for at least one character.
    const isLast = index === rest.length - 1;
    const found = isLast ? path.length - part.length : path.indexOf(part, at + 1);
    if (found < at + 1 || !path.startsWith(part, found)) return false;
    at = found + part.length;
  }
  return at === path.length;
}
