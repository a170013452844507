/**
 * What a command line must not load. Start-up is made of modules (docs/design/0018-start-up.md), and one import too many is not seen in a review: so here
 * the real program says which ones it evaluated. Nothing is timed.
 */

import { assert, assertEquals } from "@std/assert";
import { loadedModules } from "../support/loaded_modules.ts";
import { inRealFolder } from "../support/real_program.ts";

const CONFIG = `
[jobs.noop]
command = [${JSON.stringify(Deno.execPath())}, "--version"]

[tasks.thing]
command = ["true"]
`;

/** Everything with one of these beginnings. */
type Forbidden = readonly string[];

const NODE: Forbidden = ["node:"];
const LOG_FILE: Forbidden = ["log/rotating_file.ts", "log/logtape.ts", "log/copied/"];
const LOG: Forbidden = ["log/"];
const PLACES: Forbidden = [
  "config/locate.ts",
  "config/syntax.ts",
  "config/diagnose.ts",
  "npm:toml-eslint-parser",
];
const ENV_FILES: Forbidden = ["config/env_file.ts", "config/copied/dotenv.js"];
const READING: Forbidden = [
  "store/codec.ts",
  "store/run_store.ts",
  "store/stored_run.ts",
  "store/valibot.ts",
  "store/copied/",
];
const RECORDS: Forbidden = ["store/run_", ...READING];
const ENGINE: Forbidden = ["engine/"];
const TOOLS: Forbidden = ["git/gh", "git/remotes.ts", "git/tool.ts"];
const HELP: Forbidden = [
  "cli/help/command_table.ts",
  "cli/help/manual_page.ts",
  "cli/help/topics.ts",
  "cli/completion/",
];
const WINDOWS: Forbidden = Deno.build.os === "windows" ? [] : ["host/deno_processes_windows.ts"];
const NEVER = [...NODE, ...PLACES, ...ENV_FILES, ...TOOLS, ...HELP, ...WINDOWS, "doc/"];

interface Rule {
  readonly argv: readonly string[];
  readonly until?: "spawn";
  readonly forbidden: Forbidden;
  /** The only commands whose files may be there. */
  readonly commands: readonly string[];
}

const RULES: readonly Rule[] = [
  {
    argv: ["list"],
    forbidden: [...NEVER, ...LOG, ...RECORDS, ...ENGINE, "git/"],
    commands: ["list.ts"],
  },
  { argv: ["status"], forbidden: [...NEVER, ...LOG, ...ENGINE, "git/"], commands: ["status.ts"] },
  { argv: ["runs", "list"], forbidden: [...NEVER, ...LOG, ...ENGINE, "git/"], commands: ["runs.ts"] },
  { argv: ["plan", "list"], forbidden: [...NEVER, ...LOG, ...ENGINE], commands: ["plan.ts"] },
  {
    argv: ["config", "path"],
    forbidden: [...NEVER, ...LOG, ...RECORDS, ...ENGINE, "git/"],
    commands: ["config.ts"],
  },
  {
    argv: ["run", "noop"],
    until: "spawn",
    // What is only said of the run can be loaded while its process runs.
    forbidden: [...NEVER, ...LOG_FILE, ...READING],
    commands: ["run.ts"],
  },
  { argv: ["run", "noop"], forbidden: [...NEVER, ...READING], commands: ["run.ts"] },
];

for (const { argv, until, forbidden, commands } of RULES) {
  const where = until === undefined ? "" : ", before its process begins,";
  Deno.test(`start-up: ${argv.join(" ")}${where} loads nothing that it does not need`, async () => {
    await inRealFolder(async (folder) => {
      folder.write("orchastration.toml", CONFIG);
      const { modules, isAtSpawn } = await loadedModules(folder, argv, until);
      assertEquals(isAtSpawn, until === "spawn");
      assert(
        modules.includes("main.ts") && modules.includes(`cli/commands/${commands[0]}`),
        "nothing was seen",
      );
      assertEquals(modules.filter((each) => forbidden.some((start) => each.startsWith(start))), []);
      const others = modules.filter((each) => each.startsWith("cli/commands/"));
      assertEquals(others, commands.map((name) => `cli/commands/${name}`));
    });
  });
}

Deno.test("start-up: --version loads two files", async () => {
  await inRealFolder(async (folder) => {
    assertEquals((await loadedModules(folder, ["--version"])).modules, ["main.ts", "version.ts"]);
  });
});

Deno.test("start-up: what is loaded when it is needed is seen here", async () => {
  // Else the rules above would hold of a program that nobody watches.
  await inRealFolder(async (folder) => {
    folder.write("orchastration.toml", CONFIG);
    const run = await loadedModules(folder, ["run", "noop"]);
    assert(run.modules.includes("log/rotating_file.ts"), "the log");
    assert(run.modules.includes("log/copied/logtape.js"), "a copied library");
    const plans = await loadedModules(folder, ["plan", "list"]);
    assert(plans.modules.includes("store/copied/valibot.js"), "what reads records");
    folder.write("orchastration.toml", "[jobs.noop]\ncommand = 1\n");
    const refused = await loadedModules(folder, ["list"], "end", 78);
    assert(refused.modules.includes("npm:toml-eslint-parser"), "a package");
  });
});
