/**
 * Inputs on the real disk and with the real git: the same table of changes as on the fake disk, and cases
 * that only git knows.
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { changesOf, configOf, type InputWorld, type WorldRun } from "../support/input_matrix.ts";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";

const COMMAND = ["sh", "-c", "mkdir -p dist && cp src/a dist/out", "make"];
const isPosix = Deno.build.os !== "windows";

function worldIn(folder: RealFolder): InputWorld {
  const at = (path: string) => join(folder.path, path);
  const newestManifest = () =>
    filesBelow(at(".cache")).filter((path) => path.endsWith(".inputs.json")).sort().at(-1)!;
  return {
    write(path, text) {
      Deno.mkdirSync(join(at(path), ".."), { recursive: true });
      Deno.writeTextFileSync(at(path), text);
    },
    replaceSecretly(path, text) {
      const { atime, mtime } = Deno.statSync(at(path));
      Deno.writeTextFileSync(at("aside"), text);
      Deno.utimeSync(at("aside"), atime!, mtime!);
      Deno.renameSync(at("aside"), at(path));
    },
    touch: (path) => Deno.utimeSync(at(path), new Date(), new Date()),
    setExecutable: (path, isExecutable) => Deno.chmodSync(at(path), isExecutable ? 0o755 : 0o644),
    remove: (path) => Deno.removeSync(at(path)),
    removeManifest: () => Deno.removeSync(newestManifest()),
    damageManifest() {
      const path = newestManifest();
      Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replace('"bytes":[', '"bytes":[1'));
    },
    run: (options) => runIn(folder, options),
  };
}

function filesBelow(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(join(folder, name)) : [join(folder, name)]
  );
}

async function runIn(folder: RealFolder, { args = [], extraArgs = [], env = {} }: WorldRun = {}) {
  const [program, ...rest] = folder.command;
  const argv = ["run", "make", "--json", ...args, ...(extraArgs.length === 0 ? [] : ["--", ...extraArgs])];
  const said = await folder.call(program, [...rest, ...argv], env);
  assertEquals(said.code, 0, said.stderr);
  return JSON.parse(said.stdout);
}

Deno.test({
  name: "spec: every change of an input is noticed and named, and nothing else runs",
  ignore: !isPosix,
  fn: () =>
    inRealFolder(async (folder) => {
      const world = worldIn(folder);
      world.write("bin/version", "v1");
      world.write("bin/tool", "#!/bin/sh\ncat bin/version\n");
      world.setExecutable("bin/tool", true);
      for (const [path, text] of [["src/a", "aaa1"], ["src/notes.md", "notes"]] as const) {
        world.write(path, text);
      }
      const env = { PATH: `${join(folder.path, "bin")}:${Deno.env.get("PATH")}` };
      world.write("orchastration.toml", configOf(COMMAND));
      const run = (options: WorldRun = {}) => world.run({ ...options, env: { ...env, ...options.env } });
      assertEquals((await run()).status, "succeeded");
      for (const { name, make, run: options, causes } of changesOf(COMMAND)) {
        make(world);
        const record = await run(options);
        assertEquals(record.status, causes.length === 0 ? "up_to_date" : "succeeded", name);
        assertEquals(record.inputs?.causes.map(({ kind }) => kind), causes, name);
      }
      assertEquals((await run()).status, "up_to_date");
    }),
});

Deno.test({
  name:
    "spec: @git includes untracked files but not ignored ones, and a checkout there and back changes nothing",
  ignore: !isPosix,
  fn: () =>
    inRealFolder(async (folder) => {
      const git = async (...args: readonly string[]) => {
        const said = await folder.call("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args]);
        assertEquals(said.code, 0, said.stderr);
      };
      folder.write(
        "orchastration.toml",
        '[jobs.make]\ncommand = ["true"]\ninputs = ["@git"]\noutputs = []\n',
      );
      folder.write(".gitignore", "ignored\n.cache\n");
      folder.write('a b\n"ä', "odd name");
      await git("init", "-q", "-b", "main");
      await git("add", "-A");
      await git("commit", "-qm", "first");
      const statusOf = async () => (await runIn(folder)).status;
      assertEquals([await statusOf(), await statusOf()], ["succeeded", "up_to_date"]);
      folder.write("ignored", "x");
      assertEquals(await statusOf(), "up_to_date");
      folder.write("untracked", "x");
      const { inputs } = await runIn(folder);
      assertEquals(inputs.causes, [{ kind: "file_added", path: "untracked" }]);
      await git("add", "-A");
      await git("commit", "-qm", "second");
      assertEquals(await statusOf(), "up_to_date");
      await git("checkout", "-q", "HEAD~1");
      assertEquals(await statusOf(), "up_to_date");
      await git("checkout", "-q", "main");
      assertEquals(await statusOf(), "up_to_date");
      // A second worktree is a separate project: nothing is taken over.
      await git("worktree", "add", "-q", "-b", "other", "tree");
      const [program, ...rest] = folder.command;
      const said = await folder.call("sh", [
        "-c",
        'cd tree && exec "$@"',
        "sh",
        program,
        ...rest,
        "run",
        "make",
        "--json",
      ]);
      assertEquals(JSON.parse(said.stdout).status, "succeeded");
    }),
});

Deno.test({
  name: "spec: a submodule counts with its files",
  ignore: !isPosix,
  fn: () =>
    inRealFolder(async (folder) => {
      const script = `set -e
        git init -q lib && cd lib && echo 1 > x && git add x && git -c user.name=a -c user.email=a@b commit -qm x && cd ..
        git init -q app && cd app && git -c protocol.file.allow=always submodule --quiet add ../lib lib`;
      const made = await folder.call("sh", ["-c", script]);
      assertEquals(made.code, 0, made.stderr);
      folder.write("app/orchastration.toml", '[jobs.make]\ncommand = ["true"]\ninputs = ["@git"]\n');
      const [program, ...rest] = folder.command;
      const run = async () => {
        const argv = [program, ...rest, "run", "make", "--json"];
        return JSON.parse((await folder.call("sh", ["-c", 'cd app && exec "$@"', "sh", ...argv])).stdout);
      };
      assertEquals([(await run()).status, (await run()).status], ["succeeded", "up_to_date"]);
      folder.write("app/lib/x", "2");
      assertEquals((await run()).inputs.causes, [{ kind: "file_changed", path: "lib/x" }]);
    }),
});
