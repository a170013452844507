/**
 * The candidates for a command line: jobs, tasks, criteria and runs, each with a short description. Reads no
 * more than needed.
 */

import { formatAge } from "../../model/duration.ts";
import type { Failure } from "../../model/failure.ts";
import { GRAPH_NAMES } from "../../model/graph_words.ts";
import { instantOf, type RunId } from "../../model/ids.ts";
import { byName } from "../../model/names.ts";
import { looksLikeFlag } from "../../model/parameters.ts";
import { shellWord } from "../../model/shell_word.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord, RunStatus } from "../../model/run.ts";
import type { RunIndex } from "../../store/run_index.ts";
import type { RunStore } from "../../store/run_store.ts";
import { RunHistory } from "../runs/run_history.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface NamedThing {
  readonly name: string;
  readonly meaning: string;
}

type Named = Result<readonly NamedThing[], Failure>;

/** A longer list of ids does not help a person to choose. */
const MAX_RUNS = 30;
/** Records that are read for one list. */
const MAX_READ = 60;

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

/** Selects runs, first by what is known without their records. */
interface Choice {
  readonly names: readonly string[];
  mayBeMeant(ended: RunStatus | undefined): boolean;
  isMeant(id: RunId): boolean;
  /** Whether the name alone refers to such a run. */
  isNewestMeant(name: string): boolean;
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
  const others = (await aliases(workspace, names.value)).filter(({ name }) => name.startsWith(typed));
  return referencesTo(store.value, typed, {
    names: names.value,
    mayBeMeant: () => true,
    isMeant: () => true,
    isNewestMeant: () => true,
  }, others);
}

/** The same for runs of several jobs in which something is left to run again. */
export async function nameRepeatable(workspace: Workspace, typed: string): Promise<Named> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const names = store.value.names();
  if (!names.ok) return names;
  let read = 0;
  const isMeant = (id: RunId) => {
    if (++read > MAX_READ) return false;
    const run = store.value.read(id);
    return run.ok && isRepeatable(run.value.record);
  };
  return referencesTo(store.value, typed, {
    names: names.value.filter((name) => GRAPH_NAMES.includes(name)),
    mayBeMeant: (ended) => ended !== "succeeded" && ended !== "up_to_date",
    isMeant,
    isNewestMeant(name) {
      const newest = store.value.latest(name);
      return newest.ok && newest.value.run !== undefined && isRepeatable(newest.value.run.record);
    },
  }, []);
}

/** The refusals of run_again.ts that its record alone tells. */
function isRepeatable({ action, status, graph }: RunRecord): boolean {
  return action === "graph.run" && status !== "running" && status !== "succeeded" &&
    graph?.nodes.every(({ subject }) => subject !== "task") === true;
}

function referencesTo(
  store: RunStore,
  typed: string,
  { names, mayBeMeant, isMeant, isNewestMeant }: Choice,
  others: readonly NamedThing[],
): Named {
  const [wanted, rest] = typed.split("/");
  const things: NamedThing[] = [];
  for (const name of names) {
    const isTyped = rest === undefined ? name.startsWith(typed) : name === wanted;
    if (!isTyped || !isNewestMeant(name)) continue;
    things.push({ name: rest === undefined ? name : `${name}/last`, meaning: "its newest run" });
  }
  things.push(...others);
  const history = RunHistory.open(store, rest !== undefined && names.includes(wanted!) ? wanted : undefined);
  if (!history.ok) return history;
  const nowMs = store.parts.clock.nowMs();
  const beginning = (index: RunIndex) => {
    if (!names.includes(index.name)) return { start: 0, end: 0 };
    if (`${index.name}/`.startsWith(typed)) return index.beginningWith("");
    const isOfName = typed.startsWith(`${index.name}/`);
    return index.beginningWith(isOfName ? typed.slice(index.name.length + 1) : typed);
  };
  const ids: NamedThing[] = [];
  for (const { id, timestamp, index } of history.value.newestFirst(mayBeMeant, beginning)) {
    if (ids.length >= MAX_RUNS) break;
    if (!isMeant(id)) continue;
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
