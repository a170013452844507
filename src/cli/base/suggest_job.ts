/**
 * Suggestions for words in a wrong place that are names of jobs or tasks, which only the configuration tells.
 */

import type { Failure } from "../../model/failure.ts";
import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import type { Project } from "../../model/project.ts";
import { quote } from "../../model/visible.ts";
import type { Invocation } from "./invocation.ts";

/** The words for which the configuration is worth reading. */
export type Clue =
  /** The word is in the place of a command; other runners run a job by its name alone. */
  | { readonly kind: "unknown_command"; readonly word: string }
  /** The words are in a place where one name is accepted. */
  | { readonly kind: "several_names"; readonly subject: "job" | "task"; readonly words: readonly string[] };

/** The failure, with a suggestion where the words name a job or task. */
export async function withWhatIsMeant(
  failure: Failure,
  clue: Clue,
  invocation: Invocation,
): Promise<Failure> {
  if (failure.code !== "arguments_invalid") return failure;
  const workspace = invocation.workspace();
  if (!workspace.ok) return failure;
  const project = await workspace.value.project();
  // Problems of the configuration are reported by the command that needs it.
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
        fact: `${quote(words[0]!)} is a ${subject} as well, and orchastration ${path} takes one ${subject}`,
        // One after the other, each only if the one before succeeded.
        next: [nextAdvice(words.map((word) => invocation.commandLine(path, word)).join(" && "))],
      };
    }
  }
}

function has({ jobs, groups, tasks, aliases }: Project, subject: "job" | "task", word: string): boolean {
  return subject === "task" ? tasks.has(word) : jobs.has(word) || groups.has(word) || aliases.has(word);
}
