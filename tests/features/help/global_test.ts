/**
 * Common behaviour of all commands: global options, help, mistakes on the command line, JSON, colour, and
 * readers that go away.
 */

import { assert, assertEquals } from "@std/assert";
import { loadProgram } from "../../../src/cli/program.ts";
import { commandsBelow } from "../../../src/cli/base/command_tree.ts";
import { examplesOf } from "../../../src/cli/base/examples.ts";
import { call, expectCall, machineWith, PROJECT, STATE } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";

const PROGRAM = (await loadProgram()).root;

const TOML =
  '[jobs.hello]\ncommand = ["hello"]\ndescription = "Greet"\n[tasks.wanted]\ncommand = ["hello"]\n';
const TWO_OF_EACH = `
[jobs.hello]
command = ["hello"]
alias = ["h"]
[jobs.bye]
command = ["hello"]
[tasks.wanted]
command = ["hello"]
[tasks.also]
command = ["hello"]
`;
const LISTED = "hello  Greet\n";

function machine(options: FakeHostOptions = {}, toml: string | undefined = TOML): FakeHost {
  const host = machineWith(toml, { files: { [`${PROJECT}/two.toml`]: TWO_OF_EACH }, ...options });
  host.program("hello", async (p) => await p.stdout("hi\n"));
  return host;
}

/** A command line that cannot be parsed: exit 64, nothing on stdout, nothing done. */
function refuse(argv: readonly string[], ...lines: readonly string[]): void {
  Deno.test(`usage error: ${argv.join(" ")}`, async () => {
    using host = machine();
    const stderr = lines.map((line, index) => `${index === 0 ? "error: " : "  "}${line}\n`).join("");
    await expectCall(host, argv, { code: 64, stderr });
    assertEquals(host.spawned, []);
    assertEquals(host.disk.exists("/home/ada/.cache"), false);
  });
}

const HELP = "try: orchastration --help";

refuse(["lst"], 'Cannot understand "lst": orchastration has no such command', 'did you mean "list"?', HELP);
refuse(
  ["sttaus", "hello"],
  'Cannot understand "sttaus": orchastration has no such command',
  'did you mean "status"?',
  HELP,
);
refuse(["frobnicate"], 'Cannot understand "frobnicate": orchastration has no such command', HELP);
refuse(["it's"], 'Cannot understand "it\'s": orchastration has no such command', HELP);
refuse([""], 'Cannot understand "": orchastration has no such command', HELP);
refuse(
  ["help", "lsit"],
  'Cannot understand "lsit": orchastration has no such command',
  'did you mean "list"?',
  HELP,
);
refuse(
  ["--config", "list", "hsah"],
  'Cannot understand "hsah": orchastration has no such command',
  'did you mean "hash"?',
  "try: orchastration --config list --help",
);
refuse(
  ["list", "--jsno"],
  'Cannot understand "--jsno": orchastration list has no such option',
  'did you mean "--json"?',
  "try: orchastration list --help",
);
refuse(
  ["hash", "--algoritm=sha1"],
  'Cannot understand "--algoritm=sha1": orchastration hash has no such option',
  'did you mean "--algorithm"?',
  "try: orchastration hash --help",
);
refuse(
  ["list", "-x"],
  'Cannot understand "-x": orchastration list has no such option',
  "try: orchastration list --help",
);
refuse(
  ["list", "--json=yes"],
  'Cannot understand "--json=yes": orchastration list has no such option',
  'did you mean "--json"?',
  "try: orchastration list --help",
);
refuse(
  ["export", "hello", "--fromat", "junit"],
  'Cannot understand "--fromat": orchastration export has no such option',
  'did you mean "--format"?',
  "try: orchastration export --help",
);
refuse(
  ["runs", "accept-unchanged", "hello", "--becuase=so"],
  'Cannot understand "--becuase=so": orchastration runs accept-unchanged has no such option',
  'did you mean "--because"?',
  "try: orchastration runs accept-unchanged --help",
);
refuse(
  ["export", "hello"],
  "Cannot understand the command: --format <format> is missing",
  "try: orchastration export --help",
);
for (
  const [path, words] of [
    ["runs adopt", [""]],
    ["evidence verify", [""]],
  ] as const
) {
  refuse(
    [...path.split(" "), ...words],
    'Cannot use <path> "": expected a path, found nothing',
    `try: orchastration ${path} --help`,
  );
}
for (
  const [option, ...words] of [
    ["--key", "sign", "hello"],
    ["--key", "evidence", "verify", "x"],
    ["--key", "evidence", "export", "wanted"],
    ["--output", "evidence", "export", "wanted"],
  ] as const
) {
  refuse(
    [...words, option, ""],
    `Cannot use ${option} "": expected a path, found nothing`,
    `try: orchastration ${words.filter((word) => !["hello", "x", "wanted"].includes(word)).join(" ")} --help`,
  );
}
refuse(
  ["evidence", "verify", "x", "--tree", ""],
  'Cannot use --tree "": expected a word, found nothing',
  "try: orchastration evidence verify --help",
);
refuse(
  ["run", "hello", "--detach", "--scheduled", ""],
  'Cannot use --scheduled "": expected a word, found nothing',
  "try: orchastration run --help",
);
refuse(
  ["list", "extra"],
  'Cannot understand "extra": orchastration list takes no words',
  "try: orchastration list --help",
);
refuse(
  ["status", "a", "b, c", "d"],
  'Cannot understand "b, c": orchastration status takes one word',
  "try: orchastration status --help",
);
for (
  const [command, missing, list] of [
    ["plan create", "task", "plan list"],
    ["git branch create", "task", "plan list"],
    ["logs", "run", "runs list"],
    ["service start", "service", "service list"],
    ["service stop", "service", "service list"],
  ] as const
) {
  refuse(
    command.split(" "),
    `Cannot understand the command: <${missing}> is missing`,
    `try: orchastration ${list}, or orchastration ${command} --help`,
  );
}
refuse(
  ["plan", "accept", "wanted"],
  "Cannot understand the command: <criterion> is missing",
  "try: orchastration plan accept --help",
);
refuse(
  ["run"],
  "Cannot run a job: no job was named, and the configuration sets no default",
  "known jobs: hello",
  'try: orchastration run hello, or set default = "hello" at the top of the configuration',
);
refuse(
  ["run", "hello", "it's", "more"],
  'Cannot understand "it\'s": arguments for the job come after --',
  "try: orchastration run hello -- 'it'\\''s' more",
);
refuse(
  ["build", "run", "wanted", "also", "--config", "two.toml"],
  'Cannot build "also": "wanted" is a task as well, and orchastration build run takes one task',
  "try: orchastration --config two.toml build run wanted && orchastration --config two.toml build run also",
);
refuse(
  ["run", "hello", "--reverse", "a b", "--", "-t"],
  'Cannot understand "--reverse": orchastration run has no such option, and arguments for the job come after --',
  "try: orchastration run hello -- --reverse 'a b' -t",
);
refuse(
  ["build", "run", "wanted", "-x"],
  'Cannot understand "-x": orchastration build run has no such option, and arguments for the task come after --',
  "try: orchastration build run wanted -- -x",
);
refuse(
  ["run", "--reverse", "hello"],
  'Cannot understand "--reverse": orchastration run has no such option',
  "try: orchastration run --help",
);
refuse(
  ["run", "hello", "--quite"],
  'Cannot understand "--quite": orchastration run has no such option',
  'did you mean "--quiet"?',
  "try: orchastration run --help",
);
refuse(["-v"], 'Cannot understand "-v": orchastration has no such option', 'did you mean "-V"?', HELP);
refuse(
  ["hello"],
  'Cannot understand "hello": orchastration has no such command, but there is a job of this name',
  "try: orchastration run hello",
);
refuse(
  ["wanted"],
  'Cannot understand "wanted": orchastration has no such command, but there is a task of this name',
  "try: orchastration plan status wanted",
);
refuse(
  ["--config", "--no-color", "list"],
  'Cannot use --config "--no-color": expected a path, found the option --no-color; write ./--no-color for a file of this name',
  HELP,
);
refuse(["list", "--config="], 'Cannot use --config "": expected a path, found nothing', HELP);
refuse(
  ["list", "--state-dir", "--no-color"],
  'Cannot use --state-dir "--no-color": expected a path, found the option --no-color; write ./--no-color for a file of this name',
  HELP,
);
refuse(
  ["hash", "--file="],
  'Cannot use --file "": expected a path, found nothing',
  "try: orchastration hash --help",
);
refuse(
  ["hash", "--file", "--check", "x"],
  'Cannot use --file "--check": expected a path, found the option --check; write ./--check for a file of this name',
  "try: orchastration hash --help",
);
refuse(["list", "--config"], 'Cannot understand "--config": its <path> is missing', HELP);
refuse(
  ["hash", "--algorithm"],
  'Cannot understand "--algorithm": its <name> is missing',
  "try: orchastration hash --help",
);
refuse(
  ["list", "--log-level", "wraning"],
  'Cannot use --log-level "wraning": expected one of debug, info, warning, error',
  'did you mean "warning"?',
  HELP,
);
refuse(
  ["--log-level=warn", "list"],
  'Cannot use --log-level "warn": expected one of debug, info, warning, error',
  'did you mean "warning"?',
  HELP,
);
refuse(
  ["--log-level=", "list"],
  'Cannot use --log-level "": expected one of debug, info, warning, error',
  HELP,
);
refuse(
  ["--log-format", "yaml", "list"],
  'Cannot use --log-format "yaml": expected one of json, pretty',
  HELP,
);
// Global options stand before the command or after it.

const GLOBAL_OPTIONS: readonly (readonly string[])[] = [
  ["--config", "other/orchastration.toml"],
  ["--config=other/orchastration.toml"],
  ["--state-dir", "state"],
  ["--log-level", "debug"],
  ["--log-format", "pretty", "--log-level", "debug"],
  ["--json"],
  ["--no-color"],
];

for (const options of GLOBAL_OPTIONS) {
  Deno.test(`global: ${options.join(" ")} says the same before and after the command`, async () => {
    const say = async (...argv: readonly string[]) => {
      using host = machine({ isTerminal: true });
      host.disk.write(`${PROJECT}/other/orchastration.toml`, '[jobs.other]\ncommand = ["hello"]\n');
      await call(host, ["run", "hello", "--state-dir", "state"]);
      return await call(host, argv);
    };
    const without = await say("status");
    const before = await say(...options, "status");
    assertEquals(await say("status", ...options), before);
    assertEquals(before.code, 0);
    // An option without an effect here would be the same everywhere, too.
    assert(before.stdout !== without.stdout, before.stdout);
  });
}

Deno.test("global: the last value of a repeated option counts", async () => {
  using host = machine();
  await expectCall(host, ["--config", "nope.toml", "list", "--config", "orchastration.toml"], {
    stdout: LISTED,
  });
});

Deno.test("global: --state-dir contains everything about a run", async () => {
  using host = machine();
  assertEquals((await call(host, ["run", "hello", "--state-dir", "my state"])).code, 0);
  assertEquals(host.disk.list(`${PROJECT}/my state/runs/hello`).length, 5);
  assertEquals(host.disk.exists(STATE), false);
});

// Help.

Deno.test("help: every request for help without a topic explains the program", async () => {
  using host = machine();
  const bare = await call(host, []);
  assertEquals([bare.code, bare.stderr], [0, ""]);
  for (const argv of [["--help"], ["-h"], ["help"]]) assertEquals(await call(host, argv), bare);
  assert(bare.stdout.endsWith("\nStart here: orchastration init\n"), bare.stdout);
});

for (const command of commandsBelow(PROGRAM).slice(1)) {
  const words: string[] = [];
  for (let at: typeof command | null = command; at?.parent; at = at.parent as typeof command | null) {
    words.unshift(at.name());
  }
  Deno.test(`help: ${words.join(" ")} has a sentence, its options, the global ones and examples`, async () => {
    using host = machine();
    const said = await call(host, [...words, "--help"]);
    assertEquals([said.code, said.stderr], [0, ""]);
    assertEquals(await call(host, [...words, "-h"]), said);
    assertEquals(await call(host, ["help", ...words]).then(({ code }) => code), 0);
    const { stdout } = said;
    assert(stdout.startsWith(`Usage: orchastration ${words.join(" ")} `), stdout);
    assert(/\n\n[A-Z][^\n]*\.\n/.test(stdout.replace(/([^\n])\n([^\n])/g, "$1 $2")), stdout);
    for (const option of command.options) assert(stdout.includes(option.flags), option.flags);
    assert(stdout.includes("\nGlobal options:\n"), stdout);
    for (const name of ["config", "state-dir", "json", "log-level", "log-format", "no-color", "help"]) {
      assertEquals(stdout.split(new RegExp(`^  (?:-\\w, )?--${name}\\b`, "m")).length, 2, name);
    }
    const examples = examplesOf(command);
    assert(examples.length > 0 || command.commands.length > 0, "there is no example");
    for (const { line, does } of examples) {
      assert(line.startsWith("orchastration ") || line.includes("| orchastration "), line);
      assert(stdout.includes(`\n  ${line}\n      `), line);
      assert(stdout.replace(/\s+/g, " ").includes(` ${line} ${does} `), does);
    }
    // It needs no configuration, and leaves nothing behind.
    assertEquals(host.disk.exists("/home/ada/.cache"), false);
  });
}

Deno.test("help: a narrow terminal gets narrow help", async () => {
  using host = machine({ isTerminal: true, columns: 50 });
  const { stdout } = await call(host, ["--help"]);
  for (const line of stdout.split("\n")) assert(line.length <= 50, line);
});

Deno.test("--version: one line is printed, wherever the option is", async () => {
  using host = machine();
  const { VERSION } = await import("../../../src/version.ts");
  const stdout = `orchastration ${VERSION} (deno 2.9.6, x86_64-linux)\n`;
  for (const argv of [["--version"], ["-V"], ["list", "--version"], ["--no-color", "-V"]]) {
    await expectCall(host, argv, { stdout });
  }
});

// JSON: exactly one document, whatever goes wrong.

interface FailureCase {
  readonly argv: readonly string[];
  readonly code: string;
  readonly exit: number;
  readonly toml?: string;
  readonly host?: FakeHostOptions;
  readonly furnish?: (host: FakeHost) => void;
}

function checkFailure(name: string, given: FailureCase): void {
  Deno.test(`--json: a failure is one document: ${name}`, async () => {
    using host = machine(given.host, given.toml);
    given.furnish?.(host);
    const said = await call(host, given.argv);
    const document = JSON.parse(said.stdout);
    const { notes, next } = document;
    assertEquals(Object.keys(document), [
      "format",
      "kind",
      "code",
      "message",
      "notes",
      "next",
      "exit_code",
      "diagnostics",
    ]);
    const { format, kind, code, exit_code } = document;
    assertEquals({ format, kind, code, exit_code }, {
      format: 1,
      kind: "failure",
      code: given.code,
      exit_code: given.exit,
    });
    assertEquals(said.code, given.exit);
    // The same words as for people.
    const tail = [...notes, ...(next === null ? [] : [`try: ${next}`])].map((line) => `  ${line}\n`).join("");
    assert(said.stderr.startsWith(`error: ${document.message}\n`) && said.stderr.endsWith(tail), said.stderr);
  });
}

checkFailure("a command that there is not", { argv: ["lst", "--json"], code: "arguments_invalid", exit: 64 });
checkFailure("an option that there is not", {
  argv: ["--json", "list", "--x"],
  code: "arguments_invalid",
  exit: 64,
});
checkFailure("an option where a value is expected", {
  argv: ["--config", "--json", "list"],
  code: "arguments_invalid",
  exit: 64,
});
checkFailure("nothing to hash", { argv: ["hash", "--json"], code: "arguments_invalid", exit: 64 });
checkFailure("an argument that no program can be given", {
  argv: ["run", "hello", "--json", "--", "a\0b"],
  code: "arguments_invalid",
  exit: 64,
});
checkFailure("a configuration that is missing", {
  argv: ["--config", "x.toml", "list", "--json"],
  code: "config_missing",
  exit: 78,
});
checkFailure("a configuration that cannot be read", {
  argv: ["list", "--json", "--config", "/"],
  code: "config_unreadable",
  exit: 78,
});
checkFailure("a configuration with a problem", {
  argv: ["status", "--json"],
  toml: "x",
  code: "config_invalid",
  exit: 78,
});
checkFailure("a job that there is not", { argv: ["run", "helo", "--json"], code: "job_not_found", exit: 66 });
checkFailure("a task where a job is expected", {
  argv: ["status", "wanted", "--json"],
  code: "job_not_found",
  exit: 66,
});
checkFailure("a list that cannot be read", {
  argv: ["hash", "--check", "x", "--json"],
  code: "file_unreadable",
  exit: 74,
});
checkFailure("state that cannot be written", {
  argv: ["run", "hello", "--json"],
  furnish: (host) => host.disk.write(`${STATE}/locks`, "a file"),
  code: "state_unwritable",
  exit: 74,
});
checkFailure("a state folder that is below a file", {
  argv: ["run", "hello", "--json"],
  furnish: (host) => host.disk.write("/home/ada/.cache", "a file"),
  code: "state_no_folder",
  exit: 74,
});
checkFailure("state that cannot be read", {
  argv: ["status", "--json"],
  furnish: (host) => host.disk.write(`${STATE}/runs/hello`, "a file"),
  code: "state_unreadable",
  exit: 74,
});
checkFailure("no place for the state", {
  argv: ["run", "hello", "--json"],
  host: { env: { PATH: "/bin" } },
  code: "place_unknown",
  exit: 74,
});
checkFailure("a current directory that was removed", {
  argv: ["list", "--json"],
  furnish: (host) => host.faults.failWhen({ op: "currentFolder", problem: "not_found" }),
  code: "place_unknown",
  exit: 74,
});
checkFailure("a job that runs already", {
  argv: ["run", "hello", "--json"],
  toml: `${TOML}[jobs.hello.retry]\nmax = 1\n`.replace("[tasks", 'concurrency = "refuse"\n[tasks'),
  furnish: (host) => void host.disk.lockElsewhere(`${STATE}/locks/job-hello.lock`),
  code: "busy",
  exit: 75,
});

checkFailure("a run that there is not", {
  argv: ["runs", "show", "hello/20261122T063449.123Z", "--json"],
  code: "run_not_found",
  exit: 66,
});
checkFailure("the beginning of several runs", {
  argv: ["logs", "hello/2026", "--json"],
  furnish: (host) => {
    for (const second of [1, 2]) host.disk.write(`${STATE}/runs/hello/20261122T06344${second}.000Z.json`, "");
  },
  code: "run_ambiguous",
  exit: 66,
});

Deno.test("--json: a bug is reported in one document with a next step", async () => {
  using host = machine();
  const said = await call(host, ["list", "--json"]);
  assertEquals(said.code, 0);
  host.files.stat = () => {
    throw new Error("impossible");
  };
  const bug = await call(host, ["list", "--json"]);
  assertEquals(bug.code, 70);
  assertEquals(JSON.parse(bug.stdout), {
    format: 1,
    kind: "failure",
    code: "bug",
    message: "Error: impossible",
    exit_code: 70,
  });
  assert(
    bug.stderr.startsWith(
      "error: This is a bug in Orchastration, not in what you did. What was recorded so far is kept.\n" +
        "  Error: impossible\n",
    ),
    bug.stderr,
  );
});

Deno.test("a lack of file descriptors while loading code is not a bug, and is reported in one line", async () => {
  using host = machine();
  await call(host, ["list"]);
  host.files.stat = () => {
    // In the words of the runtime.
    throw new TypeError("Import 'file:///x.js' failed.\n    0: Too many open files (os error 24)");
  };
  const said = await call(host, ["list", "--json"]);
  assertEquals([said.code, JSON.parse(said.stdout).code, said.stderr], [
    74,
    "too_many_open_files",
    "error: Cannot continue: too many open files\n  try: raise the limit of open files, for example with ulimit -n 1024\n",
  ]);
});

// Colour.

function checkColor(
  name: string,
  options: FakeHostOptions,
  argv: readonly string[],
  isColored: boolean,
): void {
  Deno.test(`colour: ${name}`, async () => {
    using host = machine(options);
    const { stdout, stderr } = await call(host, [...argv, "list"]);
    const wrong = await call(host, [...argv, "lst"]);
    assertEquals((stdout + stderr).includes("\x1b["), isColored);
    assertEquals((wrong.stdout + wrong.stderr).includes("\x1b["), isColored);
  });
}

const HOME = { PATH: "/bin", HOME: "/home/ada" };
checkColor("on a terminal", { isTerminal: true }, [], true);
checkColor("not into a pipe", {}, [], false);
checkColor("not with --no-color", { isTerminal: true }, ["--no-color"], false);
checkColor("not with NO_COLOR", { isTerminal: true, env: { ...HOME, NO_COLOR: "1" } }, [], false);
checkColor("an empty NO_COLOR has no effect", { isTerminal: true, env: { ...HOME, NO_COLOR: "" } }, [], true);
checkColor(
  "no colours on a terminal without them",
  { isTerminal: true, env: { ...HOME, TERM: "dumb" } },
  [],
  false,
);

Deno.test("colour: each stream is decided separately", async () => {
  using host = machine({ isTerminal: { stderr: true } });
  await expectCall(host, ["list"], { stdout: LISTED });
  await expectCall(host, ["status", "x", "--no-color"], {
    code: 66,
    stderr:
      'error: Cannot find job "x": no job has this name\n  known jobs: hello\n  try: orchastration list\n',
  });
  const { stderr } = await call(host, ["status", "x"]);
  assert(stderr.startsWith("\x1b[31merror:\x1b[39m Cannot find"), stderr);
});

// Readers that go away, and full disks.

const ANSWERS: readonly (readonly string[])[] = [
  ["list"],
  ["list", "--json"],
  ["status"],
  ["hash", "--file", "orchastration.toml"],
  ["--help"],
  ["hash", "--help"],
  ["--version"],
];

for (const argv of ANSWERS) {
  Deno.test(`stdout: a closed reader is not an error: ${argv.join(" ")}`, async () => {
    using host = machine();
    const whole = await call(host, argv);
    host.terminal.closeStdout(3);
    await expectCall(host, argv, { stdout: whole.stdout.slice(0, 3) });
    await expectCall(host, argv, {});
  });

  Deno.test(`stdout: an answer that could not be written is an error: ${argv.join(" ")}`, async () => {
    using host = machine();
    host.faults.failWhen({ op: "print", path: "stdout", problem: "no_space" });
    await expectCall(host, argv, {
      code: 74,
      stderr: "error: Cannot write to stdout: no space left on the device\n",
    });
  });
}

Deno.test("stdout: a failure keeps its exit code if the answer could not be written", async () => {
  using host = machine();
  const stderr =
    'error: Cannot find job "x": no job has this name\n  known jobs: hello\n  try: orchastration list\n';
  const takeBack = host.faults.failWhen({ op: "print", path: "stdout", problem: "no_space" });
  await expectCall(host, ["status", "x", "--json"], { code: 66, stderr });
  takeBack();
  host.terminal.closeStdout();
  await expectCall(host, ["status", "x", "--json"], { code: 66, stderr });
});

Deno.test("stderr: a closed reader affects neither the answer nor the exit code", async () => {
  using host = machine();
  host.faults.failWhen({ op: "print", path: "stderr", problem: "closed" });
  await expectCall(host, ["list"], { stdout: LISTED });
  await expectCall(host, ["status", "x"], { code: 66 });
});
