/** Answers of the tools: a few facts, which a client gets twice with the same content, as text and as a structure. */

import type { JsonValue } from "../model/canonical_json.ts";
import { plainLine, shortLine } from "../model/plain_line.ts";
import type { RunRecord } from "../model/run.ts";

export type Facts = { readonly [name: string]: JsonValue };

/** Texts from elsewhere, such as a reason, are one line without control characters. */
const MAX_TEXT_CHARACTERS = 240;

export function plainText(text: string, maxCharacters = MAX_TEXT_CHARACTERS): string {
  return shortLine(plainLine(text.replaceAll("\n", " ")), maxCharacters);
}

/** `status: failed`; a text of several lines is indented below its name, so that it cannot look like a fact. */
export function textOf(facts: Facts, indent = ""): string {
  return Object.entries(facts).map(([name, value]) => `${indent}${name}:${valueText(value, `${indent}  `)}`)
    .join("\n");
}

function valueText(value: JsonValue, indent: string): string {
  if (value === null || typeof value === "number" || typeof value === "boolean") return ` ${value}`;
  if (typeof value === "string") {
    if (!value.includes("\n")) return ` ${value}`;
    return `\n${value.replace(/\n$/, "").split("\n").map((line) => `${indent}| ${line}`).join("\n")}`;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return " none";
    return value.map((each) =>
      typeof each === "object" && each !== null && !Array.isArray(each)
        ? `\n${indent}- ${textOf(each as Facts, `${indent}  `).trimStart()}`
        : `\n${indent}-${valueText(each, `${indent}  `)}`
    ).join("");
  }
  return `\n${textOf(value as Facts, indent)}`;
}

/** The state of a run, in a few facts. */
export function runFacts(record: RunRecord): Facts {
  const { id, status, exit_code, signal, duration_ms, reason } = record;
  return {
    run: id,
    status,
    ...(exit_code === null ? {} : { exit_code }),
    ...(signal === null ? {} : { signal }),
    ...(duration_ms === null ? {} : { duration_ms }),
    reason: plainText(reason),
  };
}
