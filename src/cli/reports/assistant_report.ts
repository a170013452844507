/** The report of `init --assistant`: the planned and the written changes. */

import type { AssistantPlan, PlannedFile } from "../../app/assistants/prepare_assistant.ts";
import { visible } from "../../model/visible.ts";
import type { Invocation } from "../base/invocation.ts";

export type FileState = "written" | "removed" | "unchanged";

export function stateOf({ before, after }: PlannedFile): FileState {
  return before === after ? "unchanged" : after === undefined ? "removed" : "written";
}

/** The lines of each file that change, with a sign in front. */
export function plannedText(plan: AssistantPlan, invocation: Invocation): string {
  const style = invocation.console.errStyle;
  let text = "";
  for (const file of plan.files) {
    const state = stateOf(file);
    if (state === "unchanged") continue;
    const is = file.before === undefined ? "new" : state === "removed" ? "removed" : "changed";
    text += `${style.bold(shownPath(file, plan, invocation))} (${is})\n`;
    for (const { sign, line } of changedLines(file.before ?? "", file.after ?? "")) {
      const painted = `${sign} ${visible(line)}`;
      text += `  ${sign === "+" ? style.green(painted) : style.red(painted)}\n`;
    }
  }
  return text;
}

/** Our part is contiguous, so equal lines at both ends are not part of it. */
function changedLines(
  before: string,
  after: string,
): readonly { readonly sign: "+" | "-"; readonly line: string }[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++;
  let end = 0;
  while (
    end < Math.min(old.length, now.length) - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  ) end++;
  const lines = (all: readonly string[], sign: "+" | "-") =>
    all.slice(start, all.length - end).map((line) => ({ sign, line }));
  return [...lines(old, "-"), ...lines(now, "+")].filter(({ line }, index, all) =>
    line !== "" || (index > 0 && index < all.length - 1)
  );
}

export function doneText(plan: AssistantPlan, invocation: Invocation): string {
  return plan.files.map((file) => {
    const word = { written: "Wrote", removed: "Removed", unchanged: "Unchanged:" }[stateOf(file)];
    return `${word} ${shownPath(file, plan, invocation)}\n`;
  }).join("");
}

export function planJson(plan: AssistantPlan) {
  return {
    format: 1,
    kind: "init_assistant",
    assistant: plan.client,
    files: plan.files.map((file) => ({ path: file.path, parts: file.names, state: stateOf(file) })),
  };
}

function shownPath({ path }: PlannedFile, { root }: AssistantPlan, { host: { paths } }: Invocation): string {
  return visible(root === undefined ? path : paths.relative(root, path));
}
