/**
 * The last snapshot of the inputs, one file for each job or task: a cache, so that unchanged files are not
 * read again. A damaged cache, or one of another program version, is ignored. Knows no files of the project.
 */

import { joinBytes } from "../model/bytes.ts";
import { type InputSnapshot, SNAPSHOT_NUMBERS } from "../model/input_snapshot.ts";
import { replaceFile } from "../host/durable_write.ts";
import { parseJson } from "./json_bytes.ts";
import { nodeInputs } from "./node_inputs.ts";
import { makeStateFolder } from "./state_folders.ts";
import type { StoreParts } from "./store_parts.ts";

const CACHE_FORMAT = 1;
const CHECK_LENGTH = 64;
const NEWLINE = 10;

const decoder = new TextDecoder();

interface Head {
  readonly format: number;
  readonly kind: "input_cache";
  /** The folder that the paths are relative to. */
  readonly folder: string;
  readonly files: number;
  readonly files_sha256: string;
  readonly listing_sha256: string | null;
  readonly paths_bytes: number;
}

/** undefined where there is no usable one for this folder. */
export async function readInputCache(
  parts: StoreParts,
  name: string,
  folder: string,
): Promise<InputSnapshot | undefined> {
  const shared = nodeInputs(parts);
  const noted = shared?.snapshot(name);
  if (noted !== undefined) return decodeSnapshot(noted, folder);
  const bytes = parts.files.readBytes(parts.layout.inputCache(name));
  if (!bytes.ok || bytes.value.length < CHECK_LENGTH) return undefined;
  const rest = bytes.value.subarray(CHECK_LENGTH);
  const check = decoder.decode(bytes.value.subarray(0, CHECK_LENGTH));
  if (check !== await parts.digests.sha256(rest)) return undefined;
  shared?.keep(name, rest);
  return decodeSnapshot(rest, folder);
}

/** A cache: files that could not be noted are read again next time. */
export async function writeInputCache(
  parts: StoreParts,
  name: string,
  folder: string,
  snapshot: InputSnapshot,
): Promise<void> {
  const rest = encodeSnapshot(snapshot, folder);
  nodeInputs(parts)?.keep(name, rest);
  const check = new TextEncoder().encode(await parts.digests.sha256(rest));
  const bytes = joinBytes([check, rest]);
  if (!makeStateFolder(parts, parts.layout.inputCaches).ok) return;
  replaceFile(parts.files, parts.paths, parts.layout.inputCache(name), bytes, {
    durable: false,
  });
}

function encodeSnapshot(snapshot: InputSnapshot, folder: string): Uint8Array {
  const count = snapshot.paths.length;
  const paths = new TextEncoder().encode(snapshot.paths.join("\0"));
  const head: Head = {
    format: CACHE_FORMAT,
    kind: "input_cache",
    folder,
    files: count,
    files_sha256: snapshot.filesSha256,
    listing_sha256: snapshot.listing ?? null,
    paths_bytes: paths.length,
  };
  const line = new TextEncoder().encode(`${JSON.stringify(head)}\n`);
  const numbers = new Uint8Array(
    snapshot.numbers.buffer,
    snapshot.numbers.byteOffset,
    snapshot.numbers.byteLength,
  );
  const parts = [line, paths, numbers, snapshot.digests];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function decodeSnapshot(bytes: Uint8Array, folder: string): InputSnapshot | undefined {
  const end = bytes.indexOf(NEWLINE);
  const parsed = parseJson(bytes.subarray(0, end));
  const head = parsed.ok ? parsed.value as Head : undefined;
  if (head?.format !== CACHE_FORMAT || head.kind !== "input_cache" || head.folder !== folder) {
    return undefined;
  }
  const { files: count, paths_bytes } = head;
  const pathsAt = end + 1;
  const numbersAt = pathsAt + paths_bytes;
  const digestsAt = numbersAt + count * SNAPSHOT_NUMBERS * Float64Array.BYTES_PER_ELEMENT;
  const text = decoder.decode(bytes.subarray(pathsAt, numbersAt));
  return {
    paths: count === 0 ? [] : text.split("\0"),
    // A copy, because numbers must be aligned in memory.
    numbers: new Float64Array(bytes.slice(numbersAt, digestsAt).buffer),
    digests: bytes.subarray(digestsAt),
    filesSha256: head.files_sha256,
    listing: head.listing_sha256 ?? undefined,
  };
}
