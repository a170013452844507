/**
 * `--notify`: the title of the window while it runs, a desktop notification at the end, and nothing without
 * the flag.
 */

import { assertEquals } from "@std/assert";
import { Notifier } from "../../../src/cli/output/notifier.ts";
import type { RunRecord } from "../../../src/model/run.ts";
import { call, machineWith } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";

const T = "20261122T063449.123Z";
const PLAIN = { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" };
const CONFIG = `
[jobs.work]
command = ["work"]
[jobs.flaky]
command = ["flaky"]
retry = { max = 1, delay_seconds = 0.1 }
[tasks.site]
command = ["work"]
acceptance = [{ id = "ac1", text = "well", check = ["work"] }]
`;
const KEEP = "\x1b[22;2t";
const RESTORE = "\x1b[23;2t";
const title = (name: string) => `\x1b]2;running ${name}\x07`;
const said = (text: string) => `\x1b]9;${text}\x07`;

function machine(options: FakeHostOptions = {}): FakeHost {
  const host = machineWith(CONFIG, { isTerminal: true, env: PLAIN, ...options });
  host.program("work", async (p) => {
    await p.sleep(1200);
    await p.stdout("no line end");
  });
  host.program("flaky", () => 1);
  return host;
}

function screenTest(name: string, argv: readonly string[], screen: string, options?: FakeHostOptions): void {
  Deno.test(`notify: ${name}`, async () => {
    using host = machine(options);
    await call(host, argv);
    assertEquals(host.terminal.screenText(), screen);
  });
}

screenTest(
  "a run",
  ["run", "work", "--notify"],
  `started    work/${T}\n${KEEP}${title("work")}no line end\nsucceeded  work/${T}  1.2s\n` +
    `${RESTORE}${said("job work succeeded after 1.2s")}`,
);
screenTest(
  "a failure; the title is kept once, also with several attempts",
  ["run", "flaky", "--notify", "-q"],
  `${KEEP}${title("flaky")}${title("flaky")}${RESTORE}${said("job flaky failed after 100ms")}` +
    `error: job "flaky" failed with exit status 1 after 100ms\n  after 2 attempts\n` +
    `  log: orchastration logs flaky/${T}\n`,
);
screenTest(
  "a build is one, with its checks",
  ["build", "run", "site", "--plan", "-q", "--notify"],
  `${KEEP}${title("site")}no line end${title("site")}no line end${RESTORE}` +
    said("task site succeeded after 1.2s"),
);
screenTest(
  "tmux is asked to hand it on",
  ["run", "work", "-q", "--notify"],
  `${KEEP}${title("work")}no line end${RESTORE}` +
    "\x1bPtmux;\x1b\x1b]9;job work succeeded after 1.2s\x07\x1b\\",
  { env: { ...PLAIN, TMUX: "/tmp/tmux-0/default,1,0" } },
);
screenTest("not where it is not asked for", ["run", "work", "-q"], "no line end");
screenTest("not on a terminal that understands nothing", ["run", "work", "-q", "--notify"], "no line end", {
  env: { ...PLAIN, TERM: "dumb" },
});
screenTest("not in pipes", ["run", "work", "-q", "--notify"], "no line end", { isTerminal: false });
for (const stream of ["stdout", "stderr"] as const) {
  screenTest(
    `not where ${stream} alone is a terminal`,
    ["run", "work", "-q", "--notify"],
    "no line end",
    { isTerminal: { [stream]: true } },
  );
}
screenTest(
  "what cannot be run has no title, and is not told of",
  ["run", "nothing", "--notify"],
  'error: Cannot find job "nothing": no job has this name\n  known jobs: flaky, work\n  try: orchastration list\n',
);

Deno.test("notify: a name is shown as text, and cannot control the terminal", () => {
  let written = "";
  const notifier = new Notifier((sequence) => written += sequence, false);
  const record = { subject: "job", name: "a\x1b]0;b\x07\x9cc\n", status: "timed_out", duration_ms: 1 };
  notifier.running(record as RunRecord);
  notifier.ended(record as RunRecord);
  assertEquals(
    written,
    `${KEEP}${title("a\\u001b]0;b\\u0007\\u009cc\\n")}${RESTORE}` +
      said("job a\\u001b]0;b\\u0007\\u009cc\\n timed out after 1ms"),
  );
});
