/** `hook stop` and `hook session-start`: an assistant is held once while a task is not proven; what is left open is on record. */

import { assert, assertEquals } from "@std/assert";
import { call, logOf, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
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
