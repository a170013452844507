/** The lines that a terminal shows after the given output. Knows only what progress lines need. */

// deno-lint-ignore-file no-control-regex

/**
 * Colours and titles are ignored. After a carriage return, the line is overwritten or erased; moving the
 * cursor to other lines is not supported.
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
