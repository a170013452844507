/** In words, what became of a criterion that had other words, or another check, in the last build. Pure. */

import type { Criterion } from "./task.ts";
import type { EarlierEvidence } from "./task_view.ts";

/** Half a sentence; text of anybody stands in it as it is. */
export function earlierWords(earlier: EarlierEvidence, criterion: Criterion): string {
  const { text, state, check, confirmation } = earlier;
  const hasOtherWords = text !== criterion.text;
  const others = hasOtherWords ? `other words: ${text}` : "";
  if (state === "confirmed") {
    const by = confirmation?.by ?? "somebody";
    return hasOtherWords ? `${by} confirmed ${others}` : `${by} confirmed it before it had a check`;
  }
  const run = check?.run === null || check === undefined ? "" : ` in ${check.run}`;
  return hasOtherWords ? `a check ${state}${run} for ${others}` : `another check ${state}${run}`;
}
