/**
 * The real program and real processes: however a run ends, none of its processes is left, and the record is
 * true. The test relies on the system's process table. Linux only, because no other system shows every
 * process so plainly.
 */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { withoutLog } from "../support/cli.ts";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import {
  endMarked,
  marked,
  newestRecord,
  newMark,
  type RealRun,
  startAtTerminal,
  startRun,
  until,
} from "../support/real_run.ts";

const HERE = Deno.build.os;
const QUIET = ["--log-level", "error", "--state-dir", "state"];
const GRACE = "kill_grace_seconds = 0.4\n";

function spec(name: string, fn: () => Promise<void>, needs?: string): void {
  Deno.test({
    name: `spec: ${name}`,
    ignore: HERE !== "linux" || (needs !== undefined && !isThere(needs)),
    fn,
  });
}

function isThere(program: string): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}

/** All at once, so that the total wait is the longest of them; every failure is reported. */
async function allOf<T>(
  cases: Readonly<Record<string, T>>,
  check: (given: T) => Promise<void>,
): Promise<void> {
  const results = await Promise.allSettled(Object.values(cases).map(check));
  const names = Object.keys(cases);
  const failures = results.flatMap((result, index) =>
    result.status === "rejected" ? [`${names[index]}: ${result.reason?.stack ?? result.reason}`] : []
  );
  assertEquals(failures.join("\n\n"), "");
}

async function withMark(
  check: (folder: RealFolder, mark: string) => Promise<void>,
): Promise<void> {
  const mark = newMark();
  try {
    await inRealFolder((folder) => check(folder, mark));
  } finally {
    endMarked(mark);
  }
}

function recordOf(folder: RealFolder, job = "work"): Record<string, unknown> {
  return newestRecord(folder, job);
}

function signalsOf(record: Record<string, unknown>): string {
  const stopped = record["stopped_by"] as { signals: { signal: string }[]; survivors: number[] } | null;
  return (stopped?.signals.map(({ signal }) => signal.slice(3)) ?? []).join(" ");
}

function job(script: string, mark: string, more = ""): string {
  return `[jobs.work]\ncommand = ["sh", "-c", ${JSON.stringify(script)}, "leader-${mark}"]\n${more}`;
}

/** Six children, each of a different kind, distinguished by the last digit of their sleep time. */
function tree(mark: string, last: string): string {
  const sleep = (member: number) => `sleep 9999.${mark}${member}`;
  return [
    // A shell makes its background children ignore SIGINT and SIGQUIT.
    `${sleep(1)} &`,
    `sh -c 'trap "" TERM INT HUP QUIT; exec ${sleep(2)}' &`,
    `setsid ${sleep(3)} &`,
    `setsid env -i ${sleep(4)} &`,
    // Started by a process that ends at once: it has no parent in the run any more, no group, no environment.
    `setsid env -i sh -c 'trap "" TERM INT HUP QUIT; ${sleep(5)} & exit' &`,
    "echo up",
    last.replace("FOREGROUND", sleep(6)),
  ].join("\n");
}

function members(mark: string): string {
  return marked(mark).map(({ argv }) =>
    argv[0] === "sleep" ? argv[1]!.at(-1)! : argv.includes(`leader-${mark}`) ? "leader" : "?"
  ).sort().join(" ");
}

async function untilUp(run: RealRun, mark: string, expected: string): Promise<void> {
  await until(
    "all members are there",
    () => members(mark) === expected,
    () => `there: ${members(mark)}\n${run.stderr}`,
  );
}

interface Way {
  readonly config?: string;
  readonly leader?: string;
  readonly members?: string;
  readonly end: (run: RealRun, folder: RealFolder) => Promise<void> | void;
  readonly code: number;
  readonly status: string;
  readonly signals: string;
}

const signal = (sent: Deno.Signal, code: number, signals: string): Way => ({
  end: (run) => run.send(sent),
  code,
  status: "cancelled",
  signals,
});

const WAYS: Readonly<Record<string, Way>> = {
  "a timeout": {
    config: "timeout_seconds = 3\n",
    end: () => {},
    code: 124,
    status: "timed_out",
    signals: "TERM KILL",
  },
  "SIGTERM": signal("SIGTERM", 143, "TERM KILL"),
  "SIGHUP": signal("SIGHUP", 129, "HUP TERM KILL"),
  "SIGQUIT": signal("SIGQUIT", 131, "QUIT TERM KILL"),
  "SIGINT once": signal("SIGINT", 130, "INT TERM KILL"),
  "SIGINT twice": {
    ...signal("SIGINT", 130, "INT KILL"),
    // Long enough that only the second one can have forced it.
    config: "kill_grace_seconds = 60\n",
    async end(run, folder) {
      run.send("SIGINT");
      await until(
        "the first one was passed on",
        () => /SIGINT was sent/.test(String(recordOf(folder)["reason"])),
      );
      const sentAtMs = performance.now();
      await until("more than a tenth of a second has passed", () => performance.now() > sentAtMs + 150);
      run.send("SIGINT");
    },
  },
  "the end of the leader": {
    leader: "while [ ! -e go ]; do sleep 0.02; done; exit 7",
    members: "1 2 3 4 5 leader",
    end: (_, folder) => folder.write("go", ""),
    code: 7,
    status: "failed",
    signals: "TERM KILL",
  },
};

spec(
  "no process of a run is left, however the run ends",
  () =>
    allOf(WAYS, (way) =>
      withMark(async (folder, mark) => {
        folder.write(
          "orchastration.toml",
          job(
            tree(mark, way.leader ?? "FOREGROUND; exit 0"),
            mark,
            way.config?.includes("grace") ? way.config : `${GRACE}${way.config ?? ""}`,
          ),
        );
        await using run = startRun(folder, ["run", "work", ...QUIET]);
        await untilUp(run, mark, way.members ?? "1 2 3 4 5 6 leader");
        await way.end(run, folder);
        const code = await run.ended;
        assertEquals(members(mark), "");
        const record = recordOf(folder);
        assertEquals(
          [code, record["status"], signalsOf(record), record["leaked_output"], record["left_running"]],
          [way.code, way.status, way.signals, false, []],
        );
        assertEquals((record["stopped_by"] as { survivors: unknown })["survivors"], []);
        assertEquals(folder.read(String(`state/${record["stdout_path"]}`)), "up\n");
      })),
);

spec(
  "processes of a killed inner run belong to the outer run, whatever token they carry",
  () =>
    withMark(async (folder, mark) => {
      const inner = [
        ...[
          "env",
          "-i",
          "PATH=/usr/bin:/bin",
          `HOME=${folder.path}`,
          `DENO_DIR=${folder.env["DENO_DIR"] ?? ""}`,
        ],
        ...folder.command,
        ...["run", "inner", "--state-dir", "inner-state"],
      ].map((word) => `'${word}'`).join(" ");
      folder.write(
        "orchastration.toml",
        `[jobs.inner]
command = ["sh", "-c", ${JSON.stringify(tree(mark, "FOREGROUND; exit 0"))}, "leader-${mark}"]
[jobs.work]
command = ["sh", "-c", ${
          JSON.stringify(`${inner} & while [ ! -e go ]; do sleep 0.02; done; kill -9 $!; exit 7`)
        }]
${GRACE}`,
      );
      await using run = startRun(folder, ["run", "work", ...QUIET]);
      await untilUp(run, mark, "1 2 3 4 5 6 leader");
      folder.write("go", "");
      assertEquals(await run.ended, 7);
      assertEquals(members(mark), "");
      const record = recordOf(folder);
      assertEquals([record["status"], signalsOf(record)], ["failed", "TERM KILL"]);
      assertEquals((record["stopped_by"] as { survivors: unknown })["survivors"], []);
    }),
);

spec(
  "leave_running leaves the job's processes running, and nothing else",
  () =>
    withMark(async (folder, mark) => {
      folder.write(
        "orchastration.toml",
        job(
          `sleep 9999.${mark}1 >/dev/null 2>&1 & setsid sleep 9999.${mark}2 >/dev/null 2>&1 & sleep 0.1`,
          mark,
          "leave_running = true\n",
        ),
      );
      await using run = startRun(folder, ["run", "work", ...QUIET]);
      assertEquals(await run.ended, 0);
      const record = recordOf(folder);
      assertEquals(members(mark), "1 2");
      assertEquals(new Set(record["left_running"] as number[]), new Set(marked(mark).map(({ pid }) => pid)));
    }),
);

spec(
  "a child that is left running and holds the pipe does not delay the end",
  () =>
    withMark(async (folder, mark) => {
      folder.write(
        "orchastration.toml",
        job(`echo up; sleep 9999.${mark}1 & exit 0`, mark, "leave_running = true\n"),
      );
      await using run = startRun(folder, ["run", "work", ...QUIET]);
      assertEquals([await run.ended, run.stdout, members(mark)], [0, "up\n", "1"]);
      const record = recordOf(folder);
      assertEquals([record["status"], record["leaked_output"], record["stdout_bytes"]], [
        "succeeded",
        true,
        3,
      ]);
      // The run was over when its main process ended; afterwards only its output was handled.
      assertEquals(Number(record["duration_ms"]) < 5000, true);
    }),
);

spec(
  "processes that an attempt left running do not belong to the next attempt",
  () =>
    withMark(async (folder, mark) => {
      const script = `[ -e once ] && exit 0; echo > once; sleep 9999.${mark}1 >/dev/null 2>&1 & exit 1`;
      folder.write(
        "orchastration.toml",
        job(script, mark, "leave_running = true\nretry = { max = 1, delay_seconds = 0 }\n"),
      );
      await using run = startRun(folder, ["run", "work", ...QUIET]);
      assertEquals(await run.ended, 0);
      assertEquals(members(mark), "1");
      const attempts = recordOf(folder)["attempts"] as { left_running: unknown }[];
      assertEquals(attempts.map(({ left_running }) => left_running), [
        marked(mark).map(({ pid }) => pid),
        [],
      ]);
    }),
);

spec("children that we had before the run do not belong to the run", () =>
  withMark(async (folder, mark) => {
    folder.write("orchastration.toml", job("exit 0", mark));
    // A script that starts a helper and is replaced by our program: the helper is then our child.
    const line = `sleep 9999.${mark}1 & exec "$@"`;
    await using run = startRun(folder, [...folder.command, "run", "work", ...QUIET], {
      program: ["sh", "-c", line, "sh"],
    });
    await until("the run has ended", () =>
      /"status": "succeeded"/.test(tryRead(folder, "state/runs/work/last.json")));
    assertEquals(members(mark), "1");
    endMarked(mark);
    assertEquals(await run.ended, 0);
  }));

function tryRead(folder: RealFolder, name: string): string {
  try {
    return folder.read(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

spec(
  "a job that tidies up for a second after SIGTERM is waited for, and its status is recorded",
  () =>
    withMark(async (folder, mark) => {
      const script =
        `trap 'sleep 1.${mark}; echo tidied; exit 3' TERM; echo up; while :; do sleep 0.05; done`;
      folder.write("orchastration.toml", job(script, mark));
      await using run = startRun(folder, ["run", "work", ...QUIET]);
      await until("it is up", () => run.stdout === "up\n");
      run.send("SIGTERM");
      assertEquals(await run.ended, 143);
      const record = recordOf(folder);
      assertEquals(
        [record["status"], record["exit_code"], signalsOf(record), withoutLog(run.stdout), members(mark)],
        ["cancelled", 3, "TERM", "up\ntidied\n", ""],
      );
    }),
);

spec(
  "after kill -9 of the program the run is interrupted, its process is alive, and its output so far is readable",
  () =>
    withMark(async (folder, mark) => {
      folder.write("orchastration.toml", job(`echo partial; exec sleep 9999.${mark}1`, mark));
      await using run = startRun(folder, ["run", "work", ...QUIET]);
      await until(
        "it has written, and become the sleeper",
        () => run.stdout === "partial\n" && members(mark) === "1",
      );
      run.send("SIGKILL");
      await run.ended;
      const last = async () => {
        const said = await folder.orchastration("status", "--json", "--state-dir", "state");
        assertEquals([said.code, said.stderr], [0, ""]);
        return JSON.parse(said.stdout).jobs[0].last_run;
      };
      const { path, start_time: _, id, ...known } = await last();
      const pid = marked(mark)[0]?.pid;
      assertEquals(known, {
        status: "interrupted",
        reason: "Orchastration itself ended before the outcome was known",
        exit_code: null,
        signal: null,
        end_time: null,
        duration_ms: null,
        process_state: "alive",
        config_path: `${folder.path}/orchastration.toml`,
      });
      const record = JSON.parse(Deno.readTextFileSync(path));
      assertEquals([record.id, record.status, record.process.pid], [id, "running", pid]);
      assertEquals(folder.read(`state/${record.stdout_path}`), "partial\n");

      endMarked(mark);
      await until("the process is gone", () => members(mark) === "");
      assertEquals((await last()).process_state, "gone");
    }),
);

spec(
  "a flood is stopped by its timeout, and is shown and stored up to the same byte",
  () =>
    inRealFolder(async (folder) => {
      folder.write("orchastration.toml", '[jobs.work]\ncommand = ["yes"]\ntimeout_seconds = 0.3\n');
      await using run = startRun(folder, [
        "run",
        "work",
        "--log-level",
        "error",
        "--json",
        "--state-dir",
        "state",
      ], {
        // stdout has the document; the flood is counted on stderr.
        program: ["sh", "-c", 'exec "$@" 2>&1 >document', "sh", ...folder.command],
      });
      assertEquals(await run.ended, 124);
      const record = JSON.parse(folder.read("document"));
      assertEquals(record, recordOf(folder));
      const bytes = Deno.statSync(`${folder.path}/state/${record.stdout_path}`).size;
      const shown = /\n(?:\{"time"[^\n]*\n)?error: job "work" timed out/.exec(run.stdout.slice(-400));
      assertEquals([record.status, record.stdout_bytes, bytes > 0], ["timed_out", bytes, true]);
      // Our own lines come after the flood, which may be too long to be searched here.
      assertEquals(
        run.stdoutBytes >= bytes && run.stdoutBytes < bytes + 1000,
        true,
        `${run.stdoutBytes}, ${bytes}, ${shown}`,
      );
    }),
);

spec(
  "a job whose reader closes after the first line is recorded to its end",
  () =>
    inRealFolder(async (folder) => {
      folder.write("orchastration.toml", job("seq 1 200000; echo done >&2; exit 3", newMark()));
      const said = await folder.shell(`{ "$@" run work ${QUIET.join(" ")}; echo $? > code; } | head -1`);
      const record = recordOf(folder);
      assertEquals([said.stdout, folder.read("code")], ["1\n", "3\n"]);
      assertEquals([record["status"], record["exit_code"], record["stdout_bytes"]], ["failed", 3, 1_288_895]);
      assertEquals(
        said.stderr.startsWith('done\nerror: job "work" failed with exit status 3 after '),
        true,
        said.stderr,
      );
    }),
);

spec(
  "a stalled reader delays neither the deadline nor the end",
  () =>
    withMark(async (folder, mark) => {
      folder.write(
        "orchastration.toml",
        job(`head -c 3000000 /dev/zero; exec sleep 9999.${mark}1`, mark, "timeout_seconds = 2\n"),
      );
      await using run = startRun(folder, ["run", "work", ...QUIET], { reader: "never reads" });
      const startedAtMs = performance.now();
      assertEquals(await run.ended, 124);
      const tookMs = performance.now() - startedAtMs;
      assertEquals(tookMs < 30_000, true, `it took ${tookMs} ms`);
      const record = recordOf(folder);
      // How much of it comes before the deadline depends on the machine; the warning shows that it was more
      // than the reader's pipe holds.
      const { size } = Deno.statSync(`${folder.path}/state/${record["stdout_path"]}`);
      assertEquals([record["status"], record["stdout_bytes"], record["leaked_output"]], [
        "timed_out",
        size,
        false,
      ]);
      assertEquals(
        run.stderr.startsWith("warning: not all output was shown, because its reader stopped reading; "),
        true,
      );
      assertEquals(members(mark), "");
    }),
);

const DEADLY: Readonly<Record<string, readonly [Deno.Signal, number]>> = {
  "SIGABRT": ["SIGABRT", 6],
  "SIGUSR2": ["SIGUSR2", 12],
  "SIGALRM": ["SIGALRM", 14],
  "SIGSTKFLT": ["SIGSTKFLT", 16],
  "SIGXCPU": ["SIGXCPU", 24],
  "SIGVTALRM": ["SIGVTALRM", 26],
  "SIGPROF": ["SIGPROF", 27],
  "SIGIO": ["SIGIO", 29],
  "SIGPWR": ["SIGPWR", 30],
};

spec(
  "any fatal signal stops the tree like SIGTERM",
  () =>
    allOf(DEADLY, ([sent, number]) =>
      withMark(async (folder, mark) => {
        folder.write("orchastration.toml", job(tree(mark, "FOREGROUND; exit 0"), mark, GRACE));
        await using run = startRun(folder, ["run", "work", ...QUIET]);
        await untilUp(run, mark, "1 2 3 4 5 6 leader");
        run.send(sent);
        assertEquals(await run.ended, 128 + number);
        assertEquals(members(mark), "");
        const record = recordOf(folder);
        const stopped = record["stopped_by"] as { cause: unknown; survivors: unknown };
        assertEquals(
          [record["status"], signalsOf(record), stopped.cause, stopped.survivors],
          ["cancelled", "TERM KILL", { kind: "signal", signal: sent }, []],
        );
      })),
);

spec(
  "SIGUSR1 opens no debugger, and does not end the run",
  () =>
    withMark(async (folder, mark) => {
      folder.write("orchastration.toml", job(`echo up; while [ ! -e go ]; do sleep 0.02; done`, mark));
      await using run = startRun(folder, ["run", "work", ...QUIET]);
      await until("it is up", () => run.stdout === "up\n");
      // The runtime begins to listen half a second after its start.
      const listensAtMs = performance.now() + 800;
      await until("the runtime would listen", () => performance.now() > listensAtMs);
      run.send("SIGUSR1");
      run.send("SIGUSR1");
      folder.write("go", "");
      assertEquals([await run.ended, run.stdout, run.stderr], [0, "up\n", ""]);
    }),
);

/**
 * Without signal 32, the C library's own, which is ignored in everything its posix_spawn starts, such as the
 * shell of this test; and without SIGPIPE (13), which the runtime ignores for itself and restores for its
 * children.
 */
function ignoredIn(status: string): bigint {
  return BigInt(`0x${/SigIgn:\s*([0-9a-f]{16})/.exec(status)![1]}`) & ~(1n << 31n | 1n << 12n);
}

spec(
  "signals that were ignored at the start stay ignored, for the program and for the job",
  () =>
    withMark(async (folder, mark) => {
      const script = "grep SigIgn /proc/self/status; while [ ! -e go ]; do sleep 0.02; done";
      // Tests that use the real host in this process make it ignore signals, and the caller of the tests may
      // do so, too; startRun gives SIGHUP, SIGINT, SIGQUIT and SIGTERM their usual effect.
      const usual = 1n << 0n | 1n << 1n | 1n << 2n | 1n << 14n;
      const inherited = ignoredIn(Deno.readTextFileSync("/proc/self/status")) & ~usual;
      folder.write("orchastration.toml", job(script, mark));
      await using run = startRun(folder, [...folder.command, "run", "work", ...QUIET], {
        program: ["sh", "-c", `trap '' HUP TERM USR2; exec "$@"`, "sh"],
      });
      await until("it is up", () => run.stdout.includes("\n"), () => run.stderr);
      const listensAtMs = performance.now() + 800;
      await until("the runtime would listen", () => performance.now() > listensAtMs);
      for (const sent of ["SIGHUP", "SIGTERM", "SIGUSR2"] as const) run.send(sent);
      folder.write("go", "");
      assertEquals(await run.ended, 0, run.stderr);
      assertEquals(ignoredIn(run.stdout), inherited | 1n << 0n | 1n << 14n | 1n << 11n);
      assertEquals([recordOf(folder)["status"], run.stderr], ["succeeded", ""]);
    }),
);

spec(
  "a log that exceeds the limit of file sizes is a failed write, and the tree is stopped",
  () =>
    withMark(async (folder, mark) => {
      folder.write(
        "orchastration.toml",
        job(`setsid sleep 9999.${mark}1 & head -c 30000000 /dev/zero; exec sleep 9999.${mark}2`, mark, GRACE),
      );
      // A separate cache: that of other tests is larger than the limit, and the runtime itself would die of
      // it.
      Deno.mkdirSync(`${folder.path}/cache`);
      const shared = folder.env["DENO_DIR"];
      if (shared !== undefined) Deno.symlinkSync(`${shared}/npm`, `${folder.path}/cache/npm`);
      await using run = startRun(folder, [...folder.command, "run", "work", ...QUIET], {
        program: ["bash", "-c", 'ulimit -f 20000; exec "$@"', "bash"],
        env: { DENO_DIR: `${folder.path}/cache` },
        reader: "never reads",
      });
      assertEquals(await run.ended, 74, run.stderr);
      assertEquals(members(mark), "");
      const record = recordOf(folder);
      assertEquals([record["status"], (record["stopped_by"] as { cause: { kind: string } }).cause.kind], [
        "cancelled",
        "recorder",
      ]);
    }),
  "bash",
);

for (const bug of ["stored", "uncaught"]) {
  spec(
    `after a bug, ${bug}, no process of the run is left, and the exit code is 70`,
    () =>
      withMark(async (folder, mark) => {
        folder.write("orchastration.toml", job(tree(mark, "FOREGROUND; exit 0"), mark, GRACE));
        const program = fromFileUrl(new URL("../support/run_with_bug.ts", import.meta.url));
        const [deno, ...args] = folder.command.slice(0, -1) as [string, ...string[]];
        await using run = startRun(folder, [bug, "run", "work", ...QUIET], {
          program: [deno, ...args, program],
        });
        await untilUp(run, mark, "1 2 3 4 5 6 leader");
        // The program triggers the bug now.
        folder.write("now", "");
        assertEquals(await run.ended, 70, run.stderr);
        assertEquals(members(mark), "");
        const said = await folder.orchastration("status", "--json", "--state-dir", "state");
        const last = JSON.parse(said.stdout).jobs[0].last_run;
        assertEquals(
          [last.status, last.reason.includes("boom")],
          bug === "stored" ? ["interrupted", false] : ["cancelled", true],
        );
      }),
  );
}

spec("Ctrl-C at a terminal stops the run, and the exit code is 130", () =>
  allOf({
    "once: told, and after the grace forced": {
      config: GRACE,
      async type(run: RealRun) {
        await run.type("\x03");
      },
      signals: "INT TERM KILL",
    },
    "twice: forced at once": {
      config: "kill_grace_seconds = 60\n",
      async type(run: RealRun, folder: RealFolder) {
        await run.type("\x03");
        await until("the first one was passed on", () =>
          /SIGINT was sent/.test(String(recordOf(folder)["reason"])));
        const sentAtMs = performance.now();
        await until("more than a tenth of a second has passed", () =>
          performance.now() > sentAtMs + 150);
        await run.type("\x03");
      },
      signals: "INT KILL",
    },
  }, ({ config, type, signals }) =>
    withMark(async (folder, mark) => {
      folder.write("orchastration.toml", job(tree(mark, "FOREGROUND; exit 0"), mark, config));
      await using run = startAtTerminal(folder, `exec PROGRAM run work ${QUIET.join(" ")}`);
      await untilUp(run, mark, "1 2 3 4 5 6 leader");
      await type(run, folder);
      assertEquals(await run.ended, 130, run.stdout);
      assertEquals(members(mark), "");
      const record = recordOf(folder);
      assertEquals([record["status"], signalsOf(record)], ["cancelled", signals]);
    })), "script");

spec("Ctrl-C at a terminal is handled by the interactive job", () =>
  withMark(async (folder, mark) => {
    const script = "trap 'echo got it; exit 5' INT; echo up; while :; do sleep 0.05; done";
    folder.write("orchastration.toml", job(script, mark, "interactive = true\n"));
    await using run = startAtTerminal(folder, `exec PROGRAM run work ${QUIET.join(" ")}`);
    await until("it is up", () => run.stdout.includes("up\r\n"), () => run.stdout);
    await run.type("\x03");
    assertEquals(await run.ended, 5, run.stdout);
    assertEquals(run.stdout.match(/got it/g)?.length, 1);
    const record = recordOf(folder);
    assertEquals([record["status"], record["exit_code"], record["stopped_by"]], ["failed", 5, null]);
    assertEquals(members(mark), "");
  }), "script");

spec(
  "Ctrl-C at a terminal counts once, even if `deno task` forwards the signal again",
  () =>
    withMark(async (folder, mark) => {
      // Time for the cleanup, which a second Ctrl-C would cut short.
      folder.write(
        "orchastration.toml",
        job("trap 'sleep 0.5; exit 4' INT; echo up; while :; do sleep 0.05; done", mark),
      );
      const [deno] = folder.command;
      const task = [
        deno,
        "task",
        "--quiet",
        "--config",
        fromFileUrl(new URL("../../deno.json", import.meta.url)),
        "start",
      ];
      const words = ["--config", `${folder.path}/orchastration.toml`, "run", "work", "--log-level", "error"];
      const line = [...task, ...words, "--state-dir", `${folder.path}/state`].map((word) => `'${word}'`).join(
        " ",
      );
      await using run = startAtTerminal(folder, line);
      await until("it is up", () => run.stdout.includes("up\r\n"), () => run.stdout);
      await run.type("\x03");
      assertEquals(await run.ended, 130, run.stdout);
      const record = recordOf(folder);
      const { signals } = record["stopped_by"] as { signals: readonly { at_ms: number }[] };
      // On a very busy machine the second one comes a tenth of a second later, and counts as a second key
      // press.
      const isLate = signals.length > 1 && signals[1]!.at_ms - signals[0]!.at_ms > 50;
      assertEquals(
        [record["status"], record["exit_code"], signalsOf(record), members(mark)],
        isLate ? ["cancelled", null, "INT KILL", ""] : ["cancelled", 4, "INT", ""],
      );
    }),
  "script",
);
