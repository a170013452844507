/**
 * Every way in which a run of a job can end: the record, the output, the exit code, and that nothing stays
 * alive.
 */

import type { ReceivedSignal } from "../../../src/host/signals.ts";
import { assertEquals } from "@std/assert";
import { call, machineWith, readJson, STATE, withoutLog } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import type { Script } from "../../support/fake_process.ts";

const ID = "work/20261122T063449.123Z";
const LOG_LINE = `  log: orchastration logs ${ID}\n`;
const RUN_LINE = `  run: orchastration runs show ${ID}\n`;

interface Given {
  /** Keys of the job beside its name. */
  readonly job?: string;
  readonly command?: string;
  /** undefined: it is not installed. */
  readonly program?: Script | undefined;
  readonly host?: FakeHostOptions;
  readonly furnish?: (host: FakeHost) => void;
  readonly meanwhile?: (host: FakeHost) => Promise<void>;
}

interface Expected {
  readonly code: number;
  readonly stdout?: string;
  /** Without the line that says where to look. */
  readonly stderr?: string;
  readonly look?: string;
  readonly status: string;
  readonly reason: string;
  readonly exit_code?: number;
  readonly signal?: string;
  readonly duration_ms?: number;
  readonly timed_out?: boolean;
  readonly not_started_cause?: string;
  /** Signal, milliseconds after the start, processes that got it; "none" where there was nobody to send to. */
  readonly signals?: string;
  readonly leaked_output?: boolean;
  readonly left_running?: readonly number[];
  /** `pid name` of processes that may stay alive. */
  readonly living?: readonly string[];
  /** null: there is none. */
  readonly log?: string | null;
}

async function check(given: Given, expected: Expected): Promise<void> {
  const command = given.command ?? '["work"]';
  using host = machineWith(`[jobs.work]\ncommand = ${command}\n${given.job ?? ""}\n`, given.host);
  if (given.program !== undefined) host.program("work", given.program);
  given.furnish?.(host);
  const meanwhile = given.meanwhile?.(host);
  const said = await call(host, ["run", "work", "--log-level", "error"]);
  await meanwhile;
  const record = readJson(host, `${STATE}/runs/${ID}.json`);
  const stopped = record["stopped_by"] as
    | { signals: { signal: string; at_ms: number; processes: number }[]; survivors: number[] }
    | null;
  const { look = LOG_LINE, ...rest } = expected;
  assertEquals({
    code: said.code,
    stdout: withoutLog(said.stdout),
    stderr: said.stderr,
    status: record["status"],
    reason: record["reason"],
    exit_code: record["exit_code"],
    signal: record["signal"],
    duration_ms: record["duration_ms"],
    timed_out: record["timed_out"],
    not_started_cause: record["not_started_cause"],
    signals: stopped === null
      ? undefined
      : stopped.signals.map((each) => `${each.signal}@${each.at_ms}x${each.processes}`).join(" ") || "none",
    survivors: stopped?.survivors ?? [],
    leaked_output: record["leaked_output"],
    left_running: record["left_running"],
    log: host.disk.read(`${STATE}/runs/${ID}.stdout.log`) ?? null,
    living: host.livingProcesses(),
  }, {
    stdout: "",
    exit_code: null,
    signal: null,
    duration_ms: 0,
    timed_out: false,
    not_started_cause: null,
    signals: undefined,
    survivors: [],
    leaked_output: false,
    left_running: [],
    living: [],
    log: "",
    ...rest,
    stderr: expected.stderr === undefined ? "" : `error: job "work" ${expected.stderr}\n${look}`,
  });
  // Whatever the ending, it is final and no lock is held any longer.
  assertEquals(record, readJson(host, `${STATE}/runs/work/last.json`));
  assertEquals(
    Date.parse(String(record["end_time"])) - Date.parse(String(record["start_time"])),
    record["duration_ms"],
  );
  assertEquals(host.disk.openFiles(STATE), []);
  assertEquals([host.signals.handlers, host.clock.pendingTimers], [0, 0]);
}

function cases(cases: Readonly<Record<string, readonly [Given, Expected]>>): void {
  for (const [name, [given, expected]] of Object.entries(cases)) {
    Deno.test(`run ends: ${name}`, () => check(given, expected));
  }
}

/** Sends signals at these milliseconds after the program has started to listen. */
function signals(...sent: readonly (readonly [number, ReceivedSignal])[]) {
  return async (host: FakeHost) => {
    await host.whenListening();
    let now = 0;
    for (const [atMs, signal] of sent) {
      await host.clock.advance(atMs - now);
      now = atMs;
      host.signal(signal);
    }
  };
}

const forever: Script = (p) => p.forever();

/** Ignores what can be ignored. */
const stubborn: Script = (p) => {
  p.ignore("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT");
  return p.forever();
};

/** Takes this long to clean up, and then ends with this status. */
function tidy(ms: number, code: number, ...signals: readonly string[]): Script {
  return async (p) => {
    const asked = Promise.withResolvers<void>();
    for (const signal of signals) p.onSignal(signal, () => asked.resolve());
    await asked.promise;
    await p.sleep(ms);
    await p.stdout("tidied\n");
    return code;
  };
}

cases({
  "succeeded, silently": [
    { program: () => 0 },
    { code: 0, status: "succeeded", reason: "exited with status 0", exit_code: 0 },
  ],
  "succeeded, with a status that counts as success": [
    { job: "success_exit_codes = [0, 3]", program: () => 3 },
    { code: 0, status: "succeeded", reason: "exited with status 3", exit_code: 3 },
  ],
  "failed with 0, where only 3 is success": [
    { job: "success_exit_codes = [3]", program: () => 0 },
    {
      // The job's own status would look like success.
      code: 1,
      stderr: "failed with exit status 0 after 0ms",
      status: "failed",
      reason: "exited with status 0",
      exit_code: 0,
    },
  ],
  "failed, with an operator of a shell among its arguments": [
    { command: '["work", "|", "wc -l"]', program: () => 2 },
    {
      code: 2,
      stderr: "failed with exit status 2 after 0ms",
      look: '  commands are not run by a shell, so "|" is passed as a plain argument: ' +
        `command = ["sh", "-c", "work | 'wc -l'"]\n${LOG_LINE}`,
      status: "failed",
      reason: "exited with status 2",
      exit_code: 2,
    },
  ],
  "ended by a signal that we did not send": [
    { program: (p) => p.crash("SIGSEGV") },
    {
      code: 139,
      stderr: "was ended by SIGSEGV after 0ms, which Orchastration did not send",
      status: "signalled",
      reason: "was ended by SIGSEGV, which Orchastration did not send",
      signal: "SIGSEGV",
    },
  ],
});

Deno.test("run ends: each exit status from 1 to 255 is a failure, and is the exit code", async () => {
  for (let status = 1; status <= 255; status++) {
    await check({
      program: async (p) => {
        await p.sleep(250);
        return status;
      },
    }, {
      code: status,
      stderr: `failed with exit status ${status} after 250ms`,
      status: "failed",
      reason: `exited with status ${status}`,
      exit_code: status,
      duration_ms: 250,
    });
  }
});

cases({
  "timed out, ended by SIGTERM": [
    { job: "timeout_seconds = 1.5", program: forever },
    {
      code: 124,
      stderr: "timed out after 1.5s; it was ended by SIGTERM",
      status: "timed_out",
      reason: "timed out after 1.5s, then ended by SIGTERM",
      signal: "SIGTERM",
      duration_ms: 1500,
      timed_out: true,
      signals: "SIGTERM@1500x1",
    },
  ],
  "timed out, and within the grace exits with 0": [
    { job: "timeout_seconds = 1", program: tidy(2000, 0, "SIGTERM") },
    {
      code: 124,
      stdout: "tidied\n",
      log: "tidied\n",
      stderr: "timed out after 3.0s; it exited with status 0",
      status: "timed_out",
      reason: "timed out after 1.0s, then exited with status 0",
      exit_code: 0,
      duration_ms: 3000,
      timed_out: true,
      signals: "SIGTERM@1000x1",
    },
  ],
  "timed out, ignores SIGTERM, and is killed after the default grace of ten seconds": [
    { job: "timeout_seconds = 1", program: stubborn },
    {
      code: 124,
      stderr: "timed out after 11.0s; it was ended by SIGKILL",
      status: "timed_out",
      reason: "timed out after 1.0s, then ended by SIGKILL",
      signal: "SIGKILL",
      duration_ms: 11_000,
      timed_out: true,
      signals: "SIGTERM@1000x1 SIGKILL@11000x1",
    },
  ],
  "timed out, with a grace of a quarter of a second": [
    { job: "timeout_seconds = 1\nkill_grace_seconds = 0.25", program: stubborn },
    {
      code: 124,
      stderr: "timed out after 1.2s; it was ended by SIGKILL",
      status: "timed_out",
      reason: "timed out after 1.0s, then ended by SIGKILL",
      signal: "SIGKILL",
      duration_ms: 1250,
      timed_out: true,
      signals: "SIGTERM@1000x1 SIGKILL@1250x1",
    },
  ],
  "timed out, with a grace of 0": [
    { job: "timeout_seconds = 1\nkill_grace_seconds = 0", program: stubborn },
    {
      code: 124,
      stderr: "timed out after 1.0s; it was ended by SIGKILL",
      status: "timed_out",
      reason: "timed out after 1.0s, then ended by SIGKILL",
      signal: "SIGKILL",
      duration_ms: 1000,
      timed_out: true,
      signals: "SIGTERM@1000x1 SIGKILL@1000x1",
    },
  ],
  "a timeout of 0 means no timeout": [
    {
      job: "timeout_seconds = 0",
      program: async (p) => {
        await p.sleep(86_400_000);
      },
    },
    {
      code: 0,
      status: "succeeded",
      reason: "exited with status 0",
      exit_code: 0,
      duration_ms: 86_400_000,
    },
  ],
  "timed out, with children in the group, outside of it, and without an environment": [
    {
      job: "timeout_seconds = 1",
      program: async (p) => {
        p.fork({ name: "child", holdsPipes: true }, forever);
        p.fork({ name: "deaf", ignores: ["SIGTERM"] }, forever);
        p.fork({ name: "session", detachedFromGroup: true }, forever);
        p.fork({ name: "bare", detachedFromGroup: true, withoutEnvironment: true }, stubborn);
        await p.forever();
      },
    },
    {
      code: 124,
      stderr: "timed out after 11.0s; it was ended by SIGTERM",
      status: "timed_out",
      reason: "timed out after 1.0s, then ended by SIGTERM",
      signal: "SIGTERM",
      duration_ms: 11_000,
      timed_out: true,
      signals: "SIGTERM@1000x5 SIGKILL@11000x2",
    },
  ],
});

cases({
  "a fatal signal stops the tree with SIGTERM, and gives its own exit code": [
    { program: forever, meanwhile: signals([700, "SIGUSR2"]) },
    {
      code: 140,
      stderr: "was stopped after 700ms: Orchastration received SIGUSR2; it was ended by SIGTERM",
      status: "cancelled",
      reason: "was stopped: Orchastration received SIGUSR2; it ended by SIGTERM",
      signal: "SIGTERM",
      duration_ms: 700,
      signals: "SIGTERM@700x1",
    },
  ],
  "a signal that the system repeats every second is sent on once, and does not shorten the grace": [
    {
      program: tidy(5000, 5, "SIGTERM"),
      meanwhile: signals([700, "SIGXCPU"], [1700, "SIGXCPU"], [2700, "SIGXCPU"]),
    },
    {
      code: 152,
      stdout: "tidied\n",
      log: "tidied\n",
      stderr: "was stopped after 5.7s: Orchastration received SIGXCPU; it exited with status 5",
      status: "cancelled",
      reason: "was stopped: Orchastration received SIGXCPU; it exited with status 5",
      exit_code: 5,
      duration_ms: 5700,
      signals: "SIGTERM@700x1",
    },
  ],
});

for (
  const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129], ["SIGQUIT", 131]] as const
) {
  cases({
    [`cancelled by ${signal}, which is passed on`]: [
      { program: forever, meanwhile: signals([700, signal]) },
      {
        code,
        stderr: `was stopped after 700ms: Orchastration received ${signal}; it was ended by ${signal}`,
        status: "cancelled",
        reason: `was stopped: Orchastration received ${signal}; it ended by ${signal}`,
        signal,
        duration_ms: 700,
        signals: `${signal}@700x1`,
      },
    ],
    [`cancelled by ${signal}, and cleans up for two seconds`]: [
      { program: tidy(2000, 5, signal), meanwhile: signals([700, signal]) },
      {
        code,
        stdout: "tidied\n",
        log: "tidied\n",
        stderr: `was stopped after 2.7s: Orchastration received ${signal}; it exited with status 5`,
        status: "cancelled",
        reason: `was stopped: Orchastration received ${signal}; it exited with status 5`,
        exit_code: 5,
        duration_ms: 2700,
        signals: `${signal}@700x1`,
      },
    ],
    [`cancelled by ${signal} before the timeout, which then counts no longer`]: [
      { job: "timeout_seconds = 1", program: tidy(2000, 0, signal), meanwhile: signals([700, signal]) },
      {
        code,
        stdout: "tidied\n",
        log: "tidied\n",
        stderr: `was stopped after 2.7s: Orchastration received ${signal}; it exited with status 0`,
        status: "cancelled",
        reason: `was stopped: Orchastration received ${signal}; it exited with status 0`,
        exit_code: 0,
        duration_ms: 2700,
        signals: `${signal}@700x1`,
      },
    ],
    [`cancelled by ${signal} twice is forced at once`]: [
      { program: stubborn, meanwhile: signals([700, signal], [1000, signal]) },
      {
        code,
        stderr: `was stopped after 1.0s: Orchastration received ${signal}; it was ended by SIGKILL`,
        status: "cancelled",
        reason: `was stopped: Orchastration received ${signal}; it ended by SIGKILL`,
        signal: "SIGKILL",
        duration_ms: 1000,
        signals: `${signal}@700x1 SIGKILL@1000x1`,
      },
    ],
    [`${signal} twice within a tenth of a second counts once`]: [
      { program: tidy(2000, 0, signal), meanwhile: signals([700, signal], [702, signal], [704, signal]) },
      {
        code,
        stdout: "tidied\n",
        log: "tidied\n",
        stderr: `was stopped after 2.7s: Orchastration received ${signal}; it exited with status 0`,
        status: "cancelled",
        reason: `was stopped: Orchastration received ${signal}; it exited with status 0`,
        exit_code: 0,
        duration_ms: 2700,
        signals: `${signal}@700x1`,
      },
    ],
    [`a stop by ${signal} before the spawn starts nothing`]: [
      {
        program: forever,
        meanwhile: async (host) => {
          await host.whenListening();
          host.signal(signal);
        },
      },
      {
        code,
        stderr: `was stopped after 0ms: Orchastration received ${signal}`,
        look: RUN_LINE,
        status: "cancelled",
        reason: `was stopped: Orchastration received ${signal}; it had not been started`,
        signals: "none",
        log: null,
      },
    ],
  });
}

cases({
  "SIGINT that a script made it ignore is followed by SIGTERM after the grace": [
    {
      job: "kill_grace_seconds = 3",
      program: (p) => {
        p.ignore("SIGINT");
        return p.forever();
      },
      meanwhile: signals([100, "SIGINT"]),
    },
    {
      code: 130,
      stderr: "was stopped after 3.1s: Orchastration received SIGINT; it was ended by SIGTERM",
      status: "cancelled",
      reason: "was stopped: Orchastration received SIGINT; it ended by SIGTERM",
      signal: "SIGTERM",
      duration_ms: 3100,
      signals: "SIGINT@100x1 SIGTERM@3100x1",
    },
  ],
  "SIGINT, SIGTERM and then force, where both are ignored": [
    { job: "kill_grace_seconds = 3", program: stubborn, meanwhile: signals([100, "SIGINT"]) },
    {
      code: 130,
      stderr: "was stopped after 5.1s: Orchastration received SIGINT; it was ended by SIGKILL",
      status: "cancelled",
      reason: "was stopped: Orchastration received SIGINT; it ended by SIGKILL",
      signal: "SIGKILL",
      duration_ms: 5100,
      signals: "SIGINT@100x1 SIGTERM@3100x1 SIGKILL@5100x1",
    },
  ],
  "a second, different signal is passed on and does not shorten the grace": [
    {
      job: "kill_grace_seconds = 1",
      program: stubborn,
      meanwhile: signals([100, "SIGTERM"], [400, "SIGHUP"]),
    },
    {
      code: 143,
      stderr: "was stopped after 1.1s: Orchastration received SIGTERM; it was ended by SIGKILL",
      status: "cancelled",
      reason: "was stopped: Orchastration received SIGTERM; it ended by SIGKILL",
      signal: "SIGKILL",
      duration_ms: 1100,
      signals: "SIGTERM@100x1 SIGHUP@400x1 SIGKILL@1100x1",
    },
  ],
  "Ctrl-C after another signal forces": [
    { program: stubborn, meanwhile: signals([100, "SIGTERM"], [400, "SIGINT"]) },
    {
      code: 143,
      stderr: "was stopped after 400ms: Orchastration received SIGTERM; it was ended by SIGKILL",
      status: "cancelled",
      reason: "was stopped: Orchastration received SIGTERM; it ended by SIGKILL",
      signal: "SIGKILL",
      duration_ms: 400,
      signals: "SIGTERM@100x1 SIGKILL@400x1",
    },
  ],
  "Ctrl-C in the grace of a timeout is passed on, the second one forces": [
    {
      job: "timeout_seconds = 1",
      program: stubborn,
      meanwhile: signals([1500, "SIGINT"], [2000, "SIGINT"]),
    },
    {
      code: 124,
      stderr: "timed out after 2.0s; it was ended by SIGKILL",
      status: "timed_out",
      reason: "timed out after 1.0s, then ended by SIGKILL",
      signal: "SIGKILL",
      duration_ms: 2000,
      timed_out: true,
      signals: "SIGTERM@1000x1 SIGINT@1500x1 SIGKILL@2000x1",
    },
  ],
  "a key that is held down kills as well": [
    {
      program: stubborn,
      meanwhile: signals([100, "SIGINT"], [140, "SIGINT"], [180, "SIGINT"], [220, "SIGINT"]),
    },
    {
      code: 130,
      stderr: "was stopped after 220ms: Orchastration received SIGINT; it was ended by SIGKILL",
      status: "cancelled",
      reason: "was stopped: Orchastration received SIGINT; it ended by SIGKILL",
      signal: "SIGKILL",
      duration_ms: 220,
      signals: "SIGINT@100x1 SIGKILL@220x1",
    },
  ],
});

/** A job that could not be started. */
function notStarted(
  code: number,
  not_started_cause: string,
  detail: string,
): Expected {
  return {
    code,
    stderr: `was not started: ${detail}`,
    look: RUN_LINE,
    status: "not_started",
    reason: `was not started: ${detail}`,
    not_started_cause,
    log: null,
  };
}

cases({
  "not started: no such program": [
    { command: '["wrok"]', program: () => 0 },
    notStarted(127, "program_not_found", 'no program "wrok" in the folders of PATH'),
  ],
  "not started: a shell command line is not a program": [
    { command: '["npm run", "build"]' },
    {
      ...notStarted(127, "program_not_found", 'no program "npm run" in the folders of PATH'),
      look:
        `  commands are not run by a shell; each argument is an element of the list: ["npm", "run", "build"]\n${RUN_LINE}`,
    },
  ],
  "not started: a command line with other operators of a shell": [
    { command: '["make && echo done"]' },
    {
      ...notStarted(127, "program_not_found", 'no program "make && echo done" in the folders of PATH'),
      look: `  commands are not run by a shell; each argument is an element of the list\n${RUN_LINE}`,
    },
  ],
  "not started: a shell variable is not a program": [
    { command: '["CI=1", "make"]' },
    {
      ...notStarted(127, "program_not_found", 'no program "CI=1" in the folders of PATH'),
      look: "  commands are not run by a shell, so this whole text is the name of a program: " +
        `env = { CI = "1" } and command = ["make"]\n${RUN_LINE}`,
    },
  ],
  "not started: no such path": [
    { command: '["./wrok"]' },
    notStarted(127, "program_not_found", "/home/ada/project/wrok does not exist"),
  ],
  "not started: no execute permission": [
    { furnish: (host) => host.disk.write("/bin/work", "#!/bin/sh\n") },
    notStarted(126, "program_not_executable", "/bin/work has no execute permission (chmod +x)"),
  ],
  "not started: a directory": [
    { command: '["/bin"]' },
    notStarted(126, "program_not_executable", "/bin is a directory"),
  ],
  'not started: a script without a "#!" line, which no shell is asked to guess': [
    { furnish: (host) => host.disk.write("/bin/work", "echo hello\n", { executable: true }) },
    notStarted(
      126,
      "program_not_executable",
      '/bin/work has no "#!" line and is not a program of this system',
    ),
  ],
  "not started: no working folder": [
    { job: 'working_dir = "nowhere"', program: () => 0 },
    notStarted(
      126,
      "working_dir_missing",
      "working_dir /home/ada/project/nowhere: no such file or directory",
    ),
  ],
  "not started: a file as working folder": [
    {
      job: 'working_dir = "notes.txt"',
      program: () => 0,
      furnish: (host) => host.disk.write("/home/ada/project/notes.txt", ""),
    },
    notStarted(126, "working_dir_missing", "working_dir /home/ada/project/notes.txt: it is not a directory"),
  ],
  "not started: more arguments than the system takes": [
    { command: `["work", "${"a".repeat(3 * 1024 * 1024)}"]`, program: () => 0 },
    notStarted(
      126,
      "arguments_too_long",
      "the arguments and the environment together are longer than the system allows",
    ),
  ],
  "not started: the program went away at the last moment": [
    {
      program: () => 0,
      furnish: (host) => void host.faults.failNext({ op: "spawn", problem: "not_found" }),
    },
    notStarted(127, "program_not_found", "no such file or directory"),
  ],
  "not started: the system has no process left": [
    {
      program: () => 0,
      furnish: (host) =>
        void host.faults.failNext({
          op: "spawn",
          problem: { kind: "other", reason: "the system is short of a resource" },
        }),
    },
    notStarted(126, "spawn_failed", "the system is short of a resource"),
  ],
});

/** A leader that ends at once, with a background child as given. */
function leaving(
  code: number,
  ...children: readonly (readonly [Parameters<Parameters<Script>[0]["fork"]>[0], Script])[]
): Script {
  return async (p) => {
    for (const [options, script] of children) p.fork({ name: "child", ...options }, script);
    await p.stdout("main is done\n");
    return code;
  };
}

const SAID = { stdout: "main is done\n", log: "main is done\n" };

cases({
  "a background child is stopped after the main process, whose ending is kept": [
    { program: leaving(0, [{}, forever]) },
    {
      ...SAID,
      code: 0,
      status: "succeeded",
      reason: "exited with status 0",
      exit_code: 0,
      duration_ms: 0,
      signals: "SIGTERM@0x1",
    },
  ],
  "background children that ignore SIGTERM, or left the group, are killed after at most a second": [
    {
      program: leaving(
        4,
        [{ ignores: ["SIGTERM"] }, forever],
        [{ detachedFromGroup: true, withoutEnvironment: true, ignores: ["SIGTERM"] }, forever],
        [{ holdsPipes: true }, forever],
      ),
    },
    {
      ...SAID,
      code: 4,
      stderr: "failed with exit status 4 after 1.0s",
      status: "failed",
      reason: "exited with status 4",
      exit_code: 4,
      duration_ms: 1000,
      signals: "SIGTERM@0x3 SIGKILL@1000x2",
    },
  ],
  "a short grace also holds for background children": [
    { job: "kill_grace_seconds = 0.1", program: leaving(0, [{ ignores: ["SIGTERM"] }, forever]) },
    {
      ...SAID,
      code: 0,
      status: "succeeded",
      reason: "exited with status 0",
      exit_code: 0,
      duration_ms: 100,
      signals: "SIGTERM@0x1 SIGKILL@100x1",
    },
  ],
  "leave_running keeps the background children and names them": [
    {
      job: "leave_running = true",
      program: leaving(0, [{}, forever], [{ detachedFromGroup: true }, forever]),
    },
    {
      ...SAID,
      code: 0,
      status: "succeeded",
      reason: "exited with status 0",
      exit_code: 0,
      left_running: [1001, 1002],
      living: ["1001 child", "1002 child"],
    },
  ],
  "leave_running and a child that holds the pipe: the wait is bounded": [
    { job: "leave_running = true", program: leaving(0, [{ holdsPipes: true }, forever]) },
    {
      ...SAID,
      code: 0,
      status: "succeeded",
      reason: "exited with status 0",
      exit_code: 0,
      left_running: [1001],
      living: ["1001 child"],
      leaked_output: true,
    },
  ],
  "leave_running does not keep anything when the run is stopped": [
    {
      job: "leave_running = true",
      program: async (p) => {
        p.fork({ name: "child" }, forever);
        await p.forever();
      },
      meanwhile: signals([100, "SIGTERM"]),
    },
    {
      code: 143,
      stderr: "was stopped after 100ms: Orchastration received SIGTERM; it was ended by SIGTERM",
      status: "cancelled",
      reason: "was stopped: Orchastration received SIGTERM; it ended by SIGTERM",
      signal: "SIGTERM",
      duration_ms: 100,
      signals: "SIGTERM@100x2",
    },
  ],
  "output of a child that is being stopped is kept": [
    {
      program: leaving(0, [{ holdsPipes: true }, async (p) => {
        const asked = Promise.withResolvers<void>();
        p.onSignal("SIGTERM", () => asked.resolve());
        await asked.promise;
        await p.stdout("child is done\n");
      }]),
    },
    {
      stdout: "main is done\nchild is done\n",
      log: "main is done\nchild is done\n",
      code: 0,
      status: "succeeded",
      reason: "exited with status 0",
      exit_code: 0,
      duration_ms: 0,
      signals: "SIGTERM@0x1",
    },
  ],
});

Deno.test("run ends: the record names the process that was left running", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\nleave_running = true\n');
  host.program("work", leaving(0, [{ holdsPipes: true }, forever]));
  const startedAtMs = host.clock.monotonicMs();
  await call(host, ["run", "work"]);
  assertEquals(host.clock.monotonicMs() - startedAtMs, 300);
});

Deno.test("run ends: if processes cannot be listed, the group is stopped, and survivors are reported as possible", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n', { listsProcesses: false });
  host.program("work", (p) => {
    p.fork({ name: "member" }, forever);
    p.fork({ name: "left", detachedFromGroup: true }, forever);
    return 3;
  });
  const said = await call(host, ["run", "work", "--log-level", "error"]);
  const record = readJson(host, `${STATE}/runs/${ID}.json`);
  assertEquals([said.code, host.livingProcesses()], [3, ["1002 left"]]);
  assertEquals([
    record["members_unlisted"],
    (record["attempts"] as { members_unlisted?: true }[])[0]?.members_unlisted,
  ], [
    true,
    true,
  ]);
  const line =
    `warning: run ${ID}: processes could not be listed: any that left the process group may be alive\n`;
  assertEquals(said.stderr.split(line).length, 2, said.stderr);
  const shown = await call(host, ["runs", "show", "work"]);
  assertEquals(
    /^not seen +(.*)$/m.exec(shown.stdout)?.[1],
    "processes could not be listed; any that left the process group may be alive",
    shown.stdout,
  );
});

Deno.test("run ends: a run whose processes could be listed reports no possible survivors", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n');
  host.program("work", () => 0);
  const said = await call(host, ["run", "work", "--log-level", "error"]);
  assertEquals([said.stderr, "members_unlisted" in readJson(host, `${STATE}/runs/${ID}.json`)], ["", false]);
});
