/** A part of a run's captured output as lines of plain text: matching lines, from a reader's position on, up to a number of bytes. */

import type { Failure } from "../../model/failure.ts";
import { nextCommand } from "../../model/next_step.ts";
import { shortLine } from "../../model/plain_line.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { formatCursor, type LogCursor } from "./log_cursor.ts";
import { type LogLine, LogLines } from "./log_lines.ts";
import { type LogStream, OrderedLog, type StreamName } from "./ordered_log.ts";
import { type OpenedLog, openLog } from "./read_log.ts";

export interface LogPageRequest {
  readonly reference: string;
  readonly streams: readonly StreamName[];
  /** undefined: the last one, or that of the cursor. */
  readonly attempt: number | undefined;
  readonly tailLines: number | undefined;
  readonly grep: RegExp | undefined;
  /** The number of lines before and after each match. */
  readonly context: number | undefined;
  readonly after: LogCursor | undefined;
  readonly maxBytes: number;
}

export interface PageLine {
  readonly stream: StreamName;
  readonly text: string;
  /** Lines between the previous line and this one are not shown. */
  readonly isAfterGap: boolean;
}

export interface LogPage {
  readonly record: RunRecord;
  readonly attempt: number | undefined;
  readonly absence: string | undefined;
  readonly lines: readonly PageLine[];
  /** The number of examined lines, from the cursor to the end of the page. */
  readonly lookedAt: number;
  /** Where the next page begins. */
  readonly next: string;
  /** More output exists already. */
  readonly hasMore: boolean;
}

export async function readLogPage(
  workspace: Workspace,
  request: LogPageRequest,
): Promise<Result<LogPage, Failure>> {
  const attempt = request.attempt ?? request.after?.attempt;
  const opened = await openLog(workspace, { ...request, attempt });
  if (!opened.ok) return opened;
  const { record, log, isOver, absence } = opened.value;
  const begun = request.after === undefined ? ok(log) : continued(workspace, opened.value, request.after);
  if (!begun.ok) return begun;
  const page = new Page(request, begun.value.streams);
  using lines = new LogLines(workspace.host.files);
  fill: {
    for (const line of lines.of(begun.value.next(isOver))) {
      if (!page.take(line)) break fill;
    }
    // The line may still be continued.
    if (!isOver) break fill;
    for (const line of lines.rest()) {
      if (!page.take(line)) break fill;
    }
  }
  const number = opened.value.attempt;
  const isLast = !record.attempts.some((each) => each.number === (number ?? 0) + 1);
  const goesOn = !page.isFull && isOver && !isLast;
  return ok({
    record,
    attempt: number,
    absence,
    lines: page.lines,
    lookedAt: page.lookedAt,
    next: formatCursor(
      goesOn
        ? { attempt: number! + 1, stdout: 0, stderr: 0 }
        : { attempt: number ?? 1, stdout: page.endOf("stdout"), stderr: page.endOf("stderr") },
    ),
    hasMore: page.isFull || goesOn,
  });
}

/** The same log from the cursor on. */
function continued(
  { host }: Workspace,
  { log, record }: OpenedLog,
  cursor: LogCursor,
): Result<OrderedLog, Failure> {
  const wrong = log.streams.find(({ stream, sizeBytes }) => cursor[stream] > sizeBytes);
  if (wrong !== undefined) {
    return fail({
      code: "arguments_invalid",
      action: "continue after",
      value: formatCursor(cursor),
      fact: `${wrong.stream} of ${record.id} has only ${wrong.sizeBytes} bytes`,
      next: [nextCommand("logs", record.id)],
    });
  }
  return ok(log.from(host.files, (stream) => cursor[stream]));
}

/** Collects lines until the page is full. */
class Page {
  readonly lines: PageLine[] = [];
  lookedAt = 0;
  isFull = false;
  readonly #request: LogPageRequest;
  readonly #ends = new Map<StreamName, number>();
  /** Lines that are shown only if a match follows. */
  #waiting: LogLine[] = [];
  #following = 0;
  #left: number;
  #isGap = false;

  constructor(request: LogPageRequest, streams: readonly LogStream[]) {
    this.#request = request;
    this.#left = request.maxBytes;
    for (const { stream, fromBytes } of streams) this.#ends.set(stream, fromBytes);
  }

  endOf(stream: StreamName): number {
    return this.#ends.get(stream) ?? this.#request.after?.[stream] ?? 0;
  }

  /** Whether the line was examined; if not, the page is full, and the next page begins with this line. */
  take(line: LogLine): boolean {
    const { grep, context = 0 } = this.#request;
    const isMatch = grep === undefined || grep.test(line.text);
    if (isMatch) {
      const before = this.#waiting;
      this.#waiting = [];
      for (const each of before) if (!this.#show(each)) return false;
      if (!this.#show(line)) return false;
      this.#following = context;
    } else if (this.#following > 0) {
      if (!this.#show(line)) return false;
      this.#following--;
    } else {
      this.#waiting.push(line);
      if (this.#waiting.length > context) {
        this.#waiting.shift();
        this.#isGap = true;
      }
    }
    this.lookedAt++;
    this.#ends.set(line.stream, line.endBytes);
    return true;
  }

  #show({ stream, text }: LogLine): boolean {
    const size = new TextEncoder().encode(text).length + 1;
    const isFirst = this.lines.length === 0;
    if (size > this.#left && !isFirst) {
      this.isFull = true;
      return false;
    }
    // At least one line is shown, because otherwise no page would ever get past it.
    const shown = size > this.#left ? shortLine(text, Math.max(1, this.#left >> 2)) : text;
    this.#left -= size;
    this.lines.push({ stream, text: shown, isAfterGap: this.#isGap });
    this.#isGap = false;
    return true;
  }
}
