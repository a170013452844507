/** Trying again: several attempts within one run, each with its own process, logs and ending. */

import { assertEquals } from "@std/assert";
import { call, logOf, machineWith, PROJECT, readJson, STATE, withoutLog } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import type { RunningProgram } from "../../support/fake_process.ts";

const ID = "work/20261122T063449.123Z";
const TIMESTAMP = "20261122T063449.123Z";
const LOG_LINE = `  log: orchastration logs ${ID}\n`;

type Attempt = (p: RunningProgram) => Promise<number | void> | number | void;

interface Expected {
  readonly code: number;
  readonly stderr?: string;
  readonly status: string;
  readonly duration_ms: number;
  /** Status, exit status or signal, and the start in milliseconds after the beginning of the run. */
  readonly attempts: readonly string[];
}

async function check(
  config: string,
  attempts: readonly Attempt[],
  expected: Expected,
  meanwhile?: (host: FakeHost) => Promise<void>,
): Promise<void> {
  using host = machineWith(`[jobs.work]\ncommand = ["work"]\n${config}\n`);
  let number = 0;
  host.program("work", async (p) => {
    const attempt = attempts[number++];
    if (attempt === undefined) throw new Error(`Cannot make attempt ${number}: none was expected`);
    await p.stdout(`attempt ${number}\n`);
    return await attempt(p);
  });
  const other = meanwhile?.(host);
  const said = await call(host, ["run", "work", "--log-level", "error"]);
  await other;
  const record = readJson(host, `${STATE}/runs/${ID}.json`);
  const begin = Date.parse(String(record["start_time"]));
  const made = record["attempts"] as Record<string, unknown>[];
  assertEquals({
    code: said.code,
    stdout: withoutLog(said.stdout),
    stderr: said.stderr,
    status: record["status"],
    duration_ms: record["duration_ms"],
    attempts: made.map((each) =>
      `${each["status"]} ${each["exit_code"] ?? each["signal"]} @${
        Date.parse(String(each["start_time"])) - begin
      }`
    ),
  }, {
    stderr: "",
    ...expected,
    stdout: expected.attempts.map((_, index) => `attempt ${index + 1}\n`).join(""),
  });
  for (const [index, attempt] of made.entries()) {
    const middle = index === 0 ? "" : `.attempt-${index + 1}`;
    assertEquals(attempt["stdout_path"], `runs/work/${TIMESTAMP}${middle}.stdout.log`);
    assertEquals(host.disk.read(`${STATE}/${attempt["stdout_path"]}`), `attempt ${index + 1}\n`);
    assertEquals([attempt["number"], attempt["stdout_bytes"]], [index + 1, 10]);
  }
  // The run's facts about its process and its output are those of the last attempt.
  const last = made.at(-1)!;
  for (const key of ["process", "exit_code", "signal", "stdout_path", "stdout_bytes", "stdout_sha256"]) {
    assertEquals(record[key], last[key], key);
  }
  assertEquals([host.livingProcesses(), host.clock.pendingTimers], [[], 0]);
}

const fails = (status: number): Attempt => () => status;

Deno.test("retry: a job is tried again until it succeeds, after delays of 1, 2 and 4 seconds", () =>
  check("retry = { max = 5 }", [fails(1), fails(1), fails(2), fails(0)], {
    code: 0,
    status: "succeeded",
    duration_ms: 7000,
    attempts: ["failed 1 @0", "failed 1 @1000", "failed 2 @3000", "succeeded 0 @7000"],
  }));

Deno.test("retry: a job is tried again until no attempt is left", () =>
  check("retry = { max = 2, delay_seconds = 0.5, backoff = 1 }", [fails(7), fails(8), fails(9)], {
    code: 9,
    stderr: `error: job "work" failed with exit status 9 after 1.0s\n  after 3 attempts\n${LOG_LINE}`,
    status: "failed",
    duration_ms: 1000,
    attempts: ["failed 7 @0", "failed 8 @500", "failed 9 @1000"],
  }));

Deno.test("retry: the delays grow by the factor, up to the maximum", () =>
  check(
    "retry = { max = 4, delay_seconds = 2, backoff = 3, max_delay_seconds = 7 }",
    [fails(1), fails(1), fails(1), fails(1), fails(0)],
    {
      code: 0,
      status: "succeeded",
      duration_ms: 2000 + 6000 + 7000 + 7000,
      attempts: ["failed 1 @0", "failed 1 @2000", "failed 1 @8000", "failed 1 @15000", "succeeded 0 @22000"],
    },
  ));

Deno.test("retry: attempts follow at once if the delay is 0", () =>
  check("retry = { max = 1, delay_seconds = 0 }", [fails(1), fails(0)], {
    code: 0,
    status: "succeeded",
    duration_ms: 0,
    attempts: ["failed 1 @0", "succeeded 0 @0"],
  }));

for (
  const [name, config, attempt, expected] of [
    ["a status that is listed", "on_exit_codes = [75, 3]", fails(3), "failed 3"],
    [
      "a crash, where no statuses are listed",
      "",
      (p: RunningProgram) => p.crash("SIGABRT"),
      "signalled SIGABRT",
    ],
    [
      "a timeout, where no statuses are listed",
      "timeout",
      (p: RunningProgram) => p.forever(),
      "timed_out SIGTERM",
    ],
  ] as const
) {
  Deno.test(`retry: ${name} is tried again`, () => {
    const codes = config === "timeout" ? "" : `, ${config}`;
    const timeoutMs = config === "timeout" ? 1000 : 0;
    return check(
      `timeout_seconds = 1\nretry = { max = 1${config === "" ? "" : codes} }`,
      [attempt, fails(0)],
      {
        code: 0,
        status: "succeeded",
        duration_ms: 1000 + timeoutMs,
        attempts: [`${expected} @0`, `succeeded 0 @${1000 + timeoutMs}`],
      },
    );
  });
}

for (
  const [name, config, attempt, expected] of [
    ["a status that is not listed", "on_exit_codes = [75]", fails(1), {
      code: 1,
      stderr: `error: job "work" failed with exit status 1 after 0ms\n${LOG_LINE}`,
      status: "failed",
      duration_ms: 0,
      attempts: ["failed 1 @0"],
    }],
    [
      "a crash, where statuses are listed",
      "on_exit_codes = [75]",
      (p: RunningProgram) => p.crash("SIGABRT"),
      {
        code: 134,
        stderr:
          `error: job "work" was ended by SIGABRT after 0ms, which Orchastration did not send\n${LOG_LINE}`,
        status: "signalled",
        duration_ms: 0,
        attempts: ["signalled SIGABRT @0"],
      },
    ],
  ] as const
) {
  Deno.test(`retry: ${name} is not tried again`, () =>
    check(`retry = { max = 3, ${config} }`, [attempt], expected));
}

Deno.test("retry: success is defined by success_exit_codes", () =>
  check("success_exit_codes = [3]\nretry = { max = 3 }", [fails(0), fails(3)], {
    code: 0,
    status: "succeeded",
    duration_ms: 1000,
    attempts: ["failed 0 @0", "succeeded 3 @1000"],
  }));

Deno.test("retry: a stopped run is not tried again", () =>
  check("retry = { max = 3 }", [(p) => p.forever()], {
    code: 143,
    stderr:
      `error: job "work" was stopped after 500ms: Orchastration received SIGTERM; it was ended by SIGTERM\n${LOG_LINE}`,
    status: "cancelled",
    duration_ms: 500,
    attempts: ["cancelled SIGTERM @0"],
  }, async (host) => {
    await host.whenListening();
    await host.clock.advance(500);
    host.signal("SIGTERM");
  }));

Deno.test("retry: Ctrl-C during the delay ends the run, and the attempt keeps its ending", () =>
  check("retry = { max = 3, delay_seconds = 60, max_delay_seconds = 60 }", [fails(4)], {
    code: 130,
    stderr:
      `error: job "work" was stopped after 25.0s: Orchastration received SIGINT; it exited with status 4\n${LOG_LINE}`,
    status: "cancelled",
    duration_ms: 25_000,
    attempts: ["failed 4 @0"],
  }, async (host) => {
    await host.whenListening();
    await host.clock.advance(25_000);
    host.signal("SIGINT");
  }));

Deno.test("retry: the record and the log contain the next step during the delay", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\nretry = { max = 1, delay_seconds = 2 }\n');
  let first = true;
  host.program("work", () => {
    const code = first ? 1 : 0;
    first = false;
    return code;
  });
  const other = host.whenListening().then(async () => {
    await host.clock.advance(1000);
    return readJson(host, `${STATE}/runs/${ID}.json`);
  });
  assertEquals((await call(host, ["run", "work"])).code, 0);
  const between = await other;
  assertEquals([between["status"], between["reason"], between["end_time"]], [
    "running",
    "attempt 2 starts in 2.0s",
    null,
  ]);
  assertEquals(logOf(host).filter((line) => line["event"] === "retry_scheduled"), [{
    time: "2026-11-22T06:34:49.123Z",
    level: "info",
    msg: "trying again",
    event: "retry_scheduled",
    run: ID,
    job: "work",
    attempt: 2,
    delay_ms: 2000,
  }]);
});

Deno.test("retry: while a second attempt runs, the record does not show results of the first", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\nretry = { max = 1 }\n');
  let seen: Record<string, unknown> = {};
  let number = 0;
  host.program("work", async (p) => {
    if (++number === 1) {
      await p.stdout("first\n");
      return 9;
    }
    await p.sleep(1);
    seen = readJson(host, `${STATE}/runs/${ID}.json`);
    return 0;
  });
  await call(host, ["run", "work"]);
  assertEquals(
    ["status", "exit_code", "stdout_path", "stdout_bytes", "stdout_sha256", "end_time"].map((key) =>
      seen[key]
    ),
    ["running", null, `runs/work/${TIMESTAMP}.attempt-2.stdout.log`, null, null, null],
  );
});

Deno.test("attempts: a working folder that disappears between two attempts is reported as missing, and not the program", async () => {
  using host = machineWith(
    '[jobs.a]\ncommand = ["work"]\nworking_dir = "sub"\nretry = { max = 1, delay_seconds = 0 }\n',
    {
      files: { [`${PROJECT}/sub/a`]: "" },
    },
  );
  host.program("work", () => {
    host.disk.remove(`${PROJECT}/sub/a`);
    host.disk.remove(`${PROJECT}/sub`);
    return 1;
  });
  const record = JSON.parse((await call(host, ["run", "a", "--json"])).stdout);
  assertEquals([record.status, record.not_started_cause, record.reason], [
    "not_started",
    "working_dir_missing",
    `was not started: working_dir ${PROJECT}/sub: no such file or directory`,
  ]);
});
