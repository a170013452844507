/** What runs now: who says it, where it comes first, and how many detached runs may go on. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, readJson, type Said, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import type { Script } from "../../support/fake_process.ts";
import "../../../src/app/jobs/show_status.ts";
import "../../../src/app/runs/list_runs.ts";
import "../../../src/app/runs/follow_log.ts";
import "../../../src/app/runs/read_log.ts";
import "../../../src/app/runs/stop_runs.ts";
import "../../../src/app/setup/doctor.ts";
import "../../../src/app/tasks/build_task.ts";

const TOML = `
[defaults]
max_detached = 2
[jobs.work]
command = ["work"]
[jobs.quick]
command = ["quick"]
[tasks.thing]
command = ["work"]
`;
const ID = "work/20261122T063449.123Z";
const ASKER = '{"pid":99,"tty":true,"parent":"zsh"}';
const patient: Script = async (p) => {
  await p.stdout("up\n");
  await p.forever();
};

async function spawned(host: FakeHost): Promise<void> {
  while (host.spawned.length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** One detached run that goes on, and what its supervisor says at its end. */
async function detached(argv: readonly string[] = ["run", "work", "--detach"]): Promise<{
  readonly host: FakeHost;
  readonly other: FakeHost;
  end(): Promise<Said>;
  [Symbol.dispose](): void;
}> {
  const host = machineWith(TOML, { handedOver: ASKER });
  host.program("work", patient);
  host.program("quick", () => {});
  const ended = call(host, argv);
  await spawned(host);
  const other = host.another({ handedOver: undefined! });
  return {
    host,
    other,
    async end() {
      await call(other, ["stop", "--all"]);
      return await ended;
    },
    [Symbol.dispose]: () => host[Symbol.dispose](),
  };
}

Deno.test("status and runs list show running runs first, with their start, folder and requester", async () => {
  using scene = await detached();
  await call(scene.other, ["run", "quick", "--quiet"]);
  const line = `runs now: ${ID}  for 2m 00s, detached, process 4242, requested by ada through zsh\n`;
  await scene.other.clock.after(120_000).elapsed;
  const status = await call(scene.other, ["status"]);
  assert(status.stdout.startsWith(line), status.stdout);
  const listed = await call(scene.other, ["runs", "list", "--limit", "1"]);
  assert(listed.stdout.startsWith(`${line}${ID}  `), listed.stdout);
  assertEquals(JSON.parse((await call(scene.other, ["status", "--json"])).stdout).running, [{
    id: ID,
    start_time: "2026-11-22T06:34:49.123Z",
    detached: true,
    requested_by: { user: "ada", host: "lab", pid: 99, tty: true, parent: "zsh", agent: null },
    recorder_pid: 4242,
  }]);
  const json = JSON.parse((await call(scene.other, ["runs", "list", "--json"])).stdout);
  assertEquals(json.runs.map(({ id }: { id: string }) => id.split("/")[0]), ["work", "quick"]);
  await scene.end();
  assert(!(await call(scene.other, ["status"])).stdout.includes("runs now"));
});

Deno.test("max_detached: one run more is refused, and the oldest runs are named with the command to stop each", async () => {
  using scene = await detached();
  const second = scene.host.another();
  const also = call(second, ["run", "work", "--detach"]);
  await spawned(second);
  // Its supervisor counts them, before anything of the run begins.
  const third = scene.host.another();
  const said = await call(third, ["run", "quick", "--detach"]);
  const [first, next] = scene.host.disk.list(`${STATE}/runs/work`).filter((name) =>
    /^\d.*Z\.json$/.test(name)
  )
    .sort().map((name) => `work/${name.slice(0, -".json".length)}`);
  assertEquals([said.code, said.stderr], [
    65,
    `error: Cannot detach "quick": 2 detached runs are running, and max_detached in [defaults] is 2; the oldest: ${first}, ` +
    `${next}\n  try: orchastration stop ${first}, or orchastration runs list --status running\n`,
  ]);
  assertEquals(third.spawned, []);
  await scene.end();
  await also;
});

Deno.test("doctor names a detached run that is older than a day", async () => {
  using scene = await detached();
  const before = await call(scene.other, ["doctor"]);
  assert(!before.stdout.includes("detached"), before.stdout);
  await scene.other.clock.after(27 * 60 * 60_000).elapsed;
  const { stdout } = await call(scene.other, ["doctor"]);
  assert(stdout.includes(`${ID} is detached, and has been running for 1d 03h`), stdout);
  assert(stdout.includes(`orchastration stop ${ID}`), stdout);
  await scene.end();
});

Deno.test("logs --follow: Ctrl-C does not stop the run, and a message says so", async () => {
  using scene = await detached();
  const followed = call(scene.other, ["logs", "work", "--follow"]);
  await scene.other.whenListening();
  await scene.other.clock.after(1000).elapsed;
  scene.other.signal("SIGINT");
  assertEquals(await followed, {
    code: 130,
    stdout: "up\n",
    stderr: `${ID} is still running; orchastration stop ${ID} stops it\n`,
  });
  assertEquals(scene.host.livingProcesses().length, 1);
  await scene.end();
});

Deno.test("build run --detach: the caller hands over, and the supervisor reports the build and finishes the task", async () => {
  using caller = machineWith(TOML);
  const line = {
    format: 1,
    kind: "detached_run",
    id: "thing/20261122T063449.123Z",
    pid: 4343,
    status: "running",
    reason: "process 1000 is running",
    stdout_path: null,
    stderr_path: null,
    exit_code: null,
  };
  caller.processes.again = {
    stdout: `${JSON.stringify(line)}\n`,
    stderr: "",
    exit: { kind: "exited", exit_code: 0 },
  };
  await expectCall(caller, ["build", "run", "thing", "--detach"], {
    stdout: `detached: ${line.id}, supervisor 4343: process 1000 is running\n` +
      `  output: orchastration logs ${line.id} --follow\n`,
  });

  using scene = await detached(["build", "run", "thing", "--plan", "--detach"]);
  const stopped = await call(scene.other, ["stop", "thing"]);
  assertEquals([stopped.code, stopped.stderr], [0, ""]);
  const said = await scene.end();
  assertEquals([said.code, said.stderr], [143, ""]);
  const told = JSON.parse(said.stdout);
  assertEquals([told.kind, told.id.split("/")[0], told.status], ["detached_run", "thing", "running"]);
  const task = readJson(scene.host, `${STATE}/tasks/thing.json`);
  assertEquals(task["status"], "failed");
});

Deno.test("build run --detach is refused beside --dry-run", async () => {
  using host = machineWith(TOML);
  await expectCall(host, ["build", "run", "thing", "--detach", "--dry-run"], {
    code: 64,
    stderr:
      'error: Cannot use "--detach": --dry-run runs nothing\n  try: orchastration build run thing --dry-run\n',
  });
});
