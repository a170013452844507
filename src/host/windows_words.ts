/**
 * Command lines and environments in the form of Windows, where a process gets its words as one line and splits it by itself. Pure.
 * Source: "Parsing C command-line arguments" and CreateProcessW of Microsoft; the rules for batch files are those of Rust's standard
 * library.
 */

/** Characters that cmd.exe reads as they are, without quotation marks. */
const PLAIN = /^[A-Za-z0-9#$*+\-./:?@\\_\u0080-\u{10ffff}]+$/u;

export function isBatchFile(program: string): boolean {
  return /\.(?:bat|cmd)$/i.test(program);
}

/** The line that a program splits into exactly these words. */
export function commandLine(program: string, args: readonly string[]): string {
  return [`"${program}"`, ...args.map(quoted)].join(" ");
}

function quoted(word: string): string {
  if (word !== "" && !/[ \t\n\v"]/.test(word)) return word;
  // Backslashes are doubled where a quotation mark follows, and only there.
  return `"${
    word.replace(/(\\*)("|$)/g, (_, slashes, mark) => slashes + slashes + (mark === '"' ? '\\"' : ""))
  }"`;
}

/**
 * The line with which cmd.exe gives exactly these words to a batch file: no variable is expanded in it, no word begins another command.
 * Line breaks are impossible, and refused before.
 */
export function batchCommandLine(shell: string, script: string, args: readonly string[]): string {
  const words = [`"${script}"`, ...args.map(quotedForBatch)].join(" ");
  return `"${shell}" /e:ON /v:OFF /d /c "${words}"`;
}

function quotedForBatch(word: string): string {
  const safe = word.replaceAll("%", "%%cd:~,%");
  if (PLAIN.test(word) && !word.endsWith("\\")) return safe;
  return `"${
    safe.replace(/(\\*)("|$)/g, (_, slashes, mark) => slashes + slashes + (mark === '"' ? '""' : ""))
  }"`;
}

/** UTF-16 that ends with NUL. */
export function wide(text: string): Uint8Array<ArrayBuffer> {
  const units = new Uint16Array(text.length + 1);
  for (let index = 0; index < text.length; index++) units[index] = text.charCodeAt(index);
  return new Uint8Array(units.buffer);
}

/** Each variable ends with NUL, and so does the whole; sorted by names without regard to case. */
export function environmentBlock(env: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const names = Object.keys(env).sort((a, b) => a.toUpperCase() < b.toUpperCase() ? -1 : 1);
  const text = names.map((name) => `${name}=${env[name]}\0`).join("");
  return wide(text === "" ? "\0" : text);
}
