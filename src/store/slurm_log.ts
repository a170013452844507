/** Keeps what a cluster itself wrote about an attempt, beside the captured output. */

import type { RunId } from "../model/ids.ts";
import type { SlurmLogRecord } from "../model/run.ts";
import { maskText } from "../model/secrets.ts";
import { replaceFile } from "../host/durable_write.ts";
import type { StoreParts } from "./store_parts.ts";

const MAX_LINES = 10;
const MAX_LINE = 300;

/** undefined where there is nothing in it, or it could not be kept; nothing else of the run depends on it. */
export async function keepSlurmLog(
  { files, paths, layout, digests }: StoreParts,
  id: RunId,
  attempt: number,
  log: string,
  secrets: readonly string[],
): Promise<SlurmLogRecord | undefined> {
  const text = maskText(log, secrets);
  const lines = text.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "");
  if (lines.length === 0) return undefined;
  const path = layout.slurmLogName(id, attempt);
  const bytes = new TextEncoder().encode(text);
  const kept = replaceFile(files, paths, layout.inState(path), bytes, { durable: "old or new" });
  if (!kept.ok) return undefined;
  return {
    path,
    bytes: bytes.length,
    sha256: await digests.sha256(bytes),
    last_lines: lines.slice(-MAX_LINES).map((line) => line.slice(0, MAX_LINE)),
  };
}
