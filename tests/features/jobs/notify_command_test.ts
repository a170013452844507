/** `[notify]`: who is told of which end, with which facts, and that the run and its exit code stay as they are whatever becomes of it. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { call, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { untilDeath } from "../../support/until_death.ts";
import "../../../src/app/recording/notify_end.ts";
import "../../../src/app/graph/run_jobs.ts";
import "../../../src/app/runs/recover_runs.ts";
import "../../../src/app/services/use_services.ts";
import "../../../src/app/tasks/build_task.ts";
import "../../../src/app/tasks/build_tasks.ts";

const JOBS = `
[jobs.bad]
command = ["bad"]
[jobs.good]
command = ["good"]
[jobs.both]
needs = ["bad", "good"]
[tasks.site]
command = ["bad"]
`;
const NOTIFY = `
[notify]
on = ["failed", "succeeded"]
command = ["tell", "\${subject} \${job}: \${status}", "\${reason}", "\${exit_code}", "$\${job}"]
`;
const T = "20261122T063449.123Z";

interface Told {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function machine(toml = JOBS + NOTIFY, end: number | "never" = 0): { host: FakeHost; told: Told[] } {
  const host = machineWith(toml);
  const told: Told[] = [];
  host.program("bad", () => 3);
  host.program("good", () => 0);
  host.program("tell", async (p) => {
    told.push({ args: p.args, env: p.env });
    if (end === "never") await p.forever();
    return end as number;
  });
  return { host, told };
}

function notice(host: FakeHost, id: string): Record<string, unknown> {
  return readJson(host, `${STATE}/runs/${id}.notified.json`);
}

function argsOf(told: readonly Told[]): readonly (readonly string[])[] {
  return told.map(({ args }) => args);
}

Deno.test("notify: a failed job is told with its facts as arguments and as variables, after its record is final", async () => {
  const { host, told } = machine();
  using _ = host;
  host.program("tell", (p) => {
    told.push({ args: p.args, env: p.env });
    assertEquals(readJson(host, `${STATE}/runs/bad/${T}.json`)["status"], "failed");
    // Recorded before it starts.
    assertEquals(notice(host, `bad/${T}`)["duration_ms"], null);
    return 0;
  });
  assertEquals((await call(host, ["run", "bad", "--quiet"])).code, 3);
  assertEquals(argsOf(told), [["job bad: failed", "exited with status 3", "3", "${job}"]]);
  const { env } = told[0]!;
  const facts = Object.fromEntries(
    Object.entries(env).filter(([name]) => name.startsWith("ORCHASTRATION_RUN_")),
  );
  assertEquals(facts, {
    ORCHASTRATION_RUN_ID: `bad/${T}`,
    ORCHASTRATION_RUN_NAME: "bad",
    ORCHASTRATION_RUN_SUBJECT: "job",
    ORCHASTRATION_RUN_STATUS: "failed",
    ORCHASTRATION_RUN_REASON: "exited with status 3",
    ORCHASTRATION_RUN_EXIT_CODE: "3",
    ORCHASTRATION_RUN_DURATION_MS: "0",
  });
  const { start_time: _start, ...kept } = notice(host, `bad/${T}`);
  assertEquals(kept, {
    format: 1,
    kind: "notification",
    run: `bad/${T}`,
    status: "failed",
    command: ["tell", "job bad: failed", "exited with status 3", "3", "${job}"],
    program: "/bin/tell",
    duration_ms: 0,
    exit_code: 0,
    signal: null,
    timed_out: false,
    problem: null,
  });
  const shown = await call(host, ["runs", "show", "bad"]);
  assertStringIncludes(
    shown.stdout,
    "told      tell 'job bad: failed' 'exited with status 3' 3 '${job}' (after 0ms)",
  );
});

Deno.test("notify: an end that is not in `on` is not told", async () => {
  const { host, told } = machine(`${JOBS}[notify]\ncommand = ["tell"]\n`);
  using _ = host;
  await call(host, ["run", "good"]);
  assertEquals(told, []);
  // Without `on`, what went wrong by itself.
  await call(host, ["run", "bad"]);
  assertEquals(told.length, 1);
});

Deno.test("notify: several jobs are told once, as their graph", async () => {
  const { host, told } = machine();
  using _ = host;
  assertEquals((await call(host, ["run", "both", "--keep-going", "--quiet"])).code, 1);
  assertEquals(argsOf(told), [["graph graph: failed", "1 succeeded, 1 failed, 1 skipped", "", "${job}"]]);
});

Deno.test("notify: a build of a task is told", async () => {
  const { host, told } = machine();
  using _ = host;
  assertEquals((await call(host, ["build", "run", "site", "--plan", "--quiet"])).code, 3);
  assertEquals(argsOf(told), [["task site: failed", "exited with status 3", "3", "${job}"]]);
});

Deno.test("notify: a detached run is told by its supervisor", async () => {
  const { host, told } = machine();
  using _ = host;
  const supervisor = host.another({ handedOver: '{"pid":4242,"tty":true,"parent":"bash"}' });
  assertEquals((await call(supervisor, ["run", "bad", "--detach"])).code, 3);
  assertEquals(argsOf(told), [["job bad: failed", "exited with status 3", "3", "${job}"]]);
});

Deno.test("notify: a run inside a run is not told", async () => {
  const { host, told } = machine();
  using _ = host;
  const inside = host.another({
    env: { PATH: "/bin", HOME: "/home/ada", ORCHASTRATION_RUN_ID: "outer/20261122T063449.000Z" },
  });
  assertEquals((await call(inside, ["run", "bad", "--quiet"])).code, 3);
  assertEquals(told, []);
});

for (
  const [what, change, words] of [
    ["exits with a failure", (host) => host.program("tell", () => 7), "tell exited with status 7"],
    [
      "never ends",
      (host) => host.program("tell", (p) => p.forever()),
      "tell, or a process that it left with its output open, did not end within 10 seconds",
    ],
    [
      "leaves a process with its output open",
      (host) =>
        host.program(
          "tell",
          (p) => void p.fork({ name: "left", holdsPipes: true }, (left) => left.forever()),
        ),
      "tell, or a process that it left with its output open, did not end within 10 seconds",
    ],
    ["does not exist", (host) => host.disk.remove("/bin/tell"), 'no program "tell" in the folders of PATH'],
  ] as readonly (readonly [string, (host: FakeHost) => unknown, string])[]
) {
  Deno.test(`notify: a command that ${what} changes neither the run nor its exit code, and is a warning`, async () => {
    const { host } = machine();
    using _ = host;
    change(host);
    const said = await call(host, ["run", "good", "--quiet"]);
    assertEquals([said.code, said.stdout], [0, ""]);
    assertStringIncludes(said.stderr, `warning: cannot notify of the end of good/${T}: ${words}`);
    assertEquals(readJson(host, `${STATE}/runs/good/${T}.json`)["status"], "succeeded");
    assertEquals(notice(host, `good/${T}`)["problem"], said.stderr.trim().replace(/^.*Z: /, ""));
    assertEquals(host.livingProcesses(), []);
  });
}

Deno.test("notify: where it cannot be recorded, nothing is started", async () => {
  const { host, told } = machine();
  using _ = host;
  host.faults.failWhen({ op: "write", path: /notified/, problem: "no_space" });
  const said = await call(host, ["run", "bad", "--quiet"]);
  assertEquals([said.code, told], [3, []]);
  assertStringIncludes(said.stderr, `cannot notify of the end of bad/${T}: `);
});

Deno.test("notify: a signal while it runs ends the command, and the exit code is that of the run", async () => {
  const { host } = machine();
  using _ = host;
  host.program("tell", (p) => {
    host.signal("SIGINT");
    return p.forever();
  });
  const said = await call(host, ["run", "bad", "--quiet"]);
  assertEquals(said.code, 3);
  assertEquals(notice(host, `bad/${T}`)["problem"], "tell was stopped");
});

Deno.test("notify: an interrupted run is told when it is found out", async () => {
  const { host, told } = machine(JOBS + NOTIFY.replace('"succeeded"', '"interrupted"'));
  using _ = host;
  host.program("bad", (p) => p.forever());
  void host.whenListening().then(() => host.clock.advance(1000)).then(() => host.die());
  assertEquals(await untilDeath(host, () => call(host, ["run", "bad"])), { kind: "died" });
  const next = host.reviveAfterDeath({ processes: "gone" });
  assertEquals(told, []);
  assertEquals((await call(next, ["recover"])).code, 0);
  assertEquals(told.map(({ args }) => args[0]), ["job bad: interrupted"]);
});

Deno.test("notify: values of secrets are not in its record", async () => {
  const { host, told } = machine(
    `[env]\nTOKEN = "s3cr3t-value"\n[defaults]\nsecrets = ["TOKEN"]\n${JOBS}` +
      '[notify]\ncommand = ["tell", "${env:TOKEN}"]\n',
  );
  using _ = host;
  await call(host, ["run", "bad", "--quiet"]);
  assertEquals(argsOf(told), [["s3cr3t-value"]]);
  assertEquals(notice(host, `bad/${T}`)["command"], ["tell", "***"]);
});

Deno.test("notify: runs prune removes what was recorded of it with the run", async () => {
  const { host } = machine();
  using _ = host;
  await call(host, ["run", "bad", "--quiet"]);
  await call(host, ["run", "bad", "--quiet"]);
  assertEquals((await call(host, ["runs", "prune", "--keep", "1"])).code, 0);
  assert(host.disk.read(`${STATE}/runs/bad/${T}.notified.json`) === undefined);
});

for (
  const [written, message] of [
    ['on = ["faild"]\ncommand = ["tell"]', 'did you mean "failed"?'],
    ['on = []\ncommand = ["tell"]', "expected at least one status, found an empty list"],
    ['on = ["failed"]', 'the key "command" is missing'],
    ['command = ["tell", "${statsu}"]', "there is no fact ${statsu} about a run"],
    ['command = ["tell", "${task}"]', 'here it is "${job}"'],
  ] as const
) {
  Deno.test(`notify: refused with its place: ${written}`, async () => {
    using host = machineWith(`${JOBS}[notify]\n${written}\n`);
    const said = await call(host, ["config", "check"]);
    assertEquals(said.code, 1);
    assertStringIncludes(said.stdout + said.stderr, message);
    assertStringIncludes(said.stdout + said.stderr, "orchastration.toml:");
  });
}

Deno.test("notify: config show names it with its default", async () => {
  using host = machineWith(`${JOBS}[notify]\ncommand = ["tell", "\${job}"]\n`);
  const said = await call(host, ["config", "show"]);
  assertStringIncludes(said.stdout, "[notify]\n");
  assertStringIncludes(said.stdout, 'command = ["tell", "${job}"]');
  assertStringIncludes(
    said.stdout,
    'on = ["failed", "signalled", "timed_out", "not_started", "interrupted"]',
  );
});

Deno.test("notify: config check reports an unset variable of the command with its place, and doctor reports the same", async () => {
  const { host } = machine(
    '[notify]\ncommand = ["tell", "${job}", "${env:NOPE}"]\n[jobs.good]\ncommand = ["good"]\n',
  );
  using _ = host;
  const said = await call(host, ["config", "check"]);
  assertEquals([said.code, said.stdout], [1, ""]);
  assertStringIncludes(
    said.stderr,
    "/home/ada/project/orchastration.toml:2:30: notify.command[2]: the variable NOPE is not set, and ${env:NOPE} has no default\n",
  );
  assertStringIncludes(
    (await call(host, ["doctor"])).stdout,
    "problem  notify: command[2]: the variable NOPE is not set, and ${env:NOPE} has no default\n",
  );
});

Deno.test("notify: doctor reports a program that is missing, and config check a command that seems to need a shell", async () => {
  const { host } = machine(
    '[notify]\ncommand = ["tel", "${job}", "|", "wc"]\n[jobs.good]\ncommand = ["good"]\n',
  );
  using _ = host;
  const said = await call(host, ["config", "check"]);
  assertEquals(said.code, 0);
  assertStringIncludes(said.stderr, "notify.command[2]: commands are not run by a shell");
  assertStringIncludes(
    (await call(host, ["doctor"])).stdout,
    'problem  notify: no program "tel" in the folders of PATH\n',
  );
});
