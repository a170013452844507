/** Every expected problem of the program, as data, and the words for each. Pure. */

import type { JsonValue } from "./canonical_json.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { FieldDifference } from "./difference.ts";
import { describeGitHubProblem, type GitHubProblem } from "./github_problem.ts";

export type Failure =
  /** The command line could not be understood. */
  | {
    readonly code: "arguments_invalid";
    readonly action: string;
    readonly value: string | undefined;
    readonly fact: string;
    readonly suggestion?: string | undefined;
    readonly next: string;
  }
  /** No configuration file where one was looked for. */
  | { readonly code: "config_missing"; readonly path: string; readonly named_by: string }
  /** The configuration file is there and cannot be read. */
  | { readonly code: "config_unreadable"; readonly path: string; readonly reason: string }
  /** The configuration file has problems: all of them. */
  | { readonly code: "config_invalid"; readonly path: string; readonly diagnostics: readonly Diagnostic[] }
  /** No job of this name. */
  | {
    readonly code: "job_not_found";
    readonly name: string;
    readonly known: readonly string[];
    readonly suggestion: string | undefined;
    readonly is_task: boolean;
    readonly config_path: string | undefined;
  }
  /** No task of this name. */
  | {
    readonly code: "task_not_found";
    readonly name: string;
    readonly known: readonly string[];
    readonly suggestion: string | undefined;
    readonly is_job: boolean;
    readonly config_path: string | undefined;
  }
  /** The task has no plan to be built by. */
  | { readonly code: "task_not_planned"; readonly name: string }
  /** The definition is not what was planned. */
  | {
    readonly code: "definition_drifted";
    /** What was to be done with the task. */
    readonly action: string;
    readonly name: string;
    readonly plan: string;
    readonly differences: readonly FieldDifference[];
  }
  /** Tasks that this one needs are not done. */
  | {
    readonly code: "needs_not_done";
    readonly name: string;
    readonly needs: readonly { readonly name: string; readonly status: string; readonly reason: string }[];
  }
  /** It wants somebody's yes, and nobody gave it. */
  | {
    readonly code: "not_confirmed";
    readonly subject: "job" | "task";
    readonly name: string;
    readonly question: string;
    readonly answer: "no" | "nobody_there";
  }
  /** What is asked for does not fit how things stand. */
  | {
    readonly code: "refused";
    readonly action: string;
    readonly value: string;
    readonly fact: string;
    readonly suggestion?: string | undefined;
    readonly next: string | undefined;
  }
  /** No run that the reference names. */
  | {
    readonly code: "run_not_found";
    readonly reference: string;
    readonly fact: string;
    readonly suggestion: string | undefined;
  }
  /** A prefix that names several runs. */
  | { readonly code: "run_ambiguous"; readonly reference: string; readonly matches: readonly string[] }
  /** The system does not say where something is that everything else depends on. */
  | { readonly code: "place_unknown"; readonly what: string; readonly reason: string; readonly next: string }
  /** State or captured output could not be written. */
  | {
    readonly code: "state_unwritable";
    readonly path: string;
    readonly action: string;
    readonly reason: string;
  }
  /** State or captured output could not be read. */
  | {
    readonly code: "state_unreadable";
    readonly path: string;
    readonly action: string;
    readonly reason: string;
  }
  /** Another process holds the lock. */
  | {
    readonly code: "busy";
    readonly subject: "job" | "task";
    readonly name: string;
    readonly holder_pid: number | undefined;
    readonly holder_run: string | undefined;
    readonly since: string | undefined;
  }
  /** A wait for something was ended by a signal to us. */
  | { readonly code: "stopped_by_signal"; readonly signal: string; readonly while_doing: string }
  /** A file that the user named could not be read. */
  | {
    readonly code: "file_unreadable";
    readonly action: string;
    readonly path: string;
    readonly reason: string;
  }
  /** A file that we were to write for the user could not be written. */
  | {
    readonly code: "file_unwritable";
    readonly path: string;
    readonly reason: string;
    readonly next: string | undefined;
  }
  /** Changes of files cannot be heard of. */
  | {
    readonly code: "watch_failed";
    readonly path: string;
    readonly reason: string;
    readonly next: string | undefined;
  }
  /** A file is a person's, or its marks do not say any more which part of it is ours. */
  | {
    readonly code: "document_not_ours";
    readonly path: string;
    readonly fact: string;
    readonly next: string;
  }
  /** Documents are not what the records give. */
  | {
    readonly code: "documents_outdated";
    readonly documents: readonly { readonly path: string; readonly state: "outdated" | "missing" }[];
    readonly next: string;
  }
  /** An outside tool that is needed is not there, or not one that can be used. */
  | {
    readonly code: "tool_missing";
    readonly tool: "git" | "gh";
    readonly action: string;
    readonly value: string;
    readonly fact: string;
  }
  /** An outside tool failed, in its own words. */
  | {
    readonly code: "tool_failed";
    readonly tool: "git" | "gh";
    readonly action: string;
    readonly value: string;
    readonly fact: string;
    readonly next: string | undefined;
  }
  /** GitHub did not do it, or could not be asked; nothing was changed there. */
  | {
    readonly code: "github_failed";
    readonly action: string;
    readonly value: string;
    readonly problem: GitHubProblem;
  }
  /** Whether it was done cannot be told from here. */
  | {
    readonly code: "outcome_unknown";
    readonly action: string;
    readonly value: string;
    readonly fact: string;
  }
  /** A check was carried out and its answer is no. */
  | { readonly code: "check_failed"; readonly fact: string };

export type FailureCode = Failure["code"];

/** What a face says of a failure: the headline, what is known, what to do next. */
export interface FailureWords {
  /** `Cannot <action> "<value>": <fact>`, without a dot at the end. */
  readonly headline: string;
  readonly notes: readonly string[];
  readonly next: string | undefined;
}

const MAX_KNOWN = 12;

export function describeFailure(failure: Failure): FailureWords {
  switch (failure.code) {
    case "arguments_invalid":
      return words(
        failure.value === undefined
          ? `Cannot ${failure.action}: ${failure.fact}`
          : `Cannot ${failure.action} ${quote(failure.value)}: ${failure.fact}`,
        [didYouMean(failure.suggestion)],
        failure.next,
      );
    case "config_missing":
      return words(
        `Cannot read configuration ${quote(failure.path)}: no such file`,
        [`the path comes from ${failure.named_by}`],
        "orchastration --config <path> list",
      );
    case "config_unreadable":
      return words(
        `Cannot read configuration ${quote(failure.path)}: ${failure.reason}`,
        [],
        undefined,
      );
    case "config_invalid": {
      const count = failure.diagnostics.length;
      return words(
        `Cannot use configuration ${quote(failure.path)}: ${count} ${
          count === 1 ? "problem" : "problems"
        }, nothing was run`,
        [],
        undefined,
      );
    }
    case "job_not_found":
      return words(
        `Cannot find job ${quote(failure.name)}: ${
          failure.is_task ? "that is a task, and tasks are built, not run" : "no job has this name"
        }`,
        [didYouMean(failure.suggestion), knownJobs(failure.known, failure.config_path)],
        failure.is_task
          ? `orchastration plan status ${failure.name}`
          : failure.suggestion === undefined
          ? failure.config_path === undefined ? "orchastration init" : "orchastration list"
          : undefined,
      );
    case "task_not_found":
      return words(
        `Cannot find task ${quote(failure.name)}: ${
          failure.is_job ? "that is a job, and jobs are run, not planned" : "no task has this name"
        }`,
        [
          didYouMean(failure.suggestion),
          failure.known.length > 0
            ? `known tasks: ${listed(failure.known)}`
            : failure.config_path === undefined
            ? "no configuration was found"
            : `${quote(failure.config_path)} has no tasks`,
        ],
        failure.is_job ? `orchastration run ${failure.name}` : "orchastration plan list",
      );
    case "task_not_planned":
      return words(
        `Cannot build task ${quote(failure.name)}: it has no plan`,
        [],
        `orchastration plan create ${failure.name}, or orchastration build run ${failure.name} --plan`,
      );
    case "definition_drifted":
      return words(
        `Cannot ${failure.action} ${quote(failure.name)}: its definition is not what was planned`,
        [`planned in ${failure.plan}`, ...failure.differences.flatMap(differenceLines)],
        `orchastration plan create ${failure.name}, or put the definition back`,
      );
    case "needs_not_done": {
      // To build it again would not help one that is being built, or waits for a person.
      const waiting = failure.needs.find(({ status }) => status === "in_progress");
      return words(
        `Cannot build task ${quote(failure.name)}: ${
          failure.needs.length === 1
            ? "a task that it needs is"
            : `${failure.needs.length} tasks that it needs are`
        } not done`,
        failure.needs.map(({ name, status, reason }) =>
          `${name}: ${status.replace("_", " ")}, ${visible(reason)}`
        ),
        waiting === undefined
          ? `orchastration build run ${failure.name} --with-needs`
          : `orchastration plan status ${waiting.name}`,
      );
    }
    case "not_confirmed": {
      const { subject, name, question, answer } = failure;
      const call = `orchastration ${subject === "job" ? "run" : "build run"} ${name} --yes`;
      return words(
        `Cannot ${subject === "job" ? "run" : "build task"} ${quote(name)}: ${
          answer === "no"
            ? "nobody said yes, so nothing was started"
            : "it wants a yes, and there is nobody at a terminal to ask"
        }`,
        answer === "no" ? [] : [`it asks: ${visible(question)}`],
        answer === "no" ? undefined : call,
      );
    }
    case "refused":
      return words(
        `Cannot ${failure.action} ${quote(failure.value)}: ${failure.fact}`,
        [didYouMean(failure.suggestion)],
        failure.next,
      );
    case "run_not_found":
      return words(
        `Cannot find run ${quote(failure.reference)}: ${failure.fact}`,
        [didYouMean(failure.suggestion)],
        "orchastration runs list",
      );
    case "run_ambiguous":
      return words(
        `Cannot find run ${quote(failure.reference)}: it is the beginning of ${failure.matches.length} runs`,
        [`they are: ${listed(failure.matches)}`],
        "name more of the run's id",
      );
    case "place_unknown":
      return words(`Cannot find ${failure.what}: ${failure.reason}`, [], failure.next);
    case "state_unwritable":
      return words(
        `Cannot ${failure.action} ${quote(failure.path)}: ${failure.reason}`,
        [],
        "make room or fix the permissions, or choose another place with --state-dir <path>",
      );
    case "state_unreadable":
      return words(`Cannot ${failure.action} ${quote(failure.path)}: ${failure.reason}`, [], undefined);
    case "busy":
      return words(
        `Cannot ${failure.subject === "job" ? "run" : "work on task"} ${quote(failure.name)}: ${
          failure.subject === "job" ? "it is already running" : "somebody else is at it"
        }`,
        [
          [
            failure.holder_run === undefined ? undefined : `run ${failure.holder_run}`,
            failure.holder_pid === undefined ? undefined : `by process ${failure.holder_pid}`,
            failure.since === undefined ? undefined : `since ${failure.since}`,
          ].filter((part) => part !== undefined).join(", ") || undefined,
        ],
        failure.subject === "job"
          ? 'wait for it, or set concurrency = "wait" or "allow" for this job'
          : "wait for it to end",
      );
    case "stopped_by_signal":
      return words(`Cannot go on ${failure.while_doing}: received ${failure.signal}`, [], undefined);
    case "file_unreadable":
      return words(`Cannot ${failure.action} ${quote(failure.path)}: ${failure.reason}`, [], undefined);
    case "file_unwritable":
      return words(`Cannot write ${quote(failure.path)}: ${failure.reason}`, [], failure.next);
    case "watch_failed":
      return words(`Cannot watch ${quote(failure.path)}: ${failure.reason}`, [], failure.next);
    case "document_not_ours":
      return words(`Cannot renew document ${quote(failure.path)}: ${failure.fact}`, [], failure.next);
    case "documents_outdated": {
      const { documents, next } = failure;
      const word = (state: "outdated" | "missing") => state === "missing" ? "missing" : "out of date";
      const [first, ...others] = documents;
      return first !== undefined && others.length === 0
        ? words(`Cannot confirm document ${quote(first.path)}: it is ${word(first.state)}`, [], next)
        : words(
          `Cannot confirm ${documents.length} documents: they are not what the records give`,
          documents.map(({ path, state }) => `${visible(path)} is ${word(state)}`),
          next,
        );
    }
    case "tool_missing":
      return words(
        `Cannot ${failure.action} ${quote(failure.value)}: ${failure.fact}`,
        [],
        failure.tool === "gh"
          ? "install the GitHub CLI, gh 2.0 or newer, from https://cli.github.com, then gh auth login"
          : "install git, or put it into the folders of PATH",
      );
    case "tool_failed":
      return words(
        `Cannot ${failure.action} ${quote(failure.value)}: ${visible(failure.fact)}`,
        [],
        failure.next,
      );
    case "github_failed": {
      const { fact, next } = describeGitHubProblem(failure.problem);
      return words(
        `Cannot ${failure.action} ${quote(failure.value)}: ${visible(fact)}`,
        [],
        visible(next.replace("<task>", failure.value)),
      );
    }
    case "outcome_unknown":
      return words(
        `Cannot ${failure.action} ${quote(failure.value)} for certain: ${
          visible(failure.fact)
        }, so whether it was done is not known`,
        [],
        "call it again: it finds out before it does anything",
      );
    case "check_failed":
      return words(failure.fact, [], undefined);
  }
}

/** `command[0]:  "make" -> "just"`, as two lines of minus and plus. */
export function differenceLines({ field, planned, now }: FieldDifference): readonly string[] {
  const written = (value: JsonValue | undefined) =>
    value === undefined ? "(nothing)" : visible(JSON.stringify(value));
  return [`${field}:`, `  - ${written(planned)}`, `  + ${written(now)}`];
}

/** A value between quotes, with control characters made visible: a message must not be able to move the cursor. */
export function quote(value: string): string {
  return `"${visible(value)}"`;
}

/** The text with control characters, and those that reorder text, as escapes. */
export function visible(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (char) => {
    if (char === "\n") return "\\n";
    if (char === "\t") return "\\t";
    if (char === "\r") return "\\r";
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function words(
  headline: string,
  notes: readonly (string | undefined)[],
  next: string | undefined,
): FailureWords {
  return { headline, notes: notes.filter((note) => note !== undefined), next };
}

function didYouMean(suggestion: string | undefined): string | undefined {
  return suggestion === undefined ? undefined : `did you mean ${quote(suggestion)}?`;
}

function knownJobs(known: readonly string[], configPath: string | undefined): string {
  if (known.length > 0) return `known jobs: ${listed(known)}`;
  return configPath === undefined ? "no configuration was found" : `${quote(configPath)} has no jobs`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_KNOWN).map(visible).join(", ");
  return names.length > MAX_KNOWN ? `${shown} and ${names.length - MAX_KNOWN} more` : shown;
}
