/**
 * Short answers about ended runs: the verdict in the first line, for a failure the part of its output that explains it, and the number
 * of lines left out. For coding assistants, which pay for each line that they read, and read the first lines first.
 */

import { failingPartOf } from "../../app/runs/failing_part.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import { isGoodNode } from "../../model/graph_words.ts";
import { partText } from "../../model/failing_part.ts";
import { inWords } from "../../model/in_words.ts";
import { shortLine } from "../../model/plain_line.ts";
import type { RunId } from "../../model/ids.ts";
import type { RunRecord } from "../../model/run.ts";
import type { TaskRecord } from "../../model/task_record.ts";
import { visible } from "../../model/visible.ts";
import type { Invocation } from "../base/invocation.ts";
import { durationWord, exitWord } from "./run_report.ts";
import { checkWords } from "./task_report.ts";

/** A whole answer. */
const MAX_BYTES = 1500;
/** More nodes of a graph than this are counted. */
const MAX_NODES = 5;
const MAX_REASON_CHARACTERS = 200;

/** The answer about one run. */
export async function briefAnswer(
  workspace: Workspace,
  record: RunRecord,
  invocation: Invocation,
  maxBytes = MAX_BYTES,
): Promise<string> {
  const head = `${verdict(record)}\n`;
  const logs = invocation.commandLine("logs", record.id);
  if (isGood(record)) return `${head}${leftOut(record, logs)}`;
  if (!record.attempts.some(({ stdout_path }) => stdout_path !== null)) {
    return `${head}run: ${invocation.commandLine("runs show", record.id)}\n`;
  }
  return `${head}${await failingOutput(workspace, record.id, invocation, maxBytes - bytesOf(head))}`;
}

/** The part of a run's output that explains its failure, and the number of lines left out. */
async function failingOutput(
  workspace: Workspace,
  run: RunId,
  invocation: Invocation,
  maxBytes: number,
): Promise<string> {
  const logs = invocation.commandLine("logs", run);
  const foot = (shown: number, total: number) =>
    total === 0
      ? "no output\n"
      : `shown ${grouped(shown)} of ${grouped(total)} ${total === 1 ? "line" : "lines"}; whole: ${logs}\n`;
  // The longest form of the line: no log has more lines than this.
  const part = await failingPartOf(workspace, run, maxBytes - bytesOf(foot(1e3, 1e10)));
  if (!part.ok) return `its output cannot be read; run: ${logs}\n`;
  return `${partText(part.value)}${foot(part.value.lines.length, part.value.totalLines)}`;
}

/** The answer about a run of several jobs: its verdict, then each job that did not succeed, the first ones with their output. */
export async function briefGraphAnswer(
  workspace: Workspace,
  record: RunRecord,
  badRuns: readonly RunRecord[],
  invocation: Invocation,
): Promise<string> {
  const nodes = record.graph?.nodes ?? [];
  const bad = nodes.filter((node) => !isGoodNode(node));
  const foot = `whole: ${invocation.commandLine("runs show", record.id)}\n`;
  const head = `${verdict(record)}\n`;
  const named = bad.filter(({ run }) => !badRuns.some(({ id }) => id === run));
  let list = "";
  for (const { name, status, reason } of named.slice(0, MAX_NODES)) {
    list += `${wordsOf(status)}  ${name}: ${shortLine(visible(reason), MAX_REASON_CHARACTERS / 2)}\n`;
  }
  if (named.length > MAX_NODES) list += `and ${named.length - MAX_NODES} more\n`;
  const left = MAX_BYTES - bytesOf(head) - bytesOf(list) - bytesOf(foot);
  let answers = "";
  for (const run of badRuns) {
    answers += await briefAnswer(workspace, run, invocation, Math.floor(left / badRuns.length));
  }
  return `${head}${answers}${list}${foot}`;
}

interface BriefBuild {
  readonly run: RunRecord;
  readonly record: TaskRecord;
  readonly next: string | undefined;
}

/** The answer about a build: its run, then the task and its criteria. */
export async function briefBuildAnswer(
  workspace: Workspace,
  { run, record, next }: BriefBuild,
  invocation: Invocation,
): Promise<string> {
  const failed = run.checks.find((check) => check.status !== "succeeded" && check.status !== "not_run");
  let foot = `task ${wordsOf(record.status)}`;
  if (isGood(run)) foot += `: ${shortLine(visible(record.reason), MAX_REASON_CHARACTERS)}`;
  foot += "\n";
  if (next !== undefined && isGood(run)) foot += `next: ${next}\n`;
  const room = MAX_BYTES - bytesOf(foot);
  if (failed?.run === undefined || failed.run === null) {
    return `${await briefAnswer(workspace, run, invocation, room)}${foot}`;
  }
  // The build itself reported no error, so the output of its failed check is shown.
  const text = shortLine(visible(failed.text), MAX_REASON_CHARACTERS / 2);
  const head = `${verdict(run)}\n${failed.id} (${text}): ${checkWords(failed)}\n`;
  const output = await failingOutput(workspace, failed.run, invocation, room - bytesOf(head));
  return `${head}${output}${foot}`;
}

/** `failed  test/20261122T063449.123Z  1.2s  exit 1`, and the reason where these do not say it. */
export function verdict(record: RunRecord): string {
  const words = [wordsOf(record.status), record.id, durationWord(record), exitWord(record)];
  const isSaid = record.status === "succeeded" ||
    (record.status === "failed" && (record.exit_code ?? 0) !== 0);
  const because = isSaid ? "" : `: ${shortLine(visible(record.reason), MAX_REASON_CHARACTERS)}`;
  return `${words.filter((word) => word !== "").join("  ")}${because}`;
}

function isGood({ status }: RunRecord): boolean {
  return status === "succeeded" || status === "up_to_date";
}

/** A success also names what is not shown. */
function leftOut({ stdout_bytes, stderr_bytes }: RunRecord, logs: string): string {
  const bytes = (stdout_bytes ?? 0) + (stderr_bytes ?? 0);
  return bytes === 0 ? "" : `shown 0 of ${grouped(bytes)} bytes; whole: ${logs}\n`;
}

function wordsOf(status: string): string {
  return inWords(status);
}

/** `18 204`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, " ");
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
