/** A page as one self-contained HTML file: no script, nothing loaded from elsewhere. Pure. */

import { diagramSvg } from "./diagram_svg.ts";
import { STYLE } from "./html_style.ts";
import { escapeHtml } from "./html_text.ts";
import { oneLine, verbatimLine } from "./plain_text.ts";
import {
  type Block,
  DIGEST_LENGTH,
  type Inline,
  joinParts,
  type Line,
  linkTarget,
  type Page,
} from "./page.ts";

/** A line of a command is shown in full; a line of a log is shortened. */
const MAX_LINE_LENGTH = { sh: 100_000, other: 500 } as const;

const MARK = '<meta name="generator" content="orchastration doc generate">';

/**
 * Whether doc generate made the file, so that it may be replaced; also recognized after a formatter changed
 * its layout.
 */
export function isOurHtml(text: string): boolean {
  return /<meta\s+name="generator"\s+content="orchastration doc generate"\s*\/?>/.test(text);
}

export function renderHtml(page: Page): string {
  const title = escapeHtml(oneLine(page.title));
  // Prevents Prettier and `deno fmt` from changing the layout.
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
<main>
<h1>${title}</h1>
${page.blocks.map(renderBlock).filter((block) => block !== "").join("\n")}
</main>
</body>
</html>
`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h2>${escapeHtml(oneLine(block.text))}</h2>`;
    case "paragraph":
      return `<p>${renderLine(block.line)}</p>`;
    case "verdict": {
      const sentence = escapeHtml(oneLine(block.sentence));
      const word = `<strong>${escapeHtml(oneLine(block.word))}</strong>`;
      return `<p class="verdict ${block.tone}">${word}${
        sentence === "" ? "" : ` <span>${sentence}</span>`
      }</p>`;
    }
    case "list":
      return `<ul>\n${block.items.map((item) => `<li>${renderLine(item)}</li>`).join("\n")}\n</ul>`;
    case "table":
      return renderTable(block.head, block.rows);
    case "diagram": {
      const pictures = (["right", "down"] as const).map((direction) =>
        diagramSvg(block.diagram, direction, block.name)
      );
      return `<figure>\n${pictures.join("\n")}\n</figure>`;
    }
    // The full digests are shown beside the short ones.
    case "digests":
      return "";
    case "fence": {
      const isCommand = block.language === "sh";
      const lines = block.lines.flatMap((line) => line.split(/\r\n|\r|\n/)).map((line) =>
        escapeHtml(verbatimLine(line, isCommand ? MAX_LINE_LENGTH.sh : MAX_LINE_LENGTH.other))
      );
      return `<pre${isCommand ? ' class="sh"' : ""}>${lines.join("\n")}</pre>`;
    }
  }
}

/** A table whose first column has no name is one of names and values. */
function renderTable(head: readonly string[], rows: readonly (readonly Line[])[]): string {
  const names = head.map((each) => escapeHtml(oneLine(each)));
  const isOfValues = names[0] === "";
  const heads = names.map((name) => name === "" ? "<td></td>" : `<th scope="col">${name}</th>`);
  return [
    `<table${isOfValues ? ' class="values"' : ""}>`,
    `<thead><tr>${heads.join("")}</tr></thead>`,
    "<tbody>",
    ...rows.map((cells) =>
      `<tr>${
        cells.map((cell, index) => {
          const shown = renderLine(cell);
          if (index === 0) return isOfValues ? `<th scope="row">${shown}</th>` : `<td>${shown}</td>`;
          const value = shown === "" ? '<span class="none">—</span>' : `<div>${shown}</div>`;
          return `<td data-label="${names[index] ?? ""}">${value}</td>`;
        }).join("")
      }</tr>`
    ),
    "</tbody>",
    "</table>",
  ].join("\n");
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
      return `<strong class="${inline.tone ?? "plain"}">${shown}</strong>`;
    case "code":
      return `<code>${shown}</code>`;
    case "digest": {
      const short = escapeHtml(inline.text.slice(0, DIGEST_LENGTH));
      return `<details><summary><code>${short}</code></summary><code>${shown}</code></details>`;
    }
    case "url":
      return `<a href="${shown}">${shown}</a>`;
    case "link":
      return `<a href="${escapeHtml(linkTarget(inline.path))}">${shown}</a>`;
  }
}
