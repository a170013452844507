/**
 * Installs the packages for this system from a folder, tries them, removes them, and looks for remains:
 * `try_packages.ts dist/packages`. Everything happens in a scratch folder.
 */

import { join, resolve } from "@std/path/posix";
import { exists, filesBelow } from "./build/files.ts";
import { targetHere } from "./build/targets.ts";
import { callTool, needTool, Problem, runScript, withScratch } from "./build/tool.ts";
import { tryAll } from "./smoke/try_all.ts";

await runScript(async () => {
  const [given, ...others] = Deno.args;
  if (given === undefined || others.length > 0) {
    throw new Problem("Cannot try packages: expected one folder", "scripts/try_packages.ts dist/packages");
  }
  const folder = resolve(Deno.cwd().replaceAll("\\", "/"), given.replaceAll("\\", "/"));
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  const target = targetHere();
  const isOurs = (name: string) => target !== undefined && name.includes(`-${target.os}-${target.arch}.`);
  const tried: string[] = [];
  for (const name of names) {
    const attempt = /\.(?:tar\.gz|zip)$/.test(name) && isOurs(name)
      ? tryInstallScript
      : name.endsWith(".deb")
      ? tryDeb
      : name.endsWith(".tgz")
      ? tryNpm
      : undefined;
    if (attempt === undefined) continue;
    console.log(`trying ${name}`);
    await withScratch((scratch) => attempt(folder, name, scratch.replaceAll("\\", "/")));
    tried.push(name);
  }
  if (tried.length === 0) throw new Problem(`Cannot try packages: ${folder} has none for this system`);
  console.log(`passed: ${tried.join(", ")}`);
});

async function tryInstallScript(folder: string, _: string, scratch: string): Promise<void> {
  const prefix = join(scratch, "a prefix");
  const windows = Deno.build.os === "windows";
  const call = (...words: string[]) =>
    windows
      ? needTool("install", "powershell", [
        ...["-NoProfile", "-ExecutionPolicy", "Bypass", "-File", join(folder, "install.ps1")],
        ...[...words, "-Prefix", prefix],
      ])
      : needTool("install", "sh", [join(folder, "install.sh"), ...words, "--prefix", prefix]);
  await call(windows ? "-From" : "--from", folder);
  const program = windows ? join(prefix, "orchastration.exe") : join(prefix, "bin/orchastration");
  await tryAll(windows && !await exists(program) ? program.replace(/exe$/, "cmd") : program);
  // Over an existing installation: an update.
  await call(windows ? "-From" : "--from", folder);
  await call(windows ? "-Remove" : "--remove");
  await expectNothing(prefix);
}

/**
 * Into a separate root, so that the system stays as it is; that needs the rights of root, and no scripts in
 * the package.
 */
async function tryDeb(folder: string, name: string, scratch: string): Promise<void> {
  const root = join(scratch, "root");
  // dpkg searches for the administrator's programs, which are not on everybody's PATH.
  const env = { PATH: `${Deno.env.get("PATH")}:/usr/local/sbin:/usr/sbin:/sbin` };
  const dpkg = (...words: string[]) =>
    needTool("use dpkg", "dpkg", [`--root=${root}`, "--force-depends", ...words], { env });
  if ((await callTool("dpkg", ["--version"])).code !== 0 || Deno.uid() !== 0) {
    return console.log(`not tried: ${name} (dpkg and the rights of root are needed)`);
  }
  for (const each of ["info", "updates"]) {
    await Deno.mkdir(join(root, "var/lib/dpkg", each), { recursive: true });
  }
  await Deno.writeTextFile(join(root, "var/lib/dpkg/status"), "");
  await dpkg("--install", join(folder, name));
  await dpkg("--verify", "orchastration");
  await tryAll(join(root, "usr/bin/orchastration"));
  await dpkg("--install", join(folder, name));
  await dpkg("--purge", "orchastration");
  await Deno.remove(join(root, "var"), { recursive: true });
  await expectNothing(root);
}

async function tryNpm(folder: string, name: string, scratch: string): Promise<void> {
  const npm = Deno.build.os === "windows" ? "npm.cmd" : "npm";
  const project = join(scratch, "project");
  await Deno.mkdir(project);
  await Deno.writeTextFile(join(project, "package.json"), "{}");
  const quiet = ["--silent", "--no-audit", "--no-fund", "--prefer-offline"];
  await needTool("install with npm", npm, ["install", ...quiet, join(folder, name)], { cwd: project });
  const bin = join(project, "node_modules/.bin", `orchastration${Deno.build.os === "windows" ? ".cmd" : ""}`);
  await tryAll(bin, true);
  await needTool("remove with npm", npm, ["uninstall", ...quiet, "orchastration"], { cwd: project });
  if (await exists(bin)) throw new Problem(`Cannot remove ${name}: ${bin} is still there`);
}

async function expectNothing(folder: string): Promise<void> {
  const left = await exists(folder) ? await filesBelow(folder) : [];
  if (left.length > 0) throw new Problem(`Cannot remove all: left in ${folder} are ${left.join(", ")}`);
}
