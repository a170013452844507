/**
 * `git worktree remove` with the real git: in every state of a work tree, with and without `--salvage`, every byte and
 * every commit is reachable afterwards.
 */

import { assert, assertEquals } from "@std/assert";
import { inRepository, type RealRepository } from "../support/real_worktrees.ts";

interface State {
  readonly name: string;
  /** Brings the work tree into the state; returns what ends it, where that is needed. */
  make(repository: RealRepository): Promise<void | (() => Promise<void> | void)>;
  /** Contents that must be found somewhere afterwards. */
  readonly bytes: readonly string[];
  /** The reason without --salvage; undefined: it is removed. */
  readonly kept: string | undefined;
  /** The reason with --salvage; undefined: it is removed. */
  readonly keptBySalvage?: string;
}

const write = ({ tree }: RealRepository, name: string, content: string) =>
  Deno.writeTextFileSync(`${tree}/${name}`, content);
const admin = ({ main }: RealRepository) => `${main}/.git/worktrees/repo-one`;

const STATES: readonly State[] = [
  { name: "clean", make: () => Promise.resolve(), bytes: [], kept: undefined },
  {
    name: "dirty",
    async make(repository) {
      write(repository, "orchastration.toml", "# edited\n");
      write(repository, "grüße neu.txt", "new\r\nbytes\0\n");
      await Promise.resolve();
    },
    bytes: ["# edited\n", "new\r\nbytes\0\n"],
    kept: "2 files not committed: grüße neu.txt, orchastration.toml",
  },
  {
    name: "staged",
    async make(repository) {
      write(repository, "a", "staged");
      await repository.git(repository.tree, "add", "a");
      write(repository, "a", "then edited");
    },
    bytes: ["staged", "then edited"],
    kept: "1 file not committed: a",
  },
  {
    name: "ignored files",
    make(repository) {
      write(repository, ".env", "A=2\n");
      write(repository, "x.log", "log\n");
      Deno.mkdirSync(`${repository.tree}/dist`);
      write(repository, "dist/out", "an output");
      return Promise.resolve();
    },
    bytes: ["A=2\n", "log\n"],
    kept: "2 files that git ignores and that are nowhere else: .env, x.log",
  },
  {
    name: "unpushed",
    async make(repository) {
      write(repository, "b", "committed");
      await repository.git(repository.tree, "add", "b");
      await repository.git(repository.tree, "commit", "--quiet", "--message", "b");
    },
    bytes: ["committed"],
    kept: undefined,
  },
  {
    name: "detached",
    async make(repository) {
      const { git, tree } = repository;
      await git(tree, "switch", "--quiet", "--detach");
      write(repository, "c", "detached");
      await git(tree, "add", "c");
      await git(tree, "commit", "--quiet", "--message", "c");
    },
    bytes: ["detached"],
    kept: "commits that no branch, tag or remote reaches: ",
  },
  {
    name: "detached and left",
    async make(repository) {
      const { git, tree } = repository;
      await git(tree, "switch", "--quiet", "--detach");
      write(repository, "c", "abandoned");
      await git(tree, "add", "c");
      await git(tree, "commit", "--quiet", "--message", "c");
      await git(tree, "switch", "--quiet", "task/one");
    },
    bytes: ["abandoned"],
    kept: "commits that no branch, tag or remote reaches: ",
  },
  {
    name: "stash",
    async make(repository) {
      write(repository, "orchastration.toml", "# stashed\n");
      await repository.git(repository.tree, "stash", "--quiet");
    },
    bytes: ["# stashed\n"],
    kept: "a stash was made there",
  },
  {
    name: "occupied by a run",
    async make(repository) {
      const job = new Deno.Command(repository.command[0], {
        args: [...repository.command.slice(1), "run", "wait"],
        cwd: repository.tree,
        env: { ...repository.env },
        stdout: "null",
        stderr: "null",
      }).spawn();
      await until(() => exists(`${repository.tree}/installed`) && exists(`${repository.path}/waits`));
      return async () => {
        job.kill("SIGTERM");
        await job.status;
      };
    },
    bytes: [],
    // Its recorder and its process work there, too.
    kept: "there are 2 reasons to keep it\n  it is in use by the run wait/",
    keptBySalvage: "there are 2 reasons to keep it\n  it is in use by the run wait/",
  },
  {
    name: "occupied by a shell",
    make(repository) {
      const shell = new Deno.Command("sleep", { args: ["1000"], cwd: repository.tree }).spawn();
      return Promise.resolve(async () => {
        shell.kill("SIGKILL");
        await shell.status;
      });
    },
    bytes: [],
    kept: "a process has it as working directory: sleep (",
    keptBySalvage: "a process has it as working directory: sleep (",
  },
  {
    name: "locked",
    async make(repository) {
      await repository.git(repository.main, "worktree", "lock", "--reason", "on a stick", repository.tree);
    },
    bytes: [],
    kept: "it is locked: on a stick",
    keptBySalvage: "it is locked: on a stick",
  },
  {
    name: "git at work",
    make(repository) {
      Deno.writeTextFileSync(`${admin(repository)}/index.lock`, "");
      return Promise.resolve();
    },
    bytes: [],
    kept: "git is working in it, or was killed meanwhile: ",
    keptBySalvage: "git is working in it, or was killed meanwhile: ",
  },
  {
    name: "removed by hand",
    make({ tree }) {
      Deno.removeSync(tree, { recursive: true });
      return Promise.resolve();
    },
    bytes: [],
    kept: undefined,
  },
  {
    name: "removed by hand, with a staged file and a detached commit",
    async make(repository) {
      const { git, tree } = repository;
      await git(tree, "switch", "--quiet", "--detach");
      write(repository, "c", "detached");
      await git(tree, "add", "c");
      await git(tree, "commit", "--quiet", "--message", "c");
      write(repository, "a", "staged");
      await git(tree, "add", "a");
      Deno.removeSync(tree, { recursive: true });
    },
    bytes: ["detached", "staged"],
    kept: "there are 2 reasons to keep it",
  },
  {
    name: "hidden from git status",
    async make(repository) {
      const { git, tree } = repository;
      await git(tree, "update-index", "--assume-unchanged", "orchastration.toml");
      write(repository, "orchastration.toml", "# hidden\n");
    },
    bytes: ["# hidden\n"],
    kept: "1 file not committed: orchastration.toml",
  },
  {
    name: "a repository of its own",
    async make(repository) {
      Deno.mkdirSync(`${repository.tree}/inner`);
      await repository.git(`${repository.tree}/inner`, "init", "--quiet");
      write(repository, "inner/x", "inner");
    },
    bytes: ["inner"],
    kept: "a repository of its own is in it: inner",
    keptBySalvage: "a repository of its own is in it: inner",
  },
  {
    name: "a merge in conflict",
    async make(repository) {
      const { git, tree } = repository;
      await git(tree, "switch", "--quiet", "--create", "other");
      write(repository, "orchastration.toml", "# other\n");
      await git(tree, "commit", "--quiet", "--all", "--message", "other");
      await git(tree, "switch", "--quiet", "task/one");
      write(repository, "orchastration.toml", "# one\n");
      await git(tree, "commit", "--quiet", "--all", "--message", "one");
      await repository.call("git", [
        ...["-C", tree, "-c", "user.name=Ada", "-c", "user.email=ada@example.org"],
        ...["merge", "--quiet", "other"],
      ]);
    },
    bytes: ["# one\n", "# other\n"],
    kept: "there are 2 reasons to keep it",
    keptBySalvage: "there are 2 reasons to keep it",
  },
];

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Waits for a fact, for at most 20 seconds. */
async function until(fact: () => boolean): Promise<void> {
  const startedMs = performance.now();
  while (!fact()) {
    assert(performance.now() - startedMs < 20_000, "it did not come");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Every content that a ref reaches, or that is in a work tree that is there, its index or its reflog. */
async function everything(
  { main, tree, path, git }: RealRepository,
  isThere: boolean,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  // Indexes and reflogs of a work tree that was removed are no place for anything.
  const more = isThere ? ["--reflog", "--indexed-objects"] : [];
  const listed = await git(exists(tree) ? tree : main, "rev-list", "--objects", "--all", ...more);
  for (const id of listed.split("\n").map((line) => line.split(" ")[0]!)) {
    const type = await git(main, "cat-file", "-t", id);
    if (type !== "blob") continue;
    const out = await new Deno.Command("git", { args: ["-C", main, "cat-file", "blob", id] }).output();
    found.add(new TextDecoder().decode(out.stdout));
  }
  for (const content of contentsOf(path).values()) found.add(content);
  return found;
}

/** The files below a folder, without those of git and of our records. */
function contentsOf(folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (at: string) => {
    for (const { name, isDirectory, isFile } of Deno.readDirSync(at)) {
      if (name === ".git" || name === ".cache") continue;
      const path = `${at}/${name}`;
      if (isDirectory) walk(path);
      else if (isFile) found.set(path, Deno.readTextFileSync(path));
    }
  };
  walk(folder);
  return found;
}

const CONFIG = `
[jobs.install]
command = ["sh", "-c", "echo installed > installed"]
outputs = ["installed"]
[jobs.wait]
command = ["sh", "-c", "touch ../waits; exec sleep 1000"]
[tasks.one]
command = ["true"]
outputs = ["dist/**"]
[worktree]
copy = [".env"]
setup = ["install"]
`;

for (const state of STATES) {
  for (const salvages of [false, true]) {
    const flags = salvages ? ["--salvage"] : [];
    const kept = salvages ? state.keptBySalvage : state.kept;
    Deno.test(`git worktree remove${salvages ? " --salvage" : ""}: ${state.name}: nothing is lost`, async () => {
      await inRepository(async (repository) => {
        const { main, tree, git, say } = repository;
        assertEquals((await say("git", "worktree", "create", "one")).code, 0);
        const end = await state.make(repository);
        const commits = exists(tree) ? await git(tree, "log", "-g", "--format=%H") : "";
        const isKept = kept !== undefined;
        const before = exists(tree) ? contentsOf(tree) : undefined;
        try {
          const said = await say("git", "worktree", "remove", "one", ...flags);
          assertEquals([said.code, exists(admin(repository))], [isKept ? 65 : 0, isKept], said.stderr);
          if (isKept) {
            assert(
              said.stderr.startsWith(`error: Cannot remove the work tree of task "one": ${kept}`),
              said.stderr,
            );
            assert(said.stderr.includes("\n  try: "), said.stderr);
            assertEquals(exists(tree) ? contentsOf(tree) : undefined, before);
          } else {
            assertEquals(exists(tree), false);
          }
          const all = await everything(repository, isKept);
          assertEquals(state.bytes.filter((content) => !all.has(content)), [], [...all].join("|"));
          // Every commit that was ever checked out there can be reached by a ref, or by a reflog that stays.
          const reachable = new Set((await git(main, "rev-list", "--all", "--reflog")).split("\n"));
          assertEquals(commits.split("\n").filter((id) => id !== "" && !reachable.has(id)), []);
          assertEquals(
            (await git(main, "fsck", "--no-dangling", "--no-progress")).includes("missing"),
            false,
          );
        } finally {
          await end?.();
        }
      }, { config: CONFIG });
    });
  }
}

Deno.test("git worktree remove: the main work tree and the current one are refused", async () => {
  await inRepository(async ({ main, tree, git, say, sayIn }) => {
    await git(main, "switch", "--quiet", "--create", "task/one");
    Deno.writeTextFileSync(`${main}/new`, "only there\n");
    for (const flags of [[], ["--salvage"]]) {
      const before = contentsOf(main);
      const whole = await say("git", "worktree", "remove", "one", ...flags);
      assertEquals([whole.code, whole.stderr.split("\n")[1]], [
        65,
        "  it is the main work tree, which holds the repository; remedy: keep it",
      ], whole.stderr);
      assertEquals(contentsOf(main), before);
    }
    Deno.removeSync(`${main}/new`);
    await git(main, "switch", "--quiet", "main");
    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    const here = await sayIn(tree, "git", "worktree", "remove", "one");
    assertEquals([
      here.code,
      here.stderr.includes("\n  it is the current work tree; remedy: change to another work tree"),
    ], [
      65,
      true,
    ], here.stderr);
    const none = await say("git", "worktree", "remove", "two");
    assertEquals([none.code, none.stderr], [
      65,
      'error: Cannot remove the work tree of task "two": it has none: the branch task/two is checked out nowhere\n' +
      "  try: orchastration git worktree list, or orchastration git worktree create two\n",
    ]);
    assert(exists(`${main}/.git`) && exists(tree));
  });
});

Deno.test("git worktree restore: everything that --salvage saved is restored byte for byte, staged as it was", async () => {
  await inRepository(async (repository) => {
    const { main, tree, git, say } = repository;
    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    Deno.writeTextFileSync(`${tree}/.gitattributes`, "*.txt text eol=lf\n*.bin -text\n");
    Deno.writeTextFileSync(`${tree}/lines.txt`, "one\r\ntwo\n");
    Deno.writeTextFileSync(`${tree}/run.sh`, "#!/bin/sh\n");
    Deno.chmodSync(`${tree}/run.sh`, 0o755);
    Deno.symlinkSync("nowhere", `${tree}/link`);
    Deno.removeSync(`${tree}/.gitignore`);
    Deno.mkdirSync(`${tree}/.gitignore`);
    Deno.writeTextFileSync(`${tree}/.gitignore/file`, "a folder in place of a file\n");
    await git(tree, "add", "run.sh");
    const before = await git(tree, "status", "--porcelain=v2");
    const removed = await say("git", "worktree", "remove", "one", "--salvage");
    assertEquals(removed.code, 0, removed.stderr);
    assertEquals(exists(tree), false);
    const listed = await say("git", "worktree", "list", "--salvaged");
    assert(
      /^one\/\d{8}T[\d.]+Z {2}task\/one {2}\d+ files {2}.*repo-one\n$/.test(listed.stdout),
      listed.stdout,
    );
    const restored = await say("git", "worktree", "restore", "one");
    assertEquals([restored.code, restored.stderr], [0, ""]);
    assert(restored.stdout.startsWith(`work tree ${tree} restored, with `), restored.stdout);
    assertEquals(await git(tree, "status", "--porcelain=v2"), before);
    assertEquals(await git(tree, "branch", "--show-current"), "task/one");
    assertEquals(Deno.readTextFileSync(`${tree}/lines.txt`), "one\r\ntwo\n");
    assertEquals(Deno.readTextFileSync(`${tree}/.env`), "A=1\n");
    assertEquals(Deno.readLinkSync(`${tree}/link`), "nowhere");
    assertEquals(Deno.statSync(`${tree}/run.sh`).mode! & 0o111, 0o111);
    const again = await say("git", "worktree", "restore", "one");
    assertEquals([again.code, again.stdout, again.stderr], [
      0,
      `work tree ${tree} was restored before\non task/one\nnext: cd ${tree}\n`,
      "",
    ]);
    assertEquals(await git(tree, "status", "--porcelain=v2"), before);
    const other = await say("git", "worktree", "restore", "one", "--path", "../elsewhere");
    assert(other.stdout.includes(`, because the branch task/one is checked out in ${tree}\n`), other.stdout);
    assertEquals(Deno.readTextFileSync(`${main}/../elsewhere/lines.txt`), "one\r\ntwo\n");
    const none = await say("git", "worktree", "restore", "nope");
    assertEquals([none.code, none.stderr.split("\n")[0]], [
      65,
      'error: Cannot restore the work tree of task "nope": nothing was saved under this name',
    ]);
  });
});

Deno.test("git worktree remove: a submodule with commits that were not pushed keeps the work tree, also with sparse checkout", async () => {
  await inRepository(async (repository) => {
    const { path, main, tree, git, say } = repository;
    Deno.mkdirSync(`${path}/lib`);
    await git(`${path}/lib`, "init", "--quiet");
    await git(`${path}/lib`, "commit", "--quiet", "--allow-empty", "--message", "lib");
    Deno.mkdirSync(`${main}/docs`);
    Deno.writeTextFileSync(`${main}/docs/a`, "a");
    await git(main, "submodule", "--quiet", "add", `${path}/lib`, "lib");
    await git(main, "add", ".");
    await git(main, "commit", "--quiet", "--message", "docs");
    await git(main, "sparse-checkout", "set", "--no-cone", "/*", "!/docs/");
    const remove = (...more: readonly string[]) => say("git", "worktree", "remove", "one", ...more);
    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    await git(tree, "submodule", "--quiet", "update", "--init");
    assertEquals((await remove()).code, 0);

    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    await git(tree, "submodule", "--quiet", "update", "--init");
    await git(`${tree}/lib`, "commit", "--quiet", "--allow-empty", "--message", "not pushed");
    for (const flags of [[], ["--salvage"]]) {
      const said = await remove(...flags);
      assertEquals(said.code, 65);
      assert(
        said.stderr.includes("submodules with changes, or with commits that were not pushed: lib"),
        said.stderr,
      );
    }
    await git(`${tree}/lib`, "push", "--quiet", "origin", "HEAD:refs/heads/kept");
    await git(tree, "commit", "--quiet", "--all", "--message", "lib");
    assertEquals((await remove()).code, 0);

    assertEquals((await say("git", "worktree", "create", "one")).code, 0);
    // Outside of the sparse checkout, where git status does not look.
    await git(tree, "sparse-checkout", "set", "--no-cone", "/*", "!/docs/");
    Deno.mkdirSync(`${tree}/docs`, { recursive: true });
    Deno.writeTextFileSync(`${tree}/docs/a`, "edited outside");
    const kept = await remove();
    assertEquals([kept.code, kept.stderr.includes("1 file not committed: docs/a")], [65, true], kept.stderr);
    assertEquals((await remove("--salvage")).code, 0);
    assertEquals((await everything(repository, false)).has("edited outside"), true);
  }, { config: CONFIG });
});

Deno.test("git worktree remove: a work tree beside a bare repository, in a folder with blanks and umlauts, is removed", async () => {
  await inRepository(async (repository) => {
    const { path, main, git, sayIn } = repository;
    await git(path, "clone", "--quiet", "--bare", main, "größe 1.git");
    await git(`${path}/größe 1.git`, "worktree", "add", "--quiet", "../trunk", "main");
    const trunk = `${path}/trunk`;
    assertEquals((await sayIn(trunk, "git", "worktree", "create", "two")).code, 0);
    Deno.writeTextFileSync(`${path}/größe 1-two/neu ä`, "ä");
    const kept = await sayIn(trunk, "git", "worktree", "remove", "two");
    assertEquals([kept.code, kept.stderr.split("\n")[0]], [
      65,
      'error: Cannot remove the work tree of task "two": there are 2 reasons to keep it',
    ]);
    assertEquals((await sayIn(trunk, "git", "worktree", "remove", "two", "--salvage")).code, 0);
    assertEquals((await sayIn(trunk, "git", "worktree", "restore", "two")).code, 0);
    assertEquals(Deno.readTextFileSync(`${path}/größe 1-two/neu ä`), "ä");
  });
});
