/** `build run`: builds a task by its plan, with its output live, or several tasks with their needs. */

import { Option } from "@commander-js/extra-typings";
import { nextCommand, type NextSteps, placeholder } from "../../../model/next_step.ts";
import type { Failure } from "../../../model/failure.ts";
import type { BuildReport } from "../../../app/tasks/build_one.ts";
import type { Workspace } from "../../../app/workspace/workspace.ts";
import { jobsValue, variableValues } from "../../base/arguments.ts";
import { defineActivity } from "../../base/command.ts";
import { refusedToDetach } from "../../base/detachable.ts";
import { servicesFor } from "../../base/services.ts";
import { confirmFor } from "../../base/confirm.ts";
import { exitCodeOfRun } from "../../base/exit_code.ts";
import { chooseBriefness } from "../../base/brief.ts";
import {
  AS_FLAGS,
  AS_WORDS,
  BRIEF_FLAGS,
  BRIEF_WORDS,
  DETACH_FLAGS,
  DETACH_WORDS,
  DRY_RUN_FLAGS,
  DRY_RUN_WORDS,
  ENV_FLAGS,
  ENV_WORDS,
  FAIL_FAST_FLAGS,
  FAIL_FAST_WORDS,
  FRESH_FLAGS,
  FRESH_WORDS,
  JOBS_FLAGS,
  JOBS_WORDS,
  KEEP_GOING_FLAGS,
  KEEP_GOING_WORDS,
  NOTIFY_FLAGS,
  NOTIFY_WORDS,
  QUIET_FLAGS,
  QUIET_WORDS,
} from "../../base/flags.ts";
import { CALLERS } from "../../base/global_flags.ts";
import type { Invocation } from "../../base/invocation.ts";
import { showDryRun } from "../../reports/dry_run_report.ts";
import { OUTPUT_MODES, type OutputMode } from "../../reports/graph_output.ts";
import { unhappyEnding } from "../../reports/run_report.ts";
import { RunReporter } from "../../reports/run_reporter.ts";
import { failedChecks, nextWords } from "../../reports/build_report.ts";
import { nextAfterBuild } from "../../reports/task_report.ts";

interface BuildOptions {
  readonly name: string | undefined;
  readonly extraArgs: readonly string[];
  readonly all: boolean;
  readonly plan: boolean;
  readonly withNeeds: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly isYes: boolean;
  readonly fresh: boolean;
  readonly dryRun: boolean;
  readonly detach: boolean;
  /** undefined: the number of processors. */
  readonly jobs: number | undefined;
  readonly keepGoing: boolean;
  readonly failFast: boolean;
  /** undefined: depends on whether stdout is a terminal. */
  readonly output: OutputMode | undefined;
}

export const command = defineActivity({
  flags: (command) =>
    command
      .argument("[task]", "name of the task")
      .argument("[args...]", "after --: further arguments, which are recorded as a deviation from the plan")
      .option("--all", "every task that is not done, needs first")
      .option("--plan", "make a plan first if none fits the definition")
      .option("--with-needs", "first build the needed tasks that are not done")
      .option(JOBS_FLAGS, JOBS_WORDS, jobsValue)
      .option(KEEP_GOING_FLAGS, KEEP_GOING_WORDS)
      .option(FAIL_FAST_FLAGS, FAIL_FAST_WORDS)
      .addOption(
        new Option(
          "--output <mode>",
          "the output of several tasks: as it comes, line by line after names, whole when a task ends, of failed tasks, or none",
        ).choices(OUTPUT_MODES),
      )
      .option(ENV_FLAGS, `${ENV_WORDS}; recorded as a deviation from the plan`, variableValues)
      .option(FRESH_FLAGS, FRESH_WORDS)
      .option(DRY_RUN_FLAGS, DRY_RUN_WORDS)
      .option(DETACH_FLAGS, DETACH_WORDS)
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
    {
      line: "orchastration build run --all --keep-going",
      does: "every task that is not done, if its needs can be built",
    },
  ],
  request: ([name, extraArgs], options): BuildOptions => {
    const { all, plan, withNeeds, env = {}, yes, fresh, dryRun, jobs, keepGoing, failFast, output } = options;
    return {
      name,
      extraArgs,
      all: all === true,
      plan: plan === true,
      withNeeds: withNeeds === true,
      env,
      isYes: yes === true,
      fresh: fresh === true,
      dryRun: dryRun === true,
      detach: options.detach === true,
      jobs,
      keepGoing: keepGoing === true,
      failFast: failFast === true,
      output,
    };
  },
  misuse: misuseOf,
  carryOut: build,
});

function misuseOf(options: BuildOptions): Failure | undefined {
  const { name, all, withNeeds, keepGoing, failFast, jobs, output, detach, dryRun } = options;
  const misuse = (value: string | undefined, fact: string, ...next: NextSteps): Failure => ({
    code: "arguments_invalid",
    action: value === undefined ? "understand the command" : "use",
    value,
    fact,
    next,
  });
  if (name === undefined && !all) {
    const next = [nextCommand("build run", placeholder("task")), nextCommand("build run", "--all")] as const;
    return misuse(undefined, "<task> is missing", ...next);
  }
  if (name !== undefined && all) {
    return misuse("--all", "it builds every task, and takes no name", nextCommand("build run", "--all"));
  }
  const ofSeveral = [
    ...(jobs === undefined ? [] : ["--jobs"]),
    ...(keepGoing ? ["--keep-going"] : []),
    ...(failFast ? ["--fail-fast"] : []),
    ...(output === undefined ? [] : ["--output"]),
  ];
  if (name !== undefined && !withNeeds && ofSeveral[0] !== undefined) {
    return misuse(
      ofSeveral[0],
      "it is for builds of several tasks",
      nextCommand("build run", name, "--with-needs"),
      nextCommand("build run", "--all"),
    );
  }
  if (detach && dryRun) {
    return misuse(
      "--detach",
      "--dry-run runs nothing",
      nextCommand("build run", name ?? "--all", "--dry-run"),
    );
  }
  if (!keepGoing || !failFast) return undefined;
  return misuse(
    "--fail-fast",
    "--fail-fast ends everything after a failure, but --keep-going continues",
    nextCommand("build run", name ?? "--all", "--keep-going"),
  );
}

async function build(options: BuildOptions, invocation: Invocation): Promise<number> {
  chooseBriefness(invocation);
  const { name } = options;
  const isSupervisor = invocation.host.environment.handedOver !== undefined;
  if (options.detach && !isSupervisor) {
    const { runDetached } = await import("../../reports/detached_run.ts");
    return await runDetached(name === undefined ? [] : [name], invocation);
  }
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  if (options.dryRun) {
    const { dryRunBuild } = await import("../../../app/tasks/dry_run_build.ts");
    return await showDryRun(await dryRunBuild(workspace.value, options), invocation);
  }
  const names = name === undefined ? [] : [name];
  const refused = options.detach && isSupervisor ? await refusedToDetach(workspace.value, names) : undefined;
  if (refused !== undefined) return invocation.fail(refused);
  if (name === undefined || await isOfGraph(workspace.value, name, options)) {
    return await buildGraph(options, workspace.value, invocation);
  }
  const useServices = servicesFor(workspace.value);
  const request = { ...options, name, useServices, confirm: confirmFor(invocation, options.isYes) };
  if (isSupervisor) {
    const { superviseBuild } = await import("../../reports/detached_run.ts");
    return await superviseBuild(request, workspace.value, invocation);
  }
  const reporter = await RunReporter.open(invocation, workspace.value);
  if (!reporter.ok) return invocation.fail(reporter.failure);
  const { buildTask } = await import("../../../app/tasks/build_task.ts");
  const built = await buildTask(workspace.value, request, reporter.value);
  if (!built.ok) return invocation.fail(built.failure);
  const { run, record } = built.value;
  const document = { ...run, task: { status: record.status, reason: record.reason } };
  await reporter.value.ended(workspace.value, run, document);
  if (invocation.isBrief) {
    if (!invocation.isJson) await printBriefly(built.value, workspace.value, invocation);
    return exitCodeOfRun(run);
  }
  const unhappy = unhappyEnding(run, invocation);
  if (unhappy !== undefined) invocation.console.err(`${unhappy}${failedChecks(run, invocation)}`);
  else if (!invocation.isQuiet) invocation.console.err(nextWords(built.value, invocation));
  return exitCodeOfRun(run);
}

async function printBriefly(
  { run, record, open }: BuildReport,
  workspace: Workspace,
  invocation: Invocation,
): Promise<void> {
  const { briefBuildAnswer } = await import("../../reports/brief_report.ts");
  const next = invocation.nextLine([nextAfterBuild(record, open)]);
  invocation.console.out(await briefBuildAnswer(workspace, { run, record, next }, invocation));
}

/** Only the output of a graph can be held back, so a task without needs with another form of output is built as a graph of one. */
async function isOfGraph(
  workspace: Workspace,
  name: string,
  { withNeeds, output }: BuildOptions,
): Promise<boolean> {
  if (!withNeeds) return false;
  if (output !== undefined && output !== "live") return true;
  const { needsOthers } = await import("../../../app/tasks/build_tasks.ts");
  return await needsOthers(workspace, name);
}

async function buildGraph(
  options: BuildOptions,
  workspace: Workspace,
  invocation: Invocation,
): Promise<number> {
  const { buildGraphOf } = await import("../../reports/graph_run.ts");
  const { keepGoing, failFast, isYes, output } = options;
  return await buildGraphOf(
    {
      ...options,
      jobs: options.jobs ?? invocation.host.environment.processors,
      afterFailure: keepGoing ? "keep_going" : failFast ? "fail_fast" : "stop",
      useServices: servicesFor(workspace),
      confirm: confirmFor(invocation, isYes),
    },
    output,
    workspace,
    invocation,
  );
}
