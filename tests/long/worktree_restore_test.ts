/** `git worktree restore` with the real git: killed at each step, called again, and never over what somebody has written since. */

import { assert, assertEquals } from "@std/assert";
import { dieAt, dieInside, inRepository, type RealRepository } from "../support/real_worktrees.ts";

const KILLED = 137;
const CONFIG = '[tasks.one]\ncommand = ["true"]\n';
const restore = ["git", "worktree", "restore", "one"] as const;

/** A work tree of task one with a change of each kind; returns what its files and git say of it. */
async function changed({ main, tree, git, say }: RealRepository): Promise<string> {
  Deno.writeTextFileSync(`${main}/.gitattributes`, "*.txt text eol=lf\n*.die filter=die\n");
  for (const name of ["edited", "gone", "lines.txt", "m.die", "z"]) {
    Deno.writeTextFileSync(`${main}/${name}`, `${name} of the commit\n`);
  }
  await git(main, "add", ".");
  await git(main, "commit", "--quiet", "--message", "files");
  assertEquals((await say("git", "worktree", "create", "one")).code, 0);
  Deno.writeTextFileSync(`${tree}/edited`, "edited, and longer than before\n");
  Deno.writeTextFileSync(`${tree}/lines.txt`, "kept\r\nas they are\n");
  Deno.writeTextFileSync(`${tree}/staged`, "staged\n");
  await git(tree, "add", "staged");
  Deno.writeTextFileSync(`${tree}/staged`, "then edited\n");
  Deno.writeTextFileSync(`${tree}/x.log`, "ignored\n");
  Deno.symlinkSync("nowhere", `${tree}/link`);
  Deno.removeSync(`${tree}/gone`);
  return await stateOf(tree, git);
}

async function stateOf(tree: string, git: RealRepository["git"]): Promise<string> {
  const files = [...Deno.readDirSync(tree)].filter(({ name }) => name !== ".git")
    .map(({ name, isSymlink }) =>
      `${name}: ${
        isSymlink ? Deno.readLinkSync(`${tree}/${name}`) : Deno.readTextFileSync(`${tree}/${name}`)
      }`
    );
  return [...files.sort(), await git(tree, "status", "--porcelain=v2", "--branch")].join("\n");
}

async function removed({ tree, say }: RealRepository): Promise<void> {
  const said = await say("git", "worktree", "remove", "one", "--salvage");
  assertEquals([said.code, said.stderr], [0, ""]);
  assertEquals(exists(tree), false);
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

Deno.test("git worktree restore: after a kill at any change of git, a second call restores everything, and a third one changes nothing", () =>
  inRepository(async (repository) => {
    const { tree, git, say } = repository;
    const before = await changed(repository);
    let deaths = 0;
    for (const when of ["before", "after"] as const) {
      for (let n = 1;; n++) {
        await removed(repository);
        const died = await dieAt(repository, n, when, ...restore);
        const said = died.code === KILLED ? await say(...restore) : died;
        assertEquals([when, n, said.code], [when, n, 0], said.stderr);
        assertEquals(await stateOf(tree, git), before, `${when} ${n}`);
        const third = await say(...restore);
        assertEquals([third.code, third.stdout.split("\n")[0]], [
          0,
          `work tree ${tree} was restored before`,
        ], third.stderr);
        if (died.code !== KILLED) break;
        deaths++;
      }
    }
    // worktree add, read-tree, checkout-index, update-index: before and after each.
    assertEquals(deaths, 8);
  }, { config: CONFIG }));

Deno.test("git worktree restore: a kill inside git's own checkout is told with its lock, and then completed", () =>
  inRepository(async (repository) => {
    const { main, tree, git, say } = repository;
    const before = await changed(repository);
    await removed(repository);
    assertEquals((await dieInside(repository, ...restore)).code, KILLED);
    assert(exists(`${tree}/edited`) && !exists(`${tree}/z`), "it did not die in the middle");
    const lock = `${main}/.git/worktrees/repo-one/index.lock`;
    const locked = await say(...restore);
    assertEquals([locked.code, locked.stderr], [
      65,
      'error: Cannot restore the work tree of task "one": git is creating it, or was killed meanwhile: ' +
      `${lock} exists\n` +
      "  try: wait for git to end; where no git runs, remove this file, then run the command again\n",
    ]);
    Deno.removeSync(lock);
    // As if the kill had come in the middle of a file.
    Deno.writeTextFileSync(`${tree}/edited`, "edited of");
    const said = await say(...restore);
    assertEquals([said.code, said.stdout.split(",")[0]], [0, `work tree ${tree} completed`], said.stderr);
    assertEquals(await stateOf(tree, git), before);
  }, { config: CONFIG }));

Deno.test("git worktree restore: a file that was cut short is written again, and what somebody has written since is left", () =>
  inRepository(async (repository) => {
    const { tree, git, say } = repository;
    const before = await changed(repository);
    await removed(repository);
    assertEquals((await dieAt(repository, 2, "before", ...restore)).code, KILLED);
    Deno.writeTextFileSync(`${tree}/edited`, "edited, and lon");
    Deno.writeTextFileSync(`${tree}/z`, "written since\n");
    const kept = await say(...restore);
    assertEquals([kept.code, kept.stderr], [
      65,
      `error: Cannot restore the work tree of task "one": the work tree ${tree} exists already, ` +
      "and z in it is not what was saved\n  try: choose another path with --path <path>\n",
    ]);
    assertEquals(Deno.readTextFileSync(`${tree}/edited`), "edited, and lon");
    await git(tree, "restore", "z");
    Deno.writeTextFileSync(`${tree}/unknown`, "");
    await git(tree, "add", "unknown");
    const staged = await say(...restore);
    assert(staged.stderr.includes("something else is staged there"), staged.stderr);
    await git(tree, "rm", "--quiet", "--force", "unknown");
    const said = await say(...restore);
    assertEquals([said.code, said.stdout.split(",")[0]], [0, `work tree ${tree} completed`], said.stderr);
    assertEquals(await stateOf(tree, git), before);
    // A later change is nobody's business but the person's.
    Deno.writeTextFileSync(`${tree}/z`, "written since\n");
    assertEquals((await say(...restore)).code, 0);
    assertEquals(Deno.readTextFileSync(`${tree}/z`), "written since\n");
  }, { config: CONFIG }));
