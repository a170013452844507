/** The journal as a reader finds it: its lines, and the lines about each thing. Their digests are computed by whoever needs them. */

import type { Failure } from "../../model/failure.ts";
import { isRunId, type Timestamp, timestampOf } from "../../model/ids.ts";
import { type JournalEntry, journalEntry, type JournalHead } from "../../model/journal.ts";
import { ok, type Result } from "../../model/result.ts";
import { headIn, linesOf, readJournal } from "../../store/journal_end.ts";
import type { StoreParts } from "../../store/store_parts.ts";

export interface JournalLine {
  /** From 1. */
  readonly number: number;
  /** undefined where the line is none. */
  readonly entry: JournalEntry | undefined;
  /** Without its line end. */
  readonly bytes: Uint8Array;
}

export interface JournalView {
  readonly lines: readonly JournalLine[];
  /** Its last line has a line end. */
  readonly isEnded: boolean;
  /** The newest line as its writer noted it beside the journal. */
  readonly noted: JournalHead | undefined;
  /** Runs from before this time were recorded without a journal. */
  readonly begun: Timestamp | undefined;
  readonly runsBefore: number;
  /** The lines about each run, each `task <name>` and each file of evidence, in their order. */
  readonly about: ReadonlyMap<string, readonly JournalLine[]>;
}

export function viewJournal(parts: StoreParts): Result<JournalView, Failure> {
  const bytes = readJournal(parts);
  if (!bytes.ok) return bytes;
  const content = bytes.value ?? new Uint8Array();
  const lines: JournalLine[] = [];
  const about = new Map<string, JournalLine[]>();
  for (const [index, line] of linesOf(content).entries()) {
    const entry = journalEntry(new TextDecoder().decode(line));
    const read = { number: index + 1, entry, bytes: line };
    lines.push(read);
    const subject = entry === undefined ? undefined : subjectOf(entry);
    if (subject === undefined) continue;
    const known = about.get(subject);
    if (known === undefined) about.set(subject, [read]);
    else known.push(read);
  }
  const first = lines[0]?.entry;
  const begunAtMs = first?.kind === "begun" ? Date.parse(first.time) : NaN;
  const note = parts.files.lockNote(parts.layout.journalLock);
  return ok({
    lines,
    isEnded: content.length === 0 || content.at(-1) === 10,
    noted: note.ok ? headIn(note.value) : undefined,
    begun: Number.isNaN(begunAtMs) ? undefined : timestampOf(begunAtMs),
    runsBefore: typeof first?.["runs_before"] === "number" ? first["runs_before"] : 0,
    about,
  });
}

function subjectOf(entry: JournalEntry): string | undefined {
  switch (entry.kind) {
    case "run":
    case "plan":
    case "pruned":
      return entry.id;
    case "moved_in":
    case "moved_out":
      return entry["task"] === true ? taskKey(entry.id) : entry.id;
    case "task":
    case "confirmation":
    case "left_open":
      return taskKey(entry.id);
    case "signed":
      return isRunId(entry.id) && typeof entry["file"] === "string"
        ? `evidence/${entry.id}/${entry["file"]}`
        : undefined;
    default:
      return undefined;
  }
}

export function taskKey(name: string): string {
  return `task ${name}`;
}

/** The newest line that gives the digest of what is, or was, there. */
export function newestOf(view: JournalView, subject: string): JournalLine | undefined {
  return view.about.get(subject)?.at(-1);
}
