/** The owner of a task, among all work trees of its repository. Pure. */

import { visible } from "./visible.ts";

export interface TaskOwner {
  readonly user: string | null;
  /** The assistant, in its own words; null for a person. */
  readonly agent: string | null;
  readonly pid: number;
  /** The root of the project in which it began; null where it has none. */
  readonly project: string | null;
  readonly since: string;
}

/** `ada`, or `codex of ada`. */
export function ownerName({ user, agent }: Pick<TaskOwner, "user" | "agent">): string {
  const person = user ?? "somebody";
  return visible(agent === null ? person : `${agent} of ${person}`);
}

/** `process 123, since <time>, in <project>`. */
export function ownerFacts({ pid, since, project }: TaskOwner): string {
  return `process ${pid}, since ${since}${project === null ? "" : `, in ${visible(project)}`}`;
}
