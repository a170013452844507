/** `logs`: the captured output of a run, byte for byte, of one that ended and of one that goes on. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, readJson, type Said, STATE } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import type { Script } from "../../support/fake_process.ts";
import { untilDeath } from "../../support/until_death.ts";
import "../../../src/app/runs/follow_log.ts";
import "../../../src/app/runs/read_log.ts";
import "../../../src/app/runs/recover_runs.ts";

const RUNS = `${STATE}/runs`;
const TIME = "20261122T063449.123Z";
const ID = `work/${TIME}`;
const STDOUT = `${RUNS}/work/${TIME}.stdout.log`;

function machine(script: Script, more = "", options: FakeHostOptions = {}): FakeHost {
  const host = machineWith(`[jobs.work]\ncommand = ["work"]\n${more}\n`, options);
  host.program("work", script);
  return host;
}

/** A machine on which `work` has run to its end. */
async function afterRun(script: Script, more = "", options: FakeHostOptions = {}): Promise<FakeHost> {
  const host = machine(script, more, options);
  await call(host, ["run", "work", "--log-level", "error"]);
  return host;
}

async function talk(host: FakeHost): Promise<void> {
  await call(host, ["run", "work", "--log-level", "error"]);
}

const talkative: Script = async (p) => {
  await p.stdout("one\n");
  await p.stderr("uno\n");
  await p.stdout("two\n");
  await p.stderr("dos\n");
  await p.stdout("three");
};

Deno.test("logs: stdout goes to stdout and stderr to stderr; or only the requested one", async () => {
  using host = await afterRun(talkative);
  const stdout = "one\ntwo\nthree";
  const stderr = "uno\ndos\n";
  for (const reference of ["work", "work/last", ID, "work/2026"]) {
    await expectCall(host, ["logs", reference], { stdout, stderr });
  }
  await expectCall(host, ["logs", "work", "--stdout"], { stdout });
  await expectCall(host, ["logs", "work", "--stderr"], { stderr });
  await expectCall(host, ["logs", "work", "--stdout", "--stderr"], { stdout, stderr });
});

Deno.test("logs: in a shared state folder, the project of another project's run is named, unless the run itself was requested", async () => {
  using host = await afterRun((p) => p.stdout("one\n"));
  host.disk.write("/home/ada/other/orchastration.toml", '[jobs.work]\ncommand = ["work"]\n');
  const env = { PATH: "/bin", HOME: "/home/ada", ORCHASTRATION_STATE_DIR: STATE };
  const there = host.another({ cwd: "/home/ada/other", env });
  const stderr = `warning: ${ID} was run by another configuration, /home/ada/project/orchastration.toml\n`;
  for (const reference of ["work", "work/last"]) {
    await expectCall(there, ["logs", reference], { stdout: "one\n", stderr });
  }
  await expectCall(there, ["logs", ID], { stdout: "one\n" });
  // A configuration that cannot be used does not prevent it.
  host.disk.write("/home/ada/project/orchastration.toml", "nonsense");
  await expectCall(host, ["logs", "work"], { stdout: "one\n" });
});

Deno.test("logs: reading changes nothing", async () => {
  using host = await afterRun(talkative);
  const before = host.disk.tree(STATE);
  await call(host, ["logs", "work"]);
  await call(host, ["logs", "work", "--follow"]);
  assertEquals([host.disk.tree(STATE), host.disk.openFiles(STATE)], [before, []]);
});

const LONG = `${"x".repeat(70_000)}\n`;

/** The last lines, for the requested number. */
const tails: readonly (readonly [string, string, number, string])[] = [
  ["none", "a\nb\nc\n", 0, ""],
  ["one", "a\nb\nc\n", 1, "c\n"],
  ["two", "a\nb\nc\n", 2, "b\nc\n"],
  ["as many as there are", "a\nb\nc\n", 3, "a\nb\nc\n"],
  ["more than there are", "a\nb\nc\n", 99, "a\nb\nc\n"],
  ["one without a line end", "a\nb\nc", 1, "c"],
  ["two, the last without a line end", "a\nb\nc", 2, "b\nc"],
  ["one that is empty", "a\nb\n\n", 1, "\n"],
  ["two, one of them empty", "a\nb\n\n", 2, "b\n\n"],
  ["of nothing", "", 1, ""],
  ["of one line end", "\n", 1, "\n"],
  ["longer than what is read at once", `a\n${LONG}`, 1, LONG],
  ["before one that is longer than what is read at once", `a\nb\n${LONG}`, 2, `b\n${LONG}`],
  ["all longer than what is read at once", LONG.repeat(5), 3, LONG.repeat(3)],
  ["where a chunk ends at a line end", `a\n${"y".repeat(65_534)}\nb\n`, 2, `${"y".repeat(65_534)}\nb\n`],
];

for (const [name, output, lines, expected] of tails) {
  Deno.test(`logs --tail: ${name}`, async () => {
    using host = await afterRun((p) => p.stdout(output));
    await expectCall(host, ["logs", "work", "--tail", String(lines)], { stdout: expected });
    const { streams } = JSON.parse(
      (await call(host, ["logs", "work", "--stdout", "--tail", String(lines), "--json"])).stdout,
    );
    assertEquals([streams[0].text, streams[0].from_bytes], [expected, output.length - expected.length]);
  });
}

Deno.test("logs --tail: the last lines of each stream are shown", async () => {
  using host = await afterRun(talkative);
  await expectCall(host, ["logs", "work", "--tail", "1"], { stdout: "three", stderr: "dos\n" });
});

Deno.test("logs --tail and --attempt take a number", async () => {
  using host = machine(() => {});
  for (const [option, value] of [["--tail", "-1"], ["--tail", "few"], ["--attempt", "1.5"]] as const) {
    await expectCall(host, ["logs", "work", option, value], {
      code: 64,
      stderr: `error: Cannot use ${option} "${value}": expected a whole number, 0 or more\n` +
        "  try: orchastration logs --help\n",
    });
  }
});

Deno.test("logs --raw: bytes that are not text are unchanged, also more than one read", async () => {
  const bytes = new Uint8Array(700_001);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 7 + (i >> 8)) & 255;
  using host = await afterRun(async (p) => {
    for (let at = 0; at < bytes.length; at += 50_000) await p.stdout(bytes.subarray(at, at + 50_000));
  });
  using reader = host.another();
  assertEquals((await call(reader, ["logs", "work", "--raw"])).code, 0);
  assertEquals(reader.terminal.stdout.bytes.length, bytes.length);
  assert(reader.terminal.stdout.bytes.every((byte, index) => byte === bytes[index]));
});

const failingTwice: Script = (() => {
  let number = 0;
  return async (p) => {
    number++;
    await p.stdout(`out ${number}\n`);
    await p.stderr(`err ${number}\n`);
    return number < 3 ? 9 : 0;
  };
})();

Deno.test("logs --attempt: each attempt has its own output; without it the last one is shown", async () => {
  using host = await afterRun(failingTwice, "retry = { max = 2 }");
  await expectCall(host, ["logs", "work"], { stdout: "out 3\n", stderr: "err 3\n" });
  for (const number of [1, 2, 3]) {
    await expectCall(host, ["logs", "work", "--attempt", String(number)], {
      stdout: `out ${number}\n`,
      stderr: `err ${number}\n`,
    });
  }
  for (const number of [0, 4]) {
    await expectCall(host, ["logs", "work", "--attempt", String(number)], {
      code: 66,
      stderr: `error: Cannot find run "${ID}, attempt ${number}": the run has 3 attempts\n` +
        `  try: orchastration runs show ${ID}\n`,
    });
  }
});

Deno.test("logs: an interactive run has no captured output, and a message says so", async () => {
  using host = await afterRun((p) => p.stdout("to the terminal\n"), "interactive = true", {
    isTerminal: true,
    env: { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" },
  });
  const warning =
    `warning: ${ID}: it was interactive, so its output went to the terminal and was not captured\n`;
  using reader = host.another({ isTerminal: false });
  await expectCall(reader, ["logs", "work"], { stderr: warning });
  await expectCall(reader, ["logs", "work", "--follow"], { stderr: warning });
  const said = await call(reader, ["logs", "work", "--json"]);
  assertEquals(said.stderr, warning);
  assertEquals(JSON.parse(said.stdout), {
    format: 1,
    kind: "log",
    run: ID,
    status: "succeeded",
    attempt: 1,
    absence: "it was interactive, so its output went to the terminal and was not captured",
    streams: [],
    order: null,
  });
});

Deno.test("logs: a run that was not started has no output, and a message says so", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["nowhere"]\n');
  await talk(host);
  const stderr =
    `warning: ${ID}: there is no output, because it was not started: no program "nowhere" in the folders of PATH\n`;
  await expectCall(host, ["logs", "work"], { stderr });
  await expectCall(host, ["logs", "work", "--follow"], { code: 127, stderr });
});

Deno.test("logs: a run that was stopped while it waited for its job lock has no output, and a message says so", async () => {
  const started = Promise.withResolvers<void>();
  using host = machine((p) => {
    started.resolve();
    return p.sleep(5000);
  }, 'concurrency = "wait"');
  using other = host.another();
  const first = call(host, ["run", "work", "--log-level", "error"]);
  // The slot is taken before the other one asks for it.
  await started.promise;
  void other.whenListening().then(() => other.clock.advance(1000)).then(() => other.signal("SIGTERM"));
  assertEquals((await call(other, ["run", "work", "--log-level", "error"])).code, 143);
  await first;
  const records = host.disk.list(`${STATE}/runs/work`).filter((name) => /^2.*\.json$/.test(name)).toSorted();
  assertEquals(records.length, 2);
  const second = `work/${records[1]!.replace(".json", "")}`;
  await expectCall(host.another(), ["logs", second], {
    stderr: `warning: ${second}: there is no output, because no process of it was started\n`,
  });
});

Deno.test("logs: output that was removed is an error, not an empty output, and the other stream can be read", async () => {
  using host = await afterRun(talkative);
  host.disk.remove(STDOUT);
  const stderr = `error: Cannot read the output in "${STDOUT}": no such file or directory\n`;
  await expectCall(host, ["logs", "work"], { code: 74, stderr });
  await expectCall(host, ["logs", "work", "--follow"], { code: 74, stderr });
  await expectCall(host, ["logs", "work", "--stderr"], { stderr: "uno\ndos\n" });
  const said = await call(host, ["logs", "work", "--json"]);
  assertEquals([said.code, said.stderr, JSON.parse(said.stdout).kind], [74, stderr, "failure"]);
});

Deno.test("logs: output that may not be read is an error", async () => {
  using host = await afterRun(talkative);
  host.disk.setAccess(STDOUT, { readable: false });
  for (const options of [["--tail", "1"], ["--json"]]) {
    const said = await call(host, ["logs", "work", ...options]);
    assertEquals(
      [said.code, said.stderr],
      [74, `error: Cannot read the output in "${STDOUT}": permission denied\n  try: fix the permissions\n`],
      options.join(" "),
    );
  }
});

Deno.test("logs: a name without runs, and a reference that is a path, are refused", async () => {
  using host = await afterRun(talkative);
  await expectCall(host, ["logs", "wrok"], {
    code: 66,
    stderr: 'error: Cannot find run "wrok": no run id begins like this\n' +
      '  did you mean "work"?\n  try: orchastration runs list\n',
  });
  host.disk.write("/home/ada/.cache/orchastration/x.json", "{}");
  for (const reference of ["../../x", "..", "../x", "/etc/passwd", `work/../${ID}`, "work/../../x", ""]) {
    assertEquals((await call(host, ["logs", reference])).code, 66, reference);
  }
});

/** A run of `work` that lost its recorder after a second. */
async function cutOff(script: Script, processes: "gone" | "alive" = "gone"): Promise<FakeHost> {
  const host = machine(script);
  void host.whenListening().then(() => host.clock.advance(1000)).then(() => host.die());
  assertEquals(await untilDeath(host, () => talk(host)), { kind: "died" });
  return host.reviveAfterDeath({ processes });
}

const cutInTheMiddle: Script = async (p) => {
  await p.stdout("one\ntw");
  await p.stderr("uno\n");
  await p.forever();
};

Deno.test("logs: all captured output of an interrupted run is shown, also after it was recovered", async () => {
  using host = await cutOff(cutInTheMiddle);
  const all = { stdout: "one\ntw", stderr: "uno\n" };
  await expectCall(host, ["logs", "work"], all);
  await expectCall(host, ["logs", "work", "--tail", "1"], { stdout: "tw", stderr: "uno\n" });
  await call(host, ["recover"]);
  await expectCall(host, ["logs", "work"], all);
});

Deno.test("logs: output that was missing at the recovery is reported as missing", async () => {
  using host = await cutOff(cutInTheMiddle);
  host.disk.remove(STDOUT);
  await call(host, ["recover"]);
  const lost = `warning: ${ID}: its stdout was already gone when it was recovered\n`;
  await expectCall(host, ["logs", "work", "--stdout"], { stderr: lost });
  assertEquals((await call(host, ["logs", "work"])).stderr, `${lost}uno\n`);
});

Deno.test("logs: a run that was interrupted before its process was recorded has no output", async () => {
  using host = await cutOff((p) => p.forever());
  host.disk.write(
    `${RUNS}/work/${TIME}.json`,
    JSON.stringify({ ...readJson(host, `${RUNS}/work/${TIME}.json`), process: null, attempts: [] }),
  );
  await expectCall(host, ["logs", "work"], {});
  host.disk.remove(STDOUT);
  host.disk.remove(STDOUT.replace("stdout", "stderr"));
  await expectCall(host, ["logs", "work"], {
    stderr: `warning: ${ID}: there is no output, because no process of it was started\n`,
  });
});

Deno.test("logs --json: the document has the text and the path of each stream, and is cut at a bound", async () => {
  using host = await afterRun(async (p) => {
    await p.stdout("\ufeffa\u0000\n\u001b[1mä\n");
    await p.stderr(new Uint8Array([0xff, 0x41, 0x0a]));
  });
  const said = await call(host, ["logs", "work", "--json"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  assertEquals(JSON.parse(said.stdout), {
    format: 1,
    kind: "log",
    run: ID,
    status: "succeeded",
    attempt: 1,
    absence: null,
    streams: [
      {
        stream: "stdout",
        path: STDOUT,
        from_bytes: 0,
        size_bytes: 13,
        text: "\ufeffa\u0000\n\u001b[1mä\n",
        is_cut: false,
      },
      {
        stream: "stderr",
        path: STDOUT.replace("stdout", "stderr"),
        from_bytes: 0,
        size_bytes: 3,
        text: "\ufffdA\n",
        is_cut: false,
      },
    ],
    order: [
      { at: "2026-11-22T06:34:49.123Z", stream: "stdout", from_bytes: 0, to_bytes: 13 },
      { at: "2026-11-22T06:34:49.123Z", stream: "stderr", from_bytes: 0, to_bytes: 3 },
    ],
  });
  const bytes = 16 * 1024 * 1024;
  host.disk.write(STDOUT, `first${"x".repeat(bytes - 4)}last`);
  const long = JSON.parse((await call(host.another(), ["logs", "work", "--stdout", "--json"])).stdout);
  const [{ text, is_cut, from_bytes, size_bytes }] = long.streams;
  assertEquals([is_cut, from_bytes, size_bytes, text.length, text.slice(-5)], [
    true,
    0,
    bytes + 5,
    bytes,
    "xlast",
  ]);
});

Deno.test("logs --json --follow: the flags are refused together, because a stream is not one document", async () => {
  using host = await afterRun(talkative);
  const said = await call(host, ["logs", "work", "--follow", "--json"]);
  assertEquals([said.code, JSON.parse(said.stdout).code, said.stderr], [
    64,
    "arguments_invalid",
    'error: Cannot follow "work": --json prints one document, but --follow has no end yet\n' +
    "  try: orchastration logs work --follow\n",
  ]);
});

/** Follows from another process while `work` runs here; returns the output of both. */
async function follow(
  host: FakeHost,
  argv: readonly string[],
  options: { readonly afterMs: number; readonly reader?: FakeHost },
): Promise<{ readonly run: Said; readonly followed: Said; readonly endedAtMs: number }> {
  const reader = options.reader ?? host.another();
  let endedAtMs = 0;
  const following = host.whenListening()
    .then(() => host.clock.advance(options.afterMs))
    .then(() => call(reader, argv))
    .then((said) => {
      endedAtMs = reader.clock.monotonicMs() - 1_000_000;
      return said;
    });
  const run = await call(host, ["run", "work", "--log-level", "error"]);
  return { run, followed: await following, endedAtMs };
}

const slowly: Script = async (p) => {
  await p.stdout("one\n");
  await p.sleep(1000);
  await p.stderr("uno\n");
  await p.stdout("two\n");
  await p.sleep(1000);
  await p.stdout("three");
  return 7;
};

Deno.test("logs --follow: existing and new output is shown, and the exit code is that of the run", async () => {
  using host = machine(slowly);
  const { run, followed, endedAtMs } = await follow(host, ["logs", "work", "-f"], { afterMs: 500 });
  assertEquals(run.code, 7);
  assertEquals(followed, { code: 7, stdout: "one\ntwo\nthree", stderr: "uno\n" });
  // At the next look after the end, and not later.
  assertEquals(endedAtMs, 2000 <= endedAtMs && endedAtMs <= 2100 ? endedAtMs : "in time");
});

Deno.test("logs --follow: --tail and --stdout limit the output", async () => {
  using host = machine(slowly);
  const argv = ["logs", "work", "--follow", "--tail", "0", "--stdout"];
  const { followed } = await follow(host, argv, { afterMs: 500 });
  assertEquals(followed, { code: 7, stdout: "two\nthree", stderr: "" });
});

Deno.test("logs --follow: all further attempts are shown, each byte once", async () => {
  let number = 0;
  using host = machine(async (p) => {
    number++;
    await p.stdout(`begin ${number}\n`);
    await p.sleep(300);
    await p.stdout(`end ${number}\n`);
    return number < 3 ? 9 : 0;
  }, "retry = { max = 2, delay_seconds = 0.25 }");
  const { followed } = await follow(host, ["logs", "work", "--follow"], { afterMs: 100 });
  assertEquals(followed, {
    code: 0,
    stdout: "begin 1\nend 1\nbegin 2\nend 2\nbegin 3\nend 3\n",
    stderr: "",
  });
});

Deno.test("logs --follow --attempt: only this attempt is shown, until the run has ended", async () => {
  let number = 0;
  using host = machine(async (p) => {
    number++;
    await p.stdout(`begin ${number}\n`);
    await p.sleep(300);
    await p.stdout(`end ${number}\n`);
    return 9;
  }, "retry = { max = 2, delay_seconds = 0.1 }");
  const argv = ["logs", "work", "--follow", "--attempt", "1"];
  const { followed } = await follow(host, argv, { afterMs: 100 });
  assertEquals(followed, { code: 9, stdout: "begin 1\nend 1\n", stderr: "" });
});

Deno.test("logs --follow: a run that still waits for its lock is followed", async () => {
  using host = machine(async (p) => {
    await p.stdout("first\n");
    await p.sleep(1000);
  }, 'concurrency = "wait"');
  const first = talk(host);
  await host.whenListening();
  host.program("work", (p) => p.stdout("second\n"));
  const { followed } = await follow(host.another(), ["logs", "work", "--follow"], { afterMs: 500 });
  await first;
  assertEquals(followed, { code: 0, stdout: "second\n", stderr: "" });
});

Deno.test("logs: a run that has not begun has no output yet", async () => {
  using host = machine((p) => p.sleep(1000), 'concurrency = "wait"');
  const first = talk(host);
  await host.whenListening();
  using second = host.another();
  const waiting = talk(second);
  await second.whenListening();
  await host.clock.advance(500);
  const id = "work/20261122T063449.124Z";
  await expectCall(host.another(), ["logs", id], { stderr: `warning: ${id}: there is no output yet\n` });
  await Promise.all([first, waiting]);
});

Deno.test("logs --follow: an ended run is shown as without the flag, with the exit code of the run", async () => {
  using host = await afterRun(async (p) => {
    await talkative(p);
    return 5;
  });
  await expectCall(host, ["logs", "work", "--follow"], {
    code: 5,
    stdout: "one\ntwo\nthree",
    stderr: "uno\ndos\n",
  });
});

Deno.test("logs --follow: the exit code is 124 if the run timed out", async () => {
  using host = machine((p) => p.forever(), "timeout_seconds = 1");
  const { followed } = await follow(host, ["logs", "work", "--follow"], { afterMs: 500 });
  assertEquals(followed, { code: 124, stdout: "", stderr: "" });
});

Deno.test("logs --follow: an interrupted run is shown, with a warning that its exit status is unknown", async () => {
  using host = await cutOff(cutInTheMiddle, "alive");
  await expectCall(host, ["logs", "work", "--follow"], {
    code: 1,
    stdout: "one\ntw",
    stderr: `uno\nwarning: ${ID} was interrupted, so its exit status is unknown\n`,
  });
});

Deno.test("logs --follow: following ends if the run is interrupted meanwhile", async () => {
  using host = machine(cutInTheMiddle);
  using reader = host.another();
  const run = untilDeath(host, () => talk(host));
  void host.whenListening().then(() => reader.clock.advance(3000)).then(() => host.die());
  await host.whenListening();
  await reader.clock.advance(500);
  await expectCall(reader, ["logs", "work", "--follow"], {
    code: 1,
    stdout: "one\ntw",
    stderr: `uno\nwarning: ${ID} was interrupted, so its exit status is unknown\n`,
  });
  assertEquals([await run, reader.clock.pendingTimers], [{ kind: "died" }, 0]);
});

Deno.test("logs --follow: following ends with an error if the record is removed or damaged meanwhile", async () => {
  for (
    const [spoil, code, message] of [
      [
        (host: FakeHost, path: string) => host.disk.remove(path),
        66,
        `Cannot find run "${ID}": there is no such record`,
      ],
      [(host: FakeHost, path: string) => host.disk.write(path, "{"), 74, "Cannot read the record"],
    ] as const
  ) {
    using host = await cutOff(slowly);
    const path = `${RUNS}/work/${TIME}.json`;
    const unlock = host.disk.lockElsewhere(`${STATE}/locks/run-work-${TIME}.lock`);
    void host.clock.advance(1000).then(() => spoil(host, path));
    const said = await call(host, ["logs", "work", "--follow"]);
    unlock();
    assertEquals(
      [said.code, said.stdout, said.stderr.startsWith(`error: ${message}`)],
      [code, "one\n", true],
      said.stderr,
    );
  }
});

for (const [name, options] of [["both streams", []], ["stderr", ["--stderr"]]] as const) {
  Deno.test(`logs --follow of ${name}: a reader that goes away ends the command, and not the run`, async () => {
    let ticks = 0;
    using host = machine(async (p) => {
      for (; ticks < 50; ticks++) {
        await p.stdout(`tick ${ticks}\n`);
        await p.stderr(`tock ${ticks}\n`);
        await p.sleep(100);
      }
    });
    using reader = host.another();
    (options.length === 0 ? reader.terminal.stdout : reader.terminal.stderr).closeAfter(20);
    const { run, followed, endedAtMs } = await follow(host, ["logs", "work", "-f", ...options], {
      afterMs: 0,
      reader,
    });
    assertEquals([run.code, followed.code, ticks], [0, 0, 50]);
    assert(endedAtMs < 1000, String(endedAtMs));
    assertEquals(host.disk.openFiles(STATE), []);
  });
}

Deno.test("logs --follow: a stalled reader delays only the command itself", async () => {
  using host = machine(slowly);
  using reader = host.another();
  reader.terminal.stdout.stall();
  void host.whenListening().then(() => host.clock.advance(5000)).then(() => reader.terminal.stdout.resume());
  const { run, followed } = await follow(host, ["logs", "work", "--follow"], { afterMs: 100, reader });
  assertEquals([run.code, followed], [7, { code: 7, stdout: "one\ntwo\nthree", stderr: "uno\n" }]);
});

Deno.test("logs: a graph has no output of its own, and one of its nodes is named that has", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n[jobs.all]\nneeds = ["work"]\n');
  host.program("work", (p) => p.stdout("done\n"));
  await call(host, ["run", "all", "--quiet"]);
  for (const flags of [[], ["--follow"], ["--tail", "1"]]) {
    await expectCall(host, ["logs", "graph", ...flags], {
      stderr: "warning: graph/20261122T063449.123Z: " +
        "a graph has no output of its own, only its nodes do, such as work/20261122T063449.123Z\n",
    });
  }
});

Deno.test("logs: without a run, the command that makes one is the next step, for a job and for a task", async () => {
  using host = machineWith(
    '[jobs.work]\ncommand = ["work"]\nalias = ["w"]\n[tasks.site]\ncommand = ["work"]\n',
  );
  for (
    const [word, name, noun, next] of [
      ["work", "work", "job", "run work"],
      ["w", "work", "job", "run work"],
      ["site", "site", "task", "plan status site"],
    ]
  ) {
    await expectCall(host, ["logs", word!], {
      code: 66,
      stderr:
        `error: Cannot find run "${name}": no run of this ${noun} is recorded\n  try: orchastration ${next}\n`,
    });
  }
  await expectCall(host, ["logs", "other"], {
    code: 66,
    stderr: 'error: Cannot find run "other": no run id begins like this\n  try: orchastration runs list\n',
  });
});

Deno.test("logs: a group has no runs of its own, and the runs of graphs are the next step, or its first run", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n[jobs.all]\nneeds = ["work"]\n');
  host.program("work", () => Promise.resolve());
  const expected = (next: string) => ({
    code: 66,
    stderr:
      'error: Cannot find run "all": it has no command, and so no runs of its own; it runs as a graph\n' +
      `  try: orchastration ${next}\n`,
  });
  await expectCall(host, ["logs", "all"], expected("run all"));
  await call(host, ["run", "all", "--quiet"]);
  for (const command of [["logs"], ["runs", "show"], ["wait"]]) {
    await expectCall(host, [...command, "all"], expected("runs list graph"));
  }
});
