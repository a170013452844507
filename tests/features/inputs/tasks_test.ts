/** Inputs of tasks: builds that are not needed, evidence that stays valid, and evidence that becomes void. */

import { assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, withoutLog } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const TASK = `[tasks.site]
command = ["make"]
inputs = ["src"]
outputs = ["out"]
acceptance = [{ id = "ac1", text = "it works", check = ["check"] }]
`;

function machine(toml = TASK): FakeHost {
  const host = machineWith(toml, { files: { [`${PROJECT}/src/a`]: "a" } });
  host.program("make", (p) => p.writeFile("out", host.disk.read(`${PROJECT}/src/a`)!));
  host.program("check", () => 0);
  return host;
}

async function quiet(host: FakeHost, ...argv: readonly string[]) {
  host.clock.pass(5000);
  const said = await call(host.another(), [...argv, "--log-level", "error"]);
  return { ...said, stdout: withoutLog(said.stdout) };
}

async function json(host: FakeHost, ...argv: readonly string[]) {
  const said = await quiet(host, ...argv, "--json");
  return JSON.parse(said.stdout);
}

async function built(toml?: string): Promise<FakeHost> {
  const host = machine(toml);
  await quiet(host, "plan", "create", "site");
  assertEquals((await quiet(host, "build", "run", "site")).code, 0);
  return host;
}

Deno.test("a build with the same inputs and outputs is not needed, and the task stays done", async () => {
  const host = await built();
  const again = await json(host, "build", "run", "site");
  assertEquals([again.status, again.task.status], ["up_to_date", "done"]);
  const { status, stale } = await json(host, "plan", "status", "site");
  assertEquals([status, stale], ["done", []]);
});

Deno.test("a task loses its proof by a change of an input, which is named, and by no other change", async () => {
  const host = await built();
  host.disk.write(`${PROJECT}/README.md`, "read me");
  assertEquals((await json(host, "plan", "status", "site")).stale, []);
  host.disk.write(`${PROJECT}/src/a`, "b");
  assertEquals((await json(host, "plan", "status", "site")).stale, ["src/a changed since the build"]);
  host.disk.write(`${PROJECT}/src/a`, "a");
  assertEquals((await json(host, "plan", "status", "site")).stale, []);
});

Deno.test("an earlier build whose outputs exist is the task's evidence again", async () => {
  const host = await built();
  const first = (await json(host, "plan", "status", "site")).last_build.run;
  host.disk.write(`${PROJECT}/src/a`, "b");
  await quiet(host, "build", "run", "site");
  host.disk.write(`${PROJECT}/src/a`, "a");
  host.disk.write(`${PROJECT}/out`, "a");
  const again = await json(host, "build", "run", "site");
  assertEquals([again.status, again.same_as.run], ["up_to_date", first]);
  const { status, stale, last_build } = await json(host, "plan", "status", "site");
  assertEquals([status, stale, last_build.run], ["done", [], first]);
});

Deno.test("a new plan makes earlier builds no reason to skip", async () => {
  const host = await built();
  await quiet(host, "plan", "create", "site", "--force");
  assertEquals((await json(host, "build", "run", "site")).status, "succeeded");
});

Deno.test("a criterion with fresh = true has the task built each time", async () => {
  const host = await built(TASK.replace('check = ["check"]', 'check = ["check"], fresh = true'));
  const again = await json(host, "build", "run", "site");
  assertEquals([again.status, again.inputs.causes], ["succeeded", [{
    kind: "fresh_asked",
    detail: "criterion",
  }]]);
});

Deno.test("inputs that change during a build: it proves no criterion, and the task is not done", async () => {
  const host = machine();
  host.program("check", (p) => p.writeFile("src/a", "edited meanwhile"));
  await quiet(host, "plan", "create", "site");
  const run = await json(host, "build", "run", "site");
  assertEquals([run.status, run.inputs_changed], ["succeeded", ["src/a"]]);
  assertEquals(run.task, {
    status: "in_progress",
    reason: "built, but the build proves nothing: src/a changed while it was built",
  });
  const { criteria, next } = await json(host, "plan", "status", "site");
  assertEquals([criteria[0].state, next], ["open", "orchastration build run site"]);
  host.program("check", () => 0);
  const again = await json(host, "build", "run", "site");
  assertEquals([again.status, again.task.status], ["succeeded", "done"]);
});

Deno.test("the outputs of a needed task count, and not that it was built again", async () => {
  const toml = `[tasks.lib]\ncommand = ["lib"]\noutputs = ["lib.a"]\n\n${TASK}needs = ["lib"]\n`;
  const host = machine(toml);
  host.program("lib", (p) => p.writeFile("lib.a", "1"));
  for (const name of ["lib", "site"]) await quiet(host, "plan", "create", name);
  for (const name of ["lib", "site"]) await quiet(host, "build", "run", name);
  await quiet(host, "build", "run", "lib");
  assertEquals((await json(host, "build", "run", "site")).status, "up_to_date");
  host.program("lib", (p) => p.writeFile("lib.a", "2"));
  await quiet(host, "build", "run", "lib");
  const again = await json(host, "build", "run", "site");
  assertEquals([again.status, again.inputs.causes], ["succeeded", [{ kind: "need", name: "lib" }]]);
});

Deno.test("runs accept-unchanged: the evidence of a task stays valid", async () => {
  const host = await built();
  host.disk.write(`${PROJECT}/src/a`, "a // comment");
  assertEquals((await json(host, "plan", "status", "site")).stale, ["src/a changed since the build"]);
  assertEquals((await quiet(host, "runs", "accept-unchanged", "site", "--because", "a comment")).code, 0);
  assertEquals((await json(host, "plan", "status", "site")).stale, []);
  assertEquals((await json(host, "build", "run", "site")).status, "up_to_date");
});

Deno.test("build run --dry-run: needs come first, and what depends on their results is unknown", async () => {
  const toml = `[tasks.lib]\ncommand = ["lib"]\ninputs = []\noutputs = ["lib.a"]\n\n${TASK}needs = ["lib"]\n`;
  const host = machine(toml);
  for (const name of ["lib", "site"]) await quiet(host, "plan", "create", name);
  const { nodes, edges } = await json(host, "build", "run", "site", "--with-needs", "--dry-run");
  assertEquals(nodes.map(({ name, would }: Record<string, string>) => [name, would]), [["lib", "run"], [
    "site",
    "unknown",
  ]]);
  assertEquals(edges, [{ from: "lib", to: "site" }]);
  assertEquals(host.spawned.length, 0);
});
