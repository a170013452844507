/** The lines that a terminal shows in the end of what it was sent. Knows as much of terminals as progress lines need. */

// deno-lint-ignore-file no-control-regex

/**
 * Colours and titles are left out. A carriage return goes back to the beginning of the line, which is then written over or
 * erased; what moves the cursor to other lines is not understood.
 */
export function shownLines(sent: string): readonly string[] {
  const text = sent.replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[\d;?]*[mhl]/g, "");
  return text.split(/\r*\n/).map((line) => {
    let shown = "";
    let at = 0;
    for (const [token] of line.matchAll(/\x1b\[\d*[A-Za-z]|[\s\S]/gu)) {
      if (token === "\r" || token === "\x1b[0G" || token === "\x1b[1G" || token === "\x1b[G") at = 0;
      else if (token === "\x1b[2K") shown = "";
      else if (/^\x1b\[0?[JK]$/.test(token)) shown = shown.slice(0, at);
      else if (!token.startsWith("\x1b")) {
        shown = shown.slice(0, at).padEnd(at) + token + shown.slice(at + token.length);
        at += token.length;
      } else {throw new Error(
          `Cannot show the line ${JSON.stringify(line)}: it holds ${JSON.stringify(token)}`,
        );}
    }
    return shown;
  });
}
