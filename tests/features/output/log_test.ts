/** The program's log: JSON Lines in a file always, on stdout as the place asks for, and never the reason of a failed run. */

import { assert, assertEquals } from "@std/assert";
import { createDenoHost } from "../../../src/host/deno_host.ts";
import type { LineFile, OpenLogFile } from "../../../src/log/log.ts";
import { rotatingLogFile } from "../../../src/log/rotating_file.ts";
import { call, logOf, machineWith, PROJECT, STATE } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";

const JOBS = `
[jobs.ok]
command = ["ok"]
[jobs.bad]
command = ["bad"]
[jobs.slow]
command = ["slow"]
timeout_seconds = 2
`;

const RUN = "20261122T063449.123Z";
const T0 = "2026-11-22T06:34:49.123Z";
const T1 = "2026-11-22T06:34:50.357Z";
const T2 = "2026-11-22T06:34:51.123Z";
const PLAIN = { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" };
const LOG_PATH = "/home/ada/.cache/orchastration/orchastration.log";

function machine(options: FakeHostOptions = {}, toml = JOBS): FakeHost {
  const host = machineWith(toml, { env: PLAIN, ...options });
  host.program("ok", async (p) => {
    await p.sleep(1234);
    await p.stdout("hi\n");
  });
  host.program("bad", () => 3);
  host.program("slow", (p) => p.forever());
  return host;
}

function lines(...records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

const STARTED = {
  time: T0,
  level: "info",
  msg: "run started",
  event: "attempt_started",
  run: `ok/${RUN}`,
  job: "ok",
  pid: 1000,
};
const SUCCEEDED = {
  time: T1,
  level: "info",
  msg: "run succeeded",
  event: "run_finished",
  run: `ok/${RUN}`,
  job: "ok",
  status: "succeeded",
  exit_code: 0,
  signal: null,
  duration_ms: 1234,
};

Deno.test("log: a run is JSON Lines in the file and, where it is no terminal, on stdout around its output", async () => {
  using host = machine();
  assertEquals(await call(host, ["run", "ok"]), {
    code: 0,
    stdout: `${lines(STARTED)}hi\n${lines(SUCCEEDED)}`,
    stderr: "",
  });
  assertEquals(logOf(host), [STARTED, SUCCEEDED]);
});

Deno.test("log: a person at a terminal gets readable lines, and the file JSON Lines", async () => {
  using host = machine({ isTerminal: true });
  assertEquals(await call(host, ["run", "ok"]), {
    code: 0,
    stdout: `started    ok/${RUN}\nhi\nsucceeded  ok/${RUN}  1.2s\n`,
    stderr: "",
  });
  assertEquals(logOf(host), [STARTED, SUCCEEDED]);
});

Deno.test("log: what goes wrong has its level, its status and its reason", async () => {
  using host = machine();
  await call(host, ["run", "slow"]);
  const about = { run: `slow/${RUN}`, job: "slow" };
  assertEquals(logOf(host), [
    { time: T0, level: "info", msg: "run started", event: "attempt_started", ...about, pid: 1000 },
    {
      time: T2,
      level: "warning",
      msg: "SIGTERM sent",
      event: "stop_requested",
      ...about,
      why: "the timeout of 2.0s passed",
    },
    {
      time: T2,
      level: "error",
      msg: "run timed out",
      event: "run_finished",
      ...about,
      status: "timed_out",
      exit_code: null,
      signal: "SIGTERM",
      duration_ms: 2000,
    },
  ]);
});

Deno.test("log: at debug the steps between are told as well", async () => {
  using host = machine();
  await call(host, ["run", "ok", "--log-level", "debug"]);
  const about = { run: `ok/${RUN}`, job: "ok" };
  assertEquals(logOf(host), [
    { time: T0, level: "debug", msg: "run recorded", event: "run_created", ...about },
    STARTED,
    {
      time: T1,
      level: "debug",
      msg: "attempt finished",
      event: "attempt_finished",
      ...about,
      attempt: 1,
      status: "succeeded",
    },
    SUCCEEDED,
  ]);
});

Deno.test("log: the end of an attempt that could not be stored is not told either", async () => {
  using host = machine();
  // The first record and that of the process are renamed into place, the third is not.
  host.faults.failWhen({ op: "rename", path: `${STATE}/runs/ok/${RUN}.json`, skip: 2, problem: "no_space" });
  assertEquals((await call(host, ["run", "ok", "--log-level", "debug"])).code, 74);
  assertEquals(logOf(host).map((line) => line["event"]), ["run_created", "attempt_started"]);
});

/** Which levels of a failing run come through, and in which form they stand on stdout. */
function checkSettings(
  name: string,
  given: { readonly argv?: readonly string[]; readonly logging?: string; readonly isTerminal?: boolean },
  levels: readonly string[],
  form: "json" | "pretty" | "nothing",
): void {
  Deno.test(`log: ${name}`, async () => {
    using host = machine(
      { isTerminal: given.isTerminal === true },
      `${JOBS}[logging]\n${given.logging ?? ""}\n`,
    );
    const said = await call(host, ["run", "bad", ...given.argv ?? []]);
    assertEquals(said.code, 3);
    assertEquals(logOf(host).map((record) => String(record["level"])), [...levels]);
    const [first = ""] = said.stdout.split("\n");
    const found = first.startsWith('{"time":')
      ? "json"
      : /^(?:started|failed) /.test(first)
      ? "pretty"
      : "nothing";
    assertEquals(found, form);
  });
}

const ALL = ["debug", "info", "debug", "error"];
checkSettings("info is the level where nothing else is said", {}, ["info", "error"], "json");
checkSettings("[logging] level", { logging: 'level = "debug"' }, ALL, "json");
checkSettings("[logging] level as other programs spell it", { logging: 'level = "WARN"' }, ["error"], "json");
checkSettings(
  "--log-level wins over [logging] level",
  { logging: 'level = "error"', argv: ["--log-level", "debug"] },
  ALL,
  "json",
);
checkSettings(
  "--log-level error leaves the ends that are bad",
  { argv: ["--log-level=error"] },
  ["error"],
  "json",
);
checkSettings("[logging] format", { logging: 'format = "pretty"' }, ["info", "error"], "pretty");
checkSettings(
  "[logging] format on a terminal",
  { logging: 'format = "json"', isTerminal: true },
  ["info", "error"],
  "json",
);
checkSettings(
  "--log-format wins over [logging] format",
  { logging: 'format = "pretty"', argv: ["--log-format", "json"], isTerminal: true },
  ["info", "error"],
  "json",
);

Deno.test("log: with --json stdout is the document alone, and log and output go to stderr", async () => {
  using host = machine();
  const said = await call(host, ["run", "ok", "--json"]);
  assertEquals(said.stderr, `${lines(STARTED)}hi\n${lines(SUCCEEDED)}`);
  assertEquals(JSON.parse(said.stdout).status, "succeeded");
  assertEquals(logOf(host), [STARTED, SUCCEEDED]);
});

for (const argv of [["list"], ["status"], ["status", "ok"], ["hash", "--file", "orchastration.toml"]]) {
  Deno.test(`log: a reading command logs at debug, so that its output is only the answer: ${argv.join(" ")}`, async () => {
    using host = machine();
    const answer = (await call(host, argv)).stdout;
    assertEquals(logOf(host), []);
    const said = await call(host, [...argv, "--log-level", "debug"]);
    const [record] = logOf(host);
    assertEquals(logOf(host).length, 1);
    assertEquals([record?.["time"], record?.["level"], record?.["event"]], [T0, "debug", argv[0]]);
    assertEquals(said.stdout.split("\n").toSorted(), (answer + lines(record)).split("\n").toSorted());
    const json = await call(host, [...argv, "--log-level", "debug", "--json"]);
    assertEquals(json.stderr, lines(record));
    JSON.parse(json.stdout);
  });
}

// A log file that fails.

function checkBroken(name: string, open: OpenLogFile, reason: string): void {
  Deno.test(`log: ${name} is one warning, and the run is as it is`, async () => {
    using host = machine();
    const warning = `warning: Cannot write the log file "${LOG_PATH}": ${reason}; going on without it\n`;
    assertEquals(await call(host, ["run", "ok"], { openLogFile: open }), {
      code: 0,
      stdout: `${lines(STARTED)}hi\n${lines(SUCCEEDED)}`,
      stderr: warning,
    });
    const bad = await call(host, ["run", "bad", "--log-level", "debug"], { openLogFile: open });
    assertEquals([bad.code, bad.stderr.split(warning).length], [3, 2]);
    // A document on stdout stays one.
    JSON.parse((await call(host, ["run", "ok", "--json"], { openLogFile: open })).stdout);
  });
}

function brokenAfter(writes: number, closed: { count: number }): OpenLogFile {
  return () => {
    let left = writes;
    return Promise.resolve({
      write() {
        if (left-- === 0) throw new Error("no space left on the device");
      },
      close: () => void closed.count++,
    });
  };
}

checkBroken(
  "a file that cannot be opened",
  () => Promise.reject(new Error("permission denied")),
  "permission denied",
);
checkBroken("a file that never takes a line", brokenAfter(0, { count: 0 }), "no space left on the device");
checkBroken("a file that fails in the middle", brokenAfter(1, { count: 0 }), "no space left on the device");
checkBroken("a file that cannot even be closed", () =>
  Promise.resolve({
    write() {
      throw new Error("gone");
    },
    close() {
      throw new Error("gone, too");
    },
  }), "gone");

Deno.test("log: a file that failed is closed once, as is one that did not", async () => {
  for (const writes of [0, 1, 100]) {
    using host = machine();
    const closed = { count: 0 };
    await call(host, ["run", "ok"], { openLogFile: brokenAfter(writes, closed) });
    assertEquals(closed.count, 1);
  }
});

Deno.test("log: where there is no place for the file, a run with its own state folder goes on in silence", async () => {
  using host = machine({ env: { PATH: "/bin" } });
  let opened = false;
  const said = await call(host, ["run", "ok", "--state-dir", "state"], {
    openLogFile: () => {
      opened = true;
      return Promise.reject(new Error("never"));
    },
  });
  assertEquals([said, opened], [
    { code: 0, stdout: `${lines(STARTED)}hi\n${lines(SUCCEEDED)}`, stderr: "" },
    false,
  ]);
});

Deno.test("log: the limits of the configuration reach the file; the file stays where the user's files are", async () => {
  using host = machine({}, `${JOBS}[logging]\nmax_bytes = 4096\nkeep_files = 2\n`);
  const asked: unknown[] = [];
  await call(host, ["run", "ok", "--state-dir", `${PROJECT}/state`], {
    openLogFile: (path, limits) => {
      asked.push([path, limits]);
      return Promise.resolve({ write() {}, close() {} });
    },
  });
  assertEquals(asked, [[LOG_PATH, { maxBytes: 4096, keepFiles: 2 }]]);
});

// The file itself, on a real disk.

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function names(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

async function open(path: string, maxBytes: number, keepFiles: number): Promise<LineFile> {
  return await rotatingLogFile(await createDenoHost())(path, { maxBytes, keepFiles });
}

Deno.test("rotating file: makes its folder, appends what is there, and rotates by size", async () =>
  await inFolder(async (folder) => {
    const logs = `${folder}/a/b`;
    const path = `${logs}/orchastration.log`;
    const line = (n: number) => `${JSON.stringify({ n: String(n).padStart(90, "0") })}\n`;
    const first = await open(path, 250, 3);
    first.write(line(1));
    first.close();
    assertEquals(Deno.readTextFileSync(path), line(1));
    const second = await open(path, 250, 3);
    second.write(line(2));
    assertEquals(Deno.readTextFileSync(path), line(1) + line(2));
    // What is written is there at once, not at the end.
    second.write(line(3));
    assertEquals(names(logs), ["orchastration.log", "orchastration.log.1"]);
    assertEquals(Deno.readTextFileSync(path), line(3));
    assertEquals(Deno.readTextFileSync(`${path}.1`), line(1) + line(2));
    for (let n = 4; n <= 20; n++) second.write(line(n));
    second.close();
    assertEquals(names(logs), ["orchastration.log", "orchastration.log.1", "orchastration.log.2"]);
    assertEquals(Deno.readTextFileSync(path), line(19) + line(20));
    assertEquals(Deno.readTextFileSync(`${path}.2`), line(15) + line(16));
  }));

Deno.test("rotating file: where the folder cannot be made, opening says why", async () =>
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    const problem = await open(`${folder}/file/orchastration.log`, 4096, 3).then(
      () => "opened",
      (error: Error) => error.message,
    );
    assert(problem.includes("not a directory"), problem);
  }));

Deno.test({
  name: "rotating file: a full disk is thrown by the write that meets it",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const file = await open("/dev/full", 4096, 3);
    let problem = "nothing";
    try {
      file.write("line\n");
    } catch (error) {
      problem = (error as Error).message;
    } finally {
      file.close();
    }
    assert(problem.includes("No space left"), problem);
  },
});
