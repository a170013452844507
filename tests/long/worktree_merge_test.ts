/** `git worktree merge` with the real git: only what is done, only the files that were checked, and once. */

import { assert, assertEquals } from "@std/assert";
import { dieAt, dieInside, inRepository, type RealRepository } from "../support/real_worktrees.ts";

const KILLED = 137;
const CONFIG = `
[tasks.one]
command = ["sh", "-c", "test -f feature"]
[tasks.content]
command = ["true"]
inputs = ["feature"]
`;

const merge = ["git", "worktree", "merge", "one"] as const;

/** A merge commit has an author. */
async function introduce({ main, git }: RealRepository): Promise<void> {
  await git(main, "config", "user.name", "Ada");
  await git(main, "config", "user.email", "ada@example.org");
}

/** Makes the work tree of task one with a commit, and builds it there. */
async function done({ tree, git, say, sayIn }: RealRepository, content = "made\n"): Promise<string> {
  assertEquals((await say("git", "worktree", "create", "one")).code, 0);
  Deno.writeTextFileSync(`${tree}/feature`, content);
  await git(tree, "add", "feature");
  await git(tree, "commit", "--quiet", "--message", "feature");
  const built = await sayIn(tree, "build", "run", "one", "--plan");
  assertEquals(built.code, 0, built.stderr);
  return await git(tree, "rev-parse", "HEAD");
}

async function refused({ say }: RealRepository, ...more: readonly string[]): Promise<readonly string[]> {
  const { code, stderr } = await say(...merge, ...more);
  assertEquals(code, 65, stderr);
  return stderr.replaceAll(/\b[0-9a-f]{12}\b/g, "<commit>").split("\n");
}

Deno.test("git worktree merge: a task that is done for the commit is merged forward, and a second call finds the merge", () =>
  inRepository(async (repository) => {
    const { main, tree, git, say } = repository;
    const tip = await done(repository);
    const said = await say(...merge);
    assertEquals([said.code, said.stdout], [
      0,
      `task/one merged into main: 1 commit, now at ${
        tip.slice(0, 12)
      }\nnext: orchastration git worktree remove one\n`,
    ], said.stderr);
    assertEquals(await git(main, "rev-parse", "main"), tip);
    assertEquals(Deno.readTextFileSync(`${main}/feature`), "made\n");
    const again = await say(...merge, "--json");
    const { action, status, worktree } = JSON.parse(again.stdout);
    assertEquals([again.code, action, status], [0, "git.worktree.merge", "succeeded"]);
    assertEquals(worktree, {
      path: tree,
      branch: "task/one",
      commit: tip,
      into: "main",
      into_commit: tip,
      commits: 0,
      moved_submodules: null,
    });
    assertEquals((await say("git", "worktree", "remove", "one")).code, 0);
  }, { config: CONFIG }));

Deno.test("git worktree merge: a task that is not done, or not for this commit, is refused with the command of the check", () =>
  inRepository(async (repository) => {
    const { main, tree, git, say, sayIn } = repository;
    const none = await refused(repository);
    assert(none[0]!.endsWith("it has none: the branch task/one is checked out nowhere"), none[0]);
    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    Deno.writeTextFileSync(`${tree}/feature`, "made\n");
    await git(tree, "add", "feature");
    await git(tree, "commit", "--quiet", "--message", "feature");
    const unplanned = await refused(repository);
    assertEquals(unplanned.slice(0, 2), [
      `error: Cannot merge the work tree of task "one": it is not done in ${tree}: unplanned, nothing is recorded for it yet`,
      `  try: orchastration plan create one --config ${tree}/orchastration.toml`,
    ]);
    // The suggested commands work from here.
    for (const words of [["plan", "create", "one"], ["build", "run", "one"]]) {
      assertEquals((await say(...words, "--config", `${tree}/orchastration.toml`)).code, 0);
    }
    Deno.writeTextFileSync(`${tree}/feature`, "changed\n");
    assertEquals((await refused(repository))[0]!.split(": ").at(-1), `feature in ${tree} is not committed`);
    await git(tree, "commit", "--quiet", "--all", "--message", "changed");
    assertEquals((await refused(repository)).slice(0, 2), [
      'error: Cannot merge the work tree of task "one": its build was made at <commit>, so its checks are not those of <commit>',
      `  try: orchastration build run one --config ${tree}/orchastration.toml`,
    ]);
    // A build of files that were committed only afterwards proves nothing about the commit.
    Deno.writeTextFileSync(`${tree}/feature`, "again\n");
    assertEquals((await sayIn(tree, "build", "run", "one")).code, 0);
    await git(tree, "commit", "--quiet", "--all", "--message", "again");
    assert((await refused(repository))[0]!.includes("files that were not committed"));
    assertEquals((await sayIn(tree, "build", "run", "one")).code, 0);
    // The same files under another commit are the same.
    await git(tree, "commit", "--quiet", "--amend", "--message", "another message");
    const before = await git(main, "rev-parse", "main");
    assertEquals((await say(...merge)).code, 0);
    assert(before !== await git(main, "rev-parse", "main"));
  }, { config: CONFIG }));

Deno.test("git worktree merge: with inputs, their content counts and not the commit of the build", () =>
  inRepository(async (repository) => {
    const { main, git, say, sayIn } = repository;
    const tree = `${main}-content`;
    assertEquals((await say("git", "worktree", "create", "content")).code, 0);
    Deno.writeTextFileSync(`${tree}/feature`, "made\n");
    assertEquals((await sayIn(tree, "build", "run", "content", "--plan")).code, 0);
    await git(tree, "add", "feature");
    await git(tree, "commit", "--quiet", "--message", "feature");
    const said = await say("git", "worktree", "merge", "content");
    assertEquals(said.code, 0, said.stderr);
  }, { config: CONFIG }));

Deno.test("git worktree merge: checks are stale when the base has moved, and git's words are passed on when it refuses", () =>
  inRepository(async (repository) => {
    const { main, tree, git, say, sayIn } = repository;
    await introduce(repository);
    await done(repository);
    Deno.writeTextFileSync(`${main}/other`, "other\n");
    await git(main, "add", "other");
    await git(main, "commit", "--quiet", "--message", "other");
    assertEquals((await refused(repository)).slice(0, 2), [
      'error: Cannot merge the work tree of task "one": main has 1 commit that task/one lacks, so its checks are stale; ' +
      `first git -C ${tree} rebase main, then check again`,
      `  try: orchastration build run one --config ${tree}/orchastration.toml`,
    ]);
    await git(tree, "rebase", "--quiet", "main");
    assert((await refused(repository))[0]!.includes("so its checks are not those of"));
    assertEquals((await sayIn(tree, "build", "run", "one")).code, 0);
    Deno.writeTextFileSync(`${main}/feature`, "in the way\n");
    const failed = await say(...merge);
    assertEquals(failed.code, 69, failed.stderr);
    assert(failed.stderr.includes("would be overwritten by merge"), failed.stderr);
    assertEquals(Deno.readTextFileSync(`${main}/feature`), "in the way\n");
    Deno.removeSync(`${main}/feature`);
    const said = await say(...merge, "--merge-commit");
    assertEquals(said.code, 0, said.stderr);
    assertEquals(await git(main, "log", "-1", "--format=%s"), "Merge branch 'task/one' into main");
    assertEquals(await git(main, "diff", "HEAD", "task/one"), "");
    assertEquals(await git(main, "status", "--porcelain"), "");
  }, { config: CONFIG }));

Deno.test("git worktree merge --into: a branch that is checked out nowhere is moved forward, another name is refused", () =>
  inRepository(async (repository) => {
    const { main, tree, git, say } = repository;
    await git(main, "branch", "--quiet", "develop");
    const tip = await done(repository);
    assertEquals((await say(...merge, "--into", "develop")).code, 0);
    assertEquals(await git(main, "rev-parse", "develop"), tip);
    assert(await git(main, "rev-parse", "main") !== tip);
    assert((await refused(repository, "--into", "nowhere"))[0]!.endsWith("there is no branch nowhere"));
    assert(
      (await refused(repository, "--into", "task/one"))[0]!.endsWith(
        "task/one is the branch of the task itself",
      ),
    );
    await git(tree, "switch", "--quiet", "--detach");
    assert(
      (await refused(repository))[0]!.endsWith(
        `its work tree ${tree} has no branch checked out, and not task/one`,
      ),
    );
  }, { config: CONFIG }));

Deno.test("git worktree merge: after a kill at any change of git, a second call leaves everything merged once", () =>
  inRepository(async (repository) => {
    const { main, tree, git, say } = repository;
    await introduce(repository);
    let deaths = 0;
    const begin = await git(main, "rev-parse", "main");
    for (const when of ["before", "after"] as const) {
      for (let n = 1;; n++) {
        await done(repository, `${when} ${n}\n`);
        const died = await dieAt(repository, n, when, ...merge, "--merge-commit");
        const said = died.code === KILLED ? await say(...merge, "--merge-commit") : died;
        assertEquals([when, n, said.code], [when, n, 0], said.stderr);
        assertEquals(await git(main, "rev-list", "--merges", "--count", "main"), "1");
        assertEquals(
          [await git(main, "status", "--porcelain"), await git(main, "diff", "main", "task/one")],
          ["", ""],
        );
        assertEquals((await say("git", "worktree", "remove", "one")).code, 0);
        await git(main, "reset", "--quiet", "--hard", begin);
        await git(main, "branch", "--quiet", "-D", "task/one");
        if (died.code !== KILLED) break;
        deaths++;
      }
    }
    assertEquals([deaths, tree], [4, tree]);
  }, { config: CONFIG }));

Deno.test("git worktree merge: a bare main repository in a folder with blanks and umlauts is merged into like any other", () =>
  inRepository(async (repository) => {
    const { main, path, git, sayIn } = repository;
    const bare = `${path}/Grüße an alle.git`;
    await git(path, "clone", "--quiet", "--bare", main, bare);
    const first = `${path}/a first one`;
    await git(bare, "worktree", "add", "--quiet", first, "main");
    assertEquals((await sayIn(first, "git", "worktree", "create", "one")).code, 0);
    const tree = `${path}/Grüße an alle-one`;
    Deno.writeTextFileSync(`${tree}/feature`, "made\n");
    await git(tree, "add", "feature");
    await git(tree, "commit", "--quiet", "--message", "feature");
    assertEquals((await sayIn(tree, "build", "run", "one", "--plan")).code, 0);
    const said = await sayIn(first, ...merge);
    assertEquals(said.code, 0, said.stderr);
    assertEquals(Deno.readTextFileSync(`${first}/feature`), "made\n");
  }, { config: CONFIG }));

Deno.test("git worktree merge: a kill inside git's own checkout is told with its lock, and then completed, with what a person had changed", () =>
  inRepository(async (repository) => {
    const { main, tree, git, say, sayIn } = repository;
    Deno.writeTextFileSync(`${main}/.gitattributes`, "*.die filter=die\n");
    for (const name of ["edited", "gone", "z", "own"]) Deno.writeTextFileSync(`${main}/${name}`, `${name}\n`);
    await git(main, "add", ".");
    await git(main, "commit", "--quiet", "--message", "files");
    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    Deno.removeSync(`${tree}/gone`);
    for (const name of ["edited", "feature", "m.die", "z"]) {
      Deno.writeTextFileSync(`${tree}/${name}`, `${name} of the task\n`);
    }
    await git(tree, "add", ".");
    await git(tree, "commit", "--quiet", "--message", "task");
    assertEquals((await sayIn(tree, "build", "run", "one", "--plan")).code, 0);
    Deno.writeTextFileSync(`${main}/own`, "a person's change\n");
    assertEquals((await dieInside(repository, ...merge)).code, KILLED);
    assertEquals(Deno.readTextFileSync(`${main}/edited`), "edited of the task\n");
    assertEquals(Deno.readTextFileSync(`${main}/z`), "z\n");
    const locked = await say(...merge);
    assertEquals(Deno.readTextFileSync(`${main}/edited`), "edited of the task\n");
    assertEquals([locked.code, locked.stderr], [
      69,
      'error: Cannot merge the work tree of task "one": git is working there, or was killed meanwhile: ' +
      `${main}/.git/index.lock exists\n` +
      "  try: wait for git to end; where no git runs, remove this file, then run the command again\n",
    ]);
    Deno.removeSync(`${main}/.git/index.lock`);
    // As if the kill had come in the middle of a file; and one that a person has changed since.
    Deno.writeTextFileSync(`${main}/feature`, "feature of");
    Deno.writeTextFileSync(`${main}/z`, "a person's, too\n");
    const inTheWay = await say(...merge);
    assertEquals([inTheWay.code, inTheWay.stderr], [
      69,
      'error: Cannot merge the work tree of task "one": Your local changes to the following files would be overwritten by ' +
      "merge: z; Please commit your changes or stash them before you merge.; Aborting\n" +
      `  try: commit, stash or move what git status shows in ${main}, then run the command again\n`,
    ], inTheWay.stderr);
    assertEquals(Deno.readTextFileSync(`${main}/z`), "a person's, too\n");
    await git(main, "restore", "z");
    const said = await say(...merge);
    assertEquals([said.code, said.stderr], [0, ""]);
    assertEquals(await git(main, "diff", "HEAD", "--name-only"), "own");
    assertEquals([await git(main, "status", "--porcelain"), await git(main, "rev-parse", "main")], [
      "M own",
      await git(tree, "rev-parse", "HEAD"),
    ]);
    assertEquals(Deno.readTextFileSync(`${main}/own`), "a person's change\n");
  }, { config: CONFIG }));
