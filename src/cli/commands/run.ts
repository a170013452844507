/** `run`: a job, with its output live. */

import { nextCommand } from "../../model/next_step.ts";
import { Option } from "@commander-js/extra-typings";
import type { RunJobRequest } from "../../app/jobs/run_job.ts";
import type { WatchJobRequest } from "../../app/watch/watch_job.ts";
import { globValues, variableValues } from "../base/arguments.ts";
import { defineActivity } from "../base/command.ts";
import { confirmFor } from "../base/confirm.ts";
import { exitCodeOfRun } from "../base/exit_code.ts";
import {
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
} from "../base/flags.ts";
import type { Invocation } from "../base/invocation.ts";
import { RunReporter, unhappyWords } from "../reports/run_reporter.ts";

export const command = defineActivity({
  flags: (command) =>
    command
      .argument("[job]", "name of the job, or an alias of it; without it the default of the configuration")
      .argument("[args...]", "after --: further arguments for the job's command")
      .option(ENV_FLAGS, ENV_WORDS, variableValues)
      .option(FRESH_FLAGS, FRESH_WORDS)
      .option(DRY_RUN_FLAGS, DRY_RUN_WORDS)
      .option("--yes", "say yes to the question of a job that has confirm")
      .option(QUIET_FLAGS, QUIET_WORDS)
      .option(NOTIFY_FLAGS, NOTIFY_WORDS)
      .addOption(
        new Option(
          "--watch [glob]",
          "run again when a file changes, of all or of these; may be given several times",
        ).argParser(globValues).preset(""),
      ),
  examples: [
    { line: "orchastration run sample", does: "run the job; its exit status is ours" },
    { line: "orchastration run", does: "run the default of the configuration" },
    { line: "orchastration run sample -- -t --reverse", does: "add arguments to its command" },
    { line: "orchastration run sample --env LEVEL=3", does: "with this variable in its environment" },
    {
      line: "orchastration run sample --quiet > sample.txt",
      does:
        "only the job's own output, and an error where it fails: for files and pipes, where log records stand on " +
        "stdout else; ORCHASTRATION_LOG_STDOUT=0 and [logging] stdout = false leave these out of every call",
    },
    { line: "orchastration run sample --json", does: "the record on stdout, the job's output on stderr" },
    {
      line: "orchastration run sample --watch",
      does: "run it, and again whenever a file changes, until Ctrl-C",
    },
    {
      line: 'orchastration run sample --watch "src/**/*.ts" --watch README.md',
      does: "when one of these changes",
    },
  ],
  request: ([name, extraArgs], { env = {}, yes, fresh, dryRun, watch }) => ({
    name,
    extraArgs,
    env,
    isYes: yes === true,
    fresh: fresh === true,
    dryRun: dryRun === true,
    watchedGlobs: watch,
  }),
  misuse({ name, watchedGlobs, dryRun }, { json }) {
    const taken = watchedGlobs?.at(-1) ?? "";
    // A word without the signs of a path or a pattern is most likely the job.
    if (name === undefined && /^[\w-]+$/.test(taken)) {
      return {
        code: "arguments_invalid",
        action: "understand the command",
        value: undefined,
        fact: `<job> is missing; --watch took "${taken}" for its own`,
        next: [nextCommand("run", taken, "--watch")],
      };
    }
    const named = name === undefined ? [] : [name];
    if (watchedGlobs !== undefined && dryRun) {
      return {
        code: "arguments_invalid",
        action: "use",
        value: "--dry-run",
        fact: "it runs nothing, and --watch goes on running",
        next: [nextCommand("run", ...named, "--dry-run")],
      };
    }
    if (watchedGlobs === undefined || json !== true) return undefined;
    return {
      code: "arguments_invalid",
      action: "use",
      value: "--watch",
      fact: "with --json, stdout is one document, and a watch has many runs",
      next: [nextCommand("runs list", ...named, "--json")],
    };
  },
  carryOut({ name, extraArgs, env, isYes, fresh, dryRun, watchedGlobs: globs }, invocation) {
    const request = { name, extraArgs, env, fresh, confirm: confirmFor(invocation, isYes) };
    if (dryRun) return dryRunOf(request, invocation);
    return globs === undefined ? run(request, invocation) : watch({ ...request, globs }, invocation);
  },
});

async function dryRunOf(request: RunJobRequest, invocation: Invocation): Promise<number> {
  const workspace = await invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const [{ dryRunJob }, { showDryRun }] = await Promise.all([
    import("../../app/jobs/run_job.ts"),
    import("../reports/dry_run_report.ts"),
  ]);
  return await showDryRun(await dryRunJob(workspace.value, request), invocation);
}

async function run(request: RunJobRequest, invocation: Invocation): Promise<number> {
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const reporter = await RunReporter.open(invocation, workspace.value);
  if (!reporter.ok) return invocation.fail(reporter.failure);
  const { runJob } = await import("../../app/jobs/run_job.ts");
  const ended = await runJob(workspace.value, request, reporter.value);
  if (!ended.ok) return invocation.fail(ended.failure);
  const record = ended.value;
  await reporter.value.ended(workspace.value, record, record);
  const words = await unhappyWords(record, invocation);
  if (words !== undefined) invocation.console.err(words);
  return exitCodeOfRun(record);
}

async function watch(request: WatchJobRequest, invocation: Invocation): Promise<number> {
  const workspace = invocation.workspace();
  if (!workspace.ok) return invocation.fail(workspace.failure);
  const { watchRun } = await import("../reports/watch_run.ts");
  return await watchRun(invocation, workspace.value, request);
}
