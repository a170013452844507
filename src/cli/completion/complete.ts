/**
 * Answers the calls of completion scripts: `__complete <shell> <word>…`, with the word being typed last. The
 * first line of the answer is `files` or `words`; then one candidate per line, with a tab before its
 * description. Words are exchanged as plain text, which no shell evaluates.
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
    // These shells pass the words as they were typed.
    case "bash":
      return words.map(unquoted);
    // These shells pass the words without quotes, except the one being typed.
    case "fish":
      return [...words.slice(0, -1), ...words.slice(-1).map(unquoted)];
    // PowerShell before 7.3 drops empty words, so each word gets a mark in front.
    case "powershell":
      return words.map((word) => word.replace(/^:/, ""));
    default:
      return words;
  }
}

/** The shell will expand `~/` when the line is run; nothing else of a path is expanded here. */
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

/** Completion neither waits for the writer of a pipe, nor reads what was meant for the command. */
function isPipe(config: string | undefined, { host }: Invocation): boolean {
  const named = config ?? host.environment.get("ORCHASTRATION_CONFIG");
  const folder = host.environment.currentFolder();
  if (named === undefined || named === "" || !folder.ok) return false;
  const facts = host.files.stat(host.paths.resolve(folder.value, named));
  return facts.ok && facts.value.kind === "other";
}

/** A description that cannot end its line, or move the cursor. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\p{Cc}\p{Bidi_Control}]/gu, "").trim();
}

/**
 * A word of a POSIX shell without its quotes, even where the last quote is not closed. Expansions are not
 * evaluated.
 */
function unquoted(word: string): string {
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
