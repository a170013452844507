/** `[jobs.x.windows]` and similar tables: settings for one system are in force there, and nowhere else. */

import { assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import type { OperatingSystem } from "../../../src/host/environment.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const TOML = `[jobs.show]
command = ["show", "files"]
timeout_seconds = 5
env = { A = "1", B = "1" }
[jobs.show.linux]
env = { B = "linux", C = "linux" }
timeout_seconds = 7
[jobs.show.macos]
command = ["show", "on", "mac"]
[tasks.site]
command = ["show"]
outputs = ["site"]
[tasks.site.linux]
outputs = ["site.elf"]
[tasks.site.macos]
working_dir = "mac"
`;

function machine(os: OperatingSystem): FakeHost {
  const host = machineWith(TOML, { os });
  host.program("show", (p) => p.stdout("shown\n"));
  return host;
}

/** The list, the record and the shown values on one system. */
function inForce(os: "linux" | "darwin", expected: Readonly<Record<string, unknown>>): void {
  Deno.test(`platform tables: the values on ${os}`, async () => {
    using host = machine(os);
    const { jobs } = JSON.parse((await call(host, ["list", "--json"])).stdout);
    const { intent, definition } = JSON.parse((await call(host, ["run", "show", "--json"])).stdout);
    assertEquals(
      { listed: jobs[0].command, ran: intent.command, env: intent.env, timeout: intent.timeout_ms },
      expected,
    );
    // The record has the values that were in force, without the tables of other systems.
    assertEquals([definition.command, definition.env, definition.timeout_ms], [
      ...[intent.command, intent.env, intent.timeout_ms],
    ]);
    assertEquals(["windows", "macos", "linux"].some((key) => key in definition), false);
  });
}

inForce("linux", {
  listed: ["show", "files"],
  ran: ["show", "files"],
  timeout: 7000,
  env: { A: "1", B: "linux", C: "linux" },
});
inForce("darwin", {
  listed: ["show", "on", "mac"],
  ran: ["show", "on", "mac"],
  timeout: 5000,
  env: { A: "1", B: "1" },
});

Deno.test("platform tables: a plan holds the definition of this system, so another system's table is no drift", async () => {
  using host = machine("linux");
  const planned = JSON.parse((await call(host, ["plan", "create", "site", "--json"])).stdout);
  assertEquals(planned.definition.outputs, ["site.elf"]);
  host.disk.write(`${PROJECT}/orchastration.toml`, TOML.replace('"mac"', '"other"'));
  const same = JSON.parse((await call(host, ["plan", "status", "site", "--json"])).stdout);
  host.disk.write(`${PROJECT}/orchastration.toml`, TOML.replace("site.elf", "site.bin"));
  const other = JSON.parse((await call(host, ["plan", "status", "site", "--json"])).stdout);
  assertEquals([same.drift, other.drift.map(({ field }: { field: string }) => field)], [[], ["outputs[0]"]]);
  assertEquals(readJson(host, `${STATE}/tasks/site.json`).outputs, ["site.elf"]);
});

Deno.test("config show: a value of this system's table has the line and the name of that table", async () => {
  using host = machine("linux");
  const { stdout } = await call(host, ["config", "show"]);
  assertEquals(stdout.split("\n[jobs.show]\n")[1]!.split("\n").slice(0, 6), [
    `command = ["show", "files"]  # orchastration.toml:2`,
    `timeout_seconds = 7          # orchastration.toml:7 (linux)`,
    `env.A = "1"                  # orchastration.toml:4`,
    `env.B = "linux"              # orchastration.toml:6 (linux)`,
    `env.C = "linux"              # orchastration.toml:6 (linux)`,
    'working_dir = "."            # default',
  ]);
  const { tables } = JSON.parse((await call(host, ["config", "show", "--json"])).stdout);
  assertEquals(tables[0].values[1].origin, { kind: "file", line: 7, platform: "linux" });
});
