/** The statements of a justfile, without the bodies of its recipes. Pure text. Source: GRAMMAR.md of just. */

export type Token =
  | { readonly kind: "name"; readonly text: string }
  /** `isEvaluated`: between backticks, so it is a command for a shell. */
  | { readonly kind: "string"; readonly text: string; readonly isEvaluated?: true }
  | { readonly kind: "symbol"; readonly text: string };

export type Statement =
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "blank" }
  | { readonly kind: "tokens"; readonly tokens: readonly Token[] };

const TRIPLES = ["'''", '"""', "```"];
const NAME = /[A-Za-z_][A-Za-z0-9_-]*/y;
const SYMBOL = /:=|::|&&|\|\||==|!=|=~|!~|./y;

/** Each statement that starts at the left edge; indented lines belong to a recipe. */
export function statementsOf(text: string): readonly Statement[] {
  const statements: Statement[] = [];
  for (let at = 0; at < text.length;) {
    const end = endOfLine(text, at);
    const line = text.slice(at, end).replace(/\r$/, "");
    if (line.trim() === "") statements.push({ kind: "blank" });
    else if (line.startsWith("#")) statements.push({ kind: "comment", text: line.slice(1).trim() });
    else if (!/^[ \t]/.test(line)) {
      const { tokens, next } = tokensFrom(text, at);
      statements.push({ kind: "tokens", tokens });
      at = next;
      continue;
    }
    at = end + 1;
  }
  return statements;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/** The tokens of a statement, which continues on the next line while a bracket or a string is open. */
function tokensFrom(
  text: string,
  from: number,
): { readonly tokens: readonly Token[]; readonly next: number } {
  const tokens: Token[] = [];
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const character = text[at]!;
    if (character === "\n" && depth <= 0) return { tokens, next: at + 1 };
    if (/\s/.test(character)) at++;
    else if (character === "\\" && /^\\\r?\n/.test(text.slice(at, at + 3))) at = endOfLine(text, at) + 1;
    else if (character === "#") at = endOfLine(text, at);
    else if (/['"`]/.test(character)) {
      const { value, next } = stringAt(text, at);
      tokens.push({ kind: "string", text: value, ...(character === "`" ? { isEvaluated: true } : {}) });
      at = next;
    } else {
      NAME.lastIndex = SYMBOL.lastIndex = at;
      const name = NAME.exec(text)?.[0];
      const token: Token = name === undefined
        ? { kind: "symbol", text: SYMBOL.exec(text)![0] }
        : { kind: "name", text: name };
      if (/^[([{]$/.test(token.text)) depth++;
      if (/^[)\]}]$/.test(token.text)) depth--;
      tokens.push(token);
      at += token.text.length;
    }
  }
  return { tokens, next: at };
}

function stringAt(text: string, at: number): { readonly value: string; readonly next: number } {
  const mark = TRIPLES.find((each) => text.startsWith(each, at)) ?? text[at]!;
  const escapes = mark.startsWith('"');
  let end = at + mark.length;
  while (end < text.length && !text.startsWith(mark, end)) end += escapes && text[end] === "\\" ? 2 : 1;
  const written = text.slice(at + mark.length, end);
  const value = escapes
    ? written.replace(/\\(["\\])/g, "$1").replace(/\\n/g, "\n").replace(/\\t/g, "\t")
    : written;
  return { value, next: end + mark.length };
}
