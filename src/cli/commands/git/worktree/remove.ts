/** `git worktree remove`: removes the work tree of a task without losing anything. */

import type { RemovedWorktree } from "../../../../app/worktrees/remove_worktree.ts";
import { visible } from "../../../../model/visible.ts";
import { defineCommand } from "../../../base/command.ts";
import type { Invocation } from "../../../base/invocation.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("<task>", "name of the task")
      .option("--salvage", "first save everything that is only there: files, stashes, commits"),
  examples: [
    {
      line: "orchastration git worktree remove sample_task",
      does: "refused, with every reason, where anything would be lost",
    },
    {
      line: "orchastration git worktree remove sample_task --salvage",
      does: "what is only there is saved first; git worktree restore gives it back",
    },
  ],
  request: ([name], { salvage }) => ({ name, salvage: salvage === true }),
  ask: async (workspace, request) =>
    (await import("../../../../app/worktrees/remove_worktree.ts")).removeWorktree(workspace, request),
  json: ({ run, path, branch, wasThere, salvage }) => ({
    ...run,
    worktree: {
      path,
      branch: branch === "" ? null : branch,
      was_there: wasThere,
      salvage: salvage === undefined
        ? null
        : { ref: salvage.ref, commit: salvage.commit, files: salvage.files },
    },
  }),
  text,
});

function text({ path, branch, wasThere, salvage }: RemovedWorktree, invocation: Invocation): string {
  const style = invocation.console.outStyle;
  const lines: string[] = [];
  if (salvage !== undefined) {
    lines.push(`saved ${salvage.files} ${salvage.files === 1 ? "file" : "files"} in ${visible(salvage.ref)}`);
  }
  lines.push(`work tree ${visible(path)} ${wasThere ? "removed" : "was gone already"}`);
  if (branch !== "") lines.push(`the branch ${style.bold(visible(branch))} stays`);
  if (salvage !== undefined) {
    const name = salvage.ref.split("/").slice(3).join("/");
    lines.push(`${style.dim("next:")} ${invocation.commandLine("git worktree restore", name)}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}
