/** `git worktree create`: makes a work tree for a task, once. */

import { setupWords, type WorktreeReport } from "../../../../app/worktrees/create_worktree.ts";
import { shellWord } from "../../../../model/shell_word.ts";
import { visible } from "../../../../model/visible.ts";
import { pathValue, wordValue } from "../../../base/arguments.ts";
import { defineActivity } from "../../../base/command.ts";
import { confirmFor } from "../../../base/confirm.ts";
import { EXIT, exitCodeOfRun } from "../../../base/exit_code.ts";
import type { Invocation } from "../../../base/invocation.ts";

interface Request {
  readonly name: string;
  readonly base: string | undefined;
  readonly path: string | undefined;
}

export const command = defineActivity({
  flags: (command) =>
    command
      .argument("<task>", "name of the task")
      .option("--base <rev>", "the commit where its branch starts (default: HEAD)", wordValue)
      .option("--path <path>", "where to make it (default: ../<repository>-<task>)", pathValue),
  examples: [
    {
      line: "orchastration git worktree create sample_task",
      does: "the branch task/sample_task in a folder of its own, beside the repository",
    },
    {
      line: "orchastration git worktree create sample_task --base origin/main --path ../sample",
      does: "from another commit, in another folder",
    },
  ],
  request: ([name], { base, path }): Request => ({ name, base, path }),
  carryOut: create,
});

async function create(request: Request, invocation: Invocation): Promise<number> {
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { createWorktree } = await import("../../../../app/worktrees/create_worktree.ts");
  const { console } = invocation;
  const made = await createWorktree(workspace.value, request, {
    confirm: confirmFor(invocation, false),
    began: (name) => {
      if (!invocation.isQuiet) console.err(`${console.errStyle.dim("setup:")} ${visible(name)}\n`);
    },
  });
  if (!made.ok) return invocation.fail(made.failure);
  if (invocation.isJson) console.json(json(made.value));
  else console.out(text(made.value, invocation));
  const failed = made.value.setup.find(({ status }) => status === "failed");
  if (failed === undefined) return EXIT.done;
  return failed.record === undefined ? EXIT.checkFailed : exitCodeOfRun(failed.record);
}

function json({ run, branch, path, how, base, copied, setup }: WorktreeReport) {
  return {
    ...run,
    worktree: {
      path,
      is_new: how !== "there",
      branch: branch.name,
      commit: branch.commit,
      base,
      copied: copied.copied,
      not_copied: copied.left,
      setup: setup.map(({ name, status, run, reason }) => ({
        name,
        status,
        run: run ?? null,
        reason: reason ?? null,
      })),
    },
  };
}

function text(report: WorktreeReport, { console }: Invocation): string {
  const { branch, path, how, copied, setup } = report;
  const style = console.outStyle;
  const at = branch.commit.slice(0, 12);
  const lines = [
    `${style.bold(visible(branch.name))} ${branch.isNew ? `created at ${at}` : `exists already, at ${at}`}`,
    `work tree ${visible(path)}${
      how === "there" ? " exists already" : how === "completed" ? " completed" : ""
    }`,
    ...copied.copied.map((name) => `copied ${visible(name)}`),
    ...copied.left.map((left) => `not copied: ${visible(left.path)}: ${visible(left.why)}`),
    ...setup.map((job) => visible(setupWords(job))),
  ];
  if (setup.every(({ status }) => status !== "failed")) {
    lines.push(`${style.dim("next:")} cd ${shellWord(path)}`);
  } else {
    lines.push(
      `the work tree stays as it is; ${style.dim("try:")} cd ${shellWord(path)}, then the job again`,
    );
  }
  return lines.map((line) => `${line}\n`).join("");
}
