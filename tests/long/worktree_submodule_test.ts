/** Work trees with submodules and with a sparse checkout, with the real git: created, removed, restored and merged, and nothing is lost. */

import { assert, assertEquals } from "@std/assert";
import { dieAt, inRepository, type RealRepository } from "../support/real_worktrees.ts";

const CONFIG = '[tasks.one]\ncommand = ["true"]\n';

/** The main work tree has the submodule `lib`, checked out, and the folder `docs` with two files. */
async function withSubmodule({ path, main, git }: RealRepository): Promise<void> {
  Deno.mkdirSync(`${path}/lib`);
  await git(`${path}/lib`, "init", "--quiet");
  Deno.writeTextFileSync(`${path}/lib/x`, "of the library\n");
  await git(`${path}/lib`, "add", ".");
  await git(`${path}/lib`, "commit", "--quiet", "--message", "lib");
  Deno.mkdirSync(`${main}/docs`);
  for (const name of ["a", "b"]) Deno.writeTextFileSync(`${main}/docs/${name}`, `${name}\n`);
  await git(main, "submodule", "--quiet", "add", `${path}/lib`, "lib");
  await git(main, "add", ".");
  await git(main, "commit", "--quiet", "--message", "docs and lib");
}

async function create({ tree, git, say }: RealRepository): Promise<void> {
  const said = await say("git", "worktree", "create", "one");
  assertEquals(said.code, 0, said.stderr);
  await git(tree, "submodule", "--quiet", "update", "--init");
}

/** A new commit in the submodule of the work tree, pushed to its own repository. */
async function pushedCommit({ tree, git }: RealRepository): Promise<string> {
  Deno.writeTextFileSync(`${tree}/lib/y`, "new\n");
  await git(`${tree}/lib`, "add", ".");
  await git(`${tree}/lib`, "commit", "--quiet", "--message", "y");
  await git(`${tree}/lib`, "push", "--quiet", "origin", "HEAD:refs/heads/y");
  return await git(`${tree}/lib`, "rev-parse", "HEAD");
}

Deno.test("submodules: a new work tree has their folders, and files are fetched only when git is asked to", () =>
  inRepository(async (repository) => {
    const { tree, git, say } = repository;
    await withSubmodule(repository);
    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    assertEquals([...Deno.readDirSync(`${tree}/lib`)], []);
    assertEquals(await git(tree, "status", "--porcelain"), "");
    assertEquals((await say("git", "worktree", "remove", "one")).code, 0);
  }, { config: CONFIG }));

Deno.test("submodules: changed, new, ignored and stashed content in one keeps the work tree, with and without --salvage", () =>
  inRepository(async (repository) => {
    const { tree, git, say } = repository;
    await withSubmodule(repository);
    await create(repository);
    const lib = `${tree}/lib`;
    const states: readonly (readonly [string, () => Promise<unknown>, () => Promise<unknown>])[] = [
      [
        "changed",
        () => Deno.writeTextFile(`${lib}/x`, "changed\n"),
        () => git(lib, "restore", "x"),
      ],
      ["new", () => Deno.writeTextFile(`${lib}/new`, "new\n"), () => Deno.remove(`${lib}/new`)],
      [
        "ignored",
        async () => {
          await Deno.writeTextFile(`${lib}/.gitignore`, ".gitignore\nkey\n");
          await Deno.writeTextFile(`${lib}/key`, "secret\n");
        },
        async () => {
          await Deno.remove(`${lib}/.gitignore`);
          await Deno.remove(`${lib}/key`);
        },
      ],
      [
        "stashed",
        async () => {
          await Deno.writeTextFile(`${lib}/x`, "stashed\n");
          await git(lib, "stash", "--quiet");
        },
        // A dropped stash is only in the reflog of nothing any more.
        () => git(lib, "stash", "drop", "--quiet"),
      ],
    ];
    for (const [name, make, end] of states) {
      await make();
      for (const flags of [[], ["--salvage"]]) {
        const said = await say("git", "worktree", "remove", "one", ...flags);
        assertEquals([name, said.code], [name, 65], said.stderr);
        assert(
          said.stderr.includes("submodules with changes, or with commits that were not pushed: lib"),
          `${name}: ${said.stderr}`,
        );
      }
      await end();
    }
    const said = await say("git", "worktree", "remove", "one");
    assertEquals(said.code, 0, said.stderr);
  }, { config: CONFIG }));

Deno.test("submodules: a commit that was pushed and is not committed above is saved, and restored without its files", () =>
  inRepository(async (repository) => {
    const { main, tree, git, say } = repository;
    await withSubmodule(repository);
    await create(repository);
    const commit = await pushedCommit(repository);
    const kept = await say("git", "worktree", "remove", "one");
    assertEquals([kept.code, kept.stderr.split("\n")[0]], [
      65,
      'error: Cannot remove the work tree of task "one": 1 file not committed: lib',
    ]);
    assertEquals((await say("git", "worktree", "remove", "one", "--salvage")).code, 0);
    const ref = await git(main, "for-each-ref", "--format=%(refname)", "refs/orchastration/salvage");
    assertEquals(await git(main, "rev-parse", `${ref}:lib`), commit);
    for (const how of ["restored, with 1 changed file", "was restored before"]) {
      const restored = await say("git", "worktree", "restore", "one");
      assertEquals([restored.code, restored.stdout.split("\n")[0]], [
        0,
        `work tree ${tree} ${how}`,
      ], restored.stderr);
    }
    // git takes a submodule without files for unchanged; the salvage says which commit it had.
    assertEquals([...Deno.readDirSync(`${tree}/lib`)], []);
  }, { config: CONFIG }));

Deno.test("submodules: a merged commit of one is told with the command that checks it out, and its unpushed commits keep the work tree", () =>
  inRepository(async (repository) => {
    const { main, tree, git, say, sayIn } = repository;
    await withSubmodule(repository);
    await create(repository);
    Deno.writeTextFileSync(`${tree}/lib/y`, "new\n");
    await git(`${tree}/lib`, "add", ".");
    await git(`${tree}/lib`, "commit", "--quiet", "--message", "y");
    await git(tree, "commit", "--quiet", "--all", "--message", "a newer lib");
    assertEquals((await sayIn(tree, "build", "run", "one", "--plan")).code, 0);
    const before = await git(`${main}/lib`, "rev-parse", "HEAD");
    const said = await say("git", "worktree", "merge", "one");
    assertEquals(said.code, 0, said.stderr);
    assertEquals(
      await git(main, "rev-parse", "main:lib"),
      await git(`${tree}/lib`, "rev-parse", "HEAD"),
    );
    // git moves no submodule by a merge.
    assertEquals(await git(`${main}/lib`, "rev-parse", "HEAD"), before);
    assert(
      said.stdout.includes(`submodules have other commits now: git -C ${main} submodule update\n`),
      said.stdout,
    );
    const kept = await say("git", "worktree", "remove", "one");
    assert(kept.stderr.includes("with commits that were not pushed: lib"), kept.stderr);
    await git(`${tree}/lib`, "push", "--quiet", "origin", "HEAD:refs/heads/y");
    assertEquals((await say("git", "worktree", "remove", "one")).code, 0);
    await git(main, "submodule", "--quiet", "update");
    assertEquals(Deno.readTextFileSync(`${main}/lib/y`), "new\n");
  }, { config: CONFIG }));

Deno.test("sparse checkout: a restored work tree is as sparse as it was, with a file outside that was changed", () =>
  inRepository(async (repository) => {
    const { main, tree, git, say } = repository;
    await withSubmodule(repository);
    await git(main, "sparse-checkout", "set", "--no-cone", "/*", "!/docs/");
    let deaths = 0;
    for (let n = 1;; n++) {
      const made = await say("git", "worktree", "create", "one");
      assertEquals(made.code, 0, made.stderr);
      assertEquals(exists(`${tree}/docs`), false);
      Deno.mkdirSync(`${tree}/docs`);
      Deno.writeTextFileSync(`${tree}/docs/a`, `edited outside ${n}\n`);
      const removed = await say("git", "worktree", "remove", "one", "--salvage");
      assertEquals(removed.code, 0, removed.stderr);
      const died = await dieAt(repository, n, "after", "git", "worktree", "restore", "one");
      const said = died.code === 137 ? await say("git", "worktree", "restore", "one") : died;
      assertEquals(said.code, 0, said.stderr);
      assertEquals(Deno.readTextFileSync(`${tree}/docs/a`), `edited outside ${n}\n`);
      assertEquals([exists(`${tree}/docs/b`), exists(`${tree}/lib`)], [false, true]);
      const again = await say("git", "worktree", "remove", "one", "--salvage");
      assertEquals(again.code, 0, again.stderr);
      if (died.code !== 137) break;
      deaths++;
    }
    // worktree add, read-tree, checkout-index.
    assertEquals(deaths, 3);
  }, { config: CONFIG }));

Deno.test("sparse checkout: a work tree that git was killed while making is completed, and stays sparse", () =>
  inRepository(async (repository) => {
    const { main, tree, git, say } = repository;
    await withSubmodule(repository);
    await git(main, "sparse-checkout", "set", "--no-cone", "/*", "!/docs/");
    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    Deno.writeTextFileSync(`${main}/.git/worktrees/repo-one/locked`, "initializing");
    Deno.removeSync(`${main}/.git/worktrees/repo-one/index`);
    Deno.removeSync(`${tree}/.gitignore`);
    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    assertEquals([exists(`${tree}/.gitignore`), exists(`${tree}/docs`)], [true, false]);
    assertEquals(await git(tree, "status", "--porcelain"), "");
  }, { config: CONFIG }));

Deno.test("sparse checkout: a merge moves files outside of it in the history alone, and keeps the base sparse", () =>
  inRepository(async (repository) => {
    const { main, tree, git, say, sayIn } = repository;
    await withSubmodule(repository);
    await git(main, "sparse-checkout", "set", "--no-cone", "/*", "!/docs/");
    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    await git(tree, "sparse-checkout", "disable");
    Deno.writeTextFileSync(`${tree}/docs/a`, "changed in the task\n");
    Deno.writeTextFileSync(`${tree}/feature`, "made\n");
    await git(tree, "add", ".");
    await git(tree, "commit", "--quiet", "--message", "both");
    assertEquals((await sayIn(tree, "build", "run", "one", "--plan")).code, 0);
    const said = await say("git", "worktree", "merge", "one");
    assertEquals(said.code, 0, said.stderr);
    assertEquals([exists(`${main}/docs`), exists(`${main}/feature`)], [false, true]);
    assertEquals(await git(main, "show", "main:docs/a"), "changed in the task");
    assertEquals(await git(main, "status", "--porcelain"), "");
    assertEquals((await say("git", "worktree", "remove", "one")).code, 0);
  }, { config: CONFIG }));

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
