/** Jobs on a real Slurm cluster of two nodes, with the real program. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { type RealRun, startRun } from "../support/real_run.ts";
import {
  call,
  MISSING_OF_SLURM,
  type SlurmCluster,
  startCluster,
  untilTrue,
} from "../support/slurm_cluster.ts";

const ignore = MISSING_OF_SLURM !== undefined;
const skipped = ignore ? ` (skipped: no ${MISSING_OF_SLURM})` : "";

const TOML = (folder: string) =>
  `[executors.slurm]
shared_dir = "${folder}/shared"
poll_seconds = 1

[jobs.env]
command = ["env", "-0"]
env = { HOSTILE = "a'b\\n$HOME \\"*\\" \\\\", TOKEN = "geheim-1234", IFS = "x", "a-b" = "dash", UID = "9" }

[jobs.words]
command = ["printf", "[%s]", "", "a b", "x\\ny", "'\\"$HOME\`id\`*\\\\", "-n", "ü"]

[jobs.masked]
command = ["sh", "-c", "echo one $TOKEN; echo two $TOKEN >&2; exit 7"]
env = { TOKEN = "geheim-1234" }
secrets = ["TOKEN"]
executor = "slurm"

[jobs.killed]
command = ["sh", "-c", "kill -9 $$"]

[jobs.late]
command = ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"]
timeout_seconds = 1
kill_grace_seconds = 1

[jobs.long]
command = ["sh", "-c", "echo begun >>count; echo begun; exec sleep 600"]
executor = "slurm"

[jobs.short]
command = ["sh", "-c", "echo begun; while [ ! -e go ]; do sleep 0.1; done; echo over; exit 3"]
executor = "slurm"

[jobs.flood]
command = ["sh", "-c", "head -c 60000000 /dev/zero; echo end >&2; echo made >out.txt"]
outputs = ["out.txt"]
executor = "slurm"

[jobs.again]
command = ["sh", "-c", "echo x >>tries; [ $(wc -l <tries) -ge 2 ]"]
retry = { max = 1, delay_seconds = 0 }
executor = "slurm"
`;

Deno.test({
  name: `Slurm: jobs run there as they run here, once each, and every end is true${skipped}`,
  ignore,
  async fn(t) {
    await using cluster = await startCluster();
    await inRealFolder(async (folder) => {
      folder.write("orchastration.toml", TOML(folder.path));
      const there = (job: string) => call(folder, cluster, "run", job, "--executor", "slurm", "--quiet");

      await t.step("the words and the variables are the same", async () => {
        assertEquals(
          (await there("words")).stdout,
          (await folder.orchastration("run", "words", "--quiet")).stdout,
        );
        const allotted = ["SLURM_JOB_ID", "SLURM_CPUS_ON_NODE", "SLURM_MEM_PER_NODE", "SLURM_CONF"];
        const own = ["ORCHASTRATION_RUN_ID", "ORCHASTRATION_RUN_CHAIN", "TRACEPARENT", ...allotted];
        const variables = (text: string) =>
          text.split("\0").filter((line) => !own.some((name) => line.startsWith(`${name}=`))).sort();
        const here = await call(folder, cluster, "run", "env", "--quiet");
        const elsewhere = await there("env");
        assertEquals(variables(elsewhere.stdout), variables(here.stdout));
        assertMatch(elsewhere.stdout, /SLURM_JOB_ID=\d/);
      });

      await t.step("an end by itself is told, and secrets are masked", async () => {
        const said = await call(folder, cluster, "run", "masked", "--quiet");
        assertEquals(said.code, 7);
        assertEquals(said.stdout, "one ***\n");
        assert(said.stderr.startsWith("two ***\n"), said.stderr);
        const record = await recordOf(folder, "masked");
        assertEquals([record.status, record.exit_code, record.process], ["failed", 7, null]);
        assertMatch(record.slurm.job_id, /^\d+$/);
        assertMatch(record.slurm.node, /^n[12]$/);
        assertEquals(record.slurm.waits_for, null);
        assertEquals([...Deno.readDirSync(`${folder.path}/shared`)], []);
      });

      await t.step("a signal and our timeout are told apart", async () => {
        assertEquals((await there("killed")).code, 137);
        assertEquals((await recordOf(folder, "killed")).signal, "SIGKILL");
        assertEquals((await there("late")).code, 124);
        const late = await recordOf(folder, "late");
        assertEquals([late.status, late.signal, late.stopped_by.cause], ["timed_out", "SIGKILL", {
          kind: "timeout",
          after_ms: 1000,
        }]);
      });

      await t.step("a second attempt is another job", async () => {
        assertEquals((await there("again")).code, 0);
        const { attempts } = await recordOf(folder, "again");
        assertEquals(attempts.map(({ status }: { status: string }) => status), ["failed", "succeeded"]);
        assert(attempts[0].slurm.job_id !== attempts[1].slurm.job_id);
      });

      await t.step("much output is whole, and outputs are examined", async () => {
        const said = await call(folder, cluster, "run", "flood", "--json");
        const record = JSON.parse(said.stdout);
        assertEquals([record.status, record.stdout_bytes, record.stderr_bytes], ["succeeded", 60_000_000, 4]);
        assertEquals(
          record.stdout_sha256,
          (await folder.shell("head -c 60000000 /dev/zero | sha256sum")).stdout.slice(0, 64),
        );
        assertEquals(record.outputs[0].change, "created");
      });

      await t.step("Ctrl-C cancels a job that runs", async () => {
        await using run = begin(folder, cluster, "long");
        await untilTrue(() => run.stdout.includes("begun"));
        run.send("SIGTERM");
        assertEquals(await run.ended, 143);
        const record = await recordOf(folder, "long");
        const told = "was stopped: Orchastration received SIGTERM; it ended by SIGTERM";
        assertEquals([record.status, record.reason], ["cancelled", told]);
        await untilTrue(async () => await cluster.call("squeue", "-h") === "");
      });

      await t.step("Ctrl-C cancels a job that waits, which then never begins", async () => {
        await cluster.call("scontrol", "update", "nodename=n1,n2", "state=drain", "reason=test");
        await using run = begin(folder, cluster, "long");
        await untilTrue(async () => /waits: /.test((await recordOf(folder, "long"))?.reason ?? ""));
        run.send("SIGTERM");
        assertEquals(await run.ended, 143);
        const record = await recordOf(folder, "long");
        assertMatch(record.reason, /^was stopped: Orchastration received SIGTERM; it had not been started$/);
        await cluster.call("scontrol", "update", "nodename=n1,n2", "state=resume");
        assertEquals(folder.read("count"), "begun\n");
      });

      await t.step("a job that is put into the queue again does not run a second time", async () => {
        folder.write("count", "");
        await using run = begin(folder, cluster, "long");
        await untilTrue(() => run.stdout.includes("begun"));
        const { slurm } = await recordOf(folder, "long");
        await cluster.call("scontrol", "update", `jobid=${slurm.job_id}`, "requeue=1");
        await cluster.call("scontrol", "requeue", slurm.job_id);
        assertEquals(await run.ended, 1);
        const record = await recordOf(folder, "long");
        assertEquals([record.status, record.signal], ["cancelled", "SIGTERM"]);
        assertEquals(record.stopped_by.cause.kind, "slurm");
        await cluster.call("scancel", slurm.job_id);
        assertEquals(folder.read("count"), "begun\n");
      });

      await t.step("after a kill -9 of ours, recover tells the end that the node wrote", async () => {
        await using run = begin(folder, cluster, "short");
        await untilTrue(() => run.stdout.includes("begun"));
        run.send("SIGKILL");
        await run.ended;
        const early = await call(folder, cluster, "recover");
        assertEquals(early.code, 1);
        assertMatch(early.stderr, /is left as it is: Slurm job \d+ is RUNNING \(n[12]\)/);
        folder.write("go", "");
        const late = await call(folder, cluster, "recover", "short", "--wait");
        assertEquals(late.code, 0, late.stderr);
        const record = await recordOf(folder, "short");
        assertEquals([record.status, record.exit_code, record.recovery], ["failed", 3, null]);
        assertEquals((await call(folder, cluster, "logs", "short")).stdout, "begun\nover\n");
        Deno.removeSync(`${folder.path}/go`);
      });

      await t.step("after a kill -9 while it waits, recover --kill lets it never begin", async () => {
        folder.write("count", "");
        await cluster.call("scontrol", "update", "nodename=n1,n2", "state=drain", "reason=test");
        await using run = begin(folder, cluster, "long");
        await untilTrue(async () => /waits: /.test((await recordOf(folder, "long"))?.reason ?? ""));
        run.send("SIGKILL");
        await run.ended;
        const refused = await call(folder, cluster, "recover", "long");
        assertEquals(refused.code, 1);
        assertMatch(refused.stderr, /is left as it is: Slurm job \d+ is PENDING/);
        const killed = await call(folder, cluster, "recover", "long", "--kill");
        assertEquals(killed.code, 0, killed.stderr);
        await cluster.call("scontrol", "update", "nodename=n1,n2", "state=resume");
        const record = await recordOf(folder, "long");
        assertEquals([record.status, record.recovery.process_was], ["interrupted", "killed"]);
        assertEquals(folder.read("count"), "");
      });

      await t.step("a job that Slurm refuses is not started, and nothing of it is left", async () => {
        const toml = TOML(folder.path).replace("poll_seconds = 1", 'poll_seconds = 1\npartition = "nope"');
        folder.write("orchastration.toml", toml);
        const said = await there("words");
        assertMatch(said.stderr, /it was not submitted: sbatch exited with status 1: .*invalid partition/);
        assertEquals((await recordOf(folder, "words")).not_started_cause, "spawn_failed");
        assertEquals(
          [...Deno.readDirSync(`${folder.path}/shared`)].map(({ name }) => name).filter((name) =>
            name.startsWith("words")
          ),
          [],
        );
      });
    });
  },
});

function begin(folder: RealFolder, { env }: SlurmCluster, job: string): RealRun {
  return startRun(folder, ["run", job, "--quiet"], { env });
}

// deno-lint-ignore no-explicit-any
async function recordOf(folder: RealFolder, job: string): Promise<any> {
  const { code, stdout } = await folder.orchastration("runs", "show", job, "--json");
  return code === 0 ? JSON.parse(stdout) : undefined;
}
