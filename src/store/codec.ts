/**
 * Turns records into bytes and bytes into records, which are validated when read. Unknown fields are
 * preserved.
 */

import * as v from "valibot";
import { RECORD_FORMAT, type RunRecord } from "../model/run.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { issueText } from "./issue_text.ts";
import { parseJson } from "./json_bytes.ts";
import { accepting } from "./quick_check.ts";
import { runRecord } from "./run_schema.ts";

export interface DecodedRun {
  readonly record: RunRecord;
  /** Written by a newer program: shown, but never rewritten. */
  readonly isNewer: boolean;
}

const isRun = accepting(runRecord);
/** Only the record of a graph has so many. */
const LARGE_BYTES = 64 * 1024;

/** The record, or why the bytes hold none, in words. */
export function decodeRun(bytes: Uint8Array): Result<DecodedRun, string> {
  const parsed = parseJson(bytes);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  if (isRun(value, bytes.length > LARGE_BYTES)) {
    const record = value as RunRecord;
    return ok({ record, isNewer: record.format > RECORD_FORMAT });
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === "number" && format > RECORD_FORMAT) {
    return fail(`it has format ${format}, and this program reads formats up to ${RECORD_FORMAT}`);
  }
  return fail(problemOf(value) ?? "it is no record of a run");
}

/** A newer program wrote this record in a form that this one does not read. */
export function isOfNewerFormat(bytes: Uint8Array): boolean {
  const parsed = parseJson(bytes);
  const format = parsed.ok ? (parsed.value as { readonly format?: unknown } | null)?.format : undefined;
  return typeof format === "number" && format > RECORD_FORMAT;
}

function problemOf(record: unknown): string | undefined {
  const checked = v.safeParse(runRecord, record);
  return checked.success ? undefined : issueText(checked.issues[0]);
}

type RunKey = keyof RunRecord & keyof typeof runRecord.entries;

/** No field has this value. */
const NOTHING = Symbol();

/** Each field with its rule alone, and the value that was looked at last. */
const fields = (Object.keys(runRecord.entries) as RunKey[]).map((key) => ({
  key,
  isRight: accepting(runRecord.entries[key]),
  known: NOTHING as unknown,
}));

/**
 * The rules of a record are those of its fields, so a field that is the same as before, or as in the record before this one, need not be
 * looked at again. Records never change once they are made.
 */
function problemOfChanges(record: RunRecord, before: RunRecord | undefined): string | undefined {
  for (const field of fields) {
    const value = record[field.key];
    if (value === field.known || (before !== undefined && value === before[field.key])) continue;
    // A graph can have thousands of nodes.
    if (!field.isRight(value, field.key === "graph")) return problemOf(record);
    field.known = value;
  }
  return undefined;
}

/**
 * UTF-8 JSON with LF, two spaces and a final line end, as described in docs/records.md. Throws where a reader
 * would reject the result, which is a bug, so such a record is never written. `before` was written or read before.
 */
export function encodeRun(record: RunRecord, before?: RunRecord): Uint8Array {
  // The value itself: reading back its text would take twice as long and tell nothing more.
  const problem = problemOfChanges(record, before);
  if (problem !== undefined) throw new Error(`Cannot write run "${record.id}": ${problem}`);
  return new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`);
}
