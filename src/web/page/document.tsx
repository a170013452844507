/** The text of a document, as text nodes alone: nothing in it can become markup or run. */

/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/// <reference lib="dom" />
import { visible } from "../../model/visible.ts";
import type { TaskData } from "../page_data.ts";
import { Text } from "./parts.tsx";
import { isWebAddress } from "./words.ts";

type DocumentText = NonNullable<TaskData["document"]>;
type Block = Extract<DocumentText, { kind: "text" }>["blocks"][number];
type Line = Extract<Block, { kind: "paragraph" }>["line"];

export function Document({ document, path }: { readonly document: DocumentText; readonly path: string }) {
  return (
    <section>
      <h2>Document</h2>
      {document.kind === "not_shown"
        ? (
          <p class="remark">
            <Text>{path}</Text> <Text>{document.fact}</Text>
          </p>
        )
        : (
          <details class="document" open>
            <summary>
              <Text>{path}</Text>
              {document.isAsWritten ? null : <span class="warn">changed since it was written</span>}
            </summary>
            {document.blocks.map((block, index) => <Part key={index} block={block} />)}
            {document.isCut ? <p class="dim">The rest is not shown.</p> : null}
          </details>
        )}
    </section>
  );
}

function Part({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case "heading":
      return block.level <= 2 ? <h3>{words(block.line)}</h3> : <h4>{words(block.line)}</h4>;
    case "paragraph":
      return <p>{words(block.line)}</p>;
    case "list":
      return <ul>{block.items.map((item, index) => <li key={index}>{words(item)}</li>)}</ul>;
    case "fence":
      return (
        <pre tabIndex={0} role="region" aria-label="Lines of the document">
          <code>{block.lines.map(visible).join("\n")}</code>
        </pre>
      );
    case "table":
      return (
        <div class="scrolls" tabIndex={0} role="region" aria-label="A table of the document">
          <table>
            <thead>
              <tr>{block.head.map((cell, index) => <th key={index} scope="col">{words(cell)}</th>)}</tr>
            </thead>
            <tbody>
              {block.rows.map((row, index) => (
                <tr key={index}>{row.map((cell, column) => <td key={column}>{words(cell)}</td>)}</tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
}

function words(line: Line) {
  return line.map(({ kind, text }, index) => {
    switch (kind) {
      case "text":
        return <Text key={index}>{text}</Text>;
      case "strong":
        return (
          <strong key={index}>
            <Text>{text}</Text>
          </strong>
        );
      case "code":
        return <code key={index}>{visible(text)}</code>;
      case "url":
        return isWebAddress(text)
          ? <a key={index} href={text} rel="noreferrer noopener" target="_blank">{text}</a>
          : <Text key={index}>{text}</Text>;
    }
  });
}
