/**
 * The real Codex CLI as a client of `mcp`, with a model on the loopback interface that says what a test wants. Skipped where there is
 * no `codex` on the PATH (npm has it as @openai/codex).
 */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { type ScriptedCall, startResponsesStub } from "../support/responses_stub.ts";
import { findTool } from "../support/tools.ts";

const TOML = `
[jobs.test]
description = "The tests"
command = ["sh", "test.sh"]
[tasks.site]
command = ["sh", "-c", "mkdir -p dist && echo page > dist/page.html"]
outputs = ["dist/page.html"]
acceptance = [{ id = "ac1", text = "the tests pass", check = ["sh", "test.sh"] }]
`;

const SERVER = "orchastration";
const missing = ["codex", "script"].find((tool) => findTool(tool) === undefined);

interface ToolResult {
  readonly tool: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** One session of Codex, whose model makes these calls; their answers. */
async function session(folder: RealFolder, calls: readonly ScriptedCall[]): Promise<readonly ToolResult[]> {
  await using stub = startResponsesStub(SERVER, calls);
  const [program, ...args] = folder.command;
  const env = Object.entries({ ...folder.env, PATH: Deno.env.get("PATH") ?? "" })
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  await Deno.mkdir(`${folder.path}/.codex-home`, { recursive: true });
  folder.write(
    ".codex-home/config.toml",
    [
      'model = "stub"',
      'model_provider = "stub"',
      'approval_policy = "never"',
      "[model_providers.stub]",
      'name = "stub"',
      `base_url = "${stub.url}"`,
      'wire_api = "responses"',
      `[mcp_servers.${SERVER}]`,
      `command = ${JSON.stringify(program)}`,
      `args = ${JSON.stringify([...args, "mcp"])}`,
      `env = { ${env.join(", ")} }`,
      "required = true",
      'default_tools_approval_mode = "approve"',
      `[projects.${JSON.stringify(folder.path)}]`,
      'trust_level = "trusted"',
    ].join("\n"),
  );
  const { code, stdout, stderr } = await folder.call(
    findTool("codex")!,
    ["exec", "--json", "--skip-git-repo-check", "go on"],
    { CODEX_HOME: `${folder.path}/.codex-home` },
  );
  assertEquals(code, 0, stdout + stderr);
  const events = stdout.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  return events.filter(({ type, item }) => type === "item.completed" && item.type === "mcp_tool_call")
    .map(({ item }) => ({ tool: item.tool, facts: item.result?.structured_content ?? {} }));
}

/** A person types yes at a terminal. */
async function trust(folder: RealFolder): Promise<void> {
  const line = [...folder.command, "trust"].map((word) => `'${word}'`).join(" ");
  const said = await folder.shell(`printf 'y\\ny\\n' | script -qec "${line}" /dev/null`);
  assertEquals(said.code, 0, said.stdout + said.stderr);
}

Deno.test({
  name: missing === undefined
    ? "codex: is refused, and after a person's trust plans, starts, reads the failure and proves the task"
    : `codex: as a client of mcp (skipped: no ${missing})`,
  ignore: missing !== undefined || Deno.build.os !== "linux",
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write("orchastration.toml", TOML);
      folder.write("test.sh", "echo AssertionError: the page has no title; exit 3\n");
      const refused = await session(folder, [
        { tool: "tasks", args: {} },
        { tool: "start", args: { jobs: ["test"] } },
      ]);
      assertEquals(refused.map(({ tool }) => tool), ["tasks", "start"]);
      assertEquals(refused[1]!.facts, {
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
        { tool: "tasks", args: { action: "next" } },
      ]);
      const [planned, built, , , waited, next] = worked.map(({ facts }) => facts);
      assertEquals([planned!["task"], planned!["status"]], ["site", "planned"]);
      assertEquals([built!["status"], built!["failed_criterion"], built!["output"]], [
        "failed",
        "ac1",
        "AssertionError: the page has no title\n",
      ]);
      assertEquals([waited!["status"], waited!["exit_code"]], ["failed", 3]);
      assertEquals([next!["task"], next!["status"]], ["site", "failed"]);
      const shown = await folder.orchastration("runs", "show", String(waited!["run"]), "--json");
      assert(JSON.parse(shown.stdout).requested_by.agent.startsWith("declared: codex"), shown.stdout);
      // The test is made to pass, which changes a trusted file: a person looks once more.
      folder.write("test.sh", "exit 0\n");
      const [changed] = await session(folder, [{ tool: "start", args: { task: "site" } }]);
      assert(String(changed!.facts["error"]).endsWith("file test.sh"), JSON.stringify(changed));
      await trust(folder);
      const [done] = await session(folder, [{ tool: "start", args: { task: "site" } }]);
      assertEquals(done!.facts["status"], "succeeded");
      const status = await folder.orchastration("plan", "status", "site", "--exit-code");
      assertEquals(status.code, 0, status.stdout);
    }),
});
