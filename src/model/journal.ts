/**
 * The journal of a state folder: one line for each finished record, in the order in which they were finished, each with
 * the digest of the line before it. Pure.
 */

import { parsedJson } from "./parsed_json.ts";

/** The subject of a line. Readers take kinds that they do not know. */
export type JournalKind =
  /** The first line, with the number of runs that were there before. */
  | "begun"
  | "run"
  /** A run that made a plan. */
  | "plan"
  /** A task's record was replaced. */
  | "task"
  /** The same, with a person's confirmation of a criterion. */
  | "confirmation"
  /** The same, by an assistant that left criteria open. */
  | "left_open"
  /** A record is about to be removed. */
  | "pruned"
  /** A record is about to be moved to another state folder, or has come from one. */
  | "moved_out"
  | "moved_in"
  | "signed"
  | "checkpoint"
  /** A line that a crash cut off was removed. */
  | "torn"
  /** The lines that were there do not continue what was written before. */
  | "chain_break";

/** A fact to be entered. */
export interface JournalFact {
  readonly kind: JournalKind;
  /** The id of a run, or the name of a task. */
  readonly id: string;
  /** The digest of the file that the line is about, as it stands on the disk. */
  readonly sha256: string;
  /** Further keys, in this order. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

/** A line as read. */
export interface JournalEntry {
  /** The number of the line, from 1. */
  readonly n: number;
  readonly time: string;
  readonly kind: string;
  readonly id: string;
  readonly sha256: string;
  /** The digest of the line before it, without its line end. */
  readonly previous: string;
  readonly [detail: string]: unknown;
}

/** The newest line. */
export interface JournalHead {
  readonly n: number;
  /** The digest of the line, without its line end. */
  readonly sha256: string;
}

/** What a signature fixes of the journal. */
export interface SignedJournal {
  /** The line about the run; undefined for a run from before the journal. */
  readonly line: JournalHead | undefined;
  /** The newest line at the time of signing. */
  readonly head: JournalHead;
  /** How many lines up to there are breaks. */
  readonly breakCount: number;
  /** The newest of them, oldest first. */
  readonly breaks: readonly JournalHead[];
}

/** Stands in the first line for the digest of the line before it. */
export const NO_LINE = "0".repeat(64);

export const JOURNAL_START: JournalHead = { n: 0, sha256: NO_LINE };

/** The line that follows `head`, without its line end. */
export function journalLine(
  { kind, id, sha256, details }: JournalFact,
  time: string,
  head: JournalHead,
): string {
  return JSON.stringify({ n: head.n + 1, time, kind, id, sha256, ...details, previous: head.sha256 });
}

/** undefined where the text is no line of a journal. */
export function journalEntry(line: string): JournalEntry | undefined {
  const value = parsedJson(line);
  if (typeof value !== "object" || value === null) return undefined;
  const { n, time, kind, id, sha256, previous } = value as Record<string, unknown>;
  const isGood = Number.isInteger(n) && (n as number) > 0 && typeof time === "string" &&
    typeof kind === "string" && typeof id === "string" && isDigest(sha256) && isDigest(previous);
  return isGood ? value as JournalEntry : undefined;
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
