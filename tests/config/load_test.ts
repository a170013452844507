import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { stringify } from "smol-toml";
import type { ConfigLocation } from "../../src/config/find.ts";
import { loadProject } from "../../src/config/load.ts";
import type { Job } from "../../src/model/job.ts";
import type { Project } from "../../src/model/project.ts";
import { diagnosticLines, type Entry, load, machineWith } from "./support.ts";

async function loaded(config: string | Uint8Array): Promise<Project> {
  const result = await load(config);
  assertEquals(diagnosticLines(result), []);
  if (!result.ok) throw new Error(result.failure.code);
  return result.value;
}

const SAMPLE: Job = {
  name: "sample",
  description: undefined,
  command: ["ls"],
  workingDir: ".",
  env: {},
  envFiles: [],
  timeoutMs: undefined,
  killGraceMs: 10_000,
  secrets: [],
  retry: undefined,
  successExitCodes: [0],
  confirm: undefined,
  group: undefined,
  alias: [],
  hidden: false,
  interactive: false,
  terminal: false,
  stdin: "none",
  leaveRunning: false,
  concurrency: "allow",
  inputs: undefined,
  inputEnv: [],
  inputTools: [],
  outputs: [],
  declaresOutputs: false,
  color: "auto",
  lock: undefined,
  needs: [],
  args: undefined,
  pool: undefined,
  uses: [],
  executor: "local",
};

Deno.test("load: a command is all that a job needs", async () => {
  const toml = '[jobs.sample]\ncommand = ["ls"]\n';
  const project = await loaded(toml);
  assertEquals(project, {
    root: "/project",
    canonicalRoot: "/project",
    configPath: "/project/orchastration.toml",
    configBytes: new TextEncoder().encode(toml),
    jobs: new Map([["sample", SAMPLE]]),
    groups: new Map(),
    tasks: new Map(),
    services: new Map(),
    schedules: new Map(),
    aliases: new Map(),
    pools: new Map(),
    logging: { level: "info", format: undefined, stdout: true, maxBytes: 5_242_880, keepFiles: 5 },
    hashAlgorithm: "sha256",
    docDir: "docs/tasks",
    branchPrefix: "task/",
    stateDir: undefined,
    worktree: { copy: [], setup: [] },
    evidence: { sign: "asked", timeStampUrl: undefined, retention: undefined },
    maxDetached: 20,
    notify: undefined,
    slurm: undefined,
    defaultJob: undefined,
  });
});

Deno.test("load: every key has its effect", async () => {
  const project = await loaded(`
[jobs.all]
description = "Everything"
command = ["make", "", "a b"]
working_dir = "/srv/app"
timeout_seconds = 1.5
kill_grace_seconds = 0
env = { A = "1", B = "" }
secrets = ["A", "TOKEN"]
success_exit_codes = [0, 3]
retry = { max = 4, delay_seconds = 0.25, backoff = 1.5, max_delay_seconds = 60, on_exit_codes = [75] }
interactive = false
stdin = "inherit"
leave_running = true
concurrency = "wait"
lock = "database"
group = "All of them"
alias = ["everything", "a"]
hidden = true
args = []
confirm = "All of it?"
inputs = ["@git", "../lib/**", "!docs"]
input_env = ["CI"]
input_tools = [["node", "--version"]]
outputs = []

[tasks.all_task]
description = "A task"
command = ["make", "dist"]
working_dir = "sub"
timeout_seconds = 0
outputs = ["dist/*.txt", "./a/../b", "[", "**/{a,b}?[!c]", "**/a/.."]
documents = ["README.md", "/abs/doc.md"]
repo = "owner/some.name"
status = "in_progress"
needs = ["later", "Also"]
confirm = "Really?"
acceptance = [
  { id = "ac1", text = "unit tests pass", check = ["deno", "task", "test"], timeout_seconds = 1.5 },
  { id = "last", text = "a person looked at it" },
  { id = "none", text = "no timeout", check = ["true"], timeout_seconds = 0, fresh = true },
]

[logging]
level = "warning"
format = "json"
stdout = false
max_bytes = 4096
keep_files = 100

[hash]
algorithm = "sha512"

[doc]
dir = "doc/./of-tasks"

[evidence]
sign = "always"
time_stamp_url = "http://tsa.example/tsr"
retention = "52w"

[git]
branch_prefix = "team/é.x@_"
[state]
dir = "../records"

[tasks.later]
command = ["true"]
[tasks.Also]
command = ["true"]
needs = ["later"]
`);
  const { jobs, tasks, aliases, logging, hashAlgorithm, docDir, branchPrefix, evidence } = project;
  const all = [...tasks].filter(([name]) => name === "all_task");
  assertEquals({
    jobs: [...jobs],
    tasks: all,
    aliases: [...aliases],
    logging,
    hashAlgorithm,
    docDir,
    branchPrefix,
    evidence,
  }, {
    jobs: [["all", {
      name: "all",
      description: "Everything",
      command: ["make", "", "a b"],
      workingDir: "/srv/app",
      env: { A: "1", B: "" },
      envFiles: [],
      timeoutMs: 1500,
      killGraceMs: 0,
      secrets: ["A", "TOKEN"],
      retry: { max: 4, delayMs: 250, backoff: 1.5, maxDelayMs: 60_000, onExitCodes: [75] },
      successExitCodes: [0, 3],
      confirm: "All of it?",
      color: "auto",
      group: "All of them",
      alias: ["everything", "a"],
      hidden: true,
      interactive: false,
      terminal: false,
      stdin: "inherit",
      leaveRunning: true,
      concurrency: "wait",
      inputs: ["@git", "../lib/**", "!docs"],
      inputEnv: ["CI"],
      inputTools: [["node", "--version"]],
      outputs: [],
      declaresOutputs: true,
      lock: "database",
      args: [],
      needs: [],
      pool: undefined,
      uses: [],
      executor: "local",
    }]],
    tasks: [["all_task", {
      name: "all_task",
      description: "A task",
      command: ["make", "dist"],
      workingDir: "sub",
      env: {},
      envFiles: [],
      timeoutMs: undefined,
      killGraceMs: 10_000,
      secrets: [],
      retry: undefined,
      successExitCodes: [0],
      confirm: "Really?",
      color: "auto",
      inputs: undefined,
      inputEnv: [],
      inputTools: [],
      declaresOutputs: true,
      outputs: ["dist/*.txt", "./a/../b", "[", "**/{a,b}?[!c]", "**/a/.."],
      documents: ["README.md", "/abs/doc.md"],
      repo: "owner/some.name",
      acceptance: [
        {
          id: "ac1",
          text: "unit tests pass",
          check: ["deno", "task", "test"],
          timeoutMs: 1500,
          fresh: false,
        },
        { id: "last", text: "a person looked at it", check: undefined, timeoutMs: undefined, fresh: false },
        { id: "none", text: "no timeout", check: ["true"], timeoutMs: undefined, fresh: true },
      ],
      needs: ["later", "Also"],
      parallel: false,
      uses: [],
      executor: "local",
      declaredStatus: "in_progress",
    }]],
    aliases: [["everything", "all"], ["a", "all"]],
    logging: { level: "warning", format: "json", stdout: false, maxBytes: 4096, keepFiles: 100 },
    hashAlgorithm: "sha512",
    docDir: "doc/./of-tasks",
    branchPrefix: "team/é.x@_",
    evidence: { sign: "always", timeStampUrl: "http://tsa.example/tsr", retention: "52w" },
  });
});

Deno.test("load: a retry that sets only max gets the defaults for the rest", async () => {
  const retryOf = async (text: string) =>
    (await loaded(`[jobs.a]\ncommand = ["a"]\nretry = { ${text} }`)).jobs.get("a")?.retry;
  assertEquals(await retryOf("max = 1"), {
    max: 1,
    delayMs: 1000,
    backoff: 2,
    maxDelayMs: 30_000,
    onExitCodes: undefined,
  });
  assertEquals((await retryOf("max = 1, delay_seconds = 90"))?.maxDelayMs, 90_000);
});

Deno.test("load: criteria may be written as tables with headers of their own", async () => {
  const project = await loaded(`[tasks.a]
command = ["x"]
[[tasks.a.acceptance]]
id = "ac1"
text = "one"
[[tasks.a.acceptance]]
id = "ac2"
text = "two"
check = ["y"]
`);
  assertEquals(project.tasks.get("a")?.acceptance, [
    { id: "ac1", text: "one", check: undefined, timeoutMs: undefined, fresh: false },
    { id: "ac2", text: "two", check: ["y"], timeoutMs: undefined, fresh: false },
  ]);
});

Deno.test("load: the prefix of branches may be empty", async () => {
  assertEquals((await loaded('[git]\nbranch_prefix = ""')).branchPrefix, "");
});

Deno.test("load: the needs of a job are names of jobs, and a job without a command is a group of its needs", async () => {
  const project = await loaded(`
[jobs.build]
command = ["make"]
alias = ["b"]

[jobs.test]
command = ["make", "test"]
needs = ["b"]
alias = ["t"]

[jobs.checks]
description = "Everything"
needs = ["t", "build"]
group = "ci"
alias = ["c"]

[jobs.all]
hidden = true
needs = ["c"]
[jobs.test.linux]
command = ["make", "test"]
`);
  assertEquals(project.jobs.get("test")?.needs, ["build"]);
  assertEquals([...project.jobs.keys()], ["build", "test"]);
  assertEquals([...project.groups.values()], [
    { name: "all", description: undefined, group: undefined, alias: [], hidden: true, needs: ["checks"] },
    {
      name: "checks",
      description: "Everything",
      group: "ci",
      alias: ["c"],
      hidden: false,
      needs: ["test", "build"],
    },
  ]);
  assertEquals([...project.aliases], [["b", "build"], ["t", "test"], ["c", "checks"]]);
});

Deno.test("load: a chain of needs may be longer than the stack is deep", async () => {
  const length = 20_000;
  const task = (n: number) =>
    `[tasks.t${n}]\ncommand = ["x"]\nneeds = [${n + 1 < length ? `"t${n + 1}"` : ""}]\n`;
  const project = await loaded(Array.from({ length }, (_, n) => task(n)).join(""));
  assertEquals(project.tasks.size, length);
});

Deno.test("load: a timeout above zero is never rounded to zero", async () => {
  const project = await loaded('[jobs.a]\ncommand = ["a"]\ntimeout_seconds = 0.0001');
  assertEquals(project.jobs.get("a")?.timeoutMs, 1);
});

Deno.test("load: levels and algorithms are accepted in the spellings that people use", async () => {
  const levels: Record<string, string> = {
    debug: "debug",
    TRACE: "debug",
    Info: "info",
    warn: "warning",
    WARNING: "warning",
    error: "error",
    fatal: "error",
    Critical: "error",
  };
  for (const [written, level] of Object.entries(levels)) {
    assertEquals((await loaded(`[logging]\nlevel = "${written}"`)).logging.level, level as never);
  }
  assertEquals((await loaded('[hash]\nalgorithm = "SHA1"')).hashAlgorithm, "sha1");
  assertEquals((await loaded('[hash]\nalgorithm = "SHA-512"')).hashAlgorithm, "sha512");
});

Deno.test("load: names are sorted without regard to case", async () => {
  const names = ["b", "A", "c", "10", "9", "B2"];
  const project = await loaded(names.map((name) => `[jobs.${name}]\ncommand = ["x"]\n`).join(""));
  assertEquals([...project.jobs.keys()], ["10", "9", "A", "b", "B2", "c"]);
});

Deno.test("load: a name with dots is one name", async () => {
  assertEquals([...(await loaded('[jobs."a.b"]\ncommand = ["x"]')).jobs.keys()], ["a.b"]);
});

Deno.test("load: names that JavaScript objects have are ordinary names", async () => {
  const project = await loaded(
    '[jobs.constructor]\ncommand = ["x"]\nenv = { __proto__ = "p", toString = "t" }\n[tasks.toString]\ncommand = ["x"]',
  );
  assertEquals([...project.jobs.keys()], ["constructor"]);
  assertEquals([...project.tasks.keys()], ["toString"]);
  assertEquals(Object.entries(project.jobs.get("constructor")!.env), [["__proto__", "p"], ["toString", "t"]]);
  assertEquals(({} as Record<string, unknown>).p, undefined);
});

Deno.test("load: a byte order mark and Windows line ends are accepted", async () => {
  const project = await loaded('\ufeff[jobs.a]\r\ncommand = ["x"]\r\n');
  assertEquals(project.jobs.get("a")?.command, ["x"]);
});

Deno.test("load: without a file the project is empty", async () => {
  const location = {
    path: undefined,
    namedBy: "nothing",
    projectRoot: "/here",
    canonicalRoot: undefined,
    searched: [],
  };
  assertEquals(await loadProject(machineWith({}), location), {
    ok: true,
    value: {
      root: "/here",
      canonicalRoot: undefined,
      configPath: "",
      configBytes: undefined,
      jobs: new Map(),
      groups: new Map(),
      tasks: new Map(),
      services: new Map(),
      schedules: new Map(),
      aliases: new Map(),
      pools: new Map(),
      logging: { level: "info", format: undefined, stdout: true, maxBytes: 5_242_880, keepFiles: 5 },
      hashAlgorithm: "sha256",
      docDir: "docs/tasks",
      branchPrefix: "task/",
      stateDir: undefined,
      worktree: { copy: [], setup: [] },
      evidence: { sign: "asked", timeStampUrl: undefined, retention: undefined },
      maxDetached: 20,
      notify: undefined,
      slurm: undefined,
      defaultJob: undefined,
    },
  });
});

Deno.test("load: a file that cannot be read is a failure with the reason", async () => {
  const location: ConfigLocation = {
    path: "/c.toml",
    namedBy: "--config",
    projectRoot: "/",
    canonicalRoot: undefined,
    searched: [],
  };
  const failureWith = async (entries: Record<string, Entry>) => {
    const result = await loadProject(machineWith(entries), location);
    return result.ok ? undefined : result.failure;
  };
  assertEquals(await failureWith({}), { code: "config_missing", path: "/c.toml", named_by: "--config" });
  assertEquals(await failureWith({ "/c.toml": { kind: "permission_denied", reason: "permission denied" } }), {
    code: "config_unreadable",
    path: "/c.toml",
    reason: "permission denied",
  });
  assertEquals(await failureWith({ "/c.toml": new Uint8Array(64 * 1024 * 1024 + 1) }), {
    code: "config_unreadable",
    path: "/c.toml",
    reason: "it is larger than 64 MiB",
  });
});

Deno.test("load: the example has no problems and holds the sample", async () => {
  const project = await loaded(
    await Deno.readTextFile(new URL("../../configs/config.example.toml", import.meta.url)),
  );
  assertEquals(project.jobs.get("sample"), {
    ...SAMPLE,
    description: "List current directory",
    command: ["ls", "-la"],
    env: { SAMPLE_ENV: "true" },
    timeoutMs: 10_000,
  });
  const task = project.tasks.get("sample_task");
  assertEquals([task?.command, task?.outputs, task?.documents], [
    ["sh", "-c", "mkdir -p dist && echo hello > dist/example.txt"],
    ["dist/example.txt"],
    ["README.md"],
  ]);
});

/** For any text: a project, or diagnostics at existing places, in order. */
async function holdsFor(config: string | Uint8Array): Promise<void> {
  const result = await load(config);
  if (result.ok) return;
  assert(result.failure.code === "config_invalid");
  const { diagnostics } = result.failure;
  assert(diagnostics.length > 0);
  const text = typeof config === "string" ? config : new TextDecoder().decode(config);
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  let before = { line: 1, column: 1 };
  for (const { line, column, sourceLine, message } of diagnostics) {
    assertEquals(sourceLine, lines[line - 1]);
    assert(column >= 1 && column <= [...sourceLine].length + 1);
    assert(line > before.line || line === before.line && column >= before.column);
    assert(message !== "" && !message.includes("\n"));
    before = { line, column };
  }
}

const FRAGMENTS = [
  "[jobs.a]\n",
  "[jobs.A]\n",
  "[[jobs.b]]\n",
  "[tasks.a.env]\n",
  "[jobs]\n",
  "command = ",
  "retry.max = ",
  '["x"]',
  "{ a = 1 }",
  '"',
  "'",
  '"""',
  "\n",
  "\r\n",
  "\r",
  "\\",
  "1e9",
  "99999999999999999999",
  "nan",
  "1979-05-27",
  "07:32:00",
  "__proto__",
  " = ",
  ".",
  ",",
  "[",
  "]",
  "#",
  "\u0000",
  "\ufeff",
  "é𝒳",
  "\ud800",
];

Deno.test("load: no text and no bytes make the loader throw", async () => {
  const fragments = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 30 }).map((parts) => parts.join(""));
  const texts = fc.oneof(fragments, fc.string({ unit: "binary" })).filter((text) => text.isWellFormed());
  await fc.assert(fc.asyncProperty(texts, holdsFor), { numRuns: 600 });
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), holdsFor), { numRuns: 300 });
});

Deno.test("load: every cycle of needs is found", async () => {
  const graphs = fc.array(fc.array(fc.nat({ max: 5 }), { maxLength: 4 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(graphs, async (graph) => {
      const needs = graph.map((targets, task) =>
        [...new Set(targets)].filter((other) => other !== task && other < graph.length)
      );
      const result = await load(
        needs.map((to, task) =>
          `[tasks.t${task}]\ncommand = ["x"]\nneeds = [${to.map((n) => `"t${n}"`).join(", ")}]\n`
        ).join(""),
      );
      const shown = diagnosticLines(result).map((line) =>
        / in a circle: (.*) \| /.exec(line)![1]!.split(" -> ").map((name) => Number(name.slice(1)))
      );
      assertEquals(new Set(shown.map(String)).size, shown.length);
      for (const cycle of shown) {
        assertEquals(cycle[0], cycle.at(-1));
        assertEquals(Math.min(...cycle), cycle[0]);
        cycle.slice(1).forEach((task, index) => assert(needs[cycle[index]!]!.includes(task)));
      }
      // Removes tasks without needs until none is left: the remaining ones are in a cycle or lead to one.
      const left = new Set(needs.keys());
      for (let before = -1; before !== left.size;) {
        before = left.size;
        for (const task of left) if (!needs[task]!.some((other) => left.has(other))) left.delete(task);
      }
      assertEquals(shown.length > 0, left.size > 0);
    }),
    { numRuns: 300 },
  );
});

Deno.test("load: no TOML document makes the loader throw", async () => {
  const keys = fc.oneof(
    fc.constantFrom("command", "env", "retry", "max", "secrets", "outputs", "repo", "status", "__proto__"),
    fc.constantFrom("needs", "acceptance", "id", "text", "check", "timeout_seconds", "dir", "branch_prefix"),
    fc.string({ unit: "grapheme" }),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.integer(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(keys, tie("value"), { maxKeys: 4 }),
    ),
  }));
  const documents = fc.record({
    jobs: fc.oneof(value, fc.dictionary(keys, value, { maxKeys: 3 })),
    tasks: fc.oneof(value, fc.dictionary(keys, fc.dictionary(keys, value, { maxKeys: 5 }), { maxKeys: 3 })),
    logging: value,
    hash: value,
    doc: fc.oneof(value, fc.dictionary(keys, value, { maxKeys: 2 })),
    git: fc.oneof(value, fc.dictionary(keys, value, { maxKeys: 2 })),
  }, { requiredKeys: [] });
  await fc.assert(fc.asyncProperty(documents, (document) => holdsFor(stringify(document))), { numRuns: 400 });
});
