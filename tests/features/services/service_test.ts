/** Services: started and ready before their users, shared by them, ended after the last; and what is said where they are not ready. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { call, expectCall, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import type { Script } from "../../support/fake_process.ts";
import { startsAgain } from "../../support/started_again.ts";
import "../../../src/app/graph/run_jobs.ts";
import "../../../src/app/runs/stop_runs.ts";
import "../../../src/app/services/list_services.ts";
import "../../../src/app/services/use_services.ts";
import "../../../src/app/tasks/build_task.ts";

const TOML = `
[services.api]
command = ["api"]
ready = { port = 8080 }
ready_timeout_seconds = 5
[services.say]
command = ["say"]
ready = { line = "listening on (.*)" }
[services.web]
command = ["web"]
ready = { http = "http://127.0.0.1:8000/health" }
stop_signal = "SIGINT"
[jobs.use]
command = ["use"]
uses = ["api", "say"]
[jobs.alone]
command = ["use"]
[jobs.both]
needs = ["use", "alone"]
[tasks.thing]
command = ["use"]
uses = ["api"]
`;
const VARIABLE = "ORCHASTRATION_SERVICE_API_ADDRESS";

/** Opens its port after a while. */
function api(host: FakeHost): Script {
  return async (p) => {
    await p.sleep(200);
    host.network.ports.set(8080, { pid: p.pid, program: "api", startedAtMs: undefined });
    await p.forever();
  };
}

interface Scene {
  readonly host: FakeHost;
  /** What the users saw: their addresses, and which programs lived beside them. */
  readonly seen: { readonly env: Readonly<Record<string, string>>; readonly living: string }[];
  [Symbol.dispose](): void;
}

function scene(toml = TOML, prepare?: (supervisor: FakeHost) => void): Scene {
  const host = machineWith(toml);
  startsAgain(host, prepare);
  const seen: Scene["seen"] = [];
  host.program("api", api(host));
  host.program("say", async (p) => {
    await p.stdout("booting\nlistening on tcp://x:1\n");
    await p.forever();
  });
  host.program("web", async (p) => {
    host.network.answers.set("http://127.0.0.1:8000/health", 503);
    await p.sleep(1000);
    host.network.answers.set("http://127.0.0.1:8000/health", 204);
    await p.forever();
  });
  host.program("use", async (p) => {
    const living = host.livingProcesses().map((line) => line.split(" ")[1]).sort().join(" ");
    seen.push({ env: p.env, living });
    await p.sleep(1000);
  });
  return { host, seen, [Symbol.dispose]: () => host[Symbol.dispose]() };
}

function addresses(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.includes("_SERVICE_")));
}

function living(host: FakeHost): string {
  return host.livingProcesses().map((line) => line.split(" ")[1]).sort().join(" ");
}

function last(host: FakeHost, name: string): Record<string, unknown> {
  return readJson(host, `${STATE}/runs/${name}/last.json`);
}

Deno.test("a job's services are ready before the job, their addresses are in its environment, and they end after the job", async () => {
  using on = scene();
  const { host } = on;
  const said = await call(host, ["run", "use", "--quiet"]);
  assertEquals(said, { code: 0, stdout: "", stderr: "" });
  const [{ env, living: beside }] = on.seen as [Scene["seen"][number]];
  assertEquals(addresses(env), {
    ORCHASTRATION_SERVICE_API_ADDRESS: "127.0.0.1:8080",
    ORCHASTRATION_SERVICE_SAY_ADDRESS: "tcp://x:1",
  });
  assertEquals(beside, "api say use");
  assertEquals(living(host), "");
  for (const name of ["api", "say"]) {
    const { status, detached, stopped_by } = last(host, name);
    const { cause } = stopped_by as { cause: { kind: string } };
    assertEquals([status, detached, cause.kind], ["cancelled", true, "stop_request"]);
  }
});

Deno.test("a service that a job uses is reported as a step when it is ready, and not where it was ready before", async () => {
  using on = scene();
  const { host } = on;
  const said = await call(host, ["run", "use", "--json"]);
  assertEquals(JSON.parse(said.stdout).status, "succeeded");
  for (const name of ["api", "say"]) {
    assertStringIncludes(said.stderr, `service ${name} is ready: ${last(host, name)["id"]}\n`);
  }
  assertEquals(said.stderr.includes("warning"), false);
  await call(host, ["service", "start", "api"]);
  await call(host, ["service", "start", "say"]);
  const again = await call(host, ["run", "use"]);
  assertEquals([again.code, again.stderr], [0, ""]);
});

Deno.test("service start: the address is printed, a second start finds the service ready, and a job that uses the service does not end it afterwards", async () => {
  using on = scene();
  const { host } = on;
  const first = await call(host, ["service", "start", "api"]);
  const id = String(last(host, "api")["id"]);
  assertEquals(first, { code: 0, stdout: `api is ready at 127.0.0.1:8080: ${id}\n`, stderr: "" });
  await expectCall(host, ["service", "start", "api"], {
    stdout: `api is ready at 127.0.0.1:8080, as it was before: ${id}\n`,
  });
  await call(host, ["run", "use", "--quiet"]);
  assertEquals(living(host), "api");
  const json = JSON.parse((await call(host, ["service", "start", "api", "--json"])).stdout);
  assertEquals([json.kind, json.run, json.address, json.was_running], [
    "service",
    id,
    "127.0.0.1:8080",
    true,
  ]);
  const listed = JSON.parse((await call(host, ["service", "list", "--json"])).stdout);
  assertEquals(
    listed.services.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`),
    [
      "api ready",
      "say stopped",
      "web stopped",
    ],
  );
  await expectCall(host, ["service", "stop", "api"], {
    stdout: `${id}: was stopped: stop was called by ada; it ended by SIGTERM\n`,
  });
  assertEquals(living(host), "");
});

Deno.test("service start: a service with another definition, or that is unhealthy, is replaced", async () => {
  using on = scene();
  const { host } = on;
  await call(host, ["service", "start", "api"]);
  const first = last(host, "api")["id"];
  host.disk.write("/home/ada/project/orchastration.toml", TOML.replace('["api"]', '["api", "--new"]'));
  const changed = await call(host, ["service", "start", "api"]);
  const second = last(host, "api")["id"];
  assertEquals([changed.code, changed.stderr], [0, ""]);
  assert(second !== first);
  assertEquals(living(host), "api");
  // It lives, and does not answer any more.
  host.network.ports.delete(8080);
  assert((await call(host, ["service", "list"])).stdout.startsWith("api  unhealthy"));
  await call(host, ["service", "start", "api"]);
  assert(last(host, "api")["id"] !== second);
  assertEquals(living(host), "api");
  await call(host, ["stop", "--all"]);
});

Deno.test("two concurrent users share one service, and the last user ends the service", async () => {
  using on = scene();
  const { host } = on;
  const other = host.another();
  startsAgain(other);
  const first = call(host, ["run", "use", "--quiet"]);
  while (on.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  const second = call(other, ["build", "run", "thing", "--plan", "--quiet"]);
  assertEquals((await first).code, 0);
  assertEquals((await second).code, 0);
  assertEquals(on.seen.map(({ living }) => living), ["api say use", "api say use use"]);
  assertEquals(on.seen.map(({ env }) => env[VARIABLE]), ["127.0.0.1:8080", "127.0.0.1:8080"]);
  const runs = host.disk.list(`${STATE}/runs/api`).filter((name) => /^\d.*Z\.json$/.test(name));
  assertEquals(runs.length, 1);
  assertEquals(living(host), "");
});

Deno.test("in a graph the services are ready before the first node, and only their users get the addresses", async () => {
  using on = scene();
  const { host } = on;
  assertEquals((await call(host, ["run", "both", "--quiet"])).code, 0);
  const known = on.seen.map(({ env }) => Object.keys(addresses(env)).length).sort();
  assertEquals(known, [0, 2]);
  assertEquals(living(host), "");
});

Deno.test("ready by http: only a status of success counts, and the service's own stop signal is used", async () => {
  using on = scene();
  const { host } = on;
  const before = host.clock.monotonicMs();
  assertEquals((await call(host, ["service", "start", "web"])).code, 0);
  assert(host.clock.monotonicMs() - before >= 1000);
  const said = await call(host, ["stop", "web"]);
  assert(said.stdout.includes("it ended by SIGINT"), said.stdout);
});

Deno.test("a service that is never ready is stopped, its last lines are shown, no user runs, and the exit code is 1", async () => {
  using on = scene();
  const { host } = on;
  host.program("api", async (p) => {
    await p.stderr("cannot bind\n");
    p.fork({ name: "child", detachedFromGroup: true }, (child) => child.forever());
    await p.forever();
  });
  await expectCall(host, ["run", "use", "--quiet"], {
    code: 1,
    stderr:
      'error: Cannot start service "api": was stopped: it was not ready after 5.0s; it ended by SIGTERM\n' +
      "  its last lines:\n  | cannot bind\n  try: orchastration service logs api\n",
  });
  assertEquals([living(host), on.seen], ["", []]);
  const stop = last(host, "api")["stopped_by"] as { cause: unknown };
  assertEquals(stop.cause, { kind: "not_ready", after_ms: 5000 });
});

Deno.test("a service that ends before it is ready, or goes to the background, is reported with the reason", async () => {
  using on = scene();
  const { host } = on;
  host.program("api", async (p) => {
    await p.stdout("no configuration\n");
    return 3;
  });
  await expectCall(host, ["service", "start", "api"], {
    code: 1,
    stderr:
      'error: Cannot start service "api": exited with status 3\n  its last lines:\n  | no configuration\n' +
      "  try: orchastration service logs api\n",
  });
  host.program("api", (p) => {
    p.fork({ name: "daemon", detachedFromGroup: true }, (child) => child.forever());
  });
  const said = await call(host, ["service", "start", "api"]);
  assertEquals(said.code, 1);
  assert(said.stderr.includes("exited with status 0, and a service goes on in the foreground"), said.stderr);
  assertEquals(living(host), "");
});

Deno.test("a service that dies after it was ready is started again, and its user is warned", async () => {
  using on = scene();
  const { host } = on;
  host.program("say", async (p) => {
    await p.stdout("listening on x\n");
    await p.sleep(500);
    return 1;
  });
  const said = await call(host, ["run", "use", "--quiet"]);
  assertEquals(said.code, 0);
  assert(
    /warning: service say ended while it was used: say\/\S+: exited with status 1\n/.test(said.stderr),
    said.stderr,
  );
  assertEquals(living(host), "");
});

const FULL = "no space left on the device";
const MAKE_ROOM =
  "  try: free some space or fix the permissions, or choose another folder with --state-dir <path>\n";

/** The disk is full for the supervisor of a service, where the path of a file fits. */
function fullFor(path: RegExp): (supervisor: FakeHost) => void {
  return ({ faults }) => faults.failWhen({ op: "write", path, problem: "no_space" });
}

for (const words of [["service", "start", "api"], ["run", "use", "--quiet"]]) {
  Deno.test(`${words.join(" ")}: a disk that is too full for the record of the service ends the call as it ends that of a job`, async () => {
    using on = scene(TOML, fullFor(/\/runs\/api\//));
    await expectCall(on.host, words, {
      code: 74,
      stderr:
        `error: Cannot write the record "${STATE}/runs/api/20261122T063449.123Z.json": ${FULL}\n${MAKE_ROOM}`,
    });
    assertEquals([living(on.host), on.seen, on.host.spawned.length], ["", [], 0]);
  });
}

Deno.test("service start: a disk that is full when the service is ready stops it and ends the call as a problem of the disk", async () => {
  using on = scene(TOML, fullFor(/\.ready\.json/));
  await expectCall(on.host, ["service", "start", "api"], {
    code: 74,
    stderr: `error: Cannot write "${STATE}/runs/api/20261122T063449.123Z.ready.json": ${FULL}\n${MAKE_ROOM}`,
  });
  assertEquals(living(on.host), "");
  const { status, reason } = last(on.host, "api");
  assertEquals([status, String(reason).includes(FULL)], ["cancelled", true]);
});

Deno.test("service start --json: the code of a failed start is that of what failed in its supervisor", async () => {
  using on = scene(TOML, fullFor(/\/runs\/api\//));
  const said = await call(on.host, ["service", "start", "api", "--json"]);
  const { kind, code, exit_code } = JSON.parse(said.stdout);
  assertEquals([said.code, kind, code, exit_code], [74, "failure", "state_unwritable", 74]);
});

for (
  const [what, exit, stderr, code, said] of [
    ["is killed", { kind: "signalled", signal: "SIGKILL" }, "", 1, "by SIGKILL"],
    ["is gone without a word", { kind: "exited", exit_code: 0 }, "", 1, "with exit status 0"],
    [
      "has a bug",
      { kind: "exited", exit_code: 70 },
      "error: This is a bug\n  x\n",
      70,
      "with exit status 70",
    ],
  ] as const
) {
  Deno.test(`service start: a supervisor that ${what} is told with its end, and a bug in it keeps its exit code`, async () => {
    using host = machineWith(TOML);
    host.processes.again = { stdout: "", stderr, exit };
    await expectCall(host, ["service", "start", "api"], {
      code,
      stderr:
        `error: Cannot start service "api": its supervisor ended ${said} and did not say whether it is ready\n` +
        (stderr === "" ? "" : "  its last lines:\n  | error: This is a bug\n  |   x\n") +
        "  try: orchastration service list\n",
    });
  });
}

Deno.test("service start: a line of the supervisor is passed on only where it holds a failure of this program", async () => {
  for (const failure of [null, "x", {}, { code: "toString" }, { code: 7 }]) {
    using host = machineWith(TOML);
    const line = JSON.stringify({ format: 1, kind: "failed_start", failure });
    host.processes.again = {
      stdout: `${line}\n{"failed_start"\n`,
      stderr: "",
      exit: { kind: "exited", exit_code: 74 },
    };
    const said = await call(host, ["service", "start", "api"]);
    assertEquals([said.code, said.stderr.split(":")[1]], [74, ' Cannot start service "api"']);
  }
});

Deno.test("a port that is in use is reported with the holder, its program and its start", async () => {
  using on = scene();
  const { host } = on;
  const startedAtMs = host.clock.nowMs() - 3 * 60 * 60_000;
  host.reusePid(77, "node");
  host.network.ports.set(8080, { pid: 77, program: "node", startedAtMs });
  await expectCall(host, ["service", "start", "api"], {
    code: 1,
    stderr:
      'error: Cannot start service "api": port 8080 is in use by process 77 (node), which was started 3 hours ago\n' +
      "  try: end that process, or let the service use another port\n",
  });
  assertEquals(host.processes.startedWords, []);
});

for (const verb of ["start", "stop", "logs"]) {
  Deno.test(`service ${verb}: an unknown service is not found, and the known services are told`, async () => {
    using on = scene();
    await expectCall(on.host, ["service", verb, "apj"], {
      code: 66,
      stderr: 'error: Cannot find service "apj": no service has this name\n  did you mean "api"?\n' +
        "  known services: api, say, web\n",
    });
    // A job is no service, and its runs are not stopped or shown as those of one.
    await expectCall(on.host, ["service", verb, "alone"], {
      code: 66,
      stderr: 'error: Cannot find service "alone": no service has this name\n' +
        "  known services: api, say, web\n  try: orchastration service list\n",
    });
  });
}

Deno.test("service logs: a service that was never started has no run", async () => {
  using on = scene();
  await expectCall(on.host, ["service", "logs", "api"], {
    code: 66,
    stderr: 'error: Cannot find run "api": no run of this service is recorded\n' +
      "  try: orchastration service start api\n",
  });
});

Deno.test("service stop: a service that was never started is idle, like a job that never ran, and each name is told once", async () => {
  using on = scene();
  await expectCall(on.host, ["service", "stop", "api", "say", "api"], {
    stdout: "No run of api is running.\nNo run of say is running.\n",
  });
  await expectCall(on.host, ["stop", "alone", "alone"], { stdout: "No run of alone is running.\n" });
});

Deno.test("service stop: a running service that is no longer configured is stopped by its name, and its output is shown", async () => {
  using on = scene();
  const { host } = on;
  await call(host, ["service", "start", "say"]);
  host.disk.write(
    "/home/ada/project/orchastration.toml",
    '[services.other]\ncommand = ["say"]\nready = { port = 1 }\n',
  );
  await expectCall(host, ["service", "logs", "say"], { stdout: "booting\nlistening on tcp://x:1\n" });
  assertEquals((await call(host, ["service", "stop", "say"])).code, 0);
  assertEquals(living(host), "");
});

Deno.test("service start: from a copy of the records, the service of the original goes on, and the next step finishes the copy", async () => {
  using on = scene();
  const { host } = on;
  await call(host, ["service", "start", "say"]);
  const copy = "/home/ada/copy";
  for (const [path, text] of Object.entries(host.disk.tree(STATE))) {
    host.disk.write(path.replace(STATE, copy), text);
  }
  const id = String(last(host, "say")["id"]);
  const { pid } = last(host, "say")["recorder"] as { pid: number };
  await expectCall(host, ["service", "start", "say", "--state-dir", copy], {
    code: 1,
    stderr:
      `error: Cannot start service "say": its run ${id} is not over: process ${pid}, which records it, is alive; ` +
      "these records seem to be a copy of those of /home/ada/project\n" +
      `  try: orchastration --state-dir ${copy} recover ${id} --leave\n`,
  });
  assertEquals(living(host), "say");
});

const UNSET = `
[services.api]
command = ["api", "\${env:NOPE}"]
ready = { port = 8080 }
[services.web]
command = ["nosuch"]
working_dir = "there"
ready = { port = 8081 }
[jobs.use]
command = ["use"]
uses = ["api"]
`;
const UNSET_PROBLEM =
  "/home/ada/project/orchastration.toml:3:19: services.api.command[1]: the variable NOPE is not set, and ${env:NOPE} has no default\n" +
  '  3 | command = ["api", "${env:NOPE}"]\n' +
  "    |                   ^\n" +
  "  hint: set it, or write a default: ${env:NOPE:-default}\n";

for (const words of [["service", "start", "api"], ["run", "use", "--quiet"]]) {
  Deno.test(`${words.join(" ")}: a variable of the service that is not set is a problem of the configuration, with its place`, async () => {
    using on = scene(UNSET);
    await expectCall(on.host, words, {
      code: 78,
      stderr:
        'error: Cannot use configuration "/home/ada/project/orchastration.toml": 1 problem, nothing was run\n\n' +
        UNSET_PROBLEM,
    });
    assertEquals([on.host.processes.startedWords, on.seen], [[], []]);
  });
}

Deno.test("config check counts services and schedules where there are some", async () => {
  using on = scene(`${TOML}[schedules.nightly]\njob = "alone"\nat = "daily"\n`);
  await expectCall(on.host, ["config", "check"], {
    stdout: "/home/ada/project/orchastration.toml is valid: 3 jobs, 1 task, 3 services, 1 schedule.\n",
  });
});

Deno.test("config check reports a variable of a service that is not set, and doctor each service whose program could not be started", async () => {
  using on = scene(UNSET);
  await expectCall(on.host, ["config", "check"], {
    code: 1,
    stderr: `error: /home/ada/project/orchastration.toml has 1 problem\n\n${UNSET_PROBLEM}`,
  });
  const said = await call(on.host, ["doctor"]);
  assertEquals(said.stdout.split("\n").filter((line) => line.includes("service ")), [
    "problem  service api: command[1]: the variable NOPE is not set, and ${env:NOPE} has no default",
    "problem  service web: working_dir /home/ada/project/there: no such file or directory",
  ]);
});

Deno.test("the last lines of a service that is not ready are those at the end of a large output, and move no cursor", async () => {
  using on = scene();
  on.host.program("api", async (p) => {
    const line = `${"x".repeat(1000)}\n`;
    for (let i = 0; i < 30; i++) await p.stdout(line.repeat(100));
    await p.stdout("the end\u001b[2J\n");
    return 3;
  });
  const said = await call(on.host, ["service", "start", "api"]);
  assertEquals(said.stderr.split("\n").slice(-3), [
    "  | the end\\u001b[2J",
    "  try: orchastration service logs api",
    "",
  ]);
});

Deno.test("inside a run, a service that is not ready is not started, because it would end with the run", async () => {
  using on = scene();
  const inside = on.host.another({
    env: { PATH: "/bin", HOME: "/home/ada", ORCHASTRATION_RUN_ID: "outer/20261122T063449.000Z" },
  });
  startsAgain(inside);
  const said = await call(inside, ["run", "use", "--quiet"]);
  assertEquals([said.code, on.seen], [65, []]);
  assert(said.stderr.includes("everything that this run starts ends with it"), said.stderr);
});

for (
  const [what, toml, problem] of [
    ["uses of what is no service", '[jobs.a]\ncommand = ["x"]\nuses = ["db"]\n', 'there is no service "db"'],
    [
      "uses of two services whose addresses have one variable",
      '[services."a.b"]\ncommand = ["x"]\nready = { port = 1 }\n[services.a-b]\ncommand = ["x"]\nready = { port = 2 }\n' +
      '[jobs.j]\ncommand = ["x"]\nuses = ["a.b", "a-b"]\n',
      'orchastration.toml:9:16: jobs.j.uses[1]: the addresses of "a.b" and "a-b" have the same variable, ' +
      "ORCHASTRATION_SERVICE_A_B_ADDRESS",
    ],
    ["no way to be ready", '[services.a]\ncommand = ["x"]\n', 'the key "ready" is missing'],
    [
      "two ways to be ready",
      '[services.a]\ncommand = ["x"]\nready = { port = 1, line = "x" }\n',
      "expected one of port, line, http and command",
    ],
    [
      "a broken regular expression",
      '[services.a]\ncommand = ["x"]\nready = { line = "(" }\n',
      "expected a regular expression in the syntax of JavaScript",
    ],
    [
      "an address that is no URL",
      '[services.a]\ncommand = ["x"]\nready = { http = "localhost:80" }\n',
      "expected a URL that begins with http:// or https://",
    ],
    [
      "a name that a job has",
      '[jobs.a]\ncommand = ["x"]\n[services.a]\ncommand = ["x"]\nready = { port = 1 }\n',
      'there is already a job "a"',
    ],
  ] as const
) {
  Deno.test(`config check: ${what} is a problem with its place`, async () => {
    using host = machineWith(toml);
    const said = await call(host, ["config", "check"]);
    assertEquals(said.code, 1);
    assert((said.stdout + said.stderr).includes(problem), said.stdout + said.stderr);
  });
}
