/** `evidence note`: notes the evidence of a task at a commit and its tree. */

import type { AddedNote } from "../../../app/github/add_note.ts";
import { wordValue } from "../../base/arguments.ts";
import { defineCommand } from "../../base/command.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("<task>", "name of the task")
      .option(
        "--tree <rev>",
        "the commit, whose files the build has to stand for (default: HEAD)",
        wordValue,
      ),
  examples: [
    {
      line: "orchastration evidence note sample_task",
      does: "shown by `git log --notes=orchastration`, and found by the tree after an amend or a squash",
    },
  ],
  request: ([task], { tree }) => ({ task, revision: tree ?? "HEAD" }),
  ask: async (workspace, request) =>
    (await import("../../../app/github/add_note.ts")).addNote(workspace, request),
  json: ({ run, build, commit, tree }) => ({
    ...run,
    note: {
      ref: "refs/notes/orchastration",
      commit,
      git_tree: tree,
      build: build.build,
      sha256: build.sha256,
    },
  }),
  text: ({ build, commit, tree }: AddedNote) =>
    `noted in refs/notes/orchastration: ${build.build}\n  at commit ${commit}\n  at its tree ${tree}\n`,
});
