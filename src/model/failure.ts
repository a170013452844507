/** Every expected problem of the program, as data. Their words are in failure_words.ts. */

import type { NextSteps } from "./next_step.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { FieldDifference } from "./difference.ts";
import type { GitHubProblem } from "./github_problem.ts";

export type Failure =
  /** The command line could not be understood. */
  | {
    readonly code: "arguments_invalid";
    readonly action: string;
    readonly value: string | undefined;
    readonly fact: string;
    readonly suggestion?: string | undefined;
    readonly next: NextSteps;
  }
  /** No configuration file where one was looked for. */
  | { readonly code: "config_missing"; readonly path: string; readonly named_by: string }
  /** The configuration file is there and cannot be read. */
  | { readonly code: "config_unreadable"; readonly path: string; readonly reason: string }
  /** A configuration that was found, and not named, is of another user, who could so have anything run. */
  | { readonly code: "config_of_another_user"; readonly path: string; readonly owner_id: number }
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
  /** No job is named, and the configuration names none for that case. */
  | {
    readonly code: "job_not_named";
    readonly known: readonly string[];
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
  | {
    readonly code: "task_not_planned";
    readonly name: string;
    /** The task that was to be built together with what it needs. */
    readonly with_needs_of?: string;
  }
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
    /** Whether it was to be planned where that is needed. */
    readonly plan: boolean;
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
    readonly next: NextSteps;
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
  | {
    readonly code: "place_unknown";
    readonly what: string;
    readonly reason: string;
    readonly next: NextSteps;
  }
  /** What is to be the state folder is there, and no folder. */
  | {
    readonly code: "state_no_folder";
    readonly path: string;
    readonly reason: string;
    /** What chose the place, in words for people; undefined: it is where records usually are. */
    readonly named_by: string | undefined;
  }
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
  /** What a job or task depends on cannot be told as its definition asks for it. */
  | {
    readonly code: "inputs_unknown";
    readonly subject: "job" | "task";
    readonly name: string;
    readonly fact: string;
  }
  /** Another process holds the lock. */
  | {
    readonly code: "busy";
    readonly subject: "job" | "task";
    readonly name: string;
    /** The lock that the job shares with others by its name; undefined: it is its own. */
    readonly lock: string | undefined;
    /** The root of the holder's project, where it is another one. */
    readonly holder_project: string | undefined;
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
    readonly next: NextSteps;
  }
  /** Changes of files cannot be heard of. */
  | {
    readonly code: "watch_failed";
    readonly path: string;
    readonly reason: string;
    readonly next: NextSteps;
  }
  /** A file is a person's, or its marks do not say any more which part of it is ours. */
  | {
    readonly code: "document_not_ours";
    readonly path: string;
    readonly fact: string;
    readonly next: NextSteps;
  }
  /** Documents are not what the records give. */
  | {
    readonly code: "documents_outdated";
    readonly documents: readonly { readonly path: string; readonly state: "outdated" | "missing" }[];
    readonly next: NextSteps;
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
    readonly next: NextSteps;
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
