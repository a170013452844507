/** Every expected problem of the program, as data. Their words are in failure_words.ts. */

import type { NextSteps } from "./next_step.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { FieldDifference } from "./difference.ts";
import type { GitHubProblem } from "./github_problem.ts";
import type { TaskOwner } from "./task_owner.ts";

/** A call that needs a confirmation: of one job or task by its name alone, with more words than that, with its plan, or of several. */
export type ConfirmedCall = "alone" | "with_words" | "with_plan" | "of_several";

export type Failure =
  /** The command line could not be parsed. */
  | {
    readonly code: "arguments_invalid";
    readonly action: string;
    readonly value: string | undefined;
    readonly fact: string;
    readonly suggestion?: string | undefined;
    readonly next: NextSteps;
  }
  /** The configuration file that was named or expected does not exist. */
  | { readonly code: "config_missing"; readonly path: string; readonly named_by: string }
  /** The configuration file exists but cannot be read. */
  | { readonly code: "config_unreadable"; readonly path: string; readonly reason: string }
  /**
   * A configuration file that was found by searching belongs to another user, who could use it to run any
   * command.
   */
  | { readonly code: "config_of_another_user"; readonly path: string; readonly owner_id: number }
  /** The configuration file has problems; all of them are listed. */
  | { readonly code: "config_invalid"; readonly path: string; readonly diagnostics: readonly Diagnostic[] }
  /** No job has this name. */
  | {
    readonly code: "job_not_found";
    readonly name: string;
    readonly known: readonly string[];
    readonly suggestion: string | undefined;
    readonly is_task: boolean;
    readonly config_path: string | undefined;
  }
  /** No job was named, and the configuration sets no default. */
  | {
    readonly code: "job_not_named";
    readonly known: readonly string[];
    readonly config_path: string | undefined;
  }
  /** No task has this name. */
  | {
    readonly code: "task_not_found";
    readonly name: string;
    readonly known: readonly string[];
    readonly suggestion: string | undefined;
    readonly is_job: boolean;
    readonly config_path: string | undefined;
  }
  /** No service has this name. */
  | {
    readonly code: "service_not_found";
    readonly name: string;
    readonly known: readonly string[];
    readonly suggestion: string | undefined;
    readonly config_path: string | undefined;
  }
  /** No schedule that is configured, or has a timer, has this name. */
  | {
    readonly code: "schedule_not_found";
    readonly action: "install" | "remove";
    readonly name: string;
    readonly known: readonly string[];
    readonly suggestion: string | undefined;
  }
  /** The task has no plan, so it cannot be built. */
  | {
    readonly code: "task_not_planned";
    readonly name: string;
    /** The task that was to be built together with its needs. */
    readonly with_needs_of?: string;
    /** All tasks were to be built. */
    readonly of_all?: boolean;
  }
  /** The definition changed since it was planned. */
  | {
    readonly code: "definition_drifted";
    /** The action that was requested for the task. */
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
    /** True where the call was to create missing plans, too. */
    readonly plan: boolean;
  }
  /** The job or task needs a confirmation, and none was given. */
  | {
    readonly code: "not_confirmed";
    readonly subject: "job" | "task";
    readonly name: string;
    readonly question: string;
    readonly answer: "no" | "nobody_there";
    readonly call: ConfirmedCall;
  }
  /** Removing the work tree of a task would lose or disturb something. */
  | {
    readonly code: "worktree_kept";
    readonly name: string;
    /** At least one; each with its remedy, as the words after "try:". */
    readonly reasons: readonly { readonly kind: string; readonly fact: string; readonly way: string }[];
    readonly next: NextSteps;
  }
  /** The request does not fit the current state. */
  | {
    readonly code: "refused";
    readonly action: string;
    readonly value: string;
    readonly fact: string;
    readonly suggestion?: string | undefined;
    readonly next: NextSteps;
  }
  /** What became of a process on another machine cannot be found out now. */
  | {
    readonly code: "end_unknown";
    readonly action: string;
    readonly value: string;
    readonly fact: string;
    readonly next: NextSteps;
  }
  /** The reference names no run. */
  | {
    readonly code: "run_not_found";
    readonly reference: string;
    readonly fact: string;
    readonly suggestion: string | undefined;
    /** undefined: to list the runs. */
    readonly next?: NextSteps;
  }
  /** A prefix that matches several runs. */
  | { readonly code: "run_ambiguous"; readonly reference: string; readonly matches: readonly string[] }
  /** The system gives no place for something that everything depends on, such as the home folder. */
  | {
    readonly code: "place_unknown";
    readonly what: string;
    readonly reason: string;
    readonly next: NextSteps;
  }
  /** A file is in the place of the state folder. */
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
    /** undefined where nothing is known that helps. */
    readonly remedy?: StateRemedy | undefined;
  }
  /** Nothing was signed. */
  | {
    readonly code: "not_signed";
    /** A run, or undefined where the key itself cannot be used. */
    readonly run: string | undefined;
    readonly fact: string;
    readonly next: NextSteps;
  }
  /** The inputs of a job or task cannot be determined in the way that its definition asks for. */
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
    /** The named lock that the job shares with others; undefined: its own lock. */
    readonly lock: string | undefined;
    /** The project root of the holder, where it differs from ours. */
    readonly holder_project: string | undefined;
    readonly holder_pid: number | undefined;
    /** The person or assistant that holds it, where that was noted. */
    readonly holder_name?: string | undefined;
    readonly holder_run: string | undefined;
    readonly since: string | undefined;
    /** Set where the call is a part of the run that holds it, which cannot end before. */
    readonly is_around?: boolean;
  }
  /** Somebody else owns the task, in this work tree or in another one of its repository. */
  | {
    readonly code: "task_owned";
    readonly name: string;
    /** undefined where it cannot be read. */
    readonly owner: TaskOwner | undefined;
  }
  /** A signal to this process ended a wait. */
  | { readonly code: "stopped_by_signal"; readonly signal: string; readonly while_doing: string }
  /** A file that the user named could not be read. */
  | {
    readonly code: "file_unreadable";
    readonly action: string;
    readonly path: string;
    readonly reason: string;
    readonly next?: NextSteps;
  }
  /** A file that we were to write for the user could not be written. */
  | {
    readonly code: "file_unwritable";
    readonly path: string;
    readonly reason: string;
    readonly next: NextSteps;
  }
  /** The system does not report changes of files. */
  | {
    readonly code: "watch_failed";
    readonly path: string;
    readonly reason: string;
    readonly next: NextSteps;
  }
  /** The file was written by a person, or its marks no longer delimit the generated part. */
  | {
    readonly code: "document_not_ours";
    readonly path: string;
    readonly fact: string;
    readonly next: NextSteps;
  }
  /** Documents differ from what the records give. */
  | {
    readonly code: "documents_outdated";
    readonly documents: readonly { readonly path: string; readonly state: "outdated" | "missing" }[];
    readonly next: NextSteps;
  }
  /** A required tool is missing, or its version cannot be used. */
  | {
    readonly code: "tool_missing";
    readonly tool: "git" | "gh";
    readonly action: string;
    readonly value: string;
    readonly fact: string;
  }
  /** An outside tool failed; the text is its own. */
  | {
    readonly code: "tool_failed";
    readonly tool: "git" | "gh";
    readonly action: string;
    readonly value: string;
    readonly fact: string;
    readonly next: NextSteps;
  }
  /** GitHub refused, or could not be reached; nothing was changed there. */
  | {
    readonly code: "github_failed";
    readonly action: string;
    readonly value: string;
    readonly problem: GitHubProblem;
  }
  /** It is unknown whether the change was made. */
  | {
    readonly code: "outcome_unknown";
    readonly action: string;
    readonly value: string;
    readonly fact: string;
  }
  /** A server outside did not take what was sent. */
  | {
    readonly code: "send_failed";
    readonly action: string;
    readonly value: string;
    readonly fact: string;
    readonly next: NextSteps;
  }
  /** A service could not be started, or did not become ready. */
  | {
    readonly code: "service_not_ready";
    readonly name: string;
    readonly fact: string;
    /** The end of its output, which shows the reason at once. */
    readonly last_lines: readonly string[];
    /** Its supervisor ended with it before it said anything. */
    readonly supervisor_exit_code?: number | undefined;
    readonly next: NextSteps;
  }
  /** A check ran, and its answer is no. */
  | {
    readonly code: "check_failed";
    readonly fact: string;
    readonly notes?: readonly string[];
    readonly next?: NextSteps;
  };

/** The way to make state readable again. */
export type StateRemedy = "permissions" | "in_the_way" | "damaged" | "newer_program";

export type FailureCode = Failure["code"];
