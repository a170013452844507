/** `git worktree merge`: merges the branch of a task that is done. */

import type { MergedWorktree } from "../../../../app/worktrees/merge_worktree.ts";
import { shellWord } from "../../../../model/shell_word.ts";
import { visible } from "../../../../model/visible.ts";
import { wordValue } from "../../../base/arguments.ts";
import { defineCommand } from "../../../base/command.ts";
import type { Invocation } from "../../../base/invocation.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("<task>", "name of the task")
      .option(
        "--into <branch>",
        "the branch that gets the commits (default: the one it was made from)",
        wordValue,
      )
      .option("--merge-commit", "keep the commits of the task together under a merge commit"),
  examples: [
    {
      line: "orchastration git worktree merge sample_task",
      does: "only a task that is done for exactly these files, and only forward",
    },
    {
      line: "orchastration git worktree merge sample_task --into develop --merge-commit",
      does: "into another branch, with a commit for the merge",
    },
  ],
  request: ([name], { into, mergeCommit }) => ({ name, into, withCommit: mergeCommit === true }),
  ask: async (workspace, request) =>
    (await import("../../../../app/worktrees/merge_worktree.ts")).mergeWorktree(workspace, request),
  json: ({ run, path, branch, into, commit, commits, at, movedSubmodules }) => ({
    ...run,
    worktree: {
      path,
      branch,
      commit,
      into,
      into_commit: at,
      commits,
      moved_submodules: movedSubmodules ?? null,
    },
  }),
  text,
});

function text(
  { run, branch, into, commits, at, movedSubmodules }: MergedWorktree,
  invocation: Invocation,
): string {
  const style = invocation.console.outStyle;
  const [from, to] = [style.bold(visible(branch)), style.bold(visible(into))];
  const done = commits === 0
    ? `${to} has every commit of ${from} already\n`
    : `${from} merged into ${to}: ${commits} ${commits === 1 ? "commit" : "commits"}, now at ${
      at.slice(0, 12)
    }\n`;
  const submodules = movedSubmodules === undefined
    ? ""
    : `submodules have other commits now: git -C ${shellWord(movedSubmodules)} submodule update\n`;
  return `${done}${submodules}${style.dim("next:")} ${
    invocation.commandLine("git worktree remove", run.name)
  }\n`;
}
