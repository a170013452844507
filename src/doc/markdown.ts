/** A page as Markdown, in the dialect of GitHub. Pure. */

import { codeSpan, escapeInline, fence, tableCell } from "./markdown_text.ts";
import { type Block, type Inline, joinParts, type Line, linkTarget, type Page } from "./page.ts";

/** Lines with LF; a line end after the last one. */
export function renderMarkdown(page: Page): string {
  return `${[`# ${escapeInline(page.title)}`, ...page.blocks.map(renderBlock)].join("\n\n")}\n`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `## ${escapeInline(block.text)}`;
    case "paragraph":
      return renderLine(block.line);
    case "list":
      return block.items.map((item) => `- ${renderLine(item)}`).join("\n");
    case "table":
      return [
        row(block.head.map((head) => escapeInline(head) || " ")),
        row(block.head.map(() => "---")),
        ...block.rows.map((cells) => row(cells.map((cell) => renderLine(cell) || tableCell("")))),
      ].join("\n");
    case "fence":
      return fence(block.lines, block.language);
  }
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function renderLine(line: Line): string {
  return joinParts(line.map(renderInline));
}

function renderInline(inline: Inline): string {
  switch (inline.kind) {
    case "text":
      return escapeInline(inline.text);
    case "strong": {
      const strong = escapeInline(inline.text);
      return strong === "" ? "" : `**${strong}**`;
    }
    case "code":
      return codeSpan(inline.text);
    case "url":
      return `<${inline.text}>`;
    case "link":
      return `[${escapeInline(inline.text)}](${linkTarget(inline.path)})`;
  }
}
