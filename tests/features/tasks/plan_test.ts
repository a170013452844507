/** `plan`: the recorded intent of a task, and the task's status. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, logOf, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { VERSION } from "../../../src/version.ts";

const CONFIG = `[tasks.site]
description = "The pages"
working_dir = "web"
command = ["make", "site"]
timeout_seconds = 10
env = { LANG = "C" }
outputs = ["dist/index.html"]
documents = ["README.md", "notes.md"]
repo = "ada/site"
acceptance = [
  { id = "ac1", text = "the links work", check = ["links", "dist"], timeout_seconds = 5 },
  { id = "ac2", text = "it reads well" },
]
`;
const PLAN = "site/20261122T063449.123Z";
const TASK = `${STATE}/tasks/site.json`;
const QUIET = ["--log-level", "error"];

function machine(config = CONFIG): FakeHost {
  const host = machineWith(config, { files: { [`${PROJECT}/web/README.md`]: "hi\n" } });
  host.program("make", async (p) => {
    await p.sleep(40);
    p.writeFile("dist/index.html", "<p>\n");
  });
  host.program("links", () => {});
  return host;
}

function configure(host: FakeHost, config: string): void {
  host.disk.write(`${PROJECT}/orchastration.toml`, config);
}

async function quiet(host: FakeHost, ...argv: readonly string[]) {
  return await call(host, [...argv.slice(0, 2), ...QUIET, ...argv.slice(2)]);
}

/** Every file of a task on disk, except locks. */
function stateOf(host: FakeHost): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(host.disk.tree(STATE)).filter(([path]) => !path.includes("/locks/")),
  );
}

Deno.test("plan create: the complete plan is on disk, and the task's record refers to the plan", async () => {
  using host = machine();
  host.disk.makeFolder(`${PROJECT}/.git`);
  host.program("git", async (p) => {
    if (p.args.includes("status")) {
      await p.stdout("# branch.oid 1234567890abcdef1234567890abcdef12345678\0# branch.head main\0? new\0");
    } else await p.stdout("remote.origin.url\nhttps://ada:pw@example.org/site.git\0");
  });
  const said = await quiet(host, "plan", "create", "site");
  const task = readJson(host, TASK);
  const { sha256, definition_sha256 } = task["plan"] as Record<string, string>;
  assertEquals(said, {
    code: 0,
    stdout: `site is planned: ${PLAN}\n  sha256 ${sha256}\nnext: orchastration build run site\n`,
    stderr: "",
  });
  const documents = [
    {
      path: "README.md",
      present: true,
      type: "file",
      bytes: 3,
      sha256: "98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4",
      modified_at: "2026-11-22T06:34:49.123Z",
    },
    { path: "notes.md", present: false, type: "missing", bytes: null, sha256: null, modified_at: null },
  ];
  const time = "2026-11-22T06:34:49.123Z";
  const plan = readJson(host, `${STATE}/runs/${PLAN}.json`);
  const { config_sha256, ...intent } = plan["intent"] as Record<string, unknown>;
  assert(/^[0-9a-f]{64}$/.test(String(config_sha256)));
  assertEquals({ ...plan, intent, tools: undefined }, {
    format: 1,
    kind: "run",
    id: PLAN,
    action: "plan.create",
    subject: "task",
    name: "site",
    project: PROJECT,
    status: "succeeded",
    reason: "the intent was recorded",
    not_started_cause: null,
    intent: {
      description: "The pages",
      command: ["make", "site"],
      program: "/bin/make",
      working_dir: `${PROJECT}/web`,
      env_names: ["LANG"],
      env: { LANG: "C" },
      secrets: [],
      extra_args: [],
      timeout_ms: 10_000,
      grace_ms: 10_000,
      interactive: false,
      stdin: "none",
      leave_running: false,
      retry: null,
      success_exit_codes: [0],
      expected_outputs: ["dist/index.html"],
      definition_sha256,
      config_path: `${PROJECT}/orchastration.toml`,
    },
    token: "0".repeat(31) + "1",
    trace: { traceparent: "00-3f2daa393a67ddce216f3cd74aaf1760-5c9aac661d089942-01", parent: null },
    requested_by: { user: "ada", host: "lab", pid: 4242, tty: false, parent: "bash", agent: null },
    git: {
      commit: "1234567890abcdef1234567890abcdef12345678",
      branch: "main",
      dirty: true,
      remote: "https://example.org/site.git",
    },
    start_time: time,
    end_time: time,
    duration_ms: 0,
    process: null,
    exit_code: null,
    signal: null,
    timed_out: false,
    stopped_by: null,
    left_running: [],
    stdout_path: null,
    stderr_path: null,
    stdout_bytes: null,
    stderr_bytes: null,
    stdout_sha256: null,
    stderr_sha256: null,
    leaked_output: false,
    attempts: [],
    definition: {
      name: "site",
      description: "The pages",
      command: ["make", "site"],
      working_dir: "web",
      env: { LANG: "C" },
      timeout_ms: 10_000,
      grace_ms: 10_000,
      secrets: [],
      retry: null,
      success_exit_codes: [0],
      outputs: ["dist/index.html"],
      documents: ["README.md", "notes.md"],
      repo: "ada/site",
      acceptance: [
        { id: "ac1", text: "the links work", check: ["links", "dist"], timeout_ms: 5000 },
        { id: "ac2", text: "it reads well", check: null, timeout_ms: null },
      ],
      needs: [],
    },
    outputs: [],
    documents,
    checks: [],
    tools: undefined,
    plan: { run: PLAN, sha256 },
    recorder: {
      pid: 4242,
      start_ticks: 100_000,
      boot_id: "fake-boot",
      pid_namespace: 4_026_531_836,
      lock: "kernel",
    },
    recovery: null,
    os: "linux",
    arch: "x86_64",
    binary_version: VERSION,
  });
  assertEquals(task, {
    format: 1,
    kind: "task",
    name: "site",
    project: PROJECT,
    config_path: `${PROJECT}/orchastration.toml`,
    description: "The pages",
    repo: "ada/site",
    status: "planned",
    reason: "not built since the plan",
    last_run: PLAN,
    plan: { run: PLAN, sha256, created_at: time, definition_sha256 },
    outputs: ["dist/index.html"],
    documents: ["README.md", "notes.md"],
    confirmations: [],
    links: { issue: null, branch: null },
    last_build: null,
    documented: null,
  });
  assertEquals(Object.keys(task).slice(0, 3), ["format", "kind", "name"]);
  assertEquals(host.disk.read(TASK), `${JSON.stringify(task, null, 2)}\n`);
  assertEquals(host.disk.list(`${STATE}/tasks`), ["site.json"]);
  assertEquals(host.spawned, []);
  assertEquals(
    logOf(host),
    [{
      time,
      level: "info",
      msg: "task planned",
      event: "plan_created",
      run: PLAN,
      task: "site",
    }].slice(0, logOf(host).length),
  );
});

Deno.test("plan create: an unchanged definition writes nothing, and --force or a change makes a new plan", async () => {
  using host = machine();
  await quiet(host, "plan", "create", "site");
  const before = stateOf(host);
  host.clock.pass(1000);
  assertEquals(await quiet(host.another(), "plan", "create", "site"), {
    code: 0,
    stdout: `site is planned already, and its definition has not changed since: ${PLAN}\n` +
      "next: orchastration plan status site\n",
    stderr: "",
  });
  assertEquals(stateOf(host), before);

  const forced = await quiet(host.another(), "plan", "create", "site", "--force");
  const second = "site/20261122T063450.123Z";
  assertEquals([forced.code, forced.stdout.split("\n")[0]], [0, `site is planned: ${second}`]);

  host.clock.pass(1000);
  configure(host, CONFIG.replace('"site"]', '"all"]'));
  const changed = await quiet(host.another(), "plan", "create", "site");
  const third = "site/20261122T063451.123Z";
  assertEquals([changed.code, changed.stdout.split("\n")[0]], [0, `site is planned: ${third}`]);
  assertEquals((readJson(host, TASK)["plan"] as { run: string }).run, third);
  // The old plans stay as they were made.
  for (const [path, content] of Object.entries(before)) {
    if (path.includes(PLAN)) assertEquals(host.disk.read(path), content);
  }
  assertEquals(
    host.disk.list(`${STATE}/runs/site`).filter((name) => name.endsWith("Z.json")).length,
    3,
  );
});

Deno.test("plan create --json: the plan is printed in one document, also if the task was planned already", async () => {
  using host = machine();
  const first = await call(host, ["plan", "create", "site", "--json"]);
  assertEquals(first.code, 0);
  assertEquals(JSON.parse(first.stdout), { ...readJson(host, `${STATE}/runs/${PLAN}.json`), is_new: true });
  assertEquals(JSON.parse(first.stderr)["msg"], "task planned");
  const again = await call(host.another(), ["plan", "create", "site", "--json"]);
  assertEquals([JSON.parse(again.stdout)["is_new"], again.stderr], [false, ""]);
});

for (
  const [what, damage] of [
    ["gone", (host: FakeHost) => host.disk.remove(`${STATE}/runs/${PLAN}.json`)],
    ["altered", (host: FakeHost) => {
      const path = `${STATE}/runs/${PLAN}.json`;
      host.disk.write(path, host.disk.read(path)!.replaceAll('"dist/index.html"', '"README.md"'));
    }],
    ["damaged", (host: FakeHost) => host.disk.write(`${STATE}/runs/${PLAN}.json`, "{")],
  ] as const
) {
  Deno.test(`a plan whose record is ${what} is reported, refused for builds, and replaced without --force`, async () => {
    using host = machine();
    await quiet(host, "plan", "create", "site");
    damage(host);
    const status = await quiet(host.another(), "plan", "status", "site");
    const fact = what === "altered"
      ? `the record of its plan ${PLAN} was altered`
      : `the record of its plan ${PLAN} cannot be read`;
    assert(
      status.stdout.includes(`status     planned, stale: not built since the plan\n`),
      status.stdout,
    );
    assert(status.stdout.includes(`stale      ${fact}\n`), status.stdout);
    assert(status.stdout.endsWith("next: orchastration plan create site\n"), status.stdout);
    assertEquals(await quiet(host.another(), "build", "run", "site"), {
      code: 65,
      stdout: "",
      stderr: `error: Cannot build task "site": ${fact}${what === "altered" ? " after it was made" : ""}\n` +
        "  try: orchastration plan create site\n",
    });
    assertEquals(host.spawned, []);
    host.clock.pass(1000);
    assertEquals((await quiet(host.another(), "plan", "create", "site")).code, 0);
    assertEquals((await quiet(host.another(), "build", "run", "site")).code, 0);
  });
}

Deno.test("plan status shows a task without records, with a plan, and with a build", async () => {
  using host = machine();
  const shared = "wanted     The pages\ncommand    make site\n";
  assertEquals(await quiet(host, "plan", "status", "site"), {
    code: 0,
    stdout: "task       site\nstatus     unplanned: nothing is recorded for it yet\n" + shared +
      "output     dist/index.html: expected\ndocument   README.md: there\ndocument   notes.md: missing\n" +
      "criterion  ac1: not checked yet, the links work\ncriterion  ac2: to be confirmed, it reads well\n" +
      "next: orchastration plan create site\n",
    stderr: "",
  });
  assertEquals(host.disk.exists(STATE), false);

  await quiet(host.another(), "plan", "create", "site");
  const { sha256 } = readJson(host, TASK)["plan"] as Record<string, string>;
  const plan = `plan       ${PLAN}, sha256 ${sha256}\n`;
  assertEquals(
    (await quiet(host.another(), "plan", "status", "site")).stdout,
    "task       site\nstatus     planned: not built since the plan\n" + shared + plan +
      "output     dist/index.html: expected\ndocument   README.md: unchanged\ndocument   notes.md: missing\n" +
      "criterion  ac1: not checked yet, the links work\ncriterion  ac2: to be confirmed, it reads well\n" +
      "next: orchastration build run site\n",
  );

  host.clock.pass(1000);
  await quiet(host.another(), "build", "run", "site", "--", "--fast");
  host.disk.write(`${PROJECT}/web/README.md`, "changed\n");
  host.disk.write(`${PROJECT}/web/notes.md`, "new\n");
  const build = "site/20261122T063450.123Z";
  assertEquals(
    (await quiet(host.another(), "plan", "status", "site")).stdout,
    "task       site\nstatus     in progress: built; ac2 waits to be confirmed by a person\n" + shared +
      plan +
      `build      ${build}: exited with status 0\n` +
      "deviation  built with further arguments: --fast\n" +
      "output     dist/index.html: created, 4 bytes\ndocument   README.md: changed since the plan\n" +
      "document   notes.md: appeared since the plan\n" +
      "criterion  ac1: passed, the links work (site/20261122T063450.163Z)\n" +
      "criterion  ac2: to be confirmed, it reads well\n" +
      "next: orchastration plan accept site ac2\n",
  );
});

Deno.test("plan status: a drifted definition is shown field by field, with the planned and the current value", async () => {
  using host = machine();
  await quiet(host, "plan", "create", "site");
  configure(
    host,
    CONFIG.replace('["make", "site"]', '["make", "all"]').replace(
      "timeout_seconds = 10",
      "timeout_seconds = 20",
    )
      .replace('env = { LANG = "C" }', 'env = { LANG = "C", FAST = "1" }').replace(
        "links work",
        "links\\u001b[2J work",
      )
      .replace('documents = ["README.md", "notes.md"]\n', ""),
  );
  const { stdout } = await quiet(host.another(), "plan", "status", "site");
  assertEquals(
    stdout.slice(stdout.indexOf("  acceptance")),
    "  acceptance[0].text:\n" +
      '    - "the links work"\n    + "the links\\u001b[2J work"\n' +
      '  command[1]:\n    - "site"\n    + "all"\n' +
      '  documents:\n    - ["README.md","notes.md"]\n    + []\n' +
      '  env.FAST:\n    - (nothing)\n    + "1"\n' +
      "  timeout_ms:\n    - 10000\n    + 20000\n" +
      "next: orchastration plan create site\n",
  );
  assert(
    stdout.includes(
      "stale      the definition changed since the plan: acceptance[0].text, command[1], documents, env.FAST, timeout_ms\n",
    ),
    stdout,
  );
  assert(!stdout.includes("\u001b"));
});

Deno.test("plan list: every task has one line, in order of name, and a damaged record is reported beside the others", async () => {
  using host = machine(
    CONFIG + '[tasks.book]\ncommand = ["make"]\nstatus = "done"\n[tasks.art]\ncommand = ["make"]\n',
  );
  await quiet(host, "plan", "create", "site");
  await quiet(host.another(), "build", "run", "site");
  await quiet(host.another(), "plan", "create", "art");
  host.disk.write(`${STATE}/tasks/book.json`, '{"format": 1}');
  const path = `${STATE}/tasks/book.json`;
  const why = "kind is missing";
  const said = await quiet(host.another(), "plan", "list");
  assertEquals(said.stderr, `warning: Cannot read the task record "${path}": ${why}; it is left out\n`);
  assertEquals([said.code, said.stdout], [
    0,
    "art   planned                                      not built since the plan\n" +
    "site  in progress  built 2026-11-22T06:34:49.123Z  built; ac2 waits to be confirmed by a person\n",
  ]);
  const json = await call(host.another(), ["plan", "list", "--json"]);
  const { tasks, damaged, ...head } = JSON.parse(json.stdout);
  assertEquals(head, { format: 1, kind: "task_list" });
  assertEquals(tasks.map((task: { name: string; status: string }) => [task.name, task.status]), [
    ["art", "planned"],
    ["site", "in_progress"],
  ]);
  assertEquals(damaged, [{ path, reason: why }]);

  for (const argv of [["plan", "status", "book"], ["plan", "create", "book"], ["build", "run", "book"]]) {
    await expectCall(host.another(), argv, {
      code: 74,
      stderr:
        `error: Cannot read the task record "${path}": ${why}\n  try: orchastration doctor, or move the file away\n`,
    });
  }
  assertEquals(host.disk.read(path), '{"format": 1}');
});

Deno.test("plan list: a status of done in the configuration does not make a task done, and a project without tasks gets an example", async () => {
  using host = machine('[tasks.book]\ncommand = ["make"]\nstatus = "done"\n');
  await expectCall(host, ["plan", "list"], {
    stdout: "book  unplanned  nothing is recorded for it yet; the configuration says done\n",
  });
  using empty = machine('[jobs.a]\ncommand = ["make"]\n');
  await expectCall(empty, ["plan", "list"], {
    stdout: 'No tasks configured.\nAdd one, for example:\n\n  [tasks.hello]\n  command = ["echo", "hello"]\n',
  });
});

Deno.test("plan list asks git once for each folder, and only for tasks whose build can have been overtaken", async () => {
  const tasks = ["a", "b", "c", "d"].map((name) =>
    `[tasks.${name}]\ncommand = ["work"]\n${name === "d" ? 'working_dir = "web"\n' : ""}`
  );
  using host = machineWith(tasks.join(""));
  host.disk.makeFolder(`${PROJECT}/.git`);
  host.disk.makeFolder(`${PROJECT}/web`);
  let asked = 0;
  host.program("git", async (p) => {
    if (p.args.includes("rev-parse")) await p.stdout("1234567890abcdef\nmain\n");
    if (!p.args.includes("status")) return;
    asked++;
    await p.stdout("# branch.oid 1234567890abcdef\0");
  });
  host.program("work", () => {});
  for (const name of ["a", "b", "d"]) await quiet(host.another(), "build", "run", name, "--plan");
  asked = 0;
  const said = await quiet(host.another(), "plan", "list");
  assertEquals(said.stdout.match(/ done /g)?.length, 3);
  assertEquals(asked, 2);
});

Deno.test("an unknown task is named, with the known tasks, in every command for tasks", async () => {
  using host = machine(`${CONFIG}[jobs.sample]\ncommand = ["make"]\n`);
  for (
    const words of [["plan", "create"], ["plan", "status"], ["build", "run"]] as const
  ) {
    await expectCall(host, [...words, "sote"], {
      code: 66,
      stderr: 'error: Cannot find task "sote": no task has this name\n  did you mean "site"?\n' +
        "  known tasks: site\n  try: orchastration plan list\n",
    });
    await expectCall(host, [...words, "sample"], {
      code: 66,
      stderr: 'error: Cannot find task "sample": that is a job, and jobs are run, not planned\n' +
        "  known tasks: site\n  try: orchastration run sample\n",
    });
  }
  for (const name of ["../../x", "CON", "", "last", "a".repeat(65), "\u001b[2J", "__proto__"]) {
    const said = await quiet(host, "plan", "create", name);
    assertEquals([said.code, said.stdout, said.stderr.includes("\u001b")], [66, "", false], name);
  }
  assertEquals(host.disk.exists(STATE), false);
});

Deno.test("fields that a later program added survive every rewrite of the task's record", async () => {
  using host = machine();
  await quiet(host, "plan", "create", "site");
  const stored = readJson(host, TASK);
  const links = { issue: null, branch: null, review: { id: 7 } };
  host.disk.write(TASK, JSON.stringify({ ...stored, links, later: { a: [1, "two"] } }));
  const check = (status: string) => {
    const record = readJson(host, TASK);
    assertEquals([record["status"], record["later"], record["links"]], [status, { a: [1, "two"] }, links]);
  };
  await quiet(host.another(), "build", "run", "site");
  check("in_progress");
  await quiet(host.another(), "plan", "accept", "site", "ac2");
  check("done");
  await quiet(host.another(), "plan", "create", "site", "--force");
  check("planned");
});

Deno.test("a record in a newer format is read, and never rewritten", async () => {
  using host = machine();
  await quiet(host, "plan", "create", "site");
  await quiet(host.another(), "build", "run", "site");
  const newer = `${JSON.stringify({ ...readJson(host, TASK), format: 2, more: true })}\n`;
  host.disk.write(TASK, newer);
  const runs = host.disk.list(`${STATE}/runs/site`);
  const status = await quiet(host.another(), "plan", "status", "site");
  assert(status.stdout.includes("in progress: built; ac2 waits"), status.stdout);
  for (
    const [argv, action] of [
      [["plan", "create", "site", "--force"], "plan task"],
      [["build", "run", "site"], "build task"],
      [["build", "run", "site", "--plan"], "build task"],
      [["plan", "accept", "site", "ac2"], "accept a criterion of task"],
    ] as const
  ) {
    await expectCall(host.another(), argv, {
      code: 65,
      stderr: `error: Cannot ${action} "site": a newer program wrote its record, in format 2, ` +
        "and this program, which writes format 1, never rewrites it\n" +
        "  try: use the Orchastration that wrote it, or a newer one\n",
    });
  }
  assertEquals(host.disk.read(TASK), newer);
  assertEquals(host.disk.list(`${STATE}/runs/site`), runs);
});

Deno.test("a record under another task's name is not used for that task", async () => {
  using host = machine(`${CONFIG}[tasks.book]\ncommand = ["make"]\n`);
  await quiet(host, "plan", "create", "site");
  const own = host.disk.read(TASK)!;
  host.disk.write(`${STATE}/tasks/book.json`, own);
  await expectCall(host.another(), ["plan", "create", "book"], {
    code: 74,
    stderr:
      `error: Cannot read the task record "${STATE}/tasks/book.json": it belongs to another task, "site"\n  try: orchastration doctor, or move the file away\n`,
  });
  assertEquals(host.disk.read(TASK), own);
});

Deno.test("secrets are in no record of a plan, and not on the screen", async () => {
  const secret = "hunter2-x";
  using host = machineWith(
    `[tasks.site]\ndescription = "with ${secret}"\ncommand = ["make", "--token=${secret}"]\n` +
      `secrets = ["TOKEN"]\nenv = { URL = "https://${secret}@example.org" }\noutputs = ["dist/${secret}"]\n` +
      `documents = ["${secret}.md"]\nacceptance = [\n` +
      `  { id = "ac1", text = "${secret} works", check = ["check", "${secret}"] },\n` +
      `  { id = "ac2", text = "${secret} is fine" },\n]\n`,
    { env: { PATH: "/bin", HOME: "/home/ada", TOKEN: secret } },
  );
  host.program("make", (p) => p.writeFile(`dist/${secret}`, "x"));
  host.program("check", (p) => p.stdout(`checked ${p.args[0]} ${p.env["TOKEN"]}\n`));
  for (
    const argv of [
      ["plan", "create", "site"],
      ["build", "run", "site"],
      ["plan", "accept", "site", "ac2", "--note", `saw ${secret}`],
      ["plan", "status", "site"],
      ["plan", "status", "site", "--json"],
      ["plan", "list"],
    ]
  ) {
    const said = await call(host, [...argv, "--log-level", "debug"]);
    assertEquals(
      [said.code, said.stdout.includes(secret), said.stderr.includes(secret)],
      [0, false, false],
      argv.join(" "),
    );
  }
  const status = await call(host, ["plan", "status", "site", "--json"]);
  const { stale, outputs, documents } = JSON.parse(status.stdout);
  assertEquals([stale, outputs[0].path, outputs[0].now, documents[0].path], [
    [],
    "dist/***",
    "as_built",
    "***.md",
  ]);
  const leaks = Object.entries(host.disk.tree(STATE)).filter(([, text]) => text.includes(secret));
  assertEquals(leaks.map(([path]) => path), []);
  assertEquals(JSON.stringify(logOf(host)).includes(secret), false);
  assertEquals(readJson(host, TASK)["status"], "done");
});

Deno.test("a task that another process holds is refused with the holder and its start, and nothing is written", async () => {
  using host = machine();
  host.program("make", (p) => p.sleep(3000));
  await quiet(host, "plan", "create", "site");
  const running = quiet(host, "build", "run", "site");
  await host.whenListening();
  await host.clock.advance(1000);
  const before = stateOf(host);
  for (
    const argv of [["build", "run", "site"], ["plan", "create", "site"], ["plan", "accept", "site", "ac2"]]
  ) {
    await expectCall(host.another(), argv, {
      code: 75,
      stderr: 'error: Cannot work on task "site": another process is working on it\n' +
        "  run site/20261122T063449.124Z, by ada (process 4242), since 2026-11-22T06:34:49.123Z\n" +
        "  try: wait for it to end\n",
    });
  }
  const status = await quiet(host.another(), "plan", "status", "site");
  assertEquals(status.stdout.split("\n").slice(1, 2).concat(status.stdout.split("\n").slice(-2)), [
    "status     in progress: being built in site/20261122T063449.124Z",
    "next: orchastration logs site/20261122T063449.124Z --follow",
    "",
  ]);
  assertEquals(stateOf(host), before);
  await running;
});

Deno.test("a holder of a task that has not begun a run is not shown with the previous run", async () => {
  using host = machine();
  host.program("git", (p) => p.sleep(400));
  await quiet(host, "plan", "create", "site");
  await quiet(host.another(), "build", "run", "site");
  host.disk.makeFolder(`${PROJECT}/.git`);
  const second = host.another();
  const building = quiet(second, "build", "run", "site");
  await second.clock.advance(100);
  await expectCall(host.another(), ["build", "run", "site"], {
    code: 75,
    stderr: 'error: Cannot work on task "site": another process is working on it\n' +
      "  by ada (process 4244), since 2026-11-22T06:34:49.163Z\n  try: wait for it to end\n",
  });
  await building;
});

Deno.test("on a terminal colours and ages are shown, and long lines are wrapped in their column", async () => {
  using host = machine();
  await quiet(host, "plan", "create", "site");
  await quiet(host.another(), "build", "run", "site");
  host.clock.pass(120_000);
  const at = host.another({ isTerminal: true, columns: 50 });
  await quiet(at, "plan", "list");
  await quiet(at, "plan", "status", "site");
  const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;
  const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;
  const yellow = (text: string) => `\u001b[33m${text}\u001b[39m`;
  assertEquals(at.terminal.screenText().split("\n").slice(0, 5), [
    `${bold("site")}  ${yellow("in progress")}  built; ac2 waits to be`,
    "                   confirmed by a person",
    `${dim("task")}       ${bold("site")}`,
    `${dim("status")}     ${yellow("in progress")}: built; ac2 waits to be`,
    "           confirmed by a person",
  ]);
  assert(at.terminal.screenText().includes(dim("next:")));
  // deno-lint-ignore no-control-regex
  for (const line of at.terminal.screenText().replace(/\u001b\[\d+m/g, "").split("\n")) {
    assert(line.length <= 50 || !line.includes(" ", 12), line);
  }
});

Deno.test("plan status --exit-code: 0 if the task is done and not stale, else 1", async () => {
  using host = machine();
  const codes: number[] = [];
  const ask = async () => {
    const { code, stdout } = await call(host, ["plan", "status", "site", "--exit-code"]);
    codes.push(code);
    // It says the same as without the flag, which always exits 0.
    assertEquals(await call(host, ["plan", "status", "site"]), { code: 0, stdout, stderr: "" });
    assertEquals((await call(host, ["plan", "status", "site", "--exit-code", "--json"])).code, code);
  };
  await ask();
  for (const words of ["plan create site", "build run site", "plan accept site ac2"]) {
    assertEquals((await call(host, words.split(" "))).code, 0);
    await ask();
  }
  host.disk.write(`${PROJECT}/web/dist/index.html`, "changed\n");
  await ask();
  assertEquals(codes, [1, 1, 1, 0, 1]);
  await expectCall(host, ["plan", "status", "nosuch", "--exit-code"], {
    code: 66,
    stderr: 'error: Cannot find task "nosuch": no task has this name\n  known tasks: site\n' +
      "  try: orchastration plan list\n",
  });
});
