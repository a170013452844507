/** What can be done next, as data: only a face writes command lines, because only it knows the flags of the call. Pure. */

export type CommandWord =
  | string
  /** What somebody has to put in its place: `<path>`. */
  | { readonly placeholder: string }
  /** The variable of this name with the value that it has in the shell: `NAME="$NAME"`. */
  | { readonly inherited: string };

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
export type WriteCommand = (
  path: string,
  words: readonly CommandWord[],
  /** Where the configuration is one that is not found by itself. */
  config?: string,
) => string;
