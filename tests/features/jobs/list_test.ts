/** `list`: the configured jobs, and the advice where there are none. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT } from "../../support/cli.ts";
import type { FakeHostOptions } from "../../support/fake_host.ts";

const CONFIG = `${PROJECT}/orchastration.toml`;

/** The output of `list` for a configuration, on a screen of some width or into a pipe. */
function check(name: string, toml: string | undefined, on: FakeHostOptions, expected: string): void {
  Deno.test(`list: ${name}`, async () => {
    using host = machineWith(toml, on);
    await expectCall(host, ["list"], { stdout: expected });
    assertEquals(host.disk.exists("/home/ada/.cache"), false);
  });
}

const PIPE = {};
const SCREEN = { isTerminal: true };
const SAMPLE = '  [jobs.hello]\n  command = ["echo", "hello"]\n';

check(
  "sorted without regard to case, aligned",
  `
[jobs.test]
command = ["x"]
description = "Run all tests"
[jobs.Build-release]
command = ["x"]
description = "Compile"
[jobs.all]
command = ["x"]
description = "Everything"
`,
  PIPE,
  "all            Everything\nBuild-release  Compile\ntest           Run all tests\n",
);

check(
  "a job without a description shows its command, as one would type it",
  `
[jobs.a]
command = ["ls", "-la", "my file", "it's", "a\\tb"]
[jobs.b]
command = ["x"]
description = ""
`,
  PIPE,
  "a  ls -la 'my file' 'it'\\''s' $'a\\tb'\nb\n",
);

check(
  "names are bold on a terminal, a command is dim, and nothing of that is shown as text",
  '[jobs.a]\ncommand = ["ls", "-la"]\n[jobs.b]\ncommand = ["x"]\ndescription = "Hello"\n',
  SCREEN,
  "\x1b[1ma\x1b[22m  \x1b[2mls -la\x1b[22m\n\x1b[1mb\x1b[22m  Hello\n",
);

check(
  "a narrow terminal wraps descriptions between words, under themselves",
  '[jobs.deploy]\ncommand = ["x"]\ndescription = "Copy all that was built to the machine that serves it"\n' +
    '[jobs.x]\ncommand = ["x"]\ndescription = "Short"\n',
  { isTerminal: true, columns: 30, env: { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" } },
  "deploy  Copy all that was\n" +
    "        built to the machine\n" +
    "        that serves it\n" +
    "x       Short\n",
);

check(
  "wide characters count as two columns when a terminal wraps",
  '[jobs.a]\ncommand = ["x"]\ndescription = "日本語 日本語 日本語 日本語"\n',
  { isTerminal: true, columns: 19, env: { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" } },
  "a  日本語 日本語\n   日本語 日本語\n",
);

check(
  "a terminal too narrow for two columns is not made worse",
  '[jobs.a_rather_long_name]\ncommand = ["x"]\ndescription = "Some words of description"\n',
  { isTerminal: true, columns: 20, env: { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" } },
  "a_rather_long_name  Some words of description\n",
);

check(
  "no width is assumed where stdout is no terminal",
  `[jobs.a]\ncommand = ["x"]\ndescription = "${"word ".repeat(50).trim()}"\n`,
  { isTerminal: { stdout: false, stderr: true }, columns: 20 },
  `a  ${"word ".repeat(50).trim()}\n`,
);

check(
  "control characters in a description are shown, not obeyed",
  '[jobs.a]\ncommand = ["x"]\ndescription = "one\\ntwo\\u001b[31m\\u202Ethree"\n',
  SCREEN,
  "\x1b[1ma\x1b[22m  one\\ntwo\\u001b[31m\\u202ethree\n",
);

check(
  "no configuration anywhere: says where it looked, and how to begin",
  undefined,
  PIPE,
  `No configuration found. Looked for:
  /home/ada/project/orchastration.toml
  /home/ada/orchastration.toml
  /home/orchastration.toml
  /orchastration.toml
  /home/ada/.config/orchastration/config.toml

To write one for this folder, with the jobs found in it: orchastration init
`,
);

check(
  "a configuration without jobs: says so, and how to add one",
  "",
  PIPE,
  `No jobs in ${CONFIG}.\nAdd one, for example:\n\n${SAMPLE}`,
);

check(
  "a configuration with tasks only says that it has tasks",
  '[tasks.a]\ncommand = ["x"]\n',
  PIPE,
  `No jobs in ${CONFIG}. It has 1 task.\nAdd one, for example:\n\n${SAMPLE}`,
);

check(
  "several tasks are counted",
  '[tasks.a]\ncommand = ["x"]\n[tasks.b]\ncommand = ["x"]\n',
  PIPE,
  `No jobs in ${CONFIG}. It has 2 tasks.\nAdd one, for example:\n\n${SAMPLE}`,
);

const GROUPED = `
[jobs.test]
command = ["x"]
description = "Run the tests"
alias = ["t", "check"]
[jobs.all]
command = ["x", "y"]
alias = ["a"]
[jobs.prod]
command = ["x"]
description = ""
group = "deploy"
alias = ["p"]
[jobs.staging]
command = ["x"]
description = "To the stage"
group = "deploy"
[jobs.z]
command = ["x"]
group = "Admin\\t"
[jobs.helper]
command = ["x"]
group = "only hidden ones"
hidden = true
`;

check(
  "jobs without a group first, then the groups by name, one column for all; aliases behind",
  GROUPED,
  PIPE,
  `all        x y [alias: a]
test       Run the tests [aliases: t, check]

Admin\\t:
  z        x

deploy:
  prod     [alias: p]
  staging  To the stage
`,
);

Deno.test("list --all: hidden jobs are listed; without --all they are mentioned only if there are no other jobs", async () => {
  using host = machineWith(GROUPED);
  const { stdout } = await call(host, ["list", "--all"]);
  assertEquals(stdout.split("\n").slice(-3), ["only hidden ones:", "  helper   x", ""]);
  using hidden = machineWith('[jobs.a]\ncommand = ["x"]\nhidden = true\n');
  await expectCall(hidden, ["list"], { stdout: "The only job is hidden.\ntry: orchastration list --all\n" });
  await expectCall(hidden, ["list", "--all"], { stdout: "a  x\n" });
});

Deno.test("list --json: every setting of each job is printed, except the values of environment variables", async () => {
  using host = machineWith(`
[jobs.plain]
command = ["ls"]
[jobs.full]
description = "Everything set"
command = ["deploy", "--to", ""]
working_dir = "sub"
timeout_seconds = 1.5
kill_grace_seconds = 0.25
env = { TOKEN = "s3cret", A = "1" }
secrets = ["TOKEN"]
group = "Ops"
alias = ["d"]
hidden = true
confirm = "Sure?"
stdin = "inherit"
leave_running = true
concurrency = "refuse"
`);
  const said = await call(host, ["list", "--json"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  const document = JSON.parse(said.stdout);
  assertEquals(Object.keys(document).slice(0, 2), ["format", "kind"]);
  assertEquals(document, {
    format: 1,
    kind: "job_list",
    config_path: CONFIG,
    project_root: PROJECT,
    jobs: [
      {
        name: "full",
        description: "Everything set",
        command: ["deploy", "--to", ""],
        working_dir: "sub",
        env_names: ["A", "TOKEN"],
        timeout_ms: 1500,
        grace_ms: 250,
        interactive: false,
        stdin: "inherit",
        leave_running: true,
        concurrency: "refuse",
        lock: null,
        secrets: ["TOKEN"],
        group: "Ops",
        alias: ["d"],
        hidden: true,
        confirm: "Sure?",
        needs: [],
      },
      {
        name: "plain",
        description: null,
        command: ["ls"],
        working_dir: ".",
        env_names: [],
        timeout_ms: null,
        grace_ms: 10_000,
        interactive: false,
        stdin: "none",
        leave_running: false,
        concurrency: "allow",
        lock: null,
        secrets: [],
        group: null,
        alias: [],
        hidden: false,
        confirm: null,
        needs: [],
      },
    ],
    groups: [],
  });
});

Deno.test("list --json: a missing configuration is an empty list, not a failure", async () => {
  using host = machineWith(undefined);
  const said = await call(host, ["list", "--json"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  assertEquals(JSON.parse(said.stdout), {
    format: 1,
    kind: "job_list",
    config_path: null,
    project_root: PROJECT,
    jobs: [],
    groups: [],
  });
});

check(
  "a job without a command is listed with its needs, or with its description",
  '[jobs.checks]\nneeds = ["lint", "test"]\nalias = ["c"]\n[jobs.all]\nneeds = ["checks"]\ndescription = "All"\n' +
    '[jobs.lint]\ncommand = ["lint"]\n[jobs.test]\ncommand = ["test"]\nneeds = ["lint"]\n',
  {},
  "all     All\nchecks  runs lint, test [alias: c]\nlint    lint\ntest    test\n",
);

Deno.test("list: each of 4000 jobs in a configuration of 1 MB has its line", async () => {
  const names = Array.from({ length: 4000 }, (_, index) => `job_${String(index).padStart(4, "0")}`);
  const toml = names.toReversed().map((name) =>
    `[jobs.${name}]\ndescription = "Description of ${name}"\ncommand = ["echo", "${"x".repeat(200)}"]\n`
  ).join("\n");
  assert(toml.length > 1_000_000);
  using host = machineWith(toml);
  await expectCall(host, ["list"], {
    stdout: names.map((name) => `${name}  Description of ${name}\n`).join(""),
  });
});
