/** `evidence hook`: prints a hook of git that adds trailers to commits. */

import { nextCommand } from "../../../model/next_step.ts";
import { hookScript } from "../../../model/signed_build.ts";
import { nextLine } from "../../base/command_line.ts";
import { defineActivity } from "../../base/command.ts";
import { EXIT } from "../../base/exit_code.ts";
import { noDocument } from "../../base/flags.ts";

export const command = defineActivity({
  flags: (command) => command,
  examples: [
    {
      line: "orchastration evidence hook",
      does: "to be written to .git/hooks/prepare-commit-msg, and made executable",
    },
  ],
  request: () => ({}),
  misuse: noDocument("evidence hook", "a script for sh"),
  carryOut(_, invocation) {
    invocation.console.out(hookScript(nextLine([nextCommand("evidence trailer")], invocation.flags)!));
    return EXIT.done;
  },
});
