/** One task: where it stands and why, with the evidence for each criterion, and what was done for it. */

import type { Failure } from "../../model/failure.ts";
import type { FieldDifference } from "../../model/difference.ts";
import type { RunId } from "../../model/ids.ts";
import { nextCommand, type NextStep } from "../../model/next_step.ts";
import { ok, type Result } from "../../model/result.ts";
import type { GitFacts, RunRecord } from "../../model/run.ts";
import { ownerFacts, ownerName } from "../../model/task_owner.ts";
import { leftOpenNow, type TaskRecord } from "../../model/task_record.ts";
import type { CriterionView, DocumentView, OutputView, TaskView } from "../../model/task_view.ts";
import { RunHistory } from "../runs/run_history.ts";
import { showTask } from "../tasks/show_task.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { cellOf, type RunCell } from "./home_page.ts";
import { type DocumentText, documentText } from "./document_text.ts";
import type { TypedCommand } from "./typed_command.ts";

const MAX_HISTORY = 60;

export interface TaskPage {
  readonly kind: "task";
  readonly name: string;
  readonly description: string | undefined;
  readonly status: TaskView["status"];
  readonly reason: string;
  readonly stale: readonly string[];
  readonly command: readonly string[];
  readonly plan:
    | { readonly run: RunId; readonly drift: readonly FieldDifference[]; readonly isIntact: boolean }
    | undefined;
  readonly build: RunCell & { readonly git: GitFacts | null } | undefined;
  readonly criteria: readonly CriterionView[];
  readonly outputs: readonly OutputView[];
  readonly documents: readonly DocumentView[];
  readonly documented: TaskRecord["documented"];
  /** undefined where none was written. */
  readonly document: DocumentText | undefined;
  readonly links: TaskRecord["links"] | undefined;
  readonly needs: readonly { readonly name: string; readonly status: string }[];
  /** The name of the person or assistant that works on it, and the facts about the work, in words. */
  readonly owner: { readonly name: string; readonly facts: string } | undefined;
  /** The same task in other work trees of the repository. */
  readonly siblings: readonly {
    readonly way: string;
    readonly status: string;
    readonly build: RunId | undefined;
  }[];
  /** What an assistant left open when it ended its turn. */
  readonly leftOpen: string | undefined;
  /** Newest first. */
  readonly history: readonly RunCell[];
  readonly isHistoryCut: boolean;
  /** undefined where nothing is left to do. */
  readonly next: NextStep | undefined;
  readonly commands: readonly TypedCommand[];
  readonly nowMs: number;
}

export async function taskPage(workspace: Workspace, name: string): Promise<Result<TaskPage, Failure>> {
  const shown = await showTask(workspace, name);
  if (!shown.ok) return shown;
  const { view, siblings, owner, nowMs } = shown.value;
  const history = await historyOf(workspace, name);
  if (!history.ok) return history;
  const { task, record, plan, build } = view;
  const documented = record?.documented ?? null;
  const project = await workspace.project();
  return ok({
    kind: "task",
    name: task.name,
    description: task.description,
    status: view.status,
    reason: view.reason,
    stale: view.stale,
    command: task.command,
    plan: plan && { run: plan.run.id, drift: plan.drift, isIntact: plan.isIntact },
    build: build && { ...cellOf(build), git: build.git },
    criteria: view.criteria,
    outputs: view.outputs,
    documents: view.documents,
    documented,
    document: project.ok ? await documentText(workspace, project.value.root, documented) : undefined,
    links: record?.links,
    needs: view.needs.map(({ name, status }) => ({ name, status })),
    owner: owner && { name: ownerName(owner), facts: ownerFacts(owner) },
    siblings: siblings.map(({ way, status, build }) => ({ way, status, build: build?.id })),
    leftOpen: leftOpenNow(record)?.reason,
    ...history.value,
    next: view.next,
    commands: [
      { does: "show it in the terminal", step: nextCommand("plan status", name) },
      { does: "write its document", step: nextCommand("doc generate", name) },
    ],
    nowMs,
  });
}

async function historyOf(
  workspace: Workspace,
  name: string,
): Promise<Result<Pick<TaskPage, "history" | "isHistoryCut">, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const opened = RunHistory.open(store.value, name);
  if (!opened.ok) {
    return opened.failure.code === "run_not_found" ? ok({ history: [], isHistoryCut: false }) : opened;
  }
  const history: RunCell[] = [];
  let isHistoryCut = false;
  for (const { index, position } of opened.value.newestFirst()) {
    const read = index.read(position);
    if (!read.ok || !isOfInterest(read.value.record)) continue;
    if (history.length === MAX_HISTORY) {
      isHistoryCut = true;
      break;
    }
    history.push(cellOf(read.value.record));
  }
  opened.value.keep();
  return ok({ history, isHistoryCut });
}

/** Checks are shown with their criteria. */
function isOfInterest({ action }: RunRecord): boolean {
  return action !== "check.run";
}
