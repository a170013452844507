/**
 * A part of a run's captured output by its place: a place counts the bytes of both streams in the order in which they
 * came. Reads this part alone, however long the output is.
 */

import { joinBytes } from "../../model/bytes.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunStatus } from "../../model/run.ts";
import type { Files } from "../../host/files.ts";
import type { LogPiece, OrderedLog, StreamName } from "../runs/ordered_log.ts";
import { openLog, WHOLE_LOG } from "../runs/read_log.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface LogRangeRequest {
  readonly reference: string;
  /** undefined: the last one. */
  readonly attempt: number | undefined;
  /** From this place on, up to this place, or the end of the output. */
  readonly where: { readonly from: number } | { readonly to: number } | "end";
  readonly maxBytes: number;
}

export interface LogPart {
  readonly stream: StreamName;
  readonly text: string;
}

export interface LogRange {
  readonly kind: "log";
  readonly status: RunStatus;
  readonly attempt: number | undefined;
  readonly attempts: number;
  /** Why output is missing or out of order, as sentences. */
  readonly remarks: readonly string[];
  readonly from: number;
  readonly to: number;
  /** The end of the output as it is now. */
  readonly size: number;
  /** No more output comes. */
  readonly isOver: boolean;
  readonly parts: readonly LogPart[];
}

const NEWLINE = 10;

export async function logRange(
  workspace: Workspace,
  { reference, attempt, where, maxBytes }: LogRangeRequest,
): Promise<Result<LogRange, Failure>> {
  const opened = await openLog(workspace, { ...WHOLE_LOG, reference, attempt });
  if (!opened.ok) return opened;
  const { record, log, isOver, absence, disorder } = opened.value;
  const size = sizeOf(workspace.host.files, log);
  const wanted = where === "end"
    ? { from: Math.max(0, size - maxBytes), to: size }
    : "to" in where
    ? { from: Math.max(0, Math.min(where.to, size) - maxBytes), to: Math.min(where.to, size) }
    : { from: Math.min(where.from, size), to: Math.min(where.from + maxBytes, size) };
  const bytes = readPieces(workspace.host.files, log, isOver, wanted);
  // A range begins and ends with a line where it can: going forwards its end moves, going backwards its begin.
  const isForwards = where !== "end" && "from" in where;
  const { parts, from, to } = isForwards
    ? endingWithLine(bytes, wanted.from, size)
    : beginningWithLine(bytes, wanted.from);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return ok({
    kind: "log",
    status: record.status,
    attempt: opened.value.attempt,
    attempts: record.attempts.length,
    remarks: [absence, disorder].filter((each) => each !== undefined),
    from,
    to,
    size,
    isOver,
    parts: parts.map(({ stream, bytes }) => ({ stream, text: decoder.decode(bytes) })),
  });
}

interface Piece {
  readonly stream: StreamName;
  readonly bytes: Uint8Array;
}

function sizeOf(files: Files, log: OrderedLog): number {
  let size = 0;
  for (const { path } of log.streams) {
    const facts = files.stat(path);
    if (facts.ok) size += facts.value.sizeBytes;
  }
  return size;
}

/** Each piece with the place at which it begins. */
export function* placed(pieces: Iterable<LogPiece>): Generator<LogPiece & { readonly at: number }> {
  let at = 0;
  for (const piece of pieces) {
    yield { ...piece, at };
    at += piece.toBytes - piece.fromBytes;
  }
}

function readPieces(
  files: Files,
  log: OrderedLog,
  isOver: boolean,
  { from, to }: { readonly from: number; readonly to: number },
): readonly Piece[] {
  const read: Piece[] = [];
  for (const { stream, path, fromBytes, toBytes, at } of placed(log.next(isOver))) {
    const length = toBytes - fromBytes;
    if (at + length <= from) continue;
    if (at >= to) break;
    const begin = Math.max(0, from - at);
    const bytes = bytesOf(files, path, fromBytes + begin, fromBytes + Math.min(length, to - at));
    // A file that was removed or cut meanwhile ends the range.
    if (bytes === undefined) break;
    const last = read.at(-1);
    if (last?.stream === stream) read[read.length - 1] = { stream, bytes: joinBytes([last.bytes, bytes]) };
    else read.push({ stream, bytes });
  }
  return read;
}

function bytesOf(files: Files, path: string, from: number, to: number): Uint8Array | undefined {
  const opened = files.openForReading(path);
  if (!opened.ok) return undefined;
  try {
    const bytes = new Uint8Array(to - from);
    opened.value.seek(from);
    for (let filled = 0; filled < bytes.length;) {
      const read = opened.value.read(bytes.subarray(filled));
      if (!read.ok || read.value === 0) return undefined;
      filled += read.value;
    }
    return bytes;
  } finally {
    opened.value.close();
  }
}

function endingWithLine(pieces: readonly Piece[], from: number, size: number) {
  const to = from + lengthOf(pieces);
  const last = pieces.at(-1);
  // At the end of the output there may be more of the line soon, but this is what there is.
  if (last === undefined || to >= size) return { parts: pieces, from, to };
  const end = last.bytes.lastIndexOf(NEWLINE) + 1;
  // A piece without a line end is left out as a whole, as long as others come before it.
  const kept = end > 0 || pieces.length > 1 ? end : last.bytes.length - partOfCharacter(last.bytes);
  if (kept === 0 && pieces.length === 1) return { parts: pieces, from, to };
  const cut = kept === 0 ? [] : [{ ...last, bytes: last.bytes.subarray(0, kept) }];
  const parts = [...pieces.slice(0, -1), ...cut];
  return { parts, from, to: from + lengthOf(parts) };
}

function beginningWithLine(pieces: readonly Piece[], from: number) {
  const [first, ...others] = pieces;
  const to = from + lengthOf(pieces);
  if (first === undefined || from === 0) return { parts: pieces, from, to };
  const line = first.bytes.indexOf(NEWLINE) + 1;
  // A piece that is the rest of one line is left out as a whole, as long as others follow.
  if (line === first.bytes.length && others.length > 0) return { parts: others, from: from + line, to };
  const skipped = line > 0 && line < first.bytes.length ? line : restOfCharacter(first.bytes);
  return { parts: [{ ...first, bytes: first.bytes.subarray(skipped) }, ...others], from: from + skipped, to };
}

/** How many bytes at the end begin a character of UTF-8 that goes on behind them. */
function partOfCharacter(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** How many bytes at the beginning end a character that began before them. */
function restOfCharacter(bytes: Uint8Array): number {
  let rest = 0;
  while (rest < Math.min(3, bytes.length) && (bytes[rest]! & 0xc0) === 0x80) rest++;
  return rest;
}

function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
