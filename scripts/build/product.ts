/** Moves a built program into the output folder, in either form, and removes what was built there before. */

import { join } from "@std/path/posix";
import { CHECKSUMS } from "./checksums.ts";
import { copyFolder, removeIfThere } from "./files.ts";
import { launcherOf } from "./launcher.ts";
import { putRuntime } from "./runtime.ts";
import { callTool, Problem, withScratch } from "./tool.ts";
import { portableFolder, programName, runtimeName, type Target, targetHere, TARGETS } from "./targets.ts";

/** The files of a target in the output folder; Linux and macOS use the same name. */
export async function removeEarlier(target: Target, out: string): Promise<void> {
  const sameName = TARGETS.filter(({ os }) => (os === "windows") === (target.os === "windows"));
  for (const earlier of sameName) {
    await removeIfThere(join(out, programName(earlier, "native")));
    await removeIfThere(join(out, programName(earlier, "portable")));
    await removeIfThere(join(out, portableFolder(earlier)));
  }
  await removeIfThere(join(out, CHECKSUMS));
}

/** The launcher is written last: once it exists, everything does. */
export async function putPortable(target: Target, program: string, out: string): Promise<void> {
  const folder = join(out, portableFolder(target));
  await Deno.mkdir(folder, { recursive: true });
  await putRuntime(target, join(folder, runtimeName(target)));
  await copyFolder(program, join(folder, "program"));
  const launcher = join(out, programName(target, "portable"));
  await Deno.writeTextFile(launcher, launcherOf(target));
  if (Deno.build.os !== "windows") await Deno.chmod(launcher, 0o755);
}

/** The runtimes of the portable forms in the output folder, which are allowed to be Deno. */
export function portableRuntimes(): readonly string[] {
  return TARGETS.map((target) => join(portableFolder(target), runtimeName(target)));
}

/** Asks the built program for its version, on a machine that can run it. */
export async function checkAnswer(target: Target, program: string, expected: RegExp): Promise<void> {
  if (target !== targetHere()) return;
  await withScratch(async (home) => {
    const said = await callTool(program, ["--version"], { env: { HOME: home }, timeoutMs: 60_000 });
    if (said.code === 0 && expected.test(said.stdout) && said.stderr === "") return;
    throw new Problem(
      `Cannot use what was built: "${program} --version" ended with status ${said.code} and said:\n${
        (said.stdout + said.stderr).trimEnd()
      }`,
    );
  });
}
