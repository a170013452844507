/**
 * The candidates for a command line: jobs, tasks, criteria and runs, each with a short description. Reads no
 * more than needed.
 */

import { formatAge } from "../../model/duration.ts";
import type { Failure } from "../../model/failure.ts";
import { instantOf } from "../../model/ids.ts";
import { byName } from "../../model/names.ts";
import { looksLikeFlag } from "../../model/parameters.ts";
import { shellWord } from "../../model/shell_word.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunIndex } from "../../store/run_index.ts";
import { RunHistory } from "../runs/run_history.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface NamedThing {
  readonly name: string;
  readonly meaning: string;
}

type Named = Result<readonly NamedThing[], Failure>;

/** A longer list of ids does not help a person to choose. */
const MAX_RUNS = 30;

export async function nameJobs(workspace: Workspace): Promise<Named> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const { jobs, groups } = project.value;
  const shown = [
    ...jobs.values(),
    ...[...groups.values()].map((group) => ({
      ...group,
      description: group.description ?? `runs ${group.needs.join(", ")}`,
      command: [],
    })),
  ].filter(({ hidden }) => !hidden).sort((a, b) => byName(a.name, b.name));
  return ok(shown.flatMap((job) => [inWords(job), ...job.alias.map((name) => aliasOf(name, job.name))]));
}

/** The headings that jobs are listed under. */
export async function nameHeadings(workspace: Workspace): Promise<Named> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const { jobs, groups } = project.value;
  const headings = [...jobs.values(), ...groups.values()].flatMap(({ group }) => group ?? []);
  return ok([...new Set(headings)].sort(byName).map((name) => ({ name, meaning: "" })));
}

/**
 * The candidates after these words behind `--` of a job; undefined where the job takes any text there.
 * Without a name: for the default job.
 */
export async function nameArguments(
  workspace: Workspace,
  name: string | undefined,
  before: readonly string[],
  typed: string,
): Promise<Result<readonly NamedThing[] | undefined, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const { jobs, aliases, defaultJob } = project.value;
  const args = jobs.get(name === undefined ? defaultJob ?? "" : aliases.get(name) ?? name)?.args;
  if (args === undefined) return ok(undefined);
  const end = before.indexOf("--");
  const takesFlags = end < 0;
  const values = [
    ...before.slice(0, takesFlags ? before.length : end).filter((word) => !looksLikeFlag(word)),
    ...(takesFlags ? [] : before.slice(end + 1)),
  ];
  const unused = args.filter((each) => each.kind === "flag" && takesFlags && !before.includes(each.flag));
  const flags = unused.flatMap((each) =>
    each.kind === "flag" ? [{ name: each.flag, meaning: each.description ?? "" }] : []
  );
  if (takesFlags && typed.startsWith("-")) return ok(flags);
  const value = args.filter((each) => each.kind === "value")[values.length];
  // If only flags can follow, they are offered at once.
  if (value === undefined) return ok(flags);
  if (value.choices === undefined) return ok(undefined);
  return ok(value.choices.map((choice) => ({ name: choice, meaning: value.description ?? "" })));
}

export async function nameTasks(workspace: Workspace): Promise<Named> {
  const project = await workspace.project();
  return project.ok ? ok([...project.value.tasks.values()].map(inWords)) : project;
}

export async function nameServices(workspace: Workspace): Promise<Named> {
  const project = await workspace.project();
  return project.ok ? ok([...project.value.services.values()].map(({ job }) => inWords(job))) : project;
}

export async function nameSchedules(workspace: Workspace): Promise<Named> {
  const project = await workspace.project();
  if (!project.ok) return project;
  return ok(
    [...project.value.schedules.values()].map(({ name, job, at }) => ({ name, meaning: `${job}, ${at}` })),
  );
}

/** The criteria of one task; empty where the task does not exist. */
export async function nameCriteria(workspace: Workspace, task: string): Promise<Named> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const criteria = project.value.tasks.get(task)?.acceptance ?? [];
  return ok(criteria.map(({ id, text }) => ({ name: id, meaning: text })));
}

/** The jobs and tasks with recorded runs. */
export async function nameRecorded(workspace: Workspace): Promise<Named> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const names = store.value.names();
  if (!names.ok) return names;
  return ok([
    ...names.value.map((name) => ({ name, meaning: "" })),
    ...await aliases(workspace, names.value),
  ]);
}

/** Aliases of jobs with recorded runs. */
async function aliases(workspace: Workspace, recorded: readonly string[]): Promise<readonly NamedThing[]> {
  const project = await workspace.project();
  if (!project.ok) return [];
  return [...project.value.aliases].filter(([, job]) => recorded.includes(job))
    .map(([alias, job]) => aliasOf(alias, job));
}

function aliasOf(alias: string, job: string): NamedThing {
  return { name: alias, meaning: `alias of ${job}` };
}

/**
 * References to a run that begin with `typed`: a job for its newest run, `name/last`, ids, and the times in
 * them.
 */
export async function nameRuns(workspace: Workspace, typed: string): Promise<Named> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const names = store.value.names();
  if (!names.ok) return names;
  const [wanted, rest] = typed.split("/");
  const things: NamedThing[] = [];
  for (const name of names.value) {
    if (rest === undefined && name.startsWith(typed)) things.push({ name, meaning: "its newest run" });
    if (rest !== undefined && name === wanted) {
      things.push({ name: `${name}/last`, meaning: "its newest run" });
    }
  }
  things.push(...(await aliases(workspace, names.value)).filter(({ name }) => name.startsWith(typed)));
  const history = RunHistory.open(
    store.value,
    rest !== undefined && names.value.includes(wanted!) ? wanted : undefined,
  );
  if (!history.ok) return history;
  const nowMs = workspace.host.clock.nowMs();
  const beginning = (index: RunIndex) => {
    if (`${index.name}/`.startsWith(typed)) return index.beginningWith("");
    const isOfName = typed.startsWith(`${index.name}/`);
    return index.beginningWith(isOfName ? typed.slice(index.name.length + 1) : typed);
  };
  const ids: NamedThing[] = [];
  for (const { id, timestamp, index } of history.value.newestFirst(undefined, beginning)) {
    if (ids.length >= MAX_RUNS) break;
    const age = formatAge(nowMs - instantOf(timestamp));
    ids.push(
      id.startsWith(typed)
        ? { name: id, meaning: age }
        : { name: timestamp, meaning: `${index.name}, ${age}` },
    );
  }
  history.value.keep();
  return ok([...things, ...ids]);
}

function inWords(
  { name, description, command }: {
    readonly name: string;
    readonly description: string | undefined;
    readonly command: readonly string[];
  },
): NamedThing {
  return { name, meaning: description ?? command.map(shellWord).join(" ") };
}
