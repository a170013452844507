/** Users of services: none without a need, killed and interrupted ones, those of a person, and services that are started again. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { call, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { startsAgain } from "../../support/started_again.ts";
import { untilDeath } from "../../support/until_death.ts";
import "../../../src/app/graph/run_jobs.ts";
import "../../../src/app/runs/list_runs.ts";
import "../../../src/app/runs/stop_runs.ts";
import "../../../src/app/services/list_services.ts";
import "../../../src/app/services/use_services.ts";
import "../../../src/app/setup/doctor.ts";
import "../../../src/app/tasks/build_task.ts";
import "../../../src/app/tasks/build_tasks.ts";

const TOML = `
[services.api]
command = ["api"]
ready = { port = 8080 }
ready_timeout_seconds = 5
[services.db]
command = ["db"]
ready = { command = ["ask-db", "--ready"] }
[services.moving]
command = ["moving"]
ready = { line = "listening on (.*)" }
restart = "on-failure"
[jobs.use]
command = ["use"]
uses = ["api"]
[jobs.other]
command = ["use"]
uses = ["db"]
[jobs.cached]
command = ["use"]
uses = ["api"]
inputs = ["in.txt"]
[jobs.all]
needs = ["cached"]
[tasks.first]
command = ["use"]
inputs = ["in.txt"]
[tasks.site]
command = ["use"]
uses = ["api"]
needs = ["first"]
`;
const ADDRESS = "ORCHASTRATION_SERVICE_API_ADDRESS";

interface Scene {
  readonly host: FakeHost;
  /** The environment of each user, in order. */
  readonly seen: Readonly<Record<string, string>>[];
}

function scene(more = ""): Scene {
  const host = machineWith(TOML + more, { files: { "/home/ada/project/in.txt": "1\n" } });
  startsAgain(host);
  const seen: Scene["seen"] = [];
  host.program("api", async (p) => {
    await p.sleep(200);
    host.network.ports.set(8080, { pid: p.pid, program: "api", startedAtMs: undefined });
    await p.forever();
  });
  host.program("use", async (p) => {
    seen.push(p.env);
    await p.sleep(1000);
  });
  return { host, seen };
}

function living(host: FakeHost): string {
  return host.livingProcesses().map((line) => line.split(" ")[1]).sort().join(" ");
}

function another(host: FakeHost): FakeHost {
  const other = host.another();
  startsAgain(other);
  return other;
}

function runsOf(host: FakeHost, name: string): number {
  const folder = `${STATE}/runs/${name}`;
  if (!host.files.stat(folder).ok) return 0;
  return host.disk.list(folder).filter((file) => /^\d.*Z\.json$/.test(file)).length;
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Runs `use`, and kills it while its job runs; its service goes on. */
async function killUser({ host, seen }: Scene): Promise<void> {
  const died = untilDeath(host, () => call(host, ["run", "use", "--quiet"]));
  while (seen.length === 0) await turn();
  host.die();
  assertEquals(await died, { kind: "died" });
}

async function listed(host: FakeHost, name: string): Promise<{ state: string; without_users: boolean }> {
  const said = await call(host, ["service", "list", "--json"]);
  return JSON.parse(said.stdout).services.find((each: { name: string }) => each.name === name);
}

Deno.test("services: a service whose users were killed is named, and its next user ends the service", async () => {
  const on = scene();
  using _ = on.host;
  const next = another(on.host);
  await killUser(on);
  assertEquals([(await listed(next, "api")).state, (await listed(next, "api")).without_users], [
    "ready",
    true,
  ]);
  assertStringIncludes((await call(next, ["service", "list"])).stdout, "without users");
  assertStringIncludes(
    (await call(next, ["doctor"])).stdout,
    "service api: it was started for users, and they were killed; the next user of a service ends it\n" +
      "         try: orchastration service stop api\n",
  );
  assertEquals((await call(next, ["run", "use", "--quiet"])).code, 0);
  // It was shared, and ended after its user. What the killed run had started is for recover.
  assertEquals(runsOf(next, "api"), 1);
  assertEquals(living(next).includes("api"), false);
});

Deno.test("services: a user of another service ends a service whose users were killed", async () => {
  const on = scene();
  using _ = on.host;
  on.host.program("db", (p) => p.forever());
  on.host.program("ask-db", () => 0);
  const next = another(on.host);
  await killUser(on);
  const said = await call(next, ["run", "other", "--quiet"]);
  assertEquals(said.code, 0);
  assertStringIncludes(said.stderr, "warning: service api was ended, because its users were killed: api/");
  assertEquals(living(next).includes("api"), false);
});

Deno.test("services: a service that a person starts while users have it is kept after the last user", async () => {
  const { host, seen } = scene();
  using _ = host;
  const person = another(host);
  const user = call(host, ["run", "use", "--quiet"]);
  while (seen.length === 0) await turn();
  assertStringIncludes((await call(person, ["service", "start", "api"])).stdout, "as it was before");
  assertEquals((await user).code, 0);
  assertEquals(living(host), "api");
  await call(person, ["service", "stop", "api"]);
  assertEquals(living(host), "");
});

for (const words of [["run", "use"], ["service", "start", "api"]]) {
  Deno.test(`services: Ctrl-C ends the tree of a service that is not ready yet: ${words.join(" ")}`, async () => {
    const { host, seen } = scene();
    using _ = host;
    host.program("api", async (p) => {
      p.fork({ name: "child", detachedFromGroup: true }, (child) => child.forever());
      await p.forever();
    });
    const called = call(host, words);
    while (living(host) !== "api child") await turn();
    host.signal("SIGINT");
    const said = await called;
    assertEquals([said.code, seen.length, living(host)], [130, 0, ""]);
    assertStringIncludes(said.stderr, "with the start of service api");
    assertEquals(readJson(host, `${STATE}/runs/api/last.json`)["status"], "cancelled");
  });
}

Deno.test("services: Ctrl-C while a service ends after its last user ends the wait, and the run keeps its exit code and its notification", async () => {
  const { host } = scene(`[notify]\non = ["succeeded"]\ncommand = ["tell"]\n`);
  using _ = host;
  let told = 0;
  host.program("tell", () => void told++);
  host.program("api", async (p) => {
    p.ignore("SIGTERM");
    host.network.ports.set(8080, { pid: p.pid, program: "api", startedAtMs: undefined });
    await p.forever();
  });
  host.program("use", async (p) => {
    await p.sleep(100);
    void host.clock.advance(2000).then(() => host.signal("SIGINT"));
  });
  const said = await call(host, ["run", "use", "--log-level", "error"]);
  assertEquals([said.code, told], [0, 1]);
  assertMatch(
    said.stderr,
    /^service api is ready: .*\nwarning: service api was asked to end, and its end was not waited for\n$/,
  );
});

Deno.test("services: users that are up to date start no service, alone, in a graph and as a task", async () => {
  const { host, seen } = scene();
  using _ = host;
  for (let round = 1; round <= 2; round++) {
    for (const words of [["run", "cached"], ["run", "all"]]) {
      assertEquals((await call(host, [...words, "--quiet"])).code, 0);
    }
    assertEquals([round, seen.length, runsOf(host, "api")], [round, 1, 1]);
  }
  assertEquals(seen[0]![ADDRESS], "127.0.0.1:8080");
});

Deno.test("services: a graph starts a service for the first node that has to run, and ends it after the graph", async () => {
  const { host, seen } = scene();
  using _ = host;
  const words = ["build", "run", "site", "--with-needs", "--plan", "--quiet"];
  assertEquals((await call(host, words)).code, 0);
  assertEquals(seen.map((env) => env[ADDRESS]), [undefined, "127.0.0.1:8080"]);
  assertEquals([runsOf(host, "api"), living(host)], [1, ""]);
});

Deno.test("services: a graph shows the last lines of a service that cannot be started, and the next step, as a single job does", async () => {
  for (const words of [["run", "use"], ["run", "use", "cached"]]) {
    const { host } = scene();
    using _ = host;
    host.program("api", async (p) => {
      await p.stderr("no such table\n");
      p.exit(4);
    });
    const said = await call(host, words);
    assertStringIncludes(
      said.stderr,
      'Cannot start service "api": exited with status 4\n  its last lines:\n  | no such table\n' +
        "  try: orchastration service logs api\n",
    );
  }
});

Deno.test("services: a graph ends the node whose service is never ready, and says why", async () => {
  const { host, seen } = scene();
  using _ = host;
  host.program("api", (p) => p.forever());
  const said = await call(host, ["run", "all", "use", "--keep-going"]);
  assertEquals([said.code, seen.length, living(host)], [1, 0, ""]);
  assertStringIncludes(said.stderr, 'Cannot start service "api": was stopped: it was not ready after 5.0s');
  // Both users wait for the same start.
  assertEquals(runsOf(host, "api"), 1);
});

Deno.test("services: a service is ready when its command ends with 0, and not before", async () => {
  const { host } = scene();
  using _ = host;
  let asked = 0;
  host.program("db", (p) => p.forever());
  host.program("ask-db", (p) => {
    assertEquals(p.args, ["--ready"]);
    return ++asked < 4 ? 1 : 0;
  });
  assertEquals((await call(host, ["service", "start", "db"])).stdout.replace(/: db.*\n/, ""), "db is ready");
  assertEquals(asked, 4);
  await call(host, ["stop", "--all"]);
});

Deno.test("services: a service that fails is started again, and users get the address of the newest attempt", async () => {
  const { host } = scene();
  using _ = host;
  let started = 0;
  const { promise: isOver, resolve: fail } = Promise.withResolvers<void>();
  host.program("moving", async (p) => {
    started++;
    await p.stdout(`listening on tcp://x:${started}\n`);
    if (started > 1) await p.forever();
    await isOver;
    return 1;
  });
  assertStringIncludes((await call(host, ["service", "start", "moving"])).stdout, "at tcp://x:1");
  fail();
  while (started < 2) await host.clock.after(100).elapsed;
  for (let look = 0; (await listed(host, "moving")).state !== "ready"; look++) {
    assert(look < 100);
    await host.clock.after(100).elapsed;
  }
  const again = await call(host, ["service", "start", "moving"]);
  assertStringIncludes(again.stdout, "moving is ready at tcp://x:2, as it was before");
  assertEquals([runsOf(host, "moving"), living(host)], [1, "moving"]);
  await call(host, ["stop", "--all"]);
  assertEquals(living(host), "");
});

Deno.test("services: runs list --everywhere names the project of a service", async () => {
  const { host } = scene();
  using _ = host;
  await call(host, ["service", "start", "api"]);
  const elsewhere = another(host);
  const said = await call(elsewhere, ["runs", "list", "--everywhere"]);
  assertStringIncludes(said.stdout, "project");
  const json = JSON.parse((await call(elsewhere, ["runs", "list", "--everywhere", "--json"])).stdout);
  assertEquals(json.runs[0].recorded_in.project, "/home/ada/project");
  await call(host, ["stop", "--all"]);
});
