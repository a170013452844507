/**
 * docs/exit-codes.md and src/cli/base/exit_code.ts agree: each table of the document is compared with its
 * function.
 */

import { assertEquals, assertThrows } from "@std/assert";
import { EXIT, exitCodeOfFailure, exitCodeOfRun, exitCodeOfSignal } from "../../src/cli/base/exit_code.ts";
import type { Failure, FailureCode } from "../../src/model/failure.ts";
import {
  NOT_STARTED_CAUSES,
  type NotStartedCause,
  RUN_STATUSES,
  type RunRecord,
  type RunStatus,
  type StopCause,
} from "../../src/model/run.ts";

const DOCUMENT = await Deno.readTextFile(new URL("../../docs/exit-codes.md", import.meta.url));

/** The cells of the table under a heading, without the head of the table. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const section = DOCUMENT.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`Cannot find the section "${heading}" in docs/exit-codes.md`);
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  return rows.slice(2).map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim()));
}

function code(cell: string): string {
  return cell.replace(/^`(.*)`$/, "$1");
}

Deno.test("docs/exit-codes.md has each constant with its number, and no other", () => {
  const named = tableUnder("All codes").filter(([number]) => /^`\d+`$/.test(number!));
  assertEquals(
    named.map(([number, name]) => [code(name!), Number(code(number!))]),
    Object.entries(EXIT),
  );
});

Deno.test("docs/exit-codes.md has the numbers of the signals that it names", () => {
  const named = [...DOCUMENT.matchAll(/(\d+) `(SIG[A-Z]+)`/g)];
  assertEquals(named.length, 5);
  for (const [, number, signal] of named) assertEquals(exitCodeOfSignal(signal!), 128 + Number(number));
  assertEquals([exitCodeOfSignal("SIGINT"), exitCodeOfSignal("SIGTERM")], [130, 143]);
  assertEquals(exitCodeOfSignal("SIGNEW"), 128);
});

/**
 * The possible causes of a cancelled run. Other causes end a run differently; a new cause does not compile.
 */
const CANCELLED: Record<Exclude<StopCause["kind"], "timeout" | "leftovers">, StopCause> = {
  signal: { kind: "signal", signal: "SIGTERM" },
  recorder: { kind: "recorder", detail: "no space" },
  bug: { kind: "bug", detail: "a bug" },
  failed_node: { kind: "failed_node", name: "lint" },
  not_ready: { kind: "not_ready", after_ms: 30_000 },
  stop_request: { kind: "stop_request", user: "ada", agent: null, pid: 7 },
  slurm: { kind: "slurm", state: "NODE_FAIL" },
  change: { kind: "change", paths: ["a"], more: 0 },
};

interface Ending {
  readonly status: RunStatus;
  readonly cause?: StopCause | NotStartedCause;
  readonly exitCode?: number;
  readonly signal?: string;
}

function codeOf({ status, cause, exitCode, signal }: Ending): number {
  const ended: Partial<RunRecord> = {
    status,
    exit_code: exitCode ?? null,
    signal: signal ?? null,
    stopped_by: typeof cause === "object" ? { cause, signals: [], survivors: [] } : null,
    not_started_cause: typeof cause === "string" ? cause : null,
  };
  return exitCodeOfRun(ended as RunRecord);
}

/** Every way in which a run can end, with the function's result, in the words of the document. */
function endings(): readonly (readonly [status: string, cause: string, code: string])[] {
  return RUN_STATUSES.flatMap((status): readonly (readonly [string, string, string])[] => {
    switch (status) {
      case "succeeded":
      case "up_to_date":
        return [[status, "", String(codeOf({ status, exitCode: 3 }))]];
      case "failed":
        assertEquals([1, 3, 255].map((exitCode) => codeOf({ status, exitCode })), [1, 3, 255]);
        return [[status, "", `the job's own, or ${codeOf({ status, exitCode: 0 })} where that is 0`]];
      case "signalled":
        assertEquals(codeOf({ status, signal: "SIGKILL" }), exitCodeOfSignal("SIGKILL"));
        return [[status, "", "128 + n"]];
      case "timed_out":
        return [[status, "", String(codeOf({ status, signal: "SIGTERM" }))]];
      case "cancelled":
        return Object.values(CANCELLED).map((cause) => {
          const number = codeOf({ status, cause, exitCode: 0 });
          const bySignal = cause.kind === "signal" && number === exitCodeOfSignal(cause.signal);
          return [status, cause.kind, bySignal ? "128 + n" : String(number)];
        });
      case "not_started":
        return NOT_STARTED_CAUSES.map((cause) => [status, cause, String(codeOf({ status, cause }))]);
      case "running":
      case "interrupted":
        assertThrows(() => codeOf({ status }));
        return [[status, "", "none"]];
    }
  });
}

Deno.test("docs/exit-codes.md has each outcome of a run", () => {
  const told = tableUnder("How a run ended").map((row) => row.map(code).join(" | "));
  assertEquals(told.toSorted(), endings().map((row) => row.join(" | ")).toSorted());
});

/** One of each; a failure that is missing here does not compile. */
const FAILURES: { readonly [Code in FailureCode]: Extract<Failure, { readonly code: Code }> } = {
  arguments_invalid: { code: "arguments_invalid", action: "", value: undefined, fact: "", next: [] },
  watch_failed: { code: "watch_failed", path: "", reason: "", next: [] },
  job_not_found: {
    code: "job_not_found",
    name: "",
    known: [],
    suggestion: undefined,
    is_task: false,
    config_path: undefined,
  },
  job_not_named: { code: "job_not_named", known: [], config_path: undefined },
  task_not_found: {
    code: "task_not_found",
    name: "",
    known: [],
    suggestion: undefined,
    is_job: false,
    config_path: undefined,
  },
  service_not_found: {
    code: "service_not_found",
    name: "",
    known: [],
    suggestion: undefined,
    config_path: undefined,
  },
  schedule_not_found: {
    code: "schedule_not_found",
    action: "install",
    name: "",
    known: [],
    suggestion: undefined,
  },
  task_not_planned: { code: "task_not_planned", name: "" },
  definition_drifted: { code: "definition_drifted", action: "", name: "", plan: "", differences: [] },
  needs_not_done: { code: "needs_not_done", name: "", needs: [], plan: false },
  worktree_kept: { code: "worktree_kept", name: "", reasons: [], next: [] },
  not_confirmed: {
    code: "not_confirmed",
    subject: "job",
    name: "",
    question: "",
    answer: "no",
    call: "alone",
  },
  refused: { code: "refused", action: "", value: "", fact: "", next: [] },
  not_signed: { code: "not_signed", run: "", fact: "", next: [] },
  run_not_found: { code: "run_not_found", reference: "", fact: "", suggestion: undefined },
  run_ambiguous: { code: "run_ambiguous", reference: "", matches: [] },
  config_missing: { code: "config_missing", path: "", named_by: "" },
  config_unreadable: { code: "config_unreadable", path: "", reason: "" },
  config_of_another_user: { code: "config_of_another_user", path: "/tmp/orchastration.toml", owner_id: 1001 },
  config_invalid: { code: "config_invalid", path: "", diagnostics: [] },
  place_unknown: { code: "place_unknown", what: "", reason: "", next: [] },
  state_no_folder: { code: "state_no_folder", path: "", reason: "", named_by: "" },
  state_unwritable: { code: "state_unwritable", path: "", action: "", reason: "" },
  state_unreadable: { code: "state_unreadable", path: "", action: "", reason: "" },
  file_unreadable: { code: "file_unreadable", path: "", action: "", reason: "" },
  inputs_unknown: { code: "inputs_unknown", subject: "job", name: "test", fact: "there is none" },
  busy: {
    code: "busy",
    subject: "job",
    name: "",
    lock: undefined,
    holder_project: undefined,
    holder_pid: undefined,
    holder_run: undefined,
    since: undefined,
  },
  task_owned: { code: "task_owned", name: "", owner: undefined },
  stopped_by_signal: { code: "stopped_by_signal", signal: "SIGHUP", while_doing: "" },
  file_unwritable: { code: "file_unwritable", path: "", reason: "", next: [] },
  document_not_ours: { code: "document_not_ours", path: "", fact: "", next: [] },
  documents_outdated: { code: "documents_outdated", documents: [], next: [] },
  tool_missing: { code: "tool_missing", tool: "gh", action: "", value: "", fact: "" },
  tool_failed: { code: "tool_failed", tool: "git", action: "", value: "", fact: "", next: [] },
  send_failed: { code: "send_failed", action: "", value: "", fact: "", next: [] },
  github_failed: {
    code: "github_failed",
    action: "",
    value: "",
    problem: { cause: "not_logged_in", host: "" },
  },
  outcome_unknown: { code: "outcome_unknown", action: "", value: "", fact: "" },
  end_unknown: { code: "end_unknown", action: "", value: "", fact: "", next: [] },
  service_not_ready: { code: "service_not_ready", name: "api", fact: "it ended", last_lines: [], next: [] },
  check_failed: { code: "check_failed", fact: "" },
};

Deno.test("docs/exit-codes.md has each problem with its code", () => {
  const expected = Object.values(FAILURES).map((failure) => {
    const number = exitCodeOfFailure(failure);
    const bySignal = failure.code === "stopped_by_signal" && number === exitCodeOfSignal(failure.signal);
    return `${failure.code} | ${bySignal ? "128 + n" : number}`;
  });
  const told = tableUnder("Problems").map(([problem, number]) => `${code(problem!)} | ${number}`);
  assertEquals(told.toSorted(), expected.toSorted());
});
