/**
 * Turns a parsed TOML document into the content of a project, or notes every problem. Knows no files and no
 * places in text.
 */

import {
  type CommandDefinition,
  type Job,
  type JobGroup,
  type Retry,
  WITHOUT_OPTIONS,
} from "../model/job.ts";
import { addressVariable, type ReadyCheck, type Service } from "../model/service.ts";
import { overlay } from "../model/variables.ts";
import type { Settings } from "../model/project.ts";
import type { Criterion, Task } from "../model/task.ts";
import { quote } from "../model/visible.ts";
import { suggest } from "../model/suggest.ts";
import { DEFAULTS } from "./defaults.ts";
import { decodeSlurm, requireExecutors } from "./executors.ts";
import { didYouMean } from "./hints.ts";
import { Names } from "./names.ts";
import { decodeNotify } from "./notify.ts";
import { validateNeeds } from "./needs.ts";
import { requireNoArguments, validateParameters } from "./parameters.ts";
import type { KeyPath, Problem } from "./problem.ts";
import { inForce, type Platform } from "./platform.ts";
import { forCommands, type Shared, withShared } from "./shared.ts";
import { concurrencyWith, isGroup, maxDelayOf, validate, validateGroup } from "./validate.ts";
import { decodeSchedules } from "./schedules.ts";
import {
  type CommandValues,
  type CriterionValues,
  type JobValues,
  levels,
  type ProjectValues,
  type ServiceValues,
  type TaskValues,
} from "./schema.ts";

/** Practically without a limit, because a service with restart is meant to stay available. */
const RESTARTS: Retry = {
  max: 1_000_000,
  delayMs: 1000,
  backoff: 2,
  maxDelayMs: 30_000,
  onExitCodes: undefined,
};

export interface Decoded {
  /** Meaningful only where there are no problems. */
  readonly settings: Settings;
  readonly problems: readonly Problem[];
}

export const EMPTY_SETTINGS: Settings = settingsOf(undefined, {
  jobs: new Map(),
  groups: new Map(),
  tasks: new Map(),
  services: new Map(),
  schedules: new Map(),
  aliases: new Map(),
  defaultJob: undefined,
});

/** Decodes a document as smol-toml returns it, for one system. */
export function decode(document: unknown, platform: Platform): Decoded {
  const problems: Problem[] = [];
  const values = levels.project(document, [], problems);
  const shared: Shared = {
    env: values?.env ?? {},
    defaults: forCommands(values?.defaults ?? {}),
    ignoresCase: platform === "windows",
  };
  const names = new Names();
  const jobs: (Job | JobGroup)[] = [];
  const jobNeeds = new Map<string, readonly string[]>();
  for (const [name, table] of Object.entries(values?.jobs ?? {})) {
    const at = ["jobs", name];
    const free = names.claim("job", name, at, problems);
    const before = problems.length;
    const jobValues = levels.job(table, at, problems);
    const job = jobValues && decodeJob(name, jobValues, { platform, shared }, at, problems);
    // A value with a problem is absent, so its uses would look like uses of an undeclared argument.
    if (jobValues !== undefined && problems.length === before) validateParameters(jobValues, at, problems);
    if (free && job !== undefined) jobs.push(job);
    jobNeeds.set(name, jobValues?.needs ?? []);
  }
  const tasks: Task[] = [];
  const taskNeeds = new Map<string, readonly string[]>();
  for (const [name, table] of Object.entries(values?.tasks ?? {})) {
    const at = ["tasks", name];
    const free = names.claim("task", name, at, problems);
    const taskValues = levels.task(table, at, problems);
    const task = taskValues && decodeTask(name, taskValues, { platform, shared }, at, problems);
    if (free && task !== undefined) tasks.push(task);
    // A task with other problems can still be a need of other tasks.
    taskNeeds.set(name, taskValues?.needs ?? []);
  }
  const services = new Map<string, Service>();
  for (const [name, table] of Object.entries(values?.services ?? {})) {
    const at = ["services", name];
    const free = names.claim("service", name, at, problems);
    const service = levels.service(table, at, problems);
    const decoded = service && decodeService(name, service, shared);
    if (free && decoded !== undefined) services.set(name, decoded);
  }
  const aliases = new Map<string, string>();
  // Done after all names are known, so that a clash is reported at the alias and not at the job or task.
  for (const { name, alias } of jobs) {
    alias.forEach((each, index) => {
      if (names.claim("alias", each, ["jobs", name, "alias", index], problems)) aliases.set(each, name);
    });
  }
  const others = new Set(taskNeeds.keys());
  validateNeeds({ noun: "job", needs: jobNeeds, others, aliases }, problems);
  validateNeeds(
    { noun: "task", needs: taskNeeds, others: new Set(jobNeeds.keys()), aliases: new Map() },
    problems,
  );
  const commands = new Map(jobs.filter(hasCommand).map((job) => [job.name, job]));
  for (const { name, pool } of commands.values()) {
    if (pool !== undefined) requirePool(name, pool, values, problems);
  }
  requireExecutors(values, [...commands.values()], tasks, problems);
  requireSetupJobs(values, aliases, problems);
  for (const { name, uses } of commands.values()) requireServices("jobs", name, uses, values, problems);
  for (const { name, uses } of tasks) requireServices("tasks", name, uses, values, problems);
  const defaultJob = defaultJobOf(values, aliases, problems);
  const ownName = (need: string) => jobNeeds.has(need) ? need : aliases.get(need) ?? need;
  for (const { name, needs } of jobs) {
    for (const [index, need] of needs.entries()) {
      const needed = commands.get(ownName(need));
      if (needed !== undefined) requireNoArguments(needed, ["jobs", name, "needs", index], problems);
    }
  }
  const named = jobs.map((job) => job.needs.length === 0 ? job : { ...job, needs: job.needs.map(ownName) });
  const settings = settingsOf(values, {
    jobs: byNames(named.filter(hasCommand)),
    groups: byNames(named.filter((job) => !hasCommand(job))),
    tasks: byNames(tasks),
    services,
    schedules: decodeSchedules(values, jobs, aliases, problems),
    aliases,
    defaultJob,
  });
  return { settings, problems };
}

function settingsOf(
  values: ProjectValues | undefined,
  named: Pick<Settings, "jobs" | "groups" | "tasks" | "services" | "schedules" | "aliases" | "defaultJob">,
): Settings {
  const logging = values?.logging;
  return {
    ...named,
    pools: new Map(Object.entries(values?.pools ?? {}).map(([name, places]) => [name, places ?? 1])),
    logging: {
      level: logging?.level ?? DEFAULTS.logging.level,
      format: logging?.format,
      stdout: logging?.stdout ?? DEFAULTS.logging.stdout,
      maxBytes: logging?.max_bytes ?? DEFAULTS.logging.max_bytes,
      keepFiles: logging?.keep_files ?? DEFAULTS.logging.keep_files,
    },
    hashAlgorithm: values?.hash?.algorithm ?? DEFAULTS.hash.algorithm,
    docDir: values?.doc?.dir ?? DEFAULTS.doc.dir,
    branchPrefix: values?.git?.branch_prefix ?? DEFAULTS.git.branch_prefix,
    stateDir: values?.state?.dir,
    worktree: {
      copy: values?.worktree?.copy ?? DEFAULTS.worktree.copy,
      setup: values?.worktree?.setup ?? DEFAULTS.worktree.setup,
    },
    evidence: {
      sign: values?.evidence?.sign ?? DEFAULTS.evidence.sign,
      timeStampUrl: values?.evidence?.time_stamp_url,
      retention: values?.evidence?.retention,
    },
    maxDetached: values?.defaults?.max_detached ?? DEFAULTS.defaults.max_detached,
    notify: decodeNotify(values),
    slurm: decodeSlurm(values),
  };
}

/** The jobs that a new work tree runs must exist. */
function requireSetupJobs(
  values: ProjectValues | undefined,
  aliases: ReadonlyMap<string, string>,
  problems: Problem[],
): void {
  const known = [...Object.keys(values?.jobs ?? {}), ...aliases.keys()];
  for (const [index, name] of (values?.worktree?.setup ?? []).entries()) {
    if (known.includes(name)) continue;
    const isTask = Object.hasOwn(values?.tasks ?? {}, name);
    const meant = suggest(name, known);
    problems.push({
      at: ["worktree", "setup", index],
      point: "value",
      message: isTask ? `${quote(name)} is a task, but setup names jobs` : `there is no job ${quote(name)}`,
      hint: isTask || meant === undefined ? undefined : didYouMean(meant),
    });
  }
}

/** The job that `default` names, by its name or an alias. */
function defaultJobOf(
  values: ProjectValues | undefined,
  aliases: ReadonlyMap<string, string>,
  problems: Problem[],
): string | undefined {
  const named = values?.default;
  if (named === undefined) return undefined;
  const jobs = Object.keys(values?.jobs ?? {});
  const name = aliases.get(named) ?? named;
  if (jobs.includes(name)) return name;
  const isTask = Object.hasOwn(values?.tasks ?? {}, named);
  const meant = suggest(named, [...jobs, ...aliases.keys()]);
  problems.push({
    at: ["default"],
    point: "value",
    message: isTask
      ? `${quote(named)} is a task, but default has to name a job`
      : `there is no job ${quote(named)}`,
    hint: isTask || meant === undefined ? undefined : didYouMean(meant),
  });
  return undefined;
}

interface Surroundings {
  readonly platform: Platform;
  readonly shared: Shared;
}

function decodeJob(
  name: string,
  read: JobValues,
  { platform, shared }: Surroundings,
  at: KeyPath,
  problems: Problem[],
): Job | JobGroup | undefined {
  if (isGroup(read)) return decodeGroup(name, read, at, problems);
  validate(read, shared, at, problems);
  const { values } = withShared(inForce(read, platform), shared, at);
  const definition = commandDefinition(name, values);
  return definition && {
    ...definition,
    interactive: values.interactive ?? DEFAULTS.job.interactive,
    terminal: values.terminal ?? DEFAULTS.job.terminal,
    group: values.group,
    alias: values.alias ?? [],
    hidden: values.hidden ?? DEFAULTS.job.hidden,
    args: values.args,
    stdin: values.stdin ?? DEFAULTS.job.stdin,
    leaveRunning: values.leave_running ?? DEFAULTS.job.leave_running,
    concurrency: values.concurrency ?? concurrencyWith(values.lock),
    lock: values.lock,
    needs: values.needs ?? [],
    pool: values.pool,
    uses: values.uses ?? [],
    executor: values.executor ?? DEFAULTS.job.executor,
  };
}

function requirePool(
  job: string,
  pool: string,
  values: ProjectValues | undefined,
  problems: Problem[],
): void {
  const known = Object.keys(values?.pools ?? {});
  if (known.includes(pool)) return;
  const meant = suggest(pool, known);
  problems.push({
    at: ["jobs", job, "pool"],
    point: "value",
    message: `there is no pool ${quote(pool)}`,
    hint: meant === undefined ? `[pools] says how many places it has: ${pool} = 1` : didYouMean(meant),
  });
}

function requireServices(
  table: "jobs" | "tasks",
  name: string,
  uses: readonly string[],
  values: ProjectValues | undefined,
  problems: Problem[],
): void {
  const known = Object.keys(values?.services ?? {});
  for (const [index, used] of uses.entries()) {
    if (known.includes(used)) {
      const other = uses.slice(0, index).find((each) =>
        each !== used && addressVariable(each) === addressVariable(used)
      );
      if (other === undefined) continue;
      problems.push({
        at: [table, name, "uses", index],
        point: "value",
        message: `the addresses of ${quote(other)} and ${quote(used)} have the same variable, ${
          addressVariable(used)
        }`,
        hint: "give one of these services another name",
      });
      continue;
    }
    const meant = suggest(used, known);
    problems.push({
      at: [table, name, "uses", index],
      point: "value",
      message: `there is no service ${quote(used)}`,
      hint: meant === undefined ? `[services.${used}] says how it is started` : didYouMean(meant),
    });
  }
}

/** undefined where a required key is missing; the problem is already noted. */
function decodeService(
  name: string,
  values: ServiceValues,
  { env, ignoresCase }: Shared,
): Service | undefined {
  const { command, ready } = values;
  const check: ReadyCheck | undefined = ready?.port !== undefined
    ? { kind: "port", port: ready.port }
    : ready?.line !== undefined
    ? { kind: "line", pattern: ready.line }
    : ready?.http !== undefined
    ? { kind: "http", url: ready.http }
    : ready?.command !== undefined
    ? { kind: "command", command: ready.command }
    : undefined;
  if (command === undefined || check === undefined) return undefined;
  const { restart = DEFAULTS.service.restart, stop_signal, ready_timeout_seconds } = values;
  return {
    name,
    ready: check,
    readyTimeoutMs: milliseconds(ready_timeout_seconds ?? DEFAULTS.service.ready_timeout_seconds),
    stopSignal: stop_signal ?? DEFAULTS.service.stop_signal,
    job: {
      ...WITHOUT_OPTIONS,
      name,
      description: values.description,
      command,
      workingDir: values.working_dir ?? DEFAULTS.service.working_dir,
      env: overlay(env, values.env ?? {}, ignoresCase),
      envFiles: values.env_file ?? [],
      timeoutMs: undefined,
      killGraceMs: milliseconds(values.kill_grace_seconds ?? DEFAULTS.service.kill_grace_seconds),
      secrets: values.secrets ?? [],
      retry: restart === "never" ? undefined : RESTARTS,
      group: undefined,
      alias: [],
      hidden: true,
      args: undefined,
      interactive: false,
      terminal: false,
      stdin: "none",
      leaveRunning: false,
      concurrency: "allow",
      lock: undefined,
      needs: [],
      pool: undefined,
      uses: [],
      executor: "local",
    },
  };
}

function hasCommand(job: Job | JobGroup): job is Job {
  return "command" in job;
}

function decodeGroup(
  name: string,
  read: JobValues,
  at: KeyPath,
  problems: Problem[],
): JobGroup {
  validateGroup(read, at, problems);
  return {
    name,
    description: read.description,
    group: read.group,
    alias: read.alias ?? DEFAULTS.group.alias,
    hidden: read.hidden ?? DEFAULTS.group.hidden,
    needs: read.needs ?? [],
  };
}

function decodeTask(
  name: string,
  read: TaskValues,
  { platform, shared }: Surroundings,
  at: KeyPath,
  problems: Problem[],
): Task | undefined {
  validate(read, shared, at, problems);
  const { values } = withShared(inForce(read, platform), shared, at);
  const definition = commandDefinition(name, values);
  return definition && {
    ...definition,
    documents: values.documents ?? [],
    repo: values.repo,
    acceptance: values.acceptance?.map(criterionOf) ?? [],
    needs: values.needs ?? [],
    parallel: values.parallel ?? DEFAULTS.task.parallel,
    uses: values.uses ?? [],
    executor: values.executor ?? DEFAULTS.task.executor,
    declaredStatus: values.status,
  };
}

function criterionOf(values: CriterionValues): Criterion {
  return {
    // Absent only where a problem was noted.
    id: values.id ?? "",
    text: values.text ?? "",
    check: values.check,
    timeoutMs: timeoutOf(values.timeout_seconds),
    fresh: values.fresh ?? false,
  };
}

/** undefined where the command is missing; the problem is already noted. */
function commandDefinition(name: string, values: CommandValues): CommandDefinition | undefined {
  if (values.command === undefined) return undefined;
  return {
    name,
    description: values.description,
    command: values.command,
    workingDir: values.working_dir ?? DEFAULTS.job.working_dir,
    env: values.env ?? {},
    envFiles: values.env_file ?? [],
    timeoutMs: timeoutOf(values.timeout_seconds),
    killGraceMs: milliseconds(values.kill_grace_seconds ?? DEFAULTS.job.kill_grace_seconds),
    secrets: values.secrets ?? [],
    retry: values.retry && decodeRetry(values.retry),
    successExitCodes: values.success_exit_codes ?? DEFAULTS.job.success_exit_codes,
    confirm: values.confirm,
    color: values.color ?? DEFAULTS.job.color,
    inputs: values.inputs,
    inputEnv: values.input_env ?? [],
    inputTools: values.input_tools ?? [],
    outputs: values.outputs ?? [],
    declaresOutputs: values.outputs !== undefined,
  };
}

function decodeRetry(values: NonNullable<CommandValues["retry"]>): Retry {
  const delay = values.delay_seconds ?? DEFAULTS.retry.delay_seconds;
  return {
    max: values.max ?? 1,
    delayMs: milliseconds(delay),
    backoff: values.backoff ?? DEFAULTS.retry.backoff,
    maxDelayMs: milliseconds(maxDelayOf(values, delay)),
    onExitCodes: values.on_exit_codes,
  };
}

/** Zero means none. */
function timeoutOf(seconds: number | undefined): number | undefined {
  return seconds ? milliseconds(seconds) : undefined;
}

/** A duration above zero never becomes zero, which has another meaning. */
function milliseconds(seconds: number): number {
  return seconds === 0 ? 0 : Math.max(1, Math.round(seconds * 1000));
}

/** In the order of `byName`. Names differ in more than case, so equal names need no comparison. */
function byNames<T extends { readonly name: string }>(all: readonly T[]): ReadonlyMap<string, T> {
  const folded = new Map(all.map((each) => [each.name.toLowerCase(), each]));
  return new Map([...folded.keys()].sort().map((key) => [folded.get(key)!.name, folded.get(key)!]));
}
