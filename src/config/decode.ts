/**
 * Turns a parsed TOML document into the content of a project, or notes every problem. Knows no files and no
 * places in text.
 */

import type { Job, JobGroup } from "../model/job.ts";
import type { Settings } from "../model/project.ts";
import type { Service } from "../model/service.ts";
import type { Task } from "../model/task.ts";
import { DEFAULTS } from "./defaults.ts";
import { decodeSlurm, requireExecutors } from "./executors.ts";
import { decodeJob, hasCommand } from "./jobs.ts";
import { Names } from "./names.ts";
import { decodeNotify } from "./notify.ts";
import { validateNeeds } from "./needs.ts";
import { requireNoArguments, validateParameters } from "./parameters.ts";
import type { Platform } from "./platform.ts";
import type { Problem } from "./problem.ts";
import { jobNamed, requirePool, requireServices } from "./references.ts";
import { decodeSchedules } from "./schedules.ts";
import { levels, type ProjectValues } from "./schema.ts";
import { decodeService } from "./services.ts";
import { forCommands, type Shared } from "./shared.ts";
import { decodeTask } from "./tasks.ts";

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
  for (const [index, name] of (values?.worktree?.setup ?? []).entries()) {
    jobNamed(
      name,
      { values, aliases, at: ["worktree", "setup", index], wants: "setup names jobs" },
      problems,
    );
  }
  for (const { name, uses } of commands.values()) requireServices("jobs", name, uses, values, problems);
  for (const { name, uses } of tasks) requireServices("tasks", name, uses, values, problems);
  const defaultJob = values?.default === undefined ? undefined : jobNamed(
    values.default,
    { values, aliases, at: ["default"], wants: "default has to name a job" },
    problems,
  );
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

/** In the order of `byName`. Names differ in more than case, so equal names need no comparison. */
function byNames<T extends { readonly name: string }>(all: readonly T[]): ReadonlyMap<string, T> {
  const folded = new Map(all.map((each) => [each.name.toLowerCase(), each]));
  return new Map([...folded.keys()].sort().map((key) => [folded.get(key)!.name, folded.get(key)!]));
}
