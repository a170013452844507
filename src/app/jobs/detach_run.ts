/** Starts a supervisor for a detached run, and waits for its line that the run is recorded and started. */

import type { Failure } from "../../model/failure.ts";
import { FAILURE_TEXTS } from "../../model/failure_texts.ts";
import { isRunId, type RunId } from "../../model/ids.ts";
import { isUnattended } from "../../model/unattended.ts";
import { nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunEvent, RunRecord } from "../../model/run.ts";
import type { Environment } from "../../host/environment.ts";
import type { Host } from "../../host/host.ts";
import type { HostResult } from "../../host/host_result.ts";
import type { ProcessExit, StartedAgain } from "../../host/processes.ts";
import { readText } from "../workspace/read_text.ts";
import { kinFor } from "../recording/caller_session.ts";
import { type Asker, askerOf, outerRun } from "../recording/requester.ts";
import type { StoreParts } from "../../store/store_parts.ts";
import { parsedJson } from "../../model/parsed_json.ts";

/** A start takes a fraction of a second; a job with many inputs reads them first. */
const STARTED_BOUND_MS = 60_000;
/** More than any failure prints before a run begins. */
const MAX_SAID_CHARACTERS = 1024 * 1024;

/** The one line in which a supervisor reports that its run is recorded; --json prints the same. */
export interface DetachedRun {
  readonly format: 1;
  readonly kind: "detached_run";
  readonly id: RunId;
  readonly subject: RunRecord["subject"];
  /** The pid of the supervisor. A signal to it is meant for the run. null where no process stays for it. */
  readonly pid: number | null;
  readonly status: string;
  readonly reason: string;
  readonly stdout_path: string | null;
  readonly stderr_path: string | null;
  /** null while it runs. */
  readonly exit_code: number | null;
}

export type Detached =
  | { readonly kind: "recorded"; readonly run: DetachedRun }
  /** The run could not begin, and its supervisor printed the reason as a run in the foreground does. */
  | {
    readonly kind: "not_begun";
    /** The reason as data, where the supervisor was to pass it on so. */
    readonly failure: Failure | undefined;
    readonly exit: ProcessExit;
    readonly stdout: string;
    readonly stderr: string;
  };

/** For a caller whose command line is not that of the run. */
export interface FurtherStart {
  /** undefined: the command line of this call. */
  readonly words?: readonly string[];
  readonly asker?: Asker;
  /** We serve a client, whose session goes on. */
  readonly isServed?: boolean;
  /** A supervisor that was started before. */
  readonly started?: HostResult<StartedAgain> | undefined;
}

/** Whether the run is recorded, and nothing more has to be reported to its caller. */
export function isStarted({ kind }: RunEvent): boolean {
  return ["attempt_started", "job_lock_awaited", "run_up_to_date", "run_finished"].includes(kind);
}

export function detachedRun(
  { layout }: StoreParts,
  record: RunRecord,
  pid: number,
  exitCode: number | null,
): DetachedRun {
  const { id, subject, status, reason } = record;
  const absolute = (path: string | null) => path === null ? null : layout.inState(path);
  return {
    format: 1,
    kind: "detached_run",
    id,
    subject,
    pid: isUnattended(record) ? null : pid,
    status,
    reason,
    stdout_path: absolute(record.stdout_path),
    stderr_path: absolute(record.stderr_path),
    exit_code: exitCode,
  };
}

/**
 * The supervisor checks whether the run can be detached (require_detachable.ts): a caller that read the configuration and
 * the records first would do all of it twice.
 */
export async function detachRun(
  host: Host,
  name: string | undefined,
  again: FurtherStart = {},
): Promise<Result<Detached, Failure>> {
  const value = name ?? "run";
  const inside = detachInside(host.environment, value, "detach");
  if (inside !== undefined) return fail(inside);
  const asker = again.asker ?? askerOf(host.environment, host.terminal);
  const handOver = { ...asker, kin: kinFor(host, again.isServed === true) };
  const started = again.started ?? host.processes.startAgain(JSON.stringify(handOver), again.words);
  if (!started.ok) {
    const fact = `its supervisor cannot be started: ${started.failure.reason}`;
    return fail({ code: "refused", action: "detach", value, fact, next: [] });
  }
  const bound = host.clock.after(STARTED_BOUND_MS);
  const answer = await Promise.race([hear(started.value), bound.elapsed]);
  bound.cancel();
  if (answer === undefined) {
    const { pid } = started.value;
    const seconds = STARTED_BOUND_MS / 1000;
    const fact = `its supervisor, process ${pid}, has not reported within ${seconds} s whether the run began`;
    return fail({ code: "refused", action: "detach", value, fact, next: [nextCommand("runs list")] });
  }
  if (answer.kind === "not_begun") {
    if (answer.stdout !== "" || answer.stderr !== "") return ok(answer);
    const fact = `its supervisor ended ${howEnded(answer.exit)} and did not say whether the run began`;
    return fail({ code: "refused", action: "detach", value, fact, next: [nextCommand("runs list")] });
  }
  return ok(answer);
}

/** The end of a supervisor, as the words after "ended". */
export function howEnded(exit: ProcessExit): string {
  return exit.kind === "exited" ? `with exit status ${exit.exit_code}` : `by ${exit.signal}`;
}

/** Nothing that a run started outlives it (docs/design/0002-ending-a-tree.md). undefined outside of runs. */
export function detachInside(environment: Environment, value: string, action: string): Failure | undefined {
  const outer = outerRun(environment);
  if (outer === undefined) return undefined;
  const fact = `run ${outer} asks for it, and everything that this run starts ends with it`;
  return { code: "refused", action, value, fact, next: [] };
}

export async function hear({ stdout, stderr, exited }: StartedAgain): Promise<Detached> {
  const complaint = readText(stderr, MAX_SAID_CHARACTERS);
  let run: DetachedRun | undefined;
  const printed = await readText(stdout, MAX_SAID_CHARACTERS, (text) => {
    run = text.split("\n").slice(0, -1).map(parseDetachedRun).find((each) => each !== undefined);
    return run !== undefined;
  });
  if (run !== undefined) return { kind: "recorded", run };
  const failure = printed.split("\n").map(parseFailedStart).find((each) => each !== undefined);
  return { kind: "not_begun", failure, stdout: printed, stderr: await complaint, exit: await exited };
}

/** The line in which a supervisor passes on why nothing began, for a caller that says it as its own failure. */
export function failedStartLine(failure: Failure): string {
  return `${JSON.stringify({ format: 1, kind: "failed_start", failure })}\n`;
}

function parseFailedStart(line: string): Failure | undefined {
  const failure = parseLine(line, "failed_start")?.["failure"];
  if (typeof failure !== "object" || failure === null || !("code" in failure)) return undefined;
  return Object.hasOwn(FAILURE_TEXTS, String(failure.code)) ? failure as Failure : undefined;
}

function parseDetachedRun(line: string): DetachedRun | undefined {
  const run = parseLine(line, "detached_run") as Partial<DetachedRun> | undefined;
  return run !== undefined && typeof run.id === "string" && isRunId(run.id) ? run as DetachedRun : undefined;
}

/** The document of this kind that a line is; undefined for every other line. */
function parseLine(line: string, kind: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.includes(`"${kind}"`)) return undefined;
  const value = parsedJson(line) as Readonly<Record<string, unknown>> | null | undefined;
  return value?.["kind"] === kind ? value : undefined;
}
