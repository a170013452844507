/** The evidence beside each criterion of a task: its run, the digest, whether it is verified, and whether the check was edited with the work. */

import { type CriterionEvidence, editedFiles } from "../../model/criterion_evidence.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { CriterionView, TaskView } from "../../model/task_view.ts";
import { namedBy } from "../tasks/check_files.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { RecordCheck } from "./check_records.ts";
import { type JournalView, newestOf, taskKey, viewJournal } from "./journal_view.ts";

/** By the id of the criterion; without those for which there is no evidence. */
export async function evidenceOfCriteria(
  workspace: Workspace,
  { task, plan, build, criteria }: TaskView,
): Promise<Result<ReadonlyMap<string, CriterionEvidence>, Failure>> {
  const found = new Map<string, CriterionEvidence>();
  if (build === undefined || criteria.every(hasNone)) return ok(found);
  const store = await workspace.store();
  if (!store.ok) return store;
  const view = viewJournal(store.value.parts);
  if (!view.ok) return view;
  const check = new RecordCheck(store.value.parts, view.value);
  await check.run(build.id);
  const edited = plan?.run.id === build.plan?.run
    ? editedFiles(plan?.run.check_files, build.check_files)
    : [];
  for (const each of criteria) {
    if (hasNone(each)) continue;
    const run = each.check?.run ?? undefined;
    if (run !== undefined) await check.run(run);
    const isVerified = check.sound.has(build.id) &&
      (run === undefined ? isConfirmed(view.value, task.name, each, build.id) : check.sound.has(run));
    const recordSha256 = run === undefined ? undefined : newestOf(view.value, run)?.entry?.sha256;
    const names = namedBy(each.criterion).map((path) =>
      path.replaceAll("\\", "/").replace(/^\.\//, "").replace(/\/$/, "")
    );
    found.set(each.criterion.id, {
      recordSha256,
      isVerified,
      editedChecks: edited.filter((path) => names.includes(path)),
    });
  }
  return ok(found);
}

function hasNone({ check, confirmation }: CriterionView): boolean {
  return (check === undefined || check.run === null) && confirmation === undefined;
}

function isConfirmed(view: JournalView, task: string, { criterion }: CriterionView, build: string): boolean {
  return view.about.get(taskKey(task))?.some(({ entry }) =>
    entry!.kind === "confirmation" && entry!["criterion"] === criterion.id && entry!["build"] === build
  ) ?? false;
}
