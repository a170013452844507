/** The title and the text of a task's issue: what is wanted, what is expected, how to verify it. Pure. */

import { inWords } from "../model/in_words.ts";
import type { WriteCommand } from "../model/next_step.ts";
import type { CriterionEvidence } from "../model/criterion_evidence.ts";
import { earlierWords } from "../model/criterion_words.ts";
import { shellWord } from "../model/shell_word.ts";
import type { CriterionView, TaskView } from "../model/task_view.ts";
import { managedPart } from "./managed_text.ts";
import { codeSpan, escapeInline, fence } from "./markdown_text.ts";
import { oneLine } from "./plain_text.ts";

/** GitHub allows 256 characters. */
const MAX_TITLE_LENGTH = 200;
/** GitHub allows texts of 65536 characters. */
const MAX_ITEMS = 100;
/** Enough to find a digest again. */
const SHOWN_DIGITS = 16;

export interface IssueText {
  readonly title: string;
  /** The managed part only. */
  readonly body: string;
}

/**
 * The hidden line that identifies the issue of this task, equal on every machine, so that nobody creates a
 * second issue. `prefix` is the project's path in its repository.
 */
export function issueMarker(task: string, prefix: string): string {
  return `<!-- orchastration:issue task="${encodeURIComponent(task)}" project="${
    encodeURIComponent(prefix)
  }" -->`;
}

/** `evidence`: by the id of the criterion. */
export function issueText(
  view: TaskView,
  evidence: ReadonlyMap<string, CriterionEvidence>,
  marker: string,
  write: WriteCommand,
): IssueText {
  const { task } = view;
  const description = oneLine(task.description ?? "");
  const title = description === "" ? task.name : `${task.name}: ${description}`;
  const parts = [
    escapeInline(task.description ?? "") || undefined,
    `**State:** ${escapeInline(stateWords(view))}`,
    `**Command:** ${codeSpan(task.command.map(shellWord).join(" "))} in ${codeSpan(task.workingDir)}`,
    ...section("Expected outputs", task.outputs.map((path) => `- ${codeSpan(path)}`)),
    ...section("Acceptance criteria", criteria(view, evidence)),
    ...section("Plan", plan(view, write)),
    "### How to verify",
    fence([
      write("plan status", [task.name]),
      write("build run", [task.name]),
      write("doc generate", [task.name, "--output", "-"]),
    ], "sh"),
    marker,
  ];
  const body = parts.filter((part) => part !== undefined).join("\n\n");
  return {
    title: title.length > MAX_TITLE_LENGTH ? `${title.slice(0, MAX_TITLE_LENGTH)}…` : title,
    body: managedPart(`git issue update ${task.name}`, body),
  };
}

function stateWords(view: TaskView): string {
  if (view.status === "unplanned") return "not planned yet";
  const word = inWords(view.status);
  // The reason that the repository is at another commit is left out, because it would change the text of the
  // issue with each commit.
  const stale = view.stale.find((reason) => reason !== view.movedOn);
  return stale === undefined ? `${word}: ${view.reason}` : `${word}, stale: ${stale}`;
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, MAX_ITEMS);
  if (lines.length > MAX_ITEMS) shown.push(`- and ${lines.length - MAX_ITEMS} more`);
  return [`### ${heading}`, shown.join("\n")];
}

function criteria(
  view: TaskView,
  evidence: ReadonlyMap<string, CriterionEvidence>,
): readonly string[] {
  // A task without criteria is done when its build left the expected outputs.
  if (view.criteria.length === 0) {
    return [item(view.status === "done", "the build succeeds and leaves its outputs")];
  }
  return view.criteria.map((each) => criterionLine(each, evidence.get(each.criterion.id)));
}

function criterionLine(
  { criterion, state, check, earlier }: CriterionView,
  evidence: CriterionEvidence | undefined,
): string {
  const how = criterion.check === undefined
    ? "a person confirms it"
    : `checked by ${codeSpan(criterion.check.map(shellWord).join(" "))}`;
  const met = state === "passed" || state === "confirmed";
  const drift = earlier === undefined ? "" : `; changed since the build: ${earlierWords(earlier, criterion)}`;
  return item(
    met,
    `${codeSpan(criterion.id)} ${escapeInline(criterion.text)} (${how}${escapeInline(drift)})${
      evidence === undefined ? "" : evidenceWords(check?.run ?? undefined, evidence)
    }`,
  );
}

function evidenceWords(
  run: string | undefined,
  { recordSha256, isVerified, editedChecks }: CriterionEvidence,
): string {
  const parts = [
    ...(run === undefined ? [] : [codeSpan(run)]),
    ...(recordSha256 === undefined ? [] : [`record ${codeSpan(recordSha256.slice(0, SHOWN_DIGITS))}`]),
    isVerified ? "verified" : "**not verified**",
    ...(editedChecks.length === 0
      ? []
      : [`**check edited with the work:** ${editedChecks.map(codeSpan).join(", ")}`]),
  ];
  return `: ${parts.join(", ")}`;
}

function item(isMet: boolean, text: string): string {
  return `- [${isMet ? "x" : " "}] ${text}`;
}

function plan({ record, task }: TaskView, write: WriteCommand): readonly string[] {
  if (record === undefined || record.plan === null) {
    return [`Not planned yet: ${codeSpan(write("plan create", [task.name]))}`];
  }
  const { run, sha256, created_at } = record.plan;
  return [`${codeSpan(run)}, made ${created_at}, SHA-256 ${codeSpan(sha256)}`];
}
