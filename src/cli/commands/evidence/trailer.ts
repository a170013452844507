/** `evidence trailer`: the evidence of tasks as trailers of a commit. */

import { trailerLine } from "../../../model/signed_build.ts";
import { nextCommand } from "../../../model/next_step.ts";
import { pathValue, wordValue } from "../../base/arguments.ts";
import { defineCommand } from "../../base/command.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("[task]", "name of the task (default, with --tree: every task whose signed build succeeded)")
      .option(
        "--tree <rev>",
        "the newest build that stands for this tree or revision (default: the last one)",
        wordValue,
      )
      .option(
        "--message <path>",
        "add them to the file of a commit message, instead of printing them",
        pathValue,
      ),
  examples: [
    { line: "orchastration evidence trailer sample_task", does: "one line, for `git commit --trailer`" },
    {
      line: "orchastration evidence trailer --tree HEAD",
      does: "a line for each task that is proven for these files",
    },
  ],
  request: ([task], { tree, message }) => ({ task, tree, message }),
  misuse: ({ task, tree }) =>
    task === undefined && tree === undefined
      ? {
        code: "arguments_invalid",
        action: "name evidence",
        value: undefined,
        fact: "neither a task nor a tree is named",
        next: [nextCommand("evidence trailer", "--tree", "HEAD")],
      }
      : undefined,
  ask: async (workspace, request) =>
    (await import("../../../app/evidence/add_trailers.ts")).addTrailers(workspace, request),
  json: (builds, _, { message }) => ({
    format: 1,
    kind: "evidence_trailers",
    message: message ?? null,
    trailers: builds.map((build) => ({
      task: build.task,
      build: build.build,
      sha256: build.sha256,
      git_tree: build.gitTree ?? null,
      inputs_sha256: build.inputs ?? null,
      line: trailerLine(build),
    })),
  }),
  text: (builds, _, { message }) =>
    message === undefined ? builds.map((build) => `${trailerLine(build)}\n`).join("") : "",
});
