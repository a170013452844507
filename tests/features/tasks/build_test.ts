/** `build run`: a task by its plan, its outputs, and their later state. */

import { assert, assertEquals } from "@std/assert";
import {
  call,
  expectCall,
  logOf,
  machineWith,
  PROJECT,
  readJson,
  STATE,
  withoutLog,
} from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import type { Script } from "../../support/fake_process.ts";

const PLAN = "site/20261122T063449.123Z";
const BUILD = "site/20261122T063450.123Z";
const TASK = `${STATE}/tasks/site.json`;

async function quiet(host: FakeHost, ...argv: readonly string[]) {
  const said = await call(host, [...argv.slice(0, 2), "--log-level", "error", ...argv.slice(2)]);
  return { ...said, stdout: withoutLog(said.stdout) };
}

/** A machine with a task that was planned a second ago. */
async function planned(keys: string, script: Script): Promise<FakeHost> {
  const host = machineWith(`[tasks.site]\ncommand = ["make", "site"]\n${keys}\n`);
  host.program("make", script);
  await quiet(host, "plan", "create", "site");
  host.clock.pass(1000);
  return host;
}

/** Builds, and returns the output, the run and the task. */
async function build(host: FakeHost, ...more: readonly string[]) {
  const said = await quiet(host.another(), "build", "run", "site", ...more);
  const task = readJson(host, TASK);
  const id = (task["last_build"] as { run: string }).run;
  const run = readJson(host, `${STATE}/runs/${id}.json`);
  const status = await call(host.another(), ["plan", "status", "site", "--json"]);
  return { said, task, run, view: JSON.parse(status.stdout), at: id };
}

Deno.test("a build shows live output, its plan, its outputs and the status of the task", async () => {
  using host = await planned('outputs = ["dist/index.html", "log.txt"]', async (p) => {
    await p.stdout("one\n");
    await p.stderr("two\n");
    await p.sleep(40);
    p.writeFile("dist/index.html", "<p>\n");
    p.writeFile("log.txt", "made\n");
  });
  const said = await call(host, ["build", "run", "site", "--log-level", "debug", "--log-format", "pretty"]);
  const plan = readJson(host, TASK)["plan"] as Record<string, string>;
  assertEquals(said, {
    code: 0,
    stdout: `run recorded  run=${BUILD}  task=site\nstarted    ${BUILD}\none\n` +
      `attempt finished  run=${BUILD}  task=site  attempt=1  status=succeeded\n` +
      `outputs and checks recorded  run=${BUILD}  task=site\nsucceeded  ${BUILD}  40ms\n` +
      "task done  site  the build succeeded and both outputs are present\n",
    stderr: "two\n  next: orchastration doc generate site\n",
  });
  const run = readJson(host, `${STATE}/runs/${BUILD}.json`);
  const file = (path: string, bytes: number, sha256: string) => ({
    path,
    present: true,
    type: "file",
    bytes,
    sha256,
    modified_at: "2026-11-22T06:34:50.163Z",
    declared: path,
    change: "created",
  });
  const outputs = [
    file("dist/index.html", 4, "f0a7bdc758e7fb65677be011d2768bc62a565abe96b96af63e19b0e13055bd10"),
    file("log.txt", 5, "9ccbd3f1b19a1cdfd8d7c6ae48e9e822e2345f5be1a6187b19e41486c6941004"),
  ];
  assertEquals(
    ["action", "subject", "status", "reason", "outputs", "checks", "plan", "documents"].map((key) =>
      run[key]
    ),
    [
      "build.run",
      "task",
      "succeeded",
      "exited with status 0",
      outputs,
      [],
      { run: PLAN, sha256: plan["sha256"] },
      [],
    ],
  );
  assertEquals(run["definition"], readJson(host, `${STATE}/runs/${PLAN}.json`)["definition"]);
  const { status, reason, last_run, last_build, plan: link } = readJson(host, TASK);
  assertEquals({ status, reason, last_run, last_build, link }, {
    status: "done",
    reason: "the build succeeded and both outputs are present",
    last_run: BUILD,
    last_build: { run: BUILD, status: "succeeded", exit_code: 0, end_time: "2026-11-22T06:34:50.163Z" },
    link: plan,
  });
  assertEquals([host.livingProcesses(), host.signals.handlers, host.disk.openFiles(STATE)], [[], 0, []]);
});

Deno.test("during a build the task is in progress, on disk before there is a process", async () => {
  let seen: unknown;
  using host = await planned("", async (p) => {
    const { status, reason, last_build } = readJson(host, TASK);
    seen = { status, reason, last_build };
    await p.sleep(1000);
  });
  const building = quiet(host, "build", "run", "site");
  await host.whenListening();
  await host.clock.advance(500);
  assertEquals(seen, {
    status: "in_progress",
    reason: `being built in ${BUILD}`,
    last_build: { run: BUILD, status: "running", exit_code: null, end_time: null },
  });
  const watched = await quiet(host.another(), "plan", "status", "site");
  assertEquals(watched.stdout.split("\n").filter((line) => /^(?:status|build|next)/.test(line)), [
    `status   in progress: being built in ${BUILD}`,
    `build    ${BUILD}: process 1000 is running`,
    `next: orchastration logs ${BUILD} --follow`,
  ]);
  await building;
  const steps = host.operations.map(({ name, paths }) => `${name} ${paths.at(-1)}`);
  const spawnAt = steps.indexOf("spawn /bin/make");
  const noted = steps.lastIndexOf(`rename ${TASK}`, spawnAt);
  assert(noted > 0 && steps.slice(noted, spawnAt).includes(`syncFolder ${STATE}/tasks`));
});

Deno.test("a build without a plan is refused, and --plan makes a plan only if it is needed", async () => {
  using host = machineWith('[tasks.site]\ncommand = ["make"]\n');
  host.program("make", () => {});
  await expectCall(host, ["build", "run", "site"], {
    code: 65,
    stderr: 'error: Cannot build task "site": it has no plan\n' +
      "  try: orchastration plan create site, or orchastration build run site --plan\n",
  });
  assertEquals([host.spawned.length, host.disk.exists(`${STATE}/runs`)], [0, false]);
  const done = "site is done: the build succeeded\n  next: orchastration doc generate site\n";
  assertEquals(await quiet(host.another(), "build", "run", "site", "--plan"), {
    code: 0,
    stdout: "",
    stderr: done,
  });
  host.clock.pass(1000);
  assertEquals(await quiet(host.another(), "build", "run", "site", "--plan"), {
    code: 0,
    stdout: "",
    stderr: done,
  });
  const actions = host.disk.list(`${STATE}/runs/site`).filter((name) => name.endsWith("Z.json"))
    .map((name) => readJson(host, `${STATE}/runs/site/${name}`)["action"]);
  assertEquals(actions, ["plan.create", "build.run", "build.run"]);
});

Deno.test("a definition that drifted is refused with the difference; put back, it is built by the old plan", async () => {
  using host = await planned("timeout_seconds = 10", () => {});
  const path = `${PROJECT}/orchastration.toml`;
  const config = host.disk.read(path)!;
  host.disk.write(
    path,
    config.replace('"site"]', '"all", "-j4"]').replace("= 10", "= 12.5") + 'needs = []\nenv = { A = "1" }\n',
  );
  const before = host.disk.tree(`${STATE}/runs`);
  assertEquals(await quiet(host.another(), "build", "run", "site"), {
    code: 65,
    stdout: "",
    stderr: 'error: Cannot build task "site": its definition changed since it was planned\n' +
      `  planned in ${PLAN}\n` +
      '  command:\n    - ["make","site"]\n    + ["make","all","-j4"]\n' +
      '  env.A:\n    - (nothing)\n    + "1"\n' +
      "  timeout_ms:\n    - 10000\n    + 12500\n" +
      "  try: orchastration plan create site, or restore the planned definition\n",
  });
  assertEquals(host.disk.tree(`${STATE}/runs`), before);
  const json = await call(host.another(), ["build", "run", "site", "--json"]);
  const { code, exit_code, notes } = JSON.parse(json.stdout);
  assertEquals([json.code, code, exit_code, notes.length], [65, "definition_drifted", 65, 10]);
  host.disk.write(path, `# A comment is no part of the definition.\n${config}`);
  assertEquals((await build(host)).said.code, 0);
});

Deno.test("arguments after -- are passed on and recorded as a deviation; the plan stays as it is", async () => {
  let got: readonly string[] = [];
  using host = await planned("", (p) => void (got = p.args));
  const { run, view } = await build(host, "--", "--fast", "a b");
  assertEquals(got, ["site", "--fast", "a b"]);
  const intent = run["intent"] as Record<string, unknown>;
  assertEquals([intent["command"], intent["extra_args"]], [["make", "site", "--fast", "a b"], [
    "--fast",
    "a b",
  ]]);
  assertEquals([view.status, view.stale, view.last_build.extra_args], ["done", [], ["--fast", "a b"]]);
  const shown = await quiet(host.another(), "plan", "status", "site");
  assert(shown.stdout.includes("deviation  built with further arguments: --fast 'a b'\n"), shown.stdout);

  await expectCall(host.another(), ["build", "run", "site", "fast", "--", "x"], {
    code: 64,
    stderr: 'error: Cannot understand "fast": arguments for the task come after --\n' +
      "  try: orchastration build run site -- fast x\n",
  });
  await expectCall(host.another(), ["build", "run", "site", "--", "a\0b"], {
    code: 64,
    stderr:
      'error: Cannot pass on the argument "a\\u0000b": it contains a NUL byte, which cannot be passed to a program\n' +
      "  try: orchastration build run site -- <arguments>\n",
  });
});

interface Ending {
  readonly keys?: string;
  readonly make: Script;
  readonly furnish?: (host: FakeHost) => void;
  readonly code: number;
  /** The output at the end, up to the path of the log. */
  readonly stderr: string;
  readonly status: string;
  readonly reason: string;
  /** Output by output: path, type, present. */
  readonly outputs?: readonly (readonly [string, string, boolean])[];
}

const endings: Readonly<Record<string, Ending>> = {
  "its own exit status": {
    make: () => 3,
    code: 3,
    stderr: 'error: task "site" failed with exit status 3 after 0ms\n',
    status: "failed",
    reason: "the build exited with status 3",
  },
  "a status that counts as success": {
    keys: "success_exit_codes = [0, 3]",
    make: () => 3,
    code: 0,
    stderr: "site is done: the build succeeded\n  next: orchastration doc generate site\n",
    status: "done",
    reason: "the build succeeded",
  },
  "exit 0 without its output": {
    keys: 'outputs = ["dist/a.txt"]',
    make: () => {},
    code: 1,
    stderr:
      'error: task "site" failed after 0ms: it exited with status 0, but its output is missing: dist/a.txt\n',
    status: "failed",
    reason: "the build exited with status 0, but its output is missing: dist/a.txt",
    outputs: [["dist/a.txt", "missing", false]],
  },
  "a success of another number without its output": {
    keys: 'outputs = ["a"]\nsuccess_exit_codes = [3]',
    make: () => 3,
    code: 3,
    stderr: 'error: task "site" failed after 0ms: it exited with status 3, but its output is missing: a\n',
    status: "failed",
    reason: "the build exited with status 3, but its output is missing: a",
    outputs: [["a", "missing", false]],
  },
  "outputs that exist, are missing, outside, unreadable or not a file": {
    keys: 'outputs = ["a", "b", "out", "folder", "locked", "pipe", "closed/x"]',
    furnish(host) {
      host.disk.write("/etc/secret", "not ours");
      host.disk.link(`${PROJECT}/out`, "/etc/secret");
      host.disk.link(`${PROJECT}/folder`, "/etc");
      host.disk.write(`${PROJECT}/locked`, "x", { readable: false });
      host.disk.special(`${PROJECT}/pipe`);
      host.disk.write(`${PROJECT}/closed/x`, "x");
      host.disk.setAccess(`${PROJECT}/closed`, { readable: false });
    },
    make: (p) => p.writeFile("a", "made"),
    code: 1,
    stderr:
      'error: task "site" failed after 0ms: it exited with status 0, but 6 of 7 outputs are missing: b, ' +
      "out (a link that leaves working_dir), folder (a link that leaves working_dir), " +
      "locked (it exists but cannot be read), pipe (it is neither a file nor a folder), " +
      "closed/x (it exists but cannot be read)\n",
    status: "failed",
    reason: "the build exited with status 0, but 6 of 7 outputs are missing: b, " +
      "out (a link that leaves working_dir), folder (a link that leaves working_dir), " +
      "locked (it exists but cannot be read), pipe (it is neither a file nor a folder), " +
      "closed/x (it exists but cannot be read)",
    outputs: [
      ["a", "file", true],
      ["b", "missing", false],
      ["out", "outside", false],
      ["folder", "outside", false],
      ["locked", "unreadable", false],
      ["pipe", "unreadable", false],
      ["closed/x", "unreadable", false],
    ],
  },
  "globs, each file once, in order, and a path that looks like a glob": {
    keys: 'outputs = ["dist/**/*.js", "dist/b.js", "[x].txt", "*.{md,txt}", "./dist/", "none/*"]',
    make(p) {
      for (
        const path of [
          "dist/b.js",
          "dist/a.js",
          "dist/deep/er/c.js",
          "dist/d.css",
          "[x].txt",
          "r.md",
          "x.txt",
        ]
      ) {
        p.writeFile(path, path);
      }
    },
    code: 1,
    stderr:
      'error: task "site" failed after 0ms: it exited with status 0, but 1 of 8 outputs is missing: none/*\n',
    status: "failed",
    reason: "the build exited with status 0, but 1 of 8 outputs is missing: none/*",
    outputs: [
      ["dist/a.js", "file", true],
      ["dist/b.js", "file", true],
      ["dist/deep/er/c.js", "file", true],
      ["[x].txt", "file", true],
      ["r.md", "file", true],
      ["x.txt", "file", true],
      ["dist", "directory", true],
      ["none/*", "missing", false],
    ],
  },
  "a signal that we did not send": {
    keys: 'outputs = ["a"]',
    make: (p) => p.crash("SIGSEGV"),
    code: 139,
    stderr: 'error: task "site" was ended by SIGSEGV after 0ms, which Orchastration did not send\n',
    status: "failed",
    reason: "the build was ended by SIGSEGV, which Orchastration did not send",
    outputs: [["a", "missing", false]],
  },
  "its timeout, with the existing outputs": {
    keys: 'timeout_seconds = 2\nkill_grace_seconds = 1\noutputs = ["a"]',
    async make(p) {
      p.ignore("SIGTERM");
      p.writeFile("a", "half");
      await p.forever();
    },
    code: 124,
    stderr: 'error: task "site" timed out after 3.0s; it was ended by SIGKILL\n',
    status: "failed",
    reason: "the build timed out after 2.0s, then ended by SIGKILL",
    outputs: [["a", "file", true]],
  },
};

for (const [name, ending] of Object.entries(endings)) {
  Deno.test(`a build ends: ${name}`, async () => {
    using host = await planned(ending.keys ?? "", ending.make);
    ending.furnish?.(host);
    const { said, task, run, view } = await build(host);
    const log = ending.status === "done" ? "" : `  log: orchastration logs ${BUILD}\n`;
    assertEquals(said, { code: ending.code, stdout: "", stderr: ending.stderr + log });
    assertEquals([task["status"], task["reason"]], [ending.status, ending.reason]);
    assertEquals([view.status, view.reason], [ending.status, ending.reason]);
    const outputs = run["outputs"] as { path: string; type: string; present: boolean }[];
    assertEquals(
      outputs.map(({ path, type, present }) => [path, type, present]),
      (ending.outputs ?? []).map((each) => [...each]),
    );
    assertEquals(host.livingProcesses(), []);
  });
}

for (
  const [what, program, code, cause, detail] of [
    [
      "a program that is not there",
      undefined,
      127,
      "program_not_found",
      "make: not found in any folder of PATH",
    ],
    [
      "a working_dir that has gone",
      "make",
      126,
      "working_dir_missing",
      `working_dir ${PROJECT}/web: no such file or directory`,
    ],
  ] as const
) {
  Deno.test(`${what}: the run is not_started, and the task has failed`, async () => {
    using host = machineWith('[tasks.site]\ncommand = ["make"]\nworking_dir = "web"\noutputs = ["a"]\n');
    host.disk.makeFolder(`${PROJECT}/web`);
    if (program !== undefined) host.program(program, () => {});
    await quiet(host, "plan", "create", "site");
    if (program !== undefined) host.disk.remove(`${PROJECT}/web`);
    host.clock.pass(1000);
    const { said, task, run, view } = await build(host);
    const reason = String(run["reason"]);
    assertEquals([said.code, said.stdout, run["status"], run["not_started_cause"]], [
      code,
      "",
      "not_started",
      cause,
    ]);
    assert(reason.startsWith("was not started: ") && reason.includes(detail.split(":")[0]!), reason);
    assertEquals(said.stderr, `error: task "site" ${reason}\n  run: orchastration runs show ${BUILD}\n`);
    assertEquals([task["status"], task["reason"]], ["failed", `the build ${reason}`]);
    assertEquals([view.status, view.next, run["outputs"]], ["failed", "orchastration build run site", []]);
    assertEquals(host.spawned, []);
  });
}

Deno.test("outputs are reported as created, modified or unchanged, and later changes are noticed", async () => {
  let round = 0;
  using host = await planned('outputs = ["same", "new", "other", "dir"]', (p) => {
    round++;
    p.writeFile("same", "same");
    p.writeFile("new", "new");
    p.writeFile("other", `round ${round}`);
    p.writeFile("dir/sub/a", "a");
    p.writeFile("dir/b", "b".repeat(round));
  });
  host.disk.write(`${PROJECT}/same`, "same");
  host.disk.write(`${PROJECT}/other`, "before");
  const changes = (run: Record<string, unknown>) =>
    (run["outputs"] as { path: string; change: string }[]).map(({ path, change }) => `${path} ${change}`);
  assertEquals(changes((await build(host)).run), [
    "same unchanged",
    "new created",
    "other modified",
    "dir created",
  ]);
  host.clock.pass(1000);
  const second = await build(host);
  assertEquals(changes(second.run), ["same unchanged", "new unchanged", "other modified", "dir modified"]);
  const [, , , dir] = second.run["outputs"] as { type: string; bytes: number; modified_at: string }[];
  assertEquals([dir!.type, dir!.bytes, dir!.modified_at], ["directory", 3, "2026-11-22T06:34:51.123Z"]);
  assertEquals(second.view.stale, []);

  host.clock.pass(1000);
  host.disk.write(`${PROJECT}/dir/sub/a`, "A");
  host.disk.remove(`${PROJECT}/new`);
  host.disk.setAccess(`${PROJECT}/other`, { readable: false });
  host.disk.write(`${PROJECT}/other`, "later", { readable: false });
  const status = await call(host.another(), ["plan", "status", "site", "--json"]);
  const { stale, outputs, next } = JSON.parse(status.stdout);
  assertEquals(stale, [
    "new was removed since the build",
    "other can no longer be read",
    "dir changed since the build",
  ]);
  assertEquals(outputs.map((each: { now: string }) => each.now), [
    "as_built",
    "gone",
    "unreadable",
    "changed",
  ]);
  assertEquals(next, "orchastration build run site");
  // Derived, and stored nowhere.
  assertEquals(JSON.stringify(readJson(host, TASK)).includes("stale"), false);
  const shown = await quiet(host.another(), "plan", "status", "site");
  assertEquals(shown.stdout.split("\n").filter((line) => /^(?:status|stale|output)/.test(line)), [
    "status   done, stale: the build succeeded and all 4 outputs are present",
    "stale    new was removed since the build",
    "stale    other can no longer be read",
    "stale    dir changed since the build",
    "output   same: unchanged, 4 bytes",
    "output   new: removed since the build",
    "output   other: can no longer be read",
    "output   dir: changed since the build",
  ]);
});

for (
  const [what, outputs, line, counted] of [
    ["below a directory", '["dist"]', "output    dist: modified, 1 bytes", 1],
    ["that a glob finds", '["dist/**"]', "output    dist/a: created, 1 bytes", 1],
  ] as const
) {
  Deno.test(`a broken link, a pipe and a circular link ${what} are reported and omitted, and the build succeeds`, async () => {
    using host = await planned(`outputs = ${outputs}`, (p) => p.writeFile("dist/a", "a"));
    host.disk.special(`${PROJECT}/dist/pipe`);
    host.disk.link(`${PROJECT}/dist/nowhere`, "gone");
    host.disk.link(`${PROJECT}/dist/sub/loop`, "loop");
    const { said, run } = await build(host);
    assertEquals(said.code, 0, said.stderr);
    const lines = [
      "left out: dist/nowhere is a link that leads nowhere",
      "left out: dist/pipe is neither a file nor a folder",
      "left out: dist/sub/loop is a link that leads nowhere",
    ];
    assertEquals(
      said.stderr.split("\n").filter((each) => each.includes("left out")),
      lines.map((each) => `  ${each}`),
    );
    const found = run["outputs"] as { present: boolean; left_out?: unknown[] }[];
    assertEquals(found.filter(({ present }) => present).length, counted);
    assertEquals(found.flatMap(({ left_out = [] }) => left_out), [
      { path: "dist/nowhere", why: "broken_link" },
      { path: "dist/pipe", why: "no_file" },
      { path: "dist/sub/loop", why: "broken_link" },
    ]);
    const status = (await call(host.another(), ["plan", "status", "site"])).stdout.split("\n");
    assertEquals(
      status.filter((each) => /^(?:status|stale|output|left out)/.test(each)),
      [
        "status    done: the build succeeded and its output is present",
        line,
        ...lines.map((each) => each.replace(":", " ")),
      ],
    );
    const document = await call(host.another(), [
      "doc",
      "generate",
      "site",
      "--output",
      "-",
      "--log-level",
      "error",
    ]);
    assert(
      document.stdout.includes("- Left out: `dist/pipe`, which is neither a file nor a folder.\n"),
      document.stdout,
    );
  });
}

Deno.test("an output that is a pipe, or a glob that finds nothing else, is missing", async () => {
  using host = await planned('outputs = ["pipe", "none/*"]', () => {});
  host.disk.special(`${PROJECT}/pipe`);
  host.disk.special(`${PROJECT}/none/x`);
  const { said, run } = await build(host);
  assertEquals([said.code, run["reason"]], [
    1,
    "exited with status 0, but 2 of 3 outputs are missing: pipe (it is neither a file nor a folder), none/*",
  ]);
});

Deno.test("an existing folder whose name looks like a glob is taken literally", async () => {
  using host = await planned('outputs = ["app/[id]/*.js", "app/**/[slug].js"]', (p) => {
    for (const path of ["app/[id]/a.js", "app/i/b.js", "app/x/[slug].js", "app/x/s.js"]) {
      p.writeFile(path, path);
    }
  });
  const { run } = await build(host);
  assertEquals((run["outputs"] as { path: string }[]).map(({ path }) => path), [
    "app/[id]/a.js",
    "app/x/[slug].js",
    "app/x/s.js",
  ]);
});

Deno.test("a link that leads out of a directory: the directory counts, the target of the link does not", async () => {
  using host = await planned('outputs = ["dist"]', (p) => p.writeFile("dist/a", "a"));
  host.disk.write("/etc/secret", "one");
  host.disk.link(`${PROJECT}/dist/link`, "/etc/secret");
  host.disk.link(`${PROJECT}/dist/loop`, `${PROJECT}/dist`);
  const first = await build(host);
  const [output] = first.run["outputs"] as { present: boolean; bytes: number }[];
  assertEquals([first.said.code, output!.present, output!.bytes], [0, true, 1]);
  host.clock.pass(1000);
  host.disk.write("/etc/secret", "two, which is longer");
  const status = await call(host.another(), ["plan", "status", "site", "--json"]);
  assertEquals(JSON.parse(status.stdout).stale, []);
});

Deno.test("an output of many megabytes is digested in pieces, and read again only if its size or time changed", async () => {
  const megabyte = new Uint8Array(1024 * 1024).fill(97);
  const big = new Uint8Array(3 * megabyte.length).fill(97);
  using host = await planned('outputs = ["big"]', (p) => p.writeFile("big", big));
  const { run } = await build(host);
  const [output] = run["outputs"] as { bytes: number; sha256: string }[];
  const expected = await crypto.subtle.digest("SHA-256", big);
  assertEquals([output!.bytes, output!.sha256], [
    big.length,
    Array.from(new Uint8Array(expected), (byte) => byte.toString(16).padStart(2, "0")).join(""),
  ]);
  const next = host.another();
  next.faults.failWhen({
    op: ["openForReading", "readBytes"],
    path: `${PROJECT}/big`,
    problem: "permission_denied",
  });
  const status = await call(next, ["plan", "status", "site", "--json"]);
  assertEquals(JSON.parse(status.stdout).outputs[0].now, "as_built");
});

const CHECKED = `outputs = ["a"]
kill_grace_seconds = 1
acceptance = [
  { id = "ac1", text = "one", check = ["check", "one"], timeout_seconds = 5 },
  { id = "ac2", text = "two", check = ["check", "two"], timeout_seconds = 5 },
  { id = "ac3", text = "three", check = ["check", "three"] },
]`;

async function checkedMachine(check: Script | undefined): Promise<FakeHost> {
  const host = await planned(CHECKED, (p) => p.writeFile("a", "a"));
  if (check !== undefined) host.program("check", check);
  return host;
}

Deno.test("all checks run in the task's folder, each is recorded as evidence, and then the task is done", async () => {
  const chains: string[] = [];
  using host = await checkedMachine(async (p) => {
    chains.push(p.env["ORCHASTRATION_RUN_CHAIN"]!);
    await p.stdout(`${p.args[0]} is fine in ${p.cwd}\n`);
    await p.sleep(10);
  });
  const { said, task, run, view } = await build(host);
  assertEquals(said, {
    code: 0,
    stdout: ["one", "two", "three"].map((name) => `${name} is fine in ${PROJECT}\n`).join(""),
    stderr: "checking ac1: one\nchecking ac2: two\nchecking ac3: three\n" +
      "site is done: the build succeeded, its output is present and all 3 criteria are met\n" +
      "  next: orchastration doc generate site\n",
  });
  assertEquals(task["status"], "done");
  const checks = run["checks"] as Record<string, unknown>[];
  for (const [index, check] of checks.entries()) {
    const evidence = readJson(host, `${STATE}/runs/${check["run"]}.json`);
    assertEquals(check, {
      id: `ac${index + 1}`,
      text: ["one", "two", "three"][index],
      run: evidence["id"],
      status: "succeeded",
      exit_code: 0,
      stdout_sha256: evidence["stdout_sha256"],
      stderr_sha256: evidence["stderr_sha256"],
    });
    const { criterion, command, timeout_ms } = evidence["definition"] as Record<string, unknown>;
    assertEquals(
      [evidence["action"], evidence["subject"], evidence["name"], criterion, command, timeout_ms],
      [
        "check.run",
        "task",
        "site",
        `ac${index + 1}`,
        ["check", ["one", "two", "three"][index]],
        index === 2 ? null : 5000,
      ],
    );
    // Surviving processes of a check are found as part of its build.
    assertEquals(chains[index], `${run["token"]},${evidence["token"]}`);
  }
  // The time of the process, without the work after it.
  assertEquals([run["duration_ms"], run["end_time"]], [0, "2026-11-22T06:34:50.123Z"]);
  assertEquals(view.criteria.map((each: { state: string }) => each.state), ["passed", "passed", "passed"]);
});

Deno.test("after a check fails or times out the others run, the build has failed, and each log is named", async () => {
  using host = await checkedMachine(async (p) => {
    if (p.args[0] === "one") return 7;
    if (p.args[0] === "two") await p.forever();
    await p.stdout("three ran\n");
  });
  const { said, task, run, view } = await build(host);
  const [one, two] = run["checks"] as { run: string }[];
  assertEquals(said, {
    code: 1,
    stdout: "three ran\n",
    stderr: "checking ac1: one\nchecking ac2: two\nchecking ac3: three\n" +
      'error: task "site" failed after 0ms: it exited with status 0, but acceptance failed: ac1, ac2\n' +
      `  log: orchastration logs ${BUILD}\n` +
      `  ac1 (one): exit 7\n    log: orchastration logs ${one!.run}\n` +
      `  ac2 (two): timed out\n    log: orchastration logs ${two!.run}\n`,
  });
  assertEquals([task["status"], task["reason"]], [
    "failed",
    "the build exited with status 0, but acceptance failed: ac1, ac2",
  ]);
  assertEquals(view.criteria.map((each: { state: string }) => each.state), ["failed", "failed", "passed"]);
  const shown = await quiet(host.another(), "plan", "status", "site");
  assert(shown.stdout.includes(`criterion  ac1: failed, one (exit 7, ${one!.run})\n`), shown.stdout);
  assert(shown.stdout.includes(`criterion  ac2: failed, two (timed out, ${two!.run})\n`), shown.stdout);
  assertEquals(host.livingProcesses(), []);
});

Deno.test("a check whose program is missing is not started, and therefore not passed", async () => {
  using host = await checkedMachine(undefined);
  const { said, run } = await build(host);
  assertEquals(said.code, 1);
  assertEquals((run["checks"] as { status: string }[]).map(({ status }) => status), [
    "not_started",
    "not_started",
    "not_started",
  ]);
  assert(said.stderr.includes("  ac3 (three): not started\n"), said.stderr);
});

Deno.test("a failed build is not checked, and checks that passed earlier no longer count", async () => {
  let code = 0;
  using host = await planned(CHECKED, (p) => {
    p.writeFile("a", "a");
    return code;
  });
  let checks = 0;
  host.program("check", () => void checks++);
  assertEquals((await build(host)).task["status"], "done");
  code = 2;
  host.clock.pass(1000);
  const { task, run, view } = await build(host);
  assertEquals([checks, task["status"]], [3, "failed"]);
  assertEquals((run["checks"] as { status: string }[]).map(({ status }) => status), [
    "not_run",
    "not_run",
    "not_run",
  ]);
  assertEquals(view.criteria.map((each: { state: string }) => each.state), ["open", "open", "open"]);
});

/** Sends a signal to the program this long after it started to listen. */
function interruptAfter(host: FakeHost, ms: number, signal: "SIGINT" | "SIGTERM" = "SIGINT"): Promise<void> {
  return host.whenListening().then(() => host.clock.advance(ms)).then(() => host.signal(signal));
}

Deno.test("Ctrl-C during a build stops everything, the exit code is 130, and the task has the reason", async () => {
  using host = await planned(CHECKED, async (p) => {
    p.fork({ detachedFromGroup: true, ignores: ["SIGINT", "SIGTERM"] }, (child) => child.forever());
    p.writeFile("a", "a");
    await p.forever();
  });
  host.program("check", () => {});
  const next = host.another();
  const [said] = await Promise.all([quiet(next, "build", "run", "site"), interruptAfter(next, 300)]);
  assertEquals([said.code, said.stdout, next.livingProcesses(), next.signals.handlers], [130, "", [], 0]);
  assertEquals(
    said.stderr.split("\n")[0],
    'error: task "site" was stopped after 2.3s: Orchastration received SIGINT; it was ended by SIGINT',
  );
  const { status, reason } = readJson(host, TASK);
  assertEquals([status, reason], [
    "failed",
    "the build was stopped: Orchastration received SIGINT; it ended by SIGINT",
  ]);
  const run = readJson(host, `${STATE}/runs/${BUILD}.json`);
  assertEquals((run["checks"] as { status: string }[]).map(({ status }) => status), [
    "not_run",
    "not_run",
    "not_run",
  ]);
});

Deno.test("Ctrl-C while a large output is digested ends the call at once with 130, and no output is recorded", async () => {
  using host = await planned('outputs = ["large"]', (p) => p.writeFile("large", "x".repeat(2 * 1024 * 1024)));
  const next = host.another();
  // A disk that takes for ever.
  next.digests.ofFile = () => {
    next.signal("SIGINT");
    return new Promise(() => {});
  };
  const said = await quiet(next, "build", "run", "site");
  assertEquals([said.code, next.livingProcesses(), next.signals.handlers], [130, [], 0]);
  assertEquals(
    said.stderr,
    'error: task "site" was stopped after 0ms: Orchastration received SIGINT; it exited with status 0\n' +
      `  log: orchastration logs ${BUILD}\n`,
  );
  const run = readJson(host, `${STATE}/runs/${BUILD}.json`);
  assertEquals([run["status"], run["exit_code"], run["outputs"]], ["cancelled", 0, []]);
});

Deno.test("Ctrl-C during a check stops it, the later checks do not run, the exit code is 130, and the task is not done", async () => {
  using host = await checkedMachine(async (p) => {
    if (p.args[0] !== "two") return;
    p.ignore("SIGINT");
    await p.forever();
  });
  const next = host.another();
  const [said] = await Promise.all([quiet(next, "build", "run", "site"), interruptAfter(next, 300)]);
  assertEquals([said.code, next.livingProcesses(), next.signals.handlers], [130, [], 0]);
  assertEquals(
    said.stderr,
    "checking ac1: one\nchecking ac2: two\n" +
      'error: task "site" was stopped after 0ms: Orchastration received SIGINT; it exited with status 0\n' +
      `  log: orchastration logs ${BUILD}\n` +
      "  ac2 (two): cancelled\n    log: orchastration logs site/20261122T063450.125Z\n",
  );
  const run = readJson(host, `${STATE}/runs/${BUILD}.json`);
  assertEquals([run["status"], run["exit_code"]], ["cancelled", 0]);
  assertEquals((run["checks"] as { status: string }[]).map(({ status }) => status), [
    "succeeded",
    "cancelled",
    "not_run",
  ]);
  const { status, reason } = readJson(host, TASK);
  assertEquals([status, reason], [
    "failed",
    "the build was stopped: Orchastration received SIGINT; it exited with status 0",
  ]);
});

Deno.test("--json: stdout has one document with the run and the status of the task, and stderr the rest", async () => {
  using host = await checkedMachine((p) => p.stdout("checked\n"));
  const said = await call(host.another(), ["build", "run", "site", "--json", "--log-level", "error"]);
  const { task, ...run } = JSON.parse(said.stdout);
  assertEquals(run, readJson(host, `${STATE}/runs/${BUILD}.json`));
  const { status, reason } = readJson(host, TASK);
  assertEquals([said.code, task], [0, { status, reason }]);
  assertEquals(
    said.stderr,
    "checked\nchecked\nchecked\n" +
      "site is done: the build succeeded, its output is present and all 3 criteria are met\n" +
      "  next: orchastration doc generate site\n",
  );
});

Deno.test("a build is retried according to its definition, and its outputs are examined once", async () => {
  let tries = 0;
  using host = await planned('outputs = ["a"]\nretry = { max = 2, delay_seconds = 1 }', (p) => {
    if (++tries < 3) return 5;
    p.writeFile("a", "a");
  });
  const { said, run, task } = await build(host);
  assertEquals([said.code, tries, task["status"]], [0, 3, "done"]);
  assertEquals((run["attempts"] as { status: string }[]).map(({ status }) => status), [
    "failed",
    "failed",
    "succeeded",
  ]);
  assertEquals(logOf(host).filter((line) => line["event"] === "evidence_gathered").length, 0);
});

Deno.test("at a terminal with log level error, errors, checks and the final status are shown in colour", async () => {
  using host = await checkedMachine((p) => p.args[0] === "two" ? 1 : 0);
  const next = host.another({ isTerminal: true, columns: 60 });
  assertEquals((await call(next, ["build", "run", "site", "--log-level", "warning"])).code, 1);
  const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
  const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;
  const failed = (id: string) => `${red("failed")}     ${dim(id)}  ${dim("0ms")}`;
  assertEquals(next.terminal.screenText().split("\n"), [
    "checking ac1: one",
    "checking ac2: two",
    failed("site/20261122T063450.125Z"),
    "checking ac3: three",
    failed(BUILD),
    `${red("error:")} task "site" failed after 0ms: it exited with status 0, but acceptance failed: ac2`,
    `  ${dim("log:")} orchastration logs ${BUILD}`,
    "  ac2 (two): exit 1",
    `    ${dim("log:")} orchastration logs site/20261122T063450.125Z`,
    "",
  ]);
});
