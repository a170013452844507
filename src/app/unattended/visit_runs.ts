/**
 * Goes on, as far as it can now, with every run that was handed over. Any command that shows runs does so first; the lock of
 * each run lets one process do it.
 */

import type { Failure } from "../../model/failure.ts";
import { describeFailure } from "../../model/failure_words.ts";
import type { RunId } from "../../model/ids.ts";
import type { Result } from "../../model/result.ts";
import { handedOver, hasHandedOver, isJustAsked, noteAsked, readHandover } from "../../store/handover.ts";
import { slurmTools } from "../slurm/slurm_tools.ts";
import type { VisitRequest } from "../workspace/face_ports.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { visitGraph } from "./visit_graph.ts";
import { type Visit, visitRun } from "./visit_run.ts";

/** How long another process may have a run that is to be ended, and how often that is looked for. */
const HELD_BOUND_MS = 10_000;
const HELD_LOOK_MS = 200;

/** Nothing happens where no run was handed over. A failure of one run does not concern the others. */
export async function visitRuns(workspace: Workspace, request: VisitRequest): Promise<void> {
  const [project, store] = [await workspace.project(), await workspace.store()];
  if (!project.ok || !store.ok) return;
  const { parts } = store.value;
  const runs = handedOver(parts).filter((id) => request.only?.has(id) !== false)
    .map((id) => ({ id, handover: readHandover(parts, id) }));
  const [first] = runs;
  if (first === undefined) return;
  const pollMs = first.handover?.settings.pollMs ?? 0;
  slurmTools(workspace.host).askWithin(request.boundMs);
  const isAsked = request.stop === undefined && isJustAsked(parts, pollMs * 0.9);
  if (!isAsked) noteAsked(parts);
  const visit: Visit = { workspace, store: store.value, project: project.value, request, isAsked };
  const tell = async (id: RunId, visiting: Promise<Result<void, Failure>>) => {
    const visited = await visiting;
    if (visited.ok) return;
    const { headline } = describeFailure(visited.failure);
    workspace.warn(headline.includes(id) ? headline : `Cannot go on with ${id}: ${headline}`);
  };
  const isGraph = (run: typeof first) => run.handover?.kind === "graph_handover";
  const jobs = runs.filter((run) => !isGraph(run)).map(({ id }) => id);
  const graphs = runs.filter(isGraph).map(({ id }) => id);
  if (request.stop === undefined) {
    for (const id of jobs) await tell(id, visitRun(visit, id));
    // After their nodes, whose ends let others begin.
    for (const id of graphs) await tell(id, visitGraph(visit, id));
  } else {
    const isOpen = (id: RunId) => handedOver(parts).includes(id);
    const { clock } = workspace.host;
    const giveUpAtMs = clock.monotonicMs() + HELD_BOUND_MS;
    // Another process that only looks has a run for a moment.
    while ([...jobs, ...graphs].some(isOpen) && clock.monotonicMs() < giveUpAtMs) {
      // Ends are waited for, all at a time.
      await Promise.all(jobs.filter(isOpen).map((id) => tell(id, visitRun(visit, id))));
      for (const id of graphs.filter(isOpen)) await tell(id, visitGraph(visit, id));
      if ([...jobs, ...graphs].some(isOpen)) await clock.after(HELD_LOOK_MS).elapsed;
    }
  }
  // A controller may have taken seconds to answer, and the interval is the time that it is left alone.
  if (!isAsked || !hasHandedOver(parts)) noteAsked(parts);
}
