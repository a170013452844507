/** A page as Markdown, in GitHub's dialect. Pure. */

import { formatChecksumLine } from "../model/checksum_line.ts";
import { codeSpan, escapeInline, fence, tableCell } from "./markdown_text.ts";
import { mermaidLines } from "./diagram.ts";
import {
  type Block,
  DIGEST_LENGTH,
  type DigestEntry,
  type Inline,
  joinParts,
  type Line,
  linkTarget,
  type Page,
} from "./page.ts";
import { oneLine } from "./plain_text.ts";

/** Lines end with LF, including the last one. */
export function renderMarkdown(page: Page): string {
  return `${[`# ${escapeInline(page.title)}`, ...page.blocks.map(renderBlock)].join("\n\n")}\n`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `## ${escapeInline(block.text)}`;
    case "paragraph":
      return renderLine(block.line);
    case "verdict":
      return block.sentence === ""
        ? `**${escapeInline(block.word)}.**`
        : `**${escapeInline(block.word)}:** ${escapeInline(block.sentence)}`;
    case "diagram":
      return fence(mermaidLines(block.diagram), "mermaid");
    case "digests":
      return `${renderLine(block.line)}\n\n${fence(block.entries.map(digestLine), "text")}`;
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

/** In the format of `hash --check`, which skips lines that begin like this. */
function digestLine({ sha256, name, isDirectory }: DigestEntry): string {
  return isDirectory ? `# ${sha256}  ${oneLine(name)}` : formatChecksumLine(sha256, name);
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
    case "digest":
      return codeSpan(inline.text.slice(0, DIGEST_LENGTH));
    case "url":
      return `<${inline.text}>`;
    case "link":
      return `[${escapeInline(inline.text)}](${linkTarget(inline.path)})`;
  }
}
