/** Ctrl-Z and `fg`: the job stops and continues with us. */

import { assertEquals } from "@std/assert";
import { call, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

Deno.test("Ctrl-Z suspends the job before Orchastration, and fg continues both", async () => {
  using host = machineWith('[jobs.tick]\ncommand = ["tick"]\n');
  let started = () => {};
  const running = new Promise<void>((resolve) => started = resolve);
  host.program("tick", async (p) => {
    await p.stdout("one\n");
    started();
    await p.sleep(1000);
    await p.stdout("two\n");
  });
  const ended = call(host, ["run", "tick", "--log-level", "error"]);
  await running;
  await host.signals.suspend();
  assertEquals(host.signalsSent.map(({ signal, pids }) => [signal, pids]), [["SIGSTOP", [1000]]]);
  await host.signals.resume();
  assertEquals(host.signalsSent.map(({ signal }) => signal), ["SIGSTOP", "SIGCONT"]);
  assertEquals(await ended, { code: 0, stdout: "one\ntwo\n", stderr: "" });
});

Deno.test("an interactive job gets Ctrl-Z from the terminal and not from Orchastration", async () => {
  using host = machineWith('[jobs.shell]\ncommand = ["shell"]\ninteractive = true\n');
  let started = () => {};
  const running = new Promise<void>((resolve) => started = resolve);
  host.program("shell", async (p) => {
    started();
    await p.sleep(1000);
  });
  const ended = call(host, ["run", "shell", "--log-level", "error"]);
  await running;
  await host.signals.suspend();
  await host.signals.resume();
  assertEquals(host.signalsSent, []);
  assertEquals((await ended).code, 0);
});

const RECORD = (name: string) => `${STATE}/runs/${name}/20261122T063449.123Z.json`;

/** Stops us and the job after `afterMs`, for this long. */
async function stopFor(host: FakeHost, afterMs: number, ms: number): Promise<void> {
  await host.whenListening();
  await host.clock.advance(afterMs);
  await host.signals.suspend();
  await host.clock.advance(ms);
  await host.signals.resume();
}

Deno.test("the time during which a run is suspended does not count against its timeout, and is recorded", async () => {
  using host = machineWith('[jobs.slow]\ncommand = ["slow"]\ntimeout_seconds = 8\n');
  host.program("slow", (p) => p.forever());
  const ended = call(host, ["run", "slow", "-q"]);
  await stopFor(host, 3000, 60_000);
  assertEquals((await ended).code, 124);
  const record = readJson(host, RECORD("slow"));
  const [attempt] = record["attempts"] as Record<string, unknown>[];
  for (const each of [record, attempt!]) {
    assertEquals([each["status"], each["duration_ms"], each["stopped_ms"]], ["timed_out", 8000, 60_000]);
  }
  assertEquals(record["end_time"], "2026-11-22T06:35:57.123Z");
  // It was asked to end 5 s after it continued.
  assertEquals(host.signalsSent.map(({ signal, atMs }) => [signal, atMs - host.signalsSent[0]!.atMs]), [
    ["SIGSTOP", 0],
    ["SIGCONT", 60_000],
    ["SIGTERM", 65_000],
  ]);
});

Deno.test("the grace of a run does not elapse while the run is suspended", async () => {
  using host = machineWith('[jobs.stubborn]\ncommand = ["stubborn"]\nkill_grace_seconds = 5\n');
  host.program("stubborn", (p) => {
    p.ignore("SIGTERM");
    return p.forever();
  });
  const ended = call(host, ["run", "stubborn", "-q"]);
  await host.whenListening();
  await host.clock.advance(1000);
  host.signal("SIGTERM");
  await stopFor(host, 2000, 30_000);
  assertEquals((await ended).code, 143);
  assertEquals(host.signalsSent.map(({ signal, atMs }) => [signal, atMs - host.signalsSent[0]!.atMs]), [
    ["SIGTERM", 0],
    ["SIGSTOP", 2000],
    ["SIGCONT", 32_000],
    ["SIGKILL", 35_000],
  ]);
  assertEquals(readJson(host, RECORD("stubborn"))["stopped_ms"], 30_000);
});

Deno.test("the delay between two attempts does not elapse while the run is suspended, and several suspensions add up", async () => {
  using host = machineWith('[jobs.flaky]\ncommand = ["flaky"]\nretry = { max = 1, delay_seconds = 10 }\n');
  let calls = 0;
  host.program("flaky", () => ++calls === 1 ? 3 : 0);
  const ended = call(host, ["run", "flaky", "-q"]);
  await stopFor(host, 4000, 20_000);
  await stopFor(host, 1000, 5000);
  assertEquals((await ended).code, 0);
  const { duration_ms, stopped_ms, attempts } = readJson(host, RECORD("flaky"));
  assertEquals([duration_ms, stopped_ms], [10_000, 25_000]);
  assertEquals((attempts as Record<string, unknown>[]).map((each) => each["stopped_ms"]), [
    undefined,
    undefined,
  ]);
});

Deno.test("the line of a job in a graph and its error tell one duration, in which the suspended time does not count", async () => {
  using host = machineWith('[jobs.bad]\ncommand = ["bad"]\n');
  host.program("bad", async (p) => {
    await p.sleep(70_000);
    return 3;
  });
  const ended = call(host, ["run", "bad", "--output", "grouped", "--log-level", "error"]);
  await stopFor(host, 3000, 60_000);
  const { stderr } = await ended;
  assertEquals(stderr.split("\n").slice(0, 2), [
    "failed  bad  10.0s",
    'error: job "bad" failed with exit status 3 after 10.0s',
  ]);
});

Deno.test("a run that was never suspended has no stopped_ms", async () => {
  using host = machineWith('[jobs.ok]\ncommand = ["ok"]\n');
  host.program("ok", () => 0);
  assertEquals((await call(host, ["run", "ok", "-q"])).code, 0);
  assertEquals("stopped_ms" in readJson(host, RECORD("ok")), false);
});

const READER = '[jobs.reader]\ncommand = ["reader"]\nstdin = "inherit"\ntimeout_seconds = 8\n';
const STOPPING = 'stopping: job "reader" reads the terminal, which the shell has now; "fg" continues it\n';

/** A job that reads the terminal, started behind a shell: "reader &". */
function behindAShell(toml = READER): FakeHost {
  const host = machineWith(toml, { isTerminal: { stdin: true }, stdin: "one\n" });
  host.terminal.isInForeground = false;
  host.program("reader", async (p) => {
    await p.stdout(p.stdin);
  });
  return host;
}

async function untilStopped(host: FakeHost, times: number): Promise<void> {
  for (let turn = 0; host.signals.stops < times; turn++) {
    if (turn > 10_000) throw new Error(`expected to be stopped ${times} times`);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

Deno.test("a job that reads the terminal is not started in the background: Orchastration is suspended until it has the terminal", async () => {
  using host = behindAShell();
  const ended = call(host, ["run", "reader", "-q"]);
  await untilStopped(host, 1);
  assertEquals(readJson(host, RECORD("reader"))["process"], null);
  await host.clock.advance(60_000);
  // "bg" changes nothing.
  const behind = host.signals.resume();
  await untilStopped(host, 2);
  host.terminal.isInForeground = true;
  await Promise.all([behind, host.signals.resume()]);
  assertEquals(await ended, { code: 0, stdout: "one\n", stderr: STOPPING.repeat(2) });
  const { status, stopped_ms } = readJson(host, RECORD("reader"));
  assertEquals([status, Number(stopped_ms) >= 60_000], ["succeeded", true]);
});

Deno.test("a job that reads the terminal and is put into the background stays suspended until `fg`", async () => {
  using host = machineWith(READER, { isTerminal: { stdin: true } });
  let started = () => {};
  const running = new Promise<void>((resolve) => started = resolve);
  host.program("reader", async (p) => {
    started();
    await p.sleep(1000);
  });
  const ended = call(host, ["run", "reader", "-q"]);
  await running;
  await host.signals.suspend();
  host.terminal.isInForeground = false;
  const behind = host.signals.resume();
  await untilStopped(host, 1);
  assertEquals(host.signalsSent.some(({ signal }) => signal === "SIGCONT"), false);
  host.terminal.isInForeground = true;
  await Promise.all([behind, host.signals.resume()]);
  assertEquals(await ended, { code: 0, stdout: "", stderr: STOPPING });
  assertEquals(host.signalsSent.map(({ signal }) => signal).at(-1), "SIGCONT");
});

Deno.test("a run that waits for the terminal can be stopped by the shell", async () => {
  using host = behindAShell();
  const ended = call(host, ["run", "reader", "-q"]);
  await untilStopped(host, 1);
  // As `kill %1` does: both, and in whichever order they are heard.
  const goesOn = host.signals.resume();
  host.signal("SIGTERM");
  await goesOn;
  const { code, stdout } = await ended;
  assertEquals([code, stdout, host.signals.stops], [143, "", 1]);
  assertEquals(readJson(host, RECORD("reader"))["process"], null);
});

Deno.test("a background job that no shell could continue gets no input, and a message says so", async () => {
  using host = behindAShell();
  host.signals.canBeContinued = false;
  assertEquals(await call(host, ["run", "reader", "-q"]), {
    code: 0,
    stdout: "",
    stderr: `${STOPPING}warning: job "reader" reads the terminal, which the shell has now, ` +
      "and no shell could continue it; it gets no input\n",
  });
});

Deno.test("a job that reads nothing, or no terminal, continues in the background", async () => {
  for (
    const { toml, isTerminal } of [
      { toml: READER.replace('stdin = "inherit"\n', ""), isTerminal: { stdin: true } },
      { toml: READER, isTerminal: {} },
    ]
  ) {
    using host = machineWith(toml, { isTerminal });
    host.terminal.isInForeground = false;
    host.program("reader", () => 0);
    assertEquals(await call(host, ["run", "reader", "-q"]), { code: 0, stdout: "", stderr: "" });
  }
});
