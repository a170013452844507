/**
 * The machine fails while a job runs: a crash at every change, power cuts, full disks, bugs. No record is
 * false afterwards.
 */

import { assert, assertEquals } from "@std/assert";
import { call, LOG as PROGRAM_LOG, logOf, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import type { ChangeName } from "../../support/fake_life.ts";
import type { Script } from "../../support/fake_process.ts";
import { atEveryDeath } from "../../support/until_death.ts";

const RUNS = `${STATE}/runs`;
const EARLIER = "work/20261122T063449.123Z";
const ID = "work/20261122T063549.123Z";
const OTHER = "other/20261122T063449.123Z";
const CHAIN = "ORCHASTRATION_RUN_CHAIN";

interface Story {
  readonly config: string;
  /** The job's behaviour, by the number of the attempt. */
  readonly attempts: readonly Script[];
  /** The signal that we receive this long after the start, if any. */
  readonly signalAtMs?: number;
  readonly final: Ending;
  /** How it ended, where there was no further attempt. */
  readonly afterFirst?: Ending;
}

interface Ending {
  readonly status: string;
  readonly exit_code: number | null;
}

const stories: Readonly<Record<string, Story>> = {
  "a run that succeeds": {
    config: "",
    attempts: [async (p) => {
      await p.stdout("one\n");
      await p.sleep(10);
      await p.stderr("two\n");
      await p.stdout("three\n");
    }],
    final: { status: "succeeded", exit_code: 0 },
  },
  "a run that is killed after its timeout, with a child in another session": {
    config: "timeout_seconds = 1",
    attempts: [async (p) => {
      p.fork({ name: "child", detachedFromGroup: true, ignores: ["SIGTERM"] }, (child) => child.forever());
      await p.stdout("one\n");
      await p.forever();
    }],
    final: { status: "timed_out", exit_code: null },
  },
  "a run that is tried again": {
    config: "retry = { max = 1 }",
    attempts: [async (p) => {
      await p.stdout("first\n");
      return 9;
    }, (p) => p.stdout("second\n")],
    final: { status: "succeeded", exit_code: 0 },
    afterFirst: { status: "failed", exit_code: 9 },
  },
  "a run that is stopped by a signal, of a job with a job lock": {
    config: 'concurrency = "wait"\nkill_grace_seconds = 1',
    attempts: [(p) => {
      p.ignore("SIGTERM");
      return p.forever();
    }],
    signalAtMs: 300,
    final: { status: "cancelled", exit_code: null },
  },
};

/** A machine on which both jobs have run before. */
async function machineFor(story: Story): Promise<() => FakeHost> {
  // Prepared once and then taken over: the state folder has the same content in every world.
  using model = machineWith(configOf(story));
  model.program("work", (p) => p.stdout("earlier\n"));
  model.program("other", (p) => p.stdout("other\n"));
  await call(model, ["run", "work"]);
  await call(model.another({ env: model.environment.all() }), ["run", "other"]);
  const before = model.disk.tree(STATE);
  return () => {
    const host = machineWith(configOf(story), { startTime: "2026-11-22T06:35:49.123Z", files: before });
    let number = 0;
    host.program("work", (p) => (story.attempts[number++] ?? (() => 0))(p));
    host.program("other", () => {});
    return host;
  };
}

function configOf({ config }: Story): string {
  return `[jobs.work]\ncommand = ["work"]\n${config}\n[jobs.other]\ncommand = ["other"]\n`;
}

async function tell(host: FakeHost, { signalAtMs }: Story): Promise<void> {
  if (signalAtMs !== undefined) {
    void host.whenListening().then(() => host.clock.advance(signalAtMs)).then(() => host.signal("SIGTERM"));
  }
  await call(host, ["run", "work"]);
}

interface Row {
  readonly name: string;
  readonly last_run: Readonly<Record<string, unknown>> | null;
}

async function statusOf(
  host: FakeHost,
): Promise<{ readonly rows: readonly Row[]; readonly damaged: unknown }> {
  const said = await call(host, ["status", "--json"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  const document = JSON.parse(said.stdout);
  return { rows: document.jobs, damaged: document.damaged };
}

/** The files of runs that ended before. */
function untouched(host: FakeHost): readonly (readonly [string, string])[] {
  return Object.entries(host.disk.tree(RUNS)).filter(([path]) =>
    path.includes(EARLIER) || path.startsWith(`${RUNS}/other/`)
  );
}

function saidFinal(dead: FakeHost): boolean {
  return logOf(dead).some((line) => line["event"] === "run_finished") ||
    /^error: job/m.test(dead.stderrText());
}

for (const [name, story] of Object.entries(stories)) {
  for (
    const end of ["a kill that leaves the job alive", "a kill of the job as well", "a power cut"] as const
  ) {
    Deno.test(`after ${end} at any change, the records tell the truth about ${name}`, async () => {
      const seen = new Set<string>();
      let before: readonly (readonly [string, string])[] = [];
      const makeHost = await machineFor(story);
      await atEveryDeath(
        () => {
          const host = makeHost();
          before = untouched(host);
          return host;
        },
        (host) => tell(host, story),
        async (dead, diedAt) => {
          const told = saidFinal(dead);
          const next = dead.reviveAfterDeath(
            end === "a power cut"
              ? { losingUnsynced: true }
              : { processes: end === "a kill of the job as well" ? "gone" : "alive" },
          );
          const where = `died at ${diedAt}: ${dead.operations.at(-1)?.name}`;
          const living = next.livingProcesses();
          const { rows, damaged } = await statusOf(next);
          assertEquals(damaged, [], where);
          const [other, work] = rows.map((row) => row.last_run);
          assertEquals([other?.["id"], other?.["status"]], [OTHER, "succeeded"], where);
          assertEquals(untouched(next), before, where);

          const id = work?.["id"];
          const status = String(work?.["status"]);
          if (id === EARLIER) {
            // No record exists, so nothing was reported and nothing was started.
            assertEquals([status, told, dead.spawned.length, living], ["succeeded", false, 0, []], where);
            seen.add("earlier");
          } else {
            assertEquals(id, ID, where);
            seen.add(status);
            const record = readJson(next, `${RUNS}/${ID}.json`);
            const attempts = record["attempts"] as Record<string, unknown>[];
            const last = attempts.at(-1);
            if (status === "interrupted") {
              assertEquals(told, false, where);
              assertEquals(["end_time", "duration_ms"].map((key) => work?.[key]), [null, null], where);
              // The facts of the last attempt, or nothing.
              assertEquals(work?.["exit_code"], last?.["exit_code"] ?? null, where);
              assertEquals(record["process"], last?.["process"] ?? null, where);
              const pid = (record["process"] as { pid: number } | null)?.pid;
              const isAlive = living.some((process) => process.startsWith(`${pid} `));
              assertEquals(
                work?.["process_state"],
                pid === undefined ? "never_recorded" : isAlive ? "alive" : "gone",
                where,
              );
            } else {
              assertEquals({ status, exit_code: work?.["exit_code"] }, story.final, where);
              // A final record is final in all parts, and its logs match it.
              assertEquals(living, [], where);
              for (const attempt of attempts) await checkLog(next, attempt, where);
            }
          }
          if (dead.spawned.length > 0) {
            assertEquals(id, ID, `${where}: the intent is durable before the spawn`);
          }

          // The next run works as if nothing had happened.
          next.program("work", () => 0);
          assertEquals((await call(next, ["run", "work", "--log-level", "error"])).code, 0, where);
          const after = await statusOf(next);
          const newest = after.rows[1]?.last_run;
          assertEquals([newest?.["status"], newest?.["exit_code"]], ["succeeded", 0], where);
          assert(String(newest?.["id"]) >= String(id), where);
        },
      );
      assertEquals([...seen].sort(), ["earlier", "interrupted", story.final.status].sort());
    });
  }
}

async function checkLog(
  host: FakeHost,
  attempt: Readonly<Record<string, unknown>>,
  where: string,
): Promise<void> {
  for (const stream of ["stdout", "stderr"]) {
    const bytes = host.disk.readBytes(`${STATE}/${attempt[`${stream}_path`]}`) ?? new Uint8Array(0);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    assertEquals([bytes.length, digest], [attempt[`${stream}_bytes`], attempt[`${stream}_sha256`]], where);
  }
}

Deno.test("a process that was started and not recorded can be found by its marker", async () => {
  const story = stories["a run that is killed after its timeout, with a child in another session"]!;
  const found = new Set<string>();
  const makeHost = await machineFor(story);
  await atEveryDeath(makeHost, (host) => tell(host, story), async (dead) => {
    const next = dead.reviveAfterDeath();
    const living = next.livingProcesses().map((process) => Number(process.split(" ")[0]));
    const record = readJson(next, `${RUNS}/${ID}.json`);
    if (living.length === 0 || record === null) return;
    // A pid that nobody has: only the mark can lead to them.
    const nobody = { pid: 999_999, start_ticks: 1, boot_id: next.bootId };
    const marker = { variable: CHAIN, token: String(record["token"]) };
    const marked = await next.processes.findMarked(nobody, marker);
    assertEquals(marked?.map(({ pid }) => pid), living);
    found.add(`${living.length} ${record["process"] === null ? "unrecorded" : "recorded"}`);
  });
  assertEquals([...found].sort(), ["1 recorded", "2 recorded", "2 unrecorded"]);
});

const WRITES: readonly ChangeName[] = [
  "createNew",
  "write",
  "sync",
  "rename",
  "syncFolder",
  "makeFolders",
  "openForAppending",
  "tryLock",
  "remove",
];
const REASONS = {
  no_space: "no space left on the device",
  permission_denied: "permission denied",
  read_only: "the file system is read-only",
} as const;

/** What a cache, tidying up, or the note of who uses a project's records, may do without. */
const DISPENSABLE = /last[-.]|^remove |^makeFolders \S+\/projects\/[^/]+$|\/\.?project\.json/;

/** A parent folder that may not be read cannot be synced, which is no reason to refuse. */
function isTolerated(step: string, problem: keyof typeof REASONS): boolean {
  return DISPENSABLE.test(step) ||
    (problem === "permission_denied" && /^syncFolder .*(?<!\/work)$/.test(step));
}

async function checkFault(
  makeHost: () => FakeHost,
  story: Story,
  fault: { readonly op: readonly ChangeName[]; readonly skip: number; readonly times: number },
  problem: keyof typeof REASONS,
  spawnBefore: boolean,
  step: string,
): Promise<void> {
  using host = makeHost();
  const before = untouched(host);
  host.faults.failWhen({ ...fault, problem });
  const stop = story.signalAtMs === undefined
    ? undefined
    : host.whenListening().then(() => host.clock.advance(story.signalAtMs!)).then(() =>
      host.signal("SIGTERM")
    );
  const said = await call(host, ["run", "work", "--log-level", "error"]);
  const where = `${problem} at ${step}${fault.times > 1 ? " and from then on" : ""}`;
  // Whatever happens: no process stays alive, no lock stays held, and nobody else is affected.
  assertEquals(host.livingProcesses(), [], where);
  assertEquals([host.signals.handlers, host.disk.openFiles(STATE)], [0, []], where);
  assertEquals(untouched(host), before, where);
  if (stop !== undefined && host.spawned.length > 0) await stop;

  const healthy = host.another();
  const { rows, damaged } = await statusOf(healthy);
  const work = rows[1]!.last_run!;
  assertEquals(damaged, [], where);
  if (fault.times === 1 && isTolerated(step, problem)) {
    assertEquals([said.code === 74, work["id"], work["status"]], [false, ID, story.final.status], where);
    return;
  }
  const headline = said.stderr.split("\n").find((line) => line.startsWith("error: Cannot")) ?? "";
  const named =
    /^error: Cannot (?:make the folder|take the lock|write the record|write the journal|keep the output in) "([^"]*)": (.*)$/
      .exec(headline);
  assertEquals([said.code, named?.[2]], [74, REASONS[problem]], `${where}: ${said.stderr}`);
  assert(named![1]!.startsWith(STATE) && !named![1]!.includes(".tmp"), where);
  if (!spawnBefore) {
    assertEquals(host.spawned.length, 0, where);
    if (work["id"] === EARLIER) return;
    assertEquals(work["id"], ID, where);
    assert(["cancelled", "interrupted"].includes(String(work["status"])), where);
    assertEquals(work["exit_code"], null, where);
    return;
  }
  // The job was ended, and as much as possible was recorded: its true ending, or that it is unknown.
  assertEquals(work["id"], ID, where);
  if (work["status"] === "interrupted") assertEquals(work["end_time"], null, where);
  else if (work["status"] !== "cancelled") {
    const { status, exit_code } = work;
    const isFirst = status === story.afterFirst?.status;
    assertEquals({ status, exit_code }, isFirst ? story.afterFirst : story.final, where);
  }
  healthy.program("work", () => 0);
  assertEquals((await call(healthy, ["run", "work", "--log-level", "error"])).code, 0, where);
}

for (const [index, [name, story]] of Object.entries(stories).entries()) {
  // The course of events depends on where it fails; the reason only changes the words.
  for (
    const problem of index === 0
      ? ["no_space", "permission_denied", "read_only"] as const
      : ["no_space"] as const
  ) {
    Deno.test(`after ${problem} at any write of ${name}, the run is refused or stopped, and the record is true`, async () => {
      const makeHost = await machineFor(story);
      using model = makeHost();
      await tell(model, story);
      const seen: Partial<Record<ChangeName, number>> = {};
      let writes = 0;
      let spawnBefore = false;
      for (const { name, paths } of model.operations) {
        spawnBefore ||= name === "spawn";
        if (!WRITES.includes(name)) continue;
        const step = `${name} ${paths.at(-1)}`;
        const skip = seen[name] ?? 0;
        seen[name] = skip + 1;
        await checkFault(makeHost, story, { op: [name], skip, times: 1 }, problem, spawnBefore, step);
        // The rest of the way out is full of tolerated steps, too; the last record that is stored is the final one.
        const isAfterEnd = model.operations.findLastIndex(({ name }) => name === "syncFolder") <
          model.operations.findIndex((operation) => operation.name === name && operation.paths === paths);
        if (!isAfterEnd) {
          await checkFault(
            makeHost,
            story,
            { op: WRITES.filter((each) => each !== "remove"), skip: writes, times: Infinity },
            problem,
            spawnBefore,
            step,
          );
        }
        if (name !== "remove") writes++;
      }
    });
  }
}

const stubborn: Script = async (p) => {
  p.ignore("SIGTERM");
  p.fork({ name: "child", detachedFromGroup: true, ignores: ["SIGTERM"] }, (child) => child.forever());
  for (let i = 0;; i++) {
    await p.stdout(`line ${i}\n`);
    await p.sleep(100);
  }
};

const FULL = "no space left on the device";
const LOG = `${RUNS}/work/20261122T063449.123Z.stdout.log`;

Deno.test("the disk is full during a run: the job is stopped in three steps, and the record still says why", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\nkill_grace_seconds = 2\n');
  host.program("work", stubborn);
  host.faults.failWhen({ op: "write", path: LOG, skip: 5, problem: "no_space" });
  const said = await call(host, ["run", "work", "--log-level", "warning", "--log-format", "pretty"]);
  assertEquals(said, {
    code: 74,
    stdout: "line 0\nline 1\nline 2\nline 3\nline 4\n" +
      `SIGTERM sent  ${EARLIER}  the run could not be recorded any longer: ${LOG}: ${FULL}\n` +
      `SIGKILL sent  ${EARLIER}\ncancelled  ${EARLIER}  2.5s\n`,
    stderr: `error: Cannot keep the output in "${LOG}": ${FULL}\n` +
      "  try: free some space or fix the permissions, or choose another folder with --state-dir <path>\n",
  });
  assertEquals(host.signalsSent.map(({ signal, pids }) => [signal, pids.length]), [["SIGTERM", 2], [
    "SIGKILL",
    2,
  ]]);
  assertEquals([host.livingProcesses(), host.disk.openFiles(STATE)], [[], []]);
  const record = readJson(host, `${RUNS}/${EARLIER}.json`);
  assertEquals(
    ["status", "reason", "signal", "duration_ms", "stdout_bytes", "stdout_sha256"].map((key) => record[key]),
    // The total size is unknown, and the digest of a part would pass for that of the whole.
    [
      "cancelled",
      `was stopped: the run could not be recorded any longer: ${LOG}: ${FULL}; it ended by SIGKILL`,
      "SIGKILL",
      2500,
      null,
      null,
    ],
  );
});

Deno.test("the disk stays full from the middle of the output on: no process is left, and status shows what is known", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\nkill_grace_seconds = 1\n');
  host.program("work", async (p) => {
    await p.stdout("a".repeat(1000));
    await p.sleep(100);
    host.faults.diskBytesLeft = 500;
    await p.stdout("b".repeat(1000));
    await p.forever();
  });
  const said = await call(host, ["run", "work", "--log-level", "error"]);
  assertEquals([said.code, host.livingProcesses()], [74, []]);
  assertEquals(said.stderr.split("\n")[0], `error: Cannot keep the output in "${LOG}": ${FULL}`);
  // Before them an entry of 15 bytes says when they came.
  assertEquals(host.disk.read(LOG), "a".repeat(1000) + "b".repeat(485));
  const { rows } = await statusOf(host.another());
  assertEquals(
    ["status", "end_time", "exit_code", "process_state"].map((key) => rows[0]?.last_run?.[key]),
    ["interrupted", null, null, "gone"],
  );
});

const MIB = 1024 * 1024;

/** Ways in which the log of a large output is lost before it is digested. */
const losses: Readonly<Record<string, readonly [(host: FakeHost) => void, string]>> = {
  "cannot be written any more": [
    (host) => void host.faults.failNext({ op: "write", path: LOG, problem: "no_space" }),
    `Cannot keep the output in "${LOG}": ${FULL}`,
  ],
  "cannot be read back": [
    (host) => void host.faults.failNext({ op: "readBytes", path: LOG, problem: "permission_denied" }),
    `Cannot read back the output in "${LOG}": permission denied`,
  ],
  "was changed by another process": [
    (host) => host.disk.write(LOG, "nothing of the job"),
    `Cannot read back the output in "${LOG}": another process changed it`,
  ],
};

for (const [what, [lose, headline]] of Object.entries(losses)) {
  Deno.test(`the log of much output ${what}: the job is stopped, and no digest is invented`, async () => {
    using host = machineWith('[jobs.work]\ncommand = ["work"]\n');
    host.program("work", async (p) => {
      await p.stdout("x".repeat(MIB));
      await p.sleep(1);
      lose(host);
      await p.stdout("y".repeat(MIB));
      await p.forever();
    });
    const said = await call(host, ["run", "work", "--log-level", "error"]);
    assertEquals([said.code, said.stderr.split("\n")[0]], [74, `error: ${headline}`]);
    assertEquals([host.livingProcesses(), host.disk.openFiles(STATE)], [[], []]);
    const record = readJson(host, `${RUNS}/${EARLIER}.json`);
    assertEquals([record["status"], record["stdout_bytes"], record["stdout_sha256"]], [
      "cancelled",
      null,
      null,
    ]);
  });
}

/** Makes the machine throw an error that it never should, from a moment on. */
const bugs: Readonly<Record<string, (host: FakeHost) => void>> = {
  "while the start is being stored": (host) => {
    host.files.rename = () => {
      throw new Error("boom");
    };
  },
  "while output is being kept": (host) => {
    const createNew = host.files.createNew.bind(host.files);
    host.files.createNew = (path) => {
      const created = createNew(path);
      if (!path.endsWith(".log") || !created.ok) return created;
      const broken = () => {
        throw new Error("boom");
      };
      return { ok: true, value: { ...created.value, write: broken } };
    };
  },
};

for (const [place, plant] of Object.entries(bugs)) {
  Deno.test(`a bug ${place}: the processes are stopped, exit code 70, and status says interrupted`, async () => {
    using host = machineWith('[jobs.work]\ncommand = ["work"]\nkill_grace_seconds = 1\n');
    host.program("work", stubborn);
    const spawn = host.processes.spawn.bind(host.processes);
    // Output goes to files that exist before the spawn; later writes meet the bug.
    if (place.includes("output")) plant(host);
    host.processes.spawn = (request) => {
      if (!place.includes("output")) plant(host);
      return spawn(request);
    };
    const said = await call(host, ["run", "work", "--log-level", "error"]);
    assertEquals([said.code, said.stdout], [70, ""]);
    assertEquals(said.stderr.split("\n").slice(0, 2), [
      "error: This is a bug in Orchastration, not in what you did. What was recorded so far is kept.",
      "  Error: boom",
    ]);
    assertEquals([host.livingProcesses(), host.signals.handlers], [[], 0]);
    const { rows } = await statusOf(host.another());
    assertEquals(
      ["status", "end_time", "exit_code"].map((key) => rows[0]?.last_run?.[key]),
      ["interrupted", null, null],
    );
  });
}

Deno.test("an uncaught error: the job is stopped, the record says why, exit code 70", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\nkill_grace_seconds = 1\n');
  host.program("work", stubborn);
  const mishap = host.whenListening().then(async () => {
    await host.clock.advance(350);
    host.uncaught(new Error("boom"));
  });
  const said = await call(host, ["run", "work", "--log-level", "error"]);
  await mishap;
  assertEquals([said.code, host.livingProcesses()], [70, []]);
  assertEquals(
    said.stderr,
    'error: job "work" was stopped after 1.3s: an error inside Orchastration: boom; it was ended by SIGKILL\n' +
      `  log: orchastration logs ${EARLIER}\n`,
  );
  const record = readJson(host, `${RUNS}/${EARLIER}.json`);
  assertEquals(
    [record["status"], record["reason"]],
    ["cancelled", "was stopped: an error inside Orchastration: boom; it ended by SIGKILL"],
  );
});

Deno.test("the log file of the program cannot be written: one warning, and the run continues", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n');
  host.program("work", (p) => p.stdout("fine\n"));
  host.faults.failWhen({ op: "append", path: PROGRAM_LOG, problem: "permission_denied" });
  const said = await call(host, ["run", "work", "--log-level", "debug", "--log-format", "pretty"]);
  assertEquals([said.code, said.stdout.includes("fine\n")], [0, true]);
  assertEquals(
    said.stderr,
    'warning: Cannot write the log file "/home/ada/.cache/orchastration/orchastration.log": permission denied; ' +
      "the run continues without it\n",
  );
});

Deno.test("a start that could not be stored stops the job at once, and a later write contains the whole start", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n');
  host.program("work", (p) => p.forever());
  const path = `${RUNS}/${EARLIER}.json`;
  host.faults.failNext({ op: "rename", path, skip: 1, problem: "no_space" });
  const said = await call(host, ["run", "work", "--log-level", "error"]);
  assertEquals([said.code, said.stderr.split("\n")[0]], [
    74,
    `error: Cannot write the record "${path}": ${FULL}`,
  ]);
  const record = readJson(host, path);
  const [attempt] = record["attempts"] as Record<string, unknown>[];
  assertEquals(
    [
      record["status"],
      record["signal"],
      record["duration_ms"],
      (attempt?.["process"] as { pid: number }).pid,
    ],
    ["cancelled", "SIGTERM", 0, 1000],
  );
  assertEquals(host.livingProcesses(), []);
});

Deno.test("the first run on a machine is refused if a write fails before the spawn, and nothing is left behind", async () => {
  const config = '[jobs.work]\ncommand = ["work"]\n';
  using model = machineWith(config);
  model.program("work", () => {});
  await call(model, ["run", "work"]);
  const spawnAt = model.operations.findIndex(({ name }) => name === "spawn");
  const seen: Partial<Record<ChangeName, number>> = {};
  let refused = 0;
  for (const { name, paths } of model.operations.slice(0, spawnAt)) {
    const skip = seen[name] ?? 0;
    seen[name] = skip + 1;
    const step = `${name} ${paths.at(-1)}`;
    if (!WRITES.includes(name) || DISPENSABLE.test(step)) continue;
    using host = machineWith(config);
    host.program("work", () => {});
    host.faults.failNext({ op: name, skip, problem: "no_space" });
    const said = await call(host, ["run", "work", "--log-level", "error"]);
    assertEquals([said.code, host.spawned.length], [74, 0], step);
    assert(/^error: Cannot .*: no space left on the device\n/.test(said.stderr), said.stderr);
    const { rows } = await statusOf(host.another());
    const last = rows[0]!.last_run;
    // Where the record already existed, it says that nothing was started.
    if (last !== null) assertEquals([last["status"], step.includes(".log")], ["cancelled", true], step);
    refused++;
  }
  assert(refused > 10);
});
