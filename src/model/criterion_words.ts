/** Says what happened in the last build to a criterion that had a different wording or check then. Pure. */

import type { Criterion } from "./task.ts";
import type { EarlierEvidence } from "./task_view.ts";

/** Half a sentence. Texts from people are inserted unchanged. */
export function earlierWords(earlier: EarlierEvidence, criterion: Criterion): string {
  const { text, state, check, confirmation } = earlier;
  const hasOtherWords = text !== criterion.text;
  const others = hasOtherWords ? `a different wording: ${text}` : "";
  if (state === "confirmed") {
    const by = confirmation?.by ?? "somebody";
    return hasOtherWords ? `${by} confirmed ${others}` : `${by} confirmed it before it had a check`;
  }
  const run = check?.run === null || check === undefined ? "" : ` in ${check.run}`;
  return hasOtherWords ? `a check ${state}${run} for ${others}` : `a different check ${state}${run}`;
}
