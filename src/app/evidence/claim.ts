/** What a task or run proves today, for the files that are here: proven, or what is missing. */

import { spoilingReason } from "../../model/derive_task_status.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { inWords } from "../../model/in_words.ts";
import { ok, type Result } from "../../model/result.ts";
import type { GitFacts, RunRecord } from "../../model/run.ts";
import type { CriterionView, TaskView } from "../../model/task_view.ts";
import { countOf, type EvidenceFinding, type EvidenceLine, evidenceLine } from "../../model/verification.ts";
import { gitFacts, treeOfRevision } from "../../git/git.ts";
import { TaskReader } from "../tasks/task_reader.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type JournalView, taskKey } from "./journal_view.ts";

/** The evidence of the claim: what was found to be as it was recorded. */
export interface Grounds {
  readonly view: JournalView;
  /** Runs, and `task <name>`, that are as the journal has them. */
  readonly sound: ReadonlySet<string>;
}

/** `tree`: the claim is about this tree of git, and not about the files that are here. */
export async function claimOfTask(
  workspace: Workspace,
  name: string,
  grounds: Grounds,
  tree?: string,
): Promise<Result<EvidenceLine, Failure>> {
  const reader = await TaskReader.open(workspace);
  if (!reader.ok) return reader;
  const resolved = await reader.value.find(name);
  if (!resolved.ok) return resolved;
  const view = await reader.value.read(resolved.value.task);
  if (!view.ok) return view;
  const { missing, unchecked, parts } = ofTask(view.value, grounds);
  if (view.value.build !== undefined && view.value.basis !== "inputs") {
    const { workingDir } = resolved.value.configured;
    const found = await treeFinding(workspace, workingDir, view.value.build, tree);
    if (found?.is === "missing") missing.push({ about: name, fact: found.fact });
    if (found?.is === "unchecked") unchecked.push({ about: name, fact: found.fact });
  }
  return ok(claimLine(parts, missing, unchecked));
}

/** Proven, or what is missing. */
export function claimLine(
  parts: readonly string[],
  missing: readonly EvidenceFinding[],
  unchecked: readonly EvidenceFinding[],
): EvidenceLine {
  const summary = missing.length > 0
    ? "not proven"
    : unchecked.length > 0
    ? `${parts.join(", ")}; not all of it can be checked`
    : `proven: ${parts.join(", ")}`;
  return evidenceLine(summary, missing, unchecked, unchecked.length > 0 ? "unchecked" : "holds");
}

function ofTask(view: TaskView, grounds: Grounds) {
  const { task: { name }, record, plan, build, criteria, outputs } = view;
  const missing: EvidenceFinding[] = [];
  const unchecked: EvidenceFinding[] = [];
  const lacks = (about: string, fact: string) => missing.push({ about, fact });
  if (view.status !== "done") lacks(name, `is ${inWords(view.status)}: ${view.reason}`);
  const spoiled = spoilingReason(view);
  if (spoiled !== undefined) {
    for (const reason of view.stale) if (reason !== view.movedOn) lacks(name, reason);
  }
  if (record !== undefined && !grounds.sound.has(taskKey(name))) {
    lacks(`tasks/${name}.json`, "is not proven to be what was recorded");
  }
  for (const run of [plan?.run, build]) {
    if (run !== undefined && !grounds.sound.has(run.id)) {
      lacks(run.id, "is not proven to be what was recorded");
    }
  }
  for (const criterion of criteria) {
    const fact = missingFor(criterion, name, build?.id, grounds);
    if (fact !== undefined) lacks(criterion.criterion.id, fact);
  }
  const present = outputs.filter(({ now }) => now === "as_built").length;
  const parts = [
    countOf(criteria.length, "criterion", "criteria"),
    ...(present === 0 ? [] : [`${countOf(present, "output")} as built`]),
    ...(view.basis === "inputs" ? ["inputs as built"] : []),
  ];
  return { missing, unchecked, parts };
}

/** undefined where nothing is missing for the criterion. */
export function missingFor(
  { state, check, criterion }: CriterionView,
  task: string,
  build: RunId | undefined,
  { view, sound }: Grounds,
): string | undefined {
  switch (state) {
    case "open":
      return criterion.check === undefined
        ? "waits to be confirmed by a person"
        : "was not checked for this build";
    case "failed":
      return "its check failed";
    case "passed":
      return check?.run !== null && check !== undefined && sound.has(check.run)
        ? undefined
        : `its check ${check?.run ?? ""} is not proven to be what was recorded`;
    case "confirmed": {
      const isEntered = view.about.get(taskKey(task))?.some(({ entry }) =>
        entry!.kind === "confirmation" && entry!["criterion"] === criterion.id && entry!["build"] === build
      );
      return isEntered ? undefined : "its confirmation is not in the journal";
    }
  }
}

type TreeFinding = { readonly is: "missing" | "unchecked"; readonly fact: string } | undefined;

/** Without inputs, a run stands for the files of its commit, if they were those. undefined where they still are. */
export async function treeFinding(
  { host }: Workspace,
  folder: string,
  run: RunRecord,
  asked?: string,
): Promise<TreeFinding> {
  const { git } = run;
  if (git === null || git.commit === null) {
    return {
      is: "unchecked",
      fact: "it has no inputs and no commit, so it is unknown for which files it was built",
    };
  }
  const commit = git.commit.slice(0, 12);
  if (git.dirty !== false) {
    return {
      is: "unchecked",
      fact: `it has no inputs, and was built with changes that commit ${commit} does not have`,
    };
  }
  const then = await treeOfRevision(host, folder, git.commit);
  const now = asked ?? await treeNow(host, folder);
  if (typeof now === "object") return { is: "missing", fact: now.fact };
  if (then === undefined) {
    return { is: "unchecked", fact: `commit ${commit}, for which it was built, no longer exists` };
  }
  return then === now
    ? undefined
    : { is: "missing", fact: `its files are not those of commit ${commit}, for which it was built` };
}

async function treeNow(
  host: Workspace["host"],
  folder: string,
): Promise<string | undefined | { readonly fact: string }> {
  const now: GitFacts | null = await gitFacts(host, folder);
  if (now?.dirty !== false) {
    return { fact: "it has no inputs, and its files have changes that were not committed" };
  }
  return now.commit === null ? undefined : await treeOfRevision(host, folder, now.commit);
}
