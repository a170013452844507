/** Words in a wrong place that are names of jobs or tasks: what is most likely meant, which only the configuration tells. */

import type { Failure } from "../../model/failure.ts";
import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import type { Project } from "../../model/project.ts";
import { quote } from "../../model/visible.ts";
import type { Invocation } from "./invocation.ts";

/** The words that are worth a look into the configuration. */
export type Clue =
  /** It stands where a command should be; in other runners the name of a job alone runs it. */
  | { readonly kind: "unknown_command"; readonly word: string }
  /** They stand where one name is taken. */
  | { readonly kind: "several_names"; readonly subject: "job" | "task"; readonly words: readonly string[] };

/** The failure, with the way to what is meant, where the words have a meaning. */
export async function withWhatIsMeant(
  failure: Failure,
  clue: Clue,
  invocation: Invocation,
): Promise<Failure> {
  if (failure.code !== "arguments_invalid") return failure;
  const workspace = invocation.workspace();
  if (!workspace.ok) return failure;
  const project = await workspace.value.project();
  // That the configuration is wrong is said by whatever needs it.
  if (!project.ok) return failure;
  switch (clue.kind) {
    case "unknown_command": {
      const { word } = clue;
      const isJob = has(project.value, "job", word);
      if (!isJob && !has(project.value, "task", word)) return failure;
      return {
        ...failure,
        fact: `${failure.fact}, but there is a ${isJob ? "job" : "task"} of this name`,
        suggestion: undefined,
        next: [nextCommand(isJob ? "run" : "plan status", word)],
      };
    }
    case "several_names": {
      const { subject, words } = clue;
      if (!words.every((word) => has(project.value, subject, word))) return failure;
      const [verb, path] = subject === "job" ? ["run", "run"] as const : ["build", "build run"] as const;
      return {
        ...failure,
        action: verb,
        value: words[1],
        fact: `it is a ${subject}, as ${quote(words[0]!)} is, and orchastration ${path} takes one ${subject}`,
        // One after the other, the next only where the one before succeeded.
        next: [nextAdvice(words.map((word) => invocation.commandLine(path, word)).join(" && "))],
      };
    }
  }
}

function has({ jobs, groups, tasks, aliases }: Project, subject: "job" | "task", word: string): boolean {
  return subject === "task" ? tasks.has(word) : jobs.has(word) || groups.has(word) || aliases.has(word);
}
