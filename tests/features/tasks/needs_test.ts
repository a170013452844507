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

Deno.test("needs that are not done: refused, with each name, what it is and why; nothing is built", async () => {
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

Deno.test("--with-needs: each once, needs first; done ones are left alone", async () => {
  const { host, built } = await planned();
  using _ = host;
  assertEquals(await quiet(host, "build", "run", "app", "--with-needs"), {
    code: 0,
    stdout: "",
    stderr: "building base\nbase is done: the build succeeded\nbuilding left\n" +
      "left is done: the build succeeded and its output is present\nbuilding right\n" +
      "right is done: the build succeeded\nbuilding app\n" +
      "app is done: the build succeeded\n  next: orchastration doc generate app\n",
  });
  assertEquals(built, ["base", "left", "right", "app"]);
  host.clock.pass(1000);
  assertEquals(
    (await quiet(host, "build", "run", "app", "--with-needs")).stderr.split("\n")[0],
    "app is done: the build succeeded",
  );
  assertEquals((await quiet(host, "build", "run", "app")).code, 0);
  assertEquals(built.slice(4), ["app", "app"]);
});

Deno.test("needs that are not done, of a task without a plan: one after the other, what is said to try leads to the build", async () => {
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

Deno.test("--with-needs --plan: plans what has no plan that fits", async () => {
  const { host, built } = await planned(DIAMOND, "base");
  using _ = host;
  const said = await quiet(host, "build", "run", "app", "--with-needs", "--plan");
  assertEquals([said.code, built], [0, ["base", "left", "right", "app"]]);
});

Deno.test("--with-needs: what would be refused in the end is refused before anything is built", async () => {
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

Deno.test("--with-needs stops at the first that fails, with its exit status; with --json its run is the document", async () => {
  for (const json of [false, true]) {
    const { host, built, codes } = await planned();
    using _ = host;
    codes["left"] = 4;
    const said = await quiet(host, "build", "run", "app", "--with-needs", ...json ? ["--json"] : []);
    assertEquals([said.code, built], [4, ["base", "left"]]);
    const ending = 'error: task "left" failed with exit status 4 after 0ms\n' +
      "  log: orchastration logs left/20261122T063450.123Z\n  app, which needs it, was not built\n";
    assertEquals(
      withoutLog(said.stderr),
      `${json ? "" : "building base\n"}base is done: the build succeeded\n${
        json ? "" : "building left\n"
      }${ending}`,
    );
    if (json) {
      const { id, status, task } = JSON.parse(said.stdout);
      assertEquals([id, status, task.status], ["left/20261122T063450.123Z", "failed", "failed"]);
    }
    assertEquals(["base", "left", "right", "app"].map((name) => statusOf(host, name)), [
      "done",
      "failed",
      "planned",
      "planned",
    ]);
  }
});

Deno.test("--with-needs stops at one that waits for a person, and that is no success of the whole", async () => {
  const { host, built } = await planned(
    `${DIAMOND}acceptance = [{ id = "ac1", text = "it is solid" }]\n`,
  );
  using _ = host;
  assertEquals(await quiet(host, "build", "run", "app", "--with-needs"), {
    code: 65,
    stdout: "",
    stderr: "building base\nbase is in progress: built; ac1 waits to be confirmed by a person\n" +
      'error: Cannot build task "app": a task that it needs is not done\n' +
      "  base: in progress, built; ac1 waits to be confirmed by a person\n" +
      "  try: orchastration plan status base\n",
  });
  assertEquals(built, ["base"]);
  await quiet(host, "plan", "accept", "base", "ac1");
  assertEquals((await quiet(host, "build", "run", "app", "--with-needs")).code, 0);
  assertEquals(built, ["base", "left", "right", "app"]);
});

Deno.test("extra arguments are for the task that was asked for, not for what it needs", async () => {
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

Deno.test("a need that is done and stale is not done: said with the reason, and built again with what follows from it", async () => {
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

Deno.test("a new commit does not undo a need; who asks for the needs gets them built from it", async () => {
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

Deno.test("a need that somebody else is building: refused at once; found out on the way, it is busy", async () => {
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
    75,
    'building base\nerror: Cannot work on task "base": another process is working on it\n' +
    "  run base/20261122T063450.123Z, by process 4247, since 2026-11-22T06:34:50.123Z\n" +
    "  try: wait for it to end\n",
  ]);
  await building;
});

Deno.test("Ctrl-C on the way through needs ends the whole", async () => {
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
  assert(said.stderr.endsWith("  app, which needs it, was not built\n"), said.stderr);
});

Deno.test("plan status names what is needed and where that stands; stale where it is not done any more", async () => {
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
    stderr: `error: Cannot read the task record "${STATE}/tasks/base.json": it is not JSON\n`,
  });
});
