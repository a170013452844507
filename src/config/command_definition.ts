/** The part of a definition that every job and task with a command has. Knows neither files nor places in text. */

import type { CommandDefinition, Retry } from "../model/job.ts";
import { DEFAULTS } from "./defaults.ts";
import type { Platform } from "./platform.ts";
import type { CommandValues } from "./schema.ts";
import type { Shared } from "./shared.ts";
import { maxDelayOf } from "./validate.ts";

/** The system and the shared settings, which count besides the table of a job or task itself. */
export interface Surroundings {
  readonly platform: Platform;
  readonly shared: Shared;
}

/** undefined where the command is missing; the problem is already noted. */
export function commandDefinition(name: string, values: CommandValues): CommandDefinition | undefined {
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
export function timeoutOf(seconds: number | undefined): number | undefined {
  return seconds ? milliseconds(seconds) : undefined;
}

/** A duration above zero never becomes zero, which has another meaning. */
export function milliseconds(seconds: number): number {
  return seconds === 0 ? 0 : Math.max(1, Math.round(seconds * 1000));
}
