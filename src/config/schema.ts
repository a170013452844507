/**
 * The keys of the configuration, with the form and bounds of each (docs/configuration.md). Knows no defaults.
 */

import { COLOR_SETTINGS } from "../model/color_env.ts";
import { EXECUTORS, extraArgProblem } from "../model/executor.ts";
import { DECLARED_TASK_STATUSES } from "../model/task.ts";
import { parseCalendar } from "../model/calendar.ts";
import { parseDuration } from "../model/duration.ts";
import { NOTIFIED_STATUSES } from "../model/notify.ts";
import { HASH_ALGORITHMS, LOG_FORMATS, LOG_LEVELS, SIGN_SETTINGS } from "../model/project.ts";
import { acceptance, type criterion } from "./criteria.ts";
import { asCommand, assignment, COMMAND_EXAMPLE } from "./hints.ts";
import { SERVICE_RESTARTS, SERVICE_SIGNALS } from "../model/service.ts";
import { nameProblem } from "../model/ids.ts";
import type { Platform } from "./platform.ts";
import { parameters } from "./parameters.ts";
import type { KeyPath, Problem } from "./problem.ts";
import {
  flag,
  isTable,
  type JsonSchema,
  kindOf,
  listOf,
  number,
  oneOf,
  type Shape,
  shape,
  tableOf,
  text,
  wrong,
} from "./shape.ts";
import {
  branchPrefix,
  command,
  env,
  ENV_NAME_RULE,
  envFiles,
  envName,
  exitCodes,
  inputEnv,
  inputs,
  inputTools,
  inside,
  NAME_RULE,
  NOT_EMPTY,
  notBlank,
  path,
  regularExpression,
  repo,
  retry,
  seconds,
  template,
  timeout,
  url,
  withoutVariables,
} from "./values.ts";

/** The keys that may differ from system to system. */
const platformKeys = {
  command,
  working_dir: template(path, NOT_EMPTY),
  timeout_seconds: timeout,
  kill_grace_seconds: seconds,
  env,
  env_file: envFiles,
  retry,
  success_exit_codes: exitCodes,
};

const outputs = listOf(text(withoutVariables(inside), NOT_EMPTY), "strings");

const everywhereKeys = {
  description: text(),
  inputs,
  input_env: inputEnv,
  input_tools: inputTools,
  secrets: listOf(text(envName, ENV_NAME_RULE), "strings"),
  confirm: text(notBlank, NOT_EMPTY),
  color: oneOf(COLOR_SETTINGS),
};

const { description, ...otherKeys } = everywhereKeys;
const commandKeys = { description, ...platformKeys, outputs, ...otherKeys };

const onlyJobKeys = {
  group: text(notBlank, NOT_EMPTY),
  // Which names are allowed is validated together with the names of jobs.
  alias: listOf(text(undefined, NAME_RULE), "names"),
  hidden: flag,
  args: parameters,
  interactive: flag,
  terminal: flag,
  stdin: oneOf(["none", "inherit"]),
  leave_running: flag,
  concurrency: oneOf(["allow", "refuse", "wait"]),
  lock: text(nameProblem, NAME_RULE),
  needs: listOf(text(), "names of jobs"),
  pool: text(nameProblem, NAME_RULE),
  uses: listOf(text(), "names of services"),
  executor: oneOf(EXECUTORS),
};

const onlyTaskKeys = {
  documents: listOf(text(withoutVariables(path), NOT_EMPTY), "strings"),
  repo,
  acceptance,
  needs: listOf(text(), "names of tasks"),
  parallel: flag,
  uses: listOf(text(), "names of services"),
  executor: oneOf(EXECUTORS),
  status: oneOf(DECLARED_TASK_STATUSES),
};

const EVERYWHERE = "this key is the same on every system; write it beside command";

const jobPlatform = tableOf({ ...platformKeys, outputs }, {
  elsewhere: { keys: Object.keys({ ...everywhereKeys, ...onlyJobKeys }), hint: EVERYWHERE },
});

const taskPlatform = tableOf({ ...platformKeys, outputs }, {
  elsewhere: { keys: Object.keys({ ...everywhereKeys, ...onlyTaskKeys }), hint: EVERYWHERE },
});

/** The keys that jobs and tasks may share; keys for jobs only are skipped for tasks. */
const defaults = tableOf({
  working_dir: platformKeys.working_dir,
  timeout_seconds: timeout,
  kill_grace_seconds: seconds,
  env_file: envFiles,
  retry,
  success_exit_codes: exitCodes,
  secrets: everywhereKeys.secrets,
  color: everywhereKeys.color,
  stdin: onlyJobKeys.stdin,
  terminal: flag,
  leave_running: flag,
  concurrency: onlyJobKeys.concurrency,
  max_detached: number({ min: 1, max: 10_000, whole: true }),
}, {
  elsewhere: { keys: ["env"], hint: "write it as a table of its own, [env]" },
});

const readyCheck = tableOf({
  port: number({ min: 1, max: 65_535, whole: true }),
  line: text(regularExpression, NOT_EMPTY),
  http: text(url, NOT_EMPTY),
  command,
});

/** Exactly one of the ways. */
const ready: typeof readyCheck = Object.assign(
  (value: unknown, at: KeyPath, problems: Problem[]) => {
    const known = readyCheck(value, at, problems);
    if (known === undefined || !isTable(value) || Object.keys(value).length === 1) return known;
    return wrong(problems, at, "expected one of port, line, http and command", "ready = { port = 8080 }");
  },
  { schema: () => ({ ...readyCheck.schema(), minProperties: 1, maxProperties: 1 }) },
);

const service = tableOf({
  description: text(),
  command,
  working_dir: platformKeys.working_dir,
  env,
  env_file: envFiles,
  secrets: everywhereKeys.secrets,
  kill_grace_seconds: seconds,
  ready,
  ready_timeout_seconds: seconds,
  stop_signal: oneOf(SERVICE_SIGNALS),
  restart: oneOf(SERVICE_RESTARTS),
}, {
  required: [{ key: "command", hint: COMMAND_EXAMPLE }, { key: "ready", hint: "ready = { port = 8080 }" }],
});

/** Whether the timers of every system can say it. */
const calendar = text((value) => {
  const read = parseCalendar(value);
  return read.ok ? undefined : { fact: read.failure.fact, hint: () => read.failure.hint };
}, NOT_EMPTY);

/** The form that `parseDuration` reads. */
const RETENTION = /^\d+(\.\d+)?(ms|s|m|h|d|w)$/;

function retention(value: string): string | undefined {
  return parseDuration(value) === undefined ? 'expected a duration such as "90d", "52w" or "12h"' : undefined;
}

const schedule = tableOf({ job: text(nameProblem, NAME_RULE), at: calendar }, {
  required: [{ key: "job", hint: 'job = "backup"' }, { key: "at", hint: 'at = "Mon..Fri 02:30"' }],
});

/** The name of a partition, an account or a quality of service. */
const slurmName = text(
  (value) => /^[\w.@-][\w.,@-]*$/.test(value) ? undefined : "expected a name as Slurm writes it",
  NOT_EMPTY,
);

const slurm = tableOf({
  shared_dir: text(withoutVariables(path), NOT_EMPTY),
  partition: slurmName,
  account: slurmName,
  qos: slurmName,
  time_seconds: number({ min: 1, max: 31_536_000, whole: true }),
  cpus: number({ min: 1, max: 65_536, whole: true }),
  memory: text(
    (value) =>
      /^[1-9]\d*[KMGT]?$/.test(value) ? undefined : 'expected a size as Slurm writes it, such as "4G"',
    { pattern: "^[1-9][0-9]*[KMGT]?$" },
  ),
  gpus: number({ min: 1, max: 1024, whole: true }),
  extra_args: listOf(text(extraArgProblem, { pattern: "^--[a-z]" }), "strings"),
  max_pending: number({ min: 1, max: 10_000, whole: true }),
  poll_seconds: number({ min: 1, max: 600 }),
}, {
  required: [{ key: "shared_dir", hint: 'shared_dir = "/scratch/orchastration"' }],
});

const commandRequired = [{ key: "command", hint: COMMAND_EXAMPLE }];

const job = tableOf({ ...commandKeys, ...onlyJobKeys, ...onEach(jobPlatform) }, {
  // A job without a command is a group of what it needs.
  required: [{ key: "command", hint: COMMAND_EXAMPLE, orElse: "needs" }],
  elsewhere: { keys: Object.keys(onlyTaskKeys), hint: "tasks have this key, jobs do not" },
  insteadHint: insteadOfCommandTable,
});

const task = tableOf({ ...commandKeys, ...onlyTaskKeys, ...onEach(taskPlatform) }, {
  required: commandRequired,
  elsewhere: { keys: Object.keys(onlyJobKeys), hint: "jobs have this key, tasks do not" },
  insteadHint: insteadOfCommandTable,
});

/** The top level of the file. */
export const levels = {
  job,
  task,
  service,
  schedule,
  project: tableOf({
    default: text(undefined, NAME_RULE),
    env,
    defaults,
    jobs: namedTables("[jobs.<name>]", job.schema),
    tasks: namedTables("[tasks.<name>]", task.schema),
    services: namedTables("[services.<name>]", service.schema),
    schedules: namedTables("[schedules.<name>]", schedule.schema),
    logging: tableOf({
      level: oneOf(LOG_LEVELS, {
        debug: "debug",
        info: "info",
        warning: "warning",
        error: "error",
        trace: "debug",
        warn: "warning",
        fatal: "error",
        critical: "error",
      }),
      format: oneOf(LOG_FORMATS),
      stdout: flag,
      max_bytes: number({ min: 4096, max: 1_099_511_627_776, whole: true }),
      keep_files: number({ min: 1, max: 100, whole: true }),
    }),
    hash: tableOf({
      algorithm: oneOf(HASH_ALGORITHMS, { "sha-256": "sha256", "sha-1": "sha1", "sha-512": "sha512" }),
    }),
    doc: tableOf({ dir: text(inside, NOT_EMPTY) }),
    git: tableOf({ branch_prefix: text(branchPrefix) }),
    pools: pools(),
    notify: tableOf({
      on: listOf(oneOf(NOTIFIED_STATUSES), "statuses", { empty: "at least one status" }),
      command,
    }, {
      required: commandRequired,
    }),
    executors: tableOf({ slurm }),
    state: tableOf({ dir: text(withoutVariables(path), NOT_EMPTY) }),
    worktree: tableOf({
      copy: listOf(text(inside, NOT_EMPTY), "strings"),
      setup: listOf(text(), "names of jobs"),
    }),
    evidence: tableOf({
      sign: oneOf(SIGN_SETTINGS),
      time_stamp_url: text(url, NOT_EMPTY),
      retention: text(retention, { pattern: RETENTION.source }),
    }),
  }),
};

export type JobValues = NonNullable<ReturnType<typeof levels.job>>;
export type TaskValues = NonNullable<ReturnType<typeof levels.task>>;
export type ServiceValues = NonNullable<ReturnType<typeof levels.service>>;
export type CommandValues = JobValues | TaskValues;
export type CriterionValues = NonNullable<ReturnType<typeof criterion>>;
export type ProjectValues = NonNullable<ReturnType<typeof levels.project>>;

/** One table for each system. */
function onEach<T>(table: Shape<T>): Record<Platform, Shape<T>> {
  return { windows: table, macos: table, linux: table };
}

/**
 * The tables of `jobs` or `tasks`, not decoded yet: their names are validated before anything else uses them.
 */
function namedTables(header: string, each: () => JsonSchema): Shape<Readonly<Record<string, unknown>>> {
  return shape((value, at, problems) =>
    isTable(value) ? value : wrong(
      problems,
      at,
      `expected tables, found ${kindOf(value)}`,
      `write ${header} above the keys of each`,
    ), () => ({ type: "object", propertyNames: NAME_RULE, additionalProperties: each() }));
}

/** How many places each pool has, by its name. */
function pools(): Shape<Readonly<Record<string, number | undefined>>> {
  const places = number({ min: 1, max: 1024, whole: true });
  return shape((value, at, problems) => {
    if (!isTable(value)) return wrong(problems, at, `expected a table, found ${kindOf(value)}`, "heavy = 1");
    return Object.fromEntries(
      Object.entries(value).map(([name, count]) => {
        const fact = nameProblem(name);
        if (fact !== undefined) {
          problems.push({ at: [...at, name], point: "key", message: fact, hint: undefined });
        }
        return [name, places(count, [...at, name], problems)];
      }),
    );
  }, () => ({ type: "object", propertyNames: NAME_RULE, additionalProperties: places.schema() }));
}

/** For `sample = "ls -la"` and `sample = ["ls"]` under `[jobs]`. */
function insteadOfCommandTable(at: KeyPath, value: unknown): string | undefined {
  const written = asCommand(["command"], value);
  if (written?.startsWith("command =")) return assignment(at, `{ ${written} }`);
  return assignment(at, `{ ${COMMAND_EXAMPLE} }`);
}
