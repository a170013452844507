/** Runs for people: status in colour, ending in a sentence, relative times on a terminal. */

import { whyWords } from "../../model/cause_words.ts";
import { formatAge, formatDuration } from "../../model/duration.ts";
import { inWords } from "../../model/in_words.ts";
import { visible } from "../../model/visible.ts";
import {
  type ChangeRecord,
  describeChange,
  describeStopCause,
  noteOnProgram,
  type RunRecord,
  type RunStatus,
  type StopReport,
  type ToolRecord,
} from "../../model/run.ts";
import type { RunView } from "../../app/runs/run_view.ts";
import type { Invocation } from "../base/invocation.ts";
import { shellWord } from "../../model/shell_word.ts";
import type { Style } from "../output/style.ts";
import { slurmFacts, slurmLines } from "./slurm_report.ts";

const UNLISTED = "processes could not be listed; any that left the process group may be alive";
const LEAKED = "a process held its output open after the end; later output is not in the log";

export function statusWord(status: RunStatus, style: Style): string {
  const word = inWords(status);
  switch (status) {
    case "succeeded":
      return style.green(word);
    // Not the colour of success, because nothing was run.
    case "up_to_date":
      return style.cyan(word);
    case "running":
    case "cancelled":
    case "interrupted":
      return style.yellow(word);
    case "failed":
    case "signalled":
    case "timed_out":
    case "not_started":
      return style.red(word);
  }
}

/** `exit 3`, `SIGKILL`, or nothing where it adds nothing. */
export function exitWord(record: RunRecord): string {
  if (record.exit_code !== null) return `exit ${record.exit_code}`;
  return record.signal ?? "";
}

/** When it began: how long ago on a terminal, the exact time elsewhere. */
export function whenWord(record: RunRecord, nowMs: number, isTerminal: boolean): string {
  return isTerminal ? formatAge(nowMs - Date.parse(record.start_time)) : record.start_time;
}

export function durationWord(record: RunRecord): string {
  // Nothing was done that could have taken time.
  return record.duration_ms === null || record.status === "up_to_date"
    ? ""
    : formatDuration(record.duration_ms);
}

/** The state of an interrupted run's main process, in two words; nothing for other runs. */
export function processWord({ process_state }: RunView): string {
  switch (process_state) {
    case null:
      return "";
    case "gone":
    case "alive":
    case "unknown":
      return `process ${process_state}`;
    case "never_recorded":
      return "process unknown";
  }
}

/**
 * The state of an interrupted run's process, as a sentence; undefined for other runs. `living` lists all
 * living processes of the run, where they have been looked for.
 */
export function processWords(
  view: RunView,
  living?: readonly { readonly pid: number }[],
): string | undefined {
  const pid = view.record.process?.pid;
  const others = living?.map((process) => process.pid).filter((each) => each !== pid) ?? [];
  switch (view.process_state) {
    case null:
      return undefined;
    case "gone":
      return others.length === 0
        ? `its process ${pid} is gone`
        : `its process ${pid} is gone, but processes of the run are still alive: ${others.join(", ")}`;
    case "alive":
      return others.length === 0
        ? `its process ${pid} is still alive`
        : `its process ${pid} is still alive, and so are: ${others.join(", ")}`;
    case "unknown":
      return `it is unknown whether its process ${pid} is alive`;
    case "never_recorded":
      if (living === undefined) return "it is unknown whether its process was started";
      return others.length === 0
        ? "it is unknown whether its process was started; no process of the run is alive"
        : `its process was started and not recorded; processes of the run are still alive: ${
          others.join(", ")
        }`;
  }
}

/** The last message about an unsuccessful run: its name, its ending, its duration, and the command that shows more. */
export function unhappyEnding(record: RunRecord, invocation: Invocation): string | undefined {
  if (record.status === "succeeded" || record.status === "up_to_date") return undefined;
  const style = invocation.console.errStyle;
  const lines = [`${style.red("error:")} ${record.subject} "${record.name}" ${visible(endingOf(record))}`];
  if (record.attempts.length > 1) lines.push(`  after ${record.attempts.length} attempts`);
  const mistaken = noteOnProgram(record);
  if (mistaken !== undefined) lines.push(`  ${mistaken}`);
  if (record.slurm !== undefined) lines.push(...slurmLines(record.slurm).map((line) => `  ${line}`));
  const captured = record.attempts.some((attempt) => attempt.stdout_path !== null);
  lines.push(
    `  ${style.dim(captured ? "log:" : "run:")} ${
      invocation.commandLine(captured ? "logs" : "runs show", record.id)
    }`,
  );
  return `${lines.join("\n")}\n`;
}

/** How a run ended and after how long: `failed with exit status 3 after 1.2s`. */
export function endingOf(record: RunRecord): string {
  const after = record.duration_ms === null ? "" : ` after ${formatDuration(record.duration_ms)}`;
  const end = record.exit_code !== null
    ? `; it exited with status ${record.exit_code}`
    : record.signal !== null
    ? `; it was ended by ${record.signal}`
    : "";
  switch (record.status) {
    case "failed":
      return record.reason === `exited with status ${record.exit_code}`
        ? `failed with exit status ${record.exit_code}${after}`
        : `failed${after}: it ${record.reason}`;
    case "signalled":
      return `was ended by ${record.signal}${after}, which Orchastration did not send`;
    case "timed_out":
      return `timed out${after}${end}`;
    case "cancelled": {
      const cause = record.stopped_by?.cause;
      return `was stopped${after}: ${cause === undefined ? record.reason : describeStopCause(cause)}${end}`;
    }
    case "not_started":
    case "interrupted":
    case "running":
    case "succeeded":
    case "up_to_date":
      return record.reason;
  }
}

/** A record as rows of names and values, without unknown ones. */
export function runFacts(record: RunRecord, style: Style, nowMs: number): (readonly [string, string])[] {
  const { intent } = record;
  const rows: (readonly [string, string | undefined])[] = [
    ["run", style.bold(record.id)],
    ["status", `${statusWord(record.status, style)}: ${visible(reasonBeside(record.status, record.reason))}`],
    [
      "to",
      intent.command.length > 0 || intent.description === null ? undefined : visible(intent.description),
    ],
    ["command", intent.command.length === 0 ? undefined : argvWords(intent.command)],
    ["in", visible(intent.working_dir)],
    ["program", intent.program === null ? undefined : visible(intent.program)],
    ["began", `${record.start_time} (${formatAge(nowMs - Date.parse(record.start_time))})`],
    ["ended", record.end_time ?? recoveredEnd(record)],
    ["took", record.duration_ms === null ? undefined : formatDuration(record.duration_ms)],
    ["timeout", intent.timeout_ms === null ? undefined : formatDuration(intent.timeout_ms)],
    ["process", record.process === null ? undefined : String(record.process.pid)],
    ...slurmFacts(record),
    ["asked by", requesterWords(record)],
    ["watching", record.watch === undefined ? undefined : watchWords(record.watch)],
    ["why", whyWords(record) === undefined ? undefined : visible(whyWords(record)!)],
    ["inputs", inputsWords(record)],
    [
      "examined",
      record.examined_at === undefined
        ? undefined
        : `${record.examined_at}, when it was recovered: its files may have changed since its end`,
    ],
    ["git", gitWords(record)],
    ["variables", intent.env_names.length === 0 ? undefined : intent.env_names.join(", ")],
    ["secrets", intent.secrets.length === 0 ? undefined : intent.secrets.join(", ")],
    ["stopped", record.stopped_by === null ? undefined : stopWords(record.stopped_by)],
    ["left alive", record.left_running.length === 0 ? undefined : record.left_running.join(", ")],
    ["not seen", record.members_unlisted === true ? UNLISTED : undefined],
    ["leaked", record.leaked_output ? LEAKED : undefined],
    [
      "output",
      intent.interactive && record.process !== null
        ? "not captured, because the job is interactive"
        : undefined,
    ],
    ["stdout", streamWords(record.stdout_bytes, record.stdout_sha256)],
    ["stderr", streamWords(record.stderr_bytes, record.stderr_sha256)],
  ];
  if (record.attempts.length > 1) {
    for (const attempt of record.attempts) {
      const took = attempt.duration_ms === null ? "" : ` after ${formatDuration(attempt.duration_ms)}`;
      const exit = attempt.exit_code === null ? attempt.signal ?? "" : `exit ${attempt.exit_code}`;
      rows.push([`attempt ${attempt.number}`, `${statusWord(attempt.status, style)} ${exit}${took}`]);
    }
  }
  // Absent in records of earlier programs.
  for (const tool of record.tools ?? []) rows.push(["called", toolWords(tool)]);
  return rows.filter((row): row is readonly [string, string] => row[1] !== undefined);
}

/** The reason without words that repeat the status. */
function reasonBeside(status: RunStatus, reason: string): string {
  const beginnings = {
    timed_out: "timed out ",
    cancelled: "was stopped: ",
    not_started: "was not started: ",
  };
  const words = beginnings[status as keyof typeof beginnings];
  return words !== undefined && reason.startsWith(words) ? reason.slice(words.length) : reason;
}

/** What recovery found out about the end of an interrupted run. */
function recoveredEnd({ recovery }: RunRecord): string | undefined {
  if (recovery === null) return undefined;
  const [notBefore, notAfter] = recovery.ended_between;
  return notAfter === null
    ? `after ${notBefore}; when, or whether at all, is unknown`
    : `between ${notBefore} and ${notAfter}`;
}

/** An argv as a POSIX shell would read it, so that the ends of arguments are visible. */
export function argvWords(argv: readonly string[]): string {
  return visible(argv.map(shellWord).join(" "));
}

function requesterWords({ requested_by: by }: RunRecord): string {
  const person = [by.user, by.host].filter((part) => part !== null).join("@");
  const through = by.schedule === undefined ? by.agent ?? by.parent : `schedule ${by.schedule}`;
  const words = [person, through === null ? "" : `through ${through}`, `process ${by.pid}`];
  return visible(words.filter((word) => word !== "").join(", "));
}

function watchWords(change: ChangeRecord): string {
  return change.paths.length === 0 ? "the first run" : `run again: ${visible(describeChange(change))}`;
}

function inputsWords({ inputs, inputs_changed }: RunRecord): string | undefined {
  if (inputs === undefined) return undefined;
  if (inputs.sha256 === null) return visible(`unknown: ${inputs.problem}`);
  const changed = inputs_changed === undefined ? "" : `; changed while it ran: ${inputs_changed.join(", ")}`;
  return visible(`${counted(inputs.files, "file", "files")}, sha256 ${inputs.sha256}${changed}`);
}

function gitWords({ git }: RunRecord): string | undefined {
  if (git === null) return undefined;
  const words = [
    git.branch,
    git.commit?.slice(0, 12),
    git.dirty === true ? "with changes" : undefined,
    git.remote,
  ];
  return visible(words.filter((word) => word !== undefined && word !== null).join(", "));
}

function stopWords(stop: StopReport): string {
  const signals = stop.signals.map(({ signal, at_ms, processes }) =>
    `${signal} to ${counted(processes, "process", "processes")} at ${formatDuration(at_ms)}`
  );
  const survivors = stop.survivors.length === 0 ? [] : [`still alive: ${stop.survivors.join(", ")}`];
  return [visible(describeStopCause(stop.cause)), ...signals, ...survivors].join("; ");
}

function toolWords(tool: ToolRecord): string {
  const end = tool.timed_out
    ? "did not answer in time"
    : tool.exit_code !== null
    ? `exit ${tool.exit_code}`
    : tool.signal ?? "no end recorded";
  const effect = tool.effect === "unknown" ? ", and it is unknown what it changed" : "";
  return `${argvWords(tool.argv)} (${end}${effect})`;
}

function streamWords(bytes: number | null, sha256: string | null): string | undefined {
  return bytes === null
    ? undefined
    : `${counted(bytes, "byte", "bytes")}${sha256 === null || bytes === 0 ? "" : `, sha256 ${sha256}`}`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
