/** Judges the names of jobs and tasks and further names of jobs, and finds those that clash. Knows nothing of what stands under a name. */

import { quote } from "../model/visible.ts";
import { nameProblem } from "../model/ids.ts";
import type { KeyPath, Problem } from "./problem.ts";

type Noun = "job" | "task" | "alias";

/** Gives each name to the first that claims it: one folder of records for a name, also where case does not matter. */
export class Names {
  readonly #claimed = new Map<string, { readonly noun: Noun; readonly name: string; readonly at: KeyPath }>();

  /** Whether the name is good and free; what is wrong with it is noted. */
  claim(noun: Noun, name: string, at: KeyPath, problems: Problem[]): boolean {
    const fact = nameProblem(name);
    const point = noun === "alias" ? "value" : "key";
    if (fact !== undefined) {
      problems.push({ at, point, message: fact, hint: undefined });
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
      point,
      message: `there is already ${first.noun === "alias" ? "an" : "a"} ${first.noun} ${quote(first.name)}`,
      hint: `${
        noun === "alias" ? "jobs, tasks and aliases" : "jobs and tasks"
      } share one set of names, in which upper and lower case are alike`,
      other: first.at,
    });
    return false;
  }
}
