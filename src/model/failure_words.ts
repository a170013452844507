/** The words for each expected problem. Pure, and loaded only when there is one. */

import { inWords } from "./in_words.ts";
import { nextAdvice, nextCommand, type NextStep, type NextSteps, placeholder } from "./next_step.ts";
import type { JsonValue } from "./canonical_json.ts";
import type { FieldDifference } from "./difference.ts";
import type { Failure } from "./failure.ts";
import { describeGitHubProblem } from "./github_problem.ts";
import { stateRemedy } from "./state_remedy.ts";
import { ownerFacts, ownerName } from "./task_owner.ts";
import { quote, visible } from "./visible.ts";

/** The parts of a failure's message: the headline, what is known, what to do next. */
export interface FailureWords {
  /** `Cannot <action> "<value>": <fact>`, without a final dot. */
  readonly headline: string;
  readonly notes: readonly string[];
  readonly next: NextSteps;
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
        [nextAdvice("name an existing file with --config <path>")],
      );
    case "config_unreadable":
      return words(
        `Cannot read configuration ${quote(failure.path)}: ${failure.reason}`,
        [],
        [nextAdvice("repair it, or name another file with --config <path>")],
      );
    case "config_of_another_user":
      return words(
        `Cannot use configuration ${
          quote(failure.path)
        }: it belongs to another user (${failure.owner_id}), ` +
          "and it was not named explicitly",
        [],
        [nextCommand("", "--config", failure.path, placeholder("command"))],
      );
    case "config_invalid": {
      const count = failure.diagnostics.length;
      return words(
        `Cannot use configuration ${quote(failure.path)}: ${count} ${
          count === 1 ? "problem" : "problems"
        }, nothing was run`,
        [],
        [],
      );
    }
    case "job_not_found":
      return words(
        `Cannot find job ${quote(failure.name)}: ${
          failure.is_task ? "that is a task, and tasks are built, not run" : "no job has this name"
        }`,
        [didYouMean(failure.suggestion), knownNames("jobs", failure)],
        failure.is_task
          ? [nextCommand("plan status", failure.name)]
          : failure.suggestion === undefined
          ? [listOrInit("list", failure.config_path)]
          : [],
      );
    case "job_not_named": {
      const [first] = failure.known;
      return words(
        "Cannot run a job: no job was named, and the configuration sets no default",
        [knownNames("jobs", failure)],
        first === undefined ? [listOrInit("list", failure.config_path)] : [
          nextCommand("run", first),
          nextAdvice(`set default = "${first}" at the top of the configuration`),
        ],
      );
    }
    case "task_not_found":
      return words(
        `Cannot find task ${quote(failure.name)}: ${
          failure.is_job ? "that is a job, and jobs are run, not planned" : "no task has this name"
        }`,
        [
          didYouMean(failure.suggestion),
          knownNames("tasks", failure),
        ],
        [failure.is_job ? nextCommand("run", failure.name) : listOrInit("plan list", failure.config_path)],
      );
    case "service_not_found":
      return words(
        `Cannot find service ${quote(failure.name)}: no service has this name`,
        [
          didYouMean(failure.suggestion),
          knownNames("services", failure),
        ],
        failure.suggestion === undefined ? [listOrInit("service list", failure.config_path)] : [],
      );
    case "schedule_not_found":
      return words(
        `Cannot ${failure.action} schedule ${quote(failure.name)}: no ${
          failure.action === "install" ? "schedule" : "schedule or timer of this project"
        } has this name`,
        [
          didYouMean(failure.suggestion),
          failure.known.length > 0
            ? `known schedules: ${listed(failure.known)}`
            : "no schedule is configured",
        ],
        failure.suggestion === undefined ? [nextCommand("schedule list")] : [],
      );
    case "task_not_planned":
      return words(
        `Cannot build task ${quote(failure.name)}: it has no plan`,
        [],
        [
          nextCommand("plan create", failure.name),
          failure.of_all === true
            ? nextCommand("build run", "--all", "--plan")
            : failure.with_needs_of === undefined
            ? nextCommand("build run", failure.name, "--plan")
            : nextCommand("build run", failure.with_needs_of, "--with-needs", "--plan"),
        ],
      );
    case "definition_drifted":
      return words(
        `Cannot ${failure.action} ${quote(failure.name)}: its definition changed since it was planned`,
        [`planned in ${failure.plan}`, ...failure.differences.flatMap(differenceLines)],
        [nextCommand("plan create", failure.name), nextAdvice("restore the planned definition")],
      );
    case "needs_not_done": {
      // Building again would not help a need that is being built or waits for a person.
      const waiting = failure.needs.find(({ status }) => status === "in_progress");
      const plan = failure.plan || failure.needs.some(({ status }) => status === "unplanned");
      return words(
        `Cannot build task ${quote(failure.name)}: ${
          failure.needs.length === 1
            ? "a task that it needs is"
            : `${failure.needs.length} tasks that it needs are`
        } not done`,
        failure.needs.map(({ name, status, reason }) => `${name}: ${inWords(status)}, ${visible(reason)}`),
        [
          waiting === undefined
            ? nextCommand("build run", failure.name, "--with-needs", ...(plan ? ["--plan"] : []))
            : nextCommand("plan status", waiting.name),
        ],
      );
    }
    case "worktree_kept": {
      const [first, ...others] = failure.reasons;
      const subject = `Cannot remove the work tree of task ${quote(failure.name)}`;
      return others.length === 0
        ? words(`${subject}: ${visible(first?.fact ?? "")}`, [], failure.next)
        : words(
          `${subject}: there are ${failure.reasons.length} reasons to keep it`,
          failure.reasons.map(({ fact, way }) => `${visible(fact)}; remedy: ${visible(way)}`),
          failure.next,
        );
    }
    case "not_confirmed": {
      const { subject, name, question, answer } = failure;
      const call = failure.call === "of_several"
        ? nextAdvice("the same call with --yes, which answers every question with yes")
        : failure.call === "with_words"
        ? nextAdvice("the same call with --yes")
        : failure.call === "with_plan"
        ? nextCommand("build run", name, "--plan", "--yes")
        : nextCommand(subject === "job" ? "run" : "build run", name, "--yes");
      return words(
        `Cannot ${subject === "job" ? "run" : "build task"} ${quote(name)}: ${
          answer === "no"
            ? "confirmation was declined, so nothing was started"
            : "confirmation is required, and stdin is not a terminal"
        }`,
        answer === "no" ? [] : [`question: ${visible(question)}`],
        answer === "no" ? [] : [call],
      );
    }
    case "end_unknown":
      return words(
        `Cannot ${failure.action} ${quote(failure.value)}: ${failure.fact}`,
        [],
        failure.next,
      );
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
        failure.next ?? [nextCommand("runs list")],
      );
    case "run_ambiguous":
      return words(
        `Cannot find run ${
          quote(failure.reference)
        }: it matches the beginning of ${failure.matches.length} runs`,
        [`matching runs: ${listed(failure.matches)}`],
        [nextAdvice("give more of the run's id")],
      );
    case "place_unknown":
      return words(`Cannot find ${failure.what}: ${failure.reason}`, [], failure.next);
    case "state_unwritable":
      return words(
        `Cannot ${failure.action} ${quote(failure.path)}: ${failure.reason}`,
        [],
        [nextAdvice(
          "free some space or fix the permissions, or choose another folder with --state-dir <path>",
        )],
      );
    case "state_no_folder":
      return words(
        `Cannot keep records in ${quote(failure.path)}: ${failure.reason}`,
        [failure.named_by === undefined ? undefined : `the path comes from ${failure.named_by}`],
        [
          nextAdvice(
            failure.named_by === undefined
              ? "move what is in the way, or choose another place with --state-dir <path>"
              : "name a folder there, or another place with --state-dir <path>",
          ),
        ],
      );
    case "state_unreadable":
      return words(
        `Cannot ${failure.action} ${quote(failure.path)}: ${failure.reason}`,
        [],
        failure.remedy === "damaged"
          ? [nextCommand("doctor"), ...stateRemedy(failure.remedy)]
          : stateRemedy(failure.remedy),
      );
    case "not_signed":
      return words(
        `Cannot sign${failure.run === undefined ? "" : ` ${quote(failure.run)}`}: ${failure.fact}`,
        ["nothing was signed"],
        failure.next,
      );
    case "inputs_unknown":
      return words(
        `Cannot determine the inputs of ${failure.subject} ${quote(failure.name)}: ${failure.fact}`,
        [],
        [nextAdvice('make the folder a git repository, or list paths and globs instead of "@git"')],
      );
    case "busy":
      return words(
        `Cannot ${failure.subject === "job" ? "run" : "work on task"} ${quote(failure.name)}: ${
          failure.is_around === true
            ? `it would wait for ${
              failure.lock === undefined ? "itself" : `lock "${failure.lock}"`
            }, because this call is a part of the run that holds ${
              failure.lock === undefined ? "its lock" : "it"
            }`
            : failure.lock !== undefined
            ? `lock "${failure.lock}" is held`
            : failure.subject === "job"
            ? "it is already running"
            : "another process is working on it"
        }`,
        [
          [
            failure.holder_run === undefined ? undefined : `run ${failure.holder_run}`,
            holderWords(failure.holder_name, failure.holder_pid),
            failure.holder_project === undefined ? undefined : `in ${visible(failure.holder_project)}`,
            failure.since === undefined ? undefined : `since ${failure.since}`,
          ].filter((part) => part !== undefined).join(", ") || undefined,
        ],
        [
          nextAdvice(
            failure.subject === "task"
              ? "wait for it to end"
              : failure.is_around === true
              ? "call it outside of that run"
              : failure.lock === undefined
              ? 'wait for it, or set concurrency = "wait" or "allow" for this job'
              : 'wait for it, or set concurrency = "wait" for this job',
          ),
        ],
      );
    case "task_owned": {
      const { owner } = failure;
      return words(
        `Cannot work on task ${quote(failure.name)}: ${
          owner === undefined ? "somebody else takes it at the same time" : `${ownerName(owner)} owns it`
        }`,
        owner === undefined
          ? []
          : [ownerFacts(owner), "this ends with its process, or when a person releases it"],
        [nextCommand("plan release", failure.name)],
      );
    }
    case "stopped_by_signal":
      return words(`Cannot continue ${failure.while_doing}: received ${failure.signal}`, [], []);
    case "file_unreadable":
      return words(
        `Cannot ${failure.action} ${quote(failure.path)}: ${failure.reason}`,
        [],
        failure.next ?? [],
      );
    case "file_unwritable":
      return words(`Cannot write ${quote(failure.path)}: ${failure.reason}`, [], failure.next);
    case "watch_failed":
      return words(`Cannot watch ${quote(failure.path)}: ${failure.reason}`, [], failure.next);
    case "document_not_ours":
      return words(`Cannot update document ${quote(failure.path)}: ${failure.fact}`, [], failure.next);
    case "documents_outdated": {
      const { documents, next } = failure;
      const word = (state: "outdated" | "missing") => state === "missing" ? "missing" : "out of date";
      const [first, ...others] = documents;
      return first !== undefined && others.length === 0
        ? words(`Cannot confirm document ${quote(first.path)}: it is ${word(first.state)}`, [], next)
        : words(
          `Cannot confirm ${documents.length} documents: they differ from what the records give`,
          documents.map(({ path, state }) => `${visible(path)} is ${word(state)}`),
          next,
        );
    }
    case "tool_missing":
      return words(
        `Cannot ${failure.action} ${quote(failure.value)}: ${failure.fact}`,
        [],
        [
          nextAdvice(
            failure.tool === "gh"
              ? "install the GitHub CLI, gh 2.0 or newer, from https://cli.github.com, then run gh auth login"
              : "install git, or add its folder to PATH",
          ),
        ],
      );
    case "tool_failed":
    case "send_failed":
      return words(
        `Cannot ${failure.action} ${quote(failure.value)}: ${visible(failure.fact)}`,
        [],
        failure.next,
      );
    case "github_failed": {
      const { fact, next } = describeGitHubProblem(failure.problem, failure.value);
      return words(
        `Cannot ${failure.action} ${quote(failure.value)}: ${visible(fact)}`,
        [],
        next,
      );
    }
    case "outcome_unknown":
      return words(
        `Cannot ${failure.action} ${quote(failure.value)} for certain: ${
          visible(failure.fact)
        }; it is unknown whether the change was made`,
        [],
        [nextAdvice("run the command again: it first finds out what was done")],
      );
    case "service_not_ready":
      return words(
        `Cannot start service ${quote(failure.name)}: ${failure.fact}`,
        failure.last_lines.length === 0
          ? []
          : ["its last lines:", ...failure.last_lines.map((line) => `| ${visible(line)}`)],
        failure.next,
      );
    case "check_failed":
      return words(failure.fact, failure.notes ?? [], failure.next ?? []);
  }
}

/** `command[0]:  "make" -> "just"`, as two lines of minus and plus. */
export function differenceLines({ field, planned, now }: FieldDifference): readonly string[] {
  const written = (value: JsonValue | undefined) =>
    value === undefined ? "(nothing)" : visible(JSON.stringify(value));
  return [`${field}:`, `  - ${written(planned)}`, `  + ${written(now)}`];
}

function words(
  headline: string,
  notes: readonly (string | undefined)[],
  next: NextSteps,
): FailureWords {
  return { headline, notes: notes.filter((note) => note !== undefined), next };
}

function holderWords(name: string | undefined, pid: number | undefined): string | undefined {
  if (pid === undefined) return undefined;
  return name === undefined ? `by process ${pid}` : `by ${visible(name)} (process ${pid})`;
}

/** Without a configuration, there is nothing to list. */
function listOrInit(list: string, configPath: string | undefined): NextStep {
  return nextCommand(configPath === undefined ? "init" : list);
}

function didYouMean(suggestion: string | undefined): string | undefined {
  return suggestion === undefined ? undefined : `did you mean ${quote(suggestion)}?`;
}

function knownNames(
  noun: "jobs" | "tasks" | "services",
  { known, config_path }: { readonly known: readonly string[]; readonly config_path: string | undefined },
): string {
  if (known.length > 0) return `known ${noun}: ${listed(known)}`;
  return config_path === undefined ? "no configuration was found" : `${quote(config_path)} has no ${noun}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_KNOWN).map(visible).join(", ");
  return names.length > MAX_KNOWN ? `${shown} and ${names.length - MAX_KNOWN} more` : shown;
}
