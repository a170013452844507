/**
 * Two work trees of one repository with the same service and the same job, at the same time, as real processes: neither a port
 * nor a record of one is met by the other.
 */

import { assert, assertEquals } from "@std/assert";
import { endMarked, marked, newMark } from "../support/real_run.ts";
import { inRepository, type RealRepository } from "../support/real_worktrees.ts";
import { findTool } from "../support/tools.ts";

/** Processes are found under /proc. */
const ignore = Deno.build.os !== "linux" || findTool("git") === undefined;
const ROUNDS = 5;
const TREES = ["one", "two"] as const;

/** Says for which work tree it answers. */
const SERVER = `const env = (name) => Deno.env.get("ORCHASTRATION_" + name);
const port = Deno.args[0] === "own" ? Number(env("PORT_BASE")) + 7 : Number(Deno.args[0]);
Deno.serve({ port, hostname: "127.0.0.1", onListen: () => console.log("at http://127.0.0.1:" + port) },
  () => new Response(env("WORKTREE")));
`;
/** Waits until the job of the other work tree is there, too, so that both are at work at once. */
const USER = `const round = Deno.args[0];
const env = (name) => Deno.env.get("ORCHASTRATION_" + name);
const me = env("WORKTREE").endsWith("one") ? "one" : "two";
const other = me === "one" ? "two" : "one";
const file = (name) => env("WORKTREE") + "/../" + round + "-" + name;
const answer = await (await fetch(env("SERVICE_API_ADDRESS"))).text();
Deno.writeTextFileSync(file(me), "");
const startedMs = performance.now();
for (;;) {
  try { Deno.statSync(file(other)); break; } catch { /* not yet */ }
  if (performance.now() - startedMs > 60_000) throw new Error("the other one did not come");
  await new Promise((resolve) => setTimeout(resolve, 10));
}
console.log(JSON.stringify({ worktree: env("WORKTREE"), base: Number(env("PORT_BASE")), address: env("SERVICE_API_ADDRESS"), answer }));
`;

async function inTwo(
  test: (repository: RealRepository, trees: readonly string[], mark: string) => Promise<void>,
  port: number | "own" = "own",
): Promise<void> {
  const mark = newMark();
  const deno = (...words: readonly string[]) =>
    JSON.stringify([Deno.execPath(), "run", "--no-config", "--no-lock", "-A", ...words]);
  const ready = port === "own" ? '{ line = "^at (.*)$" }' : `{ port = ${port} }`;
  const config = `[services.api]
command = ${deno("server.ts", String(port), mark)}
ready = ${ready}
ready_timeout_seconds = 60
kill_grace_seconds = 2
[jobs.use]
command = ${deno("user.ts")}
uses = ["api"]
[tasks.one]
command = ["true"]
[tasks.two]
command = ["true"]
`;
  await inRepository(async (repository) => {
    const { main, git, say } = repository;
    Deno.writeTextFileSync(`${main}/server.ts`, SERVER);
    Deno.writeTextFileSync(`${main}/user.ts`, USER);
    await git(main, "add", ".");
    await git(main, "commit", "--quiet", "--message", "programs");
    for (const task of TREES) assertEquals((await say("git", "worktree", "create", task)).code, 0);
    try {
      await test(repository, TREES.map((task) => `${main}-${task}`), mark);
    } finally {
      endMarked(mark);
    }
  }, { config });
}

Deno.test({
  name:
    "spec: two work trees run the same job with the same service at once, and no port and no record meets",
  ignore,
  fn: () =>
    inTwo(async ({ sayIn }, trees, mark) => {
      for (let round = 1; round <= ROUNDS; round++) {
        const said = await Promise.all(
          trees.map((tree) => sayIn(tree, "run", "use", "--quiet", "--", String(round))),
        );
        const seen = said.map(({ code, stdout, stderr }) => {
          assertEquals(code, 0, stderr);
          return JSON.parse(stdout) as {
            worktree: string;
            base: number;
            address: string;
            answer: string;
          };
        });
        for (const [index, { worktree, base, address, answer }] of seen.entries()) {
          const tree = trees[index]!;
          assertEquals([worktree, answer, address], [tree, tree, `http://127.0.0.1:${base + 7}`]);
        }
        assert(Math.abs(seen[0]!.base - seen[1]!.base) >= 100, JSON.stringify(seen));
        // Each ends its own service, which nobody else uses.
        assertEquals(marked(mark), []);
      }
      const records = await Promise.all(trees.map(async (tree) => {
        const { runs } = JSON.parse((await sayIn(tree, "runs", "list", "--json")).stdout);
        return (runs as Record<string, unknown>[]).map(({ id, project, status }) => ({
          id,
          project,
          status,
        }));
      }));
      for (const [index, tree] of trees.entries()) {
        const own = records[index]!;
        assertEquals(own.every(({ project }) => project === tree), true, JSON.stringify(own));
        const ended = (name: string, status: string) =>
          own.filter((each) => String(each.id).startsWith(`${name}/`) && each.status === status).length;
        assertEquals([own.length, ended("use", "succeeded"), ended("api", "cancelled")], [
          2 * ROUNDS,
          ROUNDS,
          ROUNDS,
        ]);
      }
    }),
});

Deno.test({
  name: "spec: with records that two work trees share, the same job and service at once are two of each",
  ignore,
  fn: () =>
    inTwo(async ({ path, sayIn }, trees, mark) => {
      const shared = ["--state-dir", `${path}/shared`];
      const start = await Promise.all(
        trees.map((tree) => sayIn(tree, "service", "start", "api", "--json", ...shared)),
      );
      const services = start.map(({ code, stdout, stderr }) => {
        assertEquals(code, 0, stderr);
        return JSON.parse(stdout) as { run: string; address: string; was_running: boolean };
      });
      assertEquals(services.map((each) => each.was_running), [false, false]);
      assert(services[0]!.run !== services[1]!.run && services[0]!.address !== services[1]!.address);
      const said = await Promise.all(
        trees.map((tree) => sayIn(tree, "run", "use", "--quiet", ...shared, "--", "1")),
      );
      for (const [index, { code, stdout, stderr }] of said.entries()) {
        assertEquals(code, 0, stderr);
        const { answer, address } = JSON.parse(stdout);
        assertEquals([answer, address], [trees[index], services[index]!.address]);
      }
      // One stop ends the service of its own work tree.
      for (const left of [1, 0]) {
        const stopped = await sayIn(trees[1 - left]!, "service", "stop", "api", ...shared);
        assertEquals([stopped.code, marked(mark).length > 0], [0, left === 1], stopped.stderr);
      }
    }),
});

Deno.test({
  name:
    "spec: a service with a fixed port does not start in the second work tree, which is told who has the port",
  ignore,
  async fn() {
    const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const { port } = listener.addr;
    listener.close();
    await inTwo(async ({ sayIn }, trees) => {
      const [first, second] = trees as [string, string];
      const started = await sayIn(first, "service", "start", "api", "--json");
      assertEquals(started.code, 0, started.stderr);
      const refused = await sayIn(second, "service", "start", "api");
      assertEquals([refused.code, refused.stderr.includes(`port ${port} is in use by process `)], [1, true]);
      // Its user does not take the other one's service for its own.
      const used = await sayIn(second, "run", "use", "--", "1");
      assertEquals([used.code === 0, used.stderr.includes(`port ${port} is in use`)], [false, true]);
      assertEquals((await sayIn(first, "service", "stop", "api")).code, 0);
    }, port);
  },
});
