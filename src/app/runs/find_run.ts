/** Finds the stored run that a reference names. */

import type { Failure } from "../../model/failure.ts";
import { runIdOf } from "../../model/ids.ts";
import type { RunRecord } from "../../model/run_record.ts";
import { resolveReference } from "../../model/run_reference.ts";
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
      const unrecorded = await configured(workspace, text);
      return unrecorded === undefined
        ? notFound(text, reference.fact, suggest(text.replace(/\/.*$/, ""), names.value))
        : notFound(text, `no run of this ${unrecorded.noun} is recorded`, undefined, [unrecorded.next]);
    }
    case "several":
      return fail({ code: "run_ambiguous", reference: text, matches: reference.ids });
  }
}

/** What the configuration calls by this name, and how it gets a run; undefined for other words, and where it cannot be read. */
async function configured(
  workspace: Workspace,
  name: string,
): Promise<{ readonly noun: string; readonly next: NextStep } | undefined> {
  const project = await workspace.project();
  if (!project.ok) return undefined;
  const { jobs, tasks, services } = project.value;
  if (jobs.has(name)) return { noun: "job", next: nextCommand("run", name) };
  if (tasks.has(name)) return { noun: "task", next: nextCommand("plan status", name) };
  return services.has(name) ? { noun: "service", next: nextCommand("service start", name) } : undefined;
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
