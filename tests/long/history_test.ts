/**
 * The real program, killed and called many times at once: its records are true, recover ends surviving
 * processes, and no run harms another. Linux only, because the test relies on the system's process table.
 */

import { assert, assertEquals } from "@std/assert";
import { type RealFolder, type RealSaid } from "../support/real_program.ts";
import { marked, markedSpec, type RealRun, startRun, until } from "../support/real_run.ts";

const STATE = ["--state-dir", "state"];
const QUIET = ["--log-level", "error", ...STATE];
const CUT = "Orchastration itself ended before the outcome was known";

function writeJob(folder: RealFolder, script: string, mark: string, more = ""): void {
  const argv = JSON.stringify(["sh", "-c", script, `leader-${mark}`]);
  folder.write("orchastration.toml", `[jobs.work]\ncommand = ${argv}\n${more}`);
}

/** The living ones, by the last digit of their sleep time; "leader" is the job's own process. */
function members(mark: string): ReadonlyMap<string, number> {
  return new Map(
    marked(mark).map((
      { argv, pid },
    ) => [argv[0] === "sleep" ? argv[1]!.at(-1)! : argv.includes(`leader-${mark}`) ? "leader" : "?", pid]),
  );
}

function names(mark: string): string {
  return [...members(mark).keys()].sort().join(" ");
}

function documentOf({ code, stdout, stderr }: RealSaid, expectedCode = 0): Record<string, unknown> {
  assertEquals([code, stderr], [expectedCode, ""]);
  return JSON.parse(stdout);
}

markedSpec(
  "kill -9 during a run: it is shown as interrupted and alive, and recover --kill stops all of it",
  async (folder, mark) => {
    const sleep = (member: number) => `sleep 9999.${mark}${member}`;
    const script = [
      `sh -c 'trap "" TERM INT HUP; exec ${sleep(1)}' &`,
      `setsid ${sleep(2)} &`,
      "echo partial; echo complaint >&2",
      sleep(3),
    ].join("\n");
    writeJob(folder, script, mark, "kill_grace_seconds = 0.3\n");
    await using run = startRun(folder, ["run", "work", ...QUIET]);
    await until(
      "all are there, and what they said is kept",
      () => names(mark) === "1 2 3 leader" && `${run.stdout}${run.stderr}` === "partial\ncomplaint\n",
    );
    run.send("SIGKILL");
    assertEquals(await run.ended, 137);
    const before = members(mark);
    assertEquals([...before.keys()].sort(), ["1", "2", "3", "leader"]);
    const leader = before.get("leader")!;
    const others = [...before.values()].filter((pid) => pid !== leader).sort((a, b) => a - b);

    const status = await folder.orchastration("status", "work", ...STATE);
    const [row, sentence] = status.stdout.split("\n");
    assertEquals([status.code, status.stderr, /^work {2}interrupted {2}\S+$/.test(row!)], [0, "", true]);
    assert(sentence!.endsWith(`: ${CUT}; its process ${leader} is still alive`), sentence);
    const shown = await folder.orchastration("runs", "show", "work", ...STATE);
    const now = /^now +(.*)$/m.exec(shown.stdout)?.[1];
    assertEquals(now, `its process ${leader} is still alive, and so are: ${others.join(", ")}`);
    const listed = await folder.orchastration("runs", "list", ...STATE);
    assert(/^work\/\S+ {2}interrupted {2}process alive {2}\S+\n$/.test(listed.stdout), listed.stdout);
    const logs = await folder.orchastration("logs", "work", ...STATE);
    assertEquals(logs, { code: 0, stdout: "partial\n", stderr: "complaint\n" });

    const refused = await folder.orchastration("recover", ...STATE);
    assertEquals([refused.code, refused.stdout], [1, ""]);
    assert(refused.stderr.includes(" is left as it is: processes of it are still alive: "), refused.stderr);
    const pruned = await folder.orchastration("runs", "prune", "--keep", "0", ...STATE);
    assert(pruned.stdout.startsWith("Nothing to remove.\n1 run stayed:\n"), pruned.stdout);
    assertEquals([...members(mark)].sort(), [...before].sort());

    // Without its leader, the rest can be recognized by its mark only.
    Deno.kill(leader, "SIGKILL");
    await until("the leader is gone", () => names(mark) === "1 2 3");
    const orphaned = documentOf(await folder.orchastration("runs", "show", "work", "--json", ...STATE));
    const pids = (orphaned["processes"] as { pid: number }[]).map(({ pid }) => pid).sort((a, b) => a - b);
    assertEquals([orphaned["process_state"], pids], ["gone", others]);

    const killed = documentOf(await folder.orchastration("recover", "--kill", "--json", ...STATE));
    assertEquals(names(mark), "");
    const [recovered] = killed["recovered"] as { id: string; recovery: { process_was: string } }[];
    assertEquals(recovered?.recovery.process_was, "killed");
    const record = JSON.parse(folder.read(`state/runs/${recovered!.id}.json`));
    assertEquals(
      [record.status, record.end_time, record.exit_code, record.stdout_bytes, record.stderr_bytes],
      ["interrupted", null, null, 8, 10],
    );
    const nothing = await folder.orchastration("recover", ...STATE);
    assertEquals(nothing, { code: 0, stdout: "Nothing to recover.\n", stderr: "" });
    const gone = await folder.orchastration("runs", "prune", "--keep", "0", ...STATE);
    assertEquals(gone, { code: 0, stdout: "1 run removed.\n", stderr: "" });
    assertEquals([...Deno.readDirSync(`${folder.path}/state/runs/work`)], []);
  },
);

markedSpec(
  "kill -9 at any moment of a run: every record is complete, and recover leaves nothing alive",
  async (folder, mark) => {
    writeJob(folder, `echo up; sleep 0.15; sleep 9999.${mark}1 & sleep 0.15; kill %1`, mark);
    /** While it gets under way, and while the job runs and ends. */
    const moments = [
      ...[20, 70, 120, 170].map((ms) => ({ ms, isUp: false })),
      ...Array.from({ length: 12 }, (_, index) => ({ ms: index * 40, isUp: true })),
    ];
    const seen = new Set<string>();
    const checkKill = async ({ ms, isUp }: (typeof moments)[number]) => {
      const state = ["--state-dir", `state-${ms}-${isUp}`];
      await using run = startRun(folder, ["run", "work", "--log-level", "error", ...state]);
      if (isUp) await until("the job runs", () => run.stdout === "up\n");
      const sinceMs = performance.now();
      await until("the moment has come", () => performance.now() - sinceMs >= ms);
      kill(run);
      await run.ended;
      const list = documentOf(await folder.orchastration("runs", "list", "--json", ...state));
      assertEquals(list["damaged"], []);
      const runs = list["runs"] as { status: string; end_time: string | null }[];
      for (const { status, end_time } of runs) {
        seen.add(status);
        assertEquals(end_time === null, status === "interrupted");
      }
      if (isUp) assertEquals(runs.length, 1);
      documentOf(await folder.orchastration("recover", "--kill", "--json", ...state));
    };
    // A few at once, each in a state folder of its own.
    for (let at = 0; at < moments.length; at += 4) {
      const ended = await Promise.allSettled(moments.slice(at, at + 4).map(checkKill));
      assertEquals(ended.flatMap((each) => each.status === "rejected" ? [String(each.reason)] : []), []);
    }
    assertEquals(names(mark), "");
    assert(seen.has("interrupted"), [...seen].join());
  },
);

markedSpec(
  "logs --follow of another process: to the end of the run, with its exit code; a reader that goes ends it",
  async (folder, mark) => {
    writeJob(
      folder,
      "echo one; while [ ! -e go ]; do sleep 0.02; done; echo two; " +
        "while [ ! -e end ]; do sleep 0.02; done; echo three >&2; exit 7",
      mark,
    );
    await using run = startRun(folder, ["run", "work", ...QUIET]);
    await until("it has begun", () => run.stdout === "one\n");
    await using follower = startRun(folder, ["logs", "work", "--follow", ...STATE]);
    await until("what was there is shown", () => follower.stdout === "one\n");
    // `head` reads one line and ends; nobody reads the next one.
    const line = `{ "$@" logs work --follow ${
      STATE.join(" ")
    }; echo $? > code; } | { head -1; echo > gone; }`;
    const cut = folder.shell(line);
    await until("the second reader has gone", () => exists(folder, "gone"));
    folder.write("go", "");
    assertEquals([(await cut).stdout, folder.read("code")], ["one\n", "0\n"]);
    folder.write("end", "");
    assertEquals([await run.ended, await follower.ended], [7, 7]);
    assertEquals([follower.stdout, follower.stderr], ["one\ntwo\n", "three\n"]);
  },
);

function exists(folder: RealFolder, name: string): boolean {
  return [...Deno.readDirSync(folder.path)].some((entry) => entry.name === name);
}

function kill(run: RealRun): void {
  try {
    run.send("SIGKILL");
  } catch (error) {
    // It had come to its end already.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}

const RUNS = 50;
const AT_ONCE = 17;

markedSpec(
  "fifty runs of one job, seventeen at once: fifty records, fifty pairs of logs, and last.json whole",
  async (folder, mark) => {
    // Each waits until all of its batch are recorded and running.
    const script = `echo "$ORCHASTRATION_RUN_ID"; echo "$ORCHASTRATION_RUN_ID" >&2; ` +
      `echo > "up-$1-$$"; while [ ! -e "go-$1" ]; do sleep 0.05; done`;
    writeJob(folder, script, mark);
    const codes: number[] = [];
    for (let batch = 0; codes.length < RUNS; batch++) {
      const count = Math.min(AT_ONCE, RUNS - codes.length);
      const runs = Array.from(
        { length: count },
        () => startRun(folder, ["run", "work", ...QUIET, "--", String(batch)]),
      );
      try {
        const up = () =>
          [...Deno.readDirSync(folder.path)].filter(({ name }) => name.startsWith(`up-${batch}-`));
        await until("all of the batch run at once", () => up().length === count);
        // A reader at this moment sees each of them as running.
        if (batch === 0) {
          const list = documentOf(
            await folder.orchastration(
              "runs",
              "list",
              "--status",
              "running",
              "--limit",
              "0",
              "--json",
              ...STATE,
            ),
          );
          assertEquals((list["runs"] as unknown[]).length, count);
        }
        folder.write(`go-${batch}`, "");
        codes.push(...await Promise.all(runs.map((run) => run.ended)));
        assertEquals(runs.map(({ stderr }) => stderr).filter((text) => /warning|error/.test(text)), []);
      } finally {
        for (const run of runs) await run[Symbol.asyncDispose]();
      }
    }
    assertEquals(codes, Array.from({ length: RUNS }, () => 0));
    const files = [...Deno.readDirSync(`${folder.path}/state/runs/work`)].map(({ name }) => name).sort();
    const times = files.filter((name) => /^\d.*\.json$/.test(name)).map((name) =>
      name.slice(0, -".json".length)
    );
    assertEquals(times.length, RUNS);
    const kinds = ["json", "order.log", "stderr.log", "stdout.log"];
    assertEquals(files, [...times.flatMap((time) => kinds.map((kind) => `${time}.${kind}`)), "last.json"]);
    const records = times.map((time) => JSON.parse(folder.read(`state/runs/work/${time}.json`)));
    for (const [index, record] of records.entries()) {
      assertEquals([record.id, record.status, record.exit_code], [`work/${times[index]}`, "succeeded", 0]);
      assertEquals(folder.read(`state/${record.stdout_path}`), `${record.id}\n`);
      assertEquals(folder.read(`state/${record.stderr_path}`), `${record.id}\n`);
    }
    const last = folder.read("state/runs/work/last.json");
    assertEquals(last, folder.read(`state/runs/${JSON.parse(last).id}.json`));
    // No lock of a run is left.
    const locks = [...Deno.readDirSync(`${folder.path}/state/locks`)].map(({ name }) => name).sort();
    assertEquals(locks, ["journal.lock", "last.lock"]);
    const list = documentOf(
      await folder.orchastration("runs", "list", "work", "--limit", "0", "--json", ...STATE),
    );
    assertEquals(
      (list["runs"] as { id: string }[]).map(({ id }) => id),
      records.map(({ id }) => id).reverse(),
    );
    assertEquals(list["damaged"], []);
    assertEquals(names(mark), "");
  },
);
