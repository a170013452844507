/** Reads files of variables in the syntax of dotenv. Loaded together with the first such file. */

import { parse } from "dotenv";
import type { Files } from "../host/files.ts";
import type { Variables } from "../model/variables.ts";
import { fail, ok, type Result } from "../model/result.ts";

/** A larger file is a mistake. */
const MAX_BYTES = 1024 * 1024;

export interface EnvFile {
  readonly path: string;
  readonly variables: Variables;
  /** The line of a variable, from 1; undefined where several lines are possible. */
  lineOf(name: string): number | undefined;
}

export type EnvFileProblem = { readonly kind: "missing" } | {
  readonly kind: "unusable";
  readonly reason: string;
};

export function readEnvFile(files: Files, path: string): Result<EnvFile, EnvFileProblem> {
  const unusable = (reason: string) => fail({ kind: "unusable", reason } as const);
  const bytes = files.readBytes(path, MAX_BYTES);
  if (!bytes.ok) {
    return bytes.failure.kind === "not_found" ? fail({ kind: "missing" }) : unusable(bytes.failure.reason);
  }
  const text = textOf(bytes.value);
  if (text === undefined) return unusable("it is not UTF-8 text");
  if (text.includes("\0")) {
    return unusable("it contains a NUL character, which cannot be passed to a program");
  }
  const lines = text.split(/\r\n?|\n/);
  return ok({
    path,
    variables: parse(text),
    lineOf(name) {
      const start = new RegExp(`^\\s*(?:export\\s+)?${name.replaceAll(/[.-]/g, "\\$&")}\\s*[=:]`);
      const fitting = lines.flatMap((line, index) => start.test(line) ? [index + 1] : []);
      return fitting.length === 1 ? fitting[0] : undefined;
    },
  });
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
