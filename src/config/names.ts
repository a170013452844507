/**
 * Validates the names of jobs and tasks and the aliases of jobs, and finds clashes. Does not know what the
 * names stand for.
 */

import { quote } from "../model/visible.ts";
import { nameProblem } from "../model/ids.ts";
import type { KeyPath, Problem } from "./problem.ts";

type Noun = "job" | "task" | "service" | "schedule" | "alias";

/** The first claim gets the name. One name means one folder of records, also where case is ignored. */
export class Names {
  readonly #claimed = new Map<string, { readonly noun: Noun; readonly name: string; readonly at: KeyPath }>();

  /** Whether the name is valid and free; problems are noted. */
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
        noun === "alias"
          ? "jobs, tasks and aliases"
          : noun === "schedule"
          ? "schedules"
          : "jobs, tasks and services"
      } share one set of names, and upper and lower case are not distinguished`,
      other: first.at,
    });
    return false;
  }
}
