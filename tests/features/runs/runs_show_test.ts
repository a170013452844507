/** `runs show`: one run in full, however it ended and however it is named. */

import { assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import type { Script } from "../../support/fake_process.ts";
import { untilDeath } from "../../support/until_death.ts";
import "../../../src/app/runs/list_runs.ts";
import "../../../src/app/runs/show_run.ts";

const RUNS = `${STATE}/runs`;
const TIME = "20261122T063449.123Z";
const ID = `work/${TIME}`;

interface Given {
  readonly job?: string;
  /** undefined: it is not installed. */
  readonly program?: Script;
  readonly on?: FakeHostOptions;
  readonly furnish?: (host: FakeHost) => void;
  /** When we are asked to stop, or killed, after the start. */
  readonly stopAtMs?: number;
  readonly dieAtMs?: number;
  readonly afterDeath?: "gone" | "alive";
  /** The reader; by default on the machine of the run. */
  readonly reader?: (host: FakeHost) => FakeHost;
}

/** The lines for a run of `work 'a b'`: those that are always equal, and the specific ones. */
function lines(rows: Readonly<Record<string, string | undefined>>): string {
  const all: Record<string, string | undefined> = {
    run: ID,
    status: undefined,
    command: "work 'a b'",
    in: "/home/ada/project",
    program: "/bin/work",
    began: "2026-11-22T06:34:49.123Z (just now)",
    ended: "2026-11-22T06:34:49.123Z",
    took: "0ms",
    timeout: undefined,
    process: "1000",
    "asked by": "ada@lab, through bash, process 4242",
    git: undefined,
    variables: undefined,
    secrets: undefined,
    stopped: undefined,
    "left alive": undefined,
    leaked: undefined,
    output: undefined,
    stdout: "0 bytes",
    stderr: "0 bytes",
    "attempt 1": undefined,
    "attempt 2": undefined,
    "attempt 3": undefined,
    now: undefined,
    next: undefined,
    log: `orchastration logs ${ID}`,
    ...rows,
  };
  const shown = Object.entries(all).filter((row): row is [string, string] => row[1] !== undefined);
  const width = Math.max(...shown.map(([key]) => key.length));
  return shown.map(([key, value]) => `${key.padEnd(width)}  ${value}\n`).join("");
}

function check(name: string, given: Given, rows: Readonly<Record<string, string | undefined>>): void {
  Deno.test(`runs show: ${name}`, async () => {
    const toml = `[jobs.work]\ncommand = ["work", "a b"]\n${given.job ?? ""}\n`;
    using host = machineWith(toml, given.on ?? {});
    if (given.program !== undefined) host.program("work", given.program);
    given.furnish?.(host);
    const mishap = async () => {
      await host.whenListening();
      await host.clock.advance(given.stopAtMs ?? given.dieAtMs ?? 0);
      if (given.stopAtMs !== undefined) host.signal("SIGTERM");
      if (given.dieAtMs !== undefined) host.die();
    };
    void mishap();
    await untilDeath(host, () => call(host, ["run", "work", "--log-level", "error"]));
    const next = host.isDead
      ? host.reviveAfterDeath({ processes: given.afterDeath ?? "alive" })
      : host.another(given.on ?? {});
    await expectCall(given.reader?.(next) ?? next, ["runs", "show", "work"], { stdout: lines(rows) });
  });
}

check("a run that succeeded", { program: (p) => p.stdout("hi\n") }, {
  status: "succeeded: exited with status 0",
  stdout: "3 bytes, sha256 98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4",
});

check("one that failed at every attempt", {
  job: "retry = { max = 2 }",
  async program(p) {
    await p.stderr("!");
    await p.sleep(10);
    return 9;
  },
}, {
  status: "failed: exited with status 9",
  began: "2026-11-22T06:34:49.123Z (3 seconds ago)",
  ended: "2026-11-22T06:34:52.153Z",
  took: "3.0s",
  process: "1002",
  stderr: "1 byte, sha256 bb7208bc9b5d7c04f1236a82a0093a5e33f40423d5ba8d4266f7092c3ba43b62",
  "attempt 1": "failed exit 9 after 10ms",
  "attempt 2": "failed exit 9 after 10ms",
  "attempt 3": "failed exit 9 after 10ms",
});

check("one that timed out, with the signals that ended it", {
  job: "timeout_seconds = 1\nkill_grace_seconds = 2",
  program(p) {
    p.ignore("SIGTERM");
    p.fork({ name: "child" }, (child) => child.forever());
    return p.forever();
  },
}, {
  status: "timed out: after 1.0s, then ended by SIGKILL",
  began: "2026-11-22T06:34:49.123Z (3 seconds ago)",
  ended: "2026-11-22T06:34:52.123Z",
  took: "3.0s",
  timeout: "1.0s",
  stopped: "the timeout of 1.0s passed; SIGTERM to 2 processes at 1.0s; SIGKILL to 1 process at 3.0s",
});

check("one that timed out and then went well at its second attempt", {
  job: "timeout_seconds = 1\nretry = { max = 1 }",
  program: (() => {
    let number = 0;
    return (p) => ++number === 1 ? p.forever() : undefined;
  })(),
}, {
  status: "succeeded: exited with status 0",
  began: "2026-11-22T06:34:49.123Z (2 seconds ago)",
  ended: "2026-11-22T06:34:51.123Z",
  took: "2.0s",
  timeout: "1.0s",
  process: "1001",
  "attempt 1": "timed out SIGTERM after 1.0s",
  "attempt 2": "succeeded exit 0 after 0ms",
});

check("one that was stopped by a signal to us", { program: (p) => p.forever(), stopAtMs: 500 }, {
  status: "cancelled: Orchastration received SIGTERM; it ended by SIGTERM",
  ended: "2026-11-22T06:34:49.623Z",
  took: "500ms",
  stopped: "Orchastration received SIGTERM; SIGTERM to 1 process at 500ms",
});

check("a run that another program's signal ended", { program: (p) => p.crash("SIGSEGV") }, {
  status: "signalled: was ended by SIGSEGV, which Orchastration did not send",
});

check("one that was not started", {}, {
  status: 'not started: no program "work" in the folders of PATH',
  program: undefined,
  process: undefined,
  stdout: undefined,
  stderr: undefined,
  log: undefined,
});

check("secrets by name only, and what they masked", {
  job: 'secrets = ["TOKEN"]\nenv = { TOKEN = "hunter2", B = "1" }\ndescription = "use hunter2"',
  program: (p) => p.stdout("hunter2"),
}, {
  status: "succeeded: exited with status 0",
  variables: "B, TOKEN",
  secrets: "TOKEN",
  stdout: "3 bytes, sha256 596f4162a52f315b2ad0fa53fd30a2769d02a41ed7439123790966eee4ceb5cd",
});

const STATUS_OF_GIT =
  "# branch.oid 1234567890abcdef1234567890abcdef12345678\0# branch.head main\0? new.txt\0";
const REMOTES_OF_GIT = "remote.origin.url\nhttps://ada:password@example.org/x.git\0";

check("the state of the repository", {
  program: () => {},
  furnish(host) {
    host.disk.makeFolder("/home/ada/project/.git");
    host.program("git", (p) => p.stdout(p.args.includes("status") ? STATUS_OF_GIT : REMOTES_OF_GIT));
  },
}, {
  status: "succeeded: exited with status 0",
  process: "1000",
  git: "main, 1234567890ab, with changes, https://example.org/x.git",
});

check("processes that were left running on purpose, and kept the output open", {
  job: "leave_running = true",
  program: (p) => void p.fork({ name: "daemon", holdsPipes: true }, (child) => child.forever()),
}, {
  status: "succeeded: exited with status 0",
  "left alive": "1001",
  leaked: "a process held its output open after the end; later output is not in the log",
});

check("leftovers that were stopped", {
  program: (p) => void p.fork({ name: "daemon" }, (child) => child.forever()),
}, {
  status: "succeeded: exited with status 0",
  stopped:
    "its main process had ended while other processes of the run were still alive; SIGTERM to 1 process at 0ms",
});

check("one that was interactive", {
  job: "interactive = true",
  program: () => 3,
  on: { isTerminal: true },
  reader: (host) => host.another({ isTerminal: false }),
}, {
  status: "failed: exited with status 3",
  output: "not captured, because the job is interactive",
  stdout: undefined,
  stderr: undefined,
  log: undefined,
});

const NEXT = { next: `orchastration recover ${ID}`, ended: undefined, took: undefined };
const CUT = {
  status: "interrupted: Orchastration itself ended before the outcome was known",
  stdout: undefined,
  stderr: undefined,
  ...NEXT,
};

check("an interrupted run with a living process", { program: (p) => p.forever(), dieAtMs: 500 }, {
  ...CUT,
  now: "its process 1000 is still alive",
});

check("an interrupted run with two living processes", {
  program(p) {
    p.fork({ name: "daemon", detachedFromGroup: true }, (child) => child.forever());
    return p.forever();
  },
  dieAtMs: 500,
}, { ...CUT, now: "its process 1000 is still alive, and so are: 1001" });

check("an interrupted run of which another process lives", {
  program(p) {
    p.fork({ name: "daemon", detachedFromGroup: true }, (child) => child.forever());
    return p.forever();
  },
  dieAtMs: 500,
  reader(host) {
    host.reusePid(1000);
    return host;
  },
}, { ...CUT, now: "its process 1000 is gone, but processes of the run are still alive: 1001" });

check("an interrupted run without living processes", {
  program: (p) => p.forever(),
  dieAtMs: 500,
  afterDeath: "gone",
}, { ...CUT, now: "its process 1000 is gone" });

const unrecorded = (host: FakeHost): FakeHost => {
  const path = `${RUNS}/work/${TIME}.json`;
  host.disk.write(path, JSON.stringify({ ...readJson(host, path), process: null, attempts: [] }));
  return host;
};

check("an interrupted run whose process was not recorded", {
  program: (p) => p.forever(),
  dieAtMs: 500,
  reader: unrecorded,
}, {
  ...CUT,
  process: undefined,
  log: undefined,
  now: "its process was started and not recorded; processes of the run are still alive: 1000",
});

check("an interrupted run whose process was not recorded, without living processes", {
  program: (p) => p.forever(),
  dieAtMs: 500,
  afterDeath: "gone",
  reader: unrecorded,
}, {
  ...CUT,
  process: undefined,
  log: undefined,
  now: "it is unknown whether its process was started; no process of the run is alive",
});

Deno.test("runs show: a running run is shown with its living processes", async () => {
  const said: unknown[] = [];
  using host = machineWith('[jobs.work]\ncommand = ["work", "a b"]\n');
  host.program("work", async (p) => {
    await p.sleep(100);
    said.push(await call(host.another(), ["runs", "show", "work"]));
  });
  await call(host, ["run", "work"]);
  const stdout = lines({
    status: "running: process 1000 is running",
    ended: undefined,
    took: undefined,
    stdout: undefined,
    stderr: undefined,
  });
  assertEquals(said, [{ code: 0, stdout, stderr: "" }]);
});

Deno.test("runs show: a process in an unknown state is reported as unknown", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work", "a b"]\n', { os: "darwin" });
  host.program("work", (p) => p.forever());
  void host.whenListening().then(() => host.clock.advance(500)).then(() => host.die());
  await untilDeath(host, () => call(host, ["run", "work"]));
  const next = host.reviveAfterDeath();
  await expectCall(next, ["runs", "show", "work"], {
    stdout: lines({
      ...CUT,
      in: "/Users/ada/project",
      now: "it is unknown whether its process 1000 is alive",
    }),
  });
  const { process_state, processes } = JSON.parse(
    (await call(next, ["runs", "show", "work", "--json"])).stdout,
  );
  assertEquals([process_state, processes], ["unknown", null]);
});

Deno.test("runs show: control characters of the command line are made visible", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work", "\\u001b[2J\\nx"]\n');
  await call(host, ["run", "work", "--log-level", "error"]);
  const { stdout } = await call(host, ["runs", "show", "work"]);
  assertEquals(stdout.split("\n")[2], "command   work $'\\e[2J\\nx'");
});

Deno.test("runs show: on a narrow terminal long values are wrapped in their column", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work", "a b"]\n');
  const plain = { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" };
  await call(host, ["run", "work", "--log-level", "error"]);
  await expectCall(host.another({ isTerminal: true, columns: 48, env: plain }), ["runs", "show", "work"], {
    stdout: `run       ${ID}\n` +
      'status    not started: no program "work" in the\n          folders of PATH\n' +
      "command   work 'a b'\n" +
      "in        /home/ada/project\n" +
      "began     2026-11-22T06:34:49.123Z (just now)\n" +
      "ended     2026-11-22T06:34:49.123Z\n" +
      "took      0ms\n" +
      "asked by  ada@lab, through bash, process 4242\n",
  });
});

Deno.test("runs show --json: the whole record is printed, and the known facts of its processes", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n');
  host.program("work", (p) => p.forever());
  void host.whenListening().then(() => host.clock.advance(500)).then(() => host.die());
  await untilDeath(host, () => call(host, ["run", "work"]));
  const next = host.reviveAfterDeath();
  const said = await call(next, ["runs", "show", "work", "--json"]);
  const document = JSON.parse(said.stdout);
  assertEquals([said.code, said.stderr, Object.keys(document).slice(0, 2)], [0, "", ["format", "kind"]]);
  const record = readJson(next, `${RUNS}/${ID}.json`);
  assertEquals(document, {
    ...record,
    status: "interrupted",
    reason: "Orchastration itself ended before the outcome was known",
    process_state: "alive",
    processes: [record["process"]],
  });
});

/** Three runs of `one`, two of `two` and one of `three`, some of them in one second. */
async function several(): Promise<FakeHost> {
  const host = machineWith(
    ["one", "two", "three"].map((name) => `[jobs.${name}]\ncommand = ["x"]\n`).join(""),
  );
  host.program("x", () => {});
  for (
    const [job, passMs] of [["one", 100], ["two", 900], ["one", 60_000], ["three", 0], ["two", 86_400_000], [
      "one",
      0,
    ]] as const
  ) {
    await call(host, ["run", job, "--log-level", "error"]);
    host.clock.pass(passMs);
  }
  return host;
}

/** The run that each valid reference names. */
const references: Readonly<Record<string, string>> = {
  "one": "one/20261123T063550.123Z",
  "one/": "one/20261123T063550.123Z",
  "one/last": "one/20261123T063550.123Z",
  "two/last": "two/20261122T063550.123Z",
  "one/20261122T063449.123Z": "one/20261122T063449.123Z",
  "one/20261122T063449": "one/20261122T063449.123Z",
  "one/20261122T06345": "one/20261122T063450.123Z",
  "one/20261123": "one/20261123T063550.123Z",
  "20261123": "one/20261123T063550.123Z",
  "20261122T063449.1": "one/20261122T063449.123Z",
  "20261122T063449.2": "two/20261122T063449.223Z",
  "thr": "three/20261122T063550.123Z",
};

Deno.test("runs show: a run is found by its id, its job, and the beginning of its id or of its time", async () => {
  using host = await several();
  for (const [reference, id] of Object.entries(references)) {
    const said = await call(host, ["runs", "show", reference, "--json"]);
    assertEquals([said.code, JSON.parse(said.stdout).id, said.stderr], [0, id, ""], reference);
  }
});

const ambiguous: Readonly<Record<string, readonly string[]>> = {
  "one/2026": ["one/20261123T063550.123Z", "one/20261122T063450.123Z", "one/20261122T063449.123Z"],
  "on": ["one/20261123T063550.123Z", "one/20261122T063450.123Z", "one/20261122T063449.123Z"],
  "20261122T063449": ["one/20261122T063449.123Z", "two/20261122T063449.223Z"],
  "20261122T063550.123Z": ["three/20261122T063550.123Z", "two/20261122T063550.123Z"],
};

Deno.test("runs show: an ambiguous beginning is not guessed", async () => {
  using host = await several();
  for (const [reference, ids] of Object.entries(ambiguous)) {
    await expectCall(host, ["runs", "show", reference], {
      code: 66,
      stderr: `error: Cannot find run "${reference}": it matches the beginning of ${ids.length} runs\n` +
        `  matching runs: ${ids.join(", ")}\n  try: give more of the run's id\n`,
    });
  }
});

const nowhere: Readonly<Record<string, readonly [string, string?]>> = {
  "on/20261122": ["on has no runs", "one"],
  "onee": ["no run id begins like this", "one"],
  "ONE": ["no run id begins like this", "one"],
  "four": ["no run id begins like this"],
  "one/2027": ["no run id begins like this", "one"],
  "one/20261122T063449.124Z": ["there is no such run", "one"],
  "2027": ["no run id begins like this"],
  "": ["the reference is empty"],
  " ": ["no run id begins like this"],
  "../../x": ["a name starts with a letter (A to Z) or digit, and continues with these, '.', '_' and '-'"],
  "/etc/passwd": ["a name cannot be empty"],
  "one/../two/last": ["no run id begins like this", "one"],
  "one/last.json": ["no run id begins like this", "one"],
  "one/20261122T063449.123Z.json": ["no run id begins like this", "one"],
  "one\\20261122": ["no run id begins like this"],
  "nul/last": ["Windows reserves this name for a device"],
  "__proto__": ["no run id begins like this"],
  [`${"x".repeat(65)}/last`]: ["a name has at most 64 characters, this one has 65"],
};

Deno.test("runs show: a reference to no run is refused with the reason and a suggestion", async () => {
  using host = await several();
  for (const [reference, [fact, meant]] of Object.entries(nowhere)) {
    await expectCall(host, ["runs", "show", reference], {
      code: 66,
      stderr: `error: Cannot find run "${reference}": ${fact}\n` +
        `${meant === undefined ? "" : `  did you mean "${meant}"?\n`}  try: orchastration runs list\n`,
    });
  }
});

Deno.test("no reference of any command leads out of the state folder", async () => {
  using host = await several();
  const paths: string[] = [];
  // Everything that is asked of the disk for these calls.
  for (
    const name of ["readBytes", "stat", "list", "realPath", "openForReading", "remove", "tryLock"] as const
  ) {
    const original = host.files[name] as (path: string, ...rest: unknown[]) => unknown;
    Object.assign(host.files, {
      [name]: (path: string, ...rest: unknown[]) => {
        paths.push(path);
        return original.call(host.files, path, ...rest);
      },
    });
  }
  const hostile = [
    ...Object.keys(nowhere),
    "..",
    ".",
    "one/..",
    "one/../../../../etc/passwd",
    "one\0",
    "\u202eeno",
  ];
  for (const reference of hostile) {
    for (
      const command of [["runs", "show"], ["logs"], ["recover"], ["runs", "list"], [
        "runs",
        "prune",
        "--keep",
        "0",
      ]]
    ) {
      assertEquals((await call(host, [...command, reference])).code, 66, `${command.join(" ")} ${reference}`);
    }
  }
  // The configuration lists the aliases of jobs, and its folder decides the state folder.
  const known = [STATE, PROJECT, `${PROJECT}/orchastration.toml`];
  const outside = paths.filter((path) =>
    !known.includes(path) && !path.startsWith(`${STATE}/`) || path.includes("..")
  );
  assertEquals([outside, paths.length > 100], [[], true]);
});

Deno.test("runs show: a record that refers to output outside the state folder is damaged", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\n');
  host.program("work", () => {});
  await call(host, ["run", "work", "--log-level", "error"]);
  const path = `${RUNS}/${ID}.json`;
  const record = readJson(host, path);
  const [attempt] = record["attempts"] as Record<string, unknown>[];
  host.disk.write("/home/ada/secret.log", "secret\n");
  for (
    const hostile of ["../../../../secret.log", "/home/ada/secret.log", "runs/work/../../../../../secret.log"]
  ) {
    host.disk.write(path, JSON.stringify({ ...record, attempts: [{ ...attempt, stdout_path: hostile }] }));
    for (const command of [["runs", "show"], ["logs"], ["recover"]]) {
      await expectCall(host, [...command, "work"], {
        code: 74,
        stderr:
          `error: Cannot read the record "${path}": attempts.0.stdout_path: expected the path of a log file ` +
          "in the state folder\n  try: orchastration doctor, or move the file away\n",
      });
    }
  }
});

Deno.test("runs show: a job whose newest record is damaged shows the newest readable one, with a warning; its id is an error", async () => {
  using host = await several();
  const damaged = `${RUNS}/one/20261123T063550.123Z.json`;
  host.disk.write(damaged, "{");
  const said = await call(host, ["runs", "show", "one", "--json"]);
  assertEquals([said.code, JSON.parse(said.stdout).id, said.stderr], [
    0,
    "one/20261122T063450.123Z",
    `warning: Cannot read the record "${damaged}": it is not JSON; it is left out\n`,
  ]);
  await expectCall(host, ["runs", "show", "20261123"], {
    code: 74,
    stderr:
      `error: Cannot read the record "${damaged}": it is not JSON\n  try: orchastration doctor, or move the file away\n`,
  });
});
