/** `args` of a job: the arguments that callers can pass after `--`, and the resulting command. */

import { assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";

const RECORD = (name: string) => `${STATE}/runs/${name}/20261122T063449.123Z.json`;

const TOML = `default = "build"
[jobs.build]
description = "Build one target"
command = ["say", "\${args.target}", "to=\${args.place}", "\${args.release}", "\${args.v}", "end"]
alias = ["b"]
args = [
  { name = "target", description = "what to build", choices = ["all", "docs", "-odd"] },
  { flag = "--release", description = "with optimisations" },
  { name = "place", default = "here" },
  { flag = "-v" },
]
[jobs.optional]
command = ["say", "\${args.first}", "x\${args.first}", "\${args.second}"]
args = [{ name = "first", required = false }, { name = "second", default = "" }]
[jobs.none]
command = ["say", "own"]
args = []
[jobs.plain]
command = ["say", "own"]
`;

/** The arguments that the program received, or the exit code and all of stderr. */
function runs(
  rule: string,
  argv: readonly string[],
  expected: readonly string[] | string,
  toml = TOML,
): void {
  Deno.test(`args: ${rule}`, async () => {
    using host = machineWith(toml);
    let got: readonly string[] | undefined;
    host.program("say", (p) => void (got = p.args));
    const said = await call(host, ["run", "-q", ...argv]);
    assertEquals(got ?? `${said.code}\n${said.stderr}`, expected);
  });
}

runs("values in their order, flags anywhere", ["build", "--", "--release", "docs", "there"], [
  "docs",
  "to=there",
  "--release",
  "end",
]);
runs("the last word of a flag stands before or behind the values", ["build", "--", "docs", "-v"], [
  "docs",
  "to=here",
  "-v",
  "end",
]);
runs("an alias and the default take them, too", ["b", "--", "all"], ["all", "to=here", "end"]);
runs("without a name they are for the default", ["--", "all", "a b"], ["all", "to=a b", "end"]);
runs("behind a second -- everything is a value", ["build", "--", "--", "-odd"], ["-odd", "to=here", "end"]);
runs("what is not given is left out, or nothing within a word", ["optional"], ["x", ""]);
runs("what is given is one word, whatever stands in it", ["optional", "--", "${env:HOME} *", ""], [
  "${env:HOME} *",
  "x${env:HOME} *",
  "",
]);
runs("a job without args takes every word as before", ["plain", "--", "--release", "x"], [
  "own",
  "--release",
  "x",
]);
runs(
  "a value that is missing",
  ["build"],
  `64
error: Cannot run "build": the argument target is missing
  try: orchastration run build -- <target>, or orchastration run build --help
`,
);
runs(
  "a value that is none of the choices",
  ["build", "--", "dosc"],
  `64
error: Cannot run build with "dosc": the argument target is one of "all", "docs", "-odd"
  did you mean "docs"?
  try: orchastration run build --help
`,
);
runs(
  "a flag that does not exist",
  ["build", "--", "all", "--relase"],
  `64
error: Cannot run build with "--relase": the job has no such flag; its flags are --release, -v
  did you mean "--release"?
  try: orchastration run build --help
`,
);
runs(
  "a word too many",
  ["build", "--", "all", "here", "more"],
  `64
error: Cannot run build with "more": the job takes 2 arguments
  try: orchastration run build --help
`,
);
runs(
  "a job that takes none",
  ["none", "--", "x"],
  `64
error: Cannot run none with "x": the job takes no such argument
  try: orchastration run none --help
`,
);
runs(
  "a NUL character",
  ["optional", "--", "a\0b"],
  `64
error: Cannot pass on the argument "a\\u0000b": it contains a NUL byte, which cannot be passed to a program
  try: orchastration run optional --help
`,
);

Deno.test("args: the record keeps the argv as it ran, and the definition as it is written", async () => {
  using host = machineWith(TOML);
  host.program("say", () => 0);
  await expectCall(host, ["run", "build", "-q", "--", "docs", "--release"], {});
  const record = readJson(host, RECORD("build"));
  const { command, extra_args } = record["intent"] as Record<string, unknown>;
  assertEquals([command, extra_args], [["say", "docs", "to=here", "--release", "end"], []]);
  const definition = record["definition"] as Record<string, unknown>;
  assertEquals((definition["command"] as string[])[1], "${args.target}");
  assertEquals((definition["args"] as unknown[])[2], { name: "place", default: "here" });
});

Deno.test("args: a secret value of an argument is masked in the record", async () => {
  using host = machineWith(
    '[jobs.login]\ncommand = ["say", "--token=${args.token}"]\nargs = [{ name = "token" }]\nsecrets = ["TOKEN"]\n',
    { env: { HOME: "/home/ada", TOKEN: "hunter2hunter2" } },
  );
  let got: readonly string[] = [];
  host.program("say", (p) => void (got = p.args));
  await expectCall(host, ["run", "login", "-q", "--", "hunter2hunter2"], {});
  assertEquals(got, ["--token=hunter2hunter2"]);
  assertEquals(host.disk.read(RECORD("login"))!.includes("hunter2"), false);
});

Deno.test("args: a run with other values is needed, and a run with the same values is up to date", async () => {
  using host = machineWith(
    '[jobs.build]\ncommand = ["say", "${args.target}"]\nargs = [{ name = "target", default = "all" }]\ninputs = ["src"]\n',
    { files: { [`${PROJECT}/src/a.txt`]: "a" } },
  );
  let runs = 0;
  host.program("say", () => void runs++);
  for (const [words, expected] of [[[], 1], [[], 1], [["all"], 1], [["docs"], 2], [["docs"], 2]] as const) {
    await host.clock.advance(1000);
    await expectCall(host, ["run", "build", "-q", "--", ...words], {});
    assertEquals(runs, expected, words.join(" "));
  }
});

Deno.test("args: --dry-run refuses what run would refuse", async () => {
  using host = machineWith(TOML);
  assertEquals((await call(host, ["run", "build", "--dry-run"])).code, 64);
  assertEquals((await call(host, ["run", "build", "--dry-run", "--", "all"])).code, 0);
});

function helps(rule: string, argv: readonly string[], expected: string): void {
  Deno.test(`args: help: ${rule}`, async () => {
    using host = machineWith(TOML);
    const { code, stdout, stderr } = await call(host, argv);
    assertEquals([code, stderr, stdout.split("Usage: orchastration run [options]")[0]], [0, "", expected]);
  });
}

helps(
  "the arguments of the job stand before the help of the command",
  ["run", "b", "--help"],
  `Job build: Build one target

Usage: orchastration run build -- <target> [--release] [place] [-v]

Arguments of the job, after --:
  <target>     what to build; one of all, docs, -odd
  [--release]  with optimisations
  [place]      (default: here)
  [-v]

`,
);
helps(
  "a job that takes any words",
  ["run", "--help", "plain"],
  `Job plain

Usage: orchastration run plain -- [arguments]

Any words after -- are added to its command.

`,
);
helps("without a job, the help of the command stands alone", ["run", "--help"], "");
helps("words after an option that does not exist can be its values", ["run", "--help", "--no", "x"], "");

for (
  const [asking, instead, code] of [
    [["biuld", "-h"], ["biuld"], 66],
    [["--help", "nothing"], ["nothing"], 66],
    [["build", "nothing", "-q", "-h"], ["build", "nothing", "-q"], 64],
    [["build", "plian", "-h", "--", "all"], ["build", "plian", "--", "all"], 64],
    [["site", "-h"], ["site"], 66],
    [["biuld", "--json", "-h"], ["biuld", "--json"], 66],
  ] as const
) {
  Deno.test(`args: help: a name that no job has is told as run ${instead.join(" ")} tells it`, async () => {
    using host = machineWith(`${TOML}[tasks.site]\ncommand = ["say"]\n`);
    const said = await call(host, ["run", ...asking]);
    assertEquals(said, await call(host, ["run", ...instead]));
    assertEquals([said.code, said.stderr.startsWith("error: Cannot ")], [code, true]);
  });
}

Deno.test("args: help: with a broken configuration the help of the command is shown", async () => {
  using host = machineWith("[jobs");
  const said = await call(host, ["run", "nothing", "--help"]);
  assertEquals([said.code, said.stderr, said.stdout.startsWith("Usage: orchastration run")], [0, "", true]);
});

Deno.test("args: the JSON form of help lists the arguments of a job", async () => {
  using host = machineWith(TOML);
  const { stdout } = await call(host, ["run", "none", "--help", "--json"]);
  assertEquals(JSON.parse(stdout).job, { name: "none", description: null, arguments: [] });
});

function completes(words: readonly string[], expected: readonly string[]): void {
  Deno.test(`args: complete: run ${words.join(" ")}|`, async () => {
    using host = machineWith(TOML);
    const stdout = expected.map((line) => `${line}\n`).join("");
    await expectCall(host, ["__complete", "zsh", "run", ...words], { stdout });
  });
}

completes(["build", "--", ""], [
  "words",
  "all\twhat to build",
  "docs\twhat to build",
  "-odd\twhat to build",
]);
completes(["b", "--", "d"], ["words", "docs\twhat to build"]);
completes(["--", "a"], ["words", "all\twhat to build"]);
completes(["build", "--", "-"], ["words", "--release\twith optimisations", "-v"]);
completes(["build", "--", "--release", "-"], ["words", "-v"]);
completes(["build", "--", "all", ""], ["files"]);
completes(["build", "--", "all", "here", ""], ["words", "--release\twith optimisations", "-v"]);
completes(["build", "--", "--", "-"], ["words", "-odd\twhat to build"]);
completes(["none", "--", ""], ["words"]);
completes(["plain", "--", ""], ["files"]);
