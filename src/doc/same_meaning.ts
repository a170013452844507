/** Whether two texts have the same meaning, however a formatter or git changed their layout. Pure. */

/** A fence begins with backticks, and ends with at least as many and nothing else. */
const FENCE = /^\s*(`{3,})[^`]*$/;

/**
 * Markdown: blanks, wrapped lines, padded tables and other list signs are ignored; lines in a fence count as
 * they are.
 */
export function isSameMarkdown(one: string, other: string): boolean {
  return one === other || markdownWords(one) === markdownWords(other);
}

/** Any text: line ends, blanks at the end of lines and empty lines at the end of the file are ignored. */
export function isSameText(one: string, other: string): boolean {
  return one === other || plainLines(one) === plainLines(other);
}

/** Whether two texts are the same JSON. */
export function isSameJson(one: string, other: string): boolean {
  return one === other || jsonWords(one) === jsonWords(other);
}

function markdownWords(text: string): string {
  const words: string[] = [];
  let fence = "";
  for (const line of text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/)) {
    const ticks = FENCE.exec(line)?.[1] ?? "";
    if (fence !== "") words.push(`\n${line.trimEnd()}`);
    else if (ticks !== "") words.push(`\n${line.trim()}\n`);
    else words.push(lineWords(line));
    if (fence === "") fence = ticks;
    else if (line.trim() === fence) fence = "";
  }
  return words.filter((each) => each !== "").join(" ");
}

function lineWords(line: string): string {
  const plain = line.trim().replace(/[ \t]+/g, " ");
  if (/^\|(?: ?:?-+:? ?\|)+$/.test(plain)) return plain.replace(/ ?:?-+:? ?/g, "-");
  return plain.replace(/^[*+] /, "- ");
}

function plainLines(text: string): string {
  return text.replace(/^\ufeff/, "").replace(/[ \t]*(?:\r\n|\r|\n)/g, "\n").trimEnd();
}

function jsonWords(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text.replace(/^\ufeff/, "")));
  } catch {
    return text;
  }
}
