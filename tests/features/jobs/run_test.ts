/** `run`: from a name to a recorded ending, with all output on the way. */

import { assert, assertEquals } from "@std/assert";
import type { FakeHost } from "../../support/fake_host.ts";
import { VERSION } from "../../../src/version.ts";
import {
  call,
  expectCall,
  logOf,
  machineWith,
  PROJECT,
  readJson,
  STATE,
  withoutLog,
} from "../../support/cli.ts";

Deno.test("a successful job passes its output through, and nothing else is printed at log level error", async () => {
  using host = machineWith('[jobs.hello]\ncommand = ["hello", "you"]\n');
  host.program("hello", async (p) => {
    await p.stdout(`hello ${p.args.join(" ")}\n`);
    await p.stderr("and a word on the side\n");
  });
  await expectCall(host, ["run", "hello", "--log-level", "error"], {
    stdout: "hello you\n",
    stderr: "and a word on the side\n",
  });
});

Deno.test("a job's exit status is the exit code, and the last line says where the log is", async () => {
  using host = machineWith('[jobs.bad]\ncommand = ["bad"]\n');
  host.program("bad", async (p) => {
    await p.sleep(1200);
    return 3;
  });
  const said = await call(host, ["run", "bad", "--log-level", "error"]);
  assertEquals(said.code, 3);
  assertEquals(
    said.stderr,
    'error: job "bad" failed with exit status 3 after 1.2s\n' +
      "  log: orchastration logs bad/20261122T063449.123Z\n",
  );
  const record = readJson(host, `${STATE}/runs/bad/20261122T063449.123Z.json`);
  assertEquals([record["status"], record["exit_code"], record["duration_ms"]], ["failed", 3, 1200]);
  assertEquals(record, readJson(host, `${STATE}/runs/bad/last.json`));
});

Deno.test("the whole record of a run is on disk as expected", async () => {
  const toml = '[jobs.hello]\ndescription = "Greet"\ncommand = ["hello", "you"]\nworking_dir = "sub"\n' +
    'timeout_seconds = 2.5\nenv = { B = "2", A = "1" }\n';
  using host = machineWith(toml);
  host.disk.makeFolder(`${PROJECT}/sub`);
  host.program("hello", async (p) => {
    await p.stdout("hello\n");
    await p.sleep(40);
  });
  await call(host, ["run", "hello", "--", "--loud", ""]);
  const timestamp = "20261122T063449.123Z";
  const stream = (name: string) => `runs/hello/${timestamp}.${name}.log`;
  const order = new TextEncoder().encode("output-order 1 2026-11-22T06:34:49.123Z\n0 out 0 0\n");
  const ending = {
    start_time: "2026-11-22T06:34:49.123Z",
    end_time: "2026-11-22T06:34:49.163Z",
    duration_ms: 40,
    process: { pid: 1000, start_ticks: 100_000, boot_id: "fake-boot", pid_namespace: 4_026_531_836 },
    exit_code: 0,
    signal: null,
    stdout_path: stream("stdout"),
    stderr_path: stream("stderr"),
    stdout_bytes: 6,
    stderr_bytes: 0,
    stdout_sha256: "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
    stderr_sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    output_order: {
      path: `runs/hello/${timestamp}.order.log`,
      bytes: order.length,
      sha256: await host.digests.sha256(order),
    },
    leaked_output: false,
    stopped_by: null,
    left_running: [],
  };
  const record = readJson(host, `${STATE}/runs/hello/${timestamp}.json`);
  const { definition_sha256, config_sha256, ...intent } = record["intent"] as Record<string, unknown>;
  assertEquals(/^[0-9a-f]{64}$/.test(String(definition_sha256)), true);
  assertEquals(config_sha256, await host.digests.sha256(new TextEncoder().encode(toml)));
  assertEquals({ ...record, intent }, {
    format: 1,
    kind: "run",
    id: `hello/${timestamp}`,
    action: "job.run",
    subject: "job",
    name: "hello",
    project: PROJECT,
    token: "0".repeat(31) + "1",
    // printf "trace of %s" <token> | sha256sum
    trace: { traceparent: "00-3f2daa393a67ddce216f3cd74aaf1760-5c9aac661d089942-01", parent: null },
    status: "succeeded",
    reason: "exited with status 0",
    not_started_cause: null,
    intent: {
      description: "Greet",
      command: ["hello", "you", "--loud", ""],
      program: "/bin/hello",
      working_dir: `${PROJECT}/sub`,
      env_names: ["A", "B"],
      env: { B: "2", A: "1" },
      secrets: [],
      extra_args: ["--loud", ""],
      timeout_ms: 2500,
      grace_ms: 10_000,
      interactive: false,
      stdin: "none",
      leave_running: false,
      retry: null,
      success_exit_codes: [0],
      expected_outputs: [],
      config_path: `${PROJECT}/orchastration.toml`,
    },
    requested_by: { user: "ada", host: "lab", pid: 4242, tty: false, parent: "bash", agent: null },
    git: null,
    ...ending,
    timed_out: false,
    attempts: [{ number: 1, status: "succeeded", ...ending }],
    definition: record["definition"],
    outputs: [],
    documents: [],
    checks: [],
    tools: [],
    plan: null,
    recovery: null,
    os: "linux",
    arch: "x86_64",
    binary_version: VERSION,
    recorder: {
      pid: 4242,
      start_ticks: 100_000,
      boot_id: "fake-boot",
      pid_namespace: 4_026_531_836,
      lock: "kernel",
    },
  });
  assertEquals(Object.keys(record).slice(0, 3), ["format", "kind", "id"]);
  // Two spaces, LF, a line end; no other file lies beside the run.
  assertEquals(
    host.disk.read(`${STATE}/runs/hello/${timestamp}.json`),
    `${JSON.stringify(record, null, 2)}\n`,
  );
  assertEquals(host.disk.list(`${STATE}/runs/hello`), [
    `${timestamp}.json`,
    `${timestamp}.order.log`,
    `${timestamp}.stderr.log`,
    `${timestamp}.stdout.log`,
    "last.json",
  ]);
  assertEquals(host.disk.list(`${STATE}/locks`), ["journal.lock", "last.lock"]);
});

Deno.test("the intent is on disk, and durable, before there is a process", async () => {
  using host = machineWith('[jobs.hello]\ncommand = ["hello"]\n');
  let seen: unknown;
  host.program("hello", () => {
    const path = `${STATE}/runs/hello/20261122T063449.123Z.json`;
    const now = JSON.parse(host.disk.read(path) ?? "null");
    seen = [now.status, now.end_time, now.exit_code];
  });
  await call(host, ["run", "hello"]);
  assertEquals(seen, ["running", null, null]);
  const steps = host.operations.map(({ name, paths }) => `${name} ${paths.at(-1)}`);
  const record = `${STATE}/runs/hello/20261122T063449.123Z.json`;
  const spawnAt = steps.findIndex((step) => step.startsWith("spawn"));
  const created = steps.indexOf(`rename ${record}`);
  assertEquals(created >= 0 && created < spawnAt, true);
  assertEquals(steps.slice(created + 1, spawnAt).includes(`syncFolder ${STATE}/runs/hello`), true);
  assertEquals(steps.slice(0, created).findLast((step) => step.startsWith("sync "))?.includes(".json"), true);
});

Deno.test("arguments reach the job exactly as written, without a shell", async () => {
  const args = [
    "a b",
    "",
    "line\nbreak",
    "'single' \"double\"",
    "$(touch x) `id` $HOME",
    "*",
    "--",
    "-n",
    "ä\u{1f600}",
  ];
  using host = machineWith(
    `[jobs.show]\ncommand = ["show", ${args.map((arg) => JSON.stringify(arg)).join(", ")}]\n`,
  );
  let got: readonly string[] = [];
  host.program("show", (p) => void (got = p.argv));
  await call(host, ["run", "show", "--", ...args]);
  assertEquals(got, ["/bin/show", ...args, ...args]);
  assertEquals(host.spawned[0]?.args, [...args, ...args]);
});

Deno.test("the environment of a job is ours, overridden by that of the job, plus that of the run", async () => {
  using host = machineWith(
    '[jobs.show]\ncommand = ["show"]\nenv = { LANG = "C", EMPTY = "", "__proto__" = "p" }\n',
    {
      env: { PATH: "/bin", HOME: "/home/ada", LANG: "de_DE", KEPT: "yes" },
    },
  );
  let env: unknown;
  host.program("show", (p) => void (env = Object.entries(p.env).sort()));
  await call(host, ["run", "show"]);
  assertEquals(env, [
    ["EMPTY", ""],
    ["HOME", "/home/ada"],
    ["KEPT", "yes"],
    ["LANG", "C"],
    ["ORCHASTRATION_RUN_CHAIN", "0".repeat(31) + "1"],
    ["ORCHASTRATION_RUN_ID", "show/20261122T063449.123Z"],
    ["PATH", "/bin"],
    ["TRACEPARENT", trace(host, "show")],
    ["__proto__", "p"],
  ]);
  const intent = readJson(host, `${STATE}/runs/show/last.json`)["intent"] as Record<string, unknown>;
  assertEquals(intent["env_names"], ["EMPTY", "LANG", "__proto__"]);
});

Deno.test("on Windows the job's env overrides a variable in another case, also for the search of the program", async () => {
  using host = machineWith('[jobs.show]\ncommand = ["show"]\nenv = { PATH = "C:\\\\job", lang = "C" }\n', {
    os: "windows",
    env: {
      Path: "C:\\bin",
      LANG: "de",
      USERPROFILE: "C:\\Users\\ada",
      LOCALAPPDATA: "C:\\local",
      APPDATA: "C:\\roaming",
    },
  });
  let got: unknown;
  host.program("show", () => 1);
  host.program(
    "C:\\job\\show",
    (p) => void (got = Object.entries(p.env).filter(([name]) => /^(path|lang)$/i.test(name)).sort()),
  );
  assertEquals((await call(host, ["run", "show"])).code, 0);
  assertEquals(got, [["PATH", "C:\\job"], ["lang", "C"]]);
});

function trace(host: FakeHost, name: string): string {
  const record = readJson(host, `${STATE}/runs/${name}/last.json`);
  const { traceparent, parent } = record["trace"] as { traceparent: string; parent: string | null };
  assertEquals(parent, null);
  return traceparent;
}

Deno.test("a run is a child of the TRACEPARENT of its caller, and records both", async () => {
  const caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  using host = machineWith('[jobs.show]\ncommand = ["show"]\n', {
    env: { PATH: "/bin", HOME: "/home/ada", TRACEPARENT: caller },
  });
  let given: string | undefined;
  host.program("show", (p) => void (given = p.env["TRACEPARENT"]));
  await call(host, ["run", "show"]);
  assertEquals(readJson(host, `${STATE}/runs/show/last.json`)["trace"], {
    traceparent: given,
    parent: caller,
  });
  assertEquals(given?.slice(0, 36), caller.slice(0, 36));
  assert(given !== caller);
});

Deno.test("a run inside a run carries the markers of both", async () => {
  using host = machineWith('[jobs.show]\ncommand = ["show"]\n', {
    env: {
      PATH: "/bin",
      HOME: "/home/ada",
      ORCHASTRATION_RUN_CHAIN: "aa,bb",
      ORCHASTRATION_RUN_ID: "outer/1",
    },
  });
  let env: Readonly<Record<string, string>> = {};
  host.program("show", (p) => void (env = p.env));
  await call(host, ["run", "show"]);
  assertEquals(
    [env["ORCHASTRATION_RUN_CHAIN"], env["ORCHASTRATION_RUN_ID"]],
    [`aa,bb,${"0".repeat(31)}1`, "show/20261122T063449.123Z"],
  );
});

Deno.test("a relative working directory is below the project, not below ours, and an absolute one is used as it is", async () => {
  for (
    const [written, expected] of [
      [".", PROJECT],
      ["sub/../other", `${PROJECT}/other`],
      ["..", "/home/ada"],
      ["/tmp", "/tmp"],
    ] as const
  ) {
    using host = machineWith(`[jobs.show]\ncommand = ["show"]\nworking_dir = "${written}"\n`);
    for (const folder of ["sub", "other", "deep/down"]) host.disk.makeFolder(`${PROJECT}/${folder}`);
    host.environment.cwd = `${PROJECT}/deep/down`;
    let cwd = "";
    host.program("show", (p) => void (cwd = p.cwd));
    assertEquals((await call(host, ["run", "show"])).code, 0);
    assertEquals(cwd, expected);
  }
});

for (
  const [config, args, expected] of [
    ["", ["run", "hello"], ""],
    ['stdin = "none"', ["run", "hello"], ""],
    ['stdin = "inherit"', ["run", "hello"], "one\ntwo\n"],
  ] as const
) {
  Deno.test(`standard input of a job with ${config || "nothing said"}`, async () => {
    using host = machineWith(`[jobs.hello]\ncommand = ["hello"]\n${config}\n`, { stdin: "one\ntwo\n" });
    let stdin: string | undefined;
    host.program("hello", (p) => void (stdin = p.stdin));
    await call(host, args);
    assertEquals(stdin, expected);
  });
}

Deno.test("words after a job's name without -- are refused, and nothing runs", async () => {
  using host = machineWith('[jobs.hello]\ncommand = ["hello"]\n');
  host.program("hello", () => {});
  for (
    const [argv, word, behind] of [
      [["run", "hello", "world"], "world", "world"],
      [["run", "hello", "x", "--", "y"], "x", "x y"],
    ] as const
  ) {
    await expectCall(host, argv, {
      code: 64,
      stderr: `error: Cannot understand "${word}": arguments for the job come after --\n` +
        `  try: orchastration run hello -- ${behind}\n`,
    });
  }
  assertEquals([host.spawned.length, host.disk.exists(STATE)], [0, false]);
});

Deno.test("an argument with a NUL byte cannot be passed on, and nothing runs", async () => {
  using host = machineWith('[jobs.hello]\ncommand = ["hello"]\n');
  host.program("hello", () => {});
  await expectCall(host, ["run", "hello", "--", "a\0b"], {
    code: 64,
    stderr:
      'error: Cannot pass on the argument "a\\u0000b": it contains a NUL byte, which cannot be passed to a program\n' +
      "  try: orchastration run hello -- <arguments>\n",
  });
  assertEquals([host.spawned.length, host.disk.exists(STATE)], [0, false]);
});

Deno.test("an unknown job is refused with the known jobs, and nothing runs", async () => {
  using host = machineWith('[jobs.sample]\ncommand = ["hello"]\n[tasks.book]\ncommand = ["hello"]\n');
  host.program("hello", () => {});
  await expectCall(host, ["run", "smaple"], {
    code: 66,
    stderr:
      'error: Cannot find job "smaple": no job has this name\n  did you mean "sample"?\n  known jobs: sample\n',
  });
  await expectCall(host, ["run", "book"], {
    code: 66,
    stderr:
      'error: Cannot find job "book": that is a task, and tasks are built, not run\n  known jobs: sample\n' +
      "  try: orchastration plan status book\n",
  });
  for (const name of ["../../x", "CON", "", "last", "a".repeat(65), "\u001b[2J"]) {
    const said = await call(host, ["run", name]);
    assertEquals([said.code, said.stdout, said.stderr.includes("\u001b")], [66, "", false], name);
  }
  assertEquals([host.spawned.length, host.disk.exists(STATE)], [0, false]);
});

Deno.test("--json: stdout has the record and nothing else, and stderr the job's output and the log", async () => {
  using host = machineWith('[jobs.bad]\ncommand = ["bad"]\n');
  host.program("bad", async (p) => {
    await p.stdout("to stdout\n");
    await p.stderr("to stderr\n");
    return 7;
  });
  const said = await call(host, ["run", "bad", "--json"]);
  assertEquals(said.code, 7);
  assertEquals(JSON.parse(said.stdout), readJson(host, `${STATE}/runs/bad/20261122T063449.123Z.json`));
  assertEquals(said.stdout.startsWith('{\n  "format": 1,\n  "kind": "run",\n'), true);
  assertEquals(
    withoutLog(said.stderr),
    'to stdout\nto stderr\nerror: job "bad" failed with exit status 7 after 0ms\n' +
      "  log: orchastration logs bad/20261122T063449.123Z\n",
  );
  assertEquals(logLines(said.stderr), ["run started", "run failed"]);
});

Deno.test("--json: a run that cannot be recorded is reported in one document", async () => {
  using host = machineWith('[jobs.bad]\ncommand = ["bad"]\n');
  host.program("bad", () => {});
  host.faults.failWhen({ op: "makeFolders", problem: "read_only" });
  const said = await call(host, ["run", "bad", "--json"]);
  const message = `Cannot make the folder "${STATE}/runs/bad": the file system is read-only`;
  assertEquals([said.code, said.stderr], [
    74,
    `error: ${message}\n  try: free some space or fix the permissions, or choose another folder with --state-dir <path>\n`,
  ]);
  assertEquals(JSON.parse(said.stdout), {
    format: 1,
    kind: "failure",
    code: "state_unwritable",
    message,
    notes: [],
    next: "free some space or fix the permissions, or choose another folder with --state-dir <path>",
    exit_code: 74,
    diagnostics: [],
  });
});

Deno.test("the log contains a run from beginning to end, each line after the event was stored", async () => {
  using host = machineWith('[jobs.bad]\ncommand = ["bad"]\ntimeout_seconds = 1\nkill_grace_seconds = 2\n');
  host.program("bad", async (p) => {
    p.ignore("SIGTERM");
    await p.forever();
  });
  const said = await call(host, ["run", "bad", "--log-level", "debug"]);
  const run = "bad/20261122T063449.123Z";
  const why = "the timeout of 1.0s passed";
  const at = (time: string, level: string, msg: string, event: string, more: object) => ({
    time: `2026-11-22T06:34:${time}Z`,
    level,
    msg,
    event,
    run,
    job: "bad",
    ...more,
  });
  const lines = [
    at("49.123", "debug", "run recorded", "run_created", {}),
    at("49.123", "info", "run started", "attempt_started", { pid: 1000 }),
    at("50.123", "warning", "SIGTERM sent", "stop_requested", { why }),
    at("52.123", "warning", "SIGKILL sent", "stop_escalated", { why }),
    at("52.123", "debug", "attempt finished", "attempt_finished", { attempt: 1, status: "timed_out" }),
    at("52.123", "error", "run timed out", "run_finished", {
      status: "timed_out",
      exit_code: null,
      signal: "SIGKILL",
      duration_ms: 3000,
    }),
  ];
  assertEquals(logOf(host), lines);
  assertEquals(said.stdout.trimEnd().split("\n").map((line) => JSON.parse(line)), lines);
});

Deno.test("the advised command that shows the log has the flags of this call", async () => {
  using host = machineWith(undefined, { files: { "/tmp/my conf.toml": '[jobs.bad]\ncommand = ["bad"]\n' } });
  host.program("bad", () => 1);
  const said = await call(host, ["--config", "/tmp/my conf.toml", "run", "bad", "--state-dir", "/tmp/it's"]);
  assertEquals(
    said.stderr.split("\n")[1],
    "  log: orchastration --config '/tmp/my conf.toml' --state-dir '/tmp/it'\\''s' logs bad/20261122T063449.123Z",
  );
  assertEquals(host.disk.exists("/tmp/it's/runs/bad/last.json"), true);
});

Deno.test("a second run has a second record, even if the clock was set back to the same moment", async () => {
  using host = machineWith('[jobs.hello]\ncommand = ["hello"]\n');
  host.program("hello", (p) => p.sleep(0));
  await call(host, ["run", "hello"]);
  const again = host.another();
  again.program("hello", async (p) => {
    await p.sleep(5000);
    host.clock.setBack(3_600_000);
    await p.sleep(5000);
  });
  await call(again, ["run", "hello"]);
  assertEquals(
    host.disk.list(`${STATE}/runs/hello`).filter((name) => name.endsWith("Z.json")),
    ["20261122T063449.123Z.json", "20261122T063449.124Z.json"],
  );
  const record = readJson(host, `${STATE}/runs/hello/20261122T063449.124Z.json`);
  // The end is before the start, as the clock said; the duration is not.
  assertEquals(
    [record["start_time"], record["end_time"], record["duration_ms"]],
    ["2026-11-22T06:34:49.123Z", "2026-11-22T05:34:59.123Z", 10_000],
  );
  assertEquals(readJson(host, `${STATE}/runs/hello/last.json`), record);
});

Deno.test("without a home no state folder is known, and the run is refused before anything starts", async () => {
  using host = machineWith('[jobs.hello]\ncommand = ["hello"]\n', { env: { PATH: "/bin" } });
  host.program("hello", () => {});
  await expectCall(host, ["run", "hello"], {
    code: 74,
    stderr:
      "error: Cannot find a place for the state folder: $HOME or $XDG_CACHE_HOME is not set to an absolute path\n" +
      "  try: set it, or choose a place with --state-dir <path>\n",
  });
  assertEquals(host.spawned.length, 0);
});

function logLines(output: string): readonly string[] {
  return output.split("\n").filter((line) => line.startsWith('{"time":')).map((line) => JSON.parse(line).msg);
}
