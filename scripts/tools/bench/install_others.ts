/**
 * Installs other programs that run named commands into a folder, from npm, so that `deno task bench --others
 * <folder>` finds them: `install_others.ts <folder>`. Its `bin` links to the programs themselves, because the
 * JavaScript starters that npm would call are not part of them. Never into the project.
 */

import { join, resolve } from "@std/path/posix";
import { needTool, Problem, runScript } from "../../build/tool.ts";
import { ROOT } from "./place.ts";

/**
 * By the name of the program: the package, and the paths of its parts in it or in the package for this
 * system.
 */
const OTHERS: Readonly<Record<string, { readonly packageName: string; readonly program: RegExp }>> = {
  just: { packageName: "rust-just@1.57.0", program: /^rust-just-[\w-]+\/bin\/just$/ },
  mise: { packageName: "@jdxcode/mise@2026.9.15", program: /^@jdxcode\/mise\/bin\/mise$/ },
  moon: { packageName: "@moonrepo/cli@2.5.5", program: /^@moonrepo\/core-[\w-]+\/moon$/ },
  turbo: { packageName: "turbo@2.11.11", program: /^@turbo\/[\w-]+\/bin\/turbo$/ },
  // Written entirely in JavaScript.
  wireit: { packageName: "wireit@0.14.13", program: /^wireit\/bin\/wireit\.js$/ },
};

await runScript(async () => {
  const [folder, ...more] = Deno.args;
  if (folder === undefined || more.length > 0) {
    throw new Problem(
      "Cannot install other programs: expected one folder",
      "scripts/tools/bench/install_others.ts /tmp/others",
    );
  }
  const target = resolve(folder);
  if (target === ROOT || target.startsWith(`${ROOT}/`)) {
    throw new Problem(`Cannot install other programs into "${folder}": it is in the project`);
  }
  await install(target);
});

async function install(target: string): Promise<void> {
  const bin = join(target, "bin");
  await Deno.mkdir(bin, { recursive: true });
  await Deno.writeTextFile(join(target, "package.json"), '{ "private": true }\n');
  const packages = Object.values(OTHERS).map(({ packageName }) => packageName);
  const npm = ["install", "--no-audit", "--no-fund", "--no-save", "--prefix", target, ...packages];
  await needTool("install from npm", "npm", npm, { cwd: target });
  const modules = join(target, "node_modules");
  const files = programsBelow(modules, "", 4);
  for (const [name, { packageName, program }] of Object.entries(OTHERS)) {
    const found = files.find((file) => program.test(file));
    if (found === undefined) {
      console.log(`${name}: not in ${packageName} for this system`);
      continue;
    }
    const link = join(bin, name);
    await Deno.remove(link).catch(() => {});
    await Deno.symlink(join(modules, found), link);
    console.log(`${name}: ${join("node_modules", found)}`);
  }
}

/** Executable files, relative to the folder of packages. */
function programsBelow(modules: string, folder: string, depth: number): readonly string[] {
  return [...Deno.readDirSync(join(modules, folder))].flatMap(({ name, isDirectory, isFile }) => {
    const path = join(folder, name);
    if (isDirectory) return depth > 0 && name !== ".bin" ? programsBelow(modules, path, depth - 1) : [];
    const mode = isFile ? Deno.statSync(join(modules, path)).mode ?? 0 : 0;
    return (mode & 0o111) === 0 ? [] : [path];
  });
}
