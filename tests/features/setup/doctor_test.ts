/** `doctor`: one line for each check, the advice, and an exit code; no file is left behind. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, STATE } from "../../support/cli.ts";
import type { RunningProgram } from "../../support/fake_process.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const TOML = `
[jobs.sample]
command = ["sample"]
[tasks.site]
command = ["sample"]
acceptance = [{ id = "ac1", text = "it is good", check = ["sample"] }]
`;

/** A machine without problems. */
function healthy(toml: string | undefined = TOML): FakeHost {
  const host = machineWith(toml);
  host.program("sample", () => {});
  host.program("git", (p) => p.stdout("git version 2.43.0\n"));
  host.program("gh", (p) => p.stdout(p.args[0] === "auth" ? "Logged in\n" : "gh version 2.60.0\nmore\n"));
  return host;
}

const WELL = `ok       program: orchastration 0.1.0 (deno 2.9.6, x86_64-linux), not compiled
ok       configuration: ${PROJECT}/orchastration.toml is valid
ok       commands: the program of every job and task was found
ok       processes: processes can be listed
ok       git: git version 2.43.0
ok       git facts: ${PROJECT} is in no git repository, so runs do not record a commit
ok       gh: gh version 2.60.0
ok       gh login: gh is logged in
ok       state: ${STATE} can be made
ok       log: /home/ada/.cache/orchastration/orchastration.log can be made
ok       records: 0 runs are recorded, none damaged
ok       locks: none is held
ok       clock: it shows 2026-11-22T06:34:49.123Z
`;

Deno.test("doctor: where all is well, every line is ok, and nothing has changed", async () => {
  using host = healthy();
  const before = host.disk.tree("/home/ada");
  const { code, stdout, stderr } = await call(host, ["doctor"]);
  const lines = stdout.split("\n").filter((line) => !line.includes(" disk: "));
  assertEquals([code, lines.join("\n"), stderr], [0, WELL, ""]);
  assertEquals(host.disk.tree("/home/ada"), before);
});

Deno.test("doctor: free space is shown in a readable unit", async () => {
  for (const [bytes, words] of [[600 * 2 ** 20, "600 MiB"], [70.5 * 2 ** 30, "70 GiB"]] as const) {
    using host = healthy();
    host.faults.diskBytesLeft = bytes;
    const { stdout } = await call(host, ["doctor"]);
    assert(stdout.includes(`\nok       disk: ${words} are free where the state is\n`), stdout);
  }
});

/** The lines of `doctor` that are not ok, and its exit code, on a healthy machine with one problem. */
function finds(
  name: string,
  wrong: (host: FakeHost) => void | Promise<void>,
  code: number,
  expected: string,
  toml: string = TOML,
): void {
  Deno.test(`doctor: ${name}`, async () => {
    using host = healthy(toml);
    await wrong(host);
    const said = await call(host, ["doctor"]);
    const lines = said.stdout.split(/\n(?=\S)/).filter((line) => !line.startsWith("ok"));
    assertEquals([said.code, lines.map((line) => line.trimEnd()).join("\n")], [code, expected]);
  });
}

finds(
  "no configuration is no problem, only the beginning",
  (host) => host.disk.remove(`${PROJECT}/orchastration.toml`),
  0,
  "warning  configuration: none was found\n         try: orchastration init",
);
finds(
  "a configuration with problems",
  () => {},
  1,
  `problem  configuration: Cannot use configuration "${PROJECT}/orchastration.toml": 1 problem, nothing was run\n` +
    "         try: orchastration config check",
  "[jobs.a]",
);
finds(
  "a configuration that cannot be read",
  (host) => host.disk.setAccess(`${PROJECT}/orchastration.toml`, { readable: false }),
  1,
  `problem  configuration: Cannot read configuration "${PROJECT}/orchastration.toml": permission denied\n` +
    "         try: repair it, or name another file with --config <path>",
);
finds(
  "programs and folders that are not there",
  () => {},
  1,
  `problem  job a: no program "missing" in the folders of PATH
         try: install it, or add its folder to PATH
warning  job b: ${PROJECT}/dist/made does not exist
         try: build it before this is run
problem  job c: working_dir ${PROJECT}/web: no such file or directory
         try: make the folder, or change working_dir
problem  check ac1 of task t: no program "missing" in the folders of PATH
         try: install it, or add its folder to PATH`,
  `[jobs.a]
command = ["missing"]
[jobs.b]
command = ["dist/made"]
[jobs.c]
command = ["sample"]
working_dir = "web"
[tasks.t]
command = ["sample"]
acceptance = [{ id = "ac1", text = "x", check = ["missing"] }]
`,
);
Deno.test("doctor: a system whose processes cannot be listed is reported", async () => {
  using host = machineWith(undefined, { listsProcesses: false });
  const { code, stdout } = await call(host, ["doctor"]);
  const line =
    "warning  processes: processes cannot be listed: only the process group of a run is ended, and processes that left it may stay alive\n" +
    "         try: mount /proc\n";
  assert(stdout.includes(line), stdout);
  assertEquals(code, 0);
});
finds(
  "a state folder that cannot be written",
  (host) => {
    host.disk.makeFolder(STATE);
    host.faults.failWhen({
      op: "createNew",
      path: /project-6bfafd92\/\.orchastration-/,
      problem: "read_only",
    });
  },
  1,
  `problem  state: ${STATE} cannot be written: the file system is read-only
         try: fix the permissions, or choose another folder with --state-dir <path>`,
);
const LOG = "/home/ada/.cache/orchastration/orchastration.log";
for (
  const [what, put, reason] of [
    ["a folder", (host: FakeHost) => host.disk.makeFolder(LOG), "it is a directory"],
    ["a pipe or device", (host: FakeHost) => host.disk.special(LOG), "it is not a plain file"],
    ["a loop of links", (host: FakeHost) => host.disk.link(LOG, LOG), "too many symbolic links"],
    [
      "a link that leads nowhere",
      (host: FakeHost) => host.disk.link(LOG, "/nowhere/log"),
      "it is a broken link",
    ],
    [
      "of somebody else",
      (host: FakeHost) => host.disk.write(LOG, "", { writable: false }),
      "permission denied",
    ],
  ] as const
) {
  finds(
    `a log file that is ${what}`,
    (host) => void put(host),
    1,
    `problem  log: ${LOG} cannot be written: ${reason}\n         try: move it away, or repair it`,
  );
}
finds(
  "a log file on a full disk",
  (host) => {
    host.disk.makeFolder(STATE);
    const path = /\/\.cache\/orchastration\/\.orchastration-/;
    host.faults.failWhen({ op: "write", path, problem: "no_space" });
  },
  1,
  `problem  log: ${LOG} cannot be written: no space left on the device\n         try: fix the permissions`,
);
finds(
  "a full disk",
  (host) => void (host.faults.diskBytesLeft = 1024),
  1,
  "problem  disk: 0 MiB are free where the state is\n" +
    "         try: orchastration runs prune --keep 10, or free some space in another way",
);
finds(
  "a damaged record",
  async (host) => {
    await call(host, ["run", "sample"]);
    host.disk.write(`${STATE}/runs/sample/20261122T063449.123Z.json`, "{");
  },
  1,
  `problem  records: ${STATE}/runs/sample/20261122T063449.123Z.json is damaged: it is not JSON
         try: move the file away`,
);
finds(
  "the record of a run, and of a task, that newer and broken programs wrote",
  async (host) => {
    await call(host, ["run", "sample"]);
    host.disk.write(`${STATE}/runs/sample/20261122T063449.123Z.json`, '{"format": 9}');
    host.disk.write(`${STATE}/tasks/site.json`, "{");
  },
  1,
  `problem  records: ${STATE}/runs/sample/20261122T063449.123Z.json cannot be read: it has format 9, and this program reads formats up to 1
         try: use the Orchastration that wrote it, or a newer one
problem  records: ${STATE}/tasks/site.json is damaged: it is not JSON
         try: move the file away`,
);
finds(
  "a folder of runs that may not be read",
  async (host) => {
    await call(host, ["run", "sample"]);
    host.disk.setAccess(`${STATE}/runs/sample`, { readable: false });
  },
  1,
  `problem  records: ${STATE}/runs/sample cannot be read: permission denied\n         try: fix the permissions`,
);
finds(
  "a file in the place of the folder of runs",
  (host) => void host.disk.write(`${STATE}/runs`, ""),
  1,
  `problem  records: ${STATE}/runs cannot be read: a part of the path is not a directory\n         try: move what is in the way`,
);
finds(
  "a clock that was set back",
  async (host) => {
    await call(host, ["run", "sample"]);
    host.clock.setBack(3_600_000);
  },
  1,
  "problem  clock: it shows 2026-11-22T05:34:49.123Z, and a run is recorded for 2026-11-22T06:34:49.123Z\n" +
    "         try: set the clock",
);
finds(
  "git that fails, and gh that is not logged in",
  (host) => {
    host.program("git", async (p) => {
      await p.stderr("git: broken\n");
      return 1;
    });
    host.program("gh", (p) => p.args[0] === "auth" ? 1 : 0);
  },
  1,
  "problem  git: git: broken\n         try: run git --version\n" +
    "warning  gh login: gh is not logged in: issues cannot be created\n         try: gh auth login",
);
finds(
  "gh that does not answer",
  (host) => void host.program("gh", (p) => p.args[0] === "auth" ? p.forever() : undefined),
  0,
  "warning  gh login: gh did not answer in time\n         try: gh auth login",
);

/** git in the folder of the project, which answers a question about it like this. */
function gitThat(host: FakeHost, answer: (p: RunningProgram) => Promise<number>): void {
  host.disk.makeFolder(`${PROJECT}/.git`);
  host.program("git", async (p) => {
    if (p.args[0] !== "--version") return await answer(p);
    await p.stdout("git version 2.43.0\n");
    return 0;
  });
}

const saying = (text: string) => async (p: RunningProgram) => {
  await p.stderr(text);
  return 128;
};

finds(
  "a repository that git does not trust",
  (host) =>
    gitThat(host, saying(`fatal: detected dubious ownership in repository at '${PROJECT}'\nTo add…\n`)),
  0,
  `warning  git facts: the repository at ${PROJECT} belongs to another user and git does not trust it, ` +
    "so runs do not record a commit\n" +
    `         try: git config --global --add safe.directory ${PROJECT}`,
);
finds(
  "a repository that git cannot read",
  (host) => gitThat(host, saying("fatal: bad object HEAD\n")),
  0,
  "warning  git facts: git says: bad object HEAD; so runs do not record a commit\n         try: git status",
);
finds(
  "a repository that git takes too long for",
  (host) => gitThat(host, async (p) => await p.forever()),
  0,
  "warning  git facts: git status takes longer than 500 ms, so runs do not record a commit\n" +
    "         try: git config core.untrackedCache true",
);

Deno.test("doctor: the commit of a repository is shown, or that there is no commit yet", async () => {
  for (
    const [oid, fact] of [
      ["1".repeat(40), "runs record commit, branch and changes"],
      ["(initial)", "the repository has no commit yet, so runs do not record a commit"],
    ] as const
  ) {
    using host = healthy();
    gitThat(host, async (p) => {
      await p.stdout(`# branch.oid ${oid}\0# branch.head main\0`);
      return 0;
    });
    const said = await call(host, ["doctor"]);
    assert(said.stdout.includes(`ok       git facts: ${fact}\n`), said.stdout);
  }
});

Deno.test("doctor: git and gh are not needed to run jobs", async () => {
  using host = machineWith(TOML);
  host.program("sample", () => {});
  const said = await call(host, ["doctor"]);
  assertEquals(said.code, 0);
  assert(said.stdout.includes("warning  git: it was not found: runs do not record a commit\n"), said.stdout);
  assert(said.stdout.includes("warning  gh: it was not found: issues cannot be created\n"), said.stdout);
});

Deno.test("doctor: an interrupted run can be recovered, a running run holds its lock", async () => {
  using host = healthy();
  const started = Promise.withResolvers<void>();
  host.program("sample", (p) => {
    started.resolve();
    return p.forever();
  });
  const doomed = host.another();
  const died = call(doomed, ["run", "sample"]);
  await started.promise;
  using other = host.another();
  const during = await call(other, ["doctor"]);
  assert(during.stdout.includes("ok       locks: held by sample/20261122T063449.123Z\n"), during.stdout);
  doomed.die();
  await Promise.race([died, doomed.died]);
  using next = host.another();
  const said = await call(next, ["doctor"]);
  assertEquals(said.code, 0);
  const line =
    "warning  records: 1 run is interrupted and not recovered\n         try: orchastration recover\n";
  assert(said.stdout.includes(line), said.stdout);
});

Deno.test("doctor --json: the findings are printed as data", async () => {
  using host = healthy("[jobs.a]");
  const said = await call(host, ["doctor", "--json"]);
  const { findings, ...rest } = JSON.parse(said.stdout);
  assertEquals([said.code, rest], [1, { format: 1, kind: "doctor", problems: 1 }]);
  assertEquals(findings[3], {
    subject: "git",
    status: "ok",
    fact: "git version 2.43.0",
    next: null,
  });
});

Deno.test("doctor: without a home the missing places are named", async () => {
  using host = healthy();
  host.environment.set("HOME", undefined);
  const said = await call(host, ["doctor"]);
  assertEquals([said.code, said.stdout.match(/^problem {2}(\w+): no place is known/gm)?.length], [1, 2]);
});
