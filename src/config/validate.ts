/**
 * Validates combinations of values in one job or task, on every system. Each value on its own is valid by
 * then.
 */

import { DEFAULTS } from "./defaults.ts";
import { COMMAND_EXAMPLE } from "./hints.ts";
import { inForce, PLATFORMS } from "./platform.ts";
import type { KeyPath, Problem } from "./problem.ts";
import type { CommandValues, JobValues } from "./schema.ts";
import { type Shared, type WithShared, withShared } from "./shared.ts";

/** Notes values that conflict, also where only the table of another system makes them conflict. */
export function validate(values: CommandValues, shared: Shared, at: KeyPath, problems: Problem[]): void {
  if ("lock" in values && values.lock !== undefined && values.concurrency === "allow") {
    problems.push({
      at: [...at, "concurrency"],
      point: "value",
      message: "a job with a lock never runs at the same time as another job with this lock",
      hint: 'set concurrency to "wait" or "refuse", or remove the lock',
    });
  }
  if ("terminal" in values && values.terminal === true) validateTerminal(values, shared, at, problems);
  // Among a thousand jobs, hardly any has something to validate.
  const isRetried = (values.retry ?? shared.defaults.retry) !== undefined;
  if (!isRetried && PLATFORMS.every((platform) => values[platform] === undefined)) return;
  // Each key is reported once, even if several systems, or several jobs with a shared default, cause the problem.
  const idOf = (problem: Problem) => JSON.stringify(problem.at);
  const told = new Set(isRetried ? problems.map(idOf) : []);
  const note = (problem: Problem) => {
    if (!told.has(idOf(problem))) problems.push(problem);
    told.add(idOf(problem));
  };
  for (const platform of [undefined, ...PLATFORMS]) {
    if (platform === undefined || values[platform] !== undefined) {
      const whole = withShared(inForce(values, platform), shared, at);
      validateRetry(whole, platform === undefined ? "" : ` on ${platform}`, note);
    }
  }
}

function validateTerminal(values: JobValues, shared: Shared, at: KeyPath, problems: Problem[]): void {
  const note = (message: string, hint: string) =>
    problems.push({ at: [...at, "terminal"], point: "key", message, hint });
  if (values.interactive === true) {
    note("an interactive job has our own terminal, which is not captured", "leave one of the two out");
  }
  if ((values.leave_running ?? shared.defaults.leave_running) === true) {
    note(
      "processes that the job leaves running would be hung up with its terminal",
      "remove leave_running or terminal",
    );
  }
}

/** It has needs and no command: it runs its needs, and nothing itself. */
export function isGroup(values: JobValues): boolean {
  return !("command" in values) && "needs" in values;
}

/** The keys that a group can have; every other key is for a command. */
const GROUP_KEYS = ["description", "group", "alias", "hidden", "needs"];

export function validateGroup(values: JobValues, at: KeyPath, problems: Problem[]): void {
  for (const key of Object.keys(values)) {
    if (GROUP_KEYS.includes(key)) continue;
    problems.push({
      at: [...at, key],
      point: "key",
      message: "a job without a command is a group of its needs, and this key is for a command",
      hint: `add a command, or leave ${key} out`,
    });
  }
  if (values.needs?.length !== 0) return;
  problems.push({
    at: [...at, "needs"],
    point: "value",
    message: "a job without a command needs at least one other job",
    hint: COMMAND_EXAMPLE,
  });
}

function validateRetry(
  { values, place }: WithShared<CommandValues>,
  where: string,
  note: (problem: Problem) => void,
): void {
  const { retry } = values;
  if (retry === undefined) return;
  const within = place(["retry"]);
  if ("interactive" in values && values.interactive) {
    note({
      at: within,
      point: "key",
      message:
        "an interactive job cannot have retry: the person at the terminal decides whether to try again",
      hint: undefined,
    });
  }
  const delay = retry.delay_seconds ?? DEFAULTS.retry.delay_seconds;
  if (delay > maxDelayOf(retry, delay)) {
    note({
      at: [...within, "max_delay_seconds"],
      point: "value",
      message: `it is less than delay_seconds, which is ${delay}${where}`,
      hint: undefined,
    });
  }
  const success = values.success_exit_codes ?? DEFAULTS.job.success_exit_codes;
  retry.on_exit_codes?.forEach((code, index) => {
    if (!success.includes(code)) return;
    note({
      at: [...within, "on_exit_codes", index],
      point: "value",
      message: `exit code ${code} counts as success${where}, so it is never tried again`,
      hint: undefined,
    });
  });
}

/** A lock that no run waits for and that refuses no run would have no effect. */
export function concurrencyWith(lock: unknown): "allow" | "wait" {
  return lock === undefined ? DEFAULTS.job.concurrency : "wait";
}

/** A written delay is kept even where it is longer than the usual limit. */
export function maxDelayOf(
  { max_delay_seconds }: { readonly max_delay_seconds: number | undefined },
  delay: number,
): number {
  return max_delay_seconds ?? Math.max(DEFAULTS.retry.max_delay_seconds, delay);
}
