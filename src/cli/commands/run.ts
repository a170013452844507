/** `run`: runs a job with its output live, or several jobs with their needs. */

import { type ExecutorName, EXECUTORS } from "../../model/executor.ts";
import { nextCommand } from "../../model/next_step.ts";
import { Option } from "@commander-js/extra-typings";
import type { RunJobRequest } from "../../app/jobs/run_job.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import type { WatchJobRequest } from "../../app/watch/watch_job.ts";
import { globValues, jobsValue, variableValues, wordValue } from "../base/arguments.ts";
import { defineActivity } from "../base/command.ts";
import { refusedToDetach } from "../base/detachable.ts";
import { servicesFor } from "../base/services.ts";
import { confirmFor } from "../base/confirm.ts";
import { exitCodeOfRun } from "../base/exit_code.ts";
import { chooseBriefness } from "../base/brief.ts";
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
} from "../base/flags.ts";
import { CALLERS } from "../base/global_flags.ts";
import type { Invocation } from "../base/invocation.ts";
import { OUTPUT_MODES, type OutputMode } from "../reports/graph_output.ts";
import { RunReporter, unhappyWords } from "../reports/run_reporter.ts";

export const command = defineActivity({
  flags: (command) =>
    command
      .argument(
        "[job...]",
        "names or aliases of jobs (default: the default of the configuration); words after -- are passed " +
          "on to the commands of these jobs, and not to the jobs that they need",
      )
      .option("--group <heading>", "all jobs that list shows under this heading")
      .option("--again <graph-run>", "run again what did not succeed in this run of several jobs", wordValue)
      .option(
        "--changed-since <rev>",
        "only jobs whose inputs changed since this commit, branch or tag of git, and jobs that need one",
        wordValue,
      )
      .option(JOBS_FLAGS, JOBS_WORDS, jobsValue)
      .option(KEEP_GOING_FLAGS, KEEP_GOING_WORDS)
      .option(FAIL_FAST_FLAGS, FAIL_FAST_WORDS)
      .addOption(
        new Option(
          "--output <mode>",
          "the output of several jobs: as it comes, line by line after names, whole when a job ends, of failed jobs, or none",
        ).choices(OUTPUT_MODES),
      )
      .option(ENV_FLAGS, ENV_WORDS, variableValues)
      .option(FRESH_FLAGS, FRESH_WORDS)
      .option(DRY_RUN_FLAGS, DRY_RUN_WORDS)
      .option(DETACH_FLAGS, DETACH_WORDS)
      .addOption(
        new Option(
          "--executor <executor>",
          "where jobs run, instead of where the configuration says: on this machine, or on a node of the cluster",
        ).choices(EXECUTORS),
      )
      .option(
        "--scheduled <schedule>",
        "how the timers of schedules call: it runs only what a person has trusted",
        wordValue,
      )
      .option("--yes", "answer yes to the question of a job with confirm")
      .option(QUIET_FLAGS, QUIET_WORDS)
      .option(BRIEF_FLAGS, BRIEF_WORDS)
      .addOption(new Option(AS_FLAGS, AS_WORDS).choices(CALLERS))
      .option(NOTIFY_FLAGS, NOTIFY_WORDS)
      .addOption(
        new Option(
          "--watch [glob]",
          "run again when a file changes, of all files or of these; of several jobs what is out of date; can be repeated",
        ).argParser(globValues).preset(""),
      ),
  examples: [
    { line: "orchastration run sample", does: "run the job; its exit status becomes ours" },
    { line: "orchastration run", does: "run the default of the configuration" },
    { line: "orchastration run sample -- -t --reverse", does: "add arguments to its command" },
    {
      line: "orchastration run lint test --keep-going",
      does: "both with their needs, at the same time, and both to the end even if one fails",
    },
    {
      line: "orchastration run --again graph",
      does: "run again what did not succeed in the newest run of several jobs",
    },
    {
      line: "orchastration run --changed-since main",
      does:
        "every job whose inputs differ from where this branch left main, uncommitted and new files included",
    },
    { line: "orchastration run --group checks -j 2", does: "all jobs of this heading, two at a time" },
    { line: "orchastration run sample --env LEVEL=3", does: "with this variable in its environment" },
    {
      line: "orchastration run sample --quiet > sample.txt",
      does:
        "only the job's own output, and an error if it fails: for files and pipes, where stdout otherwise contains " +
        "log records; ORCHASTRATION_LOG_STDOUT=0 and [logging] stdout = false keep these out of every call",
    },
    {
      line: "orchastration run sample --executor slurm",
      does: "on a node of the cluster of [executors.slurm], followed from here",
    },
    { line: "orchastration run sample --json", does: "the record on stdout, the job's output on stderr" },
    {
      line: "orchastration run sample --detach",
      does: "run it without the terminal, which can be closed; logs sample --follow shows its output",
    },
    {
      line: "orchastration run sample --watch",
      does: "run it now, and again whenever a file changes, until Ctrl-C",
    },
    {
      line: 'orchastration run sample --watch "src/**/*.ts" --watch README.md',
      does: "only when one of these changes",
    },
    {
      line: "orchastration run lint test --watch",
      does:
        "both with everything that they need, and again of it what a change of their inputs makes out of date",
    },
  ],
  request(args, options): RunWords {
    // The parser gives them as two lists: the words before `--`, and those behind it.
    const [names = [], extraArgs = []] = args as readonly (readonly string[])[];
    const { env = {}, yes, fresh, dryRun, detach, watch, group, jobs, keepGoing, failFast, output, again } =
      options;
    const { changedSince, scheduled, executor } = options;
    return {
      names,
      heading: group,
      extraArgs,
      env,
      isYes: yes === true,
      fresh: fresh === true,
      dryRun: dryRun === true,
      detach: detach === true,
      watchedGlobs: watch,
      jobs,
      keepGoing: keepGoing === true,
      failFast: failFast === true,
      output,
      again,
      changedSince,
      scheduled,
      executor,
    };
  },
  misuse(request, { json }) {
    const {
      names,
      heading,
      watchedGlobs,
      dryRun,
      detach,
      keepGoing,
      failFast,
      again,
      changedSince,
      extraArgs,
      scheduled,
    } = request;
    const taken = watchedGlobs?.at(-1) ?? "";
    const [name] = names;
    // A word that does not look like a path or a pattern is most likely the job.
    if (name === undefined && heading === undefined && /^[\w-]+$/.test(taken)) {
      return {
        code: "arguments_invalid",
        action: "understand the command",
        value: undefined,
        fact: `<job> is missing; --watch took "${taken}" as its value`,
        next: [nextCommand("run", taken, "--watch")],
      };
    }
    const misused = (value: string, fact: string, path: string, ...words: readonly string[]) =>
      ({
        code: "arguments_invalid",
        action: "use",
        value,
        fact,
        next: [nextCommand(path, ...words)],
      }) as const;
    const other = dryRun
      ? "--dry-run"
      : watchedGlobs !== undefined
      ? "--watch"
      : changedSince !== undefined
      ? "--changed-since"
      : undefined;
    if (again !== undefined && other !== undefined) {
      const fact = "--again runs once what did not succeed in the earlier run";
      return misused(other, fact, "run", "--again", again);
    }
    if (again !== undefined && (names.length > 0 || heading !== undefined || extraArgs.length > 0)) {
      return misused("--again", "it takes names and arguments from the earlier run", "run", "--again", again);
    }
    if (keepGoing && failFast) {
      return misused(
        "--fail-fast",
        "--fail-fast ends everything after a failure, but --keep-going continues",
        "run",
        ...names,
        "--keep-going",
      );
    }
    if (changedSince !== undefined && watchedGlobs !== undefined) {
      const fact = "a watch runs for later changes";
      return misused("--changed-since", fact, "run", ...names, "--changed-since", changedSince);
    }
    if (scheduled !== undefined && !detach) {
      const fact = "nobody waits for a run of a schedule";
      return misused("--scheduled", fact, "run", ...names, "--detach", "--scheduled", scheduled);
    }
    if (detach && (dryRun || watchedGlobs !== undefined)) {
      const other = dryRun ? "--dry-run" : "--watch";
      const fact = dryRun ? "--dry-run runs nothing" : "a watch has many runs, and its terminal ends it";
      return misused("--detach", fact, "run", ...names, other);
    }
    if (watchedGlobs !== undefined && dryRun) {
      return misused(
        "--dry-run",
        "--dry-run runs nothing, but --watch keeps running",
        "run",
        ...names,
        "--dry-run",
      );
    }
    const replaced = names.slice(1).find((word) => /[./\\]/.test(word));
    if (watchedGlobs !== undefined && replaced !== undefined) {
      // The shell has replaced an unquoted pattern by its matches.
      return misused(
        "--watch",
        `"${replaced}" is one word too many: quote a pattern, so that the shell does not expand it`,
        "run",
        name ?? "<job>",
        "--watch",
        "**",
      );
    }
    if (watchedGlobs === undefined || json !== true) return undefined;
    return misused(
      "--watch",
      "with --json, stdout is one document, but a watch has many runs",
      "runs list",
      ...names,
      "--json",
    );
  },
  async carryOut(words, invocation) {
    const { names, heading, dryRun, watchedGlobs: globs } = words;
    // A watch has many ends, so a short answer at the end is not possible.
    if (globs === undefined && words.output === undefined && !dryRun) chooseBriefness(invocation);
    const isSupervisor = invocation.host.environment.handedOver !== undefined;
    if (words.detach && !isSupervisor) {
      const { runDetached } = await import("../reports/detached_run.ts");
      return await runDetached(names, invocation, words.scheduled);
    }
    const workspace = invocation.workspace();
    if (!workspace.ok) return invocation.fail(workspace.failure);
    const refused = words.detach ? await refusedToDetach(workspace.value, names) : undefined;
    if (refused !== undefined) return invocation.fail(refused);
    const untrusted = words.scheduled === undefined
      ? undefined
      : await untrustedWords(workspace.value, names);
    const { isOfGraph } = await import("../../app/jobs/find_job.ts");
    // Only the output of a graph can be held back, so one job with another form of output is run as a graph of one.
    const isHeldBack = words.output !== undefined && words.output !== "live";
    const isGraph = isHeldBack || words.again !== undefined || words.changedSince !== undefined ||
      await isOfGraph(workspace.value, names, heading);
    const { extraArgs, env, fresh, isYes, executor } = words;
    const useServices = servicesFor(workspace.value);
    const asked = { extraArgs, env, fresh, useServices, untrusted, confirm: confirmFor(invocation, isYes) };
    if (isGraph) {
      const { runGraphOf } = await import("../reports/graph_run.ts");
      const afterFailure = words.keepGoing ? "keep_going" : words.failFast ? "fail_fast" : "stop";
      const jobs = words.jobs ?? invocation.host.environment.processors;
      const { again, changedSince } = words;
      const request = {
        ...asked,
        names,
        heading,
        jobs,
        afterFailure,
        again,
        changedSince,
        executor,
        // Only a supervisor gets here with it.
        isLeft: words.detach,
      } as const;
      if (globs !== undefined) {
        const { watchGraph } = await import("../reports/watch_run.ts");
        return await watchGraph(invocation, workspace.value, { ...request, globs }, words.output);
      }
      return await runGraphOf(request, { dryRun, output: words.output }, workspace.value, invocation);
    }
    const request = { ...asked, name: names[0], executor };
    if (dryRun) return await dryRunOf(request, workspace.value, invocation);
    return globs === undefined
      ? await run(request, workspace.value, invocation)
      : await watch({ ...request, globs }, workspace.value, invocation);
  },
});

interface RunWords {
  readonly names: readonly string[];
  readonly heading: string | undefined;
  readonly extraArgs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly isYes: boolean;
  readonly fresh: boolean;
  readonly dryRun: boolean;
  readonly detach: boolean;
  readonly watchedGlobs: readonly string[] | undefined;
  /** undefined: the number of processors. */
  readonly jobs: number | undefined;
  readonly keepGoing: boolean;
  readonly failFast: boolean;
  /** undefined: depends on whether stdout is a terminal. */
  readonly output: OutputMode | undefined;
  /** A run of a graph. */
  readonly again: string | undefined;
  /** A revision of git. */
  readonly changedSince: string | undefined;
  /** The schedule whose timer calls. */
  readonly scheduled: string | undefined;
  /** undefined: the one of the configuration. */
  readonly executor: ExecutorName | undefined;
}

/** Why a schedule may not run these jobs; undefined if a person has trusted them. A wrong name is reported by the run. */
async function untrustedWords(workspace: Workspace, names: readonly string[]): Promise<string | undefined> {
  const { requireTrustOfJobs, untrustedFact } = await import("../../app/trust/check_trust.ts");
  const trusted = await requireTrustOfJobs(workspace, ...names);
  if (trusted.ok) {
    const { runGuard } = await import("../../app/trust/run_guard.ts");
    workspace.guard = runGuard(workspace, trusted.value.checked);
  }
  const fact = trusted.ok ? undefined : untrustedFact(trusted.failure);
  return fact && `schedules run only what a person has trusted; ${fact}`;
}

async function dryRunOf(
  request: RunJobRequest,
  workspace: Workspace,
  invocation: Invocation,
): Promise<number> {
  const [{ dryRunJob }, { showDryRun }] = await Promise.all([
    import("../../app/jobs/examine_job.ts"),
    import("../reports/dry_run_report.ts"),
  ]);
  return await showDryRun(await dryRunJob(workspace, request), invocation);
}

async function run(request: RunJobRequest, workspace: Workspace, invocation: Invocation): Promise<number> {
  if (invocation.host.environment.handedOver !== undefined) {
    const { superviseRun } = await import("../reports/detached_run.ts");
    return await superviseRun(request, workspace, invocation);
  }
  const reporter = await RunReporter.open(invocation, workspace);
  if (!reporter.ok) return invocation.fail(reporter.failure);
  const { runJob } = await import("../../app/jobs/run_job.ts");
  const ended = await runJob(workspace, request, reporter.value);
  if (!ended.ok) return invocation.fail(ended.failure);
  const record = ended.value;
  await reporter.value.ended(workspace, record, record);
  if (invocation.isBrief) {
    const { briefAnswer } = await import("../reports/brief_report.ts");
    if (!invocation.isJson) invocation.console.out(await briefAnswer(workspace, record, invocation));
    return exitCodeOfRun(record);
  }
  const words = await unhappyWords(record, invocation);
  if (words !== undefined) invocation.console.err(words);
  return exitCodeOfRun(record);
}

async function watch(
  request: WatchJobRequest,
  workspace: Workspace,
  invocation: Invocation,
): Promise<number> {
  const { watchRun } = await import("../reports/watch_run.ts");
  return await watchRun(invocation, workspace, request);
}
