/** Questions of jobs and tasks at the terminal, or the word of `--yes`. */

import type { Confirm } from "../../app/jobs/confirmation.ts";
import { visible } from "../../model/visible.ts";
import { ask, canAsk } from "./ask.ts";
import type { Invocation } from "./invocation.ts";

/** Asks each question once: who runs a job again and again in one call has said yes to all of it. */
export function confirmFor(invocation: Invocation, isYes: boolean): Confirm {
  const confirmed = new Set<string>();
  return async (name, question) => {
    if (isYes) return "yes_flag";
    // In a watch the configuration can come to ask another thing of the same job.
    const asked = JSON.stringify([name, question]);
    if (confirmed.has(asked)) return "terminal";
    if (!canAsk(invocation)) return "nobody_there";
    const answer = await ask(invocation, `${visible(question)} [y/N] `);
    // Nothing was typed, so the cursor still stands behind the question.
    if (answer === undefined) invocation.console.err("\n");
    if (answer === undefined || !/^y(es)?$/i.test(answer)) return "no";
    confirmed.add(asked);
    return "terminal";
  };
}
