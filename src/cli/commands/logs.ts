/** `logs`: shows the captured output of a run. */

import { nextCommand } from "../../model/next_step.ts";
import type { LogPiece, StreamName } from "../../app/runs/ordered_log.ts";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { type LogCursor, parseCursor } from "../../app/runs/log_cursor.ts";
import type { LogPageRequest } from "../../app/runs/log_page.ts";
import type { OpenedLog, ReadLogRequest } from "../../app/runs/read_log.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import type { ReceivedSignal } from "../../host/signals.ts";
import { visible } from "../../model/visible.ts";
import { countValue } from "../base/arguments.ts";
import { defineActivity } from "../base/command.ts";
import { EXIT, exitCodeOfRun, exitCodeOfSignal } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";

interface LogsRequest extends ReadLogRequest {
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly raw: boolean;
  /** Only a part, as lines of plain text; undefined: everything, unchanged. */
  readonly page?: Pick<LogPageRequest, "grep" | "context" | "after" | "maxBytes"> | undefined;
}

/** At most this many of the last pieces are listed in JSON. */
const MAX_PIECES = 10_000;
/** A part without a bound of its own has to fit into memory. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

export const command = defineActivity({
  flags: (command) =>
    command
      .argument(
        "<run>",
        "an id or the beginning of one, a job's name for its newest run, a task's for its newest build, or name/last",
      )
      .option("--stdout", "only stdout")
      .option("--stderr", "only stderr")
      .option("--tail <lines>", "only this many last lines of each", countValue)
      .option("--timestamps", "show the time of each line before it, in UTC")
      .option("--attempt <n>", "the output of this attempt (default: the last one)", countValue)
      .option("--grep <regexp>", "only lines that match, as plain text without colours", patternValue)
      .option("--context <lines>", "with --grep, so many lines before and after each", countValue)
      .option("--after <cursor>", "only the output after a part that was shown before", cursorValue)
      .option("--max-bytes <n>", "at most this many bytes of it, as whole lines of plain text", countValue)
      .option("--raw", "every byte unchanged; otherwise colours are left out if they cannot be seen")
      .option("-f, --follow", "continue until the run ends, and exit as it did"),
  examples: [
    {
      line: "orchastration logs sample",
      does: "stdout on stdout and stderr on stderr, in their original order",
    },
    { line: "orchastration logs sample --stderr --tail 20", does: "the last lines of stderr" },
    {
      line: "orchastration logs sample --raw > sample.log",
      does: "byte for byte, with the colours of the job",
    },
    {
      line: "orchastration logs sample --grep 'error|fail' --context 3 --max-bytes 4000",
      does: "matching lines, with three lines around each, and the command that continues",
    },
    { line: "orchastration logs sample --follow", does: "watch a run that was started elsewhere" },
  ],
  request(
    [reference],
    { stdout, stderr, attempt, tail, follow, timestamps, raw, grep, context, after, maxBytes },
  ): LogsRequest {
    const both = stdout === stderr;
    const streams: StreamName[] = [];
    if (both || stdout) streams.push("stdout");
    if (both || stderr) streams.push("stderr");
    return {
      reference,
      streams,
      attempt,
      tailLines: tail,
      follow: follow === true,
      timestamps: timestamps === true,
      raw: raw === true,
      page: grep === undefined && context === undefined && after === undefined && maxBytes === undefined
        ? undefined
        : { grep, context, after, maxBytes: maxBytes ?? MAX_PAGE_BYTES },
    };
  },
  misuse({ reference, follow, timestamps, raw, page, tailLines }, { json }) {
    const misused = (value: string, fact: string, ...words: readonly string[]) =>
      ({
        code: "arguments_invalid",
        action: "use",
        value,
        fact,
        next: [nextCommand("logs", reference, ...words)],
      }) as const;
    if (page?.context !== undefined && page.grep === undefined) {
      return misused("--context", "it is for the lines around matches of --grep");
    }
    if (page !== undefined && (follow || timestamps || raw)) {
      const flag = follow ? "--follow" : timestamps ? "--timestamps" : "--raw";
      return misused(flag, "it shows unchanged output, not a part as plain text", flag);
    }
    if (page?.after !== undefined && tailLines !== undefined) {
      return misused("--tail", "--after says already where to begin", "--tail", String(tailLines));
    }
    return follow && json === true
      ? {
        code: "arguments_invalid",
        action: "follow",
        value: reference,
        fact: "--json prints one document, but --follow has no end yet",
        next: [nextCommand("logs", reference, "--follow")],
      }
      : undefined;
  },
  carryOut: logs,
});

export async function logs(
  { follow, timestamps, raw, page, ...request }: LogsRequest,
  invocation: Invocation,
): Promise<number> {
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  if (page !== undefined) return await showPage({ ...request, ...page }, workspace.value, invocation);
  const { openLog } = await import("../../app/runs/read_log.ts");
  await workspace.value.visitLeft();
  const opened = await openLog(workspace.value, request);
  if (!opened.ok) return invocation.fail(opened.failure);
  const { record, log, elsewhere, absence, disorder, isOver } = opened.value;
  const isToCome = follow && record.status === "running" && record.attempts.length === 0 &&
    record.graph === undefined;
  if (elsewhere !== undefined) {
    invocation.warn(`${record.id} was run by another configuration, ${visible(elsewhere)}`);
  }
  if (absence !== undefined && !isToCome) invocation.warn(`${record.id}: ${visible(absence)}`);
  if (disorder !== undefined) invocation.warn(`${record.id}: ${disorder}`);
  else if (timestamps && !log.isOrdered && log.streams.some(({ sizeBytes }) => sizeBytes > 0)) {
    invocation.warn(`${record.id}: the time of its lines was not recorded`);
  }
  if (invocation.isJson) return await printJson(invocation, workspace.value, opened.value);
  const { PlainLog, TimedLog } = await import("../reports/log_view.ts");
  const view = new (timestamps ? TimedLog : PlainLog)(invocation, request.streams, raw);
  await view.show(log.next(isOver));
  const exitCode = follow
    ? await followToEnd(invocation, workspace.value, request, opened.value, (pieces) => view.show(pieces))
    : EXIT.done;
  view.close();
  return exitCode;
}

async function showPage(
  request: LogPageRequest,
  workspace: Workspace,
  invocation: Invocation,
): Promise<number> {
  const [{ readLogPage }, { printLogPage }] = await Promise.all([
    import("../../app/runs/log_page.ts"),
    import("../reports/log_page_report.ts"),
  ]);
  const page = await readLogPage(workspace, request);
  if (!page.ok) return invocation.fail(page.failure);
  const { record, absence } = page.value;
  if (absence !== undefined) invocation.warn(`${record.id}: ${visible(absence)}`);
  printLogPage(page.value, invocation);
  return EXIT.done;
}

async function followToEnd(
  invocation: Invocation,
  workspace: Workspace,
  request: ReadLogRequest,
  opened: OpenedLog,
  show: (pieces: Iterable<LogPiece>) => Promise<void>,
): Promise<number> {
  const { followLog } = await import("../../app/runs/follow_log.ts");
  const { console } = invocation;
  const stopped = Promise.withResolvers<void>();
  let signal: ReceivedSignal | undefined;
  const unlisten = invocation.host.signals.onStop((received) => {
    signal ??= received;
    stopped.resolve();
  });
  const isWanted = () => signal === undefined && !request.streams.some((stream) => console.isClosed(stream));
  const ended = await followLog(workspace, request, opened, show, { isWanted, stopped: stopped.promise });
  unlisten();
  if (!ended.ok) return invocation.fail(ended.failure);
  if (signal !== undefined && ended.value.status === "running") {
    const line = invocation.commandLine("stop", ended.value.id);
    console.err(`${ended.value.id} is still running; ${line} stops it\n`);
    return exitCodeOfSignal(signal);
  }
  const { status, id } = ended.value;
  if (status === "interrupted") {
    invocation.warn(`${id} was interrupted, so its exit status is unknown`);
    return EXIT.checkFailed;
  }
  // The run still goes on, but our reader has closed, so nothing more is printed.
  return status === "running" ? EXIT.done : exitCodeOfRun(ended.value);
}

async function printJson(invocation: Invocation, workspace: Workspace, opened: OpenedLog): Promise<number> {
  const { readText } = await import("../../app/runs/log_text.ts");
  const streams = [];
  for (const stream of opened.log.streams) {
    const read = readText(workspace, stream);
    if (!read.ok) return invocation.fail(read.failure);
    streams.push({
      stream: stream.stream,
      path: stream.path,
      from_bytes: stream.fromBytes,
      size_bytes: stream.sizeBytes,
      text: read.value.text,
      is_cut: read.value.isCut,
    });
  }
  const order = [];
  for (
    const { stream, fromBytes, toBytes, atMs } of opened.log.isOrdered ? opened.log.next(opened.isOver) : []
  ) {
    const at = atMs === undefined ? null : new Date(atMs).toISOString();
    order.push({ at, stream, from_bytes: fromBytes, to_bytes: toBytes });
    // Trimmed from time to time, not at each piece.
    if (order.length === 2 * MAX_PIECES) order.splice(0, MAX_PIECES);
  }
  invocation.console.json({
    format: 1,
    kind: "log",
    run: opened.record.id,
    status: opened.record.status,
    attempt: opened.attempt ?? null,
    absence: opened.absence ?? null,
    streams,
    order: opened.log.isOrdered ? order.slice(-MAX_PIECES) : null,
  });
  return EXIT.done;
}

/** Matches within one line. */
function patternValue(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InvalidArgumentError(`it is not a regular expression: ${error.message}`);
  }
}

function cursorValue(text: string): LogCursor {
  const cursor = parseCursor(text);
  if (cursor === undefined) {
    throw new InvalidArgumentError("expected a cursor that logs printed, such as 1.4096.0");
  }
  return cursor;
}
