/** One owner a task: servers of two assistants in two work trees, and an assistant at a command line, as real processes. */

import { assert, assertEquals } from "@std/assert";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { inRepository, type RealRepository } from "../support/real_worktrees.ts";
import { findTool } from "../support/tools.ts";

const ROUNDS = 100;
const names = Array.from({ length: ROUNDS }, (_, index) => `t${index}`);
const CONFIG = [...names, "one"].map((name) => `[tasks.${name}]\ncommand = ["true"]\n`).join("");
/** The client gives the server some seconds to end, by a timer that it leaves behind. */
const ITS_TIMERS = { sanitizeOps: false, sanitizeResources: false };
const isPossible = findTool("git") !== undefined;
const isLinux = Deno.build.os === "linux" && isPossible;

async function connect({ command, env }: RealRepository, cwd: string, name: string) {
  const transport = new StdioClientTransport({
    command: command[0],
    args: [...command.slice(1), "mcp"],
    cwd,
    env: { ...Deno.env.toObject(), ...env },
    stderr: "ignore",
  });
  const client = new Client({ name, version: "1.0" });
  await client.connect(transport);
  const plan = async (task: string) => {
    const { structuredContent } = await client.callTool({ name: "plan", arguments: { task } });
    return structuredContent as Record<string, unknown>;
  };
  return { client, plan, pid: transport.pid! };
}

Deno.test({
  name:
    `two servers plan the same task at the same instant, ${ROUNDS} times: exactly one owns it, and its death frees it`,
  ignore: !isPossible,
  ...ITS_TIMERS,
  fn: () =>
    inRepository(async (repository) => {
      const { main, git, say } = repository;
      const other = `${main}-other`;
      await git(main, "worktree", "add", "--quiet", other);
      const [first, second] = await Promise.all([
        connect(repository, main, "first"),
        connect(repository, other, "second"),
      ]);
      try {
        const won = { first: 0, second: 0 };
        for (const name of names) {
          const said = await Promise.all([first.plan(name), second.plan(name)]);
          const [one, two] = said.map(({ plan }) => plan !== undefined);
          assert(one !== two, `${name}: ${JSON.stringify(said)}`);
          won[one ? "first" : "second"]++;
          const { error, person_types: types } = said[one ? 1 : 0]!;
          const winner = one ? "first" : "second";
          assert(String(error).includes(`declared: ${winner} 1.0 of `), String(error));
          assertEquals(types, `orchastration plan release ${name}`);
        }
        assertEquals(won.first + won.second, ROUNDS);
        assertEquals((await first.plan("one")).error, undefined);
        const refused = await say("build", "run", "one", "--plan");
        assertEquals(refused.code, 75, refused.stderr);
        Deno.kill(first.pid, "SIGKILL");
        await first.client.close();
        assertEquals((await second.plan("one")).error, undefined);
      } finally {
        await first.client.close();
        await second.client.close();
      }
      // The other one has ended with its client.
      const free = await say("plan", "create", "one");
      assertEquals(free.code, 0, free.stderr);
    }, { config: CONFIG }),
});

Deno.test({
  name: "an assistant at a command line owns a task until it is killed, and its own calls may go on",
  ignore: !isLinux,
  fn: () =>
    inRepository(async (repository) => {
      const { main, command, env, git, say } = repository;
      const other = `${main}-other`;
      await git(main, "worktree", "add", "--quiet", other);
      // A shell is the assistant: it starts the program with the variable, and has none itself.
      const line =
        'AI_AGENT=one "$@" plan create one --log-level error >/dev/null && echo planned && read again && ' +
        'AI_AGENT=one "$@" build run one --log-level error >/dev/null && echo built && read end';
      const assistant = new Deno.Command("sh", {
        args: ["-c", line, "sh", ...command],
        cwd: main,
        env: { ...env },
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const lines = assistant.stdout.pipeThrough(new TextDecoderStream()).getReader();
      assertEquals((await lines.read()).value, "planned\n");
      const refused = await repository.sayIn(other, "plan", "create", "one");
      assertEquals([refused.code, refused.stderr.includes("one of ")], [75, true], refused.stderr);
      const listed = await say("git", "worktree", "list", "--json");
      assertEquals(listed.code, 0, listed.stderr);
      const input = assistant.stdin.getWriter();
      await input.write(new TextEncoder().encode("\n"));
      assertEquals((await lines.read()).value, "built\n");
      assistant.kill("SIGKILL");
      await assistant.status;
      await input.close().catch(() => {});
      await lines.cancel();
      const free = await repository.sayIn(other, "plan", "create", "one");
      assertEquals(free.code, 0, free.stderr);
    }, { config: CONFIG }),
});

Deno.test({
  name:
    `two assistants at command lines plan the same task at the same instant, ${ROUNDS} times: exactly one owns it`,
  ignore: !isLinux,
  fn: () =>
    inRepository(async ({ main, command, env, git }) => {
      const other = `${main}-other`;
      await git(main, "worktree", "add", "--quiet", other);
      // Each shell is an assistant, as above: it plans the tasks that it reads, and says how each call ended.
      const line =
        'while read -r name; do AI_AGENT=one "$@" plan create "$name" --log-level error >/dev/null 2>&1; echo $?; done';
      const assistants = [main, other].map((cwd) => {
        const child = new Deno.Command("sh", {
          args: ["-c", line, "sh", ...command],
          cwd,
          env: { ...env },
          stdin: "piped",
          stdout: "piped",
        }).spawn();
        const input = child.stdin.getWriter();
        const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
        return {
          async plan(name: string) {
            await input.write(new TextEncoder().encode(`${name}\n`));
            return (await output.read()).value;
          },
          async end() {
            await input.close();
            await child.status;
            await output.cancel();
          },
        };
      });
      try {
        for (const name of names) {
          const said = await Promise.all(assistants.map(({ plan }) => plan(name)));
          assertEquals([...said].sort(), ["0\n", "75\n"], name);
        }
      } finally {
        await Promise.all(assistants.map(({ end }) => end()));
      }
    }, { config: CONFIG }),
});
