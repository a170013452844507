/** `git`: the branch and the issue of a task. */

import type { BranchReport } from "../../app/github/create_branch.ts";
import { visible } from "../../model/visible.ts";
import { shellWord } from "../../model/shell_word.ts";
import { pathValue, wordValue } from "../base/arguments.ts";
import { type AnyCommand, complete, describe, globalFlags, type Start } from "../base/command.ts";
import type { Invocation } from "../base/invocation.ts";
import { issueCommand } from "./git_issue.ts";

export function gitCommand(start: Start): AnyCommand {
  const command = describe("git", "the branch and the issue of a task, each made once");
  command.addCommand(branchCommand(start)).addCommand(issueCommand(start));
  complete(command, []);
  return command;
}

function branchCommand(start: Start): AnyCommand {
  const command = describe("branch", "the branch of a task");
  command.addCommand(createCommand(start));
  complete(command, []);
  return command;
}

function createCommand(start: Start): AnyCommand {
  const command = describe("create", "make a branch for a task, or find it made")
    .argument("<task>", "name of the task")
    .option("--base <rev>", "the commit that it begins at (default: HEAD)", wordValue)
    .option("--name <branch>", "its name, instead of task/<task>", wordValue)
    .option("--switch", "go to it, where no change would be carried over")
    .option("--worktree <path>", "check it out in a folder of its own", pathValue);
  complete(command, [
    {
      line: "orchastration git branch create sample_task",
      does: "task/sample_task at HEAD; nothing is checked out",
    },
    {
      line: "orchastration git branch create sample_task --base origin/main --worktree ../sample",
      does: "a folder of its own for the work, beside this one",
    },
  ]);
  return command.action((name, options) =>
    start(globalFlags(command), async (invocation) => {
      if (options.switch === true && options.worktree !== undefined) {
        return invocation.fail({
          code: "arguments_invalid",
          action: "create branch",
          value: undefined,
          fact: "a branch is checked out in one place: --switch and --worktree cannot be named together",
          next: `orchastration git branch create ${name} --worktree ${shellWord(options.worktree)}`,
        });
      }
      const workspace = await invocation.workspace();
      if (!workspace.ok) return invocation.fail(workspace.failure);
      const { createBranch } = await import("../../app/github/create_branch.ts");
      const created = await createBranch(workspace.value, {
        name,
        ...{ branch: options.name, base: options.base, worktree: options.worktree },
        switch: options.switch === true,
      });
      if (!created.ok) return invocation.fail(created.failure);
      if (invocation.isJson) invocation.console.json(branchJson(created.value));
      else invocation.console.out(branchText(created.value, invocation));
      return 0;
    })
  );
}

function branchText({ branch, switched, worktree }: BranchReport, invocation: Invocation): string {
  const { outStyle } = invocation.console;
  const name = outStyle.bold(visible(branch.name));
  const at = branch.commit.slice(0, 12);
  let text = invocation.isToldByLog
    ? `  at ${at}\n`
    : branch.isNew
    ? `${name} created at ${at}\n`
    : `${name} is there already, at ${at}\n`;
  if (switched === "switched") text += `switched to ${name}\n`;
  if (worktree !== undefined) {
    text += `work tree ${visible(worktree.path)}${worktree.isNew ? "" : " is there already"}\n`;
  }
  if (branch.isNew && switched === undefined && worktree === undefined) {
    text += `${outStyle.dim("next:")} git switch ${shellWord(branch.name)}\n`;
  }
  return text;
}

function branchJson({ run, branch, switched, worktree }: BranchReport) {
  return {
    ...run,
    branch: {
      name: branch.name,
      commit: branch.commit,
      is_new: branch.isNew,
      is_checked_out: switched !== undefined,
      worktree: worktree?.path ?? null,
    },
  };
}
