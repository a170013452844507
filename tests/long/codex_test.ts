/**
 * The real Codex CLI, prepared by `init --assistant codex`, with a model on the loopback interface that says what a test wants.
 * Skipped where there is no `codex` on the PATH (npm has it as @openai/codex).
 */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { type ScriptedStep, startResponsesStub } from "../support/responses_stub.ts";
import { until } from "../support/real_run.ts";
import { findTool } from "../support/tools.ts";

const TOML = `
[jobs.test]
description = "The tests"
command = ["sh", "test.sh"]
[jobs.slow]
command = ["sh", "-c", "echo begun; sleep 4; echo ended"]
[tasks.site]
command = ["sh", "-c", "mkdir -p dist && cp src/page.txt dist/page.html"]
inputs = ["src/**", "test.sh"]
outputs = ["dist/page.html"]
acceptance = [{ id = "ac1", text = "the page has a title", check = ["sh", "test.sh"] }]
`;
const TEST = "grep -q title src/page.txt || { echo AssertionError: the page has no title; exit 3; }\n";
const SERVER = "orchastration";
const DONE = { say: "All done." } as const;

const missing = ["codex", "script", "git"].find((tool) => findTool(tool) === undefined);
const ignore = missing !== undefined || Deno.build.os !== "linux";
const skipped = missing === undefined ? "" : ` (skipped: no ${missing})`;

/** A project with our parts for Codex, in which a person has trusted folder and hooks. */
async function prepared(folder: RealFolder): Promise<void> {
  folder.write("orchastration.toml", TOML);
  folder.write("test.sh", TEST);
  await folder.shell("git init -q . && mkdir -p src bin .codex-home && echo page > src/page.txt");
  // The entries name the program alone, and Codex starts servers with few variables.
  const words = folder.command.map((word) => `'${word}'`).join(" ");
  const variables = ["HOME", "DENO_DIR"].flatMap((name) =>
    folder.env[name] === undefined ? [] : [`export ${name}='${folder.env[name]}'\n`]
  );
  folder.write(`bin/${SERVER}`, `#!/bin/sh\n${variables.join("")}exec ${words} "$@"\n`);
  await folder.shell(`chmod +x bin/${SERVER}`);
  const said = await folder.orchastration("init", "--assistant", "codex", "--yes");
  assertEquals(said.code, 0, said.stderr);
  folder.write(".codex-home/config.toml", settings(folder, "http://127.0.0.1:9/v1"));
  const state = (await hooksOf(folder)).map(({ key, currentHash }) =>
    `[hooks.state.${JSON.stringify(key)}]\ntrusted_hash = ${JSON.stringify(currentHash)}\n`
  );
  assertEquals(state.length, 3);
  folder.write(".codex-home/hooks.toml", state.join(""));
}

function settings(folder: RealFolder, url: string): string {
  return [
    'model = "stub"',
    'model_provider = "stub"',
    'approval_policy = "never"',
    'sandbox_mode = "danger-full-access"',
    "[model_providers.stub]",
    'name = "stub"',
    `base_url = "${url}"`,
    'wire_api = "responses"',
    `[projects.${JSON.stringify(folder.path)}]`,
    'trust_level = "trusted"',
    "",
  ].join("\n");
}

function codexEnv(folder: RealFolder): Readonly<Record<string, string>> {
  const PATH = `${folder.path}/bin:${Deno.env.get("PATH")}`;
  return { PATH, CODEX_HOME: `${folder.path}/.codex-home` };
}

interface ListedHook {
  readonly key: string;
  readonly currentHash: string;
}

/** The hooks that Codex finds, with the digests that a person trusts by `/hooks`. */
async function hooksOf(folder: RealFolder): Promise<readonly ListedHook[]> {
  const { PATH, CODEX_HOME } = codexEnv(folder);
  const asked = [
    { id: 1, method: "initialize", params: { clientInfo: { name: "test", version: "1" } } },
    { method: "initialized" },
    { id: 2, method: "hooks/list", params: { cwds: [folder.path] } },
  ].map((each) => JSON.stringify(each)).join("\n");
  folder.write("asked.jsonl", `${asked}\n`);
  // It ends with its input, and answers in between.
  const line = `(cat asked.jsonl; sleep 3) | PATH='${PATH}' CODEX_HOME='${CODEX_HOME}' codex app-server`;
  const { stdout } = await folder.shell(line);
  const answer =
    stdout.split("\n").filter((each) => each.includes('"id":2')).map((each) => JSON.parse(each))[0];
  return answer?.result.data[0].hooks ?? [];
}

interface Session {
  /** The answers of our tools, in order. */
  readonly tools: readonly Readonly<Record<string, unknown>>[];
  /** The turns of the model. */
  readonly requests: readonly string[];
}

const ARGS = [
  "exec",
  "--json",
  "--skip-git-repo-check",
  "-c",
  `mcp_servers.${SERVER}.default_tools_approval_mode="approve"`,
  // The first turn waits for the server, however slow the machine is.
  "-c",
  `mcp_servers.${SERVER}.required=true`,
  "-c",
  `mcp_servers.${SERVER}.startup_timeout_sec=60`,
  "go on",
];

/** One session of Codex, whose model takes these steps. */
async function session(folder: RealFolder, steps: readonly ScriptedStep[]): Promise<Session> {
  await using stub = startResponsesStub(SERVER, steps);
  configure(folder, stub.url);
  const { code, stdout, stderr } = await folder.call(findTool("codex")!, ARGS, codexEnv(folder));
  assertEquals(code, 0, stdout + stderr);
  const events = stdout.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const tools = events.filter(({ type, item }) => type === "item.completed" && item.type === "mcp_tool_call")
    .map(({ item }) => item.result?.structured_content ?? { problem: JSON.stringify(item) });
  return { tools, requests: [...stub.requests] };
}

function configure(folder: RealFolder, url: string): void {
  folder.write(".codex-home/config.toml", settings(folder, url) + folder.read(".codex-home/hooks.toml"));
}

/** A person types yes at a terminal. */
async function trust(folder: RealFolder): Promise<void> {
  const line = [...folder.command, "trust"].map((word) => `'${word}'`).join(" ");
  const said = await folder.shell(`printf 'y\\ny\\ny\\n' | script -qec "${line}" /dev/null`);
  assertEquals(said.code, 0, said.stdout + said.stderr);
}

/** What the hook at the end of a turn told the model, turn by turn; it comes as a message of its own. */
function held(requests: readonly string[]): number {
  return requests.at(-1)!.split("Not done yet, as far as records prove it").length - 1;
}

Deno.test({
  name:
    `codex: is refused, held at "done" until the task is proven, and held once more after an edit${skipped}`,
  ignore,
  fn: () =>
    inRealFolder(async (folder) => {
      await prepared(folder);
      const doctors = () =>
        folder.shell(
          `PATH="$PWD/bin:$PATH" CODEX_HOME="$PWD/.codex-home" ${SERVER} doctor --assistant codex`,
        );
      const before = await doctors();
      assertEquals(before.stdout.match(/is there and trusted/g), null, before.stdout);
      configure(folder, "http://127.0.0.1:9/v1");
      // The digest by which Codex trusts a hook is the one that doctor computes.
      const doctor = await doctors();
      assertEquals(
        [doctor.code, doctor.stdout.match(/is there and trusted/g)?.length],
        [0, 3],
        doctor.stdout,
      );

      const refused = await session(folder, [
        { tool: "tasks", args: {} },
        { tool: "start", args: { jobs: ["test"] } },
      ]);
      assertEquals(refused.tools[1], {
        error: 'Cannot start job "test": no person has trusted it',
        person_types: "orchastration trust test",
      });
      await trust(folder);

      const worked = await session(folder, [
        { tool: "plan", args: { task: "site" } },
        { tool: "start", args: { task: "site" } },
        { tool: "log", args: { run: "test" } },
        { tool: "start", args: { jobs: ["test"], wait_s: 0 } },
        { tool: "wait", args: { run: "test" } },
        // The command of a job in the client's own shell is no run.
        { shell: "sh test.sh" },
        DONE,
        { shell: "echo title > src/page.txt" },
        { tool: "start", args: { task: "site" } },
        DONE,
      ]);
      const [planned, built, , , waited, proven] = worked.tools;
      assertEquals([planned!["task"], planned!["status"]], ["site", "planned"]);
      assertEquals([built!["status"], built!["failed_criterion"], built!["output"]], [
        "failed",
        "ac1",
        "AssertionError: the page has no title\n",
      ]);
      assertEquals([waited!["status"], waited!["exit_code"], proven!["status"]], ["failed", 3, "succeeded"]);
      // Ten steps and no other turn: it was held once, and let go when the task was proven.
      assertEquals([worked.requests.length, held(worked.requests)], [10, 1]);
      const seen = JSON.parse((await folder.orchastration("status", "test", "--json")).stdout).jobs[0];
      assertEquals(seen.seen_outside?.by, "codex", JSON.stringify(seen));
      const shown = await folder.orchastration("runs", "show", String(waited!["run"]), "--json");
      assert(JSON.parse(shown.stdout).requested_by.agent.startsWith("declared: codex"), shown.stdout);

      const edited = await session(folder, [{ shell: "echo other title > src/page.txt" }, DONE, DONE]);
      // Held once; the second stop is let go, and nothing loops.
      assertEquals([edited.requests.length, held(edited.requests)], [3, 1]);
      const status = JSON.parse((await folder.orchastration("plan", "status", "site", "--json")).stdout);
      assertEquals(
        [status.left_open?.by, status.left_open?.criteria],
        ["codex", ["ac1"]],
        JSON.stringify(status),
      );
      const after = await doctors();
      assertEquals(after.stdout.match(/it fired last .*, for codex/g)?.length, 3, after.stdout);
    }),
});

Deno.test({
  name:
    `codex: a run goes on when the client and the server are killed, and the next session finds it${skipped}`,
  ignore,
  fn: () =>
    inRealFolder(async (folder) => {
      await prepared(folder);
      await trust(folder);
      const stub = startResponsesStub(SERVER, [
        { tool: "start", args: { jobs: ["slow"], wait_s: 0 } },
        { hang: true },
      ]);
      try {
        configure(folder, stub.url);
        const client = new Deno.Command(findTool("codex")!, {
          args: ARGS,
          cwd: folder.path,
          env: { ...folder.env, ...codexEnv(folder) },
          stdin: "null",
          stdout: "null",
          stderr: "null",
          detached: true,
        }).spawn();
        await until("the model has the answer to start", () => stub.requests.length === 2);
        for (const pid of familyOf(client.pid)) kill(pid);
        await client.status;
      } finally {
        await stub[Symbol.asyncDispose]();
      }
      const found = await session(folder, [{ tool: "runs", args: {} }, {
        tool: "wait",
        args: { run: "slow" },
      }]);
      const [runs, waited] = found.tools;
      assert(JSON.stringify(runs).includes("slow/"), JSON.stringify(runs));
      assert(JSON.stringify(runs).length < 1000, `${JSON.stringify(runs).length} characters`);
      assertEquals([waited!["status"], waited!["exit_code"]], ["succeeded", 0], JSON.stringify(waited));
    }),
});

/** The client with everything that it started, apart from the supervisor of the run, which leads a session of its own. */
function familyOf(root: number): readonly number[] {
  const stats = [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, , parent, , session] =
        /^(\d+) \(.*\) \S (\d+) (\d+) (\d+)/s.exec(Deno.readTextFileSync(`/proc/${name}/stat`))
          ?.map(Number) ?? [];
      const isServer = Deno.readTextFileSync(`/proc/${name}/cmdline`).endsWith("\0mcp\0");
      return [{ pid: Number(name), parent, session, isServer }];
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  });
  const family = new Set([root]);
  for (let grown = -1; grown !== family.size;) {
    grown = family.size;
    for (const { pid, parent, session, isServer } of stats) {
      if (family.has(parent!) && (isServer || session !== pid)) family.add(pid);
    }
  }
  return [...family];
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
