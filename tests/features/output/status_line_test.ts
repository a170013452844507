/**
 * The status line while a job is silent: when it appears, how it is removed, and where it is never drawn.
 * Byte by byte.
 */

import { assertEquals } from "@std/assert";
import { call, machineWith } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import type { Script } from "../../support/fake_process.ts";

const T = "20261122T063449.123Z";
const STARTED = `started    work/${T}\n`;
const ERASE = "\r\x1b[J";
const PLAIN = { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" };

/** The line as it is drawn. */
function line(text: string): string {
  return `\r … ${text}\x1b[J\r`;
}

function running(seconds: number, name = "work"): string {
  return line(`${name}  ${seconds}s  (Ctrl-C stops it)`);
}

function machine(script: Script, given: { readonly job?: string } & FakeHostOptions = {}): FakeHost {
  const { job = "", ...options } = given;
  const host = machineWith(`[jobs.work]\ncommand = ["work"]\n${job}\n`, {
    isTerminal: true,
    columns: 80,
    env: PLAIN,
    ...options,
  });
  host.program("work", script);
  return host;
}

/** All output to the terminal; the line of the run's start comes before `screen` where there is one. */
function lineTest(
  name: string,
  script: Script,
  screen: string,
  given:
    & { readonly job?: string; readonly argv?: readonly string[]; readonly code?: number }
    & FakeHostOptions = {},
): void {
  const { argv = [], code = 0, ...options } = given;
  Deno.test(`status line: ${name}`, async () => {
    using host = machine(script, options);
    assertEquals((await call(host, ["run", "work", ...argv])).code, code);
    const isOurs = !argv.includes("-q") && !given.job?.startsWith("interactive");
    const first = !isOurs ? "" : (options.columns ?? 80) < 36 ? narrow("started") : STARTED;
    assertEquals(host.terminal.screenText(), `${first}${screen}`);
    assertEquals(host.clock.pendingTimers, 0);
  });
}

const succeeded = (took: string) => `succeeded  work/${T}  ${took}\n`;

/** Where the outputs are not on one terminal. */
function narrow(words: string, took?: string): string {
  return `${words}\n  work/${T}${took === undefined ? "" : `\n  ${took}`}\n`;
}

lineTest(
  "it comes after 2 s, counts the seconds, and leaves nothing",
  (p) => p.sleep(4500),
  `${running(2)}${running(3)}${running(4)}${ERASE}${succeeded("4.5s")}`,
);
lineTest("a job that is done before is not told of", (p) => p.sleep(1999), succeeded("1.9s"));
lineTest(
  "output takes it away in the same write, and it comes again after 2 s without any",
  async (p) => {
    await p.sleep(2500);
    await p.stdout("one\n");
    await p.sleep(1500);
    await p.stderr("two\n");
    await p.sleep(2600);
  },
  `${running(2)}${ERASE}one\ntwo\n${running(6)}${ERASE}${succeeded("6.6s")}`,
);
Deno.test("status line: it is dim", async () => {
  using host = machine((p) => p.sleep(2100), { env: { PATH: "/bin", HOME: "/home/ada" } });
  await call(host, ["run", "work"]);
  assertEquals(
    host.terminal.screenText().split(/(?<=\n)/)[1]!.split(ERASE)[0],
    "\r\x1b[2m … work  2s  (Ctrl-C stops it)\x1b[22m\x1b[J\r".split(ERASE)[0],
  );
});
for (
  const [what, written] of [
    ["a line that was begun", "half a line"],
    ["a bar that is drawn over again", "50%\r"],
    ["a colour that is on", "\x1b[31mred\n"],
    ["a sequence that was begun", "\n\x1b[3"],
    ["the alternate screen", "\x1b[?1049h\n"],
    ["the cursor sent about", "a\nb\n\x1b[2A"],
  ] as const
) {
  lineTest(`never behind ${what}`, async (p) => {
    await p.stdout(written);
    await p.sleep(10_000);
  }, `${written}${written.endsWith("\n") ? "" : "\n"}${succeeded("10.0s")}`);
}
lineTest(
  "when the line is ended it can come",
  async (p) => {
    await p.stdout("50%\r");
    await p.sleep(5000);
    await p.stdout("100%\n");
    await p.sleep(2200);
  },
  `50%\r100%\n${running(7)}${ERASE}${succeeded("7.2s")}`,
);
lineTest("after a minute", async (p) => {
  for (let i = 0; i < 71; i++) {
    await p.sleep(1000);
    await p.stdout(".\n");
  }
  await p.sleep(2500);
}, `${".\n".repeat(71)}${line("work  1m 13s  (Ctrl-C stops it)")}${ERASE}${succeeded("1m 13s")}`);
lineTest(
  "in a narrow window without its hint",
  (p) => p.sleep(2100),
  `${line("work  2s")}${ERASE}${narrow("succeeded", "2.1s")}`,
  { columns: 30 },
);
lineTest(
  "in a very narrow one it is cut",
  (p) => p.sleep(2100),
  `\r … work  …\x1b[J\r${ERASE}${narrow("succeeded", "2.1s")}`,
  { columns: 13 },
);
lineTest("and in one that has no room not there", (p) => p.sleep(2100), narrow("succeeded", "2.1s"), {
  columns: 11,
});

// Where it is never drawn.

lineTest("not with --quiet", (p) => p.sleep(5000), "", { argv: ["-q"] });
lineTest("not on a terminal that understands nothing", (p) => p.sleep(5000), succeeded("5.0s"), {
  env: { ...PLAIN, TERM: "dumb" },
});
lineTest(
  "not for an interactive job",
  async (p) => {
    await p.stdout("> ");
    await p.sleep(5000);
    await p.stdout("bye\n");
  },
  `> bye\n${succeeded("5.0s")}`,
  { job: "interactive = true" },
);
for (const stream of ["stdout", "stderr"] as const) {
  Deno.test(`status line: it is not shown if ${stream} goes elsewhere`, async () => {
    const isTerminal = { stdout: stream !== "stdout", stderr: stream !== "stderr" };
    using host = machine((p) => p.sleep(5000), { isTerminal });
    await call(host, ["run", "work"]);
    assertEquals([host.terminal.screenText().includes("…"), host.terminal.screenText().includes("\x1b")], [
      false,
      false,
    ]);
  });
}

Deno.test("status line: it is not shown in the background of a shell", async () => {
  using host = machine((p) => p.sleep(5000));
  host.terminal.isInForeground = false;
  await call(host, ["run", "work"]);
  assertEquals(host.terminal.screenText(), `${STARTED}${succeeded("5.0s")}`);
});

// Other activities.

let tries = 0;
lineTest(
  "the pause before another attempt, and its number",
  async (p) => {
    if (tries++ === 0) return 1;
    await p.sleep(2100);
    return 0;
  },
  `trying again  work/${T}  attempt 2  in 3.0s\n` +
    `${line("attempt 2 of work in 1s  (Ctrl-C stops it)")}${ERASE}${
      STARTED.replace("\n", "  attempt 2\n") + line("work, attempt 2  2s  (Ctrl-C stops it)")
    }` +
    `${ERASE}${succeeded("5.1s")}`,
  { job: "retry = { max = 1, delay_seconds = 3 }" },
);

const STUBBORN: Script = async (p) => {
  p.ignore("SIGTERM", "SIGINT");
  await p.forever();
};

/** Presses Ctrl-C after this many milliseconds, one after the other. */
async function stopped(host: FakeHost, ...afterMs: readonly number[]): Promise<void> {
  const pressed = host.whenListening().then(async () => {
    for (const ms of afterMs) {
      await host.clock.advance(ms);
      host.signal("SIGINT");
    }
  });
  assertEquals((await call(host, ["run", "work"])).code, 130);
  await pressed;
}

const ending = (left: number) => line(`ending work, forced in ${left}s  (Ctrl-C forces it now)`);
const INTERRUPTED = `SIGINT sent  work/${T}  Orchastration received SIGINT\n`;
const KILLED = `SIGKILL sent  work/${T}\n`;
const block = (took: string) =>
  `${ERASE}${KILLED}cancelled  work/${T}  ${took}\n` +
  `error: job "work" was stopped after ${took}: Orchastration received SIGINT; it was ended by SIGKILL\n` +
  `  log: orchastration logs work/${T}\n`;

Deno.test("status line: after Ctrl-C it shows the rest of the grace", async () => {
  using host = machine(STUBBORN, { job: "kill_grace_seconds = 2" });
  await stopped(host, 500);
  assertEquals(
    host.terminal.screenText(),
    `${STARTED}${INTERRUPTED}${ending(4)}${ending(3)}${ending(2)}${ERASE}SIGTERM sent  work/${T}\n${
      ending(1)
    }${ending(1)}${block("4.5s")}`,
  );
});

Deno.test("status line: a job that ends quickly has no line", async () => {
  using host = machine(async (p) => {
    p.onSignal("SIGINT", () => p.exit(3));
    await p.forever();
  });
  await stopped(host, 2500);
  assertEquals(
    host.terminal.screenText(),
    `${STARTED}${running(2)}${ERASE}${INTERRUPTED}cancelled  work/${T}  2.5s\n` +
      `error: job "work" was stopped after 2.5s: Orchastration received SIGINT; ` +
      `it exited with status 3\n  log: orchastration logs work/${T}\n`,
  );
});

Deno.test("status line: an unfinished line of output is completed for it while the job is being stopped", async () => {
  using host = machine(async (p) => {
    await p.stdout("half");
    return await STUBBORN(p);
  });
  await stopped(host, 500, 1000);
  assertEquals(host.terminal.screenText(), `${STARTED}half\n${INTERRUPTED}${ending(12)}${block("1.5s")}`);
});

Deno.test("status line: a timeout is shown", async () => {
  using host = machine(STUBBORN, { job: "timeout_seconds = 1\nkill_grace_seconds = 1.5" });
  await call(host, ["run", "work"]);
  const left = (seconds: number) => line(`ending work, forced in ${seconds}s  (Ctrl-C twice forces it now)`);
  assertEquals(
    host.terminal.screenText(),
    `${STARTED}SIGTERM sent  work/${T}  the timeout of 1.0s passed\n` +
      `${left(2)}${
        left(1)
      }${ERASE}${KILLED}timed out  work/${T}  2.5s\nerror: job "work" timed out after 2.5s; it was ended by SIGKILL\n` +
      `  log: orchastration logs work/${T}\n`,
  );
});

Deno.test("status line: erased before Ctrl-Z takes effect, shown again after fg without the time in between, and not after bg", async () => {
  using host = machine((p) => p.sleep(8000));
  const ended = call(host, ["run", "work"]);
  await host.whenListening();
  await host.clock.advance(2500);
  const pass = async (isInForeground: boolean) => {
    await host.signals.suspend();
    host.terminal.isInForeground = isInForeground;
    await host.clock.advance(1200);
    await host.signals.resume();
    await host.clock.advance(1500);
  };
  await pass(true);
  assertEquals(
    host.terminal.screenText(),
    `${STARTED}${running(2)}${ERASE}${running(2)}${running(3)}`,
  );
  await pass(false);
  await ended;
  assertEquals(
    host.terminal.screenText(),
    `${STARTED}${running(2)}${ERASE}${running(2)}${running(3)}${ERASE}${succeeded("5.6s")}`,
  );
});

Deno.test("status line: it follows the width of the window", async () => {
  using host = machine((p) => p.sleep(4100));
  const ended = call(host, ["run", "work"]);
  await host.whenListening();
  await host.clock.advance(2500);
  host.terminal.stdout.columns = 20;
  await ended;
  assertEquals(
    host.terminal.screenText(),
    `${STARTED}${running(2)}${line("work  3s")}${line("work  4s")}${ERASE}${narrow("succeeded", "4.1s")}`,
  );
});

Deno.test("status line: a stalled terminal delays neither the end nor Ctrl-Z", async () => {
  using host = machine((p) => p.sleep(4100));
  const ended = call(host, ["run", "work"]);
  await host.whenListening();
  host.terminal.stallStdout();
  await host.clock.advance(2500);
  const beganMs = host.clock.monotonicMs();
  await host.signals.suspend();
  assertEquals(host.clock.monotonicMs() - beganMs, 100);
  await host.signals.resume();
  assertEquals((await ended).code, 0);
  // As long as any reader is waited for after the run has ended.
  assertEquals(host.clock.monotonicMs() - 1_000_000, 4100 + 10_000);
  assertEquals(host.terminal.screenText(), "");
});

Deno.test("status line: a build and each of its checks are shown by name", async () => {
  using host = machineWith(
    '[tasks.site]\ncommand = ["work"]\nacceptance = [{ id = "ac1", text = "well", check = ["check"] }]\n',
    { isTerminal: true, env: PLAIN },
  );
  host.program("work", (p) => p.sleep(2100));
  host.program("check", (p) => p.sleep(2100));
  await call(host, ["build", "run", "site", "--plan"]);
  assertEquals(
    host.terminal.screenText(),
    "task planned  site/20261122T063449.123Z\nstarted    site/20261122T063449.124Z\n" +
      `${running(2, "site")}${ERASE}checking ac1: well\nstarted    site/20261122T063451.223Z\n` +
      `${running(2, "check ac1 of site")}${ERASE}succeeded  site/20261122T063451.223Z  2.1s\n` +
      "succeeded  site/20261122T063449.124Z  2.1s\n" +
      "task done  site  the build succeeded and its criterion is met\n  next: orchastration doc generate site\n",
  );
});

Deno.test("status line: a wait for a job lock is shown", async () => {
  using host = machine((p) => p.sleep(2500), { job: 'concurrency = "wait"' });
  const other = host.another({ isTerminal: false });
  const first = call(other, ["run", "work"]);
  await other.whenListening();
  await call(host, ["run", "work"]);
  await first;
  assertEquals(
    host.terminal.screenText(),
    `waiting for its slot  work/20261122T063449.124Z  after work/${T}\n` +
      `${line("waiting for its slot  2s  (Ctrl-C gives up)")}${ERASE}started    work/20261122T063449.124Z\n` +
      `${running(2)}${ERASE}succeeded  work/20261122T063449.124Z  5.0s\n`,
  );
});
