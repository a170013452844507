/** One run in full: its record, why it ran, what is left of it, and the runs beside it. */

import type { Failure } from "../../model/failure.ts";
import { causeRecordWords, whyWords } from "../../model/cause_words.ts";
import { type RunId, runIdOf, type Timestamp } from "../../model/ids.ts";
import { nextCommand } from "../../model/next_step.ts";
import { ok, type Result } from "../../model/result.ts";
import { noteOnProgram, type RunRecord } from "../../model/run.ts";
import { RunIndex } from "../../store/run_index.ts";
import { explainRun } from "../inputs/explain_run.ts";
import { describeLiving } from "../recording/living_processes.ts";
import { showRun } from "../runs/show_run.ts";
import type { ProcessState } from "../runs/run_view.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { TypedCommand } from "./typed_command.ts";

/** A run can differ in every file of a large repository. */
const MAX_CAUSES = 200;

export interface RunPage {
  readonly kind: "run";
  /** Without the token that finds its processes. */
  readonly record: Omit<RunRecord, "token">;
  /** The path of the record. */
  readonly path: string;
  readonly processState: ProcessState | null;
  /** What may be left of it after a crash, as a sentence. */
  readonly living: string | undefined;
  /** Why it ran, or why it did not have to, in one line; undefined where its definition has no inputs. */
  readonly why: string | undefined;
  /** Each difference from the inputs of the run that it was compared with, as half a sentence. */
  readonly causes: readonly string[];
  readonly moreCauses: number;
  /** The likely mistake behind its failure, as a sentence. */
  readonly note: string | undefined;
  readonly older: RunId | undefined;
  readonly newer: RunId | undefined;
  /** The problem of the notification of its end. */
  readonly noticeProblem: string | undefined;
  readonly commands: readonly TypedCommand[];
  readonly nowMs: number;
}

export async function runPage(workspace: Workspace, reference: string): Promise<Result<RunPage, Failure>> {
  const shown = await showRun(workspace, reference);
  if (!shown.ok) return shown;
  const { view, living, notice, nowMs } = shown.value;
  const { token: _, ...record } = view.record;
  const explained = record.inputs === undefined ? undefined : await explainRun(workspace, record.id);
  const causes = explained?.ok ? explained.value.causes : [];
  return ok({
    kind: "run",
    record,
    path: view.path,
    processState: view.process_state,
    living: living === undefined || (living !== "unknown" && living.length === 0)
      ? undefined
      : describeLiving(living, view.record),
    why: whyWords(view.record),
    causes: causes.slice(0, MAX_CAUSES).map(causeRecordWords),
    moreCauses: Math.max(0, causes.length - MAX_CAUSES) + (explained?.ok ? explained.value.more : 0),
    note: noteOnProgram(view.record),
    ...await neighbours(workspace, record.id, record.name),
    noticeProblem: notice?.problem ?? undefined,
    commands: commandsFor(view.record),
    nowMs,
  });
}

async function neighbours(
  workspace: Workspace,
  id: RunId,
  name: string,
): Promise<Pick<RunPage, "older" | "newer">> {
  const none = { older: undefined, newer: undefined };
  const store = await workspace.store();
  if (!store.ok) return none;
  const index = RunIndex.open(store.value.parts, name);
  if (!index.ok) return none;
  const at = index.value.lowerBound(id.slice(name.length + 1) as Timestamp);
  const idAt = (position: number) =>
    position >= 0 && position < index.value.size
      ? runIdOf(name, index.value.timestampAt(position))
      : undefined;
  return { older: idAt(at - 1), newer: idAt(at + 1) };
}

function commandsFor({ id, name, action, status, recovery, graph }: RunRecord): readonly TypedCommand[] {
  const commands: TypedCommand[] = [];
  if (status === "running") commands.push({ does: "stop it", step: nextCommand("stop", id) });
  if (status === "interrupted" && recovery === null) {
    commands.push({ does: "finish its record", step: nextCommand("recover", id) });
  }
  if (action === "job.run") commands.push({ does: "run it again", step: nextCommand("run", name) });
  if (action === "build.run") commands.push({ does: "build it again", step: nextCommand("build run", name) });
  if (graph !== undefined && status !== "running" && status !== "succeeded") {
    commands.push({ does: "run again what did not succeed", step: nextCommand("run", "--again", id) });
  }
  commands.push({ does: "show it in the terminal", step: nextCommand("runs show", id) });
  return commands;
}
