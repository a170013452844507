/** The program is killed at each change of git, before and after it, and called again: nothing is lost, and it ends. */

import { assert, assertEquals } from "@std/assert";
import { dieAt, dieInside, inRepository } from "../support/real_worktrees.ts";

const KILLED = 137;

Deno.test("git worktree remove --salvage: after a kill at any change of git, a second call works, and everything is saved", async () => {
  await inRepository(async (repository) => {
    const { main, tree, git, say } = repository;
    let deaths = 0;
    for (const when of ["before", "after"] as const) {
      for (let n = 1;; n++) {
        assertEquals((await say("git", "worktree", "create", "one")).code, 0);
        const content = `only there: ${when} ${n}\n`;
        Deno.writeTextFileSync(`${tree}/x.log`, content);
        Deno.writeTextFileSync(`${tree}/new`, `new ${content}`);
        await git(tree, "add", "new");
        const died = await dieAt(repository, n, when, "git", "worktree", "remove", "one", "--salvage");
        const said = died.code === KILLED ? await say("git", "worktree", "remove", "one", "--salvage") : died;
        assertEquals([when, n, said.code], [when, n, 0], said.stderr);
        const trees = await git(main, "worktree", "list", "--porcelain");
        assertEquals(trees.includes(tree), false);
        const saved = await git(
          main,
          "for-each-ref",
          "--sort=-refname",
          "--format=%(objectname)",
          "refs/orchastration",
        );
        const contents: string[] = [];
        for (const id of saved.split("\n")) contents.push(await git(main, "cat-file", "blob", `${id}:x.log`));
        assert(contents.includes(content.trim()), `${when} ${n}: ${contents.join("|")}`);
        if (died.code !== KILLED) break;
        deaths++;
      }
    }
    assert(deaths >= 16, String(deaths));
  }, { config: '[tasks.one]\ncommand = ["true"]\n' });
});

Deno.test("git worktree create: after a kill at any change of git, a second call leaves one work tree", async () => {
  await inRepository(async (repository) => {
    const { tree, git, say } = repository;
    for (const when of ["before", "after"] as const) {
      for (let n = 1;; n++) {
        const died = await dieAt(repository, n, when, "git", "worktree", "create", "one");
        const said = died.code === KILLED ? await say("git", "worktree", "create", "one") : died;
        assertEquals([when, n, said.code], [when, n, 0], said.stderr);
        assertEquals(await git(tree, "status", "--porcelain"), "");
        assertEquals((await say("git", "worktree", "remove", "one")).code, 0);
        await git(repository.main, "branch", "--quiet", "-D", "task/one");
        if (died.code !== KILLED) break;
      }
    }
  }, { config: '[tasks.one]\ncommand = ["true"]\n' });
});

Deno.test("git worktree remove: files that git deleted before it was killed do not count as changed", async () => {
  await inRepository(async (repository) => {
    const { tree, say } = repository;
    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    // A person's deletion is a change.
    Deno.removeSync(`${tree}/.gitignore`);
    const kept = await say("git", "worktree", "remove", "one");
    assertEquals([kept.code, kept.stderr.split("\n")[0]], [
      65,
      'error: Cannot remove the work tree of task "one": 1 file not committed: .gitignore',
    ]);
    await repository.git(tree, "restore", ".");
    assertEquals((await dieAt(repository, 1, "before", "git", "worktree", "remove", "one")).code, KILLED);
    Deno.removeSync(`${tree}/.gitignore`);
    const said = await say("git", "worktree", "remove", "one");
    assertEquals([said.code, said.stderr], [0, ""]);
    // The same where `.git` itself is gone already: it is said what to do.
    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    Deno.removeSync(`${tree}/.git`);
    const half = await say("git", "worktree", "remove", "one");
    assertEquals([half.code, half.stderr], [
      65,
      `error: Cannot remove the work tree of task "one": its folder ${tree} lacks the file .git\n` +
      "  try: git worktree repair, then run the command again\n",
    ]);
    await repository.git(repository.main, "worktree", "repair");
    assertEquals((await say("git", "worktree", "remove", "one")).code, 0);
  }, { config: '[tasks.one]\ncommand = ["true"]\n' });
});

Deno.test("git worktree create: a kill inside git's own checkout is told with its lock, and then completed", () =>
  inRepository(async (repository) => {
    const { main, tree, git, say } = repository;
    Deno.writeTextFileSync(`${main}/.gitattributes`, "*.die filter=die\n");
    for (const name of ["a", "m.die", "z"]) Deno.writeTextFileSync(`${main}/${name}`, `content of ${name}\n`);
    await git(main, "add", ".");
    await git(main, "commit", "--quiet", "--message", "files");
    assertEquals((await dieInside(repository, "git", "worktree", "create", "one")).code, KILLED);
    assertEquals([...Deno.readDirSync(tree)].some(({ name }) => name === "z"), false);
    const lock = `${main}/.git/worktrees/repo-one/index.lock`;
    const locked = await say("git", "worktree", "create", "one");
    assertEquals([locked.code, locked.stderr.includes(`${lock} exists\n  try: wait for git to end`)], [
      65,
      true,
    ]);
    Deno.removeSync(lock);
    // As if the kill had come in the middle of a file.
    Deno.writeTextFileSync(`${tree}/a`, "content");
    const said = await say("git", "worktree", "create", "one");
    assertEquals([said.code, said.stdout.includes(`work tree ${tree} completed\n`)], [0, true], said.stderr);
    assertEquals(await git(tree, "status", "--porcelain"), "");
    assertEquals((await git(main, "worktree", "list", "--porcelain")).includes("locked"), false);
  }, { config: '[tasks.one]\ncommand = ["true"]\n' }));

Deno.test("git worktree create and restore: a kill before git has written anything into the folder is no hindrance", () =>
  inRepository(async ({ main, tree, git, say }) => {
    const admin = `${main}/.git/worktrees/repo-one`;
    const cut = () => {
      Deno.removeSync(tree, { recursive: true });
      Deno.writeTextFileSync(`${admin}/locked`, "initializing");
      Deno.removeSync(`${admin}/index`);
    };
    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    cut();
    const made = await say("git", "worktree", "create", "one");
    assertEquals([made.code, await git(tree, "status", "--porcelain")], [0, ""], made.stderr);
    Deno.writeTextFileSync(`${tree}/new`, "only there\n");
    assertEquals((await say("git", "worktree", "remove", "one", "--salvage")).code, 0);
    assertEquals((await say("git", "worktree", "restore", "one")).code, 0);
    cut();
    // The folder itself may exist already.
    Deno.mkdirSync(tree);
    const restored = await say("git", "worktree", "restore", "one");
    assertEquals([restored.code, Deno.readTextFileSync(`${tree}/new`)], [0, "only there\n"], restored.stderr);
    assertEquals((await git(main, "worktree", "list", "--porcelain")).includes("locked"), false);
  }, { config: '[tasks.one]\ncommand = ["true"]\n' }));
