/** `hook stop`, `hook session-start` and `hook post-tool`: an assistant is held once while a task is not proven; what is left open is on record. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, logOf, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import { startsAgain } from "../../support/started_again.ts";
import { withGit } from "../../support/fake_git.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const TOML = `
[jobs.lint]
command = ["lint"]
[tasks.site]
command = ["make-site"]
acceptance = [
  { id = "ac1", text = "the tests pass", check = ["check"] },
  { id = "ac2", text = "somebody has looked" },
]
`;
const ENV = { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" };

function machine(): FakeHost {
  const host = machineWith(TOML, { env: ENV });
  host.program("make-site", () => 0);
  host.program("check", () => 0);
  host.program("lint", () => 1);
  return host;
}

/** The answer to a hook, parsed; undefined where it says nothing. */
async function hook(host: FakeHost, name: string, input: unknown) {
  const stdin = typeof input === "string" ? input : JSON.stringify(input);
  const next = host.another({ env: { ...ENV, CODEX_THREAD_ID: "t1" }, stdin });
  startsAgain(next);
  const said = await call(next, ["hook", name]);
  assertEquals([said.code, said.stderr], [0, ""]);
  return said.stdout === "" ? undefined : JSON.parse(said.stdout);
}

const FIRST = { hook_event_name: "Stop", session_id: "s", stop_hook_active: false };
const SECOND = { ...FIRST, stop_hook_active: true };

Deno.test("hook stop: nothing is printed if no task is in progress, or there is no configuration", async () => {
  using host = machine();
  assertEquals(await hook(host, "stop", FIRST), undefined);
  using none = machineWith(undefined, { env: ENV });
  assertEquals(await hook(none, "stop", FIRST), undefined);
});

Deno.test("hook stop: a planned task that is not built blocks the first stop, with its criteria and the command", async () => {
  using host = machine();
  await call(host, ["plan", "create", "site"]);
  assertEquals(await hook(host, "stop", FIRST), {
    decision: "block",
    reason: [
      "Not done yet, as far as records prove it:",
      "- task site is planned: not built since the plan",
      "  ac1 is open, a check of the build proves it: the tests pass",
      "  ac2 is open, a person confirms it: somebody has looked",
      "  run: orchastration build run site",
      "Prove it with these commands, or say plainly what is open and why.",
    ].join("\n"),
  });
});

Deno.test("hook stop: the second stop is allowed, and the record of the task keeps that it was left open", async () => {
  using host = machine();
  await call(host, ["plan", "create", "site"]);
  assertEquals(await hook(host, "stop", SECOND), undefined);
  const record = readJson(host, `${STATE}/tasks/site.json`);
  assertEquals(record["left_open"], {
    at: "2026-11-22T06:34:49.123Z",
    by: "codex",
    criteria: ["ac1", "ac2"],
    reason: "not built since the plan",
  });
  const { stdout } = await call(host, ["plan", "status", "site"]);
  assert(stdout.includes("left open  by codex, 2026-11-22T06:34:49.123Z: ac1, ac2\n"), stdout);
  const json = JSON.parse((await call(host, ["plan", "status", "site", "--json"])).stdout);
  assertEquals(json.left_open.criteria, ["ac1", "ac2"]);
  const page = await call(host, ["doc", "generate", "site", "--output", "-"]);
  assert(page.stdout.includes("- codex left it open, 2026-11-22 06:34:49 UTC: ac1, ac2."), page.stdout);
  await host.clock.after(1000).elapsed;
  await call(host, ["build", "run", "site"]);
  assert(!(await call(host, ["doc", "generate", "site", "--output", "-"])).stdout.includes("left it open"));
});

Deno.test("hook stop: a stop is allowed after a build whose checks passed, although a confirmation is missing", async () => {
  using host = machine();
  assertEquals((await call(host, ["build", "run", "site", "--plan"])).code, 0);
  assertEquals(await hook(host, "stop", FIRST), undefined);
});

Deno.test("hook stop: a failed check blocks the stop, and so does a drifted definition", async () => {
  using host = machine();
  host.program("check", () => 1);
  await call(host, ["build", "run", "site", "--plan"]);
  const failed = await hook(host, "stop", FIRST);
  assert(failed.reason.includes("ac1 is failed, a check of the build proves it"), failed.reason);
  host.program("check", () => 0);
  await call(host, ["build", "run", "site"]);
  assertEquals(await hook(host, "stop", FIRST), undefined);
  host.disk.write(`${PROJECT}/orchastration.toml`, TOML.replace("the tests pass", "all tests pass"));
  const stale = await hook(host, "stop", FIRST);
  assert(stale.reason.includes("the definition changed since the plan"), stale.reason);
});

Deno.test("hook: input of another form, or of another event, is allowed without output, and logged", async () => {
  using host = machine();
  await call(host, ["plan", "create", "site"]);
  for (const input of ["", "no json", "[]", { hook_event_name: "Other" }, { stop_hook_active: false }]) {
    assertEquals(await hook(host, "stop", input), undefined);
  }
  const said = logOf(host).filter(({ event }) => event === "hook");
  assertEquals(
    said.map(({ level, why }) => [level, why]),
    Array(5).fill(["warning", "its input is not known"]),
  );
});

Deno.test("hook session-start: the last failure and the open tasks are printed, or nothing if no task is open", async () => {
  using host = machine();
  const start = { hook_event_name: "SessionStart", source: "startup" };
  assertEquals(await hook(host, "session-start", start), undefined);
  await call(host, ["plan", "create", "site"]);
  await call(host, ["run", "lint", "--quiet"]);
  const { hookSpecificOutput } = await hook(host, "session-start", start);
  assertEquals(hookSpecificOutput.hookEventName, "SessionStart");
  const lines = hookSpecificOutput.additionalContext.split("\n");
  assertEquals(lines, [
    "last failure: lint/20261122T063449.123Z, exited with status 1; orchastration logs lint/20261122T063449.123Z",
    "task site is planned: not built since the plan",
  ]);
});

Deno.test("hook: its output is only the answer, also with a configuration that cannot be used", async () => {
  using host = machineWith("[jobs.a]\n", { env: ENV });
  assertEquals(await hook(host, "stop", FIRST), undefined);
});

Deno.test("hook session-start: services that run are named, also those that are not ready", async () => {
  using host = machine();
  host.disk.write(`${PROJECT}/orchastration.toml`, `${TOML}${SERVICE}`);
  host.program("db", async (p) => {
    await p.stdout("listening\n");
    await p.forever();
  });
  const other = host.another({ env: ENV });
  startsAgain(other);
  assertEquals((await call(other, ["service", "start", "db"])).code, 0);
  const { hookSpecificOutput } = await hook(host, "session-start", START);
  assertEquals(hookSpecificOutput.additionalContext, "services: db is healthy at listening");
  await call(other, ["service", "stop", "db"]);
  assertEquals(await hook(host, "session-start", START), undefined);
});

const SERVICE = `
[services.db]
command = ["db"]
ready = { line = "listening" }
`;
const START = { hook_event_name: "SessionStart", source: "startup" };

function ran(command: string, tool = "Bash") {
  return { hook_event_name: "PostToolUse", tool_name: tool, tool_input: { command } };
}

Deno.test("hook post-tool: the command of a job that ran outside is seen, is told once, and is not recorded", async () => {
  using host = machine();
  const said = await hook(host, "post-tool", ran("cd . && lint 2>&1 | tail -n 5"));
  assertEquals(said.hookSpecificOutput, {
    hookEventName: "PostToolUse",
    additionalContext:
      "This was the command of job lint, and it is not recorded, so it proves nothing; to record it: orchastration run lint",
  });
  assertEquals(await hook(host, "post-tool", ran("lint")), undefined);
  assertEquals((await call(host, ["runs", "list"])).stdout.includes("lint"), false);
  const { stdout } = await call(host, ["status"]);
  assertEquals(
    stdout,
    "lint  never run\nseen outside: lint, by codex, 2026-11-22T06:34:49.123Z; not recorded\n",
  );
  const json = JSON.parse((await call(host, ["status", "--json"])).stdout);
  assertEquals(json.jobs[0].seen_outside, { at: "2026-11-22T06:34:49.123Z", by: "codex" });
  const { hookSpecificOutput } = await hook(host, "session-start", START);
  assertEquals(
    hookSpecificOutput.additionalContext,
    "seen outside and not recorded: lint; orchastration run lint",
  );
});

Deno.test("hook post-tool: a run after it makes that it was seen old news", async () => {
  using host = machine();
  await hook(host, "post-tool", ran("lint"));
  await host.clock.after(1000).elapsed;
  await call(host, ["run", "lint", "--quiet"]);
  const { stdout } = await call(host, ["status"]);
  assert(!stdout.includes("seen outside"), stdout);
});

Deno.test("hook post-tool: other commands and other tools are nothing", async () => {
  using host = machine();
  for (
    const input of [ran("lint src"), ran("echo lint"), ran("lint", "Edit"), ran("lint $WORDS"), ran("'")]
  ) {
    assertEquals(await hook(host, "post-tool", input), undefined);
  }
  assertEquals(JSON.parse((await call(host, ["status", "--json"])).stdout).jobs[0].seen_outside, undefined);
});

for (const name of ["stop", "session-start", "post-tool"]) {
  const input = { stop: FIRST, "session-start": START, "post-tool": ran("lint") }[name];
  for (const op of ["readBytes", "list", "write"] as const) {
    Deno.test(`hook ${name}: answers within two seconds on a disk that hangs (${op}), and leaves no process`, async () => {
      using host = machine();
      await call(host, ["plan", "create", "site"]);
      const next = host.another({ env: ENV, stdin: JSON.stringify(input) });
      const started = startsAgain(next, (again) => again.faults.hangAt({ op }));
      const begunMs = next.clock.monotonicMs();
      await expectCall(next, ["hook", name], {});
      assert(next.clock.monotonicMs() - begunMs <= 1800, String(next.clock.monotonicMs() - begunMs));
      assertEquals(started.map(({ isDead }) => isDead), [true]);
    });
  }
}

Deno.test("hook stop: answers within two seconds where git hangs, leaves no git, and says so in the log", async () => {
  const folders = ["one", "two", "three"];
  const tasks = folders.map((name) => `[tasks.${name}]\ncommand = ["make-site"]\nworking_dir = "${name}"\n`);
  using host = machine();
  host.disk.write(`${PROJECT}/orchastration.toml`, tasks.join(""));
  for (const name of folders) host.disk.makeFolder(`${PROJECT}/${name}`);
  const repository = withGit(host, PROJECT);
  assertEquals((await call(host, ["build", "run", "--all", "--plan", "--quiet"])).code, 0);
  let asked = 0;
  repository.before = (p) => {
    asked++;
    return p.forever().then(() => 0);
  };
  const next = host.another({ env: ENV, stdin: JSON.stringify(FIRST) });
  startsAgain(next);
  const begunMs = next.clock.monotonicMs();
  assertEquals(await call(next, ["hook", "stop"]), { code: 0, stdout: "", stderr: "" });
  assert(next.clock.monotonicMs() - begunMs <= 1800, String(next.clock.monotonicMs() - begunMs));
  assertEquals([asked > 2, host.livingProcesses()], [true, []]);
  assertEquals(logOf(host).filter(({ event }) => event === "hook").map(({ why }) => why), [
    "it took too long",
  ]);
});

Deno.test("hook: a client that never closes its end is answered in time", async () => {
  using host = machine();
  const next = host.another({ env: ENV, stdin: null });
  startsAgain(next);
  const begunMs = next.clock.monotonicMs();
  assertEquals(await call(next, ["hook", "stop"]), { code: 0, stdout: "", stderr: "" });
  assert(next.clock.monotonicMs() - begunMs <= 1800, String(next.clock.monotonicMs() - begunMs));
});

Deno.test("hook: where no further process can be started, it does the work itself", async () => {
  using host = machine();
  await call(host, ["plan", "create", "site"]);
  const next = host.another({ env: ENV, stdin: JSON.stringify(FIRST) });
  next.faults.failNext({ op: "startAgain", problem: { kind: "other", reason: "too many processes" } });
  const { stdout } = await call(next, ["hook", "stop"]);
  assertEquals(JSON.parse(stdout).decision, "block");
});
