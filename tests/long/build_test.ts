/**
 * The result of `scripts/build.ts`: the same bytes each time, a real program, and never the Deno command
 * line.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { join } from "@std/path/posix";
import { bundleProgram } from "../../scripts/build/bundle.ts";
import { holdsDenoCli, refuseDenoCli } from "../../scripts/build/deno_cli.ts";
import { filesBelow } from "../../scripts/build/files.ts";
import { launcherOf } from "../../scripts/build/launcher.ts";
import { baseProblem, compileArguments, compileProgram } from "../../scripts/build/native.ts";
import { portableFolder, targetHere, TARGETS } from "../../scripts/build/targets.ts";
import { callTool, needTool, Problem } from "../../scripts/build/tool.ts";
import { VERSION } from "../../src/version.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url)).replaceAll("\\", "/");
const BUILD = join(ROOT, "scripts/build.ts");
const HERE = targetHere();
/** Where a launcher is a script that can be started here, on one of the target systems. */
const ignore = Deno.build.os === "windows" || HERE === undefined;
const OS = HERE?.os ?? "linux";

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "orchastration-build-test-" }));
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function build(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return callTool(Deno.execPath(), ["run", "-A", "--no-prompt", BUILD, "--os", OS, ...words], { env });
}

Deno.test({
  name: "build: the portable form is the same bytes each time, runs, and is listed",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const lists: string[] = [];
      for (const name of ["first", "a second/folder"]) {
        const out = join(folder, name);
        const said = await build(["--portable", "--commit", "abc123", "--out", out]);
        assertEquals([said.code, said.stderr], [0, ""]);
        lists.push(await Deno.readTextFile(join(out, "SHA256SUMS")));
      }
      assertEquals(lists[0], lists[1]);
      const out = join(folder, "a second/folder");
      const listed = lists[1]!.trim().split("\n").map((line) => line.split("  ")[1]!);
      assertEquals(listed, (await filesBelow(out)).filter((path) => path !== "SHA256SUMS"));

      const parts = join(out, portableFolder(HERE!), "program");
      // No part is read before it is needed (docs/design/0018-start-up.md).
      for (const path of await filesBelow(parts)) {
        const text = await Deno.readTextFile(join(parts, path));
        assertEquals([...text.matchAll(/\bimport\("\.[^"]+"\)/g)].map(String), [], path);
      }

      const env = { HOME: folder, XDG_CACHE_HOME: join(folder, "cache") };
      const program = join(out, "orchastration");
      const checked = await callTool(program, ["hash", "--check", "SHA256SUMS"], { cwd: out, env });
      assertEquals([checked.code, checked.stderr], [0, ""]);
      const { arch, os } = Deno.build;
      const version = await callTool(program, ["--version"], { cwd: "/", env });
      assertEquals(
        version.stdout,
        `orchastration ${VERSION} (abc123, deno ${Deno.version.deno}, ${arch}-${os})\n`,
      );
      const asDeno = await callTool(program, ["eval", "console.log(1)"], { env });
      assertEquals([asDeno.code, asDeno.stdout], [64, ""]);

      // A home that a daemon may have, in which the runtime would refuse to start.
      for (const HOME of ["/dev/null", "/nonexistent", ""]) {
        const homeless = await callTool(program, ["--version"], {
          clearEnv: true,
          env: { HOME, PATH: "/usr/bin:/bin" },
        });
        assertEquals([homeless.stdout, homeless.stderr], [version.stdout, ""]);
      }
    }),
});

/** The commands that people wait for. */
const SHORT = ["--version", "list", "status", "run noop", "runs list", "plan list", "config path"];

Deno.test({
  name:
    "build: no short command loads a built-in of Node, its timers, or what the runtime starts processes with",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const program = join(folder, "program");
      await bundleProgram(ROOT, program, { commit: "", secondsSinceEpoch: 0 });
      const watcher = fromFileUrl(new URL("../support/process_watcher.ts", import.meta.url));
      const call = (words: string) =>
        callTool(Deno.execPath(), [
          ...["run", "-A", "--no-prompt", "--quiet", "--no-config", `--preload=${watcher}`],
          ...[join(program, "start.js"), ...words.split(" ")],
        ], { cwd: folder, env: { HOME: folder } });
      await Deno.writeTextFile(join(folder, "orchastration.toml"), '[jobs.noop]\ncommand = ["true"]\n');
      for (const words of SHORT) {
        const said = await call(words);
        assertEquals([words, said.code, said.stderr], [words, 0, ""]);
      }
      // In a repository, tools are called and bounded.
      await needTool("make a repository", "git", ["init", "--quiet", folder], { env: { HOME: folder } });
      const inRepository = await call("run noop");
      assertEquals([inRepository.code, inRepository.stderr], [0, ""]);
      // A part that is loaded is noticed.
      const doctor = await call("doctor");
      assertMatch(doctor.stderr, /a built-in of Node is loaded/);
    }),
});

/**
 * The sources that a short command loads in any case, with a bound on the code of all parts that have them: what is compiled there is read
 * at each start (docs/design/0018-start-up.md). A bound may be raised by who needs more, but not by accident.
 */
const LOADED = {
  list: {
    sources: ["cli/cli.ts", "host/deno_host.ts", "cli/commands/list.ts", "app/jobs/list_jobs.ts"],
    atMostBytes: 704_000,
  },
  run: {
    sources: ["cli/cli.ts", "host/deno_host.ts", "cli/commands/run.ts", "app/jobs/run_job.ts", "log/log.ts"],
    atMostBytes: 1_039_000,
  },
};

Deno.test("build: list and run load no more code than they need now", () =>
  inFolder(async (folder) => {
    await bundleProgram(ROOT, folder, { commit: "", secondsSinceEpoch: 0 });
    const parts = new Map<string, string>();
    for (const path of await filesBelow(folder)) parts.set(path, await Deno.readTextFile(join(folder, path)));
    for (const [command, { sources, atMostBytes }] of Object.entries(LOADED)) {
      const loaded = new Set<string>();
      const load = (part: string) => {
        if (loaded.has(part)) return;
        loaded.add(part);
        for (
          const [, next] of parts.get(part)!.matchAll(/^(?:import|export|\}) [^;]*?"\.\/([^"]+)";$/gm)
        ) load(next!);
      };
      for (const source of sources) {
        const [part] = [...parts].find(([, text]) => text.includes(`\n// src/${source}\n`)) ?? [];
        assert(part !== undefined, `no part has ${source}`);
        load(part);
      }
      const bytes = [...loaded].reduce((sum, part) => sum + parts.get(part)!.length, 0);
      assert(bytes <= atMostBytes, `${command} loads ${bytes} bytes of code in ${loaded.size} parts`);
      // A part that is not followed would make the bound meaningless.
      assert(bytes > atMostBytes / 2, `${command} loads ${bytes} bytes of code in ${loaded.size} parts`);
    }
  }));

Deno.test({
  name: "build: a compile base that is the Deno command line is refused, and nothing is left",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const said = await build(["--out", folder], { DENORT_BIN: Deno.execPath() });
      assertEquals([said.code, said.stdout], [1, ""]);
      assertEquals(
        said.stderr,
        `error: Cannot use DENORT_BIN "${Deno.execPath()}": it is the Deno command line, and so would be what is ` +
          "built with it\n  try: unset DENORT_BIN\n",
      );
      assertEquals(await filesBelow(folder), []);
    }),
});

Deno.test("build: a file that holds the Deno command line is known by its bytes, and refused by every name", () =>
  inFolder(async (folder) => {
    const posing = join(folder, Deno.build.os === "windows" ? "orchastration.exe" : "orchastration");
    await Deno.copyFile(Deno.execPath(), posing);
    assertEquals(await holdsDenoCli(posing), true);
    const problem = await refuseDenoCli(folder, ["elsewhere/deno"]).catch((error: unknown) => error);
    assert(problem instanceof Problem);
    assertMatch(problem.message, /behaves as the Deno command line/);
    await Deno.truncate(posing, 12_000_000);
    assertEquals(await holdsDenoCli(posing), false);
  }));

Deno.test("build: without the compile base, the reason is a part of a sentence", async () => {
  if (HERE === undefined) return;
  await inFolder(async (folder) => {
    await Deno.mkdir(join(folder, "program"));
    await Deno.writeTextFile(join(folder, "program/start.js"), "");
    // Nobody listens there, and nothing is cached.
    const env = { DENO_DIR: join(folder, "cache"), HTTPS_PROXY: "http://127.0.0.1:9" };
    const compiled = await compileProgram(HERE, folder, join(folder, "out"), env);
    assertEquals(compiled.kind, "no_base");
  });
  assertEquals(
    baseProblem("error: x\n\nCaused by:\n    0: Setting up base binary.\n    1: Failed to look up\n"),
    "cannot look up",
  );
  assertEquals(baseProblem("error: Module not found"), undefined);
});

Deno.test({
  name: "build: `deno compile` uses only its inputs, makes the same bytes anywhere, and never prompts",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const digests: string[] = [];
      // Deno itself replaces the base, which covers everything except whether the result runs. It stays in
      // this folder.
      for (const name of ["a", "b/c"]) {
        const scratch = join(folder, name);
        await bundleProgram(ROOT, join(scratch, "program"), {
          commit: "abc123",
          secondsSinceEpoch: 1_700_000_000,
        });
        const made = join(scratch, "made");
        await needTool("compile", Deno.execPath(), compileArguments(HERE!, made), {
          cwd: scratch,
          env: { DENORT_BIN: Deno.execPath() },
        });
        const bytes = await Deno.readFile(made);
        digests.push(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex());
        const embedded = new TextDecoder("latin1").decode(bytes.subarray(bytes.length - 4_000_000));
        assertMatch(embedded, /"prompt":false/);
        // It would lie in the temporary folder, under a name that anybody can know.
        assertMatch(embedded, /"code_cache_key":null/);
        assertMatch(embedded, /"entrypoint_key":"start\.js"/);
        assertMatch(embedded, /"allow_read":\[\]/);
        assertMatch(embedded, /export const COMMIT|COMMIT = "abc123"/);
        await Deno.remove(made);
      }
      assertEquals(digests[0], digests[1]);
    }),
});

for (const target of TARGETS) {
  Deno.test(`build: the launcher for ${target.triple} starts the program beside it, and never prompts`, () => {
    const launcher = launcherOf(target);
    const lines = launcher.trimEnd().split(target.os === "windows" ? "\r\n" : "\n");
    const last = lines.at(-1)!;
    assert(last.includes(portableFolder(target)) || last.includes("$orchastration_here"));
    for (const flag of ["--no-prompt", "--no-config", "--no-remote", "--cached-only"]) {
      assert(last.includes(flag));
    }
    assert(target.os === "windows" ? last.endsWith("%*") : /^exec .* "\$@"$/.test(last));
  });
}

Deno.test({
  name:
    "build: in a deleted folder the launcher starts commands that need no folder, and others are refused in one sentence",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const out = join(folder, "out");
      const built = await build(["--portable", "--out", out]);
      assertEquals([built.code, built.stderr], [0, ""]);
      // The shell that makes the launcher prints a line of its own before it reads any of ours.
      const call = async (words: string) => {
        const line =
          `mkdir "$1/gone" && cd "$1/gone" && rmdir "$1/gone" && exec "$1/out/orchastration" ${words}`;
        const said = await callTool("sh", ["-c", line, "sh", folder], { cwd: folder, env: { HOME: folder } });
        const ours = said.stderr.split("\n").filter((each) =>
          !/^(?:sh|shell-init|.*orchastration): .*getcwd/.test(each)
        );
        return [said.code, said.stdout.split("\n")[0]!.split(" ")[0], ours.join("\n")];
      };
      assertEquals(await call("--version"), [0, "orchastration", ""]);
      assertEquals(await call("--help"), [0, "Usage:", ""]);
      const gone = "error: Cannot find the current directory: no such file or directory\n" +
        "  try: change to an existing folder, then run the command again\n";
      for (const words of ["list", "run x", "init"]) assertEquals(await call(words), [74, "", gone]);
      const elsewhere = await callTool(join(out, "orchastration"), ["config", "path"], {
        cwd: folder,
        env: { HOME: folder },
      });
      assertEquals(elsewhere.code, 1);
    }),
});
