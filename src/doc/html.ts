/** A page as one HTML file that needs nothing else: no script, nothing from elsewhere. Pure. */

import { oneLine, verbatimLine } from "./plain_text.ts";
import { type Block, type Inline, joinParts, type Line, linkTarget, type Page } from "./page.ts";

const MAX_LINE_LENGTH = 500;

const MARK = '<meta name="generator" content="orchastration doc generate">';

/** Whether a file was made here, and may be replaced; also where a formatter has laid it out in its own way. */
export function isOurHtml(text: string): boolean {
  return /<meta\s+name="generator"\s+content="orchastration doc generate"\s*\/?>/.test(text);
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin-top: 2rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
th { background: var(--soft); }
code, pre { font: 14px/1.45 ui-monospace, monospace; }
code { overflow-wrap: anywhere; }
pre { background: var(--soft); border: 1px solid var(--line); padding: .8rem; overflow-x: auto; }
@media print {
  body { max-width: none; margin: 0; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  h2 { break-after: avoid; }
  tr, pre { break-inside: avoid; }
}
`;

export function renderHtml(page: Page): string {
  const title = escapeHtml(oneLine(page.title));
  // Neither Prettier nor `deno fmt` lays it out in its own way.
  return `<!-- deno-fmt-ignore-file -->
<!doctype html>
<!-- prettier-ignore -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
${MARK}
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
${page.blocks.map(renderBlock).join("\n")}
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h2>${escapeHtml(oneLine(block.text))}</h2>`;
    case "paragraph":
      return `<p>${renderLine(block.line)}</p>`;
    case "list":
      return `<ul>\n${block.items.map((item) => `<li>${renderLine(item)}</li>`).join("\n")}\n</ul>`;
    case "table": {
      const head = block.head.map((each) => `<th scope="col">${escapeHtml(oneLine(each))}</th>`).join("");
      const rows = block.rows.map((cells) =>
        `<tr>${cells.map((cell) => `<td>${renderLine(cell) || "—"}</td>`).join("")}</tr>`
      );
      return [`<table>`, `<thead><tr>${head}</tr></thead>`, "<tbody>", ...rows, "</tbody>", "</table>"].join(
        "\n",
      );
    }
    case "fence": {
      const lines = block.lines.flatMap((line) => line.split(/\r\n|\r|\n/));
      return `<pre>${lines.map((line) => escapeHtml(verbatimLine(line, MAX_LINE_LENGTH))).join("\n")}</pre>`;
    }
  }
}

function renderLine(line: Line): string {
  return joinParts(line.map(renderInline));
}

function renderInline(inline: Inline): string {
  const shown = escapeHtml(oneLine(inline.text));
  if (shown === "") return "";
  switch (inline.kind) {
    case "text":
      return shown;
    case "strong":
      return `<strong>${shown}</strong>`;
    case "code":
      return `<code>${shown}</code>`;
    case "url":
      return `<a href="${shown}">${shown}</a>`;
    case "link":
      return `<a href="${escapeHtml(linkTarget(inline.path))}">${shown}</a>`;
  }
}
