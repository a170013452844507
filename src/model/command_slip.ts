/** Finds commands that were most likely written for a shell, where a list of arguments belongs. Pure. */

import { shellWord } from "./shell_word.ts";
import { visible } from "./visible.ts";

export interface CommandSlip {
  readonly kind: "line" | "assignment" | "sign";
  /** The index of the argument that is likely a mistake. */
  readonly index: number;
  /** A sentence without its final dot. */
  readonly fact: string;
  /** How to write it instead; undefined where there is no short form. */
  readonly instead: string | undefined;
}

const SIGNS = ["&&", "||", "|", ";", "&", ">", ">>", "<", "2>", "2>&1", "&>"];
/** These programs interpret such an operator themselves, or pass it to a shell. */
const TAKES_SIGNS =
  /^(?:cmd|ssh|expr|test|\[|find|e?grep|fgrep|rg|ag|ack|git|docker|podman|kubectl|xargs|env|echo|printf)(?:\.exe)?$/i;

export function commandSlip([program = "", ...args]: readonly string[]): CommandSlip | undefined {
  // A program's name may contain spaces, most often when it is a path.
  if (/^[^\s/\\]+\s+\S/.test(program)) {
    const words = [...program.trim().split(/\s+/), ...args];
    return {
      kind: "line",
      index: 0,
      fact: "commands are not run by a shell; each argument is an element of the list",
      instead: /[|&;<>$`'"*]/.test(program) ? undefined : listOf(words),
    };
  }
  const assignments = assignmentsIn([program, ...args]);
  if (assignments > 0) {
    const pairs = [program, ...args].slice(0, assignments).map((word) => {
      const [, name, value] = /^(\w+)=(.*)$/s.exec(word)!;
      return `${name} = ${quoted(value!)}`;
    });
    const rest = [program, ...args].slice(assignments);
    return {
      kind: "assignment",
      index: 0,
      fact: "commands are not run by a shell, so this whole text is the name of a program",
      instead: `env = { ${pairs.join(", ")} }${rest.length === 0 ? "" : ` and command = ${listOf(rest)}`}`,
    };
  }
  const name = program.split(/[/\\]/).at(-1)!;
  const at = args.findIndex((word, index) =>
    SIGNS.includes(word) && !(args[index - 1] ?? "").startsWith("-")
  );
  if (at < 0 || TAKES_SIGNS.test(name)) return undefined;
  const line = [program, ...args].map((word) => SIGNS.includes(word) ? word : shellWord(word)).join(" ");
  return {
    kind: "sign",
    index: at + 1,
    fact: `commands are not run by a shell, so ${quoted(args[at]!)} is passed as a plain argument`,
    instead: `command = ["sh", "-c", ${quoted(line)}]`,
  };
}

/** Counts the words `NAME=value` at the start. A path to a program has a slash before any equals sign. */
function assignmentsIn(words: readonly string[]): number {
  const end = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  return end < 0 ? words.length : end;
}

function listOf(words: readonly string[]): string {
  return `[${words.map(quoted).join(", ")}]`;
}

function quoted(text: string): string {
  return visible(JSON.stringify(text));
}
