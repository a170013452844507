/** `git branch create`: creates the branch of a task, once. */

import { nextCommand } from "../../../../model/next_step.ts";
import type { BranchReport } from "../../../../app/github/create_branch.ts";
import { shellWord } from "../../../../model/shell_word.ts";
import { visible } from "../../../../model/visible.ts";
import { pathValue, wordValue } from "../../../base/arguments.ts";
import { defineCommand } from "../../../base/command.ts";
import type { Invocation } from "../../../base/invocation.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("<task>", "name of the task")
      .option("--base <rev>", "the commit where it starts (default: HEAD)", wordValue)
      .option("--name <branch>", "the name of the branch, instead of task/<task>", wordValue)
      .option("--switch", "switch to it, if no uncommitted change would be carried over")
      .option("--worktree <path>", "check it out in a new work tree at this path", pathValue),
  examples: [
    {
      line: "orchastration git branch create sample_task",
      does: "task/sample_task at HEAD; nothing is checked out",
    },
    {
      line: "orchastration git branch create sample_task --base origin/main --worktree ../sample",
      does: "a separate work tree beside this one",
    },
  ],
  request: ([name], { name: branch, base, worktree, switch: goTo }) => ({
    name,
    branch,
    base,
    worktree,
    switch: goTo === true,
  }),
  misuse: ({ name, switch: goTo, worktree }) =>
    goTo && worktree !== undefined
      ? {
        code: "arguments_invalid",
        action: "create branch",
        value: undefined,
        fact: "a branch can be checked out in one place only: --switch and --worktree cannot be combined",
        next: [nextCommand("git branch create", name, "--worktree", worktree)],
      }
      : undefined,
  ask: async (workspace, request) =>
    (await import("../../../../app/github/create_branch.ts")).createBranch(workspace, request),
  json: ({ run, branch, switched, worktree }) => ({
    ...run,
    branch: {
      name: branch.name,
      commit: branch.commit,
      is_new: branch.isNew,
      is_checked_out: switched !== undefined,
      worktree: worktree?.path ?? null,
    },
  }),
  text,
});

function text({ branch, switched, worktree }: BranchReport, invocation: Invocation): string {
  const { outStyle } = invocation.console;
  const name = outStyle.bold(visible(branch.name));
  const at = branch.commit.slice(0, 12);
  let text = branch.isNew ? `${name} created at ${at}\n` : `${name} exists already, at ${at}\n`;
  if (switched === "switched") text += `switched to ${name}\n`;
  if (worktree !== undefined) {
    text += `work tree ${visible(worktree.path)}${worktree.isNew ? "" : " exists already"}\n`;
  }
  if (branch.isNew && switched === undefined && worktree === undefined) {
    text += `${outStyle.dim("next:")} git switch ${shellWord(branch.name)}\n`;
  }
  return text;
}
