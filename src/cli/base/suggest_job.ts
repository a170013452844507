/** A word that is no command, and the name of a job or a task: in other runners that alone runs it. */

import { nextCommand } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import type { Invocation } from "./invocation.ts";

/** The failure that a word is no command, with the way to what has this name, where something has. */
export async function withWhatIsMeant(
  failure: Failure,
  word: string,
  invocation: Invocation,
): Promise<Failure> {
  if (failure.code !== "arguments_invalid") return failure;
  const workspace = await invocation.workspace();
  if (!workspace.ok) return failure;
  const project = await workspace.value.project();
  // That the configuration is wrong is said by whatever needs it.
  if (!project.ok) return failure;
  const { jobs, tasks, aliases } = project.value;
  const isJob = jobs.has(word) || aliases.has(word);
  if (!isJob && !tasks.has(word)) return failure;
  return {
    ...failure,
    fact: `${failure.fact}, but there is a ${isJob ? "job" : "task"} of this name`,
    suggestion: undefined,
    next: [nextCommand(isJob ? "run" : "plan status", word)],
  };
}
