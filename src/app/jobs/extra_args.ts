/** Arguments of the caller for a command: what no program can be given is refused before anything is recorded. */

import type { NextStep } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";

export function checkExtraArgs(extraArgs: readonly string[], next: NextStep): Result<void, Failure> {
  const nul = extraArgs.find((argument) => argument.includes("\0"));
  if (nul === undefined) return ok(undefined);
  return fail({
    code: "arguments_invalid",
    action: "pass on the argument",
    value: nul,
    fact: "it contains a NUL byte, which no program can be given",
    next: [next],
  });
}
