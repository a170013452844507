/** `run`: a job, with its output live. */

import { type AnyCommand, complete, describe, globalFlags, QUIET_WORDS, type Start } from "../command.ts";
import { confirmFor } from "../confirm.ts";
import { exitCodeOfRun } from "../exit_code.ts";
import type { Invocation } from "../invocation.ts";
import { observerFor, showToEnd } from "../live_run.ts";
import { endingWords } from "../run_ending.ts";

export function runCommand(start: Start): AnyCommand {
  const command = describe("run", "run a job, show its output live, record it")
    .argument("<job>", "name of the job, or an alias of it")
    .argument("[args...]", "after --: further arguments for the job's command")
    .option("--yes", "say yes to the question of a job that has confirm")
    .option("-q, --quiet", QUIET_WORDS);
  complete(command, [
    { line: "orchastration run sample", does: "run the job; its exit status is ours" },
    { line: "orchastration run sample -- -t --reverse", does: "add arguments to its command" },
    {
      line: "orchastration run sample --quiet",
      does: "only the job's own output, and an error where it fails",
    },
    { line: "orchastration run sample --json", does: "the record on stdout, the job's output on stderr" },
  ]);
  return command.action((job, extraArgs, options) =>
    start(globalFlags(command), (invocation) => run(invocation, job, extraArgs, options.yes === true))
  );
}

async function run(
  invocation: Invocation,
  name: string,
  extraArgs: readonly string[],
  isYes: boolean,
): Promise<number> {
  const workspace = await invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { runJob } = await import("../../app/run_job.ts");
  invocation.console.boundWait(false);
  const ended = await runJob(
    workspace.value,
    { name, extraArgs, confirm: confirmFor(invocation, isYes) },
    observerFor(invocation),
  );
  if (!ended.ok) return invocation.fail(ended.failure);
  const record = ended.value;
  await showToEnd(workspace.value, record, record, invocation);
  const words = endingWords(record, invocation);
  if (words !== undefined) invocation.console.err(words);
  return exitCodeOfRun(record);
}
