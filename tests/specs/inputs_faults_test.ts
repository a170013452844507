/** Inputs on the real disk under what is odd or happens at once: names, times, links, sparse checkouts, two runs together. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { startRun, until } from "../support/real_run.ts";

const CONFIG = '[jobs.make]\ncommand = ["sh", "-c", "echo made > out"]\noutputs = ["out"]\n';

function spec(name: string, inputs: readonly string[], check: (folder: RealFolder) => Promise<void>): void {
  Deno.test({
    name: `spec: inputs: ${name}`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      inRealFolder(async (folder) => {
        folder.write("orchastration.toml", `${CONFIG}inputs = ${JSON.stringify(inputs)}\n`);
        Deno.mkdirSync(join(folder.path, "src"));
        folder.write("src/a", "one");
        await check(folder);
      }),
  });
}

async function recordOf(folder: RealFolder) {
  const said = await folder.orchastration("run", "make", "--json");
  assertEquals(said.code, 0, said.stderr);
  return JSON.parse(said.stdout);
}

/** The status of the next run, and the paths that it names as its reason. */
async function outcomeOf(folder: RealFolder): Promise<readonly string[]> {
  const { status, inputs } = await recordOf(folder);
  return [status, ...inputs.causes.map(({ kind, path }: { kind: string; path?: string }) => path ?? kind)];
}

async function git(folder: RealFolder, ...args: readonly string[]): Promise<void> {
  const said = await folder.call("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args]);
  assertEquals(said.code, 0, said.stderr);
}

spec(
  "names with line breaks, both forms of an umlaut, and names that differ in case",
  ["src"],
  async (folder) => {
    // On file systems that take both for one (macOS, Windows) there is one file less, and it is known under one name.
    const names = ["src/line\nbreak", "src/\u00e4", "src/a\u0308", "src/A"];
    for (const name of names) folder.write(name, "1");
    assertEquals(await outcomeOf(folder), ["succeeded", "no_baseline"]);
    assertEquals(await outcomeOf(folder), ["up_to_date"]);
    for (const name of names) {
      folder.write(name, `2 ${name}`);
      const [status, ...paths] = await outcomeOf(folder);
      assertEquals([status, paths.length], ["succeeded", 1]);
      assertEquals(paths[0]!.normalize("NFC").toLowerCase(), name.normalize("NFC").toLowerCase());
    }
    assertEquals(await outcomeOf(folder), ["up_to_date"]);
  },
);

spec(
  "a name that is not UTF-8: the inputs are unknown, so that it runs each time, and says why",
  ["src"],
  async (folder) => {
    if (Deno.build.os !== "linux") return;
    await folder.shell(`printf x > "src/$(printf 'caf\\351')"`);
    for (let run = 0; run < 2; run++) {
      const { status, inputs } = await recordOf(folder);
      assertEquals([status, inputs.sha256], ["succeeded", null]);
      assert(inputs.problem.includes("not UTF-8"), inputs.problem);
    }
  },
);

spec("a file with its old time and size, as tar restores it, is seen", ["src"], async (folder) => {
  const path = join(folder.path, "src/a");
  Deno.utimeSync(path, 1_000_000, 1_000_000);
  assertEquals(await outcomeOf(folder), ["succeeded", "no_baseline"]);
  assertEquals(await outcomeOf(folder), ["up_to_date"]);
  // The same file, not another one in its place: only the time of the last change tells.
  folder.write("src/a", "two");
  Deno.utimeSync(path, 1_000_000, 1_000_000);
  assertEquals(await outcomeOf(folder), ["succeeded", "src/a"]);
});

spec("links in a circle and out of the tree are said, and do not hang", ["src"], async (folder) => {
  Deno.symlinkSync("around", join(folder.path, "src/about"));
  Deno.symlinkSync("about", join(folder.path, "src/around"));
  Deno.symlinkSync(".", join(folder.path, "src/itself"));
  Deno.symlinkSync("../outside", join(folder.path, "src/out"));
  folder.write("outside", "1");
  assertEquals(await outcomeOf(folder), ["succeeded", "no_baseline"]);
  assertEquals(await outcomeOf(folder), ["up_to_date"]);
  folder.write("outside", "2");
  assertEquals(await outcomeOf(folder), ["succeeded", "src/out"]);
});

spec("a sparse checkout counts what is there", ["@git", "!out"], async (folder) => {
  Deno.mkdirSync(join(folder.path, "far"));
  folder.write("far/b", "1");
  folder.write(".gitignore", ".cache\n");
  await git(folder, "init", "-q");
  await git(folder, "add", "-A");
  await git(folder, "commit", "-qm", "first");
  assertEquals(await outcomeOf(folder), ["succeeded", "no_baseline"]);
  await git(folder, "sparse-checkout", "set", "src");
  assertEquals(await outcomeOf(folder), ["succeeded", "far/b"]);
  assertEquals(await outcomeOf(folder), ["up_to_date"]);
  await git(folder, "sparse-checkout", "disable");
  assertEquals(await outcomeOf(folder), ["up_to_date"]);
});

spec(
  "two runs of one job at once are both whole, and the next one knows it",
  ["src", "!src/go"],
  async (folder) => {
    folder.write(
      "orchastration.toml",
      `[jobs.make]\ncommand = ["sh", "-c", "echo up; while [ ! -e go ]; do sleep 0.02; done; echo made > out"]\n` +
        'outputs = ["out"]\ninputs = ["src"]\n',
    );
    await using first = startRun(folder, ["run", "make"]);
    await using second = startRun(folder, ["run", "make"]);
    await until("both run", () => [first, second].every(({ stdout }) => stdout.includes("up\n")));
    folder.write("go", "");
    assertEquals([await first.ended, await second.ended], [0, 0]);
    assertEquals(await outcomeOf(folder), ["up_to_date"]);
    folder.write("src/a", "three");
    assertEquals(await outcomeOf(folder), ["succeeded", "src/a"]);
  },
);
