/** `config`: its four commands, on a machine of the tests. */

import { assertEquals } from "@std/assert";
import { parse } from "smol-toml";
import { decode } from "../../../src/config/decode.ts";
import { call, expectCall, machineWith, PROJECT, STATE, USER_STATE } from "../../support/cli.ts";

const CONFIG = `${PROJECT}/orchastration.toml`;
const LOG = "/home/ada/.cache/orchastration/orchastration.log";
const NOWHERE = `error: Cannot find a configuration
  looked for ${CONFIG}
  looked for /home/ada/orchastration.toml
  looked for /home/orchastration.toml
  looked for /orchastration.toml
  looked for /home/ada/.config/orchastration/config.toml
  try: orchastration init
`;

const GOOD = `[jobs.deploy]
command = ["deploy", "--token", "s3cret", "a\\u007f"]
env = { TOKEN = "s3cret", PLACE = "here" }
secrets = ["TOKEN"]
retry = { max = 2, delay_seconds = 40 }

[tasks.site]
command = ["make"]
[[tasks.site.acceptance]]
id = "ac1"
text = "it is there"

[logging]
level = "WARN"
`;

Deno.test("config check: a valid configuration is one line", async () => {
  using host = machineWith(GOOD);
  await expectCall(host, ["config", "check"], { stdout: `${CONFIG} is valid: 1 job, 1 task.\n` });
  assertEquals(host.spawned, []);
  assertEquals(host.disk.exists(STATE), false);
});

Deno.test("config check: every problem is shown with its place, and the exit code is 1", async () => {
  using host = machineWith('[jobs.a]\ncommand = "a -x"\ntimeout_seconds = -1\n');
  await expectCall(host, ["config", "check"], {
    code: 1,
    stderr: `error: ${CONFIG} has 2 problems

${CONFIG}:2:11: jobs.a.command: expected a list of strings, found a string
  2 | command = "a -x"
    |           ^
  hint: command = ["a", "-x"]

${CONFIG}:3:19: jobs.a.timeout_seconds: expected a number from 0 to 2073600, found -1
  3 | timeout_seconds = -1
    |                   ^
`,
  });
});

Deno.test("config check --json: the problems are data, and the list is empty for a valid configuration", async () => {
  using bad = machineWith("[jobs.a]\ncommand = []\n");
  const said = await call(bad, ["config", "check", "--json"]);
  assertEquals([said.code, JSON.parse(said.stdout)], [1, {
    format: 1,
    kind: "config_check",
    path: CONFIG,
    jobs: null,
    tasks: null,
    problems: [{
      path: CONFIG,
      line: 2,
      column: 11,
      key: "jobs.a.command",
      message: "expected the program and its arguments, found an empty list",
      hint: 'command = ["program", "argument"]',
    }],
    warnings: [],
  }]);
  using good = machineWith(GOOD);
  const fine = await call(good, ["config", "check", "--json"]);
  assertEquals(JSON.parse(fine.stdout), {
    format: 1,
    kind: "config_check",
    path: CONFIG,
    jobs: 1,
    tasks: 1,
    problems: [],
    warnings: [],
  });
});

Deno.test("config check: a command that seems to expect a shell is valid, with a warning", async () => {
  using host = machineWith(`[jobs.a]
command = ["FOO=1", "B=x y", "make"]
[jobs.b]
command = ["sort", "-t", "|", "x"]
[jobs.c]
command = ["ssh", "host", "a", "&&", "b"]
[tasks.d]
command = ["npm run", "build"]
acceptance = [{ id = "ac1", text = "x", check = ["ls", "a b", "|", "wc"] }]
`);
  const warned = `warning: 3 commands may not do what was meant

${CONFIG}:2:12: jobs.a.command[0]: commands are not run by a shell, so this whole text is the name of a program
  2 | command = ["FOO=1", "B=x y", "make"]
    |            ^
  hint: env = { FOO = "1", B = "x y" } and command = ["make"]

${CONFIG}:8:12: tasks.d.command[0]: commands are not run by a shell; each argument is an element of the list
  8 | command = ["npm run", "build"]
    |            ^
  hint: ["npm", "run", "build"]

${CONFIG}:9:63: tasks.d.acceptance[0].check[2]: commands are not run by a shell, so "|" is passed as a plain argument
  9 | acceptance = [{ id = "ac1", text = "x", check = ["ls", "a b", "|", "wc"] }]
    |                                                               ^
  hint: command = ["sh", "-c", "ls 'a b' | wc"]
`;
  await expectCall(host, ["config", "check"], {
    stdout: `${CONFIG} is valid: 3 jobs, 1 task.\n`,
    stderr: warned,
  });
  const { problems, warnings } = JSON.parse((await call(host, ["config", "check", "--json"])).stdout);
  assertEquals([problems, warnings.map(({ key }: { key: string }) => key)], [[], [
    "jobs.a.command[0]",
    "tasks.d.command[0]",
    "tasks.d.acceptance[0].check[2]",
  ]]);
});

Deno.test("config check and config path list the searched paths if there is no configuration", async () => {
  using host = machineWith(undefined);
  await expectCall(host, ["config", "check"], { code: 1, stderr: NOWHERE });
  await expectCall(host, ["config", "path"], { code: 1, stderr: NOWHERE });
  const said = await call(host, ["config", "path", "--json"]);
  assertEquals([said.code, JSON.parse(said.stdout).path], [1, null]);
});

Deno.test("config check: a missing file that --config names is an error", async () => {
  using host = machineWith(undefined);
  const said = await call(host, ["config", "check", "--config", "other.toml"]);
  assertEquals([said.code, said.stdout], [78, ""]);
});

Deno.test("config path: only the path is printed, also of a configuration with problems", async () => {
  using host = machineWith("nonsense");
  await expectCall(host, ["config", "path"], { stdout: `${CONFIG}\n` });
  host.environment.set("ORCHASTRATION_CONFIG", "/etc/work.toml");
  host.disk.write("/etc/work.toml", "");
  const said = await call(host, ["config", "path", "--json"]);
  assertEquals(JSON.parse(said.stdout), {
    format: 1,
    kind: "config_path",
    path: "/etc/work.toml",
    named_by: "$ORCHASTRATION_CONFIG",
    project_root: PROJECT,
    searched: ["/etc/work.toml"],
    state: { path: USER_STATE, from: "default" },
  });
});

Deno.test("config path: the state folder is printed as well at a terminal, and alone with --state", async () => {
  using host = machineWith("nonsense");
  await expectCall(host, ["config", "path", "--state"], { stdout: `${STATE}\n` });
  using terminal = machineWith(GOOD, { isTerminal: true });
  terminal.environment.set("NO_COLOR", "1");
  const said = await call(terminal, ["config", "path"]);
  assertEquals(
    said.stdout + said.stderr,
    `${CONFIG}\r\nrecords: ~/.cache/orchastration/state/projects/project-6bfafd92\r\n`.replaceAll("\r", ""),
  );
  using nowhere = machineWith(undefined);
  await expectCall(nowhere, ["config", "path", "--state"], { stdout: `${USER_STATE}\n` });
});

Deno.test("config show: every value is shown with its source, and secrets are masked", async () => {
  using host = machineWith(GOOD);
  host.environment.set("XDG_CACHE_HOME", "/cache");
  await expectCall(host, ["config", "show", "--state-dir", "s", "--log-format", "json"], {
    stdout: `# configuration  ${CONFIG} (the project folder)
# project root   ${PROJECT}
# state          ${PROJECT}/s (--state-dir)
# log            /cache/orchastration/orchastration.log ($XDG_CACHE_HOME)

[jobs.deploy]
command = ["deploy", "--token", "***", "a\\u007f"]  # orchastration.toml:2
env.TOKEN = "***"                                  # orchastration.toml:3
env.PLACE = "here"                                 # orchastration.toml:3
secrets = ["TOKEN"]                                # orchastration.toml:4
retry.max = 2                                      # orchastration.toml:5
retry.delay_seconds = 40                           # orchastration.toml:5
working_dir = "."                                  # default
kill_grace_seconds = 10                            # default
success_exit_codes = [0]                           # default
color = "auto"                                     # default
interactive = false                                # default
terminal = false                                   # default
stdin = "none"                                     # default
leave_running = false                              # default
concurrency = "allow"                              # default
alias = []                                         # default
hidden = false                                     # default
needs = []                                         # default
executor = "local"                                 # default
retry.backoff = 2                                  # default
retry.max_delay_seconds = 40                       # default

[tasks.site]
command = ["make"]        # orchastration.toml:8
acceptance = [{ id = "ac1", text = "it is there" }]  # orchastration.toml:9
working_dir = "."         # default
kill_grace_seconds = 10   # default
env = {}                  # default
secrets = []              # default
success_exit_codes = [0]  # default
color = "auto"            # default
outputs = []              # default
documents = []            # default
needs = []                # default
parallel = false          # default
executor = "local"        # default

[logging]
level = "warning"    # orchastration.toml:14
stdout = true        # default
max_bytes = 5242880  # default
keep_files = 5       # default
format = "json"      # --log-format

[hash]
algorithm = "sha256"  # default

[doc]
dir = "docs/tasks"  # default

[git]
branch_prefix = "task/"  # default

[worktree]
copy = []   # default
setup = []  # default

[evidence]
sign = "asked"  # default
`,
  });
});

Deno.test("config show: values of [env], [defaults] and default have their lines, and the output is an equal configuration", async () => {
  const toml = `default = "t"
[env]
A = "all"
B = "all"
[defaults]
timeout_seconds = 60
retry = { max = 2 }
secrets = ["S"]
concurrency = "wait"
[jobs.a]
command = ["x"]
alias = ["t"]
env = { B = "own" }
timeout_seconds = 5
secrets = ["T"]
[jobs.a.linux]
env = { C = "linux" }
[jobs.i]
command = ["x"]
interactive = true
[tasks.k]
command = ["x"]
`;
  using host = machineWith(toml);
  const { tables } = JSON.parse((await call(host, ["config", "show", "--json"])).stdout) as {
    tables: {
      table: string;
      values: { key: string; value: unknown; origin: { kind: string; line?: number; platform?: string } }[];
    }[];
  };
  const shown = tables.flatMap(({ table, values }) =>
    values.filter(({ origin }) => origin.kind === "file").map(({ key, value, origin }) =>
      `${table} ${key} = ${JSON.stringify(value)} ${origin.line}${
        origin.platform === undefined ? "" : ` ${origin.platform}`
      }`
    )
  );
  assertEquals(shown, [
    ' default = "t" 1',
    ...["jobs.a retry.max = 2 7", 'jobs.a concurrency = "wait" 9', 'jobs.a command = ["x"] 11'],
    ...['jobs.a alias = ["t"] 12', 'jobs.a env.A = "all" 3', 'jobs.a env.B = "own" 13'],
    ...['jobs.a env.C = "linux" 17 linux', "jobs.a timeout_seconds = 5 14", 'jobs.a secrets = ["S","T"] 15'],
    ...["jobs.i timeout_seconds = 60 6", 'jobs.i secrets = ["S"] 8', 'jobs.i concurrency = "wait" 9'],
    ...[
      'jobs.i command = ["x"] 19',
      "jobs.i interactive = true 20",
      'jobs.i env.A = "all" 3',
      'jobs.i env.B = "all" 4',
    ],
    ...["tasks.k timeout_seconds = 60 6", "tasks.k retry.max = 2 7", 'tasks.k secrets = ["S"] 8'],
    ...['tasks.k command = ["x"] 22', 'tasks.k env.A = "all" 3', 'tasks.k env.B = "all" 4'],
  ]);
  const again = parse((await call(host, ["config", "show"])).stdout);
  const meaning = (document: unknown) => {
    const { settings: { jobs, tasks, aliases, defaultJob }, problems } = decode(document, "linux");
    // A default that is shown is written, which of all keys only outputs tells apart.
    const withoutWritten = (key: string, value: unknown) => key === "declaresOutputs" ? undefined : value;
    return JSON.stringify([problems, [...jobs], [...tasks], [...aliases], defaultJob], withoutWritten);
  };
  assertEquals(meaning(again), meaning(parse(toml)));
});

Deno.test("config show: without a configuration the defaults are in force", async () => {
  using host = machineWith(undefined);
  const said = await call(host, ["config", "show", "--json", "--log-level", "error"]);
  const { tables, state, log, path } = JSON.parse(said.stdout);
  assertEquals([path, state, log], [
    null,
    { path: USER_STATE, from: "default" },
    { path: LOG, from: "default" },
  ]);
  assertEquals(tables[0], {
    table: "logging",
    values: [
      { key: "stdout", value: true, origin: { kind: "default" } },
      { key: "max_bytes", value: 5_242_880, origin: { kind: "default" } },
      { key: "keep_files", value: 5, origin: { kind: "default" } },
      { key: "level", value: "error", origin: { kind: "flag", flag: "--log-level" } },
      { key: "format", value: "json", origin: { kind: "default" } },
    ],
  });
});

Deno.test("config show: a variable that leaves the log out of stdout is named", async () => {
  using host = machineWith(undefined, {
    env: { PATH: "/bin", HOME: "/home/ada", ORCHASTRATION_LOG_STDOUT: "0" },
  });
  const said = await call(host, ["config", "show"]);
  assertEquals(
    said.stdout.split("\n").find((line) => line.startsWith("stdout")),
    "stdout = false       # $ORCHASTRATION_LOG_STDOUT",
  );
});

Deno.test("config show: its output is an equal configuration", async () => {
  const example = await Deno.readTextFile(new URL("../../../configs/config.example.toml", import.meta.url));
  using host = machineWith(example);
  const said = await call(host, ["config", "show"]);
  const settings = (text: string) => {
    const { settings, problems } = decode(parse(text), "linux");
    assertEquals(problems, []);
    return { ...settings, logging: { ...settings.logging, format: undefined } };
  };
  assertEquals(settings(said.stdout), settings(example));
});

Deno.test("config schema: the schema is printed alone, or with --json in our document", async () => {
  using host = machineWith("nonsense");
  const alone = await call(host, ["config", "schema"]);
  const { format, kind, schema } = JSON.parse((await call(host, ["config", "schema", "--json"])).stdout);
  assertEquals([alone.code, alone.stderr, format, kind], [0, "", 1, "config_schema"]);
  assertEquals(JSON.parse(alone.stdout), schema);
});

for (
  const [noun, words] of [
    ["task", ["plan", "status", "site"]],
    ["task", ["build", "run", "site"]],
    ["service", ["service", "start", "site"]],
    ["job", ["run", "site"]],
  ] as const
) {
  Deno.test(`${words.join(" ")}: without a configuration, the next step makes one`, async () => {
    using host = machineWith(undefined);
    await expectCall(host, words, {
      code: 66,
      stderr: `error: Cannot find ${noun} "site": no ${noun} has this name\n  no configuration was found\n` +
        "  try: orchastration init\n",
    });
  });
}
