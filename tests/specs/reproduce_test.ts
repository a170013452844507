/** "How to reproduce" of a document, done word for word in a fresh clone with a home of its own. */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";

const CONFIG = `
[tasks.schema]
command = ["sh", "-c", "mkdir -p build && echo \\"$KIND\\" > build/schema"]
outputs = ["build/schema"]

[tasks.lib]
needs = ["schema"]
working_dir = "lib"
command = ["sh", "-c", "cat ../build/schema > lib.out"]
outputs = ["lib.out"]
acceptance = [{ id = "look", text = "it looks right" }]

[tasks.site]
needs = ["lib", "schema"]
command = ["sh", "-c", "mkdir -p dist && cat lib/lib.out > dist/site && echo \\"$1\\" >> dist/site", "sh"]
outputs = ["dist/site"]
acceptance = [{ id = "size", text = "it is not empty", check = ["test", "-s", "dist/site"] }]
`;

/** Calls git as a user without any settings. */
async function git(folder: RealFolder, ...args: readonly string[]): Promise<void> {
  const said = await folder.call("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args]);
  assertEquals([args, said.code, said.stderr.includes("fatal")], [args, 0, false], said.stderr);
}

/** The lines of the first block of commands after the heading. */
function reproductionOf(markdown: string): readonly string[] {
  const after = markdown.slice(markdown.indexOf("## How to reproduce"));
  return /```sh\n([\s\S]*?)\n```/.exec(after)![1]!.split("\n");
}

Deno.test({
  name: "the instructions of a document to reproduce a task with needs work in a fresh clone",
  ignore: Deno.build.os === "windows",
  async fn() {
    await inRealFolder(async (folder) => {
      const project = `${folder.path}/origin/tools/web`;
      Deno.mkdirSync(`${project}/lib`, { recursive: true });
      folder.write("origin/tools/web/lib/README", "what it is\n");
      folder.write("origin/tools/web/build.toml", CONFIG);
      folder.write("origin/.gitignore", "build/\ndist/\n*.out\n");
      await git(folder, "init", "-q", "-b", "main", "origin");
      await git(folder, "-C", "origin", "add", "-A");
      await git(folder, "-C", "origin", "commit", "-qm", "first");
      const [deno, ...program] = folder.command;
      const called = async (...words: readonly string[]) => {
        const { code, stdout, stderr } = await new Deno.Command(deno, {
          args: [...program, "--config", "build.toml", ...words],
          cwd: project,
          env: { ...folder.env },
          stdin: "null",
        }).output();
        const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
        assertEquals([words, code], [words, 0], text(stdout) + text(stderr));
        return text(stdout);
      };
      await called("build", "run", "schema", "--plan", "--env", "KIND=it's a kind");
      await called("build", "run", "lib", "--plan");
      await called("plan", "accept", "lib", "look");
      await called("build", "run", "site", "--plan", "--", "two words");
      const document = await called("doc", "generate", "site", "--output", "-");
      // The code after it does not match the build.
      folder.write("origin/tools/web/build.toml", CONFIG.replace("dist/site &&", "dist/other &&"));
      await git(folder, "-C", "origin", "commit", "-qam", "second");

      const lines = reproductionOf(document);
      const commit = lines[0]!.slice("git checkout ".length);
      assertEquals(lines, [
        `git checkout ${commit}`,
        "cd tools/web",
        `orchastration --config build.toml build run schema --plan --env 'KIND=it'\\''s a kind'`,
        "orchastration --config build.toml build run lib --plan",
        "orchastration --config build.toml plan accept lib look",
        "orchastration --config build.toml build run site --plan -- 'two words'",
      ]);
      await git(folder, "clone", "-q", "origin", "clone");
      Deno.mkdirSync(`${folder.path}/bin`);
      Deno.mkdirSync(`${folder.path}/another-home`);
      const quoted = folder.command.map((word) => `'${word}'`).join(" ");
      folder.write("bin/orchastration", `#!/bin/sh\nexec ${quoted} "$@"\n`);
      Deno.chmodSync(`${folder.path}/bin/orchastration`, 0o755);
      const script = ["set -e", "cd clone", ...lines].join("\n");
      const done = await folder.call("sh", ["-c", script], {
        HOME: `${folder.path}/another-home`,
        PATH: `${folder.path}/bin:${Deno.env.get("PATH")}`,
      });
      assertEquals(done.code, 0, done.stdout + done.stderr);
      assertEquals(folder.read("clone/tools/web/dist/site"), "it's a kind\ntwo words\n");
      assert(document.includes("Before `plan accept lib`, a person checks whether this is true."), document);
    });
  },
});
