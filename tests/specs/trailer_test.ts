/** Trailers, the hook and notes, judged by git: a squash or an amend does not lose the evidence, and another tree has none. */

import { assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { signedBuild } from "../support/signed_build.ts";
import { findTool } from "../support/tools.ts";

const ignore = Deno.build.os === "windows" || ["git", "openssl"].some((tool) => findTool(tool) === undefined);

interface Repository {
  /** What git prints; a failure where it fails. */
  git(...words: readonly string[]): Promise<string>;
  /** Builds and signs; the line of its trailer. */
  sign(): Promise<string>;
  trailers(revision?: string): Promise<readonly string[]>;
}

async function repository(folder: RealFolder): Promise<Repository> {
  await signedBuild(folder, true);
  Deno.mkdirSync(`${folder.path}/.config/bin`);
  const words = folder.command.map((word) => `'${word}'`).join(" ");
  folder.write(".config/bin/orchastration", `#!/bin/sh\nexec ${words} "$@"\n`);
  Deno.chmodSync(`${folder.path}/.config/bin/orchastration`, 0o755);
  const env = {
    PATH: `${folder.path}/.config/bin:${Deno.env.get("PATH")}`,
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@example.org",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@example.org",
  };
  const git = async (...words: readonly string[]) => {
    const said = await folder.call("git", words, env);
    assertEquals([words, said.code], [words, 0], said.stderr);
    return said.stdout.trimEnd();
  };
  return {
    git,
    async sign() {
      assertEquals((await folder.orchastration("build", "run", "site", "-q")).code, 0);
      assertEquals((await folder.orchastration("sign", "site")).code, 0);
      return (await folder.orchastration("evidence", "trailer", "site")).stdout.trimEnd();
    },
    async trailers(revision = "HEAD") {
      folder.write(".config/message", await git("log", "-1", "--format=%B", revision));
      const parsed = await git("interpret-trailers", "--parse", ".config/message");
      return parsed.split("\n").filter((line) => line.startsWith("Orchastration-Evidence:"));
    },
  };
}

Deno.test({
  name:
    "trailers: the hook adds the evidence of exactly the files that are committed, and keeps no commit from being made",
  ignore,
  fn: () =>
    inRealFolder(async (folder) => {
      const { git, sign, trailers } = await repository(folder);
      const { stdout: hook } = await folder.orchastration("evidence", "hook");
      folder.write(".git/hooks/prepare-commit-msg", hook);
      Deno.chmodSync(`${folder.path}/.git/hooks/prepare-commit-msg`, 0o755);
      folder.write("src/a.txt", "first change\n");
      const first = await sign();
      await git("commit", "-qam", "Change\n\nBody\n\nReviewed-by: somebody");
      assertEquals(await trailers(), [first]);
      // The same files in other commits, and then other files.
      await git("commit", "-q", "--amend", "-m", "Change again");
      assertEquals(await trailers(), [first]);
      folder.write("src/a.txt", "second change\n");
      await git("commit", "-q", "-a", "--amend", "--no-edit");
      assertEquals(await trailers(), []);
      const second = await sign();
      await git("commit", "-q", "--amend", "--no-edit");
      assertEquals([await trailers(), first === second], [[second], false]);
      // A part of the changes is another tree.
      folder.write("src/b.txt", "b\n");
      folder.write("src/c.txt", "c\n");
      const whole = await sign();
      await git("add", "src/b.txt");
      await git("commit", "-qm", "A part");
      assertEquals(await trailers(), []);
      await git("add", "-A");
      await git("commit", "-qm", "The rest");
      assertEquals(await trailers(), [whole]);
      // Without the program, the commit is made as ever.
      Deno.removeSync(`${folder.path}/.config/bin/orchastration`);
      await git("commit", "-q", "--allow-empty", "-m", "Without it");
      assertEquals(await trailers(), []);
    }),
});

Deno.test({
  name: "trailers: the evidence is found by the tree after a squash, and not for another tree",
  ignore,
  fn: () =>
    inRealFolder(async (folder) => {
      const { git, sign } = await repository(folder);
      await git("switch", "-q", "-c", "work");
      folder.write("src/a.txt", "one\n");
      await git("commit", "-qam", "One");
      folder.write("src/a.txt", "two\n");
      const line = await sign();
      await git("commit", "-qam", "Two");
      await git("switch", "-q", "-");
      await git("merge", "-q", "--squash", "work");
      await git("commit", "-qm", "Squashed");
      const found = async (tree: string) =>
        (await folder.orchastration("evidence", "trailer", "--tree", tree)).stdout.trimEnd();
      assertEquals([await found("HEAD"), await found("work"), await found("work~")], [line, line, ""]);
      const refused = await folder.orchastration("evidence", "trailer", "site", "--tree", "work~");
      assertEquals([refused.code, refused.stdout], [65, ""]);
    }),
});

Deno.test({
  name: "notes: git shows the note at the commit, and at the tree after an amend; another tree gets no note",
  ignore,
  fn: () =>
    inRealFolder(async (folder) => {
      const { git, sign } = await repository(folder);
      folder.write("src/a.txt", "changed\n");
      const line = await sign();
      await git("commit", "-qam", "Change");
      const noted = await folder.orchastration("evidence", "note", "site");
      assertEquals([noted.code, noted.stderr], [0, ""]);
      const show = (object: string) => git("notes", "--ref=orchastration", "show", object);
      assertEquals([await show("HEAD"), await show("HEAD^{tree}")], [line, line]);
      assertEquals((await git("log", "-1", "--notes=orchastration")).includes(line), true);
      await git("commit", "-q", "--amend", "-m", "Amended");
      assertEquals((await folder.call("git", ["notes", "--ref=orchastration", "show", "HEAD"])).code, 1);
      assertEquals(await show("HEAD^{tree}"), line);
      // Again at the new commit; nothing is written twice.
      assertEquals((await folder.orchastration("evidence", "note", "site")).code, 0);
      assertEquals([await show("HEAD"), await show("HEAD^{tree}")], [line, line]);
      await git("commit", "-q", "--allow-empty", "-m", "Same files");
      folder.write("src/a.txt", "changed again\n");
      await git("commit", "-qam", "Other files");
      const other = await folder.orchastration("evidence", "note", "site");
      const there = await folder.call("git", ["notes", "--ref=orchastration", "show", "HEAD"]);
      assertEquals([other.code, other.stdout, there.code], [65, "", 1]);
    }),
});
