/** `run`: a job, with its output live. */

import type { RunObserver } from "../../app/record_run.ts";
import { type AnyCommand, complete, describe, globalFlags, type Start } from "../command.ts";
import { exitCodeOfRun } from "../exit_code.ts";
import type { Invocation } from "../invocation.ts";
import { unhappyEnding } from "../run_report.ts";

export function runCommand(start: Start): AnyCommand {
  const command = describe("run", "run a job, show its output live, record it")
    .argument("<job>", "name of the job")
    .argument("[args...]", "after --: further arguments for the job's command");
  complete(command, [
    { line: "orchastration run sample", does: "run the job; its exit status is ours" },
    { line: "orchastration run sample -- -t --reverse", does: "add arguments to its command" },
    { line: "orchastration run sample --json", does: "the record on stdout, the job's output on stderr" },
  ]);
  return command.action((job, extraArgs) =>
    start(globalFlags(command), (invocation) => run(invocation, job, extraArgs))
  );
}

async function run(invocation: Invocation, name: string, extraArgs: readonly string[]): Promise<number> {
  const workspace = await invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { runJob } = await import("../../app/run_job.ts");
  const { console } = invocation;
  console.boundWait(false);
  const ended = await runJob(workspace.value, { name, extraArgs }, observerFor(invocation));
  if (!ended.ok) return invocation.fail(ended.failure);
  const record = ended.value;
  await workspace.value.close();
  if (invocation.isJson) console.json(record);
  console.boundWait(record.stopped_by !== null);
  if (!await console.flush()) {
    invocation.warn(
      `not all output was shown, its reader stopped reading; it is in ${
        invocation.commandLine(`logs ${record.id}`)
      }`,
    );
  }
  const block = unhappyEnding(record, invocation);
  if (block !== undefined) console.err(block);
  return exitCodeOfRun(record);
}

/** Shows what the job writes: its stdout on ours, its stderr on ours; with --json both on stderr. */
function observerFor(invocation: Invocation): RunObserver {
  const { console } = invocation;
  return {
    event(event) {
      if (event.kind === "turn_awaited" && !invocation.isJson) {
        console.err(`waiting for ${event.holder ?? "another run of this job"} to end\n`);
      }
    },
    outputGrown: (stream, path, sizeBytes) =>
      console.grown(invocation.isJson ? "stderr" : stream, path, sizeBytes),
  };
}
