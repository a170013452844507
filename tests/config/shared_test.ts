/** Values that jobs and tasks share: `[env]`, `[defaults]` and `default`; and control characters. */

import { assertEquals } from "@std/assert";
import { parse } from "smol-toml";
import { decode } from "../../src/config/decode.ts";
import type { Platform } from "../../src/config/platform.ts";
import { diagnosticLines, load } from "./support.ts";

/** All problems of a configuration. */
function check(name: string, given: string, expected: readonly string[]): void {
  Deno.test(`diagnostics: ${name}`, async () => assertEquals(diagnosticLines(await load(given)), expected));
}

function settings(toml: string, platform: Platform = "linux") {
  const { settings, problems } = decode(parse(toml), platform);
  assertEquals(problems, []);
  return settings;
}

Deno.test("load: [env] is below the env of each job and task, name by name", () => {
  const { jobs, tasks } = settings(`
[env]
A = "all"
B = "all"
[jobs.a]
command = ["x"]
env = { B = "own", C = "own" }
[jobs.b]
command = ["x"]
[tasks.c]
command = ["x"]
[tasks.c.linux]
env = { A = "linux" }
`);
  assertEquals({ ...jobs.get("a")!.env }, { A: "all", B: "own", C: "own" });
  assertEquals({ ...jobs.get("b")!.env }, { A: "all", B: "all" });
  assertEquals({ ...tasks.get("c")!.env }, { A: "linux", B: "all" });
});

Deno.test("load: on Windows a variable name in another case is the same name", () => {
  const { jobs } = settings(
    '[env]\nPath = "all"\n[jobs.a]\ncommand = ["x"]\nenv = { PATH = "own" }\n',
    "windows",
  );
  assertEquals({ ...jobs.get("a")!.env }, { PATH: "own" });
});

Deno.test("load: [defaults] applies to jobs and tasks that do not set a key themselves", () => {
  const { jobs, tasks } = settings(`
[defaults]
working_dir = "sub"
timeout_seconds = 60
kill_grace_seconds = 1
env_file = ".env"
retry = { max = 2 }
success_exit_codes = [0, 3]
secrets = ["S"]
stdin = "inherit"
leave_running = true
concurrency = "refuse"
[jobs.a]
command = ["x"]
[jobs.b]
command = ["x"]
working_dir = "."
timeout_seconds = 0
secrets = ["T", "S"]
interactive = true
stdin = "none"
[jobs.b.linux]
kill_grace_seconds = 2
[tasks.c]
command = ["x"]
`);
  const [a, b, c] = [jobs.get("a")!, jobs.get("b")!, tasks.get("c")!];
  for (const each of [a, c]) {
    assertEquals([each.workingDir, each.timeoutMs, each.killGraceMs, each.retry?.max], [
      "sub",
      60_000,
      1000,
      2,
    ]);
    assertEquals([each.successExitCodes, each.secrets], [[0, 3], ["S"]]);
    assertEquals(each.envFiles, [{ path: ".env", required: true, at: ["env_file"] }]);
  }
  assertEquals([a.stdin, a.leaveRunning, a.concurrency], ["inherit", true, "refuse"]);
  assertEquals([b.workingDir, b.timeoutMs, b.killGraceMs, b.secrets], [".", undefined, 2000, ["S", "T"]]);
  // A person at the terminal decides whether to try again.
  assertEquals([b.retry, b.stdin], [undefined, "none"]);
});

Deno.test("load: default is the name or an alias of a job", () => {
  assertEquals(settings('default = "a"\n[jobs.a]\ncommand = ["x"]\n').defaultJob, "a");
  assertEquals(settings('default = "t"\n[jobs.a]\ncommand = ["x"]\nalias = ["t"]\n').defaultJob, "a");
  assertEquals(settings('[jobs.a]\ncommand = ["x"]\n').defaultJob, undefined);
});

check("default names no job", 'default = "tset"\n[jobs.test]\ncommand = ["x"]\n', [
  '1:11 default: there is no job "tset" | did you mean "test"?',
]);
check("default names a task", 'default = "site"\n[tasks.site]\ncommand = ["x"]\n', [
  '1:11 default: "site" is a task, but default has to name a job',
]);
check("default is no string", "default = 1\n", [
  '1:11 default: expected a string, found a number | default = "1"',
]);
Deno.test("diagnostics: default after the header of a table belongs to that table", async () => {
  const [line] = diagnosticLines(await load('[jobs.a]\ncommand = ["x"]\ndefault = "a"\n'));
  assertEquals(line?.split(" | ")[0], "3:1 jobs.a.default: unknown key");
});
check(
  "env and other keys in [defaults]",
  '[defaults]\nenv = { A = "1" }\ncommand = ["x"]\ntimeout_seconds = -1\n',
  [
    "2:1 defaults.env: unknown key | write it as a table of its own, [env]",
    "3:1 defaults.command: unknown key | known keys: working_dir, timeout_seconds, kill_grace_seconds, env_file, retry, " +
    "success_exit_codes, secrets, color, stdin, terminal, leave_running, concurrency, max_detached",
    "4:19 defaults.timeout_seconds: expected a number from 0 to 2073600, found -1",
  ],
);
check("[env] with a value that is not a string", "[env]\nA = 1\n", [
  '2:5 env.A: expected a string, found a number | A = "1"',
]);
check(
  "a default that is invalid for a job is reported once, at its place",
  "[defaults]\nretry = { max = 1, on_exit_codes = [3] }\n" +
    "[jobs.a]\ncommand = ['x']\nsuccess_exit_codes = [3]\n[jobs.b]\ncommand = ['x']\nsuccess_exit_codes = [3]\n",
  [
    "2:37 defaults.retry.on_exit_codes[0]: exit code 3 counts as success, so it is never tried again",
  ],
);
check(
  "both nouns are variables in what is in common",
  '[env]\nA = "${job}${task}"\n[jobs.a]\ncommand = ["x"]\n',
  [],
);

// Control characters, which TOML makes of a backslash in double quotes.

const inDouble = (sign: string, name: string, instead: string) =>
  `in double quotes \\${sign} means ${name}; single quotes keep the backslash: ${instead}`;

check("a path of Windows in double quotes", '[jobs.a]\ncommand = ["x"]\nworking_dir = "C:\\temp\\new"\n', [
  `3:15 jobs.a.working_dir: a path cannot hold a tab | ${
    inDouble("t", "a tab", "working_dir = 'C:\\temp\\new'")
  }`,
]);
check("a program of Windows in double quotes", '[jobs.a]\ncommand = ["C:\\tools\\nx.exe"]\n', [
  `2:12 jobs.a.command[0]: the name of a program cannot hold a tab | ${
    inDouble("t", "a tab", "'C:\\tools\\nx.exe'")
  }`,
]);
check(
  "paths in every place",
  `[doc]
dir = "a\\nb"
[defaults]
env_file = "a\\rb"
[tasks.a]
command = ["x", "a\\tb"]
outputs = ["a\\bb"]
documents = ["a\\u007fb"]
acceptance = [{ id = "a", text = "b", check = ["\\fx"] }]
[tasks.a.windows]
working_dir = "a\\tb'c"
`,
  [
    `2:7 doc.dir: a path cannot hold a line break | ${inDouble("n", "a line break", "dir = 'a\\nb'")}`,
    `4:12 defaults.env_file: a path cannot hold a carriage return | ${
      inDouble("r", "a carriage return", "env_file = 'a\\rb'")
    }`,
    `7:12 tasks.a.outputs[0]: a path cannot hold a backspace | ${inDouble("b", "a backspace", "'a\\bb'")}`,
    "8:14 tasks.a.documents[0]: a path cannot hold the control character U+007F",
    `9:48 tasks.a.acceptance[0].check[0]: the name of a program cannot hold a form feed | ${
      inDouble("f", "a form feed", "'\\fx'")
    }`,
    "11:15 tasks.a.windows.working_dir: a path cannot hold a tab",
  ],
);
check("names of variables", '[jobs.a]\ncommand = ["x"]\nenv = { "A\\tB" = "1" }\nsecrets = ["C\\nD"]\n', [
  '3:9 jobs.a.env."A\\tB": the name of an environment variable cannot hold a tab',
  `4:12 jobs.a.secrets[0]: the name of an environment variable cannot hold a line break | ${
    inDouble("n", "a line break", "'C\\nD'")
  }`,
]);
check(
  "arguments and values may hold them",
  '[jobs.a]\ncommand = ["sh", "-c", "a\\nb"]\nenv = { A = "a\\tb" }\n',
  [],
);
