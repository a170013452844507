/** Asks the question of a job or task before anything is recorded. Knows no terminal. */

import type { ConfirmedCall, Failure } from "../../model/failure.ts";
import type { CommandDefinition } from "../../model/job.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { ConfirmationRecord } from "../../model/run.ts";

export type Answer = ConfirmationRecord["by"] | "no" | "nobody_there";

/** Asks the caller the question of the named job or task. */
export type Confirm = (name: string, question: string) => Promise<Answer>;

/**
 * The confirmation; undefined where none is needed. `call` is what the caller asked for: this job or task by its name alone, with more
 * words, with its plan, or with others.
 */
export async function requireConfirmation(
  subject: "job" | "task",
  { name, confirm: question }: CommandDefinition,
  confirm: Confirm,
  call: ConfirmedCall = "alone",
): Promise<Result<ConfirmationRecord | undefined, Failure>> {
  if (question === undefined) return ok(undefined);
  const answer = await confirm(name, question);
  if (answer === "no" || answer === "nobody_there") {
    return fail({ code: "not_confirmed", subject, name, question, answer, call });
  }
  return ok({ question, by: answer });
}
