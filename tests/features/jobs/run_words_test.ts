/** The words for a person at a terminal about a run, each fact once; and `--quiet`. */

import { assertEquals } from "@std/assert";
import { call, logOf, machineWith } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";

const T = "20261122T063449.123Z";
const BUILD = "site/20261122T063449.124Z";
const CHECK = "site/20261122T063450.357Z";
const PLAN_SHA256 = "5bb9a69ee9c447ca48e377105e38b497738b1e4312d74003f5d47a666d8ba3f0";
const POOR = "poor/20261122T063449.124Z";
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
[tasks.base]
command = ["check"]
[tasks.later]
command = ["check"]
needs = ["base"]
`;

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const green = (text: string) => `\u001b[32m${text}\u001b[39m`;
const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;
const yellow = (text: string) => `\u001b[33m${text}\u001b[39m`;

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

/** Everything visible on the screen. */
function screenTest(name: string, argv: readonly string[], screen: string, given: {
  readonly options?: FakeHostOptions;
  readonly toml?: string;
  readonly code?: number;
} = {}): void {
  Deno.test(`messages: ${name}`, async () => {
    using host = machine({ isTerminal: true, ...given.options }, given.toml ?? CONFIG);
    assertEquals((await call(host, argv)).code, given.code ?? 0);
    assertEquals(host.terminal.screenText(), screen);
  });
}

const started = (id: string) => `started    ${dim(id)}\n`;
const succeeded = (id: string, took: string) => `${green("succeeded")}  ${dim(id)}  ${dim(took)}\n`;

screenTest(
  "a run is a line at its start and one at its end: how, which run, how long",
  ["run", "ok"],
  `${started(`ok/${T}`)}hi\n${succeeded(`ok/${T}`, "1.2s")}`,
);
screenTest(
  "without colours the words are the same",
  ["run", "ok", "--no-color"],
  `started    ok/${T}\nhi\nsucceeded  ok/${T}  1.2s\n`,
);
screenTest(
  "what has no room stands below",
  ["run", "flaky"],
  started(`flaky/${T}`) +
    `trying again  ${dim(`flaky/${T}`)}\n  ${dim("attempt 2")}  ${dim("in 1.0s")}\n` +
    `started    ${dim(`flaky/${T}`)}\n  ${dim("attempt 2")}\n` +
    `${green("succeeded")}  ${dim(`flaky/${T}`)}\n  ${dim("1.0s")}\n`,
  { options: { columns: 40 } },
);
screenTest(
  "a failure has its error last, and a line of ours never stands behind output",
  ["run", "bad"],
  `${started(`bad/${T}`)}no line end\n${red("failed")}     ${dim(`bad/${T}`)}  ${dim("0ms")}\n` +
    `${red("error:")} job "bad" failed with exit status 2 after 0ms\n` +
    `  ${dim("log:")} orchastration logs bad/${T}\n`,
  { code: 2 },
);
screenTest(
  "what a success left behind, and was ended, is told",
  ["run", "forker"],
  `${started(`forker/${T}`)}${yellow("SIGTERM sent")}  ${dim(`forker/${T}`)}\n  ` +
    `${dim("its main process had ended while other processes of the run were still alive")}\n` +
    succeeded(`forker/${T}`, "0ms"),
);
screenTest(
  "a build ends with where the task stands, and what comes next",
  ["build", "run", "site", "--plan"],
  `task planned  ${dim(`site/${T}`)}\n${started(BUILD)}hi\n` +
    `checking ac1: it is well\n${started(CHECK)}checked\n${succeeded(CHECK, "0ms")}${
      succeeded(BUILD, "1.2s")
    }` +
    `${green("task done")}  ${dim("site")}  ${dim("the build succeeded and its criterion is met")}\n` +
    `  ${dim("next:")} orchastration doc generate site\n`,
);
screenTest(
  "a build that fails says why once",
  ["build", "run", "poor", "--plan"],
  `task planned  ${dim(`poor/${T}`)}\n${started(POOR)}no line end\n` +
    `${red("failed")}     ${dim(POOR)}  ${dim("0ms")}\n${red("task failed")}  ${dim("poor")}\n` +
    `${red("error:")} task "poor" failed with exit status 2 after 0ms\n` +
    `  ${dim("log:")} orchastration logs ${POOR}\n`,
  { code: 2 },
);
screenTest(
  "where several are built, each is told by its own lines",
  ["build", "run", "later", "--plan", "--with-needs", "--output", "live", "--no-color"],
  `task planned  base/${T}\nstarted    base/20261122T063449.124Z\nchecked\nsucceeded  base/20261122T063449.124Z  0ms\n` +
    "task done  base  the build succeeded\n" +
    "task planned  later/20261122T063449.123Z\nstarted    later/20261122T063449.124Z\n" +
    "checked\nsucceeded  later/20261122T063449.124Z  0ms\ntask done  later  the build succeeded\n" +
    `graph succeeded: 2 succeeded in 0ms\n  graph: orchastration runs show graph/${T}\n` +
    "  next: orchastration doc generate later\n",
);
screenTest(
  "where only what is bad is logged, a success is told by its exit code alone",
  ["run", "ok"],
  "hi\n",
  { toml: `${CONFIG}[logging]\nlevel = "error"\n` },
);
screenTest(
  "where only what is bad is logged, a build says where the task stands",
  [
    "build",
    "run",
    "later",
    "--plan",
    "--with-needs",
    "--output",
    "live",
    "--no-color",
    "--log-level",
    "error",
  ],
  "building base\nchecked\nbase is done: the build succeeded\nbuilding later\nchecked\nlater is done: the build succeeded\n" +
    `graph succeeded: 2 succeeded in 0ms\n  graph: orchastration runs show graph/${T}\n` +
    "  next: orchastration doc generate later\n",
);
screenTest(
  "a plan is told by the answer of the command, and by no line of the log",
  ["plan", "create", "later", "--no-color"],
  `later is planned: later/${T}\n  sha256 ${PLAN_SHA256}\nnext: orchastration build run later\n`,
);

Deno.test("messages: the log file has everything", async () => {
  using host = machine();
  await call(host, ["run", "ok"]);
  assertEquals(logOf(host).map(({ msg }) => msg), ["run started", "run succeeded"]);
});

Deno.test("messages: with only stdout on a terminal its lines are the same, and the error goes to stderr", async () => {
  using host = machine({ isTerminal: { stdout: true } });
  assertEquals(await call(host, ["run", "bad", "--no-color"]), {
    code: 2,
    stdout: `started    bad/${T}\nno line end\nfailed     bad/${T}  0ms\n`,
    stderr: `error: job "bad" failed with exit status 2 after 0ms\n  log: orchastration logs bad/${T}\n`,
  });
});

Deno.test("messages: with only stderr on a terminal, stdout is JSON Lines, and nothing else is printed", async () => {
  using host = machine({ isTerminal: { stderr: true } });
  const said = await call(host, ["run", "ok"]);
  assertEquals([said.stdout.split("\n").length, said.stdout.startsWith('{"time":'), said.stderr], [
    4,
    true,
    "",
  ]);
});

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

Deno.test("messages: with --quiet and no terminal, stdout is the job's byte for byte, and the log file has everything", async () => {
  using host = machine({});
  assertEquals(await call(host, ["run", "ok", "-q"]), { code: 0, stdout: "hi\n", stderr: "" });
  assertEquals(logOf(host).map(({ msg }) => msg), ["run started", "run succeeded"]);
});

Deno.test("messages: --quiet --json prints the document, and the job's output", async () => {
  using host = machine({});
  const said = await call(host, ["run", "ok", "-q", "--json"]);
  assertEquals([JSON.parse(said.stdout).status, said.stderr], ["succeeded", "hi\n"]);
});

Deno.test("messages: with --quiet, waiting for a job lock prints nothing", async () => {
  using host = machine();
  const other = host.another();
  const first = call(other, ["run", "one"]);
  await other.whenListening();
  assertEquals((await call(host, ["run", "one", "-q"])).code, 0);
  await first;
  assertEquals(host.terminal.screenText(), "hi\n");
});
