/** What can be done next, as data: only a face writes command lines, because only it knows the flags of the call. Pure. */

/** A word of a command line, or what somebody has to put in its place: `<path>`. */
export type CommandWord = string | { readonly placeholder: string };

export type NextStep =
  /** A command of this program. The program's name and the flags of the call are a face's to write. */
  | {
    readonly kind: "command";
    /** Its words in the command table, such as `plan create`; empty for the program itself. */
    readonly path: string;
    /** Its arguments and options. */
    readonly words: readonly CommandWord[];
  }
  /** Something that is not done by a command of this program. Safe to show. */
  | { readonly kind: "advice"; readonly text: string };

/** Alternatives, the most likely one first; empty where there is nothing to be done. */
export type NextSteps = readonly NextStep[];

/** `nextCommand("plan create", task.name, "--force")`. */
export function nextCommand(path: string, ...words: readonly CommandWord[]): NextStep {
  return { kind: "command", path, words };
}

export function nextAdvice(text: string): NextStep {
  return { kind: "advice", text };
}

export function placeholder(name: string): CommandWord {
  return { placeholder: name };
}

/** How a face writes a command line into a text that outlives the call: without the flags of the call. */
export type WriteCommand = (path: string, ...words: readonly CommandWord[]) => string;
