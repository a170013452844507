/**
 * The task records in the state folder: reads and replaces them. Knows no locks: a writer holds the lock of
 * the task.
 */

import * as v from "valibot";
import { isRunId, nameProblem, type RunId } from "../model/ids.ts";
import type { Failure, StateRemedy } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { RUN_STATUSES } from "../model/run.ts";
import { TASK_FORMAT, TASK_STATUSES, type TaskRecord } from "../model/task_record.ts";
import { replaceFileBeside } from "../host/durable_write.ts";
import { appendToJournal } from "./journal.ts";
import { issueText } from "./issue_text.ts";
import { parseJson } from "./json_bytes.ts";
import { makeStateFolder } from "./state_folders.ts";
import { remedyOf } from "./state_remedy.ts";
import type { StoreParts } from "./store_parts.ts";

const text = v.string();
const runId = v.pipe(text, v.check(isRunId, "expected <name>/<timestamp>"));
const whole = v.pipe(v.number(), v.integer());
const link = v.looseObject({ run: runId });

const taskRecord = v.looseObject({
  format: whole,
  kind: v.literal("task"),
  name: text,
  project: v.optional(v.nullable(text)),
  config_path: v.optional(text),
  description: v.nullable(text),
  repo: v.nullable(text),
  status: v.picklist(TASK_STATUSES),
  reason: text,
  last_run: v.nullable(runId),
  plan: v.nullable(v.looseObject({ run: runId, sha256: text, created_at: text, definition_sha256: text })),
  outputs: v.array(text),
  documents: v.array(text),
  confirmations: v.array(v.looseObject({
    criterion: text,
    text: v.optional(text),
    build: runId,
    by: v.nullable(text),
    at: text,
    note: v.nullable(text),
  })),
  links: v.looseObject({
    issue: v.nullable(link),
    branch: v.nullable(link),
    // Written by later programs only.
    worktree: v.optional(v.looseObject({ run: runId, path: text, base: v.nullable(text), made_at: text })),
  }),
  last_build: v.nullable(v.looseObject({
    run: runId,
    status: v.picklist(RUN_STATUSES),
    exit_code: v.nullable(whole),
    end_time: v.nullable(text),
  })),
  left_open: v.optional(
    v.looseObject({ at: text, by: v.nullable(text), criteria: v.array(text), reason: text }),
  ),
  documented: v.nullable(v.looseObject({ path: text, run: runId, sha256: text })),
});

/** The part of a record that is new, as the journal says it. */
export type TaskChange =
  | { readonly kind: "task" }
  | { readonly kind: "confirmation"; readonly criterion: string; readonly build: RunId }
  | { readonly kind: "left_open" };

export class TaskStore {
  readonly #parts: StoreParts;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  /** undefined where nothing is recorded for the task yet. */
  read(name: string): Result<TaskRecord | undefined, Failure> {
    const path = this.#parts.layout.task(name);
    const bytes = this.#parts.files.readBytes(path);
    if (!bytes.ok) {
      return bytes.failure.kind === "not_found"
        ? ok(undefined)
        : unreadable(path, bytes.failure.reason, remedyOf(bytes.failure));
    }
    const decoded = decodeTask(bytes.value);
    if (!decoded.ok) return unreadable(path, decoded.failure, "damaged");
    // Writing it would replace the record of the other task.
    if (decoded.value.name !== name) {
      return unreadable(path, `it belongs to another task, "${decoded.value.name}"`, "damaged");
    }
    return ok(decoded.value);
  }

  /**
   * Only the holder of the task's lock may call this. A record that a newer program wrote is never rewritten. The journal has
   * the new record before it replaces the old one, so that nothing counts that was not entered. `what`: what is new in it.
   */
  async write(record: TaskRecord, what: TaskChange = { kind: "task" }): Promise<Result<void, Failure>> {
    const { files, paths, layout } = this.#parts;
    const path = layout.task(record.name);
    const unwritable = (reason: string) =>
      fail({ code: "state_unwritable", action: "write the task record", path, reason } as const);
    if (record.format > TASK_FORMAT) {
      return unwritable(
        `a newer program wrote it, in format ${record.format}; this one writes format ${TASK_FORMAT}`,
      );
    }
    const bytes = new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`);
    const read = decodeTask(bytes);
    if (!read.ok) throw new Error(`Cannot write task "${record.name}": ${read.failure}`);
    const made = makeStateFolder(this.#parts, layout.tasks);
    if (!made.ok) return made;
    const { kind, ...details } = what;
    const sha256 = await this.#parts.digests.sha256(bytes);
    const entered = await appendToJournal(this.#parts, { kind, id: record.name, sha256, details });
    if (!entered.ok) return entered;
    const written = await replaceFileBeside(files, paths, path, bytes, { durable: "new" });
    return written.ok ? ok(undefined) : unwritable(written.failure.reason);
  }

  /** The tasks with a record, sorted. */
  names(): Result<readonly string[], Failure> {
    const folder = this.#parts.layout.tasks;
    const names = this.#parts.files.list(folder);
    if (!names.ok) {
      return names.failure.kind === "not_found"
        ? ok([])
        : unreadable(folder, names.failure.reason, remedyOf(names.failure));
    }
    const found = names.value.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5));
    return ok(found.filter((name) => nameProblem(name) === undefined).sort());
  }
}

function decodeTask(bytes: Uint8Array): Result<TaskRecord, string> {
  const parsed = parseJson(bytes);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  const checked = v.safeParse(taskRecord, value);
  if (checked.success) return ok(value as TaskRecord);
  return fail(issueText(checked.issues[0]));
}

function unreadable(
  path: string,
  reason: string,
  remedy: StateRemedy | undefined,
): Result<never, Failure> {
  return fail({ code: "state_unreadable", action: "read the task record", path, reason, remedy });
}
