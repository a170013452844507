/** `git worktree create` and `list` with the real git, and at every death on the fake machine. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, readJson, STATE } from "../support/cli.ts";
import { withGit } from "../support/fake_git.ts";
import { inRepository, TASKS } from "../support/real_worktrees.ts";
import { atEveryDeath } from "../support/until_death.ts";
import "../../src/app/worktrees/create_worktree.ts";

Deno.test("git worktree create: a work tree in a folder with blanks and umlauts is ready to use, and made once", async () => {
  await inRepository(async ({ main, tree, git, say, sayIn }) => {
    const at = (await git(main, "rev-parse", "HEAD")).slice(0, 12);
    const first = await say("git", "worktree", "create", "one");
    assertEquals([first.code, first.stderr], [0, "setup: install\n"]);
    assertEquals(
      first.stdout.replace(/\d{8}T[\d.]+Z/g, "T"),
      `task/one created at ${at}
work tree ${tree}
copied .env
setup job install (install/T) succeeded
next: cd '${tree}'
`,
    );
    assertEquals(Deno.readTextFileSync(`${tree}/.env`), "A=1\n");
    assertEquals(Deno.readTextFileSync(`${tree}/installed`), "installed\n");
    assertEquals(await git(tree, "branch", "--show-current"), "task/one");
    // The job is recorded in the work tree, which is a project of its own.
    assertEquals(JSON.parse((await sayIn(tree, "runs", "list", "--json")).stdout).runs.length, 1);
    assert((await say("status", "install")).stdout.startsWith("install  never run\n"));
    const again = await say("git", "worktree", "create", "one");
    assertEquals([again.code, again.stderr], [0, ""]);
    assert(again.stdout.includes(`work tree ${tree} exists already\n`), again.stdout);

    Deno.writeTextFileSync(`${tree}/new file`, "x");
    await git(tree, "commit", "--quiet", "--allow-empty", "--message", "on");
    await git(main, "worktree", "add", "--quiet", "--detach", "../other tool");
    const listed = JSON.parse((await say("git", "worktree", "list", "--json")).stdout).worktrees;
    assertEquals(
      listed.map((each: Record<string, unknown>) => [
        each["path"],
        each["task"],
        each["branch"],
        each["changes"],
        each["ahead"],
        each["base"],
      ]),
      [
        [main, null, "main", 0, null, null],
        // Git sorts them by the bytes of their paths, behind the main one.
        [main.replace("Über repo", "other tool"), null, null, 0, 0, "main"],
        [tree, "one", "task/one", 1, 1, "main"],
      ],
    );
    // `.git` is the repository and does not count.
    const names = [...Deno.readDirSync(tree)].map(({ name }) => name).filter((name) => name !== ".git");
    const sizes = names.map((name) => Deno.lstatSync(`${tree}/${name}`).size);
    assertEquals(
      [listed[2].size_bytes, listed[2].size_is_whole],
      [sizes.reduce((sum, size) => sum + size), true],
    );
  }, { name: "Über repo" });
});

Deno.test("git worktree create: from a linked work tree, the new one is beside the main one", async () => {
  await inRepository(async ({ main, tree, git, say, sayIn }) => {
    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    await git(tree, "commit", "--quiet", "--allow-empty", "--message", "on");
    const said = await sayIn(tree, "git", "worktree", "create", "two");
    assertEquals(said.code, 0, said.stderr);
    assertEquals(await git(`${main}-two`, "rev-parse", "HEAD"), await git(tree, "rev-parse", "HEAD"));
  });
});

Deno.test("git worktree create: beside a bare main repository, the work tree is named after the repository", async () => {
  await inRepository(async ({ path, main, git, sayIn }) => {
    await git(path, "clone", "--quiet", "--bare", main, "shop.git");
    await git(`${path}/shop.git`, "worktree", "add", "--quiet", "../trunk", "main");
    const said = await sayIn(`${path}/trunk`, "git", "worktree", "create", "one");
    assertEquals(said.code, 0, said.stderr);
    assertEquals(await git(`${path}/shop-one`, "branch", "--show-current"), "task/one");
    const listed = JSON.parse((await sayIn(`${path}/trunk`, "git", "worktree", "list", "--json")).stdout);
    assertEquals(
      listed.worktrees.map((each: Record<string, unknown>) => [each["is_bare"], each["task"]]),
      [[true, null], [false, "one"], [false, null]],
    );
  });
});

Deno.test("git worktree create: an unfinished work tree is completed, and keeps its files", async () => {
  await inRepository(async ({ main, tree, git, say }) => {
    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    // As a kill of git leaves it: locked by git, without its index, with a part of the files.
    Deno.writeTextFileSync(`${main}/.git/worktrees/repo-one/locked`, "initializing");
    Deno.removeSync(`${main}/.git/worktrees/repo-one/index`);
    Deno.removeSync(`${tree}/.gitignore`);
    Deno.writeTextFileSync(`${tree}/orchastration.toml`, `${TASKS}# edited meanwhile\n`);
    const said = await say("git", "worktree", "create", "one");
    assertEquals(said.code, 0, said.stderr);
    assert(said.stdout.includes(`work tree ${tree} completed\n`), said.stdout);
    assertEquals(await git(tree, "status", "--porcelain"), "M orchastration.toml");
    assert(Deno.readTextFileSync(`${tree}/orchastration.toml`).endsWith("# edited meanwhile\n"));
    // git itself is at work, or was killed while it was.
    Deno.writeTextFileSync(`${main}/.git/worktrees/repo-one/locked`, "initializing");
    Deno.writeTextFileSync(`${main}/.git/worktrees/repo-one/index.lock`, "");
    const busy = await say("git", "worktree", "create", "one");
    assertEquals([busy.code, busy.stderr], [
      65,
      'error: Cannot make a work tree for task "one": git is creating it, or was killed meanwhile: ' +
      `${main}/.git/worktrees/repo-one/index.lock exists\n` +
      "  try: wait for git to end; where no git runs, remove this file, then run the command again\n",
    ]);
  });
});

Deno.test("git worktree create: sparse checkout and submodules are respected", async () => {
  await inRepository(async ({ path, main, tree, git, say }) => {
    Deno.mkdirSync(`${path}/lib`);
    await git(`${path}/lib`, "init", "--quiet");
    await git(`${path}/lib`, "commit", "--quiet", "--allow-empty", "--message", "lib");
    Deno.mkdirSync(`${main}/docs`);
    Deno.writeTextFileSync(`${main}/docs/a`, "a");
    await git(main, "submodule", "--quiet", "add", `${path}/lib`, "lib");
    await git(main, "add", ".");
    await git(main, "commit", "--quiet", "--message", "docs");
    await git(main, "sparse-checkout", "set", "--no-cone", "/*", "!/docs/");
    const said = await say("git", "worktree", "create", "one");
    assertEquals(said.code, 0, said.stderr);
    assertEquals(await git(tree, "status", "--porcelain"), "");
  });
});

Deno.test("git worktree create: a folder outside of a repository, and a task of another repository, are refused", async () => {
  const config = `[tasks.one]\ncommand = ["true"]\n[tasks.two]\ncommand = ["true"]\nworking_dir = "../lib"\n`;
  await inRepository(async ({ path, main, say, sayIn }) => {
    Deno.mkdirSync(`${path}/plain`);
    Deno.writeTextFileSync(`${path}/plain/orchastration.toml`, config);
    const none = await sayIn(`${path}/plain`, "git", "worktree", "create", "one");
    assertEquals([none.code, none.stderr], [
      65,
      `error: Cannot create branch "task/one": ${path}/plain is not in a git repository\n` +
      "  try: git init, or set another working_dir\n",
    ]);
    const list = await sayIn(`${path}/plain`, "git", "worktree", "list");
    assertEquals([list.code, list.stderr], [
      65,
      `error: Cannot list the work trees of "${path}/plain": it is not in a work tree of git\n` +
      "  try: git init, or change to a folder of a repository\n",
    ]);
    Deno.mkdirSync(`${path}/lib/.git`, { recursive: true });
    const other = await say("git", "worktree", "create", "two");
    assertEquals([other.code, other.stderr], [
      65,
      'error: Cannot make a work tree for task "two": its working_dir is in another repository than the configuration\n' +
      "  try: orchastration git branch create two --worktree ../two\n",
    ], main);
  }, { config });
});

Deno.test("git worktree create: after a death at any change, a second call leaves everything there once", async () => {
  const toml = `[jobs.install]\ncommand = ["npm", "ci"]\n[tasks.sample]\ncommand = ["true"]\n` +
    `[worktree]\ncopy = ["orchastration.toml", ".env"]\nsetup = ["install"]\n`;
  const there = `${PROJECT}-sample`;
  let repository = undefined as ReturnType<typeof withGit> | undefined;
  await atEveryDeath(
    () => {
      const host = machineWith(toml, { files: { [`${PROJECT}/.env`]: "A=1\n" } });
      host.program("npm", () => 0);
      repository = withGit(host, PROJECT);
      return host;
    },
    (host) => call(host, ["git", "worktree", "create", "sample"]),
    async (dead, diedAt) => {
      const next = dead.reviveAfterDeath({ processes: "alive" });
      const said = await call(next, ["git", "worktree", "create", "sample"]);
      assertEquals([diedAt, said.code], [diedAt, 0], said.stderr);
      assertEquals([...repository!.branches.keys()], ["main", "task/sample"]);
      assertEquals([...repository!.worktrees.keys()], [there]);
      assertEquals(next.disk.read(`${there}/.env`), "A=1\n");
      const links = readJson(next, `${STATE}/tasks/sample.json`)["links"] as Record<string, { path: string }>;
      assertEquals(links["worktree"]?.path, there);
      assertEquals(readJson(next, `${STATE}/runs/sample/last.json`)["status"], "succeeded");
    },
  );
});
