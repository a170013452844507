/** `git issue`, in process: the repository, the output, a broken gh, and death at every moment. */

import { sha256 } from "../../support/journal.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, readJson, STATE, withoutLog } from "../../support/cli.ts";
import { type FakeGitHub, withGh } from "../../support/fake_gh.ts";
import { type FakeRepository, withGit } from "../../support/fake_git.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import { atEveryDeath } from "../../support/until_death.ts";

// Loaded in advance: see tests/support/cli.ts.
import "../../../src/app/github/create_issue.ts";
import "../../../src/app/github/change_issue.ts";

const LAST = `${STATE}/runs/sample/last.json`;
const TASK = `${STATE}/tasks/sample.json`;
const CREATE = ["git", "issue", "create", "sample"];

function toml(lines = ""): string {
  return `[tasks.sample]\ndescription = "Say hello"\ncommand = ["true"]\n${lines}\n`;
}

interface Machine {
  readonly host: FakeHost;
  readonly repository: FakeRepository;
  readonly github: FakeGitHub;
  [Symbol.dispose](): void;
}

function machine(lines = "", options: FakeHostOptions = {}): Machine {
  const host = machineWith(toml(lines), options);
  const repository = withGit(host, PROJECT);
  repository.remotes.set("origin", "git@github.com:octo/hello.git");
  return { host, repository, github: withGh(host), [Symbol.dispose]: () => host[Symbol.dispose]() };
}

/** The repository of the issue, as the first word of the output; or the first line of the refusal. */
async function placeOf(at: Machine, ...argv: readonly string[]): Promise<string> {
  const said = await call(at.host, [...CREATE, ...argv]);
  return said.code === 0
    ? withoutLog(said.stdout).split("#")[0]!
    : said.stderr.split("\n").slice(0, 2).map((line) => line.trim()).join(" | ");
}

Deno.test("git issue create: the repository is that of --repo, else of the task, else of the remotes", async () => {
  const cases: readonly (readonly [
    lines: string,
    remotes: readonly string[],
    argv: readonly string[],
    place: string,
  ])[] = [
    ["", ["git@github.com:octo/hello.git"], [], "octo/hello"],
    ["", ["https://ada:hunter2@github.com/octo/hello.git"], [], "octo/hello"],
    ["", ["ssh://git@ssh.github.com:443/octo/hello"], [], "octo/hello"],
    ["", ["https://www.github.com/octo/hello.git"], [], "octo/hello"],
    ["", [], ["--repo", "www.github.com/octo/hello"], "octo/hello"],
    ["", ["https://github.example.com/octo/hello.git"], [], "github.example.com/octo/hello"],
    ["", ["git@github.com:octo/hello.git", "https://github.com/Octo/Hello"], [], "octo/hello"],
    ['repo = "orchastration"', ["git@github.com:octo/hello.git"], [], "octo/hello"],
    ['repo = "octo/other"', ["git@github.com:octo/hello.git"], [], "octo/other"],
    ['repo = "octo/hello"', ["git@ghe.example.com:octo/hello.git"], [], "ghe.example.com/octo/hello"],
    ['repo = "octo/other"', ["git@github.com:octo/hello.git"], ["--repo", "a/b"], "a/b"],
    ["", [], ["--repo", "ghe.example.com/a/b"], "ghe.example.com/a/b"],
  ];
  for (const [lines, remotes, argv, place] of cases) {
    using at = machine(lines);
    at.repository.remotes.clear();
    remotes.forEach((url, i) => at.repository.remotes.set(`r${i}`, url));
    assertEquals([remotes, await placeOf(at, ...argv)], [remotes, place]);
    const link = (readJson(at.host, TASK)["links"] as { issue: { repo: string } }).issue;
    assertEquals(link.repo, place);
  }
});

Deno.test("git issue create: an alias of ssh's configuration is resolved to its host", async () => {
  const asked: string[][] = [];
  for (
    const [remotes, place] of [
      [["git@github.com-work:octo/hello.git"], "octo/hello"],
      [["ssh://git@WORK:2222/octo/hello"], "octo/hello"],
      [["git@github.com-work:octo/hello.git", "git@github.com-home:Octo/Hello.git"], "octo/hello"],
      [["git@ghe.example.com:octo/hello.git"], "ghe.example.com/octo/hello"],
      // https does not use the configuration of ssh.
      [["https://work/octo/hello"], "work/octo/hello"],
    ] as const
  ) {
    using at = machine();
    at.host.program("ssh", async (p) => {
      asked.push([...p.args]);
      const host = p.args[1]!;
      const isAlias = /^(?:github\.com-|work$)/.test(host);
      await p.stdout(`host ${host}\nuser git\nhostname ${isAlias ? "github.com" : host}\nport 22\n`);
      return 0;
    });
    at.repository.remotes.clear();
    remotes.forEach((url, i) => at.repository.remotes.set(`r${i}`, url));
    assertEquals([remotes, await placeOf(at)], [remotes, place]);
  }
  assertEquals(asked.map(([flag]) => flag), asked.map(() => "-G"));
  assertEquals(asked.map(([, host]) => host), [
    "github.com-work",
    "work",
    "github.com-work",
    "github.com-home",
    "ghe.example.com",
  ]);
});

Deno.test("git issue create: an ssh that fails or is missing changes nothing", async () => {
  for (const hasSsh of [true, false]) {
    using at = machine();
    if (hasSsh) at.host.program("ssh", () => 255);
    at.repository.remotes.set("origin", "git@ghe.example.com:octo/hello.git");
    assertEquals(await placeOf(at), "ghe.example.com/octo/hello");
  }
});

Deno.test("git issue: the answer at a terminal is the same as elsewhere", async () => {
  using at = machine("", { isTerminal: true });
  const said = async (action: string) =>
    (await call(at.host, ["git", "issue", action, "sample", "--no-color"])).stdout;
  const url = "https://github.com/octo/hello/issues/1";
  assertEquals(await said("create"), `octo/hello#1 created: ${url}\n`);
  assertEquals(await said("create"), `octo/hello#1 exists already: ${url}\n`);
  assertEquals(await said("update"), `octo/hello#1 is up to date: ${url}\n`);
});

Deno.test("git issue create: several possible repositories require a choice", async () => {
  const cases:
    readonly (readonly [lines: string, remotes: readonly string[], argv: readonly string[], said: string])[] =
      [
        [
          "",
          ["git@github.com:me/hello.git", "git@github.com:octo/hello.git"],
          [],
          "its remotes refer to several repositories: me/hello (r0), octo/hello (r1) | try: orchastration git issue create sample " +
          "--repo me/hello, or orchastration git issue create sample --repo octo/hello",
        ],
        [
          "",
          ["/srv/git/hello.git", "file:///srv/git/hello.git"],
          [],
          "no remote of the git repository refers to GitHub | try: orchastration git issue create sample --repo <owner/name>",
        ],
        [
          'repo = "external"',
          ["git@github.com:octo/hello.git"],
          [],
          "the configuration says that it belongs to another repository | " +
          "try: orchastration git issue create sample --repo <owner/name>",
        ],
        ...["a", "a/b/c/d", "../b", "a/..", "-x/b", "a/b?x", "a b/c"].map((repo) =>
          [
            "",
            [],
            ["--repo", repo],
            `"${repo}" is no repository | try: orchastration git issue create sample --repo <owner/name>, ` +
            "or orchastration git issue create sample --repo <host/owner/name>",
          ] as const
        ),
      ];
  for (const [lines, remotes, argv, said] of cases) {
    using at = machine(lines);
    at.repository.remotes.clear();
    remotes.forEach((url, i) => at.repository.remotes.set(`r${i}`, url));
    assertEquals(
      await placeOf(at, ...argv),
      `error: Cannot choose a repository for task "sample": ${said}`,
    );
    assertEquals([readJson(at.host, LAST)["status"], at.host.disk.read(TASK), at.github.issues], [
      "failed",
      undefined,
      [],
    ]);
  }
});

Deno.test("git issue create: among several remotes, gh's default is used", async () => {
  using at = machine();
  at.repository.remotes.set("upstream", "git@github.com:upper/hello.git");
  at.repository.before = async (p, words) => {
    if (!words.at(-1)!.includes("gh-resolved")) return undefined;
    await p.stdout("remote.upstream.gh-resolved\nbase\0");
    return 0;
  };
  assertEquals(await placeOf(at), "upper/hello");
});

Deno.test("git issue create: a gh that is missing, too old or another program is refused with the reason", async () => {
  const cases: readonly (readonly [version: string | undefined, status: number, fact: string])[] = [
    [undefined, 0, 'no program "gh" in the folders of PATH'],
    ["gh version 1.14.0 (2021-08-04)\n", 0, "gh 1.14.0 is too old"],
    ["GNU hello 2.12\n", 0, "the program gh that was found is not the GitHub CLI, or does not work"],
    ["\u0000\u001b[2J\n", 0, "the program gh that was found is not the GitHub CLI, or does not work"],
    ["gh version 2.23.0\n", 127, "the program gh that was found is not the GitHub CLI, or does not work"],
  ];
  for (const [version, status, fact] of cases) {
    using host = machineWith(toml());
    withGit(host, PROJECT).remotes.set("origin", "git@github.com:octo/hello.git");
    if (version !== undefined) {
      host.program("gh", async (p) => {
        await p.stdout(version);
        return status;
      });
    }
    await expectCall(host, CREATE, {
      code: 69,
      stderr: `error: Cannot create an issue for task "sample": ${fact}\n` +
        "  try: install the GitHub CLI, gh 2.0 or newer, from https://cli.github.com, then run gh auth login\n",
    });
    assertEquals([readJson(host, LAST)["status"], host.disk.read(TASK)], ["failed", undefined]);
  }
});

Deno.test("git issue create: an invalid list does not prove that there is no issue", async () => {
  for (const garbage of ["", "hello", "[]", '{"count": "x"}', "\u0000"]) {
    using at = machine();
    at.github.before = async (p) => {
      if (!p.args.includes("GET")) return undefined;
      await p.stdout(garbage);
      return 0;
    };
    const said = await call(at.host, CREATE);
    assertEquals([garbage, said.code, at.github.issues], [garbage, 69, []]);
    assertStringIncludes(
      said.stderr,
      'error: Cannot create an issue for task "sample": gh gave an unusable answer: ',
    );
  }
});

Deno.test("the text of an issue shows the proof of each criterion: its run, its digest, and that it is verified", async () => {
  using at = machine('acceptance = [{ id = "ac1", text = "it works", check = ["true"] }]');
  at.host.program("true", () => {});
  for (const argv of [["plan", "create", "sample"], ["build", "run", "sample"]]) {
    assertEquals((await call(at.host.another(), [...argv, "--log-level", "error"])).code, 0);
  }
  const preview = async () =>
    (await call(at.host.another(), [...CREATE, "--dry-run", "--log-level", "error"])).stdout;
  const line =
    /^- \[x\] `ac1` it works \(checked by `true`\): `(sample\/\S+)`, record `([0-9a-f]{16})`, (.*)$/m;
  const [, run, digest, words] = line.exec(await preview()) ?? [];
  const path = `${STATE}/runs/${run}.json`;
  const record = at.host.disk.read(path)!;
  assertEquals([digest, words], [sha256(record).slice(0, 16), "verified"]);
  at.host.disk.write(path, record.replace('"ada"', '"eve"'));
  assertEquals(line.exec(await preview())?.[3], "**not verified**");
});

Deno.test("git issue create --dry-run: title and text are printed, without a request and without a record", async () => {
  using at = machine(
    'outputs = ["dist/a|b.txt"]\nacceptance = [{ id = "ac1", text = "@octo says <b>yes</b>", check = ["grep", "a b"] }]',
  );
  at.github.before = () => {
    throw new Error("gh was called");
  };
  await expectCall(at.host, [...CREATE, "--dry-run", "--label", "bug", "--label", "bug"], {
    stdout: `repository  octo/hello
title       sample: Say hello
labels      bug

<!-- orchastration:begin, made by orchastration git issue update sample; text between the marks is replaced -->
Say hello

**State:** not planned yet

**Command:** \`true\` in \`.\`

### Expected outputs

- <code>dist&#47;a&#124;b&#46;txt</code>

### Acceptance criteria

- [ ] \`ac1\` \`@octo\` says &lt;b&gt;yes&lt;/b&gt; (checked by \`grep 'a b'\`)

### Plan

Not planned yet: \`orchastration plan create sample\`

### How to verify

\`\`\`sh
orchastration plan status sample
orchastration build run sample
orchastration doc generate sample --output -
\`\`\`

<!-- orchastration:issue task="sample" project="" -->
<!-- orchastration:end -->
`,
  });
  assertEquals(Object.keys(at.host.disk.tree(STATE)), []);
});

Deno.test("git issue create: neither values of secrets nor tokens of gh are sent or recorded", async () => {
  const env = {
    PATH: "/bin",
    HOME: "/home/ada",
    KEY: "hunter2",
    GH_TOKEN: "gho_abc",
    GITHUB_TOKEN: "ghp_def",
  };
  using at = machine(
    'secrets = ["KEY"]\nenv = { OTHER = "x" }\nacceptance = [{ id = "a", text = "say hunter2" }]',
    { env },
  );
  let got: Readonly<Record<string, string>> = {};
  at.github.before = (p) => {
    got = p.env;
    return undefined;
  };
  const said = await call(at.host, [...CREATE, "--json"]);
  assertEquals([said.code, got["GH_TOKEN"], got["GH_PROMPT_DISABLED"]], [0, "gho_abc", "1"]);
  assertStringIncludes(at.github.issues[0]!.body, "say \\*\\*\\*");
  const all = [
    ...Object.values(at.host.disk.tree(STATE)),
    said.stdout,
    said.stderr,
    JSON.stringify(at.github.issues),
  ];
  for (const value of ["hunter2", "gho_abc", "ghp_def"]) {
    assertEquals([value, all.filter((text) => text.includes(value))], [value, []]);
  }
});

Deno.test("git issue create: a secret in the name of the folder is masked", async () => {
  const env = { PATH: "/bin", HOME: "/home/ada", KEY: "hunter2" };
  using at = machine('secrets = ["KEY"]\nworking_dir = "for-hunter2"', { env });
  at.host.disk.makeFolder(`${PROJECT}/for-hunter2`);
  const said = await call(at.host, [...CREATE, "--dry-run"]);
  assertEquals([said.code, said.stdout.includes("in `for-***`"), said.stdout.includes("hunter2")], [
    0,
    true,
    false,
  ]);
});

Deno.test("git issue create: a project inside its repository has an issue of its own", async () => {
  using at = machine();
  assertEquals((await call(at.host, CREATE)).code, 0);
  at.host.disk.remove(TASK);
  at.repository.before = async (p, words) => {
    if (words[1] !== "--show-prefix") return undefined;
    await p.stdout("deep/in it/\n");
    return 0;
  };
  assertEquals((await call(at.host, CREATE)).code, 0);
  assertEquals(at.github.issues.length, 2);
  assertStringIncludes(at.github.issues[1]!.body, 'project="deep%2Fin%20it" -->');
});

Deno.test("git issue create: another repository than that of the linked issue is refused without --relink", async () => {
  using at = machine();
  assertEquals((await call(at.host, CREATE)).code, 0);
  assertEquals((await call(at.host, [...CREATE, "--repo", "octo/hello"])).code, 0);
  await expectCall(at.host, [...CREATE, "--repo", "octo/other"], {
    code: 65,
    stderr: 'error: Cannot create an issue for task "sample": its issue is in another repository: ' +
      "https://github.com/octo/hello/issues/1\n" +
      "  try: orchastration git issue create sample --repo octo/other --relink\n",
  });
  assertEquals(at.github.issues.length, 1);
});

Deno.test("git issue create: after a death at any change, a second call leaves one issue and its link", async () => {
  let github: FakeGitHub | undefined;
  let deaths = 0;
  await atEveryDeath(
    () => {
      const at = machine();
      github = at.github;
      return at.host;
    },
    (host) => call(host, CREATE),
    async (dead, diedAt) => {
      deaths++;
      // gh completes the work that it had begun when we died, unless it is ended before.
      const next = dead.reviveAfterDeath({ processes: "alive" });
      const said = await call(next, CREATE);
      assertEquals([diedAt, said.code], [diedAt, 0], said.stderr);
      assertEquals([diedAt, github!.issues.length], [diedAt, 1]);
      const links = readJson(next, TASK)["links"] as { issue: { number: number } };
      assertEquals(links.issue.number, 1);
    },
  );
  assert(deaths > 30, `${deaths}`);
});

Deno.test("git issue create: a gh that outlived its caller is stopped before issues are listed", async () => {
  using at = machine();
  const posting = Promise.withResolvers<void>();
  at.github.before = async (p) => {
    if (!p.args.includes("POST")) return undefined;
    posting.resolve();
    return await p.forever();
  };
  const doomed = at.host.another();
  const calling = call(doomed, CREATE);
  await posting.promise;
  doomed.die();
  await Promise.race([calling, doomed.died]);
  at.github.before = () => undefined;
  assertEquals(at.host.livingProcesses().length, 1);
  const begun = at.host.clock.monotonicMs();
  assertEquals((await call(at.host, CREATE)).code, 0);
  // It waited for requests that could still have been in transit.
  assertEquals(at.host.clock.monotonicMs() - begun, 10_000);
  assertEquals([at.host.livingProcesses(), at.github.issues.length], [[], 1]);
});

Deno.test("git issue create: Ctrl-C stops gh, and the effect is unknown", async () => {
  using at = machine();
  const { host, github } = at;
  const posting = Promise.withResolvers<void>();
  github.before = async (p) => {
    if (!p.args.includes("POST")) return undefined;
    posting.resolve();
    return await p.forever();
  };
  const calling = call(host, CREATE);
  await posting.promise;
  host.signal("SIGINT");
  assertEquals(await calling, {
    code: 130,
    stdout: "",
    stderr: "error: Cannot continue with a call of gh, which may or may not have been carried out: " +
      "received SIGINT\n",
  });
  assertEquals(host.livingProcesses(), []);
  const { status, tools } = readJson(host, LAST) as { status: string; tools: { effect: string }[] };
  assertEquals([status, tools.at(-1)!.effect], ["failed", "unknown"]);

  // The next call waits for requests that may still take effect, and can be stopped during that wait as well.
  github.before = () => undefined;
  const again = call(host, CREATE);
  while (host.processes.tools.length < 9) await host.clock.after(1).elapsed;
  host.signal("SIGTERM");
  assertEquals([(await again).code, github.issues], [143, []]);
  assertEquals((await call(host, CREATE)).code, 0);
  assertEquals(github.issues.length, 1);
});

Deno.test("git issue create: a label with a secret in it is refused before GitHub is asked", async () => {
  using at = machine('secrets = ["TOKEN"]', { env: { PATH: "/bin", HOME: "/home/ada", TOKEN: "hunter2" } });
  await expectCall(at.host, [...CREATE, "--label", "bug", "--label", "for-hunter2"], {
    code: 65,
    stderr:
      'error: Cannot create an issue for task "sample": the label for-*** contains the value of a secret, ' +
      "which GitHub would show\n  try: orchastration git issue create sample --label <another label>\n",
  });
  assertEquals(at.host.disk.exists(`${STATE}/runs/sample`), false);
});
