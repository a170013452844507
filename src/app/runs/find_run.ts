/** Finds the stored run that a reference names. */

import type { Failure } from "../../model/failure.ts";
import { runIdOf } from "../../model/ids.ts";
import type { RunRecord } from "../../model/run_record.ts";
import { resolveReference } from "../../model/run_reference.ts";
import { GRAPH_NAMES } from "../../model/graph_words.ts";
import { nextCommand, type NextStep, type NextSteps } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { suggest } from "../../model/suggest.ts";
import { RunIndex } from "../../store/run_index.ts";
import type { DamagedRecord, RunStore, StoredRun } from "../../store/run_store.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface FoundRun {
  readonly run: StoredRun;
  /** Newer records of the same job that could not be read. */
  readonly damaged: readonly DamagedRecord[];
}

/**
 * `asked` may begin with an alias of a job. `isMeant` selects the run that a name alone refers to; without it,
 * the newest.
 */
export async function findRun(
  workspace: Workspace,
  store: RunStore,
  asked: string,
  isMeant: (record: RunRecord) => boolean = () => true,
): Promise<Result<FoundRun, Failure>> {
  const text = await workspace.resolveAlias(asked);
  const names = store.names();
  if (!names.ok) return names;
  let unreadable: Failure | undefined;
  const reference = resolveReference(text, {
    names: names.value,
    has: (id) => store.has(id),
    beginningWith(name, begin) {
      const index = RunIndex.open(store.parts, name);
      if (!index.ok) {
        unreadable ??= index.failure;
        return [];
      }
      const { start, end } = index.value.beginningWith(begin);
      index.value.keep();
      return Array.from({ length: end - start }, (_, at) => index.value.timestampAt(end - 1 - at));
    },
  });
  if (unreadable !== undefined) return fail(unreadable);
  switch (reference.kind) {
    case "run": {
      const run = store.read(reference.id);
      return run.ok ? ok({ run: run.value, damaged: [] }) : run;
    }
    case "newest": {
      const latest = store.latest(reference.name);
      if (!latest.ok) return latest;
      const { run, damaged } = latest.value;
      if (run !== undefined) return ok({ run: newestMeant(store, run, isMeant), damaged });
      return damaged.length > 0
        ? fail({ code: "state_unreadable", action: "read the record", ...damaged[0]! })
        : notFound(text, `${reference.name} has no runs`, undefined);
    }
    case "none": {
      const unrecorded = await configured(workspace, text, names.value);
      return unrecorded === undefined
        ? notFound(text, reference.fact, suggest(text.replace(/\/.*$/, ""), names.value))
        : notFound(text, unrecorded.fact, undefined, [unrecorded.next]);
    }
    case "several":
      return fail({ code: "run_ambiguous", reference: text, matches: reference.ids });
  }
}

/**
 * Why what the configuration calls by this name has no run, and how it gets one; undefined for other words, and where it cannot be
 * read.
 */
async function configured(
  workspace: Workspace,
  name: string,
  recorded: readonly string[],
): Promise<{ readonly fact: string; readonly next: NextStep } | undefined> {
  const project = await workspace.project();
  if (!project.ok) return undefined;
  const { jobs, groups, tasks, services } = project.value;
  const none = (noun: string) => `no run of this ${noun} is recorded`;
  if (jobs.has(name)) return { fact: none("job"), next: nextCommand("run", name) };
  if (tasks.has(name)) return { fact: none("task"), next: nextCommand("plan status", name) };
  if (services.has(name)) return { fact: none("service"), next: nextCommand("service start", name) };
  if (!groups.has(name)) return undefined;
  const graph = GRAPH_NAMES.find((each) => recorded.includes(each) && !jobs.has(each) && !tasks.has(each));
  return {
    fact: "it has no command, and so no runs of its own; it runs as a graph",
    next: graph === undefined ? nextCommand("run", name) : nextCommand("runs list", graph),
  };
}

function newestMeant(store: RunStore, newest: StoredRun, isMeant: (record: RunRecord) => boolean): StoredRun {
  if (isMeant(newest.record)) return newest;
  const { name } = newest.record;
  const timestamps = store.timestamps(name);
  for (const timestamp of timestamps.ok ? timestamps.value : []) {
    const run = store.read(runIdOf(name, timestamp));
    if (run.ok && isMeant(run.value.record)) return run.value;
  }
  return newest;
}

function notFound(
  reference: string,
  fact: string,
  suggestion: string | undefined,
  next?: NextSteps,
): Result<never, Failure> {
  return fail({
    code: "run_not_found",
    reference,
    fact,
    suggestion,
    ...(next === undefined ? {} : { next }),
  });
}
