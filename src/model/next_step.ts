/**
 * The next step, as data. Only a face writes command lines, because only a face knows the flags of the call.
 * Pure.
 */

export type CommandWord =
  | string
  /** A placeholder that the reader replaces: `<path>`. */
  | { readonly placeholder: string }
  /** The variable of this name with its value from the shell: `NAME="$NAME"`. */
  | { readonly inherited: string };

export type NextStep =
  /** A command of this program. A face adds the program's name and the flags of the call. */
  | {
    readonly kind: "command";
    /** Its words in the command table, such as `plan create`; empty for the program itself. */
    readonly path: string;
    /** Its arguments and options. */
    readonly words: readonly CommandWord[];
  }
  /** Advice that is not a command of this program. Safe to show. */
  | { readonly kind: "advice"; readonly text: string };

/** Alternatives, the most likely one first; empty where there is nothing to do. */
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

/**
 * How a face writes a command line into a text that outlives the call, and so leaves out the flags of the
 * call.
 */
export type WriteCommand = (
  path: string,
  words: readonly CommandWord[],
  /** Set where the configuration would not be found by searching. */
  config?: string,
) => string;
