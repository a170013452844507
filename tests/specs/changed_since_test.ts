/** `run --changed-since` with the real program and real git: merge bases, every kind of change, a shallow clone. */

import { assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";

const POSIX = Deno.build.os !== "windows";

async function git(folder: RealFolder, ...args: readonly string[]): Promise<void> {
  const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"];
  const said = await folder.call("git", [...who, ...args]);
  assertEquals([said.code, args], [0, args], said.stderr);
}

async function chosen(folder: RealFolder, ...words: readonly string[]) {
  const said = await folder.orchastration("run", "--changed-since", "main", "--dry-run", "--json", ...words);
  return said.code === 0 ? JSON.parse(said.stdout).nodes.map(({ name }: { name: string }) => name) : said;
}

Deno.test({
  name:
    "run --changed-since: by the merge base, with committed, changed, removed, renamed, new and strange files",
  ignore: !POSIX,
  fn: () =>
    inRealFolder(async (folder) => {
      const job = (name: string) => `[jobs.${name}]\ncommand = ["true"]\ninputs = ["${name}/**"]\n`;
      const names = ["committed", "edited", "removed", "renamed", "untouched", "untracked", "staged"];
      for (const name of ["", ...names]) Deno.mkdirSync(`${folder.path}/repo/${name}`);
      folder.write("repo/orchastration.toml", names.map(job).join(""));
      folder.write("repo/.gitignore", "*.log\n");
      for (const name of names) folder.write(`repo/${name}/a file`, name);
      const repo = ["-C", "repo"];
      await git(folder, ...repo, "init", "-q", "-b", "main");
      await git(folder, ...repo, "add", ".");
      await git(folder, ...repo, "commit", "-qm", "first");
      await git(folder, ...repo, "switch", "-qc", "work");
      folder.write("repo/committed/other \u00e9\nfile", "new");
      await git(folder, ...repo, "add", ".");
      await git(folder, ...repo, "commit", "-qm", "on the branch");
      // A commit on main after the branch left it is no change of the branch.
      await git(folder, ...repo, "switch", "-q", "main");
      folder.write("repo/untouched/later", "later");
      await git(folder, ...repo, "add", ".");
      await git(folder, ...repo, "commit", "-qm", "on main");
      await git(folder, ...repo, "switch", "-q", "work");
      folder.write("repo/edited/a file", "edited now");
      await git(folder, ...repo, "rm", "-q", "removed/a file");
      await git(folder, ...repo, "mv", "renamed/a file", "elsewhere");
      folder.write("repo/staged/new", "staged");
      await git(folder, ...repo, "add", "staged");
      folder.write("repo/untracked/new", "new");
      folder.write("repo/untouched/ignored.log", "ignored");
      const config = ["--config", `${folder.path}/repo/orchastration.toml`];
      assertEquals(await chosen(folder, ...config), [
        "committed",
        "edited",
        "removed",
        "renamed",
        "staged",
        "untracked",
      ]);

      await git(
        folder,
        "clone",
        "-q",
        "--depth",
        "1",
        "--branch",
        "work",
        `file://${folder.path}/repo`,
        "shallow",
      );
      const shallow = ["--config", `${folder.path}/shallow/orchastration.toml`];
      const said = await folder.orchastration("run", "--changed-since", "main", ...shallow, "-q");
      assertEquals([said.code, said.stderr.split("\n")[0]!.startsWith("warning: this clone is shallow")], [
        0,
        true,
      ]);
      assertEquals((await chosen(folder, ...shallow)).length, names.length);
    }),
});
