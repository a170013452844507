/** Finished records that a crash kept out of the journal: a power cut can lose a line whose record it keeps. */

import type { Failure } from "../model/failure.ts";
import { nameProblem, type RunId, runIdOf, timestampOf } from "../model/ids.ts";
import { journalEntry, type JournalFact } from "../model/journal.ts";
import { ok, type Result } from "../model/result.ts";
import { isFinished } from "../model/run.ts";
import { decodeRun } from "./codec.ts";
import { appendToJournal } from "./journal.ts";
import { linesOf, readJournal } from "./journal_end.ts";
import { RECORD_SUFFIX, timestampsIn } from "./layout.ts";
import { factOfRun } from "./run_fact.ts";
import { listFolder } from "./state_folders.ts";
import type { StoreParts } from "./store_parts.ts";

/**
 * Enters them, marked as late. Never a record that has a line: one that differs from its line was altered, and stays so. Never one
 * from before the journal, nor where there is none.
 */
export async function enterMissing(parts: StoreParts): Promise<Result<readonly RunId[], Failure>> {
  const bytes = readJournal(parts);
  if (!bytes.ok) return bytes;
  const entries = linesOf(bytes.value ?? new Uint8Array())
    .map((line) => journalEntry(new TextDecoder().decode(line)));
  const begunAtMs = Date.parse(entries[0]?.time ?? "");
  if (Number.isNaN(begunAtMs)) return ok([]);
  const begun = timestampOf(begunAtMs);
  const known = new Set(entries.map((entry) => entry?.id));
  const missing: RunId[] = [];
  const names = listFolder(parts, parts.layout.runs);
  if (!names.ok) return names;
  for (const name of names.value.filter((each) => nameProblem(each) === undefined)) {
    const files = parts.files.list(parts.layout.runsOf(name), [RECORD_SUFFIX]);
    for (const timestamp of files.ok ? timestampsIn(files.value) : []) {
      const id = runIdOf(name, timestamp);
      if (timestamp >= begun && !known.has(id)) missing.push(id);
    }
  }
  const facts: JournalFact[] = [];
  for (const id of missing) {
    const record = parts.files.readBytes(parts.layout.record(id));
    const decoded = record.ok ? decodeRun(record.value) : undefined;
    if (!record.ok || !decoded?.ok || !isFinished(decoded.value.record)) continue;
    const fact = await factOfRun(parts, decoded.value.record, record.value);
    facts.push({ ...fact, details: { ...fact.details, late: true } });
  }
  if (facts.length === 0) return ok([]);
  const entered = await appendToJournal(parts, ...facts);
  return entered.ok ? ok(facts.map(({ id }) => id as RunId)) : entered;
}
