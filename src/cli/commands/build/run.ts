/** `build run`: builds a task by its plan, with its output live. */

import type { Workspace } from "../../../app/workspace/workspace.ts";
import type { BuildReport } from "../../../app/tasks/build_task.ts";
import { leftOutWords } from "../../../model/left_out_words.ts";
import { nextCommand } from "../../../model/next_step.ts";
import { visible } from "../../../model/visible.ts";
import { Option } from "@commander-js/extra-typings";
import { variableValues } from "../../base/arguments.ts";
import { defineActivity } from "../../base/command.ts";
import { confirmFor } from "../../base/confirm.ts";
import { exitCodeOfRun } from "../../base/exit_code.ts";
import { chooseBriefness } from "../../base/brief.ts";
import {
  AS_FLAGS,
  AS_WORDS,
  BRIEF_FLAGS,
  BRIEF_WORDS,
  DRY_RUN_FLAGS,
  DRY_RUN_WORDS,
  ENV_FLAGS,
  ENV_WORDS,
  FRESH_FLAGS,
  FRESH_WORDS,
  NOTIFY_FLAGS,
  NOTIFY_WORDS,
  QUIET_FLAGS,
  QUIET_WORDS,
} from "../../base/flags.ts";
import { CALLERS } from "../../base/global_flags.ts";
import type { Invocation } from "../../base/invocation.ts";
import { showDryRun } from "../../reports/dry_run_report.ts";
import { unhappyEnding } from "../../reports/run_report.ts";
import { RunReporter } from "../../reports/run_reporter.ts";
import { checkWords, nextAfterBuild } from "../../reports/task_report.ts";

interface BuildOptions {
  readonly name: string;
  readonly extraArgs: readonly string[];
  readonly plan: boolean;
  readonly withNeeds: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly isYes: boolean;
  readonly fresh: boolean;
  readonly dryRun: boolean;
  readonly detach: boolean;
}

export const command = defineActivity({
  flags: (command) =>
    command
      .argument("<task>", "name of the task")
      .argument("[args...]", "after --: further arguments, which are recorded as a deviation from the plan")
      .option("--plan", "make a plan first if none fits the definition")
      .option("--with-needs", "first build the needed tasks that are not done")
      .option(ENV_FLAGS, `${ENV_WORDS}; recorded as a deviation from the plan`, variableValues)
      .option(FRESH_FLAGS, FRESH_WORDS)
      .option(DRY_RUN_FLAGS, DRY_RUN_WORDS)
      .option("--detach", "return when the run is recorded and started; it belongs to no terminal")
      .option("--yes", "answer yes to the questions of tasks with confirm")
      .option(QUIET_FLAGS, QUIET_WORDS)
      .option(BRIEF_FLAGS, BRIEF_WORDS)
      .addOption(new Option(AS_FLAGS, AS_WORDS).choices(CALLERS))
      .option(NOTIFY_FLAGS, NOTIFY_WORDS),
  examples: [
    {
      line: "orchastration build run sample_task",
      does: "by its plan; refused if the definition changed since",
    },
    { line: "orchastration build run sample_task --plan", does: "make the plan first if needed" },
  ],
  request: ([name, extraArgs], { plan, withNeeds, env = {}, yes, fresh, dryRun, detach }): BuildOptions => ({
    name,
    extraArgs,
    plan: plan === true,
    withNeeds: withNeeds === true,
    env,
    isYes: yes === true,
    fresh: fresh === true,
    dryRun: dryRun === true,
    detach: detach === true,
  }),
  misuse: ({ name, dryRun, detach }) =>
    detach && dryRun
      ? {
        code: "arguments_invalid",
        action: "use",
        value: "--detach",
        fact: "--dry-run runs nothing",
        next: [nextCommand("build run", name, "--dry-run")],
      }
      : undefined,
  carryOut: build,
});

async function build(options: BuildOptions, invocation: Invocation): Promise<number> {
  chooseBriefness(invocation);
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  if (options.dryRun) {
    const { dryRunBuild } = await import("../../../app/tasks/dry_run_build.ts");
    return await showDryRun(await dryRunBuild(workspace.value, options), invocation);
  }
  const isSupervisor = invocation.host.environment.handedOver !== undefined;
  if (options.detach && !isSupervisor) {
    const { runDetached } = await import("../../reports/detached_run.ts");
    return await runDetached(workspace.value, [options.name], invocation);
  }
  if (isSupervisor) {
    const { superviseBuild } = await import("../../reports/detached_run.ts");
    const request = { ...options, confirm: confirmFor(invocation, options.isYes) };
    return await superviseBuild(request, workspace.value, invocation);
  }
  const reporter = await RunReporter.open(invocation, workspace.value);
  if (!reporter.ok) return invocation.fail(reporter.failure);
  const { buildTask } = await import("../../../app/tasks/build_task.ts");
  const built = await buildTask(workspace.value, {
    ...options,
    confirm: confirmFor(invocation, options.isYes),
  }, reporter.value);
  if (!built.ok) return invocation.fail(built.failure);
  const { run, record } = built.value;
  const document = { ...run, task: { status: record.status, reason: record.reason } };
  await reporter.value.ended(workspace.value, run, document);
  if (invocation.isBrief) {
    if (!invocation.isJson) await printBriefly(built.value, options.name, workspace.value, invocation);
    return exitCodeOfRun(run);
  }
  invocation.console.err(endingText(built.value, options.name, invocation));
  return exitCodeOfRun(run);
}

async function printBriefly(
  { run, record, open }: BuildReport,
  asked: string,
  workspace: Workspace,
  invocation: Invocation,
): Promise<void> {
  const { briefBuildAnswer } = await import("../../reports/brief_report.ts");
  const next = invocation.nextLine([nextAfterBuild(record, open)]);
  invocation.console.out(await briefBuildAnswer(workspace, { run, record, asked, next }, invocation));
}

/** The last line: the next step, or what failed. */
function endingText({ run, record, open }: BuildReport, asked: string, invocation: Invocation): string {
  const style = invocation.console.errStyle;
  const unhappy = unhappyEnding(run, invocation);
  if (unhappy !== undefined) {
    const notBuilt = record.name === asked ? "" : `  ${asked}, which needs it, was not built\n`;
    return `${unhappy}${failedChecks(run, invocation)}${notBuilt}`;
  }
  if (invocation.isQuiet) return "";
  const leftOut = run.outputs.flatMap(leftOutWords).map((words) => `  left out: ${visible(words)}\n`);
  return `${leftOut.join("")}  ${style.dim("next:")} ${
    invocation.nextLine([nextAfterBuild(record, open)])
  }\n`;
}

/** The output of each failed check is in its own log. */
function failedChecks({ checks }: BuildReport["run"], invocation: Invocation): string {
  const style = invocation.console.errStyle;
  return checks.filter(({ status }) => status !== "succeeded" && status !== "not_run").map((check) =>
    `  ${check.id} (${visible(check.text)}): ${checkWords(check)}\n` +
    `    ${style.dim("log:")} ${invocation.commandLine("logs", check.run!)}\n`
  ).join("");
}
