/** Interactive jobs: at the terminal of the user, who talks to them and not to us. */

import { assertEquals } from "@std/assert";
import { call, machineWith, readJson, STATE } from "../../support/cli.ts";

const ID = "work/20261122T063449.123Z";
const CONFIG = '[jobs.work]\ncommand = ["work"]\ninteractive = true\n';
const QUIET = ["run", "work", "--log-level", "error"];

Deno.test("an interactive job inherits the streams; nothing is captured, and the record says so", async () => {
  using host = machineWith(CONFIG, { stdin: "Ada\n", isTerminal: true });
  host.program("work", async (p) => {
    await p.stdout("Your name: ");
    await p.stderr(`(read ${p.stdin.trimEnd()}) `);
    await p.stdout("Hello\n");
  });
  assertEquals((await call(host, QUIET)).code, 0);
  assertEquals(host.terminal.screenText(), "Your name: (read Ada) Hello\n");
  assertEquals([host.spawned[0]?.placement, host.spawned[0]?.stdin], ["attached", "inherit"]);
  const record = readJson(host, `${STATE}/runs/${ID}.json`);
  const intent = record["intent"] as Record<string, unknown>;
  assertEquals([intent["interactive"], intent["stdin"]], [true, "inherit"]);
  assertEquals(
    ["status", "stdout_path", "stderr_path", "stdout_bytes", "stderr_sha256", "leaked_output"].map((key) =>
      record[key]
    ),
    ["succeeded", null, null, null, null, false],
  );
  assertEquals(host.disk.list(`${STATE}/runs/work`), ["20261122T063449.123Z.json", "last.json"]);
});

Deno.test("a failed interactive job is shown with its record, because there is no log", async () => {
  using host = machineWith(CONFIG);
  host.program("work", () => 4);
  assertEquals(
    await call(host, ["run", "work", "--log-level", "error", "--json"]).then(({ stderr }) =>
      stderr.split("\n").slice(1)
    ),
    [
      'error: job "work" failed with exit status 4 after 0ms',
      `  run: orchastration runs show ${ID}`,
      "",
    ],
  );
});

for (const signal of ["SIGINT", "SIGQUIT"] as const) {
  Deno.test(`an interactive job gets ${signal} from the terminal, not from Orchastration, and handles it itself`, async () => {
    using host = machineWith(CONFIG);
    host.program("work", async (p) => {
      await p.sleep(5000);
      return 0;
    });
    const person = host.whenListening().then(async () => {
      for (let i = 0; i < 3; i++) {
        await host.clock.advance(500);
        host.signal(signal);
      }
    });
    assertEquals(await call(host, QUIET), { code: 0, stdout: "", stderr: "" });
    await person;
    assertEquals(host.signalsSent, []);
    const record = readJson(host, `${STATE}/runs/${ID}.json`);
    assertEquals(
      ["status", "exit_code", "duration_ms", "stopped_by"].map((key) => record[key]),
      ["succeeded", 0, 5000, null],
    );
  });
}

Deno.test("an interactive job that dies of Ctrl-C has ended by itself, and the exit code is 130", async () => {
  using host = machineWith(CONFIG);
  host.program("work", async (p) => {
    await p.sleep(500);
    p.crash("SIGINT");
  });
  const person = host.whenListening().then(async () => {
    await host.clock.advance(499);
    host.signal("SIGINT");
  });
  const said = await call(host, QUIET);
  await person;
  assertEquals(said.code, 130);
  assertEquals(host.signalsSent, []);
});

Deno.test("a late Ctrl-C of an interactive job does not replace its exit code", async () => {
  using host = machineWith(CONFIG);
  host.program("work", (p) => p.exit(5));
  const said = await call(host, QUIET);
  assertEquals(said.code, 5);
  // Without a listener of ours the system would end this process now, with 130.
  assertEquals(host.signals.handlers, 1);
});

for (const [signal, code] of [["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  Deno.test(`an interactive job receives ${signal}, even after a Ctrl-C of its own`, async () => {
    using host = machineWith(CONFIG);
    host.program("work", (p) => p.forever());
    const person = host.whenListening().then(async () => {
      await host.clock.advance(500);
      host.signal("SIGINT");
      await host.clock.advance(500);
      host.signal(signal);
    });
    assertEquals((await call(host, QUIET)).code, code);
    await person;
    assertEquals(host.signalsSent.map((each) => [each.signal, each.pids]), [[signal, [1000]]]);
    const record = readJson(host, `${STATE}/runs/${ID}.json`);
    assertEquals(
      ["status", "signal", "duration_ms"].map((key) => record[key]),
      ["cancelled", signal, 1000],
    );
  });
}

Deno.test("an interactive job has a timeout like any other", async () => {
  using host = machineWith(`${CONFIG}timeout_seconds = 1\nkill_grace_seconds = 1\n`);
  host.program("work", (p) => {
    p.ignore("SIGTERM");
    return p.forever();
  });
  assertEquals((await call(host, QUIET)).code, 124);
  assertEquals(host.signalsSent.map(({ signal }) => signal), ["SIGTERM", "SIGKILL"]);
  assertEquals(host.livingProcesses(), []);
});

Deno.test("processes that an interactive job leaves running are stopped", async () => {
  using host = machineWith(CONFIG);
  host.program(
    "work",
    (p) => void p.fork({ name: "child", detachedFromGroup: true }, (child) => child.forever()),
  );
  assertEquals((await call(host, QUIET)).code, 0);
  assertEquals(host.livingProcesses(), []);
});

for (
  const [how, script, argv, code, isReset] of [
    ["that is ended at its timeout", "forever", [], 124, true],
    ["that somebody kills", "crash", [], 137, true],
    ["that is ended without --quiet", "forever", ["--no-color"], 124, true],
    ["that ends by itself", "end", [], 0, false],
    ["that fails by itself", "fail", [], 3, false],
  ] as const
) {
  Deno.test(`terminal modes that an interactive job changed are ${isReset ? "restored" : "kept"} after one ${how}`, async () => {
    using host = machineWith(`${CONFIG}timeout_seconds = 2\n`, {
      isTerminal: true,
      env: { PATH: "/bin", HOME: "/home/ada", TERM: "xterm" },
    });
    host.program("work", async (p) => {
      host.terminal.modes = "raw";
      await p.stdout("\x1b[?1049h\x1b[?25l");
      if (script === "forever") return await p.forever();
      if (script === "crash") p.crash("SIGKILL");
      return script === "fail" ? 3 : 0;
    });
    const said = await call(host, ["run", "work", ...argv.length === 0 ? ["-q"] : argv]);
    assertEquals([said.code, host.terminal.modes], [code, isReset ? "cooked" : "raw"]);
    const screen = host.terminal.screenText();
    const left = screen.indexOf("\x1b[?1049l");
    assertEquals([left > 0, screen.includes("\x1b[?25h")], [isReset, isReset]);
    // Lines about its end appear on the screen that stays.
    if (isReset) assertEquals(screen.indexOf('job "work"') > left, true);
  });
}

Deno.test("without a terminal, no sequence is written to restore its modes", async () => {
  using host = machineWith(`${CONFIG}timeout_seconds = 2\n`);
  host.program("work", (p) => p.forever());
  assertEquals((await call(host, ["run", "work", "-q"])).stdout, "");
});
