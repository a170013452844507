/** The text of a help topic on a terminal. Pure. */

import { termLines } from "../base/help_layout.ts";
import { wrap } from "../output/style.ts";
import type { Topic, TopicPart } from "./topics.ts";

export function topicText(topic: Topic, columns: number): string {
  return topic.map((part) => partLines(part, columns).map((line) => `${line}\n`).join("")).join("\n");
}

function partLines(part: TopicPart, columns: number): readonly string[] {
  switch (part.kind) {
    case "paragraph":
      return wrap(plain(part.text), columns);
    case "terms":
      return termLines(part.terms.map(([term, meaning]) => [term, plain(meaning)]), columns);
    case "example":
      return part.text.split("\n").map((line) => line === "" ? "" : `  ${line}`);
  }
}

/** The words without the backticks around names. */
export function plain(text: string): string {
  return text.replaceAll("`", "");
}
