/** `verify`: whether what was recorded is still what was recorded, and what it proves today. */

import { holdsUp } from "../../model/verification.ts";
import { nextCommand } from "../../model/next_step.ts";
import { defineCommand } from "../base/command.ts";
import { EXIT } from "../base/exit_code.ts";
import { verificationJson, verificationText } from "../reports/verification_report.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("[run-or-task]", "a task, or a run: its id, the beginning of one, or a job's name")
      .option(
        "--tree <rev>",
        "what is proven for the tree of this commit, however it was rewritten; a task alone can be named",
      )
      .option("--all", "every record of this project, as without a name"),
  examples: [
    {
      line: "orchastration verify sample_task",
      does: "its plan, build, checks and confirmations, and what they prove now",
    },
    { line: "orchastration verify sample", does: "the newest run of the job" },
    {
      line: "orchastration verify --tree HEAD",
      does: "the tasks that were built for the files of this commit",
    },
    { line: "orchastration verify --all", does: "every record, and every task that is done" },
  ],
  request: ([reference], { all, tree }) => ({ reference, isAll: all === true, revision: tree }),
  misuse: ({ reference, isAll, revision }) =>
    isAll && revision !== undefined
      ? {
        code: "arguments_invalid",
        action: "verify",
        value: undefined,
        fact: "--all verifies every record, and --tree those of one tree",
        next: [nextCommand("verify", "--all"), nextCommand("verify", "--tree", revision)],
      }
      : isAll && reference !== undefined
      ? {
        code: "arguments_invalid",
        action: "verify",
        value: reference,
        fact: "--all verifies every record, and a name only some",
        next: [nextCommand("verify", "--all"), nextCommand("verify", reference)],
      }
      : undefined,
  ask: async (workspace, request) =>
    (await import("../../app/evidence/verify.ts")).verify(workspace, request),
  json: verificationJson,
  text: verificationText,
  exitCode: (verification) => holdsUp(verification) ? EXIT.done : EXIT.checkFailed,
});
