/** The server for coding assistants as the official client sees it, in both eras of the protocol; and what becomes of a run without it. */

import { assert, assertEquals } from "@std/assert";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { findTool } from "../support/tools.ts";

const TOML = `
[jobs.bad]
command = ["sh", "bad.sh"]
[jobs.slow]
command = ["sh", "-c", "echo begun; sleep 3; echo ended"]
`;
/** The client gives the server some seconds to end, by a timer that it leaves behind. */
const ITS_TIMERS = { sanitizeOps: false, sanitizeResources: false };
const BOUND_MS = 30_000;
const LOOK_AGAIN_MS = 50;

/** A terminal at which a person types yes. */
async function trust(folder: RealFolder): Promise<void> {
  const line = [...folder.command, "trust"].map((word) => `'${word}'`).join(" ");
  const said = await folder.shell(`printf 'y\\ny\\n' | script -qec "${line}" /dev/null`);
  assertEquals(said.code, 0, said.stdout + said.stderr);
}

async function connect(folder: RealFolder, mode: "legacy" | "auto") {
  const transport = new StdioClientTransport({
    command: folder.command[0],
    args: [...folder.command.slice(1), "mcp"],
    cwd: folder.path,
    env: { ...Deno.env.toObject(), ...folder.env },
    stderr: "ignore",
  });
  const client = new Client({ name: "judge", version: "1.2" }, { versionNegotiation: { mode } });
  await client.connect(transport);
  return { client, pid: transport.pid! };
}

async function use(client: Client, name: string, args: Record<string, unknown>) {
  const { structuredContent, content, isError } = await client.callTool({ name, arguments: args });
  const [first] = content;
  assert(first?.type === "text");
  return { facts: structuredContent as Record<string, unknown>, text: first.text, isError };
}

const isPossible = Deno.build.os === "linux" && findTool("script") !== undefined;

for (const [mode, version] of [["legacy", "2025-11-25"], ["auto", "2026-07-28"]] as const) {
  Deno.test({
    name: `mcp: the official client of ${version} lists the tools, is refused, and reads a failure`,
    ignore: !isPossible,
    ...ITS_TIMERS,
    fn: () =>
      inRealFolder(async (folder) => {
        folder.write("orchastration.toml", TOML);
        folder.write("bad.sh", "echo AssertionError: 1 is not 2; exit 3\n");
        const { client } = await connect(folder, mode);
        try {
          assertEquals(client.getNegotiatedProtocolVersion(), version);
          const { tools } = await client.listTools();
          assertEquals(tools.length, 7);
          const refused = await use(client, "start", { jobs: ["bad"] });
          assertEquals([refused.isError, refused.facts["person_types"]], [true, "orchastration trust bad"]);
          await trust(folder);
          const ended = await use(client, "start", { jobs: ["bad"] });
          assertEquals([ended.isError ?? false, ended.facts["status"], ended.facts["exit_code"]], [
            false,
            "failed",
            3,
          ]);
          assertEquals(ended.facts["output"], "AssertionError: 1 is not 2\n");
          folder.write("bad.sh", "echo AssertionError: 1 is not 3; exit 3\n");
          const changed = await use(client, "start", { jobs: ["bad"] });
          assert(changed.text.includes("file bad.sh"), changed.text);
          const { stdout } = await folder.orchastration("runs", "show", String(ended.facts["run"]), "--json");
          assertEquals(JSON.parse(stdout).requested_by.agent, "declared: judge 1.2");
        } finally {
          await client.close();
        }
      }),
  });
}

Deno.test({
  name:
    "mcp: a server that is killed leaves its run alone, and the next session finds it in one small answer",
  ignore: !isPossible,
  ...ITS_TIMERS,
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write("orchastration.toml", TOML);
      folder.write("bad.sh", "exit 3\n");
      await trust(folder);
      const first = await connect(folder, "auto");
      const begun = await use(first.client, "start", { jobs: ["slow"], wait_s: 0 });
      assertEquals(begun.facts["status"], "running");
      Deno.kill(first.pid, "SIGKILL");
      await first.client.close();
      const second = await connect(folder, "auto");
      try {
        const found = await use(second.client, "runs", {});
        assert(found.text.includes(String(begun.facts["run"])) && found.text.length < 1000, found.text);
        const deadline = performance.now() + BOUND_MS;
        for (;;) {
          const { facts } = await use(second.client, "wait", { run: begun.facts["run"], timeout_s: 20 });
          if (facts["status"] !== "running") {
            assertEquals(facts["status"], "succeeded");
            break;
          }
          assert(performance.now() < deadline, "the run did not end");
          await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
        }
      } finally {
        await second.client.close();
      }
    }),
});
