/** Asks the questions of jobs and tasks at the terminal, or answers them by `--yes`. */

import type { Confirm } from "../../app/jobs/confirmation.ts";
import { visible } from "../../model/visible.ts";
import { ask, canAsk } from "./ask.ts";
import type { Invocation } from "./invocation.ts";

/** Asks each question once: a yes covers every run of the job within one call. */
export function confirmFor(invocation: Invocation, isYes: boolean): Confirm {
  const confirmed = new Set<string>();
  return async (name, question) => {
    if (isYes) return "yes_flag";
    // During a watch, a changed configuration can ask a different question for the same job.
    const asked = JSON.stringify([name, question]);
    if (confirmed.has(asked)) return "terminal";
    if (!canAsk(invocation)) return "nobody_there";
    const answer = await ask(invocation, `${visible(question)} [y/N] `);
    // Nothing was typed, so the cursor is still after the question.
    if (answer === undefined) invocation.console.err("\n");
    if (answer === undefined || !/^y(es)?$/i.test(answer)) return "no";
    confirmed.add(asked);
    return "terminal";
  };
}
