/**
 * Writes command lines of this program for people to copy, with the flags of the call that chose the place.
 * Pure.
 */

import { visible } from "../../model/visible.ts";
import { type CommandWord, nextCommand, type NextStep, type NextSteps } from "../../model/next_step.ts";
import { shellWord } from "../../model/shell_word.ts";
import type { GlobalFlags } from "./global_flags.ts";

type Command = Extract<NextStep, { readonly kind: "command" }>;
type PlaceFlags = Pick<GlobalFlags, "config" | "stateDir">;

/** The alternatives in one line; undefined where there are none. */
export function nextLine(steps: NextSteps, flags: PlaceFlags): string | undefined {
  return steps.length === 0 ? undefined : steps.map((step) => stepLine(step, flags)).join(", or ");
}

function stepLine(step: NextStep, flags: PlaceFlags): string {
  switch (step.kind) {
    case "command":
      return commandLine(step, flags);
    case "advice":
      return step.text;
  }
}

/** For a text that outlives the call. */
export function lastingCommand(path: string, words: readonly CommandWord[], config?: string): string {
  return stepLine(nextCommand(path, ...words), config === undefined ? {} : { config });
}

function commandLine({ path, words }: Command, { config, stateDir }: PlaceFlags): string {
  const line = ["orchastration"];
  // `init` decides the place of the configuration itself, and rejects the flag.
  if (config !== undefined && path !== "init") line.push("--config", shellWord(config));
  if (stateDir !== undefined) line.push("--state-dir", shellWord(stateDir));
  if (path !== "") line.push(path);
  line.push(...words.map(wordText));
  return line.join(" ");
}

function wordText(word: CommandWord): string {
  if (typeof word === "string") return shellWord(word);
  return "placeholder" in word ? `<${visible(word.placeholder)}>` : `${word.inherited}="$${word.inherited}"`;
}
