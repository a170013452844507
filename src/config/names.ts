/** Judges the names of jobs and tasks, and finds those that clash. Knows nothing of what stands under a name. */

import { quote } from "../model/failure.ts";
import { nameProblem } from "../model/ids.ts";
import type { KeyPath, Problem } from "./problem.ts";

type Noun = "job" | "task";

/** Gives each name to the first that claims it: one folder of records for a name, also where case does not matter. */
export class Names {
  readonly #claimed = new Map<string, { readonly noun: Noun; readonly name: string; readonly at: KeyPath }>();

  /** Whether the name is good and free; what is wrong with it is noted. */
  claim(noun: Noun, name: string, at: KeyPath, problems: Problem[]): boolean {
    const fact = nameProblem(name);
    if (fact !== undefined) {
      problems.push({ at, point: "key", message: fact, hint: undefined });
      return false;
    }
    const folded = name.toLowerCase();
    const first = this.#claimed.get(folded);
    if (first === undefined) {
      this.#claimed.set(folded, { noun, name, at });
      return true;
    }
    problems.push({
      at,
      point: "key",
      message: `there is already a ${first.noun} ${quote(first.name)}`,
      hint: "jobs and tasks share one set of names, in which upper and lower case are alike",
      other: first.at,
    });
    return false;
  }
}

/** Sorts names for people: upper and lower case alike, then by code unit. */
export function byName(a: string, b: string): number {
  return compare(a.toLowerCase(), b.toLowerCase()) || compare(a, b);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
