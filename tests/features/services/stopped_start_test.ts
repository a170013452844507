/** The start of a service for a node of a graph ends with the graph, and with nothing else. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { call, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { startsAgain } from "../../support/started_again.ts";
import "../../../src/app/graph/run_jobs.ts";
import "../../../src/app/runs/stop_runs.ts";
import "../../../src/app/services/use_services.ts";
import "../../../src/app/tasks/build_tasks.ts";

const TOML = `
[services.api]
command = ["api"]
ready = { port = 8080 }
ready_timeout_seconds = 80000
[jobs.use]
command = ["use"]
uses = ["api"]
[jobs.long]
command = ["long"]
[jobs.bad]
command = ["bad"]
[jobs.talk]
command = ["talk"]
interactive = true
[tasks.first]
command = ["long"]
working_dir = "first"
[tasks.site]
command = ["use"]
uses = ["api"]
`;

interface Scene {
  readonly host: FakeHost;
  /** Names of the programs of users that began. */
  readonly users: string[];
  /** From now on the service becomes ready; it has more time than passes here. */
  open(): void;
}

function scene(): Scene {
  const host = machineWith(TOML, { files: { "/home/ada/project/first/in.txt": "" } });
  startsAgain(host);
  const users: string[] = [];
  const isOpen = Promise.withResolvers<void>();
  host.program("api", async (p) => {
    await isOpen.promise;
    host.network.ports.set(8080, { pid: p.pid, program: "api", startedAtMs: undefined });
    await p.forever();
  });
  host.program("use", () => void users.push("use"));
  host.program("long", (p) => p.forever());
  host.program("talk", (p) => p.forever());
  return { host, users, open: () => isOpen.resolve() };
}

function living(host: FakeHost): string {
  return host.livingProcesses().map((line) => line.split(" ")[1]).sort().join(" ");
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 0));
}

function another(host: FakeHost): FakeHost {
  const other = host.another();
  startsAgain(other);
  return other;
}

Deno.test("services: a stop of one job of a graph leaves the service that another job of the graph waits for", async () => {
  const { host, users, open } = scene();
  using _ = host;
  const graph = call(host, ["run", "long", "use", "--keep-going"]);
  await until(() => living(host) === "api long");
  // Its name would mean the graph, for which it was requested.
  await call(another(host), ["stop", "long/2026"]);
  assertEquals(living(host), "api");
  open();
  const said = await graph;
  assertEquals([said.code, users, living(host)], [1, ["use"], ""]);
  assertStringIncludes(said.stderr, "graph failed: 1 succeeded, 1 cancelled");
});

Deno.test("services: Ctrl-C for an interactive job leaves the service that the next job of the graph waits for", async () => {
  const { host, users, open } = scene();
  using _ = host;
  host.program("talk", async (p) => {
    await until(() => living(host).includes("api"));
    host.signal("SIGINT");
    open();
    await p.sleep(1000);
  });
  const said = await call(host, ["run", "talk", "use"]);
  assertEquals([said.code, users, living(host)], [0, ["use"], ""]);
});

for (const words of [["run", "long", "use"], ["build", "run", "--all", "--plan"]]) {
  Deno.test(`services: the graph that is stopped while it starts a service says so, and nothing else: ${words[0]}`, async () => {
    const { host, users } = scene();
    using _ = host;
    const graph = call(host, words);
    await until(() => living(host) === "api long");
    host.signal("SIGINT");
    const said = await graph;
    assertEquals([said.code, users, living(host)], [130, [], ""]);
    assertEquals(said.stderr.includes("Cannot continue"), false, said.stderr);
    assertStringIncludes(said.stderr, "not started: the graph was stopped before it could begin");
    assertEquals(readJson(host, `${STATE}/runs/api/last.json`)["status"], "cancelled");
  });
}

Deno.test("services: a graph that is stopped does not wait until another call has started its service", async () => {
  const { host, users, open } = scene();
  using _ = host;
  const first = call(host, ["run", "use", "--quiet"]);
  await until(() => living(host) === "api");
  const second = another(host);
  const graph = call(second, ["run", "long", "use"]);
  await until(() => living(host) === "api long");
  second.signal("SIGINT");
  assertEquals([(await graph).code, users, living(host)], [130, [], "api"]);
  open();
  assertEquals([(await first).code, users, living(host)], [0, ["use"], ""]);
});

Deno.test("services: --fail-fast ends the start of a service that no job will use", async () => {
  const { host, users } = scene();
  using _ = host;
  host.program("bad", async (p) => {
    await until(() => living(host).includes("api"));
    p.exit(3);
  });
  const said = await call(host, ["run", "bad", "use", "--fail-fast"]);
  assertEquals([said.code, users, living(host)], [1, [], ""]);
  assertStringIncludes(said.stderr, "not started: another job did not succeed before it could begin");
});
