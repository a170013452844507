/** The end of the journal as its next writer finds it: whole, cut off by a crash, or not what was written before. */

import type { Failure, StateRemedy } from "../model/failure.ts";
import {
  JOURNAL_START,
  journalEntry,
  type JournalFact,
  type JournalHead,
  NO_LINE,
} from "../model/journal.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { parseJson } from "./json_bytes.ts";
import { remedyOf } from "./state_remedy.ts";
import type { StoreParts } from "./store_parts.ts";

/** More than a few of our lines. */
const TAIL_BYTES = 64 * 1024;
/** More lines than anybody has runs. */
const MAX_JOURNAL_BYTES = 1024 * 1024 * 1024;
const LINE_END = 10;

export type JournalEnd =
  | { readonly kind: "absent"; readonly head: JournalHead }
  | { readonly kind: "whole"; readonly head: JournalHead }
  /** The newest line is whole and only its line end is missing. */
  | { readonly kind: "unended"; readonly head: JournalHead }
  | {
    readonly kind: "torn";
    readonly head: JournalHead;
    readonly whole: Uint8Array;
    readonly torn: Uint8Array;
  }
  | Broken;

export interface Broken {
  readonly kind: "broken";
  /** The second half of a sentence. */
  readonly reason: string;
  /** The newest line that was written, where that is known. */
  readonly expected: JournalHead | undefined;
}

/** From where lines go on. */
export interface Start {
  readonly head: JournalHead;
  /** To be entered first. */
  readonly before: readonly JournalFact[];
  /** Ends a line that has no end. */
  readonly prefix: "" | "\n";
}

/** `noted`: the newest line, as its writer noted it after it was durable. */
export async function findEnd(
  parts: StoreParts,
  noted: JournalHead | undefined,
): Promise<Result<JournalEnd, Failure>> {
  const { files, layout } = parts;
  const facts = files.stat(layout.journal);
  const isAbsent = facts.ok ? facts.value.sizeBytes === 0 : facts.failure.kind === "not_found";
  if (!facts.ok && !isAbsent) {
    return unreadable(layout.journal, facts.failure.reason, remedyOf(facts.failure));
  }
  if (isAbsent) {
    return ok(
      noted === undefined
        ? { kind: "absent", head: JOURNAL_START }
        : { kind: "broken", reason: `it is gone; it had ${noted.n} lines`, expected: noted },
    );
  }
  const sizeBytes = facts.ok ? facts.value.sizeBytes : 0;
  const tail = readTail(parts, sizeBytes);
  if (!tail.ok) return tail;
  const end = await endOf(parts, tail.value, tail.value.length === sizeBytes);
  return ok(noted === undefined || end.kind === "broken" ? end : compared(end, noted));
}

/** A crash can leave more than what was noted, but never less and nothing else. */
function compared(end: Exclude<JournalEnd, Broken>, noted: JournalHead): JournalEnd {
  const { head } = end;
  const broken = (reason: string): Broken => ({ kind: "broken", reason, expected: noted });
  if (head.n < noted.n) return broken(`it ends with line ${head.n}; line ${noted.n} was there before`);
  return head.n === noted.n && head.sha256 !== noted.sha256
    ? broken(`line ${head.n} is not the one that was written`)
    : end;
}

async function endOf(
  parts: StoreParts,
  tail: Uint8Array,
  isAll: boolean,
): Promise<JournalEnd> {
  const broken = (reason: string): Broken => ({ kind: "broken", reason, expected: undefined });
  const lastEnd = tail.lastIndexOf(LINE_END);
  const rest = tail.subarray(lastEnd + 1);
  const lines = linesOf(tail.subarray(0, lastEnd + 1));
  // The first line of a part can be the rest of one.
  const [last, before] = (isAll ? lines : lines.slice(1)).toReversed();
  if (last === undefined && !isAll) return broken("its last line is longer than any line of ours");
  const head = last === undefined ? JOURNAL_START : await headOf(parts, last, before);
  if (head === undefined) return broken("its last line does not continue the one before it");
  if (rest.length === 0) return { kind: "whole", head };
  const unended = await headOf(parts, rest, last);
  if (unended !== undefined) return { kind: "unended", head: unended };
  const all = readAll(parts);
  if (!all.ok) return broken(all.failure.reason);
  const wholeBytes = all.value.lastIndexOf(LINE_END) + 1;
  return { kind: "torn", head, whole: all.value.slice(0, wholeBytes), torn: all.value.slice(wholeBytes) };
}

/** undefined where it is not a line of ours, or does not follow the one before it. */
async function headOf(
  { digests }: StoreParts,
  line: Uint8Array,
  before: Uint8Array | undefined,
): Promise<JournalHead | undefined> {
  const entry = entryIn(line);
  if (entry === undefined) return undefined;
  if (before !== undefined) {
    // Nothing is known of the number before a break.
    const isNext = entry.kind === "chain_break" || entryIn(before)?.n === entry.n - 1;
    if (!isNext || await digests.sha256(before) !== entry.previous) return undefined;
  } else if (entry.n === 1 && entry.previous !== NO_LINE && entry.kind !== "chain_break") return undefined;
  return { n: entry.n, sha256: await digests.sha256(line) };
}

function entryIn(line: Uint8Array): ReturnType<typeof journalEntry> {
  return journalEntry(new TextDecoder().decode(line));
}

/** Where lines go on after a break: never a second beginning. */
export async function afterBreak(
  parts: StoreParts,
  { reason, expected }: Broken,
): Promise<Result<Start, Failure>> {
  const all = readAll(parts);
  if (!all.ok && all.failure.kind !== "not_found") {
    return unreadable(parts.layout.journal, all.failure.reason, remedyOf(all.failure));
  }
  const bytes = all.ok ? all.value : new Uint8Array();
  const lines = linesOf(bytes);
  const last = lines.at(-1);
  const sha256 = last === undefined ? expected?.sha256 ?? NO_LINE : await parts.digests.sha256(last);
  const found: JournalFact = {
    kind: "chain_break",
    id: "journal",
    sha256: await parts.digests.sha256(bytes),
    details: {
      reason,
      ...(expected === undefined ? {} : { expected_n: expected.n, expected_sha256: expected.sha256 }),
    },
  };
  const isEnded = bytes.length === 0 || bytes.at(-1) === LINE_END;
  return ok({ head: { n: lines.length, sha256 }, before: [found], prefix: isEnded ? "" : "\n" });
}

/** The whole journal; undefined where there is none. */
export function readJournal(parts: StoreParts): Result<Uint8Array | undefined, Failure> {
  const all = readAll(parts);
  if (all.ok) return all;
  return all.failure.kind === "not_found"
    ? ok(undefined)
    : unreadable(parts.layout.journal, all.failure.reason, remedyOf(all.failure));
}

/** The lines without their ends; a rest without an end is the last one. */
export function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(LINE_END, start);
    const end = found < 0 ? bytes.length : found;
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

/** The newest line as the holder of the lock noted it; undefined where nobody did. */
export function headIn(note: Uint8Array): JournalHead | undefined {
  const parsed = parseJson(note);
  if (!parsed.ok || typeof parsed.value !== "object" || parsed.value === null) return undefined;
  const { n, sha256 } = parsed.value as Partial<JournalHead>;
  return typeof n === "number" && typeof sha256 === "string" ? { n, sha256 } : undefined;
}

function readAll({ files, layout }: StoreParts) {
  return files.readBytes(layout.journal, MAX_JOURNAL_BYTES);
}

function readTail({ files, layout }: StoreParts, sizeBytes: number): Result<Uint8Array, Failure> {
  const opened = files.openForReading(layout.journal);
  if (!opened.ok) return unreadable(layout.journal, opened.failure.reason, remedyOf(opened.failure));
  const file = opened.value;
  try {
    const tail = new Uint8Array(Math.min(TAIL_BYTES, sizeBytes));
    if (sizeBytes > tail.length) file.seek(sizeBytes - tail.length);
    let filled = 0;
    while (filled < tail.length) {
      const read = file.read(tail.subarray(filled));
      if (!read.ok) return unreadable(layout.journal, read.failure.reason, remedyOf(read.failure));
      if (read.value === 0) break;
      filled += read.value;
    }
    return ok(tail.subarray(0, filled));
  } finally {
    file.close();
  }
}

function unreadable(
  path: string,
  reason: string,
  remedy: StateRemedy | undefined,
): Result<never, Failure> {
  return fail({ code: "state_unreadable", action: "read the journal", path, reason, remedy });
}
