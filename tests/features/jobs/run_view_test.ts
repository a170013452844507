/** The view of a job while it runs, which never delays the job. */

import { assertEquals, assertMatch } from "@std/assert";
import { call, machineWith, readJson, STATE, withoutLog } from "../../support/cli.ts";
import { concatenate } from "../../support/fake_terminal.ts";

const TIMESTAMP = "20261122T063449.123Z";
const LOG = `${STATE}/runs/work/${TIMESTAMP}.stdout.log`;
const QUIET = ["run", "work", "--log-level", "error"];

/** Bytes of every value, without a pattern that would hide a chunk in the wrong place. */
function noise(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let state = 12_345;
  for (let i = 0; i < sizeBytes; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

Deno.test("binary output of several MiB is byte for byte in the log and on our streams", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n');
  const [out, err] = [noise(5 * 1024 * 1024 + 17), noise(1024 * 1024 + 1)];
  host.program("work", async (p) => {
    for (let at = 0; at < out.length; at += 100_003) await p.stdout(out.subarray(at, at + 100_003));
    for (let at = 0; at < err.length; at += 70_001) await p.stderr(err.subarray(at, at + 70_001));
  });
  assertEquals((await call(host, QUIET)).code, 0);
  const record = readJson(host, `${STATE}/runs/work/last.json`);
  for (const [bytes, stream] of [[out, "stdout"], [err, "stderr"]] as const) {
    const expected = await sha256(concatenate([bytes]));
    const kept = host.disk.readBytes(`${STATE}/runs/work/${TIMESTAMP}.${stream}.log`)!;
    assertEquals([await sha256(kept), kept.length], [expected, bytes.length]);
    assertEquals(await sha256(concatenate([host.terminal[stream].bytes])), expected);
    assertEquals([record[`${stream}_bytes`], record[`${stream}_sha256`]], [bytes.length, expected]);
  }
});

Deno.test("output for the null device is not read from the log, which is complete, and messages are still printed", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n', { isDiscarded: true });
  host.program("work", async (p) => {
    await p.stdout("kept\n");
    return 3;
  });
  assertEquals((await call(host, QUIET)).code, 3);
  assertEquals(new TextDecoder().decode(host.disk.readBytes(LOG)), "kept\n");
  assertEquals(withoutLog(host.terminal.stdoutText()), "");
  assertMatch(host.terminal.stderrText(), /^error: job "work" failed with exit status 3/);
});

Deno.test("on one terminal stdout and stderr are shown in the order of the job's writes", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n', { isTerminal: true });
  let expected = "";
  host.program("work", async (p) => {
    for (let i = 0; i < 40; i++) {
      await p.stdout(`out ${i}\n`);
      await p.sleep(1);
      await p.stderr(`err ${i}\n`);
      await p.sleep(1);
      expected += `out ${i}\nerr ${i}\n`;
    }
  });
  assertEquals((await call(host, QUIET)).code, 0);
  assertEquals(host.terminal.screenText(), expected);
});

Deno.test("messages begin on a line of their own", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n');
  host.program("work", async (p) => {
    await p.stderr("half a line");
    return 1;
  });
  assertEquals(
    (await call(host, QUIET)).stderr,
    'half a line\nerror: job "work" failed with exit status 1 after 0ms\n' +
      `  log: orchastration logs work/${TIMESTAMP}\n`,
  );
});

Deno.test("a closed stdout does not affect the job: it continues and is recorded to its end", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n');
  host.program("work", async (p) => {
    for (let i = 0; i < 1000; i++) {
      await p.stdout(`line ${i}\n`);
      await p.sleep(1);
    }
    await p.stderr("done\n");
    return 3;
  });
  host.terminal.closeStdout(100);
  const said = await call(host, ["run", "work"]);
  assertEquals([said.code, said.stdout.length], [3, 100]);
  assertEquals(
    said.stderr,
    `done\nerror: job "work" failed with exit status 3 after 1.0s\n  log: orchastration logs work/${TIMESTAMP}\n`,
  );
  const record = readJson(host, `${STATE}/runs/work/last.json`);
  assertEquals([record["status"], record["exit_code"], record["stdout_bytes"]], ["failed", 3, 8890]);
  assertEquals(host.disk.read(LOG)?.endsWith("line 998\nline 999\n"), true);
});

/** A reader that reads nothing from the beginning. */
function stalled(job: string) {
  const host = machineWith(`[jobs.work]\ncommand = ["work"]\n${job}\n`);
  host.terminal.stallStdout();
  return host;
}

const NOT_SHOWN = "warning: not all output was shown, because its reader stopped reading; all of it is in " +
  `orchastration logs work/${TIMESTAMP}\n`;

Deno.test("with a stalled reader the job continues, the log is complete, and the wait at the end is bounded", async () => {
  using host = stalled("");
  const output = "x".repeat(1_000_000);
  host.program("work", async (p) => {
    await p.stdout(output);
    await p.sleep(2000);
  });
  const startedAtMs = host.clock.monotonicMs();
  const said = await call(host, QUIET);
  assertEquals([said.code, said.stdout, said.stderr], [0, "", NOT_SHOWN]);
  assertEquals(host.clock.monotonicMs() - startedAtMs, 2000 + 10_000);
  assertEquals(host.disk.read(LOG), output);
  const record = readJson(host, `${STATE}/runs/work/last.json`);
  assertEquals([record["status"], record["duration_ms"], record["leaked_output"]], [
    "succeeded",
    2000,
    false,
  ]);
});

Deno.test("a stalled reader delays neither a deadline nor the stop after the deadline", async () => {
  using host = stalled("timeout_seconds = 1");
  host.program("work", async (p) => {
    for (;;) {
      await p.stdout("y\n".repeat(10_000));
      await p.sleep(10);
    }
  });
  const startedAtMs = host.clock.monotonicMs();
  const said = await call(host, QUIET);
  assertEquals([said.code, said.stdout], [124, ""]);
  assertEquals(
    said.stderr,
    `${NOT_SHOWN}error: job "work" timed out after 1.0s; it was ended by SIGTERM\n` +
      `  log: orchastration logs work/${TIMESTAMP}\n`,
  );
  assertEquals(host.clock.monotonicMs() - startedAtMs, 1000 + 1000);
  assertEquals(host.disk.read(LOG)?.length, 20_000 * 100);
});

Deno.test("a stalled reader does not delay a signal", async () => {
  using host = stalled("");
  host.program("work", async (p) => {
    await p.stdout("y\n");
    await p.forever();
  });
  const asked = host.whenListening().then(async () => {
    await host.clock.advance(500);
    host.signal("SIGTERM");
  });
  const startedAtMs = host.clock.monotonicMs();
  assertEquals((await call(host, QUIET)).code, 143);
  await asked;
  assertEquals(host.clock.monotonicMs() - startedAtMs, 500 + 1000);
});

Deno.test("with --json a stalled reader is waited for within a bound, and then no document is printed", async () => {
  using host = stalled("");
  host.program("work", () => {});
  const startedAtMs = host.clock.monotonicMs();
  const said = await call(host, ["run", "work", "--json", "--log-level", "error"]);
  assertEquals([said.code, said.stdout], [74, ""]);
  assertEquals(said.stderr, `${NOT_SHOWN}error: Cannot write to stdout: its reader stopped reading\n`);
  assertEquals(host.clock.monotonicMs() - startedAtMs, 10_000);
});

Deno.test("a failure is reported within a bound even if the job's output is stalled", async () => {
  using host = stalled("");
  host.program("work", async (p) => {
    await p.stdout("one\n");
    await p.sleep(100);
    await p.stdout("two\n");
    await p.forever();
  });
  host.faults.failNext({ op: "write", path: LOG, skip: 1, problem: "no_space" });
  const startedAtMs = host.clock.monotonicMs();
  const said = await call(host, QUIET);
  assertEquals(
    [said.code, said.stdout, said.stderr],
    [
      74,
      "",
      `error: Cannot keep the output in "${LOG}": no space left on the device\n` +
      "  try: free some space or fix the permissions, or choose another folder with --state-dir <path>\n",
    ],
  );
  assertEquals(host.clock.monotonicMs() - startedAtMs, 100 + 10_000);
});

Deno.test("a slow reader is waited for as long as it keeps reading", async () => {
  using host = stalled("");
  const output = "z".repeat(3 * 1024 * 1024);
  host.program("work", (p) => p.stdout(output));
  const slowly = (async () => {
    for (let i = 0; i < 3; i++) {
      await host.clock.advance(9000);
      host.terminal.resumeStdout();
      // One write is accepted, and then nothing again.
      await Promise.resolve();
      host.terminal.stallStdout();
    }
    await host.clock.advance(9000);
    host.terminal.resumeStdout();
  })();
  const said = await call(host, QUIET);
  await slowly;
  assertEquals([said.code, said.stderr, withoutLog(said.stdout) === output], [0, "", true]);
});
