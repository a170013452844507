/** The place of a call's records: in the project, with the user, or where somebody chose. */

import { assertEquals } from "@std/assert";
import { slugOf } from "../../../src/store/project_folder.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import {
  call,
  expectCall,
  machineWith,
  PROJECT,
  readJson,
  STATE,
  STATE_WINDOWS,
  USER_STATE,
} from "../../support/cli.ts";

const JOB = '[jobs.work]\ncommand = ["work"]\n';
const RUN = "20261122T063449.123Z";
const ENV = { PATH: "/bin", HOME: "/home/ada" };

interface Given {
  readonly toml?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly argv?: readonly string[];
  readonly prepare?: (host: FakeHost) => void;
}

/** The state folder that contains the record of a run afterwards. */
function check(name: string, given: Given, expected: string): void {
  Deno.test(`state place: ${name}`, async () => {
    using host = machineWith(given.toml ?? JOB, {
      env: { ...ENV, ...given.env },
      ...(given.files === undefined ? {} : { files: given.files }),
      ...(given.cwd === undefined ? {} : { cwd: given.cwd }),
    });
    host.program("work", () => {});
    given.prepare?.(host);
    const said = await call(host, ["run", "work", "--quiet", ...given.argv ?? []]);
    assertEquals([said.code, said.stderr], [0, ""]);
    const records = Object.keys(host.disk.tree("/")).filter((path) => path.endsWith(`/${RUN}.json`));
    assertEquals(records, [`${expected}/runs/work/${RUN}.json`]);
  });
}

const digits = async (path: string) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(path))).toHex().slice(0, 8);

check("a project has its own", {}, STATE);
check(
  "in a folder below it, the same",
  { prepare: (host) => void (host.environment.cwd = `${PROJECT}/a/b`) },
  STATE,
);
check("its configuration named from elsewhere, the same", {
  argv: ["--config", `${PROJECT}/orchastration.toml`],
  prepare: (host) => void (host.environment.cwd = "/tmp"),
}, STATE);
check("through a link, the same", {
  argv: ["--config", "/link/orchastration.toml"],
  prepare: (host) => host.disk.link("/link", PROJECT),
}, STATE);
check("with another file name, the user's", {
  files: { "/etc/some.toml": JOB },
  argv: ["--config", "/etc/some.toml"],
}, USER_STATE);
check("the flag, as given, also within a project", { argv: ["--state-dir", "out"] }, `${PROJECT}/out`);
check("by the variable, as given", { env: { ORCHASTRATION_STATE_DIR: "/var/records" } }, "/var/records");
check("by an empty variable, as if it was not set", { env: { ORCHASTRATION_STATE_DIR: "" } }, STATE);
check("the flag wins over the variable, and both over the file", {
  toml: `${JOB}[state]\ndir = "/file"\n`,
  env: { ORCHASTRATION_STATE_DIR: "/variable" },
  argv: ["--state-dir", "/flag"],
}, "/flag");
check("the variable wins over the file", {
  toml: `${JOB}[state]\ndir = "/file"\n`,
  env: { ORCHASTRATION_STATE_DIR: "/variable" },
}, "/variable");
check("by the file, relative to the project root", {
  toml: `${JOB}[state]\ndir = ".orchastration/state"\n`,
  prepare: (host) => void (host.environment.cwd = `${PROJECT}/below`),
}, `${PROJECT}/.orchastration/state`);
check(
  "by the file, out of the project root",
  { toml: `${JOB}[state]\ndir = "../beside"\n` },
  "/home/ada/beside",
);
check("by a file with another name, relative to the current folder, which is the root then", {
  files: { "/etc/some.toml": `${JOB}[state]\ndir = "here"\n` },
  argv: ["--config", "/etc/some.toml"],
}, `${PROJECT}/here`);
check("without a home folder, by the file", {
  toml: `${JOB}[state]\ndir = ".state"\n`,
  env: { HOME: "" },
}, `${PROJECT}/.state`);

Deno.test("state place: two projects with the same name have separate folders, and do not see each other", async () => {
  using host = machineWith(JOB, { files: { "/srv/project/orchastration.toml": JOB } });
  host.program("work", () => {});
  const other = host.another({ cwd: "/srv/project" });
  assertEquals((await call(host, ["run", "work", "--quiet"])).code, 0);
  await expectCall(other, ["status"], { stdout: "work  never run\n" });
  assertEquals((await call(other, ["run", "work", "--quiet"])).code, 0);
  assertEquals(
    host.disk.list(`${USER_STATE}/projects`).toSorted(),
    [
      "project-6bfafd92",
      `project-${await digits("/srv/project")}`,
    ].toSorted(),
  );
});

Deno.test("state place: on Windows two projects with the same name have separate folders", async () => {
  using host = machineWith(JOB, { os: "windows" });
  host.program("work", () => {});
  assertEquals((await call(host, ["run", "work", "--quiet"])).code, 0);
  assertEquals(host.disk.exists(`${STATE_WINDOWS}\\runs\\work\\${RUN}.json`), true);
});

Deno.test("state place: a project whose digits are taken by another project uses more digits", async () => {
  using host = machineWith(JOB);
  host.program("work", () => {});
  const theirs = {
    format: 1,
    kind: "project",
    root: "/elsewhere/project",
    git: null,
    state_dir: null,
    last_used: "2026-11-22T00:00:00.000Z",
  };
  host.disk.write(`${STATE}/project.json`, JSON.stringify(theirs));
  assertEquals((await call(host, ["run", "work", "--quiet"])).code, 0);
  const folders = host.disk.list(`${USER_STATE}/projects`);
  assertEquals(folders.map((name) => [name.length, name.startsWith("project-6bfafd92")]), [[16, true], [
    24,
    true,
  ]]);
  assertEquals(host.disk.exists(`${USER_STATE}/projects/${folders[1]}/runs/work/${RUN}.json`), true);
});

Deno.test("state place: with an unreadable configuration, its last known folder is used", async () => {
  using host = machineWith(`${JOB}[state]\ndir = "/records"\n`);
  host.program("work", () => {});
  assertEquals((await call(host, ["run", "work", "--quiet"])).code, 0);
  host.disk.write(`${PROJECT}/orchastration.toml`, "nonsense");
  assertEquals((await call(host, ["runs", "list", "--json"])).stdout.includes(`"id": "work/${RUN}"`), true);
});

for (const [below, reason] of [["", "it is there, and is not a folder"], ["/below", undefined]] as const) {
  Deno.test(`state place: a file${below} is one clear error, for every command, and nothing is changed`, async () => {
    using host = machineWith(
      `${JOB}[tasks.site]\ncommand = ["work"]\nacceptance = [{ id = "ok", text = "good" }]\n[state]\ndir = "file${below}"\n`,
    );
    host.program("work", () => {});
    host.disk.write(`${PROJECT}/file`, "mine");
    const before = host.disk.tree(PROJECT);
    const why = reason ?? "a part of the path is not a directory";
    const expected = {
      code: 74,
      stderr: `error: Cannot keep records in "${PROJECT}/file${below}": ${why}\n` +
        "  the path comes from [state] dir\n" +
        "  try: name a folder there, or another place with --state-dir <path>\n",
    };
    for (
      const line of [
        "run work",
        "status",
        "status --everywhere",
        "runs list",
        "runs list --everywhere",
        "runs show work",
        "runs prune --keep 1",
        "runs prune --orphaned",
        "runs adopt /elsewhere",
        "recover",
        "logs work",
        "plan list",
        "plan status site",
        "plan create site",
        "plan accept site ok",
        "build run site",
        "config path --state",
      ]
    ) {
      await expectCall(host, line.split(" "), expected);
    }
    assertEquals(host.disk.tree(PROJECT), before);
    const doctor = await call(host, ["doctor"]);
    const fact =
      `problem  state: ${PROJECT}/file${below} ([state] dir) is not a folder, nor can one be made there\n`;
    assertEquals([doctor.code, doctor.stdout.includes(fact), doctor.stdout.includes("records")], [
      1,
      true,
      false,
    ]);
    assertEquals(
      (await call(host, ["config", "show"])).stdout.includes(`${PROJECT}/file${below} ([state] dir)`),
      true,
    );
    assertEquals((await call(host, ["list"])).code, 0);
    // Another place can be chosen, and then the file disturbs nobody.
    assertEquals((await call(host, ["run", "work", "--quiet", "--state-dir", "/a"])).code, 0);
    assertEquals(
      (await call(host, ["runs", "list", "--state-dir", `${PROJECT}/file`])).stderr.split("\n")[1],
      "  the path comes from --state-dir",
    );
  });
}

const slugs = {
  "project": "project",
  "My Project": "my-project",
  "a\nb": "a-b",
  "Проект": "project",
  "con.txt": "con-txt",
  ".dotfiles": "dotfiles",
  "-rf": "rf",
  "under_score": "under_score",
  [`${"x".repeat(200)}`]: "x".repeat(32),
  [`${"x".repeat(31)}-y`]: "x".repeat(31),
  "": "project",
};
for (const [name, slug] of Object.entries(slugs)) {
  Deno.test(`slug: for ${JSON.stringify(name)}`, () => assertEquals(slugOf(name), slug));
}

Deno.test("records and locks have the name of their project, or no name without a project", async () => {
  using host = machineWith(
    '[jobs.work]\ncommand = ["work"]\nconcurrency = "refuse"\n[tasks.t]\ncommand = ["work"]\n',
  );
  host.program("work", () => {});
  assertEquals((await call(host, ["run", "work", "--quiet"])).code, 0);
  assertEquals((await call(host, ["build", "run", "t", "--plan", "--quiet"])).code, 0);
  const task = readJson(host, `${STATE}/tasks/t.json`);
  assertEquals([
    readJson(host, `${STATE}/runs/work/last.json`)["project"],
    task["project"],
    task["config_path"],
  ], [
    PROJECT,
    PROJECT,
    `${PROJECT}/orchastration.toml`,
  ]);
  const note = JSON.parse(host.disk.read(`${STATE}/locks/job-work.lock`)!);
  assertEquals([note.project, note.run], [PROJECT, `work/${RUN}`]);
  host.disk.write("/etc/some.toml", JOB);
  assertEquals(
    (await call(host.another(), ["run", "work", "--quiet", "--config", "/etc/some.toml"])).code,
    0,
  );
  assertEquals(readJson(host, `${USER_STATE}/runs/work/last.json`)["project"], null);
});

const TASK = '[tasks.site]\ncommand = ["work"]\n';

Deno.test("shared place: a task of another configuration is refused as long as that is there, and nothing is changed", async () => {
  using host = machineWith(TASK, {
    env: { ...ENV, ORCHASTRATION_STATE_DIR: "/shared" },
    files: { "/srv/b/orchastration.toml": TASK },
  });
  host.program("work", () => {});
  assertEquals((await call(host, ["plan", "create", "site"])).code, 0);
  const there = host.another({ cwd: "/srv/b" });
  const before = host.disk.tree("/shared/tasks");
  for (const argv of [["plan", "create", "site"], ["build", "run", "site", "--plan"]]) {
    await expectCall(there, argv, {
      code: 65,
      stderr: 'error: Cannot work on task "site": its record in /shared was made by another configuration, ' +
        `${PROJECT}/orchastration.toml\n` +
        "  try: another name for the task, or records of its own with --state-dir <path>\n",
    });
  }
  assertEquals(host.disk.tree("/shared/tasks"), before);
  host.disk.remove(`${PROJECT}/orchastration.toml`);
  assertEquals((await call(there, ["plan", "create", "site", "--force"])).code, 0);
  assertEquals(readJson(host, "/shared/tasks/site.json")["config_path"], "/srv/b/orchastration.toml");
});

Deno.test("own place: a project that was moved with its records continues with its tasks", async () => {
  const toml = `${TASK}[state]\ndir = ".state"\n`;
  using host = machineWith(toml);
  host.program("work", () => {});
  assertEquals((await call(host, ["plan", "create", "site"])).code, 0);
  host.files.makeFolders("/srv");
  host.files.rename(PROJECT, "/srv/moved");
  host.disk.makeFolder(PROJECT);
  host.disk.write(`${PROJECT}/orchastration.toml`, toml);
  const moved = host.another({ cwd: "/srv/moved" });
  assertEquals((await call(moved, ["build", "run", "site", "--quiet"])).code, 0);
});
