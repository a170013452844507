/** Runs on a real Slurm cluster that no process of ours follows, with the real program. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { call, MISSING_OF_SLURM, startCluster, untilTrue } from "../support/slurm_cluster.ts";

const ignore = MISSING_OF_SLURM !== undefined;
const skipped = ignore ? ` (skipped: no ${MISSING_OF_SLURM})` : "";

const TOML = (folder: string) =>
  `[executors.slurm]
shared_dir = "${folder}/shared"
poll_seconds = 1

[jobs.short]
command = ["sh", "-c", "echo begun; while [ ! -e go ]; do sleep 0.1; done; echo over $TOKEN; echo made >out.txt; exit 3"]
env = { TOKEN = "geheim-1234" }
secrets = ["TOKEN"]
outputs = ["out.txt"]
executor = "slurm"

[jobs.long]
command = ["sh", "-c", "echo begun >>count; echo begun; exec sleep 600"]
executor = "slurm"

[jobs.one]
command = ["sh", "-c", "echo one >>order"]
executor = "slurm"

[jobs.two]
command = ["sh", "-c", "echo two >>order"]
needs = ["one"]
executor = "slurm"

[jobs.three]
command = ["sh", "-c", "echo three >>order"]
needs = ["two"]
executor = "slurm"

[jobs.again]
command = ["sh", "-c", "echo x >>tries; [ $(wc -l <tries) -ge 2 ]"]
retry = { max = 1, delay_seconds = 0 }
executor = "slurm"
`;

Deno.test({
  name:
    `Slurm: detached runs need no process of ours, and whichever command looks next tells their truth${skipped}`,
  ignore,
  async fn(t) {
    await using cluster = await startCluster();
    await inRealFolder(async (folder) => {
      folder.write("orchastration.toml", TOML(folder.path));
      const our = (...argv: readonly string[]) => call(folder, cluster, ...argv);

      await t.step(
        "the call leaves no process, and two looks at the same time record the end once",
        async () => {
          const said = await our("run", "short", "--detach", "--json");
          assertEquals([said.code, JSON.parse(said.stdout).pid], [0, null], said.stderr);
          await untilTrue(async () => (await ofOurs(folder)) === "");
          await untilTrue(async () => (await status(our, "short")).reason.includes(" runs on "));
          assertEquals(await ofOurs(folder), "");
          folder.write("go", "");
          await untilTrue(async () => await cluster.call("squeue", "-h") === "");
          await Promise.all([1, 2, 3, 4].map(() => our("status")));
          const record = await status(our, "short");
          assertEquals([record.status, record.exit_code, record.leaked_output], ["failed", 3, false]);
          assertEquals([record.outputs[0].change, record.attempts.length], ["created", 1]);
          assertMatch(record.end_time, /\.000Z$/);
          assertEquals((await our("logs", "short")).stdout, "begun\nover ***\n");
          assertEquals((await our("verify", "--all")).code, 0);
          assertEquals([...Deno.readDirSync(`${folder.path}/shared`)], []);
        },
      );

      await t.step("wait follows it to its end, through an attempt that wait itself submits", async () => {
        assertEquals((await our("run", "again", "--detach")).code, 0);
        const said = await our("wait", "again");
        assertEquals([said.code, said.stderr], [0, ""]);
        const { attempts } = await status(our, "again");
        assertEquals(attempts.map(({ status }: { status: string }) => status), ["failed", "succeeded"]);
      });

      await t.step("a graph goes on with each look, also if what looked was killed", async () => {
        const said = await our("run", "three", "--detach", "--json");
        const { id, pid } = JSON.parse(said.stdout);
        assertEquals([said.code, pid], [0, null], said.stderr);
        await untilTrue(async () => await ofOurs(folder) === "");
        // Each look is killed somewhere on its way.
        const [program, ...words] = folder.command;
        for (let at = 100; at < 1500; at += 100) {
          const look = ["-s", "KILL", String(at / 1000), program, ...words, "runs", "list"];
          await folder.call("timeout", look, cluster.env);
        }
        const waited = await our("wait", id);
        const begun = folder.read("order");
        // A kill between the record of a node and its handover leaves that node interrupted; none runs twice.
        assert("one\ntwo\nthree\n".startsWith(begun), begun);
        const { graph } = JSON.parse((await our("runs", "show", id, "--json")).stdout);
        const isWhole = graph.nodes.every((node: { status: string }) => node.status === "succeeded");
        const isCut = graph.nodes.some((node: { status: string }) => node.status === "interrupted");
        assert(isWhole ? waited.code === 0 && begun.endsWith("three\n") : isCut, JSON.stringify(graph.nodes));
        assertEquals((await our("recover")).code, 0);
        assertEquals((await our("verify", "--all")).code, 0);
      });

      await t.step("stop cancels a job that runs, and one that waits, which then never begins", async () => {
        await our("run", "long", "--detach");
        await untilTrue(async () => (await our("logs", "long")).stdout === "begun\n");
        assertEquals((await our("stop", "long")).code, 0);
        const ran = await status(our, "long");
        assertEquals([ran.status, ran.signal, ran.stopped_by.cause.kind], [
          "cancelled",
          "SIGTERM",
          "stop_request",
        ]);
        await cluster.call("scontrol", "update", "nodename=n1,n2", "state=drain", "reason=test");
        await our("run", "long", "--detach");
        await untilTrue(async () => /waits: /.test((await status(our, "long")).reason));
        assertEquals((await our("stop", "long")).code, 0);
        const waited = await status(our, "long");
        assertEquals([waited.status, waited.signal], ["cancelled", null]);
        await cluster.call("scontrol", "update", "nodename=n1,n2", "state=resume");
        assertEquals(folder.read("count"), "begun\n");
        await untilTrue(async () => await cluster.call("squeue", "-h") === "");
      });
    });
  },
});

type Our = (...argv: readonly string[]) => ReturnType<RealFolder["call"]>;

// deno-lint-ignore no-explicit-any
async function status(our: Our, job: string): Promise<any> {
  return JSON.parse((await our("runs", "show", job, "--json")).stdout);
}

/** The processes of this machine whose environment names the folder of the test, and that are ours. */
async function ofOurs(folder: RealFolder): Promise<string> {
  const { stdout } = await folder.shell(
    `for p in /proc/[0-9]*; do [ "$(readlink $p/cwd)" = "${folder.path}" ] && tr '\\0' ' ' <$p/cmdline | grep -a 'detach' ; done; true`,
  );
  return stdout.split("\n").filter((line) => !line.includes("/proc/")).join("\n");
}
