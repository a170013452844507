/**
 * `${env:NAME}` and similar forms, `env_file` and `--env`: what runs, what is recorded, what is reported, and
 * what stays secret.
 */

import { lastingCommand } from "../../../src/cli/base/command_line.ts";
import { assertEquals } from "@std/assert";
import { parse } from "smol-toml";
import { configText } from "../../../src/app/setup/config_text.ts";
import { recordedDefinition } from "../../../src/app/recording/prepare_run.ts";
import { decode } from "../../../src/config/decode.ts";
import { EnvFiles } from "../../../src/config/env_files.ts";
import { resolveDefinition, type ResolveMachine } from "../../../src/config/resolve.ts";
import { definitionOfJob } from "../../../src/model/definition.ts";
import { parseTemplate } from "../../../src/model/template.ts";
import { call, expectCall, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import { createFakeHost, type FakeHost, type FakeHostOptions } from "../../support/fake_host.ts";

const CONFIG = `${PROJECT}/orchastration.toml`;
const QUIET = ["--log-level", "error"];
const ENV = { PATH: "/bin", HOME: "/home/ada" };

/** A machine whose program `show` prints its arguments, each in brackets, and the requested variables. */
function machine(
  toml: string,
  options: FakeHostOptions & { readonly files?: Readonly<Record<string, string>> } = {},
): FakeHost {
  const host = machineWith(toml, { env: ENV, ...options });
  host.program("show", (p) => {
    const words = p.args.map((word) => word.startsWith("=") ? p.env[word.slice(1)] ?? "(unset)" : word);
    return p.stdout(`${words.map((word) => `[${word}]`).join("")}\n`);
  });
  return host;
}

/** The arguments and variables of a job's program. */
function gives(
  name: string,
  toml: string,
  expected: string,
  on: {
    readonly env?: Record<string, string>;
    readonly files?: Readonly<Record<string, string>>;
    readonly flags?: readonly string[];
  } = {},
): void {
  Deno.test(`variables: ${name}`, async () => {
    using host = machine(`[jobs.a]\n${toml}\n`, { ...on, env: { ...ENV, ...on.env } });
    await expectCall(host, ["run", "a", ...QUIET, ...on.flags ?? []], { stdout: `${expected}\n` });
  });
}

const SHOW = (...words: readonly string[]) => `command = ${JSON.stringify(["show", ...words])}`;

gives(
  "one argument stays one, whatever is in the value",
  SHOW("${env:X}", "a${env:X}b"),
  "[a b; $(id) 'c']" +
    "[aa b; $(id) 'c'b]",
  { env: { X: "a b; $(id) 'c'" } },
);
gives("what stands in a value is not read again", SHOW("${env:X}"), "[${env:HOME} $${job}]", {
  env: { X: "${env:HOME} $${job}" },
});
gives("the job and the root of the project", SHOW("${job}", "${project_root}/x"), `[a][${PROJECT}/x]`);
gives(
  "a default where the variable is unset or empty",
  SHOW("${env:X:-d e}", "${env:Y:-f}", "${env:Z:-}"),
  "[d e][f][]",
  {
    env: { Y: "" },
  },
);
gives("empty is a value", SHOW("<${env:X}>"), "[<>]", { env: { X: "" } });
gives(
  "what is a shell's stays",
  SHOW("${HOME} $X ${X:-y} $$ $${HOME} $${env:X}"),
  "[${HOME} $X ${X:-y} $$ $${HOME} ${env:X}]",
);
gives("the program itself", 'command = ["${env:TOOL}", "x"]', "[x]", { env: { TOOL: "show" } });
gives("the command sees the variables of the job", `${SHOW("${env:A}", "=A")}\nenv = { A = "1" }`, "[1][1]", {
  env: { A: "0" },
});
gives(
  "a variable of the job sees what it is laid over, and no other of the job",
  `${SHOW("=PATH", "=B")}\nenv = { PATH = "/opt:\${env:PATH}", A = "1", B = "\${env:A:-none}" }`,
  "[/opt:/bin][none]",
);
gives(
  "flag over env over file over inherited",
  `${SHOW("=A", "=B", "=C", "=D")}\nenv = { A = "env", B = "env" }\nenv_file = ".env"`,
  "[flag][env][file][inherited]",
  {
    env: { A: "inherited", B: "inherited", C: "inherited", D: "inherited" },
    files: { [`${PROJECT}/.env`]: "A=file\nB=file\nC=file\n" },
    flags: ["--env", "A=no", "--env", "A=flag"],
  },
);
gives(
  "files in their order, and one that may be missing",
  `${
    SHOW("${env:A}", "${env:B}", "${env:C}")
  }\nenv_file = ["a.env", { path = "no.env", required = false }, "/etc/b.env"]`,
  "[1][two words][3 # 4]",
  {
    files: {
      [`${PROJECT}/a.env`]: "# first\nexport A=1\r\nB=x\n",
      "/etc/b.env": "B='two words' # c\nC=\"3 # 4\"\nnonsense\n",
    },
  },
);
gives(
  "a flag is seen by the variables of the job, and keeps what stands behind its first =",
  `${SHOW("=URL", "=Q")}\nenv = { URL = "http://\${env:HOST}/" }`,
  "[http://h/][a=b ${job}]",
  {
    flags: ["--env", "HOST=h", "--env", "Q=a=b ${job}"],
  },
);
function resolveMachineOf({ paths, environment, files, clock }: FakeHost): ResolveMachine {
  return { paths, environment, envFiles: new EnvFiles(files, () => clock.nowMs()) };
}

Deno.test("variables: on Windows the case of names is ignored in every layer", async () => {
  using host = createFakeHost({ os: "windows", env: { Path: "C:\\bin", FOO: "1", Token: "s3cret" } });
  const { jobs } = decode(
    parse(
      '[jobs.a]\ncommand = ["x", "${env:foo}", "${env:pAtH}"]\nenv = { PATH = "${env:path};D:" }\nsecrets = ["TOKEN"]',
    ),
    "windows",
  ).settings;
  const resolved = await resolveDefinition(resolveMachineOf(host), { root: "C:\\p" }, jobs.get("a")!, {
    flags: { Foo: "2" },
    commandAt: ["command"],
  });
  assertEquals([resolved.command, resolved.problems], [["x", "2", "C:\\bin;D:"], []]);
  assertEquals([resolved.env, resolved.secrets], [{ PATH: "C:\\bin;D:", Foo: "2", Token: "s3cret" }, [
    "s3cret",
  ]]);
});

Deno.test("variables: on Windows two spellings of a name in one layer are one variable, with the last value", async () => {
  using host = createFakeHost({ os: "windows", env: { PATH: "C:\\bin" } });
  host.disk.write("C:\\p\\.env", "Mode=first\nMODE=second\n");
  const { jobs } = decode(
    parse(
      '[jobs.a]\ncommand = ["x", "${env:mode}", "${env:LEVEL}", "${env:Stage}"]\nenv_file = ".env"\n' +
        'env = { Level = "1", LEVEL = "2", sTage = "no" }\n',
    ),
    "windows",
  ).settings;
  const resolved = await resolveDefinition(resolveMachineOf(host), { root: "C:\\p" }, jobs.get("a")!, {
    flags: { stage: "1", STAGE: "2" },
    commandAt: ["command"],
  });
  assertEquals([resolved.command, resolved.problems], [["x", "second", "2", "2"], []]);
  assertEquals(resolved.env, { PATH: "C:\\bin", MODE: "second", LEVEL: "2", STAGE: "2" });
  assertEquals(resolved.declaredEnv, { LEVEL: "2", STAGE: "2" });
});

Deno.test("variables: on Windows a secret stays a secret in the definition, however --env spells its name", async () => {
  using host = createFakeHost({ os: "windows", env: { PATH: "C:\\bin" } });
  const { jobs } = decode(
    parse('[jobs.a]\ncommand = ["x"]\nenv = { token = "abc${env:PART:-}" }\nsecrets = ["Token"]\n'),
    "windows",
  ).settings;
  const job = jobs.get("a")!;
  const digestWith = async (flags: Readonly<Record<string, string>>) => {
    const resolved = await resolveDefinition(resolveMachineOf(host), { root: "C:\\p" }, job, {
      flags,
      commandAt: ["command"],
    });
    const { definition, definitionSha256 } = await recordedDefinition(
      host,
      job,
      definitionOfJob(job),
      resolved,
    );
    assertEquals(definition.env, { token: "***" });
    return definitionSha256;
  };
  assertEquals(await digestWith({ TOKEN: "of the flag", PART: "d" }), await digestWith({}));
});

Deno.test("variables: working_dir is resolved against the root of a configuration elsewhere", async () => {
  using host = machine('[jobs.a]\ncommand = ["show"]\nworking_dir = "${env:WHERE}"\n', {
    env: { ...ENV, WHERE: "web" },
  });
  host.disk.makeFolder(`${PROJECT}/web`);
  const { intent, definition } = JSON.parse((await call(host, ["run", "a", "--json"])).stdout);
  assertEquals([intent.working_dir, definition.working_dir], [`${PROJECT}/web`, "${env:WHERE}"]);
});

const SECRET = `[jobs.a]
command = ["show", "token=\${env:TOKEN}", "=API", "\${env:SHADOWED}"]
env = { API = "key \${env:TOKEN}", SHADOWED = "upper", OLD = "\${env:SHADOWED}" }
env_file = ".env"
secrets = ["TOKEN", "SHADOWED"]
`;

Deno.test("variables: the value of a secret is recorded nowhere, whichever layer it comes from", async () => {
  using host = machine(SECRET, {
    env: { ...ENV, SHADOWED: "under" },
    files: { [`${PROJECT}/.env`]: "TOKEN=s3cret\nOTHER=clear\n" },
  });
  const said = await call(host, ["run", "a", ...QUIET]);
  assertEquals(said.stdout, "[token=***][key ***][***]\n");
  const { intent, definition } = readJson(host, `${STATE}/runs/a/last.json`) as Record<
    string,
    Record<string, unknown>
  >;
  assertEquals(intent!.command, ["show", "token=***", "=API", "***"]);
  assertEquals(intent!.env, { API: "key ***", OLD: "***", SHADOWED: "***" });
  assertEquals(intent!.env_files, [{ path: `${PROJECT}/.env`, names: ["OTHER", "TOKEN"] }]);
  assertEquals(definition!.command, ["show", "token=${env:TOKEN}", "=API", "${env:SHADOWED}"]);
  const everything = JSON.stringify(host.disk.tree(STATE)) + (await call(host, ["config", "show"])).stdout +
    (await call(host, ["config", "show", "--json"])).stdout + (await call(host, ["doctor"])).stdout;
  assertEquals(["s3cret", "under", "upper", "clear"].map((value) => everything.includes(value)), [
    false,
    false,
    false,
    true,
  ]);
  // Values from files are in no record, secret or not.
  assertEquals(JSON.stringify(host.disk.tree(STATE)).includes("clear"), false);
});

const BROKEN = `[jobs.good]
command = ["show", "fine"]
[jobs.bad]
command = ["show", "\${env:NOT_SET}"]
working_dir = "\${env:NOT_SET}"
env_file = [".env"]
[jobs.bad.linux]
env = { A = "\${env:NEITHER}" }
`;
const BAD = `
${CONFIG}:4:20: jobs.bad.command[1]: the variable NOT_SET is not set, and \${env:NOT_SET} has no default
  4 | command = ["show", "\${env:NOT_SET}"]
    |                    ^
  hint: set it, or write a default: \${env:NOT_SET:-default}

${CONFIG}:5:15: jobs.bad.working_dir: the variable NOT_SET is not set, and \${env:NOT_SET} has no default
  5 | working_dir = "\${env:NOT_SET}"
    |               ^
  hint: set it, or write a default: \${env:NOT_SET:-default}

${CONFIG}:6:13: jobs.bad.env_file[0]: there is no file "${PROJECT}/.env"
  6 | env_file = [".env"]
    |             ^
  hint: if the file may be missing: { path = ".env", required = false }

${CONFIG}:8:13: jobs.bad.linux.env.A: the variable NEITHER is not set, and \${env:NEITHER} has no default
  8 | env = { A = "\${env:NEITHER}" }
    |             ^
  hint: set it, or write a default: \${env:NEITHER:-default}
`;

Deno.test("variables: an unset variable blocks the job that needs it, with its place, and no other job", async () => {
  using host = machine(BROKEN);
  await expectCall(host, ["run", "bad"], {
    code: 78,
    stderr: `error: Cannot use configuration "${CONFIG}": 4 problems, nothing was run\n${BAD}`,
  });
  assertEquals([host.spawned, host.disk.exists(`${STATE}/runs`)], [[], false]);
  await expectCall(host, ["run", "good", ...QUIET], { stdout: "[fine]\n" });
  await expectCall(host, ["list"], { stdout: "bad   show '${env:NOT_SET}'\ngood  show fine\n" });
  await expectCall(host, ["config", "check"], { code: 1, stderr: `error: ${CONFIG} has 4 problems\n${BAD}` });
  const { problems } = JSON.parse((await call(host, ["config", "check", "--json"])).stdout);
  assertEquals(problems.length, 4);
});

Deno.test("run --watch: an unresolved working folder is a problem of the configuration, and is shown without secrets", async () => {
  using host = machine(
    '[jobs.bad]\ncommand = ["show"]\nworking_dir = "${env:NOT_SET}"\n' +
      '[jobs.hidden]\ncommand = ["show"]\nworking_dir = "x-${env:TOKEN}"\nsecrets = ["TOKEN"]\n',
    { env: { ...ENV, TOKEN: "s3cret" } },
  );
  const bad = await call(host, ["run", "bad", "--watch"]);
  assertEquals([bad.code, bad.stderr.split("\n")[2]], [
    78,
    `${CONFIG}:3:15: jobs.bad.working_dir: the variable NOT_SET is not set, and \${env:NOT_SET} has no default`,
  ]);
  const hidden = await call(host, ["run", "hidden", "--watch"]);
  assertEquals([hidden.code, hidden.stderr.split("\n")[0]], [
    74,
    `error: Cannot watch "${PROJECT}/x-***": no such file or directory`,
  ]);
});

Deno.test("doctor: missing variables of a job, and programs after variables were replaced", async () => {
  using host = machine(`${BROKEN}[jobs.tool]\ncommand = ["\${env:TOOL:-no-such-tool}"]\n`);
  const { stdout } = await call(host, ["doctor"]);
  const lines = stdout.split("\n").filter((line) => line.startsWith("problem  job"));
  assertEquals(lines.length, 5);
  assertEquals(lines[0], `problem  job bad: env_file[0]: there is no file "${PROJECT}/.env"`);
  assertEquals(lines[4]?.startsWith("problem  job tool: "), true);
});

Deno.test("variables: a file that is not text, and a program or folder that resolves to nothing, are refused", async () => {
  using host = machine('[jobs.a]\ncommand = ["${env:X}"]\nworking_dir = "${env:X}"\nenv_file = ".env"\n', {
    env: { ...ENV, X: "" },
  });
  host.disk.write(`${PROJECT}/.env`, new Uint8Array([0xff, 0xfe]));
  const said = await call(host, ["run", "a"]);
  assertEquals([said.code, said.stderr.split("\n").filter((line) => line.startsWith("/"))], [78, [
    `${CONFIG}:2:12: jobs.a.command[0]: the name of the program is empty after its variables are replaced`,
    `${CONFIG}:3:15: jobs.a.working_dir: the path is empty after its variables are replaced`,
    `${CONFIG}:4:12: jobs.a.env_file: cannot read "${PROJECT}/.env": it is not UTF-8 text`,
  ]]);
});

Deno.test("--env: an invalid variable is refused", async () => {
  using host = machine('[jobs.a]\ncommand = ["show"]\n');
  for (const wrong of ["NAME", "=x", ""]) {
    await expectCall(host, ["run", "a", "--env", wrong], {
      code: 64,
      stderr: `error: Cannot use --env "${wrong}": expected NAME=VALUE\n  try: orchastration run --help\n`,
    });
  }
});

const TASK = `[tasks.site]
command = ["show", "\${task}", "\${env:STAGE:-dev}"]
acceptance = [{ id = "a", text = "it shows", check = ["show", "\${env:STAGE:-dev}", "\${task}"] }]
`;

Deno.test("variables in tasks: the plan has the definition as written, so values of a shell are not drift; the build has the executed command", async () => {
  using host = machine(TASK);
  const plan = JSON.parse((await call(host, ["plan", "create", "site", "--json"])).stdout);
  assertEquals(plan.intent.command, ["show", "${task}", "${env:STAGE:-dev}"]);
  host.environment.set("STAGE", "prod");
  const built = JSON.parse((await call(host, ["build", "run", "site", "--json"])).stdout);
  assertEquals([built.status, built.intent.command], ["succeeded", ["show", "site", "prod"]]);
  assertEquals(readJson(host, `${STATE}/runs/${built.checks[0].run}.json`).status, "succeeded");
  const { stdout } = await call(host, ["logs", built.checks[0].run]);
  assertEquals(stdout, "[prod][site]\n");
  const { stdout: issue } = await call(host, ["plan", "status", "site"]);
  assertEquals(issue.includes("'${env:STAGE:-dev}'"), true);
});

Deno.test("build run --env: a variable counts for the build and its checks, and is a deviation in record and document", async () => {
  using host = machine(TASK);
  await call(host, ["plan", "create", "site"]);
  const built = JSON.parse(
    (await call(host, ["build", "run", "site", "--env", "STAGE=x y", "--json"])).stdout,
  );
  assertEquals([built.intent.command, built.intent.env, built.intent.env_flags], [
    ["show", "site", "x y"],
    { STAGE: "x y" },
    ["STAGE"],
  ]);
  assertEquals((await call(host, ["logs", built.checks[0].run])).stdout, "[x y][site]\n");
  const status = await call(host, ["plan", "status", "site"]);
  assertEquals(status.stdout.includes("deviation  built with further variables: STAGE\n"), true);
  await call(host, ["doc", "generate", "site"]);
  const document = host.disk.read(`${PROJECT}/docs/tasks/site.md`) ?? "";
  assertEquals(document.includes("orchastration build run site --plan --env 'STAGE=x y'"), true);
});

Deno.test("variables in tasks: an unset variable of a check is reported before the task is executed", async () => {
  using host = machine(TASK.replace('${env:STAGE:-dev}", "${task}', "${env:LATER}"));
  await call(host, ["plan", "create", "site"]);
  const said = await call(host, ["build", "run", "site"]);
  assertEquals([said.code, host.spawned, said.stderr.includes("tasks.site.acceptance[0].check[1]")], [
    78,
    [],
    true,
  ]);
  assertEquals((await call(host, ["plan", "list"])).code, 0);
});

Deno.test("variables in tasks: a need may create the file that the next task reads", async () => {
  using host = machine(
    '[tasks.base]\ncommand = ["make-env"]\n[tasks.site]\ncommand = ["show", "${env:MADE}"]\n' +
      'env_file = ".env"\nneeds = ["base"]\n',
  );
  host.program("make-env", () => host.disk.write(`${PROJECT}/.env`, "MADE=yes\n"));
  for (const task of ["base", "site"]) await call(host, ["plan", "create", task]);
  const said = await call(host, ["build", "run", "site", "--with-needs", "--output", "live", ...QUIET]);
  assertEquals([said.code, said.stdout], [0, "[yes]\n"]);
});

Deno.test("config show: values are shown as written and with variables replaced, and with the lines of their files", async () => {
  using host = machine(`${SHOW_TOML}`, { files: { [`${PROJECT}/.env`]: "# c\nA=1\nB=2\nC=3\nC=4\n" } });
  const { stdout } = await call(host, ["config", "show"]);
  assertEquals(stdout.split("\n[jobs.a]\n")[1]!.split("\n").slice(0, 5), [
    `command = ["show", "\${env:A}"]  # orchastration.toml:2`,
    '#   now ["show", "1"]',
    `env.B = "\${job}"                # orchastration.toml:3`,
    '#   now "a"',
    `env_file = ".env"               # orchastration.toml:4`,
  ]);
  assertEquals(stdout.split("\n").filter((line) => line.startsWith("# env ")), [
    `# env A = "1"  # .env:2`,
    `# env C = "4"  # .env`,
  ]);
  const { tables } = JSON.parse((await call(host, ["config", "show", "--json"])).stdout);
  assertEquals([tables[0].values[0].now, tables[0].env_file[0]], ['["show", "1"]', {
    name: "A",
    value: "1",
    path: `${PROJECT}/.env`,
    line: 2,
  }]);
});

const SHOW_TOML = '[jobs.a]\ncommand = ["show", "${env:A}"]\nenv = { B = "${job}" }\nenv_file = ".env"\n';

Deno.test("init: a command that looks like a variable is kept literally", () => {
  const name = "a ${env:X} $${job} ${HOME}";
  const text = configText(
    [{ name: "a", command: ["make", name], description: undefined, from: "Makefile" }],
    "s",
    lastingCommand,
  );
  const { command } = decode(parse(text), "linux").settings.jobs.get("a")!;
  assertEquals(command, ["make", "a $${env:X} $$${job} ${HOME}"]);
  const read = parseTemplate(command[1]!).map((part) => part.kind === "text" ? part.text : part.kind).join(
    "",
  );
  assertEquals(read, name);
});
