/** The script of the page: part of a built program, and bundled at each start from the sources. */

import type { Host } from "../host/host.ts";
import type { Failure } from "../model/failure.ts";
import { nextAdvice } from "../model/next_step.ts";
import { fail, ok, type Result } from "../model/result.ts";

/** Filled in by the build. */
export const BUILT_SCRIPT: string = "";

/** Files of the sources, as seen from this one. */
const ENTRY = "page/main.tsx";
const CONFIG = "../../deno.json";
const BUNDLE_MS = 60_000;
const MAX_SCRIPT_BYTES = 4 * 1024 * 1024;

export async function pageScript({ processes, environment }: Host): Promise<Result<string, Failure>> {
  if (BUILT_SCRIPT !== "") return ok(BUILT_SCRIPT);
  const folder = environment.currentFolder();
  const bundled = await processes.runTool({
    program: processes.ownCommand().program,
    args: [
      ...["bundle", "--quiet", "--platform", "browser", "--minify"],
      ...["--config", pathOf(CONFIG, environment.os), pathOf(ENTRY, environment.os)],
    ],
    workingDir: folder.ok ? folder.value : "/",
    env: environment.all(),
    timeoutMs: BUNDLE_MS,
    maxOutputBytes: MAX_SCRIPT_BYTES,
  });
  const decoder = new TextDecoder();
  if (!bundled.ok) return notBundled(bundled.failure.reason);
  const { exit, stdout, stderr } = bundled.value;
  return exit.kind === "exited" && exit.exit_code === 0
    ? ok(decoder.decode(stdout))
    : notBundled(decoder.decode(stderr).trim().split("\n").at(-1) ?? "");
}

function pathOf(relative: string, os: Host["environment"]["os"]): string {
  const path = decodeURIComponent(new URL(relative, import.meta.url).pathname);
  return os === "windows" ? path.slice(1) : path;
}

function notBundled(fact: string): Result<never, Failure> {
  return fail({
    code: "refused",
    action: "bundle",
    value: ENTRY,
    fact,
    next: [nextAdvice("build the program, which then has the page in it: docs/building.md")],
  });
}
