/** The command line of build.ts and package.ts. */

import { parseArgs } from "node:util";
import { join } from "@std/path/posix";
import { ROOT, type Wanted } from "./build_program.ts";
import { TARGETS } from "./targets.ts";
import { Problem } from "./tool.ts";

export const OPTIONS = `  --os linux|macos|windows   the system to build for
  --arch x64|arm64           its processor (default: the one of this machine)
  --out <folder>             where to
  --portable                 make the portable form, and do not try for the executable
  --require-native           make the executable or nothing
  --commit <name>            what --version names as the commit (default: what git says)`;

type More = Readonly<Record<string, { readonly type: "string" | "boolean" }>>;

export interface Words {
  readonly wanted: Wanted;
  /** Set for options that only one script has. */
  readonly more: Readonly<Record<string, string | boolean | undefined>>;
}

/** undefined where only help was wanted. */
export function readWords(words: readonly string[], defaultOut: string, more: More = {}): Words | undefined {
  const values = parsed(words, more);
  if (values["help"]) return undefined;
  const arch = values["arch"] ?? (Deno.build.arch === "aarch64" ? "arm64" : "x64");
  const target = TARGETS.find((each) => each.os === values["os"] && each.arch === arch);
  if (target === undefined) {
    const known = TARGETS.map((each) => `--os ${each.os} --arch ${each.arch}`).join("\n  ");
    throw new Problem(`Cannot build for --os ${values["os"]} --arch ${arch}: known are\n  ${known}`);
  }
  if (values["portable"] && values["require-native"]) {
    throw new Problem("Cannot obey both --portable and --require-native: they exclude each other");
  }
  const { out, commit } = values;
  return {
    wanted: {
      target,
      out: typeof out === "string" ? out.replaceAll("\\", "/") : join(ROOT, defaultOut),
      form: values["portable"] ? "portable" : values["require-native"] ? "native" : "best",
      commit: typeof commit === "string" ? commit : undefined,
    },
    more: values,
  };
}

function parsed(words: readonly string[], more: More): Record<string, string | boolean | undefined> {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  try {
    return parseArgs({
      args: [...words],
      options: {
        os: text,
        arch: text,
        out: text,
        commit: text,
        portable: flag,
        "require-native": flag,
        help: flag,
        ...more,
      },
    }).values as Record<string, string | boolean | undefined>;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Problem(error.message, "--help");
  }
}
