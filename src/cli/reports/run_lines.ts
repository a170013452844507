/** The events of runs and tasks as lines on a terminal: the event, the run, then details. */

import { whyWords } from "../../model/cause_words.ts";
import { formatDuration } from "../../model/duration.ts";
import { inWords } from "../../model/in_words.ts";
import { LOG_LEVELS, type LogLevel } from "../../model/project.ts";
import { describeStopCause, type RunEvent, type RunRecord } from "../../model/run.ts";
import type { TaskRecord } from "../../model/task_record.ts";
import { visible } from "../../model/visible.ts";
import type { Console } from "../output/console.ts";
import type { Style } from "../output/style.ts";
import type { EventPrinter } from "./event_printer.ts";

/** Run ids are aligned after most words, such as "succeeded". */
const WORD_COLUMNS = 9;

interface Line {
  readonly level: LogLevel;
  readonly words: string;
  readonly paint: "plain" | "green" | "cyan" | "yellow" | "red";
  /** Each detail stays in one piece; those that do not fit go on a line below. */
  readonly parts: readonly string[];
}

/**
 * `succeeded  sample/20261122T063449.123Z  1.2s`. Without the time of day: it would be UTC, which differs
 * from most people's clocks, and the run's id already contains it.
 */
export class RunLines implements EventPrinter {
  readonly #console: Console;
  readonly #target: "stdout" | "stderr";
  readonly #level: LogLevel;

  /** Lines below the level are left out. */
  constructor(console: Console, target: "stdout" | "stderr", level: LogLevel) {
    this.#console = console;
    this.#target = target;
    this.#level = level;
  }

  event(event: RunEvent, record: RunRecord): void {
    const line = lineOf(event, record);
    if (line !== undefined && !hasTerminalToItself(event, record)) this.#print(line);
  }

  planned({ id }: RunRecord): void {
    this.#print({ level: "info", words: "task planned", paint: "plain", parts: [id] });
  }

  // The line for the start of its run says it.
  building(): void {}

  checking(criterion: string, text: string): void {
    if (this.#isBelow("info")) return;
    this.#console.err(`checking ${criterion}: ${visible(text)}\n`);
  }

  built({ name, status, reason }: TaskRecord): void {
    const words = `task ${inWords(status)}`;
    const paint = status === "done" ? "green" : status === "failed" ? "red" : "plain";
    // The following error says why it failed.
    const parts = status === "failed" ? [name] : [name, visible(reason)];
    this.#print({ level: "info", words, paint, parts });
  }

  // The line for the signal that is sent says it.
  makingRoom(): void {}

  #isBelow(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.#level);
  }

  #print(line: Line): void {
    if (this.#isBelow(line.level)) return;
    const { style, columns } = this.#console.look(this.#target);
    const text = layout(line, columns, style);
    if (this.#target === "stdout") this.#console.out(text);
    else this.#console.err(text);
  }
}

/**
 * From its start to its end the terminal belongs to an interactive job: a line of ours would disturb its
 * screen.
 */
function hasTerminalToItself({ kind }: RunEvent, { intent }: RunRecord): boolean {
  return intent.interactive &&
    (kind === "attempt_started" || kind === "stop_requested" || kind === "stop_escalated");
}

function lineOf(event: RunEvent, record: RunRecord): Line | undefined {
  const plain = (words: string, ...parts: readonly string[]): Line => ({
    level: "info",
    words,
    paint: "plain",
    parts: [record.id, ...parts],
  });
  switch (event.kind) {
    case "job_lock_awaited":
      return plain("waiting for its slot", ...event.holder === null ? [] : [`after ${event.holder}`]);
    case "attempt_started":
      return plain("started", ...event.number === 1 ? [] : [`attempt ${event.number}`]);
    case "retry_scheduled":
      return plain("trying again", `attempt ${event.number}`, `in ${formatDuration(event.delayMs)}`);
    case "stop_requested": {
      const line = plain(`${event.signal} sent`, visible(describeStopCause(event.cause)));
      return event.cause.kind === "change" ? line : { ...line, level: "warning", paint: "yellow" };
    }
    case "stop_escalated": {
      // The first signal had the same reason.
      const line = plain(`${event.signal} sent`);
      return event.cause.kind === "change" ? line : { ...line, level: "warning", paint: "yellow" };
    }
    case "run_finished": {
      const { status, duration_ms } = record;
      const line = plain(
        inWords(status),
        ...duration_ms === null ? [] : [formatDuration(duration_ms)],
      );
      if (status === "succeeded") return { ...line, paint: "green" };
      const isMadeRoom = status === "cancelled" && record.stopped_by?.cause.kind === "change";
      return {
        ...line,
        level: isMadeRoom ? "info" : "error",
        paint: status === "cancelled" ? "yellow" : "red",
      };
    }
    case "run_created": {
      const why = whyWords(record);
      if (why === undefined) return undefined;
      const unmatched = unmatchedWords(record);
      return {
        level: "info",
        words: `runs: ${visible(why)}`,
        paint: "plain",
        parts: unmatched === undefined ? [] : [unmatched],
      };
    }
    case "run_up_to_date":
      return { ...plain("up to date", `same as ${event.same}`, ...sameWords(record)), paint: "cyan" };
    case "inputs_compared": {
      if (event.changed.length === 0) return undefined;
      const line = plain(
        "inputs changed",
        `${visible(event.changed.join(", "))} while it ran, so the run proves nothing`,
      );
      return { ...line, level: "warning", paint: "yellow" };
    }
    case "attempt_finished":
    case "evidence_gathered":
    case "tools_noted":
    case "act_finished":
      return undefined;
  }
}

/** Probably a mistake in the configuration. */
function unmatchedWords({ inputs }: RunRecord): string | undefined {
  const { unmatched = [] } = inputs ?? {};
  return unmatched.length === 0 ? undefined : visible(`nothing matches ${unmatched.join(", ")}`);
}

/** The commit of the result. */
function sameWords({ same_as }: RunRecord): readonly string[] {
  return same_as?.commit ? [same_as.commit.slice(0, 12)] : [];
}

function layout({ words, paint, parts }: Line, columns = Infinity, style: Style): string {
  let line = paint === "plain" ? words : style[paint](words);
  let width = words.length;
  for (const part of parts) {
    // The first detail has its own column.
    const gap = Math.max(WORD_COLUMNS - width, 0) + 2;
    const fits = width + gap + part.length <= columns;
    line += `${fits ? " ".repeat(gap) : "\n  "}${style.dim(part)}`;
    width = (fits ? width + gap : 2) + part.length;
  }
  return `${line}\n`;
}
