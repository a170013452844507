/** How a configuration is found, and how its problems are shown; nothing runs before it is valid. */

import { assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, STATE } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";

const CONFIG = `${PROJECT}/orchastration.toml`;
const JOB = '[jobs.a]\ncommand = ["a"]\n';

/** The text after the headline, for every command that reads the configuration. */
function check(
  name: string,
  toml: string | Uint8Array,
  problems: number,
  expected: string,
  on: FakeHostOptions = {},
): void {
  Deno.test(`configuration problems: ${name}`, async () => {
    using host = machineWith(undefined, on);
    host.disk.write(CONFIG, toml);
    host.program("a", () => {});
    const count = problems === 1 ? "1 problem" : `${problems} problems`;
    const error = on.isTerminal === undefined ? "error:" : "\x1b[31merror:\x1b[39m";
    const stderr = `${error} Cannot use configuration "${CONFIG}": ${count}, nothing was run\n${expected}`;
    for (const argv of [["list"], ["run", "a"], ["status"], ["status", "a"], ["hash", "--file", "x"]]) {
      await expectCall(host, argv, { code: 78, stderr });
    }
    nothingHappened(host);
  });
}

function nothingHappened(host: FakeHost): void {
  assertEquals(host.spawned, []);
  assertEquals(host.disk.exists("/home/ada/.cache"), false);
  assertEquals(host.operations.filter(({ name }) => name !== "print"), []);
}

check(
  "the place, the key, the fact, the line, a caret, and how to write it",
  '[jobs.a]\ncommand = "a -x"\n',
  1,
  `
${CONFIG}:2:11: jobs.a.command: expected a list of strings, found a string
  2 | command = "a -x"
    |           ^
  hint: command = ["a", "-x"]
`,
);
check(
  "all problems together, in order of place, also beside valid jobs",
  `${JOB}
[jobs.b]
comand = ["b"]
timeout_seconds = -1
[jobs.B]
command = []
[tasks.a]
command = ["x"]
[jobs."a b"]
command = ["x", "\\u0000"]
`,
  7,
  `
${CONFIG}:5:1: jobs.b.comand: unknown key
  5 | comand = ["b"]
    | ^
  hint: did you mean "command"?

${CONFIG}:6:19: jobs.b.timeout_seconds: expected a number from 0 to 2073600, found -1
  6 | timeout_seconds = -1
    |                   ^

${CONFIG}:7:7: jobs.B: there is already a job "b", on line 4
  7 | [jobs.B]
    |       ^
  hint: jobs, tasks and services share one set of names, and upper and lower case are not distinguished

${CONFIG}:8:11: jobs.B.command: expected the program and its arguments, found an empty list
  8 | command = []
    |           ^
  hint: command = ["program", "argument"]

${CONFIG}:9:8: tasks.a: there is already a job "a", on line 1
  9 | [tasks.a]
    |        ^
  hint: jobs, tasks and services share one set of names, and upper and lower case are not distinguished

${CONFIG}:11:7: jobs."a b": a name starts with a letter (A to Z) or digit, and continues with these, '.', '_' and '-'
  11 | [jobs."a b"]
     |       ^

${CONFIG}:12:17: jobs."a b".command[1]: it contains a NUL character, which cannot be passed to a program
  12 | command = ["x", "\\u0000"]
     |                 ^
`,
);
check(
  "a mistake of syntax has no key",
  `${JOB}[jobs.b\n`,
  1,
  `
${CONFIG}:3:8: expected "=" or "]" after the key
  3 | [jobs.b
    |        ^
`,
);
check(
  "a tab before the caret stays a tab",
  '[jobs.a]\n\tcommand\t= "a"\n',
  1,
  `\n${CONFIG}:2:12: jobs.a.command: expected a list of strings, found a string\n` +
    '  2 | \tcommand\t= "a"\n    | \t       \t  ^\n  hint: command = ["a"]\n',
);
check(
  "a backslash and a t in the file are no tab",
  '[jobs.a]\ncommand = ["a\\tb", 1]\n',
  1,
  `
${CONFIG}:2:20: jobs.a.command[1]: expected a string, found a number
  2 | command = ["a\\tb", 1]
    |                    ^
  hint: "1"
`,
);
check(
  "the caret stands behind wide characters",
  '[jobs.a]\ncommand = ["日本", "👍", "e\u0301", 1]\n',
  1,
  `
${CONFIG}:2:29: jobs.a.command[3]: expected a string, found a number
  2 | command = ["日本", "👍", "e\u0301", 1]
    |                               ^
  hint: "1"
`,
);
check(
  "control characters are escaped, and the caret is behind the escaped text",
  '[jobs.a]\ncommand = ["a\u202eb", 1]\n',
  1,
  `
${CONFIG}:2:19: jobs.a.command[1]: expected a string, found a number
  2 | command = ["a\\u202eb", 1]
    |                        ^
  hint: "1"
`,
);
check(
  "a long line is cut around the caret",
  `[jobs.a]\ncommand = ["${"a".repeat(300)}", 1, "${"b".repeat(300)}"]\n`,
  1,
  `
${CONFIG}:2:316: jobs.a.command[1]: expected a string, found a number
  2 | …${"a".repeat(47)}", 1, "${"b".repeat(98)}…
    | ${" ".repeat(51)}^
  hint: "1"
`,
);
check(
  "a narrow terminal gets no more than fits on its line",
  '[jobs.a]\ncommand = ["aaaaaaaaaaaaaaaaaaaa", 1, "日本日本日本日本"]\n',
  1,
  `
\x1b[1m${CONFIG}:2:36:\x1b[22m jobs.a.command[1]: expected a string, found a number
\x1b[2m  2 |\x1b[22m …aaaaaa", 1, "日本日本日本日…
\x1b[2m    |\x1b[22m           \x1b[31m^\x1b[39m
  \x1b[2mhint:\x1b[22m "1"
`,
  { isTerminal: { stderr: true }, columns: 36 },
);
check(
  "a byte order mark and line ends of Windows move no place",
  '\ufeff[jobs.a]\r\ncommand = ["a"]\r\nfoo = 1\r\n',
  1,
  `
${CONFIG}:3:1: jobs.a.foo: unknown key
  3 | foo = 1
    | ^
  hint: known keys: description, command, working_dir, timeout_seconds, kill_grace_seconds, env, env_file, retry, \
success_exit_codes, outputs, inputs, input_env, input_tools, secrets, confirm, color, group, alias, hidden, args, interactive, terminal, stdin, leave_running, concurrency, lock, needs, pool, uses, executor, windows, \
macos, linux
`,
);
check(
  "a key written twice",
  '[jobs.a]\ncommand = ["a"]\ncommand = ["b"]\n',
  1,
  `
${CONFIG}:3:1: this is already defined, on line 2
  3 | command = ["b"]
    | ^
  hint: each key and each table header is written only once
`,
);
check(
  "names that lead out of the state folder, and those that Windows keeps",
  '[jobs."../../x"]\ncommand = ["a"]\n[jobs.CON]\ncommand = ["a"]\n[jobs.""]\ncommand = ["a"]\n' +
    `[jobs.last]\ncommand = ["a"]\n[jobs.${"x".repeat(65)}]\ncommand = ["a"]\n`,
  5,
  `
${CONFIG}:1:7: jobs."../../x": a name starts with a letter (A to Z) or digit, and continues with these, '.', '_' and '-'
  1 | [jobs."../../x"]
    |       ^

${CONFIG}:3:7: jobs.CON: Windows reserves this name for a device
  3 | [jobs.CON]
    |       ^

${CONFIG}:5:7: jobs."": a name cannot be empty
  5 | [jobs.""]
    |       ^

${CONFIG}:7:7: jobs.last: "last" stands for the newest run
  7 | [jobs.last]
    |       ^

${CONFIG}:9:7: jobs.${"x".repeat(65)}: a name has at most 64 characters, this one has 65
  9 | [jobs.${"x".repeat(65)}]
    |       ^
`,
);
check(
  "bytes that are no text",
  new Uint8Array([0x23, 0x20, 0xff, 0xfe, 0x0a]),
  1,
  `
${CONFIG}:1:3: the bytes here are not UTF-8 text
  1 | # \ufffd\ufffd
    |   ^
  hint: save the file as UTF-8
`,
);
check(
  "colours on a terminal",
  '[jobs.a]\ncommand = "a"\n',
  1,
  `
\x1b[1m${CONFIG}:2:11:\x1b[22m jobs.a.command: expected a list of strings, found a string
\x1b[2m  2 |\x1b[22m command = "a"
\x1b[2m    |\x1b[22m           \x1b[31m^\x1b[39m
  \x1b[2mhint:\x1b[22m command = ["a"]
`,
  { isTerminal: { stderr: true } },
);

Deno.test("configuration problems: with --json one document has every problem with its place", async () => {
  using host = machineWith('[jobs.a]\ncommand = "a"\nfoo = 1\n');
  const said = await call(host, ["run", "a", "--json"]);
  assertEquals(said.code, 78);
  const document = JSON.parse(said.stdout);
  assertEquals(document, {
    format: 1,
    kind: "failure",
    code: "config_invalid",
    message: `Cannot use configuration "${CONFIG}": 2 problems, nothing was run`,
    notes: [],
    next: null,
    exit_code: 78,
    diagnostics: [
      {
        path: CONFIG,
        line: 2,
        column: 11,
        key: "jobs.a.command",
        message: "expected a list of strings, found a string",
        hint: 'command = ["a"]',
      },
      {
        path: CONFIG,
        line: 3,
        column: 1,
        key: "jobs.a.foo",
        message: "unknown key",
        hint: document.diagnostics[1].hint,
      },
    ],
  });
  nothingHappened(host);
});

// Which file it is.

interface Place {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Each with a job that is named like the folder it lies in. */
  readonly files: readonly string[];
  /** The file that is chosen, and the folder that relative paths start from; or the message instead. */
  readonly expected: { readonly path: string; readonly root: string } | string;
}

const HOME = { PATH: "/bin", HOME: "/home/ada" };
const USER_WIDE = "/home/ada/.config/orchastration/config.toml";

function checkPlace(name: string, { argv = [], env = {}, cwd = PROJECT, files, expected }: Place): void {
  Deno.test(`configuration search: ${name}`, async () => {
    using host = machineWith(undefined, { env: { ...HOME, ...env }, cwd });
    for (const path of files) host.disk.write(path, JOB);
    if (typeof expected === "string") {
      await expectCall(host, [...argv, "list"], { code: 78, stderr: expected });
      await expectCall(host, [...argv, "run", "a"], { code: 78, stderr: expected });
      return nothingHappened(host);
    }
    const said = await call(host, ["list", "--json", ...argv]);
    const { config_path, project_root } = JSON.parse(said.stdout);
    assertEquals([config_path, project_root], [expected.path, expected.root]);
    // The project root is where a job runs.
    let ranIn: string | undefined;
    host.program("a", (p) => void (ranIn = p.cwd));
    await call(host, ["run", "a", ...argv]);
    assertEquals(ranIn, expected.root);
  });
}

const HERE = { path: CONFIG, root: PROJECT };

checkPlace("the one in the current folder", { files: [CONFIG, USER_WIDE], expected: HERE });
checkPlace("the nearest one upward, whose folder is the project root", {
  cwd: `${PROJECT}/src/deep`,
  files: ["/home/ada/orchastration.toml", CONFIG, USER_WIDE],
  expected: HERE,
});
checkPlace("the user's own file, if there is none upward; the project root is the current folder", {
  files: [USER_WIDE],
  expected: { path: USER_WIDE, root: PROJECT },
});
checkPlace("below $XDG_CONFIG_HOME", {
  env: { XDG_CONFIG_HOME: "/etc/ada" },
  files: [USER_WIDE, "/etc/ada/orchastration/config.toml"],
  expected: { path: "/etc/ada/orchastration/config.toml", root: PROJECT },
});
checkPlace("$ORCHASTRATION_CONFIG before all that is found", {
  env: { ORCHASTRATION_CONFIG: "/srv/jobs.toml" },
  files: [CONFIG, USER_WIDE, "/srv/jobs.toml"],
  expected: { path: "/srv/jobs.toml", root: PROJECT },
});
checkPlace("an empty $ORCHASTRATION_CONFIG counts as unset", {
  env: { ORCHASTRATION_CONFIG: "" },
  files: [CONFIG],
  expected: HERE,
});
checkPlace("--config before everything, relative to the current folder", {
  argv: ["--config", "other.toml"],
  env: { ORCHASTRATION_CONFIG: "/srv/jobs.toml" },
  files: [CONFIG, "/srv/jobs.toml", `${PROJECT}/other.toml`],
  expected: { path: `${PROJECT}/other.toml`, root: PROJECT },
});
checkPlace("--config with an orchastration.toml makes its folder the project root", {
  argv: ["--config=../tools/orchastration.toml"],
  files: [CONFIG, "/home/ada/tools/orchastration.toml"],
  expected: { path: "/home/ada/tools/orchastration.toml", root: "/home/ada/tools" },
});
checkPlace("--config that is missing is an error, not the next place", {
  argv: ["--config", "nope.toml"],
  files: [CONFIG],
  expected: `error: Cannot read configuration "${PROJECT}/nope.toml": no such file\n` +
    "  the path comes from --config\n  try: name an existing file with --config <path>\n",
});
checkPlace("$ORCHASTRATION_CONFIG that is missing says who named it", {
  env: { ORCHASTRATION_CONFIG: "nope.toml" },
  files: [CONFIG],
  expected: `error: Cannot read configuration "${PROJECT}/nope.toml": no such file\n` +
    "  the path comes from $ORCHASTRATION_CONFIG\n  try: name an existing file with --config <path>\n",
});
checkPlace("--config that is a directory", {
  argv: ["--config", ".."],
  files: [CONFIG],
  expected:
    'error: Cannot read configuration "/home/ada": it is a directory\n  try: repair it, or name another file with --config <path>\n',
});

Deno.test("configuration search: an unreadable file is an error, and the next place is not searched", async () => {
  using host = machineWith(JOB, { files: { [USER_WIDE]: JOB } });
  host.disk.setAccess(CONFIG, { readable: false });
  await expectCall(host, ["run", "a"], {
    code: 78,
    stderr:
      `error: Cannot read configuration "${CONFIG}": permission denied\n  try: repair it, or name another file with --config <path>\n`,
  });
  nothingHappened(host);
});

Deno.test("configuration search: a byte order mark and line ends of Windows do not matter", async () => {
  using host = machineWith('\ufeff[jobs.a]\r\ncommand = ["a"]\r\ndescription = "Fine"\r\n');
  await expectCall(host, ["list"], { stdout: "a  Fine\n" });
});

// Names on the command line.

for (
  const name of [
    "../../x",
    "..",
    "CON",
    "con.txt",
    "",
    "x".repeat(65),
    "a/b",
    "a\\b",
    "last",
    "-",
    "a\0b",
    "__proto__",
  ]
) {
  Deno.test(`a name that no job can have touches nothing: ${JSON.stringify(name)}`, async () => {
    using host = machineWith(JOB);
    host.disk.write("/home/ada/.cache/x.json", "not ours");
    host.disk.makeFolder(`${STATE}/runs/last`);
    host.program("a", () => {});
    const before = host.disk.tree("/");
    const shown = name.replace("\0", "\\u0000");
    for (const command of ["run", "status"]) {
      await expectCall(host, [command, name], {
        code: 66,
        stderr:
          `error: Cannot find job "${shown}": no job has this name\n  known jobs: a\n  try: orchastration list\n`,
      });
    }
    assertEquals(host.disk.tree("/"), before);
    assertEquals(host.spawned, []);
  });
}
