/** Tasks that need others: refused with names, or built in order. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, readJson, STATE, withoutLog } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

/** A diamond: app needs left and right, both need base. */
const DIAMOND = `[tasks.app]
command = ["make", "app"]
needs = ["left", "right"]
[tasks.left]
command = ["make", "left"]
needs = ["base"]
outputs = ["left.txt"]
[tasks.right]
command = ["make", "right"]
needs = ["base"]
[tasks.base]
command = ["make", "base"]
`;

interface Machine {
  readonly host: FakeHost;
  /** The built tasks, in order. */
  readonly built: string[];
  /** By the name of the task; 0 without it. */
  readonly codes: Record<string, number>;
}

async function planned(config = DIAMOND, ...names: readonly string[]): Promise<Machine> {
  const host = machineWith(config);
  const built: string[] = [];
  const codes: Record<string, number> = {};
  host.program("make", (p) => {
    const name = p.args[0]!;
    built.push(name);
    p.writeFile(`${name}.txt`, name);
    return codes[name] ?? 0;
  });
  for (const name of names.length > 0 ? names : ["app", "left", "right", "base"]) {
    await quiet(host, "plan", "create", name);
  }
  host.clock.pass(1000);
  return { host, built, codes };
}

async function quiet(host: FakeHost, ...argv: readonly string[]) {
  const said = await call(host.another(), [...argv, "--log-level", "error"]);
  return { ...said, stdout: withoutLog(said.stdout) };
}

function statusOf(host: FakeHost, name: string): unknown {
  return readJson(host, `${STATE}/tasks/${name}.json`)["status"];
}

Deno.test("a build is refused if its needs are not done, with the status and reason of each, and nothing is built", async () => {
  const { host, built } = await planned(DIAMOND, "app", "left", "base");
  using _ = host;
  assertEquals(await quiet(host, "build", "run", "app"), {
    code: 65,
    stdout: "",
    stderr: 'error: Cannot build task "app": 3 tasks that it needs are not done\n' +
      "  base: planned, not built since the plan\n" +
      "  left: planned, not built since the plan\n" +
      "  right: unplanned, nothing is recorded for it yet\n" +
      "  try: orchastration build run app --with-needs --plan\n",
  });
  assertEquals(await quiet(host, "build", "run", "left"), {
    code: 65,
    stdout: "",
    stderr: 'error: Cannot build task "left": a task that it needs is not done\n' +
      "  base: planned, not built since the plan\n" +
      "  try: orchastration build run left --with-needs\n",
  });
  const json = await quiet(host, "build", "run", "app", "--json");
  assertEquals([JSON.parse(json.stdout).code, JSON.parse(json.stdout).notes.length], ["needs_not_done", 3]);
  assertEquals([built, statusOf(host, "app")], [[], "planned"]);
});

Deno.test("--with-needs: each need is built once, before its dependents, and tasks that are done are skipped", async () => {
  const { host, built } = await planned();
  using _ = host;
  assertEquals(await quiet(host, "build", "run", "app", "--with-needs"), {
    code: 0,
    stdout: "",
    stderr: "succeeded  base  0ms\nsucceeded  left  0ms\nsucceeded  right  0ms\nsucceeded  app  0ms\n" +
      "graph succeeded: 4 succeeded in 0ms\n  graph: orchastration runs show graph/20261122T063450.123Z\n" +
      "  next: orchastration doc generate app\n",
  });
  assertEquals(built, ["base", "left", "right", "app"]);
  host.clock.pass(1000);
  // The others are nodes, too, so that the counts are of all of it.
  const again = await quiet(host, "build", "run", "app", "--with-needs");
  assertEquals(again.stderr.split("\n").slice(0, 3), [
    "building app",
    "app is done: the build succeeded",
    "graph succeeded: 1 succeeded, 3 up to date in 0ms",
  ]);
  assertEquals((await quiet(host, "build", "run", "app")).code, 0);
  assertEquals(built.slice(4), ["app", "app"]);
});

Deno.test("for a task without a plan whose needs are not done, following the next steps leads to the build", async () => {
  const { host, built } = await planned(DIAMOND, "base");
  using _ = host;
  let words = ["build", "run", "left"];
  const tried: string[] = [];
  for (let tries = 0; tries < 3 && built.length === 0; tries++) {
    const { stderr } = await quiet(host, ...words);
    const next = /(?:try: |, or )orchastration ([^,]*)$/.exec(stderr.trimEnd())?.[1] ?? "";
    tried.push(next);
    words = next.split(" ");
  }
  assertEquals(tried.slice(0, 2), ["build run left --with-needs", "build run left --with-needs --plan"]);
  assertEquals(built, ["base", "left"]);
});

Deno.test("--with-needs --plan: every task without a current plan is planned", async () => {
  const { host, built } = await planned(DIAMOND, "base");
  using _ = host;
  const said = await quiet(host, "build", "run", "app", "--with-needs", "--plan");
  assertEquals([said.code, built], [0, ["base", "left", "right", "app"]]);
});

Deno.test("--with-needs: a refusal comes before anything is built", async () => {
  for (
    const [names, change, stderr] of [
      [
        ["left", "right", "base"],
        (config: string) => config,
        'error: Cannot build task "app": it has no plan\n' +
        "  try: orchastration plan create app, or orchastration build run app --with-needs --plan\n",
      ],
      [
        ["app", "left", "base"],
        (config: string) => config,
        'error: Cannot build task "right": it has no plan\n' +
        "  try: orchastration plan create right, or orchastration build run app --with-needs --plan\n",
      ],
      [
        ["app", "left", "right", "base"],
        (config: string) => config.replace('["make", "right"]', '["make", "other"]'),
        'error: Cannot build task "right": its definition changed since it was planned\n' +
        "  planned in right/20261122T063449.123Z\n" +
        '  command[1]:\n    - "right"\n    + "other"\n' +
        "  try: orchastration plan create right, or restore the planned definition\n",
      ],
    ] as const
  ) {
    const { host, built } = await planned(DIAMOND, ...names);
    using _ = host;
    host.disk.write(`${PROJECT}/orchastration.toml`, change(DIAMOND));
    assertEquals(await quiet(host, "build", "run", "app", "--with-needs"), { code: 65, stdout: "", stderr });
    assertEquals(built, []);
  }
});

Deno.test("--with-needs: after a failure no further task begins, every task has an ending, and --json prints the graph", async () => {
  for (const json of [false, true]) {
    const { host, built, codes } = await planned();
    using _ = host;
    codes["left"] = 4;
    const said = await quiet(host, "build", "run", "app", "--with-needs", ...json ? ["--json"] : []);
    assertEquals([said.code, built], [1, ["base", "left"]]);
    assertEquals(
      withoutLog(said.stderr),
      "succeeded  base  0ms\nfailed  left  0ms\n" +
        'error: task "left" failed with exit status 4 after 0ms\n' +
        "  log: orchastration logs left/20261122T063450.123Z\n" +
        "graph failed: 1 succeeded, 1 failed, 1 not started, 1 skipped in 0ms\n" +
        "  left failed: exited with status 4\n" +
        "  right not started: another task did not succeed before it could begin\n" +
        "  app skipped: left, which it needs, did not succeed\n" +
        "  graph: orchastration runs show graph/20261122T063450.123Z\n",
    );
    if (json) {
      const { id, status, graph } = JSON.parse(said.stdout);
      assertEquals([id, status], ["graph/20261122T063450.123Z", "failed"]);
      assertEquals(
        graph.nodes.map((node: Record<string, string>) => [node.name, node.subject, node.status]),
        [
          ["base", "task", "succeeded"],
          ["left", "task", "failed"],
          ["right", "task", "not_started"],
          ["app", "task", "skipped"],
        ],
      );
    }
    assertEquals(["base", "left", "right", "app"].map((name) => statusOf(host, name)), [
      "done",
      "failed",
      "planned",
      "planned",
    ]);
  }
});

Deno.test("--with-needs: the exit code is that of the failed task itself, and --keep-going builds whatever does not depend on a failure", async () => {
  const { host, built, codes } = await planned();
  using _ = host;
  codes["app"] = 7;
  assertEquals((await quiet(host, "build", "run", "app", "--with-needs")).code, 7);
  await quiet(host, "plan", "create", "base", "--force");
  host.clock.pass(1000);
  built.length = 0;
  codes["left"] = 4;
  const said = await quiet(host, "build", "run", "app", "--with-needs", "--keep-going");
  assertEquals([said.code, built], [1, ["base", "left", "right"]]);
});

Deno.test("--with-needs: a task that waits for a confirmation blocks its dependents, and nothing else", async () => {
  const { host, built } = await planned(
    `${DIAMOND}acceptance = [{ id = "ac1", text = "it is solid" }]\n[tasks.other]\ncommand = ["make", "other"]\n`,
    ...["app", "left", "right", "base", "other"],
  );
  using _ = host;
  assertEquals(await quiet(host, "build", "run", "--all"), {
    code: 1,
    stdout: "",
    stderr: "unconfirmed  base  0ms\nsucceeded  other  0ms\n" +
      "graph failed: 1 succeeded, 1 unconfirmed, 3 skipped in 0ms\n" +
      "  base unconfirmed: built; ac1 waits to be confirmed by a person\n" +
      "  left skipped: base, which it needs, is not done\n" +
      "  right skipped: base, which it needs, is not done\n" +
      "  app skipped: base, which it needs, is not done\n" +
      "  graph: orchastration runs show graph/20261122T063450.123Z\n",
  });
  assertEquals(built, ["base", "other"]);
  await quiet(host, "plan", "accept", "base", "ac1");
  assertEquals((await quiet(host, "build", "run", "app", "--with-needs")).code, 0);
  assertEquals(built, ["base", "other", "left", "right", "app"]);
});

Deno.test("build run --all: tasks that are not done are built, with --fresh all tasks, and every task has an ending", async () => {
  const { host, built } = await planned();
  using _ = host;
  await quiet(host, "build", "run", "base");
  assertEquals((await quiet(host, "build", "run", "--all")).code, 0);
  assertEquals(built, ["base", "left", "right", "app"]);
  host.clock.pass(1000);
  assertEquals(
    (await quiet(host, "build", "run", "--all")).stderr.split("\n")[0],
    "graph succeeded: 4 up to date in 0ms",
  );
  assertEquals((await quiet(host, "build", "run", "--all", "--dry-run")).stdout, "");
  assertEquals((await quiet(host, "build", "run", "--all", "--fresh")).code, 0);
  assertEquals(built.slice(4), ["base", "left", "right", "app"]);
});

Deno.test("build run --all: a task without a plan is refused before anything is built, and --plan makes the plan", async () => {
  const { host, built } = await planned(DIAMOND, "app", "left", "base");
  using _ = host;
  assertEquals(await quiet(host, "build", "run", "--all"), {
    code: 65,
    stdout: "",
    stderr: 'error: Cannot build task "right": it has no plan\n' +
      "  try: orchastration plan create right, or orchastration build run --all --plan\n",
  });
  assertEquals(built, []);
  assertEquals((await quiet(host, "build", "run", "--all", "--plan")).code, 0);
});

Deno.test("two tasks with the same folder are built one after the other, unless both are parallel", async () => {
  const task = (name: string, more: string) => `[tasks.${name}]\ncommand = ["make", "${name}"]\n${more}\n`;
  for (
    const [config, most] of [
      [task("a", "") + task("b", ""), 1],
      [task("a", "parallel = true") + task("b", ""), 1],
      [task("a", "parallel = true") + task("b", "parallel = true"), 2],
      [task("a", "") + task("b", 'working_dir = "other"'), 2],
      // One folder under two names.
      [task("a", 'working_dir = "other"') + task("b", 'working_dir = "./other/../other"'), 1],
    ] as const
  ) {
    using host = machineWith(config);
    host.disk.makeFolder(`${PROJECT}/other`);
    let running = 0;
    let seen = 0;
    host.program("make", async (p) => {
      seen = Math.max(seen, ++running);
      await p.sleep(100);
      running--;
    });
    const said = await call(host, ["build", "run", "--all", "--plan", "-j", "2", "--log-level", "error"]);
    assertEquals([said.code, seen], [0, most], config);
  }
});

Deno.test("all questions are asked before the first process, and nothing is built if one is answered with no", async () => {
  const config = DIAMOND.replace('["make", "right"]', '["make", "right"]\nconfirm = "really right?"');
  for (const answer of ["y\n", "n\n"]) {
    using host = machineWith(config, {
      isTerminal: { stdin: true, stdout: true, stderr: true },
      stdin: answer,
    });
    const built: string[] = [];
    host.program("make", (p) => {
      built.push(p.args[0]!);
      p.writeFile("left.txt", "");
    });
    const said = await call(host, ["build", "run", "--all", "--plan", "--no-color"]);
    assertEquals((said.stdout + said.stderr).split("really right?").length - 1, 1);
    assertEquals(built, answer === "n\n" ? [] : ["base", "left", "right", "app"]);
  }
});

Deno.test("--fail-fast stops the check of a build beside the failed one", async () => {
  using host = machineWith(
    '[tasks.bad]\ncommand = ["bad"]\n[tasks.slow]\ncommand = ["quick"]\nworking_dir = "other"\n' +
      'acceptance = [{ id = "ac1", text = "slow", check = ["slow"] }]\n',
  );
  host.disk.makeFolder(`${PROJECT}/other`);
  host.program("quick", () => 0);
  host.program("slow", (p) => p.sleep(60_000));
  host.program("bad", async (p) => {
    await p.sleep(500);
    return 3;
  });
  const beganMs = host.clock.monotonicMs();
  const said = await call(host, ["build", "run", "--all", "--plan", "--fail-fast", "-j", "2", "-q"]);
  assertEquals([said.code, host.livingProcesses()], [1, []]);
  assert(host.clock.monotonicMs() - beganMs < 30_000, said.stderr);
});

Deno.test("run --again of a build names the command that builds again", async () => {
  const { host } = await planned();
  using _ = host;
  await quiet(host, "build", "run", "app", "--with-needs");
  assertEquals(await quiet(host, "run", "--again", "graph"), {
    code: 65,
    stdout: "",
    stderr:
      'error: Cannot run again "graph/20261122T063450.123Z": it built tasks, and a build of all tasks skips ' +
      "tasks that are done\n  try: orchastration build run --all\n",
  });
});

Deno.test("build run: contradicting words and flags are refused", async () => {
  for (
    const [words, stderr] of [
      [
        [],
        "error: Cannot understand the command: <task> is missing\n" +
        "  try: orchastration build run <task>, or orchastration build run --all\n",
      ],
      [
        ["app", "--all"],
        'error: Cannot use "--all": it builds every task, and takes no name\n  try: orchastration build run --all\n',
      ],
      [
        ["app", "-j", "2"],
        'error: Cannot use "--jobs": it is for builds of several tasks\n' +
        "  try: orchastration build run app --with-needs, or orchastration build run --all\n",
      ],
      [
        ["--all", "--keep-going", "--fail-fast"],
        'error: Cannot use "--fail-fast": --fail-fast ends everything after a failure, but --keep-going continues\n' +
        "  try: orchastration build run --all --keep-going\n",
      ],
    ] as const
  ) {
    using host = machineWith(DIAMOND);
    await expectCall(host, ["build", "run", ...words], { code: 64, stderr });
  }
});

Deno.test("extra arguments go to the requested task, not to its needs", async () => {
  const host = machineWith(DIAMOND);
  using _ = host;
  const got: string[] = [];
  host.program("make", (p) => {
    got.push(p.args.join(" "));
    p.writeFile(`${p.args[0]}.txt`, "");
  });
  await quiet(host, "build", "run", "app", "--with-needs", "--plan");
  await call(host.another(), ["build", "run", "app", "--with-needs", "--", "--fast"]);
  assertEquals(got, ["base", "left", "right", "app", "app --fast"]);
});

Deno.test("a stale need does not count as done, is reported with the reason, and is built again with its dependents", async () => {
  const { host, built } = await planned();
  using _ = host;
  await quiet(host, "build", "run", "app", "--with-needs");
  host.clock.pass(1000);
  host.disk.write(`${PROJECT}/left.txt`, "edited by hand");
  assertEquals((await quiet(host, "build", "run", "app")).stderr.split("\n").slice(0, 2), [
    'error: Cannot build task "app": a task that it needs is not done',
    "  left: stale, left.txt changed since the build",
  ]);
  built.length = 0;
  await quiet(host, "build", "run", "app", "--with-needs");
  assertEquals(built, ["left", "app"]);

  // Built again at the bottom, all above it follows.
  host.clock.pass(1000);
  await quiet(host, "build", "run", "base");
  const said = await quiet(host, "build", "run", "app");
  assertEquals(said.stderr.split("\n").slice(1, 3), [
    "  left: stale, base, which it needs, was built again in base/20261122T063452.123Z",
    "  right: stale, base, which it needs, was built again in base/20261122T063452.123Z",
  ]);
  built.length = 0;
  await quiet(host, "build", "run", "app", "--with-needs");
  assertEquals(built, ["left", "right", "app"]);

  // With one that is missing at the bottom, all above it is missing, too.
  host.clock.pass(1000);
  await quiet(host, "plan", "create", "base", "--force");
  built.length = 0;
  await quiet(host, "build", "run", "app", "--with-needs");
  assertEquals(built, ["base", "left", "right", "app"]);
});

Deno.test("a new commit does not undo a need; --with-needs builds it from that commit", async () => {
  const { host, built } = await planned();
  using _ = host;
  let commit = "1".repeat(40);
  host.disk.makeFolder(`${PROJECT}/.git`);
  host.program("git", async (p) => {
    if (p.args.includes("status")) await p.stdout(`# branch.oid ${commit}\0`);
    if (p.args.includes("rev-parse")) await p.stdout(`${commit}\nHEAD\n`);
  });
  await quiet(host, "build", "run", "app", "--with-needs");
  commit = "2".repeat(40);
  const list = await quiet(host, "plan", "list");
  assertEquals(list.stdout.match(/ done, stale /g)?.length, 4);
  built.length = 0;
  assertEquals((await quiet(host, "build", "run", "app")).code, 0);
  assertEquals((await quiet(host, "build", "run", "app", "--with-needs")).code, 0);
  assertEquals(built, ["app", "base", "left", "right", "app"]);
});

Deno.test("a need that another process is building is refused at once, and is busy if that begins later", async () => {
  const { host } = await planned();
  using _ = host;
  host.program("make", (p) => p.sleep(2000));
  const first = host.another();
  const building = call(first, ["build", "run", "base", "--log-level", "error"]);
  await first.whenListening();
  await first.clock.advance(500);
  const refused = await quiet(host, "build", "run", "left");
  assertEquals([refused.code, refused.stderr.split("\n").slice(1, 3)], [65, [
    "  base: in progress, being built in base/20261122T063450.123Z",
    "  try: orchastration plan status base",
  ]]);
  const busy = await quiet(host, "build", "run", "left", "--with-needs");
  assertEquals([busy.code, busy.stderr], [
    1,
    'not started  base\nerror: task "base": Cannot work on task "base": another process is working on it\n' +
    "  run base/20261122T063450.123Z, by ada (process 4247), since 2026-11-22T06:34:50.123Z\n" +
    "  try: wait for it to end\n" +
    "graph failed: 1 not started, 1 skipped in 0ms\n" +
    '  base not started: Cannot work on task "base": another process is working on it\n' +
    "  left skipped: base, which it needs, did not succeed\n" +
    "  graph: orchastration runs show graph/20261122T063450.623Z\n",
  ]);
  await building;
});

Deno.test("Ctrl-C during the build of a need ends the whole call", async () => {
  const { host, built } = await planned();
  using _ = host;
  host.program("make", async (p) => {
    built.push(p.args[0]!);
    await p.sleep(1000);
  });
  const next = host.another();
  const stop = next.whenListening().then(() => next.clock.advance(500)).then(() => next.signal("SIGINT"));
  const said = await call(next, ["build", "run", "app", "--with-needs", "--log-level", "error"]);
  await stop;
  assertEquals([said.code, built, next.livingProcesses()], [130, ["base"], []]);
  assert(said.stderr.includes("graph cancelled: 1 cancelled, 3 not started"), said.stderr);
});

Deno.test("plan status lists needs with their status; stale if one is no longer done", async () => {
  const { host } = await planned();
  using _ = host;
  const rows = async () =>
    (await quiet(host, "plan", "status", "app")).stdout.split("\n").filter((row) =>
      /^(?:status|stale|needs)/.test(row)
    );
  assertEquals(await rows(), [
    "status   planned: not built since the plan",
    "needs    left: planned",
    "needs    right: planned",
  ]);
  await quiet(host, "build", "run", "app", "--with-needs");
  assertEquals(await rows(), [
    "status   done: the build succeeded",
    "needs    left: done",
    "needs    right: done",
  ]);
  host.clock.pass(1000);
  await quiet(host, "plan", "create", "left", "--force");
  await quiet(host, "build", "run", "right");
  host.disk.write(`${STATE}/tasks/base.json`, "{");
  assertEquals(await rows(), [
    "status   done, stale: the build succeeded",
    "stale    left, which it needs, is planned",
    "stale    right, which it needs, was built again in right/20261122T063451.123Z",
    "needs    left: planned",
    "needs    right: done",
  ]);
  const json = JSON.parse((await quiet(host, "plan", "status", "left", "--json")).stdout);
  assertEquals(json.needs, [{ name: "base", status: "unknown", last_build: null }]);
  await expectCall(host.another(), ["build", "run", "left"], {
    code: 74,
    stderr:
      `error: Cannot read the task record "${STATE}/tasks/base.json": it is not JSON\n  try: orchastration doctor, or move the file away\n`,
  });
});
