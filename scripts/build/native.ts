/** Makes one executable from the bundle, with `deno compile` and the base (`denort`) that it downloads. */

import { join } from "@std/path/posix";
import { START } from "./bundle.ts";
import { answersAsDeno } from "./deno_cli.ts";
import { V8_FLAGS } from "./runtime.ts";
import { callTool, Problem } from "./tool.ts";
import type { Target } from "./targets.ts";

/** Long enough for 40 MB on a slow line. */
const COMPILE_TIMEOUT_MS = 5 * 60_000;

export type Compiled =
  | { readonly kind: "done" }
  /** The compile base is not available here; `reason` is a part of a sentence. */
  | { readonly kind: "no_base"; readonly reason: string };

/** Writes the executable to `to`. The bundle must be in `folder`/program. */
export async function compileProgram(
  target: Target,
  folder: string,
  to: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Compiled> {
  const base = env["DENORT_BIN"] ?? Deno.env.get("DENORT_BIN");
  if (base !== undefined && await answersAsDeno(base)) {
    throw new Problem(
      `Cannot use DENORT_BIN "${base}": it is the Deno command line, and so would be what is built with it`,
      "unset DENORT_BIN",
    );
  }
  const said = await callTool(Deno.execPath(), compileArguments(target, to), {
    cwd: folder,
    env,
    timeoutMs: COMPILE_TIMEOUT_MS,
  });
  if (said.timedOut) {
    return { kind: "no_base", reason: `it did not come within ${COMPILE_TIMEOUT_MS / 60_000} minutes` };
  }
  if (said.code === 0) return { kind: "done" };
  const reason = baseProblem(said.stderr);
  if (reason !== undefined) return { kind: "no_base", reason };
  throw new Problem(`Cannot compile the program for ${target.triple}:\n${said.stderr.trimEnd()}`);
}

/**
 * Only the folder of the bundle is embedded, and no configuration is searched for. Without `--no-code-cache`
 * the executable would load code from a file in the temporary folder whose name anybody can know, and which
 * somebody else may have made.
 */
export function compileArguments(target: Target, to: string): readonly string[] {
  return [
    ...[
      "compile",
      "--quiet",
      "-A",
      V8_FLAGS,
      "--no-prompt",
      "--no-code-cache",
      "--no-config",
      "--no-lock",
      "--no-remote",
      "--no-npm",
    ],
    ...["--app-name", "orchastration", "--target", target.triple, "--include", "program", "--output", to],
    join("program", START),
  ];
}

/** Why the base is not available; undefined where something else failed. */
export function baseProblem(stderr: string): string | undefined {
  if (!/Setting up base binary|denort-[\w-]+\.zip/.test(stderr)) return undefined;
  const causes = [...stderr.matchAll(/^ +\d+: (.+)$/gm)].map(([, cause]) => cause!);
  const last = causes.findLast((cause) => cause !== "<unknown>");
  return last?.toLowerCase().replace(/^failed to /, "cannot ") ?? "the download failed";
}
