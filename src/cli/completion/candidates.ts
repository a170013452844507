/** The candidates for a cursor on a command line. Knows no shell. */

import { ALL_COMMANDS } from "../help/show_help.ts";
import type { NamedThing } from "../../app/setup/completion_candidates.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { RUN_STATUSES } from "../../model/run.ts";
import { type AnyCommand, pathOf } from "../base/command_tree.ts";
import type { Invocation } from "../base/invocation.ts";
import { SHELLS } from "./scripts.ts";
import { TOPIC_SENTENCES } from "../help/topics.ts";
import { type Cursor, placeholderOf } from "./cursor.ts";

export type Candidates =
  /** Shells complete files better. */
  | { readonly kind: "files" }
  | { readonly kind: "words"; readonly words: readonly NamedThing[] };

type Kind =
  | "files"
  | "nothing"
  | "jobs"
  | "headings"
  | "tasks"
  | "services"
  | "schedules"
  | "jobs_and_tasks"
  | "criteria"
  | "runs"
  | "repeatable_runs"
  | "recorded"
  | "statuses"
  | "shells"
  | "help";

/** The kind of an argument or option value, by its name in help. A new name has to be added here. */
export const KINDS: Readonly<Record<string, Kind>> = {
  path: "files",
  glob: "files",
  files: "files",
  args: "files",
  job: "jobs",
  heading: "headings",
  task: "tasks",
  service: "services",
  schedule: "schedules",
  timers: "nothing",
  "job-or-task": "jobs_and_tasks",
  "run-or-task": "recorded",
  criterion: "criteria",
  run: "runs",
  "graph-run": "repeatable_runs",
  name: "recorded",
  status: "statuses",
  shell: "shells",
  words: "help",
  lines: "nothing",
  n: "nothing",
  duration: "nothing",
  text: "nothing",
  rev: "nothing",
  branch: "nothing",
  regexp: "nothing",
  cursor: "nothing",
  caller: "nothing",
  repo: "nothing",
  label: "nothing",
  variable: "nothing",
};

const NONE: Candidates = { kind: "words", words: [] };

export async function candidatesAt(cursor: Cursor, invocation: Invocation): Promise<Candidates> {
  switch (cursor.expects.kind) {
    case "foreign":
      return await argumentsAt(cursor, cursor.expects.words, invocation);
    case "option":
      return starting(cursor, optionsAt(cursor));
    case "value": {
      const { option } = cursor.expects;
      if (option.argChoices !== undefined) return starting(cursor, option.argChoices.map(alone));
      return await ofKind(KINDS[placeholderOf(option) ?? ""] ?? "nothing", cursor, invocation);
    }
    case "word": {
      const { command, given } = cursor;
      if (given.length === 0 && command.commands.length > 0) return starting(cursor, commandsAt(command));
      const { registeredArguments: wanted } = command;
      const last = wanted.at(-1);
      const argument = wanted[given.length] ?? (last?.variadic === true ? last : undefined);
      // Words after a job's name belong to the job, and only after `--`.
      if (argument === undefined || argument.name() === "args") return NONE;
      return await ofKind(KINDS[argument.name()] ?? "nothing", cursor, invocation);
    }
  }
}

/** After `--`: the declared arguments of the job, or files if it takes any words. */
async function argumentsAt(
  cursor: Cursor,
  before: readonly string[],
  invocation: Invocation,
): Promise<Candidates> {
  const workspace = pathOf(cursor.command) === "orchastration run" ? invocation.workspace() : undefined;
  if (workspace === undefined || !workspace.ok) return { kind: "files" };
  const { nameArguments } = await import("../../app/setup/completion_candidates.ts");
  const named = await nameArguments(workspace.value, cursor.given[0], before, cursor.typed);
  if (!named.ok || named.value === undefined) return { kind: "files" };
  return starting(cursor, named.value);
}

function commandsAt(command: AnyCommand): readonly NamedThing[] {
  return command.commands.map((each) => ({ name: each.name(), meaning: each.summary() }));
}

function optionsAt({ command, options }: Cursor): readonly NamedThing[] {
  return command.createHelp().visibleOptions(command)
    .filter(({ long, required }) => required || !options.has(long ?? ""))
    .flatMap(({ long, description }) =>
      typeof long === "string" ? [{ name: long, meaning: description }] : []
    );
}

async function ofKind(kind: Kind, cursor: Cursor, invocation: Invocation): Promise<Candidates> {
  switch (kind) {
    case "files":
      return { kind: "files" };
    case "nothing":
      return NONE;
    case "statuses":
      return starting(cursor, RUN_STATUSES.map(alone));
    case "shells":
      return starting(cursor, SHELLS.map(alone));
    case "help":
      return starting(cursor, helpWords(cursor));
    case "jobs":
    case "headings":
    case "tasks":
    case "services":
    case "schedules":
    case "jobs_and_tasks":
    case "criteria":
    case "runs":
    case "repeatable_runs":
    case "recorded": {
      const workspace = invocation.workspace();
      if (!workspace.ok) return NONE;
      const named = await namedThings(kind, cursor, workspace.value);
      // While typing, problems are not shown; the command itself will report them.
      if (!named.ok) return NONE;
      // If several jobs can be named, a job that is already named is not offered again.
      const things = kind === "jobs"
        ? named.value.filter(({ name }) => !cursor.given.includes(name))
        : named.value;
      return starting(cursor, things);
    }
  }
}

async function namedThings(
  kind:
    | "jobs"
    | "headings"
    | "tasks"
    | "services"
    | "schedules"
    | "jobs_and_tasks"
    | "criteria"
    | "runs"
    | "repeatable_runs"
    | "recorded",
  cursor: Cursor,
  workspace: Workspace,
): Promise<Result<readonly NamedThing[], Failure>> {
  const things = await import("../../app/setup/completion_candidates.ts");
  switch (kind) {
    case "jobs":
      return await things.nameJobs(workspace);
    case "headings":
      return await things.nameHeadings(workspace);
    case "tasks":
      return await things.nameTasks(workspace);
    case "services":
      return await things.nameServices(workspace);
    case "schedules":
      return await things.nameSchedules(workspace);
    case "jobs_and_tasks": {
      const [jobs, tasks] = [await things.nameJobs(workspace), await things.nameTasks(workspace)];
      return jobs.ok && tasks.ok ? ok([...jobs.value, ...tasks.value]) : jobs.ok ? tasks : jobs;
    }
    case "criteria":
      return await things.nameCriteria(workspace, cursor.given[0] ?? "");
    case "runs":
      return await things.nameRuns(workspace, cursor.typed);
    case "repeatable_runs":
      return await things.nameRepeatable(workspace, cursor.typed);
    case "recorded":
      return await things.nameRecorded(workspace);
  }
}

/** The words after `help`: command paths, and topics. */
function helpWords({ command, given }: Cursor): readonly NamedThing[] {
  let at = command.parent as AnyCommand;
  for (const word of given) {
    const next = at.commands.find((each) => each.name() === word);
    if (next === undefined) return [];
    at = next as AnyCommand;
  }
  const commands = commandsAt(at);
  if (given.length > 0) return commands;
  const topics = Object.entries(TOPIC_SENTENCES).map(([name, meaning]) => ({ name, meaning }));
  const all = { name: ALL_COMMANDS, meaning: "every command in one list" };
  return [...commands.filter(({ name }) => !(name in TOPIC_SENTENCES)), all, ...topics];
}

function alone(name: string): NamedThing {
  return { name, meaning: "" };
}

function starting({ typed, prefix }: Cursor, words: readonly NamedThing[]): Candidates {
  const fitting = words.filter(({ name }) => name.startsWith(typed));
  return { kind: "words", words: fitting.map(({ name, meaning }) => ({ name: prefix + name, meaning })) };
}
