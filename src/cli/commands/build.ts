/** `build run`: a task by its plan, with its output live. */

import { visible } from "../../model/failure.ts";
import type { BuildReport } from "../../app/build_task.ts";
import { type AnyCommand, complete, describe, globalFlags, type Start } from "../command.ts";
import { exitCodeOfRun } from "../exit_code.ts";
import type { Invocation } from "../invocation.ts";
import { observerFor, showToEnd } from "../live_run.ts";
import { unhappyEnding } from "../run_report.ts";

interface BuildOptions {
  readonly name: string;
  readonly extraArgs: readonly string[];
  readonly plan: boolean;
  readonly withNeeds: boolean;
}

export function buildCommand(start: Start): AnyCommand {
  const command = describe("build", "execute tasks by their plans");
  command.addCommand(runCommand(start));
  complete(command, []);
  return command;
}

function runCommand(start: Start): AnyCommand {
  const command = describe("run", "execute a task, look at what it left behind, record both")
    .argument("<task>", "name of the task")
    .argument("[args...]", "after --: further arguments, which are recorded as a deviation from the plan")
    .option("--plan", "plan first where there is no plan that fits the definition")
    .option("--with-needs", "first build the tasks that it needs and that are not done");
  complete(command, [
    {
      line: "orchastration build run sample_task",
      does: "by its plan; refused where the definition changed since",
    },
    { line: "orchastration build run sample_task --plan", does: "plan it first where that is needed" },
  ]);
  return command.action((name, extraArgs, options) =>
    start(globalFlags(command), (invocation) =>
      build(invocation, {
        name,
        extraArgs,
        plan: options.plan === true,
        withNeeds: options.withNeeds === true,
      }))
  );
}

async function build(invocation: Invocation, options: BuildOptions): Promise<number> {
  const workspace = await invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { buildTask } = await import("../../app/build_task.ts");
  invocation.console.boundWait(false);
  const built = await buildTask(workspace.value, options, {
    ...observerFor(invocation),
    building: (name) => void (invocation.isJson || invocation.console.err(`building ${name}\n`)),
  });
  if (!built.ok) return invocation.fail(built.failure);
  const { run } = built.value;
  await showToEnd(workspace.value, run, run, invocation);
  invocation.console.err(endingText(built.value, invocation));
  return exitCodeOfRun(run);
}

/** The last word: where the task stands now, and what comes next. */
function endingText({ run, record }: BuildReport, invocation: Invocation): string {
  const style = invocation.console.errStyle;
  const unhappy = unhappyEnding(run, invocation);
  if (unhappy !== undefined) return unhappy;
  const word = record.status.replace("_", " ");
  const status = record.status === "done" ? style.green(word) : style.yellow(word);
  const next = record.status === "done" ? `doc generate ${record.name}` : `plan status ${record.name}`;
  return `${style.bold(record.name)} is ${status}: ${visible(record.reason)}\n` +
    `  ${style.dim("next:")} ${invocation.commandLine(next)}\n`;
}
