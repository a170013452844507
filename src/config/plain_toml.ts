/**
 * Parses TOML of other tools into plain data, or returns the parser's message. Knows nothing of our own keys.
 */

import { parse, TomlError } from "smol-toml";
import { fail, ok, type Result } from "../model/result.ts";

export function parseToml(text: string): Result<unknown, string> {
  try {
    return ok(parse(text, { integersAsBigInt: "asNeeded" }));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const words = error.message.split("\n", 1)[0]!.replace(/^Invalid TOML document: /, "");
    return fail(`line ${error.line}: ${words}`);
  }
}
