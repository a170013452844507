/** The last recorded run of each job. */

import type { Failure } from "../../model/failure.ts";
import { nameProblem } from "../../model/ids.ts";
import type { RunRecord } from "../../model/run.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { nextCommand } from "../../model/next_step.ts";
import { suggest } from "../../model/suggest.ts";
import type { DamagedRecord, StoredRun } from "../../store/run_store.ts";
import { type OlderRecords, olderRecords } from "../workspace/older_records.ts";
import { siblingsOf } from "../workspace/siblings.ts";
import { type RunView, viewOf } from "../runs/run_view.ts";
import { runningNow } from "../runs/named_runs.ts";
import { otherConfig } from "../workspace/other_config.ts";
import { groupFailure } from "./find_job.ts";
import { type SeenOutside, seenOutside } from "./seen_outside.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface JobStatus {
  readonly name: string;
  readonly description: string | undefined;
  /** undefined: never run, according to the state folder. */
  readonly last: RunView | undefined;
  /**
   * The configuration of the run, where it is not the current one: one folder can hold the records of several
   * configurations.
   */
  readonly elsewhere: string | undefined;
  /** Newer records that cannot be read. */
  readonly damaged: readonly DamagedRecord[];
  /** Its command was seen to run outside since then, which is no run; undefined where it was not. */
  readonly seen: SeenOutside | undefined;
}

export interface StatusReport {
  /** undefined: no configuration was found. */
  readonly configPath: string | undefined;
  readonly jobs: readonly JobStatus[];
  /** The last runs of the same jobs in other work trees of the repository. */
  readonly siblings: readonly SiblingRun[];
  /** Where older records of this project are, as long as it has none here. */
  readonly older: OlderRecords | undefined;
  /** The running runs, newest first; of a graph, the graph alone. */
  readonly running: readonly RunRecord[];
  readonly nowMs: number;
}

export interface SiblingRun {
  readonly root: string;
  /** From the project root, as in `../feature-x`. */
  readonly way: string;
  readonly stateDir: string;
  /** The newest run of each requested job. */
  readonly last: RunView;
}

/**
 * For all configured jobs, or for one; a job that is no longer configured is shown as long as it has runs.
 */
export async function showStatus(
  workspace: Workspace,
  asked: string | undefined,
): Promise<Result<StatusReport, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const store = await workspace.store();
  if (!store.ok) return store;
  const { jobs, groups, aliases } = project.value;
  const configPath = project.value.configPath === "" ? undefined : project.value.configPath;
  const name = asked === undefined ? undefined : aliases.get(asked) ?? asked;
  await workspace.debug(project.value.logging, "status shown", { event: "status", job: name });

  const notes = await workspace.hookNotes();
  if (!notes.ok) return notes;
  const rows: JobStatus[] = [];
  for (const each of name === undefined ? jobs.keys() : [name]) {
    // A name that is not configured can be any text; only validated names become paths.
    const wanted = jobs.has(each) || isRecorded(store.value, each);
    const latest = wanted ? store.value.latest(each) : ok({ run: undefined, damaged: [] });
    if (!latest.ok) return latest;
    const { run, damaged } = latest.value;
    rows.push({
      name: each,
      description: jobs.get(each)?.description,
      last: run === undefined ? undefined : viewOf(run, workspace.host.processes),
      elsewhere: run === undefined ? undefined : await otherConfig(workspace, run.record.intent.config_path),
      damaged,
      seen: seenOutside(notes.value, each, run?.record),
    });
  }
  const isKnown = name === undefined || jobs.has(name) ||
    rows.some((row) => row.last !== undefined || row.damaged.length > 0);
  const group = name === undefined || isKnown ? undefined : groups.get(name);
  if (group !== undefined) {
    return fail(groupFailure("show the status of", group, nextCommand("status")));
  }
  if (!isKnown) {
    return fail({
      code: "job_not_found",
      name,
      known: [...jobs.keys()],
      suggestion: suggest(name, [...jobs.keys(), ...aliases.keys()]),
      is_task: project.value.tasks.has(name),
      config_path: configPath,
    });
  }
  const running = runningNow(store.value, name);
  if (!running.ok) return running;
  const older = await olderRecords(workspace);
  if (!older.ok) return older;
  return ok({
    configPath,
    jobs: rows,
    siblings: await siblingRuns(workspace, rows.map((row) => row.name)),
    older: older.value,
    running: running.value,
    nowMs: workspace.host.clock.nowMs(),
  });
}

async function siblingRuns(workspace: Workspace, names: readonly string[]): Promise<readonly SiblingRun[]> {
  const found: SiblingRun[] = [];
  for (const { root, way, store } of await siblingsOf(workspace)) {
    let newest: StoredRun | undefined;
    // A name that is not configured can be any text.
    for (const name of names.filter((each) => nameProblem(each) === undefined)) {
      const latest = store.latest(name);
      const run = latest.ok ? latest.value.run : undefined;
      if (run !== undefined && run.record.start_time > (newest?.record.start_time ?? "")) newest = run;
    }
    if (newest === undefined) continue;
    const last = viewOf(newest, workspace.host.processes);
    found.push({ root, way, stateDir: store.layout.stateDir, last });
  }
  return found;
}

function isRecorded(store: { names(): Result<readonly string[], Failure> }, name: string): boolean {
  const names = store.names();
  return names.ok && names.value.includes(name);
}
