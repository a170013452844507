/** `log`: a part of a run's output, always as data in one field: its end, the failure with its surroundings, matching lines, or new lines. */

import { failingPartOf } from "../../app/runs/failing_part.ts";
import { findRun } from "../../app/runs/find_run.ts";
import { parseCursor } from "../../app/runs/log_cursor.ts";
import { readLogPage } from "../../app/runs/log_page.ts";
import { partText } from "../../model/failing_part.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Facts } from "../facts.ts";
import { number, READS, text, type Tool, type ToolCall } from "../tool.ts";
import { noCursor } from "./wait.ts";

const DEFAULT_BYTES = 1200;
const MAX_BYTES = 20_000;
const TAIL_LINES = 40;
const DEFAULT_CONTEXT = 3;

export const log: Tool = {
  name: "log",
  description:
    "Read the output of a run: why did it fail (failure), its end (tail), lines that match (search), or what came after a cursor.",
  fields: {
    run: {
      type: "string",
      says: "a run id, or the name of a job or task for its newest run",
      required: true,
    },
    part: { type: "string", says: "failure by default", choices: ["failure", "tail", "search", "after"] },
    pattern: { type: "string", says: "of search: a regular expression for one line" },
    context: { type: "integer", says: "of search: lines around each match, 3 by default", max: 20 },
    cursor: { type: "string", says: "next_cursor of the answer before; of after, or to continue a search" },
    max_bytes: { type: "integer", says: "1200 by default", max: MAX_BYTES },
  },
  annotations: READS,
  async call(call) {
    const { workspace, given } = call;
    const run = text(given, "run")!;
    const part = text(given, "part") ?? (text(given, "pattern") === undefined ? "failure" : "search");
    const maxBytes = Math.max(1, number(given, "max_bytes") ?? DEFAULT_BYTES);
    if (part !== "failure") return await page(call, run, part, maxBytes);
    const store = await workspace.store();
    if (!store.ok) return store;
    const found = await findRun(workspace, store.value, run);
    if (!found.ok) return found;
    const { id, status } = found.value.run.record;
    const failing = await failingPartOf(workspace, id, maxBytes);
    if (!failing.ok) return failing;
    const { lines, totalLines } = failing.value;
    return ok({
      run: id,
      status,
      output: partText(failing.value),
      shown_lines: lines.length,
      total_lines: totalLines,
    });
  },
};

async function page(
  { workspace, given }: ToolCall,
  reference: string,
  part: string,
  maxBytes: number,
): Promise<Result<Facts, Failure>> {
  const written = text(given, "cursor");
  const after = written === undefined ? undefined : parseCursor(written);
  if (written !== undefined && after === undefined) return fail(noCursor(written));
  const grep = part === "search" ? patternOf(text(given, "pattern")) : ok(undefined);
  if (!grep.ok) return grep;
  const read = await readLogPage(workspace, {
    reference,
    streams: ["stdout", "stderr"],
    attempt: undefined,
    tailLines: part === "tail" ? TAIL_LINES : undefined,
    grep: grep.value,
    context: number(given, "context") ?? DEFAULT_CONTEXT,
    after,
    maxBytes,
  });
  if (!read.ok) return read;
  const { record, lines, lookedAt, next, hasMore } = read.value;
  return ok({
    run: record.id,
    status: record.status,
    output: lines.map((line, at) => `${line.isAfterGap && at > 0 ? "--\n" : ""}${line.text}\n`).join(""),
    shown_lines: lines.length,
    looked_at_lines: lookedAt,
    next_cursor: next,
    has_more: hasMore,
  });
}

function patternOf(pattern: string | undefined): Result<RegExp, Failure> {
  const wrong = (fact: string) =>
    fail({ code: "arguments_invalid", action: "search for", value: pattern, fact, next: [] } as const);
  if (pattern === undefined) return wrong("pattern is missing");
  try {
    return ok(new RegExp(pattern, "u"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return wrong(error.message);
  }
}
