/** Splits a command line of a shell into its simple commands, as far as that needs no shell. Pure. */

/** These characters have an effect at run time, so the words are unknown. */
const UNTOLD = /[`$*?[\]{}~()!]/;

/**
 * The words of each command of the line, without its redirections. A command with substitutions, patterns or variables is omitted, and
 * so is everything after a quote that is not closed.
 */
export function simpleCommands(line: string): readonly (readonly string[])[] {
  const commands: (readonly string[])[] = [];
  let words: string[] = [];
  let word: string | undefined;
  let isTold = true;
  /** The next word belongs to a redirection. */
  let isTarget = false;
  const endWord = () => {
    if (word !== undefined && !isTarget) words.push(word);
    if (word !== undefined) isTarget = false;
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    if (isTold && words.length > 0) commands.push(words);
    words = [];
    isTold = true;
    isTarget = false;
  };
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (char === "'") {
      const end = line.indexOf("'", at + 1);
      if (end < 0) return commands;
      word = (word ?? "") + line.slice(at + 1, end);
      at = end;
    } else if (char === '"') {
      const quoted = doubleQuoted(line, at + 1);
      if (quoted === undefined) return commands;
      word = (word ?? "") + quoted.text;
      isTold &&= quoted.isTold;
      at = quoted.end;
    } else if (char === "\\") {
      at++;
      if (line[at] !== "\n") word = (word ?? "") + (line[at] ?? "");
    } else if (/[;&|\n]/.test(char) && !(char === "&" && (isTarget || line[at + 1] === ">"))) {
      endCommand();
    } else if (char === "<" || char === ">" || (char === "&" && line[at + 1] === ">")) {
      // The number of a stream stands directly before.
      if (word !== undefined && /^\d+$/.test(word)) word = undefined;
      else endWord();
      while (/[<>&|]/.test(line[at + 1] ?? "")) at++;
      isTarget = true;
    } else if (/\s/.test(char)) {
      endWord();
    } else if (char === "#" && word === undefined) {
      const end = line.indexOf("\n", at);
      at = end < 0 ? line.length : end - 1;
    } else {
      if (UNTOLD.test(char)) isTold = false;
      word = (word ?? "") + char;
    }
  }
  endCommand();
  return commands;
}

function doubleQuoted(
  line: string,
  from: number,
): { readonly text: string; readonly isTold: boolean; readonly end: number } | undefined {
  let text = "";
  let isTold = true;
  for (let at = from; at < line.length; at++) {
    const char = line[at]!;
    if (char === '"') return { text, isTold, end: at };
    if (char === "\\" && /["\\$`\n]/.test(line[at + 1] ?? "")) {
      at++;
      if (line[at] !== "\n") text += line[at];
      continue;
    }
    if (char === "$" || char === "`") isTold = false;
    text += char;
  }
  return undefined;
}
