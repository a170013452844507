/** A run inside a run never waits for a lock that a run around it holds, because neither could end. */

import { assertEquals } from "@std/assert";
import { call, machineWith, type Said } from "../../support/cli.ts";
import "../../../src/app/graph/run_jobs.ts";

const QUIET = ["--log-level", "error"];

const TOML = `
[jobs.work]
command = ["work"]
concurrency = "wait"
[jobs.first]
command = ["first"]
lock = "db"
[jobs.between]
command = ["between"]
[jobs.second]
command = ["second"]
lock = "db"
[jobs.all]
command = ["second"]
needs = ["second"]
`;

async function inside(
  programs: Readonly<Record<string, readonly string[]>>,
  words: readonly string[],
): Promise<readonly Said[]> {
  using host = machineWith(TOML);
  const said: Said[] = [];
  for (const [name, inner] of Object.entries(programs)) {
    host.program(name, async (p) => {
      const answer = await call(host.another({ env: { ...p.env } }), [...inner, ...QUIET]);
      if (answer.stderr !== "") said.push(answer);
    });
  }
  host.program("second", () => {});
  assertEquals((await call(host, [...words, ...QUIET])).code, 0);
  return said;
}

Deno.test("a job that runs once at a time and calls itself is refused, and does not wait for itself", async () => {
  const [said] = await inside({ work: ["run", "work"] }, ["run", "work"]);
  assertEquals(said, {
    code: 75,
    stdout: "",
    stderr:
      'error: Cannot run "work": it would wait for itself, because this call is a part of the run that holds its lock\n' +
      "  run work/20261122T063449.123Z, by process 4242, since 2026-11-22T06:34:49.123Z\n" +
      "  try: call it outside of that run\n",
  });
});

Deno.test("a lock that a run two levels further out holds is refused as well, alone and in a graph", async () => {
  const expected =
    'Cannot run "second": it would wait for lock "db", because this call is a part of the run that holds it';
  for (const [last, code] of [["second", 75], ["all", 1]] as const) {
    const [said] = await inside({ first: ["run", "between"], between: ["run", last] }, ["run", "first"]);
    assertEquals([last, said?.code, said?.stderr.includes(expected)], [last, code, true], said?.stderr);
  }
});

Deno.test("a lock that another run holds is waited for inside a run", async () => {
  using host = machineWith(TOML);
  host.program("first", (p) => p.sleep(3000));
  host.program("second", () => {});
  host.program("between", async (p) => {
    const said = await call(host.another({ env: { ...p.env } }), ["run", "second", ...QUIET]);
    assertEquals([said.code, said.stderr], [0, "waiting for first/20261122T063449.123Z to end\n"]);
  });
  const first = call(host, ["run", "first", ...QUIET]);
  await host.whenListening();
  assertEquals((await call(host.another(), ["run", "between", ...QUIET])).code, 0);
  assertEquals((await first).code, 0);
});
