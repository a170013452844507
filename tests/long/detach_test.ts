/** Detached runs and services under hard conditions, with real processes: one record, one true ending, and nothing left each time. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { endMarked, marked, markedMains, newMark, startRun, until } from "../support/real_run.ts";

/** Processes are found under /proc. */
const ignore = Deno.build.os !== "linux";
const MANY = 50;
/** Small enough to be filled at once, with room for the first records. */
const DISK_KIB = 1024;

async function withProject(
  toml: (mark: string, port: number) => string,
  test: (folder: RealFolder, mark: string, port: number) => Promise<void>,
): Promise<void> {
  const mark = newMark();
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  await inRealFolder(async (folder) => {
    folder.write("orchastration.toml", toml(mark, port));
    try {
      await test(folder, mark, port);
    } finally {
      endMarked(mark);
    }
  });
}

function sh(script: string, mark: string): string {
  return JSON.stringify(["sh", "-c", script, mark]);
}

interface Listed {
  readonly id: string;
  readonly status: string;
  readonly reason: string;
}

async function listed(folder: RealFolder, ...words: readonly string[]): Promise<readonly Listed[]> {
  const said = await folder.orchastration("runs", "list", ...words, "--limit", "1000", "--json");
  assertEquals(said.code, 0, said.stderr);
  return JSON.parse(said.stdout).runs;
}

Deno.test({
  name:
    `${MANY} detached runs that are started at once have a record and an ending each, and one more is refused`,
  ignore,
  fn: () =>
    withProject(
      (mark) =>
        `[defaults]\nmax_detached = ${MANY}\n` +
        `[jobs.long]\ncommand = ${sh("while [ ! -e go ]; do sleep 0.2; done", mark)}\n`,
      async (folder, mark) => {
        const calls = await Promise.all(
          Array.from({ length: MANY }, () => folder.orchastration("run", "long", "--detach", "--json")),
        );
        assertEquals(calls.filter(({ code }) => code !== 0), []);
        const ids = calls.map(({ stdout }) => JSON.parse(stdout).id);
        assertEquals(new Set(ids).size, MANY);
        assertEquals(markedMains(mark).length, MANY);
        const refused = await folder.orchastration("run", "long", "--detach");
        assertEquals(refused.code, 65);
        assertStringIncludes(refused.stderr, `${MANY}`);
        folder.write("go", "");
        const waited = await folder.orchastration("wait", ...ids);
        assertEquals([waited.code, marked(mark)], [0, []]);
        const runs = await listed(folder);
        assertEquals(runs.map(({ status }) => status), Array.from({ length: MANY }, () => "succeeded"));
      },
    ),
});

Deno.test({
  name: "a service that becomes ready and dies has ended with its own exit code, and its user is warned",
  ignore,
  fn: () =>
    withProject(
      (mark) =>
        `[services.api]\ncommand = ${
          sh("echo listening on x; sleep 1; exit 9", mark)
        }\nready = { line = "listening" }\n` +
        `[jobs.use]\ncommand = ${sh("sleep 2", mark)}\nuses = ["api"]\n`,
      async (folder, mark) => {
        const used = await folder.orchastration("run", "use", "--quiet");
        assertEquals(used.code, 0);
        assertMatch(used.stderr, /service api ended while it was used: api\/\S+: exited with status 9/);
        const [run, ...others] = await listed(folder, "api");
        assertEquals([run!.status, others, marked(mark)], ["failed", [], []]);
      },
    ),
});

Deno.test({
  name: "a service that starts while another job of the graph ends is no process of that job, and continues",
  ignore,
  fn: () =>
    withProject(
      (mark) =>
        `[services.api]\ncommand = ${
          sh(
            "touch begun; until [ -e ended ]; do sleep 0.05; done; echo listening on x; exec sleep 600",
            mark,
          )
        }\nready = { line = "listening" }\n` +
        `[jobs.other]\ncommand = ${sh("until [ -e begun ]; do sleep 0.05; done", mark)}\n` +
        `[jobs.then]\ncommand = ["touch", "ended"]\nneeds = ["other"]\n` +
        `[jobs.first]\ncommand = ["true"]\n` +
        `[jobs.use]\ncommand = ["true"]\nneeds = ["first"]\nuses = ["api"]\n`,
      async (folder, mark) => {
        const used = await folder.orchastration("run", "use", "then", "--jobs", "2", "--json");
        assertEquals(used.code, 0, used.stderr);
        const runs = await listed(folder);
        assertEquals(runs.map(({ id, status }) => `${id.split("/")[0]} ${status}`).sort(), [
          "api cancelled",
          "first succeeded",
          "graph succeeded",
          "other succeeded",
          "then succeeded",
          "use succeeded",
        ]);
        assertEquals(marked(mark), []);
      },
    ),
});

Deno.test({
  name:
    "a service that never opens its port is stopped with its tree, and a service that goes to the background is told so",
  ignore,
  fn: () =>
    withProject(
      (mark, port) =>
        `[services.silent]\ncommand = ${
          sh('trap "" TERM; setsid sleep 600 & sleep 600', mark)
        }\nready = { port = ${port} }\nready_timeout_seconds = 1\nkill_grace_seconds = 1\n` +
        `[services.daemon]\ncommand = ${
          sh('setsid sh -c "sleep 601; :" "$0" </dev/null >/dev/null 2>&1 & exit 0', mark)
        }\nready = { port = ${port} }\n`,
      async (folder, mark) => {
        const silent = await folder.orchastration("service", "start", "silent");
        assertEquals([silent.code, marked(mark)], [1, []]);
        assertStringIncludes(silent.stderr, "it was not ready after 1.0s");
        const daemon = await folder.orchastration("service", "start", "daemon");
        assertEquals([daemon.code, marked(mark)], [1, []]);
        assertStringIncludes(daemon.stderr, "foreground");
        const runs = await listed(folder);
        assertEquals(runs.map(({ id, status }) => `${id.split("/")[0]} ${status}`).sort(), [
          "daemon succeeded",
          "silent cancelled",
        ]);
      },
    ),
});

Deno.test({
  name:
    "a service whose user was killed is stopped by the next user, and Ctrl-C during a start leaves no process",
  ignore,
  fn: () =>
    withProject(
      (mark) =>
        `[services.api]\ncommand = ${
          sh("echo listening on x; sleep 600", mark)
        }\nready = { line = "listening" }\n` +
        `[services.slow]\ncommand = ${
          sh("sleep 602", mark)
        }\nready = { line = "never" }\nkill_grace_seconds = 1\n` +
        `[jobs.use]\ncommand = ${sh('sleep "$1"', mark)}\nuses = ["api"]\n`,
      async (folder, mark) => {
        {
          await using user = startRun(folder, ["run", "use", "--quiet", "--", "603"]);
          await until("service and user run", () => marked(mark).length >= 2);
          user.send("SIGKILL");
        }
        const service = JSON.parse((await folder.orchastration("service", "list", "--json")).stdout)
          .services.find(({ name }: { name: string }) => name === "api");
        assertEquals([service.state, service.without_users], ["ready", true]);
        assertEquals((await folder.orchastration("run", "use", "--quiet", "--", "0")).code, 0);
        assertEquals((await listed(folder, "api")).map(({ status }) => status), ["cancelled"]);
        assertEquals((await folder.orchastration("recover", "--kill")).code, 0);
        assertEquals(marked(mark), []);
        await using starting = startRun(folder, ["service", "start", "slow"]);
        await until("it starts", () => marked(mark).length > 0);
        starting.send("SIGINT");
        assertEquals([await starting.ended, marked(mark)], [130, []]);
        assertEquals((await listed(folder, "slow")).map(({ status }) => status), ["cancelled"]);
      },
    ),
});

Deno.test({
  name:
    "a full disk under a detached run ends its tree, its record says so as far as it could be written, and recover ends the rest",
  ignore: ignore || !canMount(),
  fn: () =>
    withProject(
      (mark) =>
        `[jobs.flood]\ncommand = ${
          sh("echo begun; while [ ! -e go ]; do sleep 0.05; done; yes | head -c 8000000; sleep 604", mark)
        }\nkill_grace_seconds = 1\n`,
      async (folder, mark) => {
        const words = folder.command.map((word) => `'${word}'`).join(" ");
        // The disk is one of this namespace alone, in which the supervisor stays, too.
        const script = [
          "mkdir disk && mount -t tmpfs -o size=" + DISK_KIB + "k tmpfs disk",
          `${words} run flood --detach --json --state-dir disk/state`,
          "touch go",
          `${words} wait flood --state-dir disk/state --timeout 60s; echo "waited $?" >&2`,
          `${words} recover --kill --state-dir disk/state >&2`,
          `${words} runs list --json --state-dir disk/state`,
        ].join("\n");
        const said = await folder.call("unshare", ["-m", "sh", "-c", script], { NO_COLOR: "1" });
        assertEquals([said.code, marked(mark)], [0, []], said.stderr);
        const documents = said.stdout.trim().split("\n");
        const listing = JSON.parse(said.stdout.slice(said.stdout.indexOf("\n{", documents[0]!.length)));
        assertEquals(listing.runs.length, 1, said.stdout);
        const [{ status, reason }] = listing.runs;
        assert(["cancelled", "interrupted"].includes(status), `${status}: ${reason}`);
        assertMatch(said.stderr, /waited (1|74|143)/);
      },
    ),
});

/** As root, and where a container does not forbid it. */
function canMount(): boolean {
  try {
    const script = "mount -t tmpfs tmpfs /mnt";
    return new Deno.Command("unshare", { args: ["-m", "sh", "-c", script], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
