/**
 * Answers what a completion script asks: `__complete <shell> <word>…`, the last word being the one that is typed. The first
 * line of the answer is `files` or `words`; then a candidate a line, with a tab before its meaning. Words come as text and
 * go back as text: no shell reads them on the way.
 */

import type { CommandTree } from "../base/command_tree.ts";
import { EXIT } from "../base/exit_code.ts";
import type { Invocation } from "../base/invocation.ts";
import { candidatesAt } from "./candidates.ts";
import { type Cursor, cursorAt } from "./cursor.ts";

export async function cursorAsked(
  tree: CommandTree,
  [shell, ...words]: readonly string[],
  home: string | undefined,
): Promise<Cursor> {
  const cursor = await cursorAt(tree, wordsOf(shell, words));
  const { config, stateDir } = cursor.flags;
  return {
    ...cursor,
    flags: {
      ...(config === undefined ? {} : { config: belowHome(config, home) }),
      ...(stateDir === undefined ? {} : { stateDir: belowHome(stateDir, home) }),
    },
  };
}

function wordsOf(shell: string | undefined, words: readonly string[]): readonly string[] {
  switch (shell) {
    // Its words come as they were typed.
    case "bash":
      return words.map(unquoted);
    // Its words come without their quotes, but for the one that is typed.
    case "fish":
      return [...words.slice(0, -1), ...words.slice(-1).map(unquoted)];
    // Before PowerShell 7.3 an empty word would be lost, so each has a mark in front.
    case "powershell":
      return words.map((word) => word.replace(/^:/, ""));
    default:
      return words;
  }
}

/** What the shell will make of `~/` when the line is called; nothing else of a path is expanded here. */
function belowHome(path: string, home: string | undefined): string {
  return path.startsWith("~/") && home !== undefined ? home + path.slice(1) : path;
}

export async function answer(cursor: Cursor, invocation: Invocation): Promise<number> {
  const candidates = isPipe(cursor.flags.config, invocation)
    ? { kind: "words", words: [] } as const
    : await candidatesAt(cursor, invocation);
  invocation.console.out(`${candidates.kind}\n`);
  if (candidates.kind === "words") {
    for (const { name, meaning } of candidates.words) {
      invocation.console.out(meaning === "" ? `${name}\n` : `${name}\t${oneLine(meaning)}\n`);
    }
  }
  return EXIT.done;
}

/** A key press neither waits for who writes into a pipe, nor takes away what was meant for the command. */
function isPipe(config: string | undefined, { host }: Invocation): boolean {
  const named = config ?? host.environment.get("ORCHASTRATION_CONFIG");
  const folder = host.environment.currentFolder();
  if (named === undefined || named === "" || !folder.ok) return false;
  const facts = host.files.stat(host.paths.resolve(folder.value, named));
  return facts.ok && facts.value.kind === "other";
}

/** A meaning that cannot end its line, or move the cursor. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\p{Cc}\p{Bidi_Control}]/gu, "").trim();
}

/** A word of a POSIX shell without its quotes, also where the last one is not closed. What it names is not looked up. */
export function unquoted(word: string): string {
  let text = "";
  let quote = "";
  for (let i = 0; i < word.length; i++) {
    const char = word[i]!;
    if (quote === "" && (char === "'" || char === '"')) quote = char;
    else if (char === quote) quote = "";
    else if (char === "\\" && quote !== "'" && i + 1 < word.length) text += word[++i];
    else text += char;
  }
  return text;
}
