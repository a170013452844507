/**
 * The short answer about real failures of real tools: small projects of our own, each with something that fails, run by the real
 * program with --brief. Installs nothing: a tool that is not on the PATH is skipped by its name. A module of npm is found beside its
 * program, in the node_modules to which that belongs.
 */

import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { findTool } from "../support/tools.ts";
import { JAVASCRIPT_TESTS } from "./failing_logs/javascript_tests.ts";
import { JAVASCRIPT_TOOLS } from "./failing_logs/javascript_tools.ts";
import { NATIVE } from "./failing_logs/native.ts";
import type { FailingProject } from "./failing_logs/project.ts";
import { PYTHON } from "./failing_logs/python.ts";
import { SCRIPTS } from "./failing_logs/scripts.ts";

const PROJECTS = [...JAVASCRIPT_TESTS, ...JAVASCRIPT_TOOLS, ...PYTHON, ...NATIVE, ...SCRIPTS];
const MAX_BYTES = 1500;
/** The share of the answers that must contain the failing assertion: 57 of 60. */
const ENOUGH = 57 / 60;

interface Judged {
  readonly name: string;
  readonly told: boolean;
}

const judged: Judged[] = [];

for (const project of PROJECTS) {
  const missing = [project.tool, ...project.needs ?? []].find((tool) => findTool(tool) === undefined);
  Deno.test({
    name: missing === undefined
      ? `failing logs: ${project.name}`
      : `failing logs: ${project.name} (skipped: no ${missing})`,
    ignore: missing !== undefined || Deno.build.os === "windows",
    fn: () => inRealFolder((folder) => judge(project, folder)),
  });
}

Deno.test("failing logs: the answers contain the failing assertion, but for one in twenty at most", () => {
  const untold = judged.filter(({ told }) => !told).map(({ name }) => name);
  console.log(
    `${judged.length - untold.length} of ${judged.length} told; not: ${untold.join(", ") || "none"}`,
  );
  assert(judged.length === 0 || (judged.length - untold.length) / judged.length >= ENOUGH, untold.join(", "));
});

async function judge(project: FailingProject, folder: RealFolder): Promise<void> {
  for (const [name, content] of Object.entries(project.files)) {
    await Deno.mkdir(dirname(join(folder.path, name)), { recursive: true });
    folder.write(name, content);
  }
  const tool = findTool(project.tool)!;
  const modules = dirname(dirname(tool));
  if (modules.endsWith("node_modules")) await Deno.symlink(modules, join(folder.path, "node_modules"));
  for (const [program, ...args] of project.before ?? []) {
    const { code, stderr } = await folder.call(program!, args);
    assertEquals(code, 0, `${program} ${args.join(" ")}: ${stderr}`);
  }
  const [first = "", ...others] = project.args;
  const command = first.startsWith("@") ? ["sh", first.slice(1), ...others] : [tool, ...project.args];
  folder.write("orchastration.toml", `[jobs.check]\ncommand = ${JSON.stringify(command)}\n`);
  // Toolchains that are installed for a user are found by HOME.
  const home = Deno.env.get("HOME") ?? folder.path;
  const { code, stdout, stderr } = await folder.call(
    folder.command[0],
    [...folder.command.slice(1), "run", "check", "--brief"],
    { HOME: home, ORCHASTRATION_STATE_DIR: join(folder.path, "state"), ...project.env },
  );
  assert(code !== 0, `it did not fail: ${stdout}${stderr}`);
  assertEquals(stderr, "");
  const [verdict = ""] = stdout.split("\n");
  assert(/^(?:failed|signalled) {2}check\//.test(verdict), verdict);
  assert(!/succeeded|up to date/.test(stdout.split("\n")[0]!), "it claims a success");
  const bytes = new TextEncoder().encode(stdout).length;
  assert(bytes <= MAX_BYTES, `${bytes} bytes`);
  assert(/\nshown [\d ]+ of [\d ]+ lines?; whole: orchastration logs check\//.test(stdout), stdout);
  const told = project.tells.every((text) => stdout.includes(text));
  judged.push({ name: project.name, told });
  if (!told) {
    const untold = project.tells.filter((text) => !stdout.includes(text));
    console.log(`${project.name}: not in the answer: ${JSON.stringify(untold)}\n${stdout}`);
  }
}
