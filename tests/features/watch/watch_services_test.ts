/** `run --watch` and services: they stay ready between the runs of a watch, as they are configured for each, and end with it. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { call, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { startsAgain } from "../../support/started_again.ts";
import "../../../src/app/services/use_services.ts";
import "../../../src/app/runs/stop_runs.ts";
import "../../../src/app/watch/watch_jobs.ts";

const TOML = `
[services.api]
command = ["api"]
ready = { line = "listening on (.*)" }
[jobs.use]
command = ["use"]
uses = ["api"]
[jobs.dep]
command = ["dep"]
[jobs.all]
command = ["all"]
needs = ["dep", "use"]
`;

function machine(): { readonly host: FakeHost; readonly used: string[] } {
  const host = machineWith(TOML, { files: { [`${PROJECT}/in.txt`]: "1" } });
  startsAgain(host);
  const used: string[] = [];
  for (const name of ["api", "other"]) {
    host.program(name, async (p) => {
      await p.stdout(`listening on ${name}\n`);
      await p.forever();
    });
  }
  host.program("use", (p) => void used.push(p.env["ORCHASTRATION_SERVICE_API_ADDRESS"] ?? ""));
  for (const name of ["dep", "all"]) host.program(name, () => {});
  return { host, used };
}

function living(host: FakeHost): string {
  return host.livingProcesses().map((line) => line.split(" ")[1]).sort().join(" ");
}

function runsOf(host: FakeHost, name: string): number {
  return host.disk.list(`${STATE}/runs/${name}`).filter((file) => /^\d.*Z\.json$/.test(file)).length;
}

async function changed(host: FakeHost, file: string, content: string): Promise<void> {
  host.disk.write(`${PROJECT}/${file}`, content);
  await host.clock.advance(5000);
}

for (const name of ["use", "all"]) {
  Deno.test(`a watch keeps the services of its runs ready between them, and ends them at its own end: ${name}`, async () => {
    const { host, used } = machine();
    using _ = host;
    const said = call(host, ["run", name, "--watch", "--log-level", "error"]);
    await host.clock.advance(5000);
    assertEquals([used, living(host)], [["api"], "api"]);
    await changed(host, "in.txt", "2");
    assertEquals([used, living(host), runsOf(host, "api")], [["api", "api"], "api", 1]);
    host.signal("SIGINT");
    assertEquals([(await said).code, living(host)], [130, ""]);
    assertEquals(readJson(host, `${STATE}/runs/api/last.json`)["status"], "cancelled");
  });
}

Deno.test("a watch starts a service again when its definition has changed", async () => {
  const { host, used } = machine();
  using _ = host;
  const said = call(host, ["run", "use", "--watch", "--log-level", "error"]);
  await host.clock.advance(5000);
  await changed(host, "orchastration.toml", TOML.replace('["api"]\nready', '["other"]\nready'));
  assertEquals([used, living(host), runsOf(host, "api")], [["api", "other"], "other", 2]);
  host.signal("SIGINT");
  assertEquals([(await said).code, living(host)], [130, ""]);
  assertStringIncludes((await said).stderr, "orchastration.toml changed; running use again");
});
