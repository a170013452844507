/** Facts as words for readers, the same in every form of a document. Pure. */

import { formatDuration } from "../model/duration.ts";
import { inWords } from "../model/in_words.ts";
import { shellWord } from "../model/shell_word.ts";
import type { CriterionFacts, GitFacts, OutputFacts, RunFacts, TaskFacts } from "./task_facts.ts";
import { type Tone, toneOfStatus } from "./tone.ts";

/** A digest of no bytes, which is not worth showing. */
const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** A longer value does not help in a table; the JSON form has it in full. */
const MAX_VALUE_LENGTH = 200;

const VERDICTS: Readonly<Record<TaskFacts["status"], string>> = {
  unplanned: "Not planned yet",
  planned: "Planned",
  in_progress: "In progress",
  done: "Done",
  failed: "Failed",
  interrupted: "Interrupted",
};

export function verdict({ status, stale }: Pick<TaskFacts, "status" | "stale">): string {
  return stale.length === 0 ? VERDICTS[status] : `${VERDICTS[status]}, but stale`;
}

export function commandWords(argv: readonly string[]): string {
  return argv.map(shellWord).join(" ");
}

/** `2026-11-22 06:34:49 UTC`, from RFC 3339 in UTC. */
export function whenWords(time: string): string {
  return time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, "$1 $2 UTC");
}

export function durationWords(ms: number | null): string {
  return ms === null ? "" : formatDuration(ms);
}

/** How a run ended, in two or three words. */
export function endWords(run: RunFacts): string {
  switch (run.status) {
    case "succeeded":
      return run.exit_code === null ? "succeeded" : `exit ${run.exit_code}`;
    case "failed":
      return run.exit_code === null ? "failed" : failedWords(run, run.exit_code);
    case "signalled":
      return `ended by ${run.signal}`;
    default:
      return inWords(run.status);
  }
}

/** The same in more words, if it did not succeed. */
export function endSentence(run: RunFacts): string {
  switch (run.status) {
    case "timed_out":
    case "cancelled":
    case "not_started":
      return run.reason.replace(/^was /, "");
    default:
      return endWords(run);
  }
}

/** A process can succeed without leaving its outputs; the missing outputs are the failure then. */
function failedWords({ success_exit_codes, reason }: RunFacts, exitCode: number): string {
  const because = /^exited with status \d+, but (.*)$/s.exec(reason)?.[1];
  if (because !== undefined) return `exit ${exitCode}, but ${because}`;
  return exitCode === 0 ? `exit 0, expected ${success_exit_codes.join(" or ")}` : `failed, exit ${exitCode}`;
}

/** Worth showing: it exists and is not empty. */
export function isTelling(sha256: string | null): sha256 is string {
  return sha256 !== null && sha256 !== EMPTY_SHA256;
}

export function toneOfTask({ status, stale }: Pick<TaskFacts, "status" | "stale">): Tone {
  return toneOfStatus(stale.length === 0 ? status : `${status}, stale`);
}

export function toneOfCriterion(state: CriterionFacts["state"]): Tone {
  return state === "failed" ? "bad" : state === "open" ? "open" : "good";
}

export function gitWords(git: GitFacts | null): string {
  if (git === null) return "no repository";
  const commit = git.commit === null ? "no commit yet" : git.commit.slice(0, 12);
  const branch = git.branch === null ? "" : ` on ${git.branch}`;
  return `${commit}${branch}${git.dirty === true ? ", with changes not committed" : ""}`;
}

const CHANGES: Readonly<Record<string, string>> = {
  as_built: "as built",
  changed: "changed since",
  gone: "removed since",
  unreadable: "cannot be read",
  missing_then: "still missing",
  appeared: "appeared since",
};

export function outputState(
  { type, change, now }: OutputFacts,
): { readonly built: string; readonly now: string } {
  const built = type === "outside"
    ? "a link that leaves the working directory"
    : type === "missing"
    ? "missing"
    : `${change ?? "present"}${type === "directory" ? " (directory)" : ""}`;
  return { built, now: CHANGES[now] ?? now };
}

const CRITERION_STATES: Readonly<Record<CriterionFacts["state"], string>> = {
  passed: "passed",
  failed: "failed",
  confirmed: "confirmed",
  open: "open",
};

export function criterionState(state: CriterionFacts["state"]): string {
  return CRITERION_STATES[state];
}

/** `1,234 bytes`. */
export function sizeWords(bytes: number | null): string {
  if (bytes === null) return "";
  return bytes === 1 ? "1 byte" : `${String(bytes).replace(/\B(?=(\d{3})+$)/g, ",")} bytes`;
}

/** A value of a definition as JSON, shortened where it is long; empty where there was none. */
export function valueWords(value: unknown): string {
  const json = value === undefined ? "" : JSON.stringify(value);
  return json.length > MAX_VALUE_LENGTH ? `${json.slice(0, MAX_VALUE_LENGTH)}…` : json;
}
