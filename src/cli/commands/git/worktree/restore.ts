/** `git worktree restore`: gives back what was saved of a removed work tree. */

import type { RestoredWorktree } from "../../../../app/worktrees/restore_worktree.ts";
import { shellWord } from "../../../../model/shell_word.ts";
import { visible } from "../../../../model/visible.ts";
import { pathValue } from "../../../base/arguments.ts";
import { defineCommand } from "../../../base/command.ts";
import type { Invocation } from "../../../base/invocation.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument(
        "<name>",
        "a task for what was saved of it last, or <task>/<time> of git worktree list --salvaged",
      )
      .option("--path <path>", "where to make it (default: where it was)", pathValue),
  examples: [{
    line: "orchastration git worktree restore sample_task",
    does: "the files as they were, what was staged, and the branch if it is where it was",
  }],
  request: ([reference], { path }) => ({ reference, path }),
  ask: async (workspace, request) =>
    (await import("../../../../app/worktrees/restore_worktree.ts")).restoreWorktree(workspace, request),
  json: ({ run, path, how, branch, files, salvage }) => ({
    ...run,
    worktree: {
      path,
      how,
      branch: branch ?? null,
      files,
      salvage: { ref: salvage.ref, commit: salvage.commit },
    },
  }),
  text,
});

const DONE = { made: "restored", completed: "completed", there: "was restored before" };

function text({ path, how, branch, why, files, salvage }: RestoredWorktree, { console }: Invocation): string {
  const { outStyle: style } = console;
  const head = salvage.head === "" ? salvage.commit : salvage.head;
  const changed = how === "there" ? "" : `, with ${files} changed ${files === 1 ? "file" : "files"}`;
  return `work tree ${visible(path)} ${DONE[how]}${changed}\n` +
    (branch === undefined
      ? `detached at ${head.slice(0, 12)}${why === undefined ? "" : `, because ${visible(why)}`}\n`
      : `on ${style.bold(visible(branch))}\n`) +
    `${style.dim("next:")} cd ${shellWord(path)}\n`;
}
