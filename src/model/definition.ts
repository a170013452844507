/** The resolved definition of a command as plain data: what is digested, compared and shown as a difference. Pure. */

import type { CommandDefinition, Job, Retry } from "./job.ts";
import type { Criterion, Task } from "./task.ts";
import { parameterRecord } from "./parameters.ts";
import type { JsonValue } from "./canonical_json.ts";

export type Definition = { readonly [key: string]: JsonValue };
export type JobDefinition = ReturnType<typeof definitionOfJob>;
export type TaskDefinition = ReturnType<typeof definitionOfTask>;

export function definitionOfCommand(command: CommandDefinition) {
  // Keys that were added to the configuration later appear only where they are set, so that older definitions
  // keep their digest.
  return {
    name: command.name,
    description: command.description ?? null,
    command: command.command,
    working_dir: command.workingDir,
    env: command.env,
    ...(command.envFiles.length === 0 ? {} : {
      env_file: command.envFiles.map(({ path, required }) => ({ path, required })),
    }),
    timeout_ms: command.timeoutMs ?? null,
    grace_ms: command.killGraceMs,
    secrets: command.secrets,
    retry: retryRecordOf(command.retry),
    success_exit_codes: command.successExitCodes,
    ...(command.confirm === undefined ? {} : { confirm: command.confirm }),
    ...(command.color === "auto" ? {} : { color: command.color }),
    ...(command.inputs === undefined ? {} : { inputs: command.inputs }),
    ...(command.inputEnv.length === 0 ? {} : { input_env: command.inputEnv }),
    ...(command.inputTools.length === 0 ? {} : { input_tools: command.inputTools }),
  };
}

/** Retries, spelled as in records. */
export function retryRecordOf(retry: Retry | undefined) {
  return retry === undefined ? null : {
    max: retry.max,
    delay_ms: retry.delayMs,
    backoff: retry.backoff,
    max_delay_ms: retry.maxDelayMs,
    on_exit_codes: retry.onExitCodes ?? null,
  };
}

export function definitionOfJob(job: Job) {
  return {
    ...definitionOfCommand(job),
    interactive: job.interactive,
    ...(job.terminal ? { terminal: true } : {}),
    stdin: job.stdin,
    leave_running: job.leaveRunning,
    concurrency: job.concurrency,
    ...(job.outputs.length === 0 ? {} : { outputs: job.outputs }),
    ...(job.lock === undefined ? {} : { lock: job.lock }),
    ...(job.needs.length === 0 ? {} : { needs: job.needs }),
    ...(job.args === undefined ? {} : { args: job.args.map(parameterRecord) }),
    ...(job.pool === undefined ? {} : { pool: job.pool }),
    ...(job.uses.length === 0 ? {} : { uses: job.uses }),
  };
}

export function definitionOfTask(task: Task) {
  return {
    ...definitionOfCommand(task),
    outputs: task.outputs,
    documents: task.documents,
    repo: task.repo ?? null,
    acceptance: task.acceptance.map(({ id, text, check, timeoutMs, fresh }) => ({
      id,
      text,
      check: check ?? null,
      timeout_ms: timeoutMs ?? null,
      ...(fresh ? { fresh } : {}),
    })),
    needs: task.needs,
    ...(task.parallel ? { parallel: true } : {}),
    ...(task.uses.length === 0 ? {} : { uses: task.uses }),
  };
}

/**
 * The criteria in a task's definition; empty where the value does not have the form that `definitionOfTask`
 * gives.
 */
export function criteriaOf(definition: Definition): readonly Criterion[] {
  const { acceptance } = definition;
  if (!Array.isArray(acceptance)) return [];
  return acceptance.flatMap((each) => {
    if (typeof each !== "object" || each === null || Array.isArray(each)) return [];
    const { id, text, check, timeout_ms, fresh } = each as { readonly [key: string]: JsonValue };
    if (typeof id !== "string" || typeof text !== "string") return [];
    return [{
      id,
      text,
      check: argvOf(check),
      timeoutMs: typeof timeout_ms === "number" ? timeout_ms : undefined,
      fresh: fresh === true,
    }];
  });
}

function argvOf(value: JsonValue | undefined): Criterion["check"] {
  if (!Array.isArray(value)) return undefined;
  const [program, ...args] = value.filter((word) => typeof word === "string");
  return program === undefined ? undefined : [program, ...args];
}
