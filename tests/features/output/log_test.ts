/**
 * The program's log: JSON Lines always in a file, on stdout according to its target, and never the cause of a
 * failed run.
 */

import { assert, assertEquals } from "@std/assert";
import { call, LOG, logOf, machineWith, PROJECT, STATE } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import type { FailRule } from "../../support/fake_life.ts";

const JOBS = `
[jobs.ok]
command = ["ok"]
[jobs.bad]
command = ["bad"]
[jobs.slow]
command = ["slow"]
timeout_seconds = 2
`;

const RUN = "20261122T063449.123Z";
const T0 = "2026-11-22T06:34:49.123Z";
const T1 = "2026-11-22T06:34:50.357Z";
const T2 = "2026-11-22T06:34:51.123Z";
const PLAIN = { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" };

function machine(options: FakeHostOptions = {}, toml = JOBS): FakeHost {
  const host = machineWith(toml, { env: PLAIN, ...options });
  host.program("ok", async (p) => {
    await p.sleep(1234);
    await p.stdout("hi\n");
  });
  host.program("bad", () => 3);
  host.program("slow", (p) => p.forever());
  return host;
}

function lines(...records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

const STARTED = {
  time: T0,
  level: "info",
  msg: "run started",
  event: "attempt_started",
  run: `ok/${RUN}`,
  job: "ok",
  pid: 1000,
};
const SUCCEEDED = {
  time: T1,
  level: "info",
  msg: "run succeeded",
  event: "run_finished",
  run: `ok/${RUN}`,
  job: "ok",
  status: "succeeded",
  exit_code: 0,
  signal: null,
  duration_ms: 1234,
};

Deno.test("log: a run is JSON Lines in the file and, without a terminal, on stdout around its output", async () => {
  using host = machine();
  assertEquals(await call(host, ["run", "ok"]), {
    code: 0,
    stdout: `${lines(STARTED)}hi\n${lines(SUCCEEDED)}`,
    stderr: "",
  });
  assertEquals(logOf(host), [STARTED, SUCCEEDED]);
});

Deno.test("log: a person at a terminal gets readable lines, and the file JSON Lines", async () => {
  using host = machine({ isTerminal: true });
  assertEquals(await call(host, ["run", "ok"]), {
    code: 0,
    stdout: `started    ok/${RUN}\nhi\nsucceeded  ok/${RUN}  1.2s\n`,
    stderr: "",
  });
  assertEquals(logOf(host), [STARTED, SUCCEEDED]);
});

Deno.test("log: failures have a level, a status and a reason", async () => {
  using host = machine();
  await call(host, ["run", "slow"]);
  const about = { run: `slow/${RUN}`, job: "slow" };
  assertEquals(logOf(host), [
    { time: T0, level: "info", msg: "run started", event: "attempt_started", ...about, pid: 1000 },
    {
      time: T2,
      level: "warning",
      msg: "SIGTERM sent",
      event: "stop_requested",
      ...about,
      why: "the timeout of 2.0s passed",
    },
    {
      time: T2,
      level: "error",
      msg: "run timed out",
      event: "run_finished",
      ...about,
      status: "timed_out",
      exit_code: null,
      signal: "SIGTERM",
      duration_ms: 2000,
    },
  ]);
});

Deno.test("log: the debug level includes the intermediate steps", async () => {
  using host = machine();
  await call(host, ["run", "ok", "--log-level", "debug"]);
  const about = { run: `ok/${RUN}`, job: "ok" };
  assertEquals(logOf(host), [
    { time: T0, level: "debug", msg: "run recorded", event: "run_created", ...about },
    STARTED,
    {
      time: T1,
      level: "debug",
      msg: "attempt finished",
      event: "attempt_finished",
      ...about,
      attempt: 1,
      status: "succeeded",
    },
    SUCCEEDED,
  ]);
});

Deno.test("log: the end of an attempt that could not be stored is not logged either", async () => {
  using host = machine();
  // The first record and that of the process are renamed into place, the third is not.
  host.faults.failWhen({ op: "rename", path: `${STATE}/runs/ok/${RUN}.json`, skip: 2, problem: "no_space" });
  assertEquals((await call(host, ["run", "ok", "--log-level", "debug"])).code, 74);
  assertEquals(logOf(host).map((line) => line["event"]), ["run_created", "attempt_started"]);
});

/** The levels of a failing run that appear, and their form on stdout. */
function checkSettings(
  name: string,
  given: { readonly argv?: readonly string[]; readonly logging?: string; readonly isTerminal?: boolean },
  levels: readonly string[],
  form: "json" | "pretty" | "nothing",
): void {
  Deno.test(`log: ${name}`, async () => {
    using host = machine(
      { isTerminal: given.isTerminal === true },
      `${JOBS}[logging]\n${given.logging ?? ""}\n`,
    );
    const said = await call(host, ["run", "bad", ...given.argv ?? []]);
    assertEquals(said.code, 3);
    assertEquals(logOf(host).map((record) => String(record["level"])), [...levels]);
    const [first = ""] = said.stdout.split("\n");
    const found = first.startsWith('{"time":')
      ? "json"
      : /^(?:started|failed) /.test(first)
      ? "pretty"
      : "nothing";
    assertEquals(found, form);
  });
}

const ALL = ["debug", "info", "debug", "error"];
checkSettings("info is the default level", {}, ["info", "error"], "json");
checkSettings("[logging] level", { logging: 'level = "debug"' }, ALL, "json");
checkSettings("[logging] level as other programs spell it", { logging: 'level = "WARN"' }, ["error"], "json");
checkSettings(
  "--log-level wins over [logging] level",
  { logging: 'level = "error"', argv: ["--log-level", "debug"] },
  ALL,
  "json",
);
checkSettings(
  "--log-level error leaves the ends that are bad",
  { argv: ["--log-level=error"] },
  ["error"],
  "json",
);
checkSettings("[logging] format", { logging: 'format = "pretty"' }, ["info", "error"], "pretty");
checkSettings(
  "[logging] format on a terminal",
  { logging: 'format = "json"', isTerminal: true },
  ["info", "error"],
  "json",
);
checkSettings(
  "--log-format wins over [logging] format",
  { logging: 'format = "pretty"', argv: ["--log-format", "json"], isTerminal: true },
  ["info", "error"],
  "json",
);

/** stdout and stderr of a run without log records on stdout. */
for (
  const [name, given, stdout, stderr] of [
    ["[logging] stdout = false", { logging: "stdout = false" }, "hi\n", ""],
    ["ORCHASTRATION_LOG_STDOUT=0", { env: "0" }, "hi\n", ""],
    ["ORCHASTRATION_LOG_STDOUT=False", { env: "False" }, "hi\n", ""],
    [
      "and that wins over the configuration",
      { logging: "stdout = false", env: "1" },
      `${lines(STARTED)}hi\n${lines(SUCCEEDED)}`,
      "",
    ],
    ["an empty variable says nothing", { logging: "stdout = false", env: "" }, "hi\n", ""],
    ["in neither form", { logging: "stdout = false", argv: ["--log-format", "pretty"] }, "hi\n", ""],
    [
      "at a terminal the lines for people stay",
      { logging: "stdout = false", isTerminal: true },
      `started    ok/${RUN}\nhi\nsucceeded  ok/${RUN}  1.2s\n`,
      "",
    ],
    [
      "with --json they are on stderr as ever",
      { logging: "stdout = false", argv: ["--json"] },
      undefined,
      `${lines(STARTED)}hi\n${lines(SUCCEEDED)}`,
    ],
  ] as const
) {
  Deno.test(`log: no records on stdout: ${name}`, async () => {
    const { logging = "", env, argv = [], isTerminal = false }: {
      readonly logging?: string;
      readonly env?: string;
      readonly argv?: readonly string[];
      readonly isTerminal?: boolean;
    } = given;
    using host = machine({
      isTerminal,
      env: { ...PLAIN, ...env === undefined ? {} : { ORCHASTRATION_LOG_STDOUT: env } },
    }, `${JOBS}[logging]\n${logging}\n`);
    const said = await call(host, ["run", "ok", ...argv]);
    assertEquals([said.code, stdout === undefined ? undefined : said.stdout, said.stderr], [
      0,
      stdout,
      stderr,
    ]);
    assertEquals(logOf(host), [STARTED, SUCCEEDED]);
  });
}

Deno.test("log: without records on stdout, messages for people are on stderr", async () => {
  using host = machine({ env: { ...PLAIN, ORCHASTRATION_LOG_STDOUT: "0" } });
  assertEquals(await call(host, ["run", "bad"]), {
    code: 3,
    stdout: "",
    stderr: `error: job "bad" failed with exit status 3 after 0ms\n  log: orchastration logs bad/${RUN}\n`,
  });
});

Deno.test("log: with --json stdout is the document alone, and log and output go to stderr", async () => {
  using host = machine();
  const said = await call(host, ["run", "ok", "--json"]);
  assertEquals(said.stderr, `${lines(STARTED)}hi\n${lines(SUCCEEDED)}`);
  assertEquals(JSON.parse(said.stdout).status, "succeeded");
  assertEquals(logOf(host), [STARTED, SUCCEEDED]);
});

for (const argv of [["list"], ["status"], ["status", "ok"], ["hash", "--file", "orchastration.toml"]]) {
  Deno.test(`log: a reading command logs at debug, so that its output is only the answer: ${argv.join(" ")}`, async () => {
    using host = machine();
    const answer = (await call(host, argv)).stdout;
    assertEquals(logOf(host), []);
    const said = await call(host, [...argv, "--log-level", "debug"]);
    const [record] = logOf(host);
    assertEquals(logOf(host).length, 1);
    assertEquals([record?.["time"], record?.["level"], record?.["event"]], [T0, "debug", argv[0]]);
    assertEquals(said.stdout.split("\n").toSorted(), (answer + lines(record)).split("\n").toSorted());
    const json = await call(host, [...argv, "--log-level", "debug", "--json"]);
    assertEquals(json.stderr, lines(record));
    JSON.parse(json.stdout);
  });
}

// A log file that fails.

function checkBroken(name: string, failure: FailRule, reason: string): void {
  Deno.test(`log: ${name} is one warning, and the run is as it is`, async () => {
    const warning = `warning: Cannot write the log file "${LOG}": ${reason}; the run continues without it\n`;
    const broken = () => {
      const host = machine();
      host.faults.failWhen(failure);
      return host;
    };
    using host = broken();
    assertEquals(await call(host, ["run", "ok"]), {
      code: 0,
      stdout: `${lines(STARTED)}hi\n${lines(SUCCEEDED)}`,
      stderr: warning,
    });
    using other = broken();
    const bad = await call(other, ["run", "bad", "--log-level", "debug"]);
    assertEquals([bad.code, bad.stderr.split(warning).length], [3, 2]);
    // A document on stdout stays one.
    using third = broken();
    JSON.parse((await call(third, ["run", "ok", "--json"])).stdout);
  });
}

checkBroken(
  "a file that cannot be opened",
  { op: "append", path: LOG, problem: "permission_denied" },
  "permission denied",
);
checkBroken(
  "a file that fails in the middle",
  { op: "append", path: LOG, problem: "no_space", skip: 1 },
  "no space left on the device",
);

Deno.test("log: only a plain file is opened, because opening a pipe could block", async () => {
  using host = machine();
  host.disk.special(LOG);
  const said = await call(host, ["run", "ok"]);
  assertEquals([said.code, said.stderr], [
    0,
    `warning: Cannot write the log file "${LOG}": it is not a plain file; the run continues without it\n`,
  ]);
});

Deno.test("log: without a place for the file, a run with its own state folder continues silently", async () => {
  using host = machine({ env: { PATH: "/bin" } });
  const said = await call(host, ["run", "ok", "--state-dir", "state"]);
  assertEquals(said, { code: 0, stdout: `${lines(STARTED)}hi\n${lines(SUCCEEDED)}`, stderr: "" });
  assertEquals(host.operations.filter(({ name }) => name === "append"), []);
});

Deno.test("log: the file stays where the user's files are, also with a state folder elsewhere", async () => {
  using host = machine();
  await call(host, ["run", "ok", "--state-dir", `${PROJECT}/state`]);
  assertEquals(logOf(host), [STARTED, SUCCEEDED]);
});

Deno.test("log: a line that was written outlives the end of the program, and not a power cut", async () => {
  using host = machine();
  await call(host, ["run", "ok"]);
  assertEquals(logOf(host.another()).length, 2);
  host.disk.losePower();
  assertEquals(host.disk.read(LOG) ?? "", "");
});

// Rotated by size.

Deno.test("log: the file is rotated by size, and the configured number of files is kept", async () => {
  using host = machine({}, `${JOBS}[logging]\nmax_bytes = 4096\nkeep_files = 3\n`);
  for (let run = 0; run < 50; run++) {
    assertEquals((await call(host, ["run", "ok"])).code, 0);
    host.clock.pass(1000);
  }
  const folder = LOG.slice(0, LOG.lastIndexOf("/"));
  assertEquals(host.disk.list(folder), [
    "orchastration.log",
    "orchastration.log.1",
    "orchastration.log.2",
    "state",
  ]);
  const kept = [`${LOG}.2`, `${LOG}.1`, LOG].flatMap((path) => {
    assert(host.disk.read(path)!.length <= 4096, path);
    return logOf(host, path);
  });
  // No line is missing between the oldest kept one and the last one, and each is whole.
  const times = kept.map(({ time }) => Date.parse(String(time)));
  assertEquals(times, times.toSorted());
  assertEquals(kept.slice(-2).map(({ event }) => event), ["attempt_started", "run_finished"]);
  const starts = kept.filter(({ event }) => event === "attempt_started").length;
  assert(starts >= 8 && Math.abs(kept.length - 2 * starts) <= 1, `${kept.length} lines, ${starts} starts`);
});
