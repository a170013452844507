/** `status`: the last recorded run of each job, read from disk in whatever state. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, readJson, STATE, STATE_MACOS } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import { untilDeath } from "../../support/until_death.ts";

const TOML = `
[jobs.bad]
command = ["bad"]
[jobs.missing]
command = ["nowhere"]
[jobs.never]
command = ["ok"]
[jobs.ok]
command = ["ok"]
description = "Goes well"
[jobs.slow]
command = ["slow"]
timeout_seconds = 2
[tasks.wanted]
command = ["ok"]
`;

/** Without colours, so that a line is read as it looks. */
const PLAIN = { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" };
const START = "20261122T063449.123Z";
const OK_RECORD = `${STATE}/runs/ok/${START}.json`;
const OK_LAST = `${STATE}/runs/ok/last.json`;

function machine(options: FakeHostOptions = {}, toml = TOML): FakeHost {
  const host = machineWith(toml, { env: PLAIN, ...options });
  host.program("ok", (p) => p.sleep(1234));
  host.program("bad", async (p) => {
    await p.sleep(65_000);
    return 3;
  });
  host.program("slow", (p) => p.forever());
  return host;
}

async function run(host: FakeHost, ...jobs: readonly string[]): Promise<void> {
  for (const job of jobs) await call(host, ["run", job, "--log-level", "error"]);
}

/** Rewrites a record as a person or a fault might have left it. */
function change(host: FakeHost, path: string, changes: Readonly<Record<string, unknown>>): void {
  host.disk.write(path, JSON.stringify({ ...readJson(host, path), ...changes }));
}

Deno.test("status: every job is listed by name with the end of its last run, and times are in full in a pipe", async () => {
  using host = machine();
  await run(host, "ok", "bad", "slow", "missing");
  await expectCall(host, ["status"], {
    stdout: "bad      failed       exit 3   1m 05s  2026-11-22T06:34:50.357Z\n" +
      "missing  not started           0ms     2026-11-22T06:35:57.357Z\n" +
      "never    never run\n" +
      "ok       succeeded    exit 0   1.2s    2026-11-22T06:34:49.123Z\n" +
      "slow     timed out    SIGTERM  2.0s    2026-11-22T06:35:55.357Z\n",
  });
});

Deno.test("status: in a shared state folder, a run of another project's job of the same name is marked, until the job has run here", async () => {
  const env = { PATH: "/bin", HOME: "/home/ada", ORCHASTRATION_STATE_DIR: "/shared" };
  using host = machine({ env }, '[jobs.ok]\ncommand = ["ok"]\n');
  host.disk.write("/home/ada/other/orchastration.toml", TOML);
  const theirs = host.another({ cwd: "/home/ada/other" });
  await run(theirs, "ok");
  const row = "ok  succeeded  exit 0  1.2s  2026-11-22T06:34:49.123Z\n";
  await expectCall(host, ["status"], {
    stdout: `${row}  ok/${START}: it was run by another configuration, /home/ada/other/orchastration.toml\n`,
  });
  await expectCall(host, ["status", "ok"], {
    stdout:
      `${row}  ok/${START}: exited with status 0; it was run by another configuration, /home/ada/other/orchastration.toml\n`,
  });
  const { jobs } = JSON.parse((await call(host, ["status", "--json"])).stdout);
  assertEquals(jobs[0].last_run.config_path, "/home/ada/other/orchastration.toml");
  await run(host, "ok");
  await expectCall(host, ["status"], { stdout: "ok  succeeded  exit 0  1.2s  2026-11-22T06:34:50.357Z\n" });
});

Deno.test("status: at a terminal, times are relative", async () => {
  using host = machine({ isTerminal: true });
  await run(host, "ok");
  const ages = [
    [0, "1 second ago"],
    [58_000, "59 seconds ago"],
    [1000, "1 minute ago"],
    [59 * 60_000, "1 hour ago"],
    [22 * 3_600_000, "23 hours ago"],
    [3_600_000, "1 day ago"],
    [99 * 86_400_000, "100 days ago"],
  ] as const;
  for (const [passMs, words] of ages) {
    host.clock.pass(passMs);
    assertEquals(
      (await call(host, ["status", "ok"])).stdout.split("\n")[0],
      `ok  succeeded  exit 0  1.2s  ${words}`,
    );
  }
});

Deno.test("status: after the clock was set back, a run in the future is shown with its time", async () => {
  using host = machine({ isTerminal: true });
  await run(host, "ok");
  host.clock.setBack(3_600_000);
  await expectCall(host, ["status", "ok"], {
    stdout: "ok  succeeded  exit 0  1.2s  in the future\n" +
      `  ok/${START}: exited with status 0\n`,
  });
});

Deno.test("status: the statuses have their colours on a terminal", async () => {
  using host = machine({ isTerminal: true, env: { PATH: "/bin", HOME: "/home/ada" } });
  await run(host, "ok", "bad");
  await expectCall(host, ["status"], {
    stdout: "\x1b[1mbad\x1b[22m      \x1b[31mfailed\x1b[39m     exit 3  1m 05s  1 minute ago\n" +
      "\x1b[1mmissing\x1b[22m  \x1b[2mnever run\x1b[22m\n" +
      "\x1b[1mnever\x1b[22m    \x1b[2mnever run\x1b[22m\n" +
      "\x1b[1mok\x1b[22m       \x1b[32msucceeded\x1b[39m  exit 0  1.2s    1 minute ago\n" +
      "\x1b[1mslow\x1b[22m     \x1b[2mnever run\x1b[22m\n",
  });
});

Deno.test("status <job>: one job is shown with the reason, and empty columns take no room", async () => {
  using host = machine();
  await run(host, "slow", "missing");
  await expectCall(host, ["status", "slow"], {
    stdout: "slow  timed out  SIGTERM  2.0s  2026-11-22T06:34:49.123Z\n" +
      `  slow/${START}: timed out after 2.0s, then ended by SIGTERM\n`,
  });
  await expectCall(host, ["status", "missing"], {
    stdout: "missing  not started  0ms  2026-11-22T06:34:51.123Z\n" +
      '  missing/20261122T063451.123Z: was not started: no program "nowhere" in the folders of PATH\n',
  });
  await expectCall(host, ["status", "never"], { stdout: "never  never run\n" });
});

Deno.test("status: the newest of several runs is shown", async () => {
  using host = machine();
  await run(host, "ok", "ok");
  host.clock.pass(5000);
  await run(host, "ok");
  await expectCall(host, ["status", "ok"], {
    stdout: "ok  succeeded  exit 0  1.2s  2026-11-22T06:34:56.591Z\n" +
      "  ok/20261122T063456.591Z: exited with status 0\n",
  });
});

Deno.test("status: unknown names are refused, with a suggestion", async () => {
  using host = machine();
  const known = "  known jobs: bad, missing, never, ok, slow\n";
  await expectCall(host, ["status", "slwo"], {
    code: 66,
    stderr: 'error: Cannot find job "slwo": no job has this name\n' +
      `  did you mean "slow"?\n${known}`,
  });
  await expectCall(host, ["status", "quite_different"], {
    code: 66,
    stderr: 'error: Cannot find job "quite_different": no job has this name\n' +
      `${known}  try: orchastration list\n`,
  });
  await expectCall(host, ["status", "wanted"], {
    code: 66,
    stderr: 'error: Cannot find job "wanted": that is a task, and tasks are built, not run\n' +
      `${known}  try: orchastration plan status wanted\n`,
  });
  assertEquals(host.disk.exists("/home/ada/.cache"), false);
});

Deno.test("status: for a task it shows the last action", async () => {
  using host = machine();
  await call(host, ["plan", "create", "wanted", "--log-level", "error"]);
  const { stdout } = await call(host, ["status", "wanted"]);
  assertEquals(stdout.split("\n")[1], `  wanted/${START}: plan create: the intent was recorded`);
});

Deno.test("status: an empty configuration is answered with the next step", async () => {
  using host = machine({}, "");
  await expectCall(host, ["status"], { stdout: "No jobs configured.\ntry: orchastration list\n" });
  using bare = machineWith(undefined);
  await expectCall(bare, ["status"], { stdout: "No configuration found.\ntry: orchastration init\n" });
  for (const command of ["status", "run"]) {
    await expectCall(bare, [command, "ok"], {
      code: 66,
      stderr: 'error: Cannot find job "ok": no job has this name\n  no configuration was found\n' +
        "  try: orchastration init\n",
    });
  }
});

Deno.test("status: a job that is no longer configured is shown by its name as long as it has runs", async () => {
  using host = machine();
  await run(host, "ok");
  host.disk.write("/home/ada/project/orchastration.toml", '[jobs.other]\ncommand = ["ok"]\n');
  await expectCall(host, ["status"], { stdout: "other  never run\n" });
  const shown =
    `ok  succeeded  exit 0  1.2s  2026-11-22T06:34:49.123Z\n  ok/${START}: exited with status 0\n`;
  await expectCall(host, ["status", "ok"], { stdout: shown });
  host.disk.write(OK_RECORD, "");
  host.disk.remove(OK_LAST);
  await expectCall(host, ["status", "ok"], {
    stdout: "ok  no readable record\n",
    stderr: `warning: Cannot read the record "${OK_RECORD}": the file is empty; it is left out\n`,
  });
});

Deno.test("status: a running run is running for every reader", async () => {
  using host = machine();
  const said: unknown[] = [];
  host.program("ok", async (p) => {
    await p.sleep(1000);
    said.push(await call(host.another(), ["status", "ok"]));
  });
  await run(host, "ok");
  assertEquals(said, [{
    code: 0,
    stdout:
      `runs now: ok/${START}  for 1.0s, without a terminal, process 4242, requested by ada through bash\n` +
      `ok  running  2026-11-22T06:34:49.123Z\n  ok/${START}: process 1000 is running\n`,
    stderr: "",
  }]);
});

/**
 * A record that still says "running" although its recorder is gone: interrupted, with the known facts about
 * the process.
 */
function checkInterrupted(
  name: string,
  left: {
    readonly processes: "gone" | "alive";
    readonly furnish?: (host: FakeHost) => void;
    readonly on?: FakeHostOptions;
  },
  words: string,
): void {
  Deno.test(`status: a recorder that died leaves an interrupted run, ${name}`, async () => {
    using host = machine(left.on);
    host.program("ok", async (p) => {
      await p.sleep(1000);
      host.die();
      await p.forever();
    });
    assertEquals(await untilDeath(host, () => run(host, "ok")), { kind: "died" });
    using reader = host.reviveAfterDeath({ processes: left.processes });
    left.furnish?.(reader);
    const state = left.on?.os === "darwin" ? STATE_MACOS : STATE;
    const before = reader.disk.tree(state);
    const line = `ok  interrupted  2026-11-22T06:34:49.123Z\n  ok/${START}: ` +
      `Orchastration itself ended before the outcome was known; ${words}\n`;
    await expectCall(reader, ["status", "ok"], {
      stdout: `${line}next: orchastration recover ok/${START}\n`,
    });
    const all = (await call(reader, ["status"])).stdout;
    assert(all.endsWith(`${line.split("\n")[1]}\nnext: orchastration recover\n`), all);
    const { jobs } = JSON.parse((await call(reader, ["status", "ok", "--json"])).stdout);
    const { status, end_time, duration_ms, exit_code, signal } = jobs[0].last_run;
    assertEquals(
      { status, end_time, duration_ms, exit_code, signal },
      { status: "interrupted", end_time: null, duration_ms: null, exit_code: null, signal: null },
    );
    // Reading repairs nothing.
    assertEquals(reader.disk.tree(state), before);
  });
}

checkInterrupted("its process has ended", { processes: "gone" }, "its process 1000 is gone");
checkInterrupted("its process alive", { processes: "alive" }, "its process 1000 is still alive");
checkInterrupted(
  "its pid in use by a stranger",
  { processes: "gone", furnish: (host) => host.reusePid(1000) },
  "its process 1000 is gone",
);
checkInterrupted(
  "from before the machine was started again",
  { processes: "alive", furnish: (host) => void (host.bootId = "another boot") },
  "its process 1000 is gone",
);
checkInterrupted(
  "its pid is in use, on a system without start times",
  { processes: "alive", on: { os: "darwin", env: { PATH: "/bin", HOME: "/Users/ada" } } },
  "it is unknown whether its process 1000 is alive",
);
checkInterrupted(
  "its process never recorded",
  { processes: "gone", furnish: (host) => change(host, OK_RECORD, { process: null }) },
  "it is unknown whether its process was started",
);

/** One record of `ok` that cannot be read, beside an older one that can; and then alone. */
function checkDamaged(name: string, damage: (host: FakeHost, newest: string) => void, reason: string): void {
  Deno.test(`status: a damaged record is reported and omitted: ${name}`, async () => {
    using host = machine();
    await run(host, "ok", "ok", "bad");
    const newest = `${STATE}/runs/ok/20261122T063450.357Z.json`;
    damage(host, newest);
    const stderr = `warning: Cannot read the record "${newest}": ${reason}; it is left out\n`;
    await expectCall(host, ["status"], {
      stdout: "bad      failed     exit 3  1m 05s  2026-11-22T06:34:51.591Z\n" +
        "missing  never run\n" +
        "never    never run\n" +
        "ok       succeeded  exit 0  1.2s    2026-11-22T06:34:49.123Z\n" +
        "slow     never run\n",
      stderr,
    });
    host.disk.remove(OK_RECORD);
    await expectCall(host, ["status", "ok"], { stdout: "ok  no readable record\n", stderr });
    const said = await call(host, ["status", "ok", "--json"]);
    assertEquals([said.code, said.stderr], [0, stderr]);
    assertEquals(JSON.parse(said.stdout), {
      format: 1,
      kind: "status",
      jobs: [{ name: "ok", description: "Goes well", last_run: null }],
      siblings: [],
      older_records: null,
      running: [],
      damaged: [{ path: newest, reason }],
    });
  });
}

checkDamaged("empty", (host, path) => host.disk.write(path, ""), "the file is empty");
checkDamaged(
  "torn in the middle",
  (host, path) => host.disk.write(path, host.disk.read(path)!.slice(0, 700)),
  "it is not JSON",
);
checkDamaged(
  "bytes that are no text",
  (host, path) => host.disk.write(path, new Uint8Array([0xff, 0xfe, 0])),
  "it is not JSON",
);
checkDamaged(
  "another document",
  (host, path) => host.disk.write(path, "[]"),
  "format is missing",
);
checkDamaged(
  "a wrong type",
  (host, path) => change(host, path, { exit_code: "0" }),
  'exit_code: expected number, found "0"',
);
checkDamaged(
  "a time of another form",
  (host, path) => change(host, path, { start_time: "yesterday" }),
  "start_time: expected RFC 3339 UTC with milliseconds",
);
checkDamaged(
  "a text where a table is expected",
  (host, path) => change(host, path, { intent: "x".repeat(1000) }),
  `intent: expected Object, found "${"x".repeat(59)}…`,
);
checkDamaged(
  "a status that there is not",
  (host, path) => change(host, path, { status: "lost" }),
  'status: expected ("running" | "succeeded" | "up_to_date" | "failed" | "signalled" | "timed_out" | "cancelled" | "not_started" | "interrupted"), found "lost"',
);
checkDamaged(
  "a newer format that this version cannot read",
  (host, path) => host.disk.write(path, '{"format": 7, "kind": "run", "id": "ok/20261122T063450.357Z"}'),
  "it has format 7, and this program reads formats up to 1",
);
checkDamaged(
  "no permission to read it",
  (host, path) => host.disk.setAccess(path, { readable: false }),
  "permission denied",
);

Deno.test("status: a record of a newer format is shown if it can be read", async () => {
  using host = machine();
  await run(host, "ok");
  change(host, OK_RECORD, { format: 2, weather: "fine" });
  await expectCall(host, ["status", "ok"], {
    stdout: `ok  succeeded  exit 0  1.2s  2026-11-22T06:34:49.123Z\n  ok/${START}: exited with status 0\n`,
  });
});

/** `last.json` is a cache: whatever is wrong with it, the records decide. */
function checkLast(name: string, spoil: (host: FakeHost) => void): void {
  Deno.test(`status: last.json does not decide: ${name}`, async () => {
    using host = machine();
    await run(host, "ok", "ok");
    spoil(host);
    await expectCall(host, ["status", "ok"], {
      stdout: "ok  succeeded  exit 0  1.2s  2026-11-22T06:34:50.357Z\n" +
        "  ok/20261122T063450.357Z: exited with status 0\n",
    });
  });
}

checkLast("missing", (host) => host.disk.remove(OK_LAST));
checkLast("empty", (host) => host.disk.write(OK_LAST, ""));
checkLast("torn", (host) => host.disk.write(OK_LAST, host.disk.read(OK_LAST)!.slice(0, 500)));
checkLast("a directory", (host) => {
  host.disk.remove(OK_LAST);
  host.disk.makeFolder(OK_LAST);
});
checkLast(
  "older words about the newest run",
  (host) =>
    change(host, OK_LAST, { status: "running", reason: "about to start", exit_code: null, end_time: null }),
);
checkLast(
  "it names a record that is missing",
  (host) => change(host, OK_LAST, { id: "ok/20271122T063450.357Z" }),
);
checkLast(
  "it names the run of another job",
  (host) => change(host, OK_LAST, { id: "bad/20271122T063450.357Z" }),
);

Deno.test("status: a folder of runs that cannot be read is an error, not an absence of runs", async () => {
  using host = machine();
  await run(host, "ok");
  host.disk.setAccess(`${STATE}/runs/ok`, { readable: false });
  const stderr =
    `error: Cannot list the folder "${STATE}/runs/ok": permission denied\n  try: fix the permissions\n`;
  await expectCall(host, ["status"], { code: 74, stderr });
  await expectCall(host, ["status", "ok"], { code: 74, stderr });
});

Deno.test("status --json: one document has the known facts of each last run", async () => {
  using host = machine();
  await run(host, "ok", "slow", "missing");
  const said = await call(host, ["status", "--json"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  const document = JSON.parse(said.stdout);
  assertEquals(Object.keys(document).slice(0, 2), ["format", "kind"]);
  const nothing = { description: null, last_run: null };
  assertEquals(document, {
    format: 1,
    kind: "status",
    jobs: [
      { name: "bad", ...nothing },
      {
        name: "missing",
        description: null,
        last_run: {
          id: "missing/20261122T063452.357Z",
          status: "not_started",
          reason: 'was not started: no program "nowhere" in the folders of PATH',
          exit_code: null,
          signal: null,
          start_time: "2026-11-22T06:34:52.357Z",
          end_time: "2026-11-22T06:34:52.357Z",
          duration_ms: 0,
          process_state: null,
          path: `${STATE}/runs/missing/20261122T063452.357Z.json`,
          config_path: `${PROJECT}/orchastration.toml`,
        },
      },
      { name: "never", ...nothing },
      {
        name: "ok",
        description: "Goes well",
        last_run: {
          id: `ok/${START}`,
          status: "succeeded",
          reason: "exited with status 0",
          exit_code: 0,
          signal: null,
          start_time: "2026-11-22T06:34:49.123Z",
          end_time: "2026-11-22T06:34:50.357Z",
          duration_ms: 1234,
          process_state: null,
          path: OK_RECORD,
          config_path: `${PROJECT}/orchastration.toml`,
        },
      },
      {
        name: "slow",
        description: null,
        last_run: {
          id: "slow/20261122T063450.357Z",
          status: "timed_out",
          reason: "timed out after 2.0s, then ended by SIGTERM",
          exit_code: null,
          signal: "SIGTERM",
          start_time: "2026-11-22T06:34:50.357Z",
          end_time: "2026-11-22T06:34:52.357Z",
          duration_ms: 2000,
          process_state: null,
          path: `${STATE}/runs/slow/20261122T063450.357Z.json`,
          config_path: `${PROJECT}/orchastration.toml`,
        },
      },
    ],
    siblings: [],
    older_records: null,
    running: [],
    damaged: [],
  });
});

Deno.test("status: reading creates no folder and writes nothing", async () => {
  using host = machine();
  await call(host, ["status"]);
  await call(host, ["status", "ok", "--json"]);
  assertEquals(host.disk.exists("/home/ada/.cache"), false);
});

Deno.test("status: a group has no runs of its own, and the jobs that it runs are told", async () => {
  using host = machineWith('[jobs.a]\ncommand = ["a"]\n[jobs.all]\nneeds = ["a"]\nalias = ["e"]\n');
  for (const name of ["all", "e"]) {
    await expectCall(host, ["status", name], {
      code: 65,
      stderr:
        'error: Cannot show the status of "all": it has no command, and so no runs of its own; it runs a\n' +
        "  try: orchastration status, or orchastration graph all\n",
    });
  }
});
