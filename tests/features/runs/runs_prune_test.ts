/** `runs prune`: removes old runs, each as a whole, and never one that somebody may still want to end. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import { atEveryDeath, untilDeath } from "../../support/until_death.ts";
import "../../../src/app/runs/list_runs.ts";
import "../../../src/app/runs/prune_runs.ts";
import "../../../src/app/runs/recover_runs.ts";

const TOML = `
[jobs.leaving]
command = ["leaving"]
leave_running = true
[jobs.noisy]
command = ["noisy"]
retry = { max = 1 }
[jobs.ok]
command = ["ok"]
[jobs.slow]
command = ["slow"]
`;
const RUNS = `${STATE}/runs`;
const LOCKS = `${STATE}/locks`;
/** The times of runs that are started a minute apart. */
const [T1, T2, T3, T4] = [
  "20261122T063449.123Z",
  "20261122T063549.123Z",
  "20261122T063649.123Z",
  "20261122T063749.123Z",
] as const;

function machine(options: FakeHostOptions = {}): FakeHost {
  const host = machineWith(TOML, options);
  host.program("ok", (p) => p.stdout("fine\n"));
  host.program("noisy", async (p) => {
    await p.stdout("out\n");
    await p.stderr("err\n");
    return 1;
  });
  host.program("slow", (p) => p.forever());
  host.program("leaving", (p) => void p.fork({ name: "daemon" }, (child) => child.forever()));
  return host;
}

/** One run after the other, a minute apart. */
async function history(host: FakeHost, ...jobs: readonly string[]): Promise<void> {
  for (const job of jobs) {
    const startedAtMs = host.clock.nowMs();
    await call(host, ["run", job, "--log-level", "error"]);
    host.clock.pass(60_000 - (host.clock.nowMs() - startedAtMs));
  }
}

/** The content of a state folder, without files that nobody reads. */
function filesIn(host: FakeHost, folder: string): readonly string[] {
  return Object.keys(host.disk.tree(folder)).map((path) => path.slice(folder.length + 1)).sort();
}

function filesOf(time: string): readonly string[] {
  return [`${time}.json`, `${time}.order.log`, `${time}.stderr.log`, `${time}.stdout.log`];
}

Deno.test("runs prune --keep: the newest runs of each job stay with their output, and the others are removed with theirs", async () => {
  using host = machine();
  await history(host, "ok", "noisy", "ok", "ok");
  const last = readJson(host, `${RUNS}/ok/last.json`);
  await expectCall(host, ["runs", "prune", "--keep", "1"], { stdout: "2 runs removed.\n" });
  assertEquals(filesIn(host, `${RUNS}/ok`), [...filesOf(T4), "last.json"]);
  assertEquals(readJson(host, `${RUNS}/ok/last.json`), last);
  assertEquals(filesIn(host, `${RUNS}/noisy`).length, 8);
  await expectCall(host, ["runs", "prune", "--keep", "1"], { stdout: "Nothing to remove.\n" });
});

Deno.test("runs prune --keep 0: everything is removed, also caches", async () => {
  using host = machine();
  await history(host, "ok", "noisy");
  await expectCall(host, ["runs", "prune", "--keep", "0"], { stdout: "2 runs removed.\n" });
  assertEquals(filesIn(host, RUNS), ["noisy/", "ok/"]);
  await expectCall(host, ["status", "ok"], { stdout: "ok  never run\n" });
  await expectCall(host, ["runs", "show", "ok"], {
    code: 66,
    stderr: 'error: Cannot find run "ok": ok has no runs\n  try: orchastration runs list\n',
  });
});

Deno.test("runs prune --older-than: older runs are removed; a run of exactly that age stays", async () => {
  using host = machine();
  await history(host, "ok", "ok", "ok");
  await expectCall(host, ["runs", "prune", "--older-than", "2m"], { stdout: "1 run removed.\n" });
  assertEquals(filesIn(host, `${RUNS}/ok`), [...filesOf(T2), ...filesOf(T3), "last.json"]);
});

Deno.test("runs prune --keep --older-than: only old runs are removed, and never the newest ones", async () => {
  using host = machine();
  await history(host, "ok", "ok", "ok");
  host.clock.pass(86_400_000);
  await expectCall(host, ["runs", "prune", "--keep", "2", "--older-than", "1h"], {
    stdout: "1 run removed.\n",
  });
  await history(host, "ok");
  await expectCall(host, ["runs", "prune", "--keep", "0", "--older-than", "1h"], {
    stdout: "2 runs removed.\n",
  });
  await expectCall(host, ["runs", "prune", "--keep", "0", "--older-than", "1h"], {
    stdout: "Nothing to remove.\n",
  });
});

Deno.test("runs prune <name>: only runs of this job are removed, and a name without runs is reported", async () => {
  using host = machine();
  await history(host, "ok", "noisy");
  await expectCall(host, ["runs", "prune", "ok", "--keep", "0"], { stdout: "1 run removed.\n" });
  assertEquals(filesIn(host, `${RUNS}/noisy`).length, 8);
  await expectCall(host, ["runs", "prune", "noisi", "--keep", "0"], {
    code: 66,
    stderr: `error: Cannot find run "noisi": no run of this name is recorded in ${STATE}\n` +
      '  did you mean "noisy"?\n  try: orchastration runs list\n',
  });
});

Deno.test("runs prune: a name that is a path is refused", async () => {
  using host = machine();
  await history(host, "ok");
  const before = host.disk.tree("/");
  for (const name of ["../../x", "..", "ok/..", "/etc", `ok/${T1}`]) {
    assertEquals((await call(host, ["runs", "prune", name, "--keep", "0"])).code, 66, name);
  }
  assertEquals(host.disk.tree("/"), before);
});

Deno.test("runs prune --dry-run: runs that would be removed are listed, and nothing is removed", async () => {
  using host = machine();
  await history(host, "ok", "ok", "noisy", "ok");
  const before = host.disk.tree(STATE);
  await expectCall(host, ["runs", "prune", "--keep", "1", "--dry-run"], {
    stdout: `ok/${T2}\nok/${T1}\n2 runs would be removed.\n`,
  });
  assertEquals(host.disk.tree(STATE), before);
});

Deno.test("runs prune: a call without --keep and --older-than is refused", async () => {
  using host = machine();
  const stderr = "error: Cannot prune: no limit was given for the runs to remove\n" +
    "  try: orchastration runs prune --keep <n>, or orchastration runs prune --older-than <duration>\n";
  await expectCall(host, ["runs", "prune"], { code: 64, stderr });
  await expectCall(host, ["runs", "prune", "ok", "--dry-run"], { code: 64, stderr });
});

Deno.test("runs prune: invalid values are refused", async () => {
  using host = machine();
  await expectCall(host, ["runs", "prune", "--keep", "-1"], {
    code: 64,
    stderr: 'error: Cannot use --keep "-1": expected a whole number, 0 or more\n' +
      "  try: orchastration runs prune --help\n",
  });
  await expectCall(host, ["runs", "prune", "--older-than", "30"], {
    code: 64,
    stderr: 'error: Cannot use --older-than "30": expected a form such as 90s, 15m, 12h, 30d or 2w\n' +
      "  try: orchastration runs prune --help\n",
  });
});

Deno.test("runs prune: without records a message says that there is nothing to remove", async () => {
  using host = machine();
  await expectCall(host, ["runs", "prune", "--keep", "3"], { stdout: "Nothing to remove.\n" });
  assertEquals(host.disk.exists("/home/ada/.cache"), false);
});

Deno.test("runs prune: a running run stays, and continues", async () => {
  using host = machine();
  const said: unknown[] = [];
  host.program("ok", async (p) => {
    await p.stdout("one\n");
    await p.sleep(1000);
    said.push(await call(host.another(), ["runs", "prune", "--keep", "0"]));
    await p.stdout("two\n");
  });
  assertEquals((await call(host, ["run", "ok", "--log-level", "error"])).code, 0);
  assertEquals(said, [{
    code: 0,
    stdout: `Nothing to remove.\n1 run stayed:\n  ok/${T1}: it is still running\n`,
    stderr: "",
  }]);
  assertEquals(filesIn(host, `${RUNS}/ok`), [...filesOf(T1), "last.json"]);
  assertEquals(host.disk.read(`${RUNS}/ok/${T1}.stdout.log`), "one\ntwo\n");
});

/** A run of `slow` whose recorder was killed after a second. */
async function cutOff(host: FakeHost, processes: "gone" | "alive"): Promise<FakeHost> {
  void host.whenListening().then(() => host.clock.advance(1000)).then(() => host.die());
  assertEquals(await untilDeath(host, () => call(host, ["run", "slow"])), { kind: "died" });
  return host.reviveAfterDeath({ processes });
}

Deno.test("runs prune: an interrupted run stays as long as any process of it lives, and is then removed completely", async () => {
  using host = machine();
  host.program("slow", async (p) => {
    const child = { name: "daemon", detachedFromGroup: true, ignores: ["SIGTERM"] };
    p.fork(child, (daemon) => daemon.sleep(60_000));
    await p.sleep(30_000);
  });
  const next = await cutOff(host, "alive");
  const stayed = (reason: string) => ({
    stdout: `Nothing to remove.\n1 run stayed:\n  slow/${T1}: ${reason}\n`,
  });
  await expectCall(
    next,
    ["runs", "prune", "--keep", "0"],
    stayed("processes of it are still alive: 1000, 1001"),
  );
  await next.clock.advance(30_000);
  // Its main process is gone, the other one is found by its mark.
  await expectCall(next, ["runs", "prune", "--keep", "0"], stayed("a process of it is still alive: 1001"));
  await expectCall(next, ["runs", "prune", "--keep", "0", "--dry-run"], {
    stdout: `Nothing to remove.\n1 run would stay:\n  slow/${T1}: a process of it is still alive: 1001\n`,
  });
  await next.clock.advance(30_000);
  await expectCall(next, ["runs", "prune", "--keep", "0"], { stdout: "1 run removed.\n" });
  assertEquals(filesIn(next, `${RUNS}/slow`), []);
  assertEquals(filesIn(next, LOCKS), ["journal.lock", "last.lock"]);
});

Deno.test("runs prune: a run whose process was left running on purpose stays until that has ended", async () => {
  using host = machine();
  await history(host, "leaving", "leaving");
  await expectCall(host, ["runs", "prune", "--keep", "1"], {
    stdout: `Nothing to remove.\n1 run stayed:\n  leaving/${T1}: a process of it is still alive: 1001\n`,
  });
  host.processes.signal({ pid: 1001, start_ticks: 100_000, boot_id: "fake-boot" }, "SIGKILL");
  await expectCall(host, ["runs", "prune", "--keep", "1"], { stdout: "1 run removed.\n" });
});

Deno.test("runs prune: a run that was recovered with --leave stays until its process has ended", async () => {
  using host = machine();
  const next = await cutOff(host, "alive");
  await call(next, ["recover", "--leave"]);
  await expectCall(next, ["runs", "prune", "--keep", "0"], {
    stdout: `Nothing to remove.\n1 run stayed:\n  slow/${T1}: a process of it is still alive: 1000\n`,
  });
  // The pid of a stranger proves nothing.
  next.reusePid(1000);
  await expectCall(next, ["runs", "prune", "--keep", "0"], { stdout: "1 run removed.\n" });
});

Deno.test("runs prune: where it is unknown whether a process lives, the run has to be recovered first", async () => {
  using host = machine({ os: "darwin" });
  const next = await cutOff(host, "alive");
  await expectCall(next, ["runs", "prune", "--keep", "0"], {
    stdout: "Nothing to remove.\n1 run stayed:\n" +
      `  slow/${T1}: it is unknown whether its process 1000 is alive\n`,
  });
  await call(next, ["recover", "--leave"]);
  await expectCall(next, ["runs", "prune", "--keep", "0"], { stdout: "1 run removed.\n" });
});

Deno.test("runs prune: a run whose record is being finished stays", async () => {
  using host = machine();
  const next = await cutOff(host, "gone");
  const { findMarked } = next.processes;
  next.processes.findMarked = (...given) => {
    next.disk.lockElsewhere(`${LOCKS}/run-slow-${T1}.lock`);
    return findMarked.apply(next.processes, given);
  };
  await expectCall(next, ["runs", "prune", "--keep", "0"], {
    stdout: `Nothing to remove.\n1 run stayed:\n  slow/${T1}: another process is finishing its record\n`,
  });
  // It printed nothing, and without output there is no order.
  const files = filesOf(T1).filter((file) => !file.endsWith(".order.log"));
  assertEquals(filesIn(next, `${RUNS}/slow`), [...files, "last.json"]);
});

Deno.test("runs prune: a record that cannot be read stays, and is reported", async () => {
  using host = machine();
  await history(host, "ok", "ok");
  const path = `${RUNS}/ok/${T1}.json`;
  host.disk.write(path, "{");
  await expectCall(host, ["runs", "prune", "--keep", "0"], {
    stdout: "1 run removed.\n",
    stderr: `warning: Cannot read the record "${path}": it is not JSON; it is left out\n`,
  });
  assertEquals(filesIn(host, `${RUNS}/ok`), filesOf(T1));
});

Deno.test("runs prune: the copy of another run's record is no reason to remove that one", async () => {
  using host = machine();
  await history(host, "ok", "ok");
  const copy = `${RUNS}/ok/${T1}.json`;
  host.disk.write(copy, host.disk.read(`${RUNS}/ok/${T2}.json`)!);
  await expectCall(host, ["runs", "prune", "--keep", "1"], {
    stdout: "Nothing to remove.\n",
    stderr:
      `warning: Cannot read the record "${copy}": it is the record of another run, ok/${T2}; it is left out\n`,
  });
});

Deno.test("runs prune --json: the result is printed in one document", async () => {
  using host = machine();
  await history(host, "ok", "ok", "leaving");
  host.disk.write(`${RUNS}/ok/${T1}.json`, "");
  const said = await call(host, ["runs", "prune", "--keep", "0", "--dry-run", "--json"]);
  assertEquals(JSON.parse(said.stdout), {
    format: 1,
    kind: "prune",
    dry_run: true,
    removed: [`ok/${T2}`],
    spared: [{ id: `leaving/${T3}`, reason: "a process of it is still alive: 1003" }],
    damaged: [{ path: `${RUNS}/ok/${T1}.json`, reason: "the file is empty" }],
  });
});

interface Listed {
  readonly id: string;
  readonly attempts: readonly Readonly<Record<string, unknown>>[];
}

/** Every run that readers see has all of its output, as recorded; the others are invisible. */
async function checkWhole(host: FakeHost, where: string): Promise<readonly string[]> {
  const said = await call(host, ["runs", "list", "noisy", "--limit", "0", "--json"]);
  assertEquals([said.code, said.stderr], [0, ""], where);
  const runs: readonly Listed[] = JSON.parse(said.stdout).runs;
  for (const { id, attempts } of runs) {
    assertEquals(attempts.length, 2, where);
    for (const attempt of attempts) {
      assertEquals(host.disk.read(`${STATE}/${attempt["stdout_path"]}`), "out\n", `${where}: ${id}`);
      assertEquals(host.disk.read(`${STATE}/${attempt["stderr_path"]}`), "err\n", `${where}: ${id}`);
    }
  }
  const last = readJson(host, `${RUNS}/noisy/last.json`);
  if (last !== null) assert(runs.some(({ id }) => id === last["id"]), `${where}: last.json`);
  const ids = runs.map(({ id }) => id);
  const shown = JSON.parse((await call(host, ["status", "noisy", "--json"])).stdout);
  assertEquals(shown.jobs[0].last_run?.id, ids[0], where);
  for (const time of [T1, T2, T3].filter((each) => !ids.includes(`noisy/${each}`))) {
    assertEquals((await call(host, ["logs", `noisy/${time}`])).code, 66, where);
  }
  return ids;
}

/** A machine with three finished runs, taken from one that made them. */
async function machineWithHistory(): Promise<() => FakeHost> {
  using model = machine();
  await history(model, "noisy", "noisy", "noisy");
  const files = model.disk.tree(STATE);
  return () => {
    const host = machine({ startTime: "2026-11-22T06:44:49.123Z" });
    for (const [path, content] of Object.entries(files)) {
      if (content !== "") host.disk.write(path, content);
    }
    return host;
  };
}

for (const power of [false, true]) {
  for (const keep of ["0", "1"]) {
    Deno.test(`runs prune --keep ${keep}, a crash at every change${power ? " by a power cut" : ""}: each run is complete or removed, and the next prune finishes it`, async () => {
      const seen = new Set<number>();
      await atEveryDeath(
        await machineWithHistory(),
        (host) => call(host, ["runs", "prune", "--keep", keep]),
        async (dead, diedAt) => {
          const where = `died at ${diedAt}: ${dead.operations.at(-1)?.name}`;
          const next = dead.reviveAfterDeath({ losingUnsynced: power });
          seen.add((await checkWhole(next, where)).length);
          const again = await call(next, ["runs", "prune", "--keep", keep]);
          assertEquals([again.code, again.stderr], [0, ""], where);
          const left = keep === "0" ? [] : [`noisy/${T3}`];
          assertEquals(await checkWhole(next, where), left, where);
          const logs = filesIn(next, `${RUNS}/noisy`).filter((file) => file !== "last.json");
          assertEquals(logs.length, keep === "0" ? 0 : 7, `${where}: ${logs}`);
        },
      );
      assert(seen.has(3) && seen.has(Number(keep)), [...seen].join());
    });
  }
}

Deno.test("runs prune: whichever write fails, each run is complete or removed, and the exit code is 74", async () => {
  const makeHost = await machineWithHistory();
  using model = makeHost();
  await call(model, ["runs", "prune", "--keep", "0"]);
  const seen: Record<string, number> = {};
  let refused = 0;
  for (const { name, paths } of model.operations) {
    const skip = seen[name] ?? 0;
    seen[name] = skip + 1;
    if (!["rename", "remove", "syncFolder"].includes(name)) continue;
    for (const problem of ["permission_denied", "read_only", "no_space"] as const) {
      using host = makeHost();
      host.faults.failNext({ op: name, skip, problem });
      const where = `${problem} at ${name} ${paths.at(-1)}`;
      const said = await call(host, ["runs", "prune", "--keep", "0"]);
      await checkWhole(host, where);
      const reason = {
        permission_denied: "permission denied",
        read_only: "the file system is read-only",
        no_space: "no space left on the device",
      }[problem];
      assertEquals([said.code, said.stdout], [74, ""], where);
      assert(said.stderr.startsWith(`error: Cannot remove "${RUNS}/noisy`), said.stderr);
      assert(said.stderr.split("\n")[0]!.endsWith(`": ${reason}`), said.stderr);
      refused++;
      const again = await call(host.another(), ["runs", "prune", "--keep", "0"]);
      assertEquals([again.code, filesIn(host, `${RUNS}/noisy`)], [0, []], where);
    }
  }
  assert(refused > 15);
});

Deno.test("runs prune: files left by a removal are not mistaken for the output of a new run of the same time", async () => {
  using host = machine();
  await history(host, "ok");
  host.faults.failNext({ op: "remove", path: /stdout\.log$/, problem: "permission_denied" });
  assertEquals((await call(host, ["runs", "prune", "--keep", "0"])).code, 74);
  host.clock.setBack(60_000);
  assertEquals((await call(host, ["run", "ok", "--log-level", "error"])).code, 0);
  assertEquals((await call(host, ["runs", "prune", "--keep", "1"])).code, 0);
  const next = "20261122T063449.124Z";
  assertEquals(filesIn(host, `${RUNS}/ok`), [...filesOf(next), "last.json"]);
  assertEquals(host.disk.read(`${RUNS}/ok/${next}.stdout.log`), "fine\n");
});

Deno.test("runs prune: [evidence] retention keeps the runs of tasks and signed runs for its time, and no others", async () => {
  using host = machineWith(`
[jobs.ok]
command = ["ok"]
[tasks.site]
command = ["ok"]
acceptance = [{ id = "ac1", text = "it works", check = ["ok"] }]
[evidence]
retention = "2d"
`);
  host.program("ok", (p) => p.stdout("fine\n"));
  const quiet = async (...argv: readonly string[]) => {
    host.clock.pass(60_000);
    assertEquals((await call(host.another(), [...argv, "--log-level", "error"])).code, 0, argv.join(" "));
  };
  await quiet("run", "ok");
  await quiet("sign", "ok");
  await quiet("run", "ok");
  await quiet("plan", "create", "site");
  await quiet("build", "run", "site");
  await quiet("build", "run", "site");
  const runs = () => filesIn(host, RUNS).filter((name) => /Z\.json$/.test(name)).length;
  assertEquals(runs(), 7);
  const said = await call(host.another(), ["runs", "prune", "--keep", "0", "--json"]);
  assertEquals(runs(), 6);
  const kept: { reason: string }[] = JSON.parse(said.stdout).spared ?? JSON.parse(said.stdout).kept;
  assertEquals(
    kept.filter(({ reason }) => reason === "it is evidence, which [evidence] retention keeps for 2d").length,
    3,
  );
  host.clock.pass(3 * 86_400_000);
  await quiet("runs", "prune", "--keep", "0");
  // What the record of the task refers to stays: its plan, its last build and the check of that.
  assertEquals(runs(), 3);
});
