/** What a person at a terminal is told of a run, each thing once; and `--quiet`. */

import { assertEquals } from "@std/assert";
import { call, logOf, machineWith } from "../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../support/fake_host.ts";

const T = "20261122T063449.123Z";
const CONFIG = `
[jobs.ok]
command = ["ok"]
[jobs.bad]
command = ["bad"]
[jobs.flaky]
command = ["flaky"]
retry = { max = 2, delay_seconds = 1 }
[jobs.forker]
command = ["forker"]
[jobs.one]
command = ["ok"]
concurrency = "wait"
[tasks.site]
command = ["ok"]
acceptance = [{ id = "ac1", text = "it is well", check = ["check"] }]
[tasks.poor]
command = ["bad"]
`;

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const green = (text: string) => `\u001b[32m${text}\u001b[39m`;
const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;
const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;

function machine(options: FakeHostOptions = { isTerminal: true }, toml = CONFIG): FakeHost {
  const host = machineWith(toml, options);
  host.program("ok", async (p) => {
    await p.sleep(1234);
    await p.stdout("hi\n");
  });
  host.program("bad", async (p) => {
    await p.stdout("no line end");
    return 2;
  });
  let calls = 0;
  host.program("flaky", () => ++calls === 1 ? 3 : 0);
  host.program("forker", (p) => void p.fork({}, (child) => child.forever()));
  host.program("check", (p) => p.stdout("checked\n"));
  return host;
}

/** All that is seen on the screen. */
function screenTest(name: string, argv: readonly string[], screen: string, given: {
  readonly options?: FakeHostOptions;
  readonly toml?: string;
  readonly code?: number;
} = {}): void {
  Deno.test(`words: ${name}`, async () => {
    using host = machine({ isTerminal: true, ...given.options }, given.toml ?? CONFIG);
    assertEquals((await call(host, argv)).code, given.code ?? 0);
    assertEquals(host.terminal.screenText(), screen);
  });
}

screenTest(
  "a success is one line: how, how long, and which run",
  ["run", "ok"],
  `hi\n${green("succeeded")} in 1.2s  ${dim(`ok/${T}`)}\n`,
);
screenTest(
  "where the line has no room it is two",
  ["run", "ok"],
  `hi\n${green("succeeded")} in 1.2s\n  ${dim(`ok/${T}`)}\n`,
  { options: { columns: 40 } },
);
screenTest(
  "a failure is its error alone, on a line of its own",
  ["run", "bad"],
  `no line end\n${red("error:")} job "bad" failed with exit status 2 after 0ms\n` +
    `  ${dim("log:")} orchastration logs bad/${T}\n`,
  { code: 2 },
);
screenTest(
  "another attempt is told of, with why",
  ["run", "flaky"],
  `attempt 1 ${red("failed")} with exit status 3; trying again in 1.0s\n` +
    `${green("succeeded")} in 1.0s after 2 attempts  ${dim(`flaky/${T}`)}\n`,
);
screenTest(
  "what a success left behind, and was ended, is told",
  ["run", "forker"],
  `${green("succeeded")} in 0ms  ${dim(`forker/${T}`)}\n` +
    `  ${dim("note:")} a process of it lived on after its end and was ended\n`,
);
screenTest(
  "a build ends with where the task stands, its run, and what comes next",
  ["build", "run", "site", "--plan"],
  "hi\nchecking ac1: it is well\nchecked\n" +
    `${bold("site")} is ${green("done")}: the build succeeded and its criterion is met\n` +
    `  ${dim("run:")} site/20261122T063449.124Z in 1.2s\n` +
    `  ${dim("next:")} orchastration doc generate site\n`,
);
screenTest(
  "the lines of the log are for those who ask for them; then they are not said again",
  ["run", "ok", "--log-format", "pretty"],
  `06:34:49 info    run started  run=ok/${T} job=ok pid=1000\n` +
    "hi\n" +
    `06:34:50 info    run succeeded  run=ok/${T} job=ok status=succeeded exit_code=0 took=1.2s\n`,
);
screenTest(
  "[logging] format asks for them, too",
  ["run", "ok"],
  `06:34:49 info    run started  run=ok/${T} job=ok pid=1000\n` +
    "hi\n" +
    `06:34:50 info    run succeeded  run=ok/${T} job=ok status=succeeded exit_code=0 took=1.2s\n`,
  { toml: `${CONFIG}[logging]\nformat = "pretty"\n` },
);
screenTest(
  "[logging] level does not",
  ["run", "ok"],
  `hi\n${green("succeeded")} in 1.2s  ${dim(`ok/${T}`)}\n`,
  {
    toml: `${CONFIG}[logging]\nlevel = "debug"\n`,
  },
);

Deno.test("words: the log file has everything all the same", async () => {
  using host = machine();
  await call(host, ["run", "ok"]);
  assertEquals(logOf(host).map(({ msg }) => msg), ["run started", "run succeeded"]);
});

for (const stream of ["stdout", "stderr"] as const) {
  Deno.test(`words: with ${stream} alone on a terminal the log tells, as nobody else does`, async () => {
    using host = machine({ isTerminal: { [stream]: true } });
    const said = await call(host, ["run", "ok"]);
    assertEquals([said.stdout.split("\n").length, said.stderr], [4, ""]);
  });
}

// --quiet

screenTest("--quiet: a success says nothing of ours", ["run", "ok", "--quiet"], "hi\n");
screenTest(
  "--quiet: a failure has its error",
  ["run", "-q", "bad"],
  `no line end\n${red("error:")} job "bad" failed with exit status 2 after 0ms\n` +
    `  ${dim("log:")} orchastration logs bad/${T}\n`,
  { code: 2 },
);
screenTest("--quiet: another attempt is not told of", ["run", "flaky", "-q"], "");
screenTest(
  "--quiet: it wins over what asks for lines of the log",
  ["run", "ok", "-q", "--log-level", "debug", "--log-format", "pretty"],
  "hi\n",
);
screenTest("--quiet: a build and its checks", ["build", "run", "site", "--plan", "-q"], "hi\nchecked\n");
screenTest(
  "--quiet: a build that fails has its error",
  ["build", "run", "poor", "--plan", "-q"],
  `no line end\n${red("error:")} task "poor" failed with exit status 2 after 0ms\n` +
    `  ${dim("log:")} orchastration logs poor/20261122T063449.124Z\n`,
  { code: 2 },
);

Deno.test("words: --quiet: away from a terminal stdout is the job's, byte for byte, and the log file has all", async () => {
  using host = machine({});
  assertEquals(await call(host, ["run", "ok", "-q"]), { code: 0, stdout: "hi\n", stderr: "" });
  assertEquals(logOf(host).map(({ msg }) => msg), ["run started", "run succeeded"]);
});

Deno.test("words: --quiet --json: the document, and the job's output", async () => {
  using host = machine({});
  const said = await call(host, ["run", "ok", "-q", "--json"]);
  assertEquals([JSON.parse(said.stdout).status, said.stderr], ["succeeded", "hi\n"]);
});

Deno.test("words: --quiet: a turn is waited for without a word", async () => {
  using host = machine();
  const other = host.another();
  const first = call(other, ["run", "one"]);
  await other.whenListening();
  assertEquals((await call(host, ["run", "one", "-q"])).code, 0);
  await first;
  assertEquals(host.terminal.screenText(), "hi\n");
});
