/** The answer about a run: its state, for a failure the part of its output that explains it, and new output. */

import { failingPartOf } from "../app/runs/failing_part.ts";
import type { LogCursor } from "../app/runs/log_cursor.ts";
import { readLogPage } from "../app/runs/log_page.ts";
import { partText } from "../model/failing_part.ts";
import type { Failure } from "../model/failure.ts";
import { isGoodNode } from "../model/graph_words.ts";
import { nextCommand } from "../model/next_step.ts";
import type { RunId } from "../model/ids.ts";
import { ok, type Result } from "../model/result.ts";
import type { RunRecord } from "../model/run.ts";
import { type Facts, plainText, runFacts } from "./facts.ts";
import type { ToolCall } from "./tool.ts";

/** The client gets each answer twice, and both together stay small. */
const OUTPUT_BYTES = 1000;
const MAX_NODES = 5;

export async function runAnswer(
  call: ToolCall,
  record: RunRecord,
  after: LogCursor | undefined,
): Promise<Result<Facts, Failure>> {
  const facts = runFacts(record);
  if (record.graph !== undefined) return ok({ ...facts, ...await graphFacts(call, record) });
  if (record.status === "running") return await newOutput(call, record, facts, after);
  return ok({ ...facts, ...await failureFacts(call, record) });
}

async function newOutput(
  { workspace }: ToolCall,
  record: RunRecord,
  facts: Facts,
  after: LogCursor | undefined,
): Promise<Result<Facts, Failure>> {
  const page = await readLogPage(workspace, {
    reference: record.id,
    streams: ["stdout", "stderr"],
    attempt: undefined,
    tailLines: undefined,
    grep: undefined,
    context: undefined,
    after: after ?? { attempt: record.attempts.at(-1)?.number ?? 1, stdout: 0, stderr: 0 },
    maxBytes: OUTPUT_BYTES,
  });
  if (!page.ok) return page;
  const output = page.value.lines.map(({ text }) => `${text}\n`).join("");
  return ok({
    ...facts,
    output,
    next_cursor: page.value.next,
    has_more: page.value.hasMore,
  });
}

/** Nothing for a successful run. */
async function failureFacts(
  call: ToolCall,
  { id, status, attempts, checks }: RunRecord,
  maxBytes = OUTPUT_BYTES,
): Promise<Facts> {
  const { workspace, nextLine } = call;
  // The build itself reported no error, so the output of its failed check is shown.
  const failed = checks.find((check) => check.status !== "succeeded" && check.status !== "not_run");
  if (failed !== undefined && failed.run !== null) {
    return await checkFacts(call, failed, failed.run, maxBytes);
  }
  const whole = nextLine([nextCommand("logs", id)]) ?? null;
  if (status === "succeeded" || status === "up_to_date") return { whole_output: whole };
  if (!attempts.some(({ stdout_path }) => stdout_path !== null)) return {};
  const part = await failingPartOf(workspace, id, maxBytes);
  if (!part.ok) return {};
  return {
    output: partText(part.value),
    shown_lines: part.value.lines.length,
    total_lines: part.value.totalLines,
    whole_output: whole,
  };
}

async function checkFacts(
  { workspace, nextLine }: ToolCall,
  { id, text }: RunRecord["checks"][number],
  run: RunId,
  maxBytes: number,
): Promise<Facts> {
  const part = await failingPartOf(workspace, run, maxBytes);
  return {
    failed_criterion: id,
    criterion: plainText(text, 100),
    ...(part.ok ? { output: partText(part.value) } : {}),
    whole_output: nextLine([nextCommand("logs", run)]) ?? null,
  };
}

async function graphFacts(call: ToolCall, record: RunRecord): Promise<Facts> {
  const nodes = record.graph?.nodes ?? [];
  const isOver = record.status !== "running";
  const bad = nodes.filter((node) => !isGoodNode(node));
  const store = await call.workspace.store();
  const [first] = bad.filter(({ run, status }) => run !== null && status !== "running");
  const run = first === undefined || !store.ok ? undefined : store.value.read(first.run!);
  const why = isOver && run?.ok === true ? await failureFacts(call, run.value.record, OUTPUT_BYTES / 2) : {};
  return {
    nodes: nodes.length,
    ended_well: nodes.length - bad.length,
    not_well: bad.slice(0, MAX_NODES).map(({ name, status, reason, run }) => ({
      name,
      status,
      reason: plainText(reason, 100),
      ...(run === null ? {} : { run }),
    })),
    ...(bad.length > MAX_NODES ? { more: bad.length - MAX_NODES } : {}),
    ...why,
  };
}
