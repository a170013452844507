/**
 * Provides the Deno of a target: the running one where it is that very file, otherwise the one from npm.
 * Always verified.
 */

import { join } from "@std/path/posix";
import config from "../../deno.json" with { type: "json" };
import { sha256Of } from "./files.ts";
import { callTool, needTool, Problem, withScratch } from "./tool.ts";
import { DENO_VERSION, runtimeName, type Target, targetHere } from "./targets.ts";

/**
 * Flags for V8, taken from `deno task start`: with other flags the runtime would discard its compiled code.
 */
export const V8_FLAGS = flagsOf(config.tasks.start);

/** Copies the Deno of `target` to the path `to`. */
export async function putRuntime(target: Target, to: string): Promise<void> {
  if (Deno.version.deno === DENO_VERSION && target === targetHere()) {
    const own = Deno.execPath();
    if (await sha256Of(own) === target.runtimeSha256) return await putProgram(own, to);
  }
  await withScratch(async (scratch) => {
    await putProgram(await fetchRuntime(target, scratch), to);
  });
}

async function putProgram(from: string, to: string): Promise<void> {
  await Deno.copyFile(from, to);
  if (Deno.build.os !== "windows") await Deno.chmod(to, 0o755);
}

/** npm compares the download with the digest from the registry; here it is compared with ours. */
async function fetchRuntime(target: Target, scratch: string): Promise<string> {
  const wanted = `${target.runtimePackage}@${DENO_VERSION}`;
  const npm = Deno.build.os === "windows" ? "npm.cmd" : "npm";
  const said = await callTool(npm, ["pack", "--loglevel", "error", "--prefer-offline", wanted], {
    cwd: scratch,
  });
  if (said.code !== 0) {
    throw new Problem(
      `Cannot get the runtime "${wanted}" from npm: npm ended with status ${said.code}\n${said.stderr.trimEnd()}`,
      "the same build on a machine of that system, or later",
    );
  }
  const archive = said.stdout.trim().split("\n").at(-1)!;
  await needTool("unpack the runtime", "tar", ["-xzf", archive], { cwd: scratch });
  const path = join(scratch, "package", runtimeName(target));
  const digest = await sha256Of(path);
  if (target.runtimeSha256 !== undefined && digest !== target.runtimeSha256) {
    throw new Problem(
      `Cannot use the runtime "${wanted}": its SHA-256 is ${digest}, expected ${target.runtimeSha256}`,
    );
  }
  return path;
}

function flagsOf(task: string): string {
  const flags = /(?<= )--v8-flags=\S+/.exec(task);
  if (flags === null) {
    throw new Error(`Cannot find the flags for V8 in the task "start" of deno.json: ${task}`);
  }
  return flags[0];
}
