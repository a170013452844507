/** `wait`: waits within a bound until a run has ended, and returns its new output. */

import { awaitEnds } from "../../app/runs/await_ends.ts";
import { findRun } from "../../app/runs/find_run.ts";
import { type LogCursor, parseCursor } from "../../app/runs/log_cursor.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { fail, type Result } from "../../model/result.ts";
import type { Facts } from "../facts.ts";
import { runAnswer } from "../run_answer.ts";
import { number, text, type Tool, type ToolCall } from "../tool.ts";

const DEFAULT_S = 20;
const MAX_S = 50;

export const wait: Tool = {
  name: "wait",
  description:
    "Wait until a run has ended: its verdict, for a failure the lines that explain it; while it goes on, the output since a cursor.",
  fields: {
    run: {
      type: "string",
      says: "a run id, or the name of a job or task for its newest run",
      required: true,
    },
    timeout_s: { type: "integer", says: "at most so many seconds, 20 by default", max: MAX_S },
    cursor: { type: "string", says: "next_cursor of the answer before" },
  },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  async call(call) {
    const store = await call.workspace.store();
    if (!store.ok) return store;
    const found = await findRun(call.workspace, store.value, text(call.given, "run")!);
    if (!found.ok) return found;
    const written = text(call.given, "cursor");
    const cursor = written === undefined ? undefined : parseCursor(written);
    if (written !== undefined && cursor === undefined) return fail(noCursor(written));
    const boundMs = (number(call.given, "timeout_s") ?? DEFAULT_S) * 1000;
    return await awaitRun(call, found.value.run.record.id, boundMs, cursor);
  },
};

export function noCursor(value: string): Failure {
  const fact = "it is not the next_cursor of an answer";
  return { code: "arguments_invalid", action: "continue after", value, fact, next: [] };
}

export async function awaitRun(
  call: ToolCall,
  id: RunId,
  boundMs: number,
  cursor: LogCursor | undefined,
): Promise<Result<Facts, Failure>> {
  const store = await call.workspace.store();
  if (!store.ok) return store;
  const ended = await awaitEnds(call.host, store.value, [id], {
    any: false,
    boundMs,
    visit: () => call.workspace.visitLeft(),
  });
  if (!ended.ok) return ended;
  return await runAnswer(call, ended.value[0]!.record, cursor);
}
