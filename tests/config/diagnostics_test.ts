import { assertEquals } from "@std/assert";
import { diagnosticLines, load } from "./support.ts";

/** All diagnostics of a configuration, each as `line:column key: message | hint`. */
function check(name: string, given: string | Uint8Array, expected: readonly string[]): void {
  Deno.test(`diagnostics: ${name}`, async () => {
    assertEquals(diagnosticLines(await load(given)), expected);
  });
}

/** The keys of one job that has a command; its first line is line 3. */
function checkJob(name: string, keys: string, expected: readonly string[]): void {
  check(name, `[jobs.a]\ncommand = ["x"]\n${keys}`, expected);
}

/** The keys of one task that has a command; its first line is line 3. */
function checkTask(name: string, keys: string, expected: readonly string[]): void {
  check(name, `[tasks.a]\ncommand = ["x"]\n${keys}`, expected);
}

const COMMAND_KEYS =
  "description, command, working_dir, timeout_seconds, kill_grace_seconds, env, env_file, retry, success_exit_codes, outputs, inputs, input_env, input_tools, secrets, confirm, color";
const PLATFORM_KEYS =
  "command, working_dir, timeout_seconds, kill_grace_seconds, env, env_file, retry, success_exit_codes, outputs";
const EVERYWHERE = "this key is the same on every system; write it beside command";
const JOB_KEYS =
  `${COMMAND_KEYS}, group, alias, hidden, args, interactive, terminal, stdin, leave_running, concurrency, lock, needs, pool, uses, executor, windows, macos, linux`;
const TASK_KEYS =
  `${COMMAND_KEYS}, documents, repo, acceptance, needs, parallel, uses, executor, status, windows, macos, linux`;
const CLASH =
  "jobs, tasks and services share one set of names, and upper and lower case are not distinguished";
const ALIAS_CLASH =
  "jobs, tasks and aliases share one set of names, and upper and lower case are not distinguished";
const NOT_REPLACED = "variables are replaced only in command, working_dir, env and check, not here";
const ONCE = "each key and each table header is written only once";
const QUOTES = 'text is written in quotes, as in "text"';
const EXAMPLE = 'command = ["program", "argument"]';

// Syntax: the parser stops at the first problem, so there is one.

check("a value is missing", "a = ", [`1:5 : expected a value | ${QUOTES}`]);
check("a value without quotes", "a = text", [`1:5 : expected a value | ${QUOTES}`]);
check("a line that is no key", "[jobs.a]\nwhat", ['2:1 : expected "=" or "]" after the key']);
check("a key written twice", '[jobs.a]\ncommand = ["a"]\n\ncommand = ["b"]', [
  `4:1 : this is already defined, on line 2 | ${ONCE}`,
]);
check("a job written twice", '[jobs.a]\ncommand = ["a"]\n[jobs.b]\n[ jobs . a ]', [
  `4:2 : this is already defined, on line 1 | ${ONCE}`,
]);
check("a key written twice between braces", '[jobs.a]\nenv = { A = "1", A = "2" }', [
  `2:18 : this is already defined | ${ONCE}`,
]);
check("a key that was a table", "a.b = 1\na = 2", [`2:1 : this is already defined | ${ONCE}`]);
check("a string that is not closed", 'a = "x', [
  "1:5 : this string is not closed | a string ends with the quote it began with, on the same line",
]);
check("a string that goes on", 'a = "x\ny"', [
  "1:7 : a string cannot contain a line end or another control character | " +
  "a string ends with the quote it began with, on the same line",
]);
check("a path of Windows between double quotes", 'a = "C:\\Users"', [
  "1:10 : expected hexadecimal digits in this escape | in single quotes a backslash is an ordinary character",
]);
check("an escape that does not exist", 'a = "\\q"', [
  "1:7 : a backslash here must begin an escape such as \\n or \\\\ | in single quotes a backslash is an ordinary character",
]);
check("a list that is not closed", 'a = ["x",', ['1:5 : this list is not closed | a list ends with "]"']);
check("a comma is missing", 'a = ["x" "y"]', ["1:10 : expected a comma or the closing bracket"]);
check("a date that does not exist", "a = 2026-13-01", ["1:5 : this date or time does not exist"]);
check("columns count characters", '"é𝒳" = x', [`1:8 : expected a value | ${QUOTES}`]);
check("more nesting than anybody means", `a = ${"[".repeat(3000)}`, [
  "1:1005 : values are nested too deeply",
]);
check(
  "bytes that are no UTF-8",
  new Uint8Array([0xef, 0xbb, 0xbf, 0x23, 0x0a, 0xc3, 0xa9, 0xf0, 0x9d, 0x92, 0xb3, 0xff, 0x0a]),
  ["2:3 : the bytes here are not UTF-8 text | save the file as UTF-8"],
);
check("a character that is cut off at the end", new Uint8Array([0x23, 0xc3]), [
  "1:2 : the bytes here are not UTF-8 text | save the file as UTF-8",
]);

// Keys and tables.

check("an unknown table", "[tools]\n[log]\nlevel = 1\n[job.a]", [
  '1:2 tools: unknown key | did you mean "pools"?',
  '2:2 log: unknown key | did you mean "logging"?',
  '4:2 job: unknown key | did you mean "jobs"?',
]);
checkJob(
  "unknown keys",
  "timeot_seconds = 1\ntimeout = 2\ncwd = '.'\nzzz = 1\nretry = { max = 1, delay = 2 }",
  [
    '3:1 jobs.a.timeot_seconds: unknown key | did you mean "timeout_seconds"?',
    '4:1 jobs.a.timeout: unknown key | did you mean "timeout_seconds"?',
    '5:1 jobs.a.cwd: unknown key | did you mean "working_dir"?',
    `6:1 jobs.a.zzz: unknown key | known keys: ${JOB_KEYS}`,
    '7:20 jobs.a.retry.delay: unknown key | did you mean "delay_seconds"?',
  ],
);
checkJob("keys that objects have", "constructor = 1\n__proto__ = 2\ntoString = 3\n'a b' = 4", [
  `3:1 jobs.a.constructor: unknown key | known keys: ${JOB_KEYS}`,
  `4:1 jobs.a.__proto__: unknown key | known keys: ${JOB_KEYS}`,
  `5:1 jobs.a.toString: unknown key | known keys: ${JOB_KEYS}`,
  `6:1 jobs.a."a b": unknown key | known keys: ${JOB_KEYS}`,
]);
checkJob("a key of tasks", "documents = []", [
  "3:1 jobs.a.documents: unknown key | tasks have this key, jobs do not",
]);
checkTask("a key of jobs", "interactive = true", [
  "3:1 tasks.a.interactive: unknown key | jobs have this key, tasks do not",
]);
check("an unknown table inside a job points at its name", '[jobs.a]\ncommand = ["x"]\n[jobs.a.enw]', [
  '3:9 jobs.a.enw: unknown key | did you mean "env"?',
]);
check("tables that are not tables", "jobs = 3\ntasks = []\nlogging = true\nhash = 1979-05-27", [
  "1:8 jobs: expected tables, found a number | write [jobs.<name>] above the keys of each",
  "2:9 tasks: expected tables, found an empty list | write [tasks.<name>] above the keys of each",
  "3:11 logging: expected a table, found true",
  "4:8 hash: expected a table, found a date or time",
]);
check("a list of tables", "[[jobs]]\nname = 1", [
  "1:3 jobs: expected tables, found a list | write [jobs.<name>] above the keys of each",
]);
check("a job that is only its command", '[jobs]\na = "ls -la"\nb = ["ls"]\nc = "ls | wc"', [
  '2:5 jobs.a: expected a table, found a string | a = { command = ["ls", "-la"] }',
  `3:5 jobs.b: expected a table, found a list | b = { ${EXAMPLE} }`,
  `4:5 jobs.c: expected a table, found a string | c = { ${EXAMPLE} }`,
]);

// Commands.

check("no command points at the header", '[jobs.a.env]\nA = "1"\n\n[jobs.a]\n[tasks.b]', [
  `4:1 jobs.a: the key "command" is missing | ${EXAMPLE}`,
  `5:1 tasks.b: the key "command" is missing | ${EXAMPLE}`,
]);
check(
  "no command and no header of its own",
  '[jobs]\na.description = "x"\n[tasks]\nb = { repo = "external" }',
  [
    `2:1 jobs.a: the key "command" is missing | ${EXAMPLE}`,
    `4:1 tasks.b: the key "command" is missing | ${EXAMPLE}`,
  ],
);
check("a mistyped command is reported once", '[jobs.a]\ncomand = ["x"]\n[jobs.b]\nrun = ["x"]', [
  '2:1 jobs.a.comand: unknown key | did you mean "command"?',
  '4:1 jobs.b.run: unknown key | did you mean "command"?',
]);
const commands: readonly (readonly [string, string])[] = [
  ['"ls"', '11 jobs.a.command: expected a list of strings, found a string | command = ["ls"]'],
  ['"ls  -la "', '11 jobs.a.command: expected a list of strings, found a string | command = ["ls", "-la"]'],
  [
    "'C:\\bin\\x /y'",
    '11 jobs.a.command: expected a list of strings, found a string | command = ["C:\\\\bin\\\\x", "/y"]',
  ],
  [
    '"a | b"',
    '11 jobs.a.command: expected a list of strings, found a string | commands are not run by a shell; to use one, name it: command = ["sh", "-c", "a | b"]',
  ],
  [
    "'echo \"$HOME\"'",
    '11 jobs.a.command: expected a list of strings, found a string | commands are not run by a shell; to use one, name it: command = ["sh", "-c", "echo \\"$HOME\\""]',
  ],
  [
    '"A=1 make"',
    '11 jobs.a.command: expected a list of strings, found a string | commands are not run by a shell; to use one, name it: command = ["sh", "-c", "A=1 make"]',
  ],
  ['""', `11 jobs.a.command: expected a list of strings, found an empty string | ${EXAMPLE}`],
  [`"${"x ".repeat(200)}"`, `11 jobs.a.command: expected a list of strings, found a string | ${EXAMPLE}`],
  ["3", "11 jobs.a.command: expected a list of strings, found a number"],
  ["{ a = 1 }", "11 jobs.a.command: expected a list of strings, found a table"],
  ["[]", `11 jobs.a.command: expected the program and its arguments, found an empty list | ${EXAMPLE}`],
  ['["", "x"]', `12 jobs.a.command[0]: the name of the program cannot be empty | ${EXAMPLE}`],
  ['["x", 8080]', '17 jobs.a.command[1]: expected a string, found a number | "8080"'],
  ['["x", ["y"]]', "17 jobs.a.command[1]: expected a string, found a list"],
  ['["a\\u0000b"]', "12 jobs.a.command[0]: it contains a NUL character, which cannot be passed to a program"],
];
for (const [written, expected] of commands) {
  check(`command = ${written.slice(0, 30)}`, `[jobs.a]\ncommand = ${written}`, [`2:${expected}`]);
}
check("an argument on a line of its own", '[jobs.a]\r\ncommand = [\r\n  "𝒳", 3,\r\n]', [
  '3:8 jobs.a.command[1]: expected a string, found a number | "3"',
]);

// Values.

checkJob(
  "numbers",
  "timeout_seconds = -1\nkill_grace_seconds = nan\nretry = { max = 1.5, delay_seconds = inf }",
  [
    "3:19 jobs.a.timeout_seconds: expected a number from 0 to 2073600, found -1",
    "4:22 jobs.a.kill_grace_seconds: expected a number from 0 to 86400, found nan",
    "5:17 jobs.a.retry.max: expected a whole number from 1 to 100, found 1.5",
    "5:38 jobs.a.retry.delay_seconds: expected a number from 0 to 86400, found inf",
  ],
);
checkJob("a number larger than any", "timeout_seconds = 99999999999999999999", [
  "3:19 jobs.a.timeout_seconds: expected a number from 0 to 2073600, found 99999999999999999999",
]);
checkJob("numbers as text", 'timeout_seconds = "5m"\nkill_grace_seconds = "10"\nretry.max = "often"', [
  "3:19 jobs.a.timeout_seconds: expected a number from 0 to 2073600, found a string | timeout_seconds = 300",
  "4:22 jobs.a.kill_grace_seconds: expected a number from 0 to 86400, found a string | kill_grace_seconds = 10",
  "5:13 jobs.a.retry.max: expected a whole number from 1 to 100, found a string",
]);
checkJob("texts", 'description = 3\nworking_dir = ""\nsecrets = "A"\nstdin = "inherti"\nconcurrency = 1', [
  '3:15 jobs.a.description: expected a string, found a number | description = "3"',
  "4:15 jobs.a.working_dir: a path cannot be empty",
  '5:11 jobs.a.secrets: expected a list of strings, found a string | secrets = ["A"]',
  '6:9 jobs.a.stdin: expected "none" or "inherit", found "inherti" | did you mean "inherit"?',
  '7:15 jobs.a.concurrency: expected "allow", "refuse" or "wait", found a number',
]);
checkJob("flags", 'interactive = "true"\nleave_running = 1', [
  "3:15 jobs.a.interactive: expected true or false, found a string | interactive = true",
  "4:17 jobs.a.leave_running: expected true or false, found a number",
]);
checkJob("exit codes", 'success_exit_codes = [0, 4294967296, 1.5, "1"]', [
  "3:26 jobs.a.success_exit_codes[1]: expected a whole number from 0 to 4294967295, found 4294967296",
  "3:38 jobs.a.success_exit_codes[2]: expected a whole number from 0 to 4294967295, found 1.5",
  "3:43 jobs.a.success_exit_codes[3]: expected a whole number from 0 to 4294967295, found a string | 1",
]);
checkJob("one exit code", "success_exit_codes = 3", [
  "3:22 jobs.a.success_exit_codes: expected a list of exit codes, found a number | success_exit_codes = [3]",
]);
checkJob("no exit code", "success_exit_codes = []", [
  "3:22 jobs.a.success_exit_codes: expected at least one exit code, found an empty list",
]);
checkJob(
  "env",
  'env = { A = 1, B = true, C = ["x"], "" = "e", "D=E" = "e", F = "a\\u0000" }\nsecrets = ["A=1"]',
  [
    '3:13 jobs.a.env.A: expected a string, found a number | A = "1"',
    '3:20 jobs.a.env.B: expected a string, found true | B = "true"',
    "3:30 jobs.a.env.C: expected a string, found a list",
    '3:37 jobs.a.env."": the name of an environment variable cannot be empty or contain "=" or NUL',
    '3:47 jobs.a.env."D=E": the name of an environment variable cannot be empty or contain "=" or NUL',
    "3:64 jobs.a.env.F: it contains a NUL character, which cannot be passed to a program",
    '4:12 jobs.a.secrets[0]: the name of an environment variable cannot be empty or contain "=" or NUL',
  ],
);
checkJob("env as text", 'env = "A=1"', [
  '3:7 jobs.a.env: expected a table of strings, found a string | env = { NAME = "value" }',
]);
checkJob("retry as a number", "retry = 5", [
  "3:9 jobs.a.retry: expected a table, found a number | retry = { max = 5 }",
]);
checkJob("retry as a flag", "retry = true", [
  "3:9 jobs.a.retry: expected a table, found true | retry = { max = 3 }",
]);
check("retry without a number", '[jobs.a]\ncommand = ["x"]\n[jobs.a.retry]\nbackoff = 0.5', [
  '3:1 jobs.a.retry: the key "max" is missing | retry = { max = 3 }',
  "4:11 jobs.a.retry.backoff: expected a number from 1 to 100, found 0.5",
]);
checkJob(
  "a retry that contradicts itself",
  "retry = { max = 1, max_delay_seconds = 3, delay_seconds = 4, on_exit_codes = [1, 0] }",
  [
    "3:40 jobs.a.retry.max_delay_seconds: it is less than delay_seconds, which is 4",
    "3:82 jobs.a.retry.on_exit_codes[1]: exit code 0 counts as success, so it is never tried again",
  ],
);
checkJob("an interactive job with retry", "retry.max = 1\ninteractive = true", [
  "3:1 jobs.a.retry: an interactive job cannot have retry: the person at the terminal decides whether to try again",
]);

checkTask(
  "outputs",
  'outputs = ["/a", "C:\\\\a", "../a", "a/../../b", "", "ok/**", 1]\ndocuments = "README.md"',
  [
    "3:12 tasks.a.outputs[0]: expected a path relative to working_dir, found an absolute one",
    "3:18 tasks.a.outputs[1]: expected a path relative to working_dir, found an absolute one",
    "3:27 tasks.a.outputs[2]: expected a path inside working_dir, found one that leaves it",
    "3:35 tasks.a.outputs[3]: expected a path inside working_dir, found one that leaves it",
    "3:48 tasks.a.outputs[4]: a path cannot be empty",
    '3:61 tasks.a.outputs[6]: expected a string, found a number | "1"',
    '4:13 tasks.a.documents: expected a list of strings, found a string | documents = ["README.md"]',
  ],
);
checkTask("status", 'status = "Done"', [
  '3:10 tasks.a.status: expected "planned", "in_progress" or "done", found "Done" | did you mean "done"?',
]);
const REPO = '3:8 tasks.a.repo: expected "orchastration", "external" or "owner/name"';
checkTask("repo by address", 'repo = "https://github.com/o/n.git"', [
  `${REPO}, found "https://github.com/o/n.git" | repo = "o/n"`,
]);
checkTask("an invalid repo", 'repo = "a/b/c"', [`${REPO}, found "a/b/c"`]);
checkTask("repo that is a folder", 'repo = "a/.."', [`${REPO}, found "a/.."`]);
checkTask("repo as a number", "repo = 1", [`${REPO}, found a number | repo = "1"`]);

checkJob(
  "inputs",
  'inputs = ["/a", "C:\\\\a", "../a", "a/../b", "..", "", "@git", "@all", "!@git", "!", "ok/**", "!no", 1]',
  [
    "3:11 jobs.a.inputs[0]: expected a path relative to working_dir, found an absolute one",
    "3:17 jobs.a.inputs[1]: expected a path relative to working_dir, found an absolute one",
    '3:34 jobs.a.inputs[3]: expected ".." only at the start of a path, followed by a name',
    '3:44 jobs.a.inputs[4]: expected ".." only at the start of a path, followed by a name',
    "3:50 jobs.a.inputs[5]: a path cannot be empty",
    '3:62 jobs.a.inputs[7]: expected "@git", a path or a glob, found "@all"; a file with this name is written "./@all"',
    '3:70 jobs.a.inputs[8]: "@git" cannot be excluded; remove "@git" from the list instead',
    "3:79 jobs.a.inputs[9]: a path cannot be empty",
    '3:100 jobs.a.inputs[12]: expected a string, found a number | "1"',
  ],
);
checkJob("inputs that leave nothing", 'inputs = ["!a"]', [
  '3:10 jobs.a.inputs: every entry begins with "!", so nothing is left that counts | inputs = ["@git", "!a"]',
]);
checkJob("tools", 'input_tools = ["node --version", [], ["ok", "--version"]]', [
  '3:16 jobs.a.input_tools[0]: expected a list of strings, found a string | ["node", "--version"]',
  '3:34 jobs.a.input_tools[1]: expected the program and its arguments, found an empty list | input_tools = ["program", "argument"]',
]);
checkTask("outputs whose glob leaves", 'outputs = ["**/../a", "*/../a", "*/../../a"]', [
  "3:12 tasks.a.outputs[0]: expected a path inside working_dir, found one that leaves it",
  "3:33 tasks.a.outputs[2]: expected a path inside working_dir, found one that leaves it",
]);

// Acceptance.

checkTask("acceptance as text", 'acceptance = "it works"', [
  '3:14 tasks.a.acceptance: expected a list of tables, found a string | acceptance = [{ id = "ac1", text = "it works" }]',
]);
checkTask("acceptance as a list of texts", 'acceptance = ["it works", 2]', [
  '3:15 tasks.a.acceptance[0]: expected a table, found a string | { id = "ac1", text = "it works" }',
  '3:27 tasks.a.acceptance[1]: expected a table, found a number | { id = "ac2", text = "unit tests pass" }',
]);
checkTask("acceptance as one table", '[tasks.a.acceptance]\nid = "ac1"', [
  '3:1 tasks.a.acceptance: expected a list of tables, found a table | acceptance = [{ id = "ac1", text = "unit tests pass" }]',
]);
checkTask("criteria without their required keys", "acceptance = [{}]\n[[tasks.a.more]]", [
  '3:15 tasks.a.acceptance[0]: the key "id" is missing | id = "ac1"',
  '3:15 tasks.a.acceptance[0]: the key "text" is missing | text = "unit tests pass"',
  `4:11 tasks.a.more: unknown key | known keys: ${TASK_KEYS}`,
]);
checkTask(
  "criteria with headers of their own",
  '[[tasks.a.acceptance]]\nid = "x"\ntext = "x"\n[[tasks.a.acceptance]]\nid = "X"\ntxt = "y"\n[[tasks.a.acceptance]]\nid = 1',
  [
    '7:6 tasks.a.acceptance[1].id: there is already a criterion "x", on line 4',
    '8:1 tasks.a.acceptance[1].txt: unknown key | did you mean "text"?',
    '9:1 tasks.a.acceptance[2]: the key "text" is missing | text = "unit tests pass"',
    '10:6 tasks.a.acceptance[2].id: expected a string, found a number | id = "1"',
  ],
);
checkTask(
  "criteria with wrong values",
  'acceptance = [\n{ id = "", text = " " },\n{ id = "a/b", text = 1, check = "deno test" },\n' +
    '{ id = "c", text = "c", check = [] },\n{ id = "d", text = "d", check = [""], timeout_seconds = "5m" },\n' +
    '{ id = "nul", text = "e", timeout_seconds = 5 }]',
  [
    "4:8 tasks.a.acceptance[0].id: a name cannot be empty",
    "4:19 tasks.a.acceptance[0].text: the text of a criterion cannot be empty",
    "5:8 tasks.a.acceptance[1].id: a name starts with a letter (A to Z) or digit, and continues with these, '.', '_' and '-'",
    '5:22 tasks.a.acceptance[1].text: expected a string, found a number | text = "1"',
    '5:33 tasks.a.acceptance[1].check: expected a list of strings, found a string | check = ["deno", "test"]',
    '6:33 tasks.a.acceptance[2].check: expected the program and its arguments, found an empty list | check = ["program", "argument"]',
    '7:34 tasks.a.acceptance[3].check[0]: the name of the program cannot be empty | check = ["program", "argument"]',
    "7:57 tasks.a.acceptance[3].timeout_seconds: expected a number from 0 to 2073600, found a string | timeout_seconds = 300",
    "8:8 tasks.a.acceptance[4].id: Windows reserves this name for a device",
    '8:27 tasks.a.acceptance[4].timeout_seconds: without a check there is nothing to time out | check = ["program", "argument"]',
  ],
);

// Needs.

checkTask("needs as text", 'needs = "b"', [
  '3:9 tasks.a.needs: expected a list of names of tasks, found a string | needs = ["b"]',
]);
checkTask("needs that are no names", 'needs = [1, "b"]', [
  '3:10 tasks.a.needs[0]: expected a string, found a number | "1"',
]);
check("needs of a job that are not names", '[jobs.a]\ncommand = ["x"]\nneeds = [1, "b"]', [
  '3:10 jobs.a.needs[0]: expected a string, found a number | "1"',
]);
check(
  "needs that lead nowhere",
  '[tasks.a]\ncommand = ["x"]\nneeds = ["a", "buidl", "Build", "sample", "zzz", "",\n"build", "build"]\n' +
    '[tasks.build]\n[jobs.sample]\ncommand = ["x"]',
  [
    "3:10 tasks.a.needs[0]: a task cannot need itself",
    '3:15 tasks.a.needs[1]: there is no task "buidl" | did you mean "build"?',
    '3:24 tasks.a.needs[2]: there is no task "Build" | did you mean "build"?',
    '3:33 tasks.a.needs[3]: there is no task "sample" | "sample" is a job, but a task can only need tasks',
    '3:43 tasks.a.needs[4]: there is no task "zzz"',
    '3:50 tasks.a.needs[5]: there is no task ""',
    '4:10 tasks.a.needs[7]: "build" is already named, on line 4',
    `5:1 tasks.build: the key "command" is missing | ${EXAMPLE}`,
  ],
);

/** The tasks as `a: b c`, three lines of the file for each; the first need of the n-th stands at 3n:10. */
function checkNeeds(name: string, tasks: readonly string[], circles: readonly string[]): void {
  const tables = tasks.map((line) => {
    const [task, ...needs] = line.split(/:? /);
    return `[tasks.${task}]\ncommand = ["x"]\nneeds = [${needs.map((need) => `"${need}"`).join(", ")}]\n`;
  });
  const expected = circles.map((circle) => {
    const [place, names] = circle.split(": ");
    return `${place}: the tasks need each other in a circle: ${names} | ` +
      "remove one of these needs, so that one of the tasks can be built first";
  });
  check(name, tables.join(""), expected);
}

checkNeeds("needs that meet again are no circle", ["a: b c", "b: d", "c: d", "d"], []);
checkNeeds("a cycle is reported at its first task in the file", ["z: c", "b: c", "c: a", "a: b", "y: a"], [
  "6:10 tasks.b.needs[0]: b -> c -> a -> b",
]);
checkNeeds("cycles are reported one by one", ["a: b c", "b: a", "c: d a", "d: e c", "e"], [
  "3:10 tasks.a.needs[0]: a -> b -> a",
  "3:15 tasks.a.needs[1]: a -> c -> a",
  "9:10 tasks.c.needs[0]: c -> d -> c",
]);
checkNeeds(
  "a circle of thousands of tasks",
  Array.from({ length: 5000 }, (_, n) => `t${n}: t${(n + 1) % 5000}`),
  [
    "3:10 tasks.t0.needs[0]: t0 -> t1 -> t2 -> t3 -> t4 -> t5 -> (4988 more) -> " +
    "t4994 -> t4995 -> t4996 -> t4997 -> t4998 -> t4999 -> t0",
  ],
);

/** Jobs as `a: b c`, two lines each with a command; `a=x: b` has the alias x, and stands on the first line. */
function checkJobNeeds(name: string, jobs: readonly string[], expected: readonly string[]): void {
  const tables = jobs.map((line) => {
    const [job, ...needs] = line.split(/:? /);
    const [own, alias] = job!.split("=");
    const further = alias === undefined ? "" : `, alias = ["${alias}"]`;
    return `jobs.${own} = { command = ["x"], needs = [${
      needs.map((need) => `"${need}"`).join(", ")
    }]${further} }\n`;
  });
  check(name, tables.join(""), expected);
}

const RUN_FIRST = "remove one of these needs, so that one of the jobs can be run first";
checkJobNeeds("jobs: needs that meet again are no circle", ["a: b c", "b: d", "c: d", "d"], []);
checkJobNeeds("jobs: a cycle of two", ["a: b", "b: a"], [
  `1:38 jobs.a.needs[0]: the jobs need each other in a circle: a -> b -> a | ${RUN_FIRST}`,
]);
checkJobNeeds("jobs: a circle through an alias", ["build=b: test", "test=t: b"], [
  `1:42 jobs.build.needs[0]: the jobs need each other in a circle: build -> test -> build | ${RUN_FIRST}`,
]);
checkJobNeeds("jobs: a circle that others lead into", ["z: a", "a: b", "b: c", "c: b"], [
  `3:38 jobs.b.needs[0]: the jobs need each other in a circle: b -> c -> b | ${RUN_FIRST}`,
]);
checkJobNeeds("jobs: itself", ["a: a"], ["1:38 jobs.a.needs[0]: a job cannot need itself"]);
checkJobNeeds("jobs: itself by its alias", ["a=x: x"], ["1:38 jobs.a.needs[0]: a job cannot need itself"]);
checkJobNeeds("jobs: a name that leads nowhere", ["a: buidl", "build"], [
  '1:38 jobs.a.needs[0]: there is no job "buidl" | did you mean "build"?',
]);
checkJobNeeds("jobs: a name that is nearest to an alias", ["a: chcek", "build=check"], [
  '1:38 jobs.a.needs[0]: there is no job "chcek" | did you mean "check"?',
]);
checkJobNeeds("jobs: twice, once by the alias", ["a: build b", "build=b"], [
  '1:47 jobs.a.needs[1]: "b" is "build", which is already named, on line 1',
]);
check("jobs: a need that is a task", '[jobs.a]\nneeds = ["site"]\n[tasks.site]\ncommand = ["x"]', [
  '2:10 jobs.a.needs[0]: there is no job "site" | "site" is a task, but a job can only need jobs',
]);
check("a pool that is not there", '[pools]\nheavy = 1\n[jobs.a]\ncommand = ["x"]\npool = "haevy"', [
  '5:8 jobs.a.pool: there is no pool "haevy" | did you mean "heavy"?',
]);
check("a pool that is not defined", '[jobs.a]\ncommand = ["x"]\npool = "gpu"', [
  '3:8 jobs.a.pool: there is no pool "gpu" | [pools] says how many places it has: gpu = 1',
]);
check("pools of no places, and of no names", '[pools]\nnone = 0\n"a b" = 1\nhalf = 1.5\nmany = "2"', [
  "2:8 pools.none: expected a whole number from 1 to 1024, found 0",
  `3:1 pools."a b": a name starts with a letter (A to Z) or digit, and continues with these, '.', '_' and '-'`,
  "4:8 pools.half: expected a whole number from 1 to 1024, found 1.5",
  "5:8 pools.many: expected a whole number from 1 to 1024, found a string | many = 2",
]);
check("a group of nothing", "[jobs.a]\nneeds = []", [
  `2:9 jobs.a.needs: a job without a command needs at least one other job | ${EXAMPLE}`,
]);
check("a circle of groups", '[jobs.a]\nneeds = ["b"]\n[jobs.b]\nneeds = ["a"]', [
  `2:10 jobs.a.needs[0]: the jobs need each other in a circle: a -> b -> a | ${RUN_FIRST}`,
]);
check(
  "a group with keys that only a command has",
  '[jobs.a]\nneeds = ["b"]\ntimeout_seconds = 3\n[jobs.b]\ncommand = ["x"]',
  [
    "3:1 jobs.a.timeout_seconds: a job without a command is a group of its needs, and this key is for a command | " +
    "add a command, or leave timeout_seconds out",
  ],
);

// Settings.

check("doc and git as text", 'doc = "docs"\ngit = "x/"', [
  "1:7 doc: expected a table, found a string",
  "2:7 git: expected a table, found a string",
]);
const docDirs: readonly (readonly [string, string])[] = [
  ['""', "a path cannot be empty"],
  ["3", 'expected a string, found a number | dir = "3"'],
  ['"/docs"', "expected a path relative to working_dir, found an absolute one"],
  ["'\\\\server\\docs'", "expected a path relative to working_dir, found an absolute one"],
  ['"C:docs"', "expected a path relative to working_dir, found an absolute one"],
  ['"docs/../.."', "expected a path inside working_dir, found one that leaves it"],
];
for (const [written, fact] of docDirs) {
  check(`doc.dir = ${written}`, `[doc]\ndir = ${written}`, [`2:7 doc.dir: ${fact}`]);
}
const branchPrefixes: readonly (readonly [string, string])[] = [
  ...[" ", "~", "^", ":", "?", "*", "[", "..", "@{", "//", "\\t", "\\u007f"].map((part) =>
    [`"a${part}b/"`, `git does not allow "${part}" in the name of a branch`] as const
  ),
  ["'a\\b'", 'git does not allow "\\" in the name of a branch'],
  ["true", 'expected a string, found true | branch_prefix = "true"'],
  ['"-a/"', 'the name of a branch cannot begin with "-"'],
  ['"/a/"', 'the name of a branch cannot begin with "/"'],
  ['"a/.b/"', 'git does not allow a part of a branch\'s name to begin with "."'],
  ['"a/."', 'git does not allow a part of a branch\'s name to begin with "."'],
  ['"a.lock/"', 'git does not allow a part of a branch\'s name to end in ".lock"'],
];
for (const [written, fact] of branchPrefixes) {
  check(`git.branch_prefix = ${written}`, `[git]\nbranch_prefix = ${written}`, [
    `2:17 git.branch_prefix: ${fact}`,
  ]);
}

check(
  "evidence that is signed never, or stamped by no URL",
  '[evidence]\nsign = "never"\ntime_stamp_url = "tsa"',
  [
    '2:8 evidence.sign: expected "asked" or "always", found "never"',
    "3:18 evidence.time_stamp_url: expected a URL that begins with http:// or https://",
  ],
);

check("an evidence.retention that is no duration", '[evidence]\nretention = "soon"', [
  '2:13 evidence.retention: expected a duration such as "90d", "52w" or "12h"',
]);

check(
  "settings",
  '[logging]\nlevel = "loud"\nformat = "jsn"\nmax_bytes = 1\nkeep_files = 0\n[hash]\nalgorithm = "md5"',
  [
    '2:9 logging.level: expected "debug", "info", "warning" or "error", found "loud"',
    '3:10 logging.format: expected "json" or "pretty", found "jsn" | did you mean "json"?',
    "4:13 logging.max_bytes: expected a whole number from 4096 to 1099511627776, found 1",
    "5:14 logging.keep_files: expected a whole number from 1 to 100, found 0",
    '7:13 hash.algorithm: expected "sha256", "sha1" or "sha512", found "md5"',
  ],
);

// Names.

const x = 'command = ["x"]';
check(
  "bad names",
  `[jobs."a b"]\n${x}\n[jobs."../x"]\n${x}\n[tasks.con]\n${x}\n[tasks.last]\n${x}\n[jobs.__proto__]\n${x}`,
  [
    "1:7 jobs.\"a b\": a name starts with a letter (A to Z) or digit, and continues with these, '.', '_' and '-'",
    "3:7 jobs.\"../x\": a name starts with a letter (A to Z) or digit, and continues with these, '.', '_' and '-'",
    "5:8 tasks.con: Windows reserves this name for a device",
    '7:8 tasks.last: "last" stands for the newest run',
    "9:7 jobs.__proto__: a name starts with a letter (A to Z) or digit, and continues with these, '.', '_' and '-'",
  ],
);
check(
  "names that clash",
  `[tasks.c]\n${x}\n[jobs.a]\n${x}\n[jobs.A]\n${x}\n[jobs.b]\n${x}\n[tasks.a]\n${x}\n[tasks.C]\n${x}`,
  [
    `5:7 jobs.A: there is already a job "a", on line 3 | ${CLASH}`,
    `9:8 tasks.a: there is already a job "a", on line 3 | ${CLASH}`,
    `11:8 tasks.C: there is already a task "c", on line 1 | ${CLASH}`,
  ],
);

checkJob(
  "invalid headings, questions and aliases",
  'group = " "\nconfirm = ""\nalias = "t"\nhidden = "true"',
  [
    "3:9 jobs.a.group: expected some words, found an empty string",
    "4:11 jobs.a.confirm: expected some words, found an empty string",
    '5:9 jobs.a.alias: expected a list of names, found a string | alias = ["t"]',
    "6:10 jobs.a.hidden: expected true or false, found a string | hidden = true",
  ],
);
checkTask("keys that only jobs have", 'group = "g"\nalias = []\nhidden = true\nconfirm = "Sure?"', [
  "3:1 tasks.a.group: unknown key | jobs have this key, tasks do not",
  "4:1 tasks.a.alias: unknown key | jobs have this key, tasks do not",
  "5:1 tasks.a.hidden: unknown key | jobs have this key, tasks do not",
]);
check(
  "further names that clash, with a job, a task, another of them, and one that is no name",
  `[jobs.a]\n${x}\nalias = ["B", "t", "z", "a"]\n[jobs.b]\n${x}\nalias = ["T", "a/b", "last"]\n[tasks.z]\n${x}`,
  [
    `3:10 jobs.a.alias[0]: there is already a job "b", on line 4 | ${ALIAS_CLASH}`,
    `3:20 jobs.a.alias[2]: there is already a task "z", on line 7 | ${ALIAS_CLASH}`,
    `3:25 jobs.a.alias[3]: there is already a job "a", on line 1 | ${ALIAS_CLASH}`,
    `6:10 jobs.b.alias[0]: there is already an alias "t", on line 3 | ${ALIAS_CLASH}`,
    "6:15 jobs.b.alias[1]: a name starts with a letter (A to Z) or digit, and continues with these, '.', '_' and '-'",
    '6:22 jobs.b.alias[2]: "last" stands for the newest run',
  ],
);

checkJob(
  "keys that the table of a system cannot have, on every system",
  '[jobs.a.windows]\ncommand = "x"\ndescription = "d"\nalias = []\ntimeout = 1\n' +
    "[jobs.a.darwin]\n[jobs.a.macos]\nenv = { A = 1 }\nzzz = 1\n[jobs.a.linux]\ndocuments = []",
  [
    '4:11 jobs.a.windows.command: expected a list of strings, found a string | command = ["x"]',
    `5:1 jobs.a.windows.description: unknown key | ${EVERYWHERE}`,
    `6:1 jobs.a.windows.alias: unknown key | ${EVERYWHERE}`,
    '7:1 jobs.a.windows.timeout: unknown key | did you mean "timeout_seconds"?',
    '8:9 jobs.a.darwin: unknown key | did you mean "macos"?',
    '10:13 jobs.a.macos.env.A: expected a string, found a number | A = "1"',
    `11:1 jobs.a.macos.zzz: unknown key | known keys: ${PLATFORM_KEYS}`,
    `13:1 jobs.a.linux.documents: unknown key | known keys: ${PLATFORM_KEYS}`,
  ],
);
checkTask("tables of systems are tables", 'windows = "x"\nlinux = { outputs = ["/abs"], needs = [] }', [
  "3:11 tasks.a.windows: expected a table, found a string",
  "4:22 tasks.a.linux.outputs[0]: expected a path relative to working_dir, found an absolute one",
  `4:31 tasks.a.linux.needs: unknown key | ${EVERYWHERE}`,
]);
checkJob(
  "keys that are valid together here, and not on another system",
  "success_exit_codes = [0]\nretry = { max = 1, on_exit_codes = [3] }\n" +
    "[jobs.a.windows]\nsuccess_exit_codes = [0, 3]\n" +
    "[jobs.a.macos]\nretry = { max = 1, delay_seconds = 9, max_delay_seconds = 5, on_exit_codes = [0] }",
  [
    "4:37 jobs.a.retry.on_exit_codes[0]: exit code 3 counts as success on windows, so it is never tried again",
    "8:59 jobs.a.macos.retry.max_delay_seconds: it is less than delay_seconds, which is 9 on macos",
    "8:79 jobs.a.macos.retry.on_exit_codes[0]: exit code 0 counts as success on macos, so it is never tried again",
  ],
);
check("a command for one system only", '[jobs.a.windows]\ncommand = ["x"]', [
  `1:7 jobs.a: the key "command" is missing | ${EXAMPLE}`,
]);

// Variables.

checkJob(
  "invalid variables, and variables that jobs do not have",
  'working_dir = "${projectroot}/x"\nenv = { A = "${env:}", B = "${HOME} ${env:X}", "${env:N" = "" }\n' +
    '[jobs.b]\ncommand = ["sh", "-c", "echo ${task}", "$${task} ${job}", "${env:X"]',
  [
    '3:15 jobs.a.working_dir: there is no variable ${projectroot} | did you mean "${project_root}"? ' +
    'Write "$${projectroot}" for the literal text',
    "4:13 jobs.a.env.A: ${env:} does not name an environment variable | " +
    'write ${env:NAME} or ${env:NAME:-default}. Write "$${env:}" for the literal text',
    '6:24 jobs.b.command[2]: a job has no ${task} | here it is "${job}"; write "$${task}" for the literal text',
    '6:59 jobs.b.command[4]: the variable ${env:X is not closed | did you mean "${env:X}"? ' +
    'Write "$${env:X" for the literal text',
  ],
);
checkTask(
  "variables in keys without replacement, and variables that tasks do not have",
  'outputs = ["${task}.js", "${HOME}"]\ndocuments = ["${env:X}"]\nenv_file = "${project_root}/.env"\n' +
    'acceptance = [{ id = "a", text = "${env:X}", check = ["${job}"] }]',
  [
    `3:12 tasks.a.outputs[0]: ${NOT_REPLACED}`,
    `4:14 tasks.a.documents[0]: ${NOT_REPLACED}`,
    `5:12 tasks.a.env_file: ${NOT_REPLACED}`,
    "6:55 tasks.a.acceptance[0].check[0]: a task has no ${job} | " +
    'here it is "${task}"; write "$${job}" for the literal text',
  ],
);
checkJob(
  "invalid files of variables",
  'env_file = [1, "", { file = ".env" }, { path = "a", required = "no" }]',
  [
    '3:13 jobs.a.env_file[0]: expected a string, found a number | "1"',
    "3:16 jobs.a.env_file[1]: a path cannot be empty",
    '3:20 jobs.a.env_file[2]: the key "path" is missing | path = ".env"',
    "3:22 jobs.a.env_file[2].file: unknown key | known keys: path, required",
    "3:64 jobs.a.env_file[3].required: expected true or false, found a string",
  ],
);

// All at once.

check(
  "problems of many sorts, in the order of the file",
  "[hash]\nalgorithm = 1\n[tasks.b]\nrepo = 1\n[jobs.a]\ncommand = []\nx = 1",
  [
    '2:13 hash.algorithm: expected "sha256", "sha1" or "sha512", found a number',
    `3:1 tasks.b: the key "command" is missing | ${EXAMPLE}`,
    '4:8 tasks.b.repo: expected "orchastration", "external" or "owner/name", found a number | repo = "1"',
    `6:11 jobs.a.command: expected the program and its arguments, found an empty list | ${EXAMPLE}`,
    `7:1 jobs.a.x: unknown key | known keys: ${JOB_KEYS}`,
  ],
);

Deno.test("diagnostics: the program prints the diagnostics that docs/configuration.md shows", async () => {
  const docs = await Deno.readTextFile(new URL("../../docs/configuration.md", import.meta.url));
  const section = docs.slice(docs.indexOf("## Problems"));
  const config = /```toml\n(.*?)```/s.exec(section)![1]!;
  const rows = section.split("\n").filter((line) => /^\| \d/.test(line)).map((line) => {
    const [place, key, message, hint] = line.replaceAll("`", "").slice(2, -2).split(" | ");
    return `${place} ${key}: ${message} | ${hint}`;
  });
  assertEquals(diagnosticLines(await load(config)), rows);
});

Deno.test("diagnostics: each carries its file and the text of its line", async () => {
  const result = await load('[jobs.a]\r\n  command = "ls"  # here\r\n');
  assertEquals(result.ok ? undefined : result.failure, {
    code: "config_invalid",
    path: "/project/orchastration.toml",
    diagnostics: [{
      path: "/project/orchastration.toml",
      line: 2,
      column: 13,
      key: "jobs.a.command",
      message: "expected a list of strings, found a string",
      hint: 'command = ["ls"]',
      sourceLine: '  command = "ls"  # here',
    }],
  });
});
