/** The table of a job, with a command or with needs alone. */

import type { Job, JobGroup } from "../model/job.ts";
import { commandDefinition, type Surroundings } from "./command_definition.ts";
import { DEFAULTS } from "./defaults.ts";
import { inForce } from "./platform.ts";
import type { KeyPath, Problem } from "./problem.ts";
import type { JobValues } from "./schema.ts";
import { withShared } from "./shared.ts";
import { concurrencyWith, isGroup, validate, validateGroup } from "./validate.ts";

/** Notes every problem of the table. undefined where the command is missing; the problem is already noted. */
export function decodeJob(
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

export function hasCommand(job: Job | JobGroup): job is Job {
  return "command" in job;
}
