/** Parsers for the formats of other tools' files; a text in another format gives a reason in words. */

import { parse as parseJsonc } from "@std/jsonc";
import { parse as parseYamlText } from "@std/yaml";
import { parseToml } from "../../../config/plain_toml.ts";
import { fail, ok, type Result } from "../../../model/result.ts";
import { isTable, kindOf, type Table } from "./proposal.ts";

/** JSON, including comments and trailing commas, as a table. */
export function jsonTable(text: string): Result<Table, string> {
  return tableOf("JSON", () => parseJsonc(text.replace(/^\ufeff/, "")));
}

export function yamlTable(text: string): Result<Table, string> {
  return tableOf("YAML", () => parseYamlText(text));
}

export function tomlTable(text: string): Result<Table, string> {
  const parsed = parseToml(text);
  return parsed.ok ? tableOf("TOML", () => parsed.value) : fail(`it is not TOML (${parsed.failure})`);
}

function tableOf(format: string, parse: () => unknown): Result<Table, string> {
  let value: unknown;
  try {
    value = parse();
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return fail(`it is not ${format} (${wordsOf(error)})`);
  }
  return isTable(value) ? ok(value) : fail(`expected a table, found ${kindOf(value)}`);
}

/** The first line of a library's message, as the rest of a sentence. */
function wordsOf({ message }: Error): string {
  const line = message.split("\n", 1)[0]!.replace(/^Cannot parse JSONC: /, "").replace("JSONC", "JSON")
    .replace(/[.:\s]+$/, "");
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
