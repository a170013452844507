/** `git branch create` as a person calls it: the real program and the real git, in repositories of their own. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inRealFolder, type RealFolder, type RealSaid } from "../support/real_program.ts";

const SAID = { stdout: "", stderr: "" };
/** No settings of a user, and a fixed author. */
const GIT = [
  ...["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"],
  ...["-c", "commit.gpgsign=false"],
];

const TASKS = `
[tasks.one]
command = ["true"]

[tasks.two]
command = ["true"]
`;

interface Repository extends RealFolder {
  git(...args: readonly string[]): Promise<string>;
  /** \`git branch create …\`; the log lines are left out. */
  create(...args: readonly string[]): Promise<RealSaid>;
  record(path: string): Record<string, unknown>;
  commit(): Promise<string>;
}

/** A folder with the configuration and, unless stated otherwise, a repository with one commit of it. */
async function inRepository(
  test: (repository: Repository) => Promise<void>,
  start: "committed" | "unborn" | "none" = "committed",
  config = TASKS,
): Promise<void> {
  await inRealFolder(async (folder) => {
    const git = async (...args: readonly string[]) => {
      const said = await folder.call("git", [...GIT, ...args]);
      assertEquals([args.join(" "), said.code, said.stderr], [args.join(" "), 0, said.stderr]);
      return said.stdout.trim();
    };
    const repository: Repository = {
      ...folder,
      git,
      async create(...args) {
        const said = await folder.orchastration("git", "branch", "create", "--state-dir", "state", ...args);
        return { ...said, stdout: said.stdout.replace(/^\{"time".*\n/gm, "") };
      },
      record: (path) => JSON.parse(folder.read(`state/${path}`)),
      commit: () => git("rev-parse", "HEAD"),
    };
    folder.write("orchastration.toml", config);
    // The home of the test is the folder itself.
    folder.write(".gitignore", ".gitignore\nstate\n.cache\nwt*\n");
    if (start !== "none") await git("init", "--quiet");
    if (start === "committed") {
      await git("add", "orchastration.toml");
      await git("commit", "--quiet", "--message", "begin");
    }
    await test(repository);
  });
}

Deno.test("git branch create: a branch is created once at HEAD, recorded and linked, and a second call says so", async () => {
  await inRepository(async (repository) => {
    const head = await repository.commit();
    const at = head.slice(0, 12);
    assertEquals(await repository.create("one"), {
      ...SAID,
      code: 0,
      stdout: `task/one created at ${at}\nnext: git switch task/one\n`,
    });
    assertEquals(await repository.create("one"), {
      ...SAID,
      code: 0,
      stdout: `task/one exists already, at ${at}\n`,
    });
    assertEquals(await repository.git("rev-parse", "task/one"), head);
    assertEquals(await repository.git("branch", "--show-current"), "main");

    const task = repository.record("tasks/one.json");
    const run = repository.record("runs/one/last.json");
    assertEquals(task["links"], { issue: null, branch: { name: "task/one", commit: head, run: run["id"] } });
    assertEquals([task["status"], task["plan"]], ["unplanned", null]);
    assertEquals([run["action"], run["status"], run["reason"]], [
      "git.branch.create",
      "succeeded",
      `the branch task/one existed already, at ${head}`,
    ]);
  });
});

Deno.test("git branch create: the record has every call of git with its effect", async () => {
  await inRepository(async (repository) => {
    assertEquals((await repository.create("one")).code, 0);
    const head = await repository.commit();
    const run = repository.record("runs/one/last.json");
    const tools = run["tools"] as Record<string, unknown>[];
    const changing = tools.filter(({ effect }) => effect !== "none");
    assertEquals(changing.map(({ argv, exit_code, effect }) => ({ argv, exit_code, effect })), [{
      argv: ["git", "-C", repository.path, "branch", "--no-track", "--", "task/one", head],
      exit_code: 0,
      effect: "done",
    }]);
    assertEquals(tools.every(({ argv }) => (argv as string[])[0] === "git"), true);
    const git = run["git"] as Record<string, unknown>;
    assertEquals([git["commit"], git["branch"], git["dirty"], git["remote"]], [head, "main", false, null]);
  });
});

Deno.test("git branch create --json: the record and the branch are printed", async () => {
  await inRepository(async (repository) => {
    const said = await repository.orchastration(
      ...["git", "branch", "create", "one", "--state-dir", "state", "--json"],
    );
    const answer = JSON.parse(said.stdout);
    assertEquals([said.code, answer.kind, answer.action], [0, "run", "git.branch.create"]);
    assertEquals(answer.branch, {
      name: "task/one",
      commit: await repository.commit(),
      is_new: true,
      is_checked_out: false,
      worktree: null,
    });
  });
});

const HOSTILE: readonly (readonly [name: string, fact: string])[] = [
  ["-x", 'it begins with "-", so git would read it as an option'],
  ["--delete", ""],
  ["a\nb", "it contains a control character"],
  ["a\u001b[2Jb", "it contains a control character"],
  ["@", "git gives this name another meaning"],
  ["HEAD", "git gives this name another meaning"],
  ["head", "git gives this name another meaning"],
  ["refs/heads/x", "it is the full name of a reference; write the branch without refs/heads/"],
  ["0123456789abcdef0123456789abcdef01234567", "it looks like a commit id"],
  ...[
    "a..b",
    "@{-1}",
    "@{u}",
    "x.lock",
    "a/x.lock/b",
    ".a",
    "a/.b",
    "a//b",
    "/a",
    "a/",
    "a.",
    "a b",
    "a~1",
    "a^",
  ]
    .map((name) => [name, "git does not accept it as the name of a branch"] as const),
  ...["a:b", "a?", "a*", "a[", "a\\b", "a@{b", "main@{1}", ":/begin"]
    .map((name) => [name, "git does not accept it as the name of a branch"] as const),
];

Deno.test("git branch create: every hostile name is refused with the reason", async () => {
  await inRepository(async (repository) => {
    // A previous branch, which @{-1} would mean, and a config that -d would delete.
    await repository.git("switch", "--quiet", "--create", "other");
    await repository.git("switch", "--quiet", "main");
    const before = await repository.git("for-each-ref");
    for (const [name, fact] of HOSTILE) {
      const said = await repository.create("one", "--name", name);
      assertEquals([name, said.code], [name, fact === "" ? 64 : 65], said.stderr);
      if (fact !== "") {
        const shown = name.replace("\n", "\\n").replace("\u001b", "\\u001b");
        assertEquals(said, {
          code: 65,
          stdout: "",
          stderr:
            `error: Cannot create branch "${shown}": ${fact}\n  try: name another branch with --name <branch>\n`,
        });
      }
    }
    assertEquals(await repository.git("for-each-ref"), before);
    const run = repository.record("runs/one/last.json");
    assertEquals([run["status"], run["action"]], ["failed", "git.branch.create"]);
    assertEquals(Deno.statSync(`${repository.path}/state`).isDirectory, true);
  });
});

Deno.test("git branch create: names may be in any script, and get the configured prefix", async () => {
  await inRepository(
    async (repository) => {
      assertEquals((await repository.create("one")).code, 0);
      assertEquals((await repository.create("one", "--name", "größe/日本-#1_(x)")).code, 0);
      const names = await repository.git("-c", "core.quotePath=false", "for-each-ref", "--format=%(refname)");
      assertEquals(names.split("\n").toSorted(), [
        "refs/heads/größe/日本-#1_(x)",
        "refs/heads/main",
        "refs/heads/work-one",
      ]);
    },
    "committed",
    `${TASKS}\n[git]\nbranch_prefix = "work-"\n`,
  );
});

Deno.test("git branch create: a branch at another commit is refused, and accepted with --base", async () => {
  await inRepository(async (repository) => {
    const first = await repository.commit();
    assertEquals((await repository.create("one")).code, 0);
    await repository.git("commit", "--quiet", "--allow-empty", "--message", "on");
    const second = await repository.commit();
    assertEquals(await repository.create("one"), {
      ...SAID,
      code: 65,
      stderr: `error: Cannot create branch "task/one": it exists already, at ${
        first.slice(0, 12)
      } instead of ${
        second.slice(0, 12)
      }\n  try: keep the branch as it is with --base <branch>, or name another one with --name <branch>\n`,
    });
    assertEquals((await repository.create("one", "--base", "task/one")).code, 0);
    assertEquals(await repository.git("rev-parse", "task/one"), first);
    // A base can be anything that names a commit.
    for (const base of ["main~1", first.slice(0, 10), "HEAD^"]) {
      assertEquals([base, (await repository.create("two", "--base", base)).code], [base, 0]);
    }
  });
});

Deno.test("git branch create: a base that is not a commit, or looks like an option, is refused", async () => {
  await inRepository(async (repository) => {
    for (const base of ["nope", "-x", "main..main", "HEAD:orchastration.toml", "a\nb", "^main"]) {
      const said = await repository.create("one", "--base", base);
      assertEquals([base, said.code, said.stdout], [base, 65, ""]);
      assertStringIncludes(said.stderr, 'error: Cannot find the commit "');
      assertStringIncludes(said.stderr, "  try: git log --oneline, which lists the commits\n");
    }
    assertEquals(await repository.git("branch", "--list", "task/*"), "");
  });
});

Deno.test("git branch create: a branch whose name is a folder of the other is reported", async () => {
  await inRepository(async (repository) => {
    await repository.git("branch", "task");
    await repository.git("branch", "deep/task/one/more");
    const inTheWay = (name: string, other: string) => ({
      ...SAID,
      code: 65,
      stderr:
        `error: Cannot create branch "${name}": a branch "${other}" exists, and one branch cannot be inside another\n` +
        "  try: name another branch with --name <branch>\n",
    });
    assertEquals(await repository.create("one"), inTheWay("task/one", "task"));
    assertEquals(
      await repository.create("one", "--name", "deep/task"),
      inTheWay("deep/task", "deep/task/one/more"),
    );
    assertEquals(
      Deno.readTextFileSync(`${repository.path}/state/runs/one/last.json`).includes('"done"'),
      false,
    );
  });
});

Deno.test("git branch create: a place without a commit, a repository, a work tree or a folder is refused", async () => {
  const refused = (fact: string, next: string) => ({
    ...SAID,
    code: 65,
    stderr: `error: Cannot create branch "task/one": ${fact}\n  try: ${next}\n`,
  });
  await inRepository(async (repository) => {
    assertEquals(
      await repository.create("one"),
      refused(
        "the repository has no commit yet, and a branch starts at a commit",
        "git commit, or name a commit of another branch with --base <revision>",
      ),
    );
  }, "unborn");
  await inRepository(async (repository) => {
    assertEquals(
      await repository.create("one"),
      refused(`${repository.path} is not in a git repository`, "git init, or set another working_dir"),
    );
    assertEquals((repository.record("runs/one/last.json"))["git"], null);
  }, "none");
  const inFolder = (folder: string) => `[tasks.one]\ncommand = ["true"]\nworking_dir = "${folder}"\n`;
  await inRepository(
    async (repository) => {
      await repository.git("init", "--quiet", "--bare", "bare.git");
      const place = `${repository.path}/bare.git`;
      assertEquals(
        await repository.create("one"),
        refused(
          `${place} is a bare repository, which has no files to work on`,
          "set working_dir of the task to a clone of it",
        ),
      );
    },
    "committed",
    inFolder("bare.git"),
  );
  await inRepository(
    async (repository) => {
      assertEquals(
        await repository.create("one"),
        refused(
          `${repository.path}/.git is not inside a work tree`,
          "set working_dir of the task to a work tree",
        ),
      );
    },
    "committed",
    inFolder(".git"),
  );
  await inRepository(
    async (repository) => {
      const said = await repository.create("one");
      assertEquals([said.code, said.stdout], [65, ""]);
      assertMatch(
        said.stderr,
        /^error: Cannot create branch "task\/one": working_dir .*\/none: .*\n {2}try: /,
      );
    },
    "committed",
    inFolder("none"),
  );
});

Deno.test("git branch create --switch: a work tree with changes is not switched", async () => {
  await inRepository(async (repository) => {
    const current = () => repository.git("branch", "--show-current");
    repository.write("new.txt", "not added");
    const said = await repository.create("one", "--switch");
    assertEquals(said, {
      ...SAID,
      code: 65,
      stderr: `error: Cannot switch to branch "task/one": new.txt in ${repository.path} has changes ` +
        "that are not committed\n" +
        "  try: git commit or git stash, then run the command again; or leave out --switch; or use --worktree <path>\n",
    });
    // Refused before anything was made.
    assertEquals([await current(), await repository.git("branch", "--list", "task/*")], ["main", ""]);
    Deno.removeSync(`${repository.path}/new.txt`);
    repository.write("orchastration.toml", `${TASKS}\n# changed\n`);
    assertEquals((await repository.create("one", "--switch")).code, 65);
    repository.write("orchastration.toml", TASKS);
    const at = (await repository.commit()).slice(0, 12);
    assertEquals(
      (await repository.create("one", "--switch")).stdout,
      `task/one created at ${at}\nswitched to task/one\n`,
    );
    assertEquals(await current(), "task/one");
    // The branch already exists, so changes do not matter.
    repository.write("new.txt", "not added");
    assertEquals(
      (await repository.create("one", "--switch")).stdout,
      `task/one exists already, at ${at}\n`,
    );
  });
});

Deno.test("git branch create --worktree: a work tree is created once", async () => {
  await inRepository(async (repository) => {
    repository.write("new.txt", "changes are no matter");
    const at = (await repository.commit()).slice(0, 12);
    const place = `${repository.path}/wt-one`;
    assertEquals(
      (await repository.create("one", "--worktree", "wt-one")).stdout,
      `task/one created at ${at}\nwork tree ${place}\n`,
    );
    assertEquals(repository.read("wt-one/orchastration.toml"), TASKS);
    assertEquals(
      (await repository.create("one", "--worktree", "wt-one")).stdout,
      `task/one exists already, at ${at}\nwork tree ${place} exists already\n`,
    );
    const elsewhere = await repository.create("one", "--worktree", "wt-two");
    assertEquals([elsewhere.code, elsewhere.stderr], [
      65,
      `error: Cannot make a work tree of branch "task/one": it is already checked out in ${place}\n  try: work in ${place}\n`,
    ]);
    const taken = await repository.create("two", "--worktree", "wt-one");
    assertEquals([taken.code, taken.stderr], [
      65,
      `error: Cannot make a work tree of branch "task/two": the folder ${place} is not empty\n` +
      "  try: choose another path with --worktree <path>\n",
    ]);
    assertEquals(await repository.git("branch", "--list", "task/two"), "");
    const both = await repository.create("two", "--worktree", "wt-two", "--switch");
    assertEquals([both.code, both.stdout], [64, ""]);
  });
});

Deno.test("git branch create --worktree: a work tree that was removed by hand is reported, and nothing is created", async () => {
  await inRepository(async (repository) => {
    await repository.create("one", "--worktree", "wt-one");
    Deno.removeSync(`${repository.path}/wt-one`, { recursive: true });
    const place = `${repository.path}/wt-one`;
    const ways = [
      ["one", "its work tree", "orchastration --state-dir state git worktree remove one"],
      ["two", "a work tree", `choose another path with --worktree <path>, or git worktree remove ${place}`],
    ] as const;
    for (const [task, whose, way] of ways) {
      const said = await repository.create(task, "--worktree", "wt-one");
      assertEquals([said.code, said.stderr], [
        65,
        `error: Cannot make a work tree of branch "task/${task}": ${whose} in ${place} was removed by hand, ` +
        `but git still has its entry\n  try: ${way}\n`,
      ]);
    }
    assertEquals(await repository.git("branch", "--list", "task/two"), "");
    await repository.git("worktree", "prune");
    const said = await repository.create("two", "--worktree", "wt-one");
    assertEquals([said.code, repository.read("wt-one/orchastration.toml")], [0, TASKS]);
  });
});

Deno.test("git branch create --worktree: a work tree that cannot be created leaves no branch, and no link", async () => {
  await inRepository(async (repository) => {
    repository.write("file", "no folder");
    const said = await repository.create("one", "--worktree", "file/wt");
    assertEquals([said.code === 65 || said.code === 69, said.stdout], [true, ""], said.stderr);
    assertEquals(await repository.git("branch", "--list", "task/*"), "");
    // A hook that fails after everything was made is no reason to remove the result.
    Deno.mkdirSync(`${repository.path}/.git/hooks`, { recursive: true });
    repository.write(".git/hooks/post-checkout", "#!/bin/sh\nexit 3\n");
    Deno.chmodSync(`${repository.path}/.git/hooks/post-checkout`, 0o755);
    await repository.create("two", "--worktree", "wt-two");
    const made = await repository.git("worktree", "list", "--porcelain");
    assertEquals(made.includes("branch refs/heads/task/two"), true);
    const link = (repository.record("tasks/two.json")["links"] as { branch: { name: string } | null }).branch;
    assertEquals(link?.name, "task/two");
    Deno.removeSync(`${repository.path}/.git/hooks/post-checkout`);
    // A tree that cannot be checked out, for a branch that did not exist a moment before.
    const blob = await repository.git("rev-parse", "HEAD:orchastration.toml");
    const object = `${repository.path}/.git/objects/${blob.slice(0, 2)}/${blob.slice(2)}`;
    Deno.renameSync(object, `${object}.away`);
    const broken = await repository.create("one", "--worktree", "wt-one");
    Deno.renameSync(`${object}.away`, object);
    assertEquals([broken.code, await repository.git("branch", "--list", "task/one")], [69, ""]);
    assertEquals((await repository.create("one", "--worktree", "wt-one")).code, 0);
  });
});

Deno.test("git branch create: one of 32 concurrent calls for one name creates the branch", async () => {
  const names = Array.from({ length: 32 }, (_, i) => `t${i}`);
  const config = names.map((name) => `[tasks.${name}]\ncommand = ["true"]\n`).join("");
  await inRepository(
    async (repository) => {
      const said = await Promise.all(names.map((name) => repository.create(name, "--name", "shared")));
      const at = (await repository.commit()).slice(0, 12);
      const created = said.filter(({ stdout }) => stdout.startsWith(`shared created at ${at}\n`));
      const found = said.filter(({ stdout }) => stdout === `shared exists already, at ${at}\n`);
      assertEquals([created.length, found.length], [1, 31], said.map(({ stderr }) => stderr).join(""));
      // And as many for one task: a call that comes too late is told that another process is working on it.
      const again = await Promise.all(names.map(() => repository.create("t0", "--name", "alone")));
      const made = again.filter(({ stdout }) => stdout.startsWith("alone created"));
      const others = again.filter(({ code, stdout }) =>
        code === 75 || stdout.startsWith("alone exists already")
      );
      assertEquals([made.length, others.length], [1, 31], again.map(({ stderr }) => stderr).join(""));
    },
    "committed",
    config,
  );
});

Deno.test("git branch create: with 32 concurrent calls from two commits, one commit gets the name", async () => {
  const names = Array.from({ length: 32 }, (_, i) => `t${i}`);
  const config = names.map((name) => `[tasks.${name}]\ncommand = ["true"]\n`).join("");
  await inRepository(
    async (repository) => {
      await repository.git("commit", "--quiet", "--allow-empty", "--message", "second");
      const said = await Promise.all(
        names.map((name, i) =>
          repository.create(name, "--name", "shared", "--base", i % 2 ? "HEAD" : "HEAD~1")
        ),
      );
      assertEquals(said.filter(({ stdout }) => stdout.startsWith("shared created at ")).length, 1);
      assertEquals(said.map(({ code }) => code).toSorted((a, b) => a - b), [
        ...Array(16).fill(0),
        ...Array(16).fill(65),
      ]);
    },
    "committed",
    config,
  );
});

Deno.test("git branch create: variables that redirect git, and hooks, have no effect", async () => {
  await inRepository(async (repository) => {
    await repository.git("init", "--quiet", "elsewhere");
    const said = await repository.shell(
      'GIT_DIR="$PWD/elsewhere/.git" GIT_WORK_TREE=/ "$@" git branch create one --state-dir state',
    );
    assertEquals(said.code, 0, said.stderr);
    assertEquals(await repository.git("rev-parse", "task/one"), await repository.commit());
    // A hook that runs on a checkout is not run for a branch that is only created.
    repository.write(".git/hooks/post-checkout", "#!/bin/sh\ntouch hooked\n");
    Deno.chmodSync(`${repository.path}/.git/hooks/post-checkout`, 0o755);
    assertEquals((await repository.create("two")).code, 0);
    assertEquals(await repository.git("status", "--porcelain"), "?? elsewhere/");
  });
});
