/** `runs list`: recorded runs, newest first, by job, by status, by age, and with a limit. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import { untilDeath } from "../../support/until_death.ts";
import "../../../src/app/runs/list_runs.ts";
import "../../../src/app/runs/show_run.ts";

const TOML = `
[jobs.bad]
command = ["bad"]
[jobs.missing]
command = ["nowhere"]
[jobs.ok]
command = ["ok"]
[jobs.slow]
command = ["slow"]
timeout_seconds = 2
`;
const RUNS = `${STATE}/runs`;
const PLAIN = { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" };

function machine(options: FakeHostOptions = {}): FakeHost {
  const host = machineWith(TOML, { env: PLAIN, ...options });
  host.program("ok", (p) => p.sleep(1234));
  host.program("bad", async (p) => {
    await p.sleep(65_000);
    return 3;
  });
  host.program("slow", (p) => p.forever());
  return host;
}

async function run(host: FakeHost, ...jobs: readonly string[]): Promise<void> {
  for (const job of jobs) await call(host, ["run", job, "--log-level", "error"]);
}

const OK = "ok/20261122T063449.123Z       succeeded    exit 0   1.2s    2026-11-22T06:34:49.123Z\n";
const BAD = "bad/20261122T063450.357Z      failed       exit 3   1m 05s  2026-11-22T06:34:50.357Z\n";
const SLOW = "slow/20261122T063555.357Z     timed out    SIGTERM  2.0s    2026-11-22T06:35:55.357Z\n";
const MISSING = "missing/20261122T063557.357Z  not started           0ms     2026-11-22T06:35:57.357Z\n";

/** `OK`, `BAD`, `SLOW` and `MISSING`, one after the other. */
async function history(options: FakeHostOptions = {}): Promise<FakeHost> {
  const host = machine(options);
  await run(host, "ok", "bad", "slow", "missing");
  return host;
}

/** The ids in the output, as it is in a pipe. */
function idsIn(stdout: string): readonly string[] {
  return stdout.split("\n").filter((line) => line.includes("/")).map((line) => line.split(" ")[0]!);
}

Deno.test("runs list: all runs are listed, the newest first, each with its end, duration and start", async () => {
  using host = await history();
  await expectCall(host, ["runs", "list"], { stdout: MISSING + SLOW + BAD + OK });
});

Deno.test("runs list: runs of a task show their action", async () => {
  using host = machineWith('[jobs.ok]\ncommand = ["ok"]\n[tasks.site]\ncommand = ["ok"]\n');
  host.program("ok", () => {});
  await run(host, "ok");
  await call(host, ["build", "run", "site", "--plan"]);
  const { stdout } = await call(host, ["runs", "list"]);
  assertEquals(
    stdout.trimEnd().split("\n").map((line) => line.replace(/^\S+|[\w.]+ +\S+$/g, "").trim()).toSorted(),
    ["build run    succeeded  exit 0", "plan create  succeeded", "succeeded  exit 0"],
  );
});

Deno.test("runs list <name>: only runs of this job are listed", async () => {
  using host = await history();
  await run(host, "ok");
  await expectCall(host, ["runs", "list", "ok"], {
    stdout: "ok/20261122T063557.357Z  succeeded  exit 0  1.2s  2026-11-22T06:35:57.357Z\n" +
      "ok/20261122T063449.123Z  succeeded  exit 0  1.2s  2026-11-22T06:34:49.123Z\n",
  });
});

Deno.test("runs list: a name without runs is refused, with a suggestion", async () => {
  using host = await history();
  await expectCall(host, ["runs", "list", "solw"], {
    code: 66,
    stderr: `error: Cannot find run "solw": no run of this name is recorded in ${STATE}\n` +
      '  did you mean "slow"?\n  try: orchastration runs list\n',
  });
  const said = await call(host, ["runs", "list", "quite_different", "--json"]);
  assertEquals([said.code, JSON.parse(said.stdout).code], [66, "run_not_found"]);
});

const statuses: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["failed"], ["bad"]],
  [["timed_out"], ["slow"]],
  [["timed-out"], ["slow"]],
  [["not started"], ["missing"]],
  [["succeeded", "failed"], ["bad", "ok"]],
  [["failed", "failed"], ["bad"]],
  [["interrupted"], []],
];

for (const [wanted, jobs] of statuses) {
  Deno.test(`runs list --status ${wanted.join(" --status ")}`, async () => {
    using host = await history();
    const said = await call(host, ["runs", "list", ...wanted.flatMap((status) => ["--status", status])]);
    assertEquals([said.code, said.stderr], [0, ""]);
    assertEquals(idsIn(said.stdout).map((id) => id.split("/")[0]!), jobs);
    if (jobs.length === 0) assertEquals(said.stdout, "No runs match.\n");
  });
}

Deno.test("runs list --status: an unknown status is refused, with a suggestion", async () => {
  using host = await history();
  const known =
    "running, succeeded, up_to_date, failed, signalled, timed_out, cancelled, not_started, interrupted";
  for (
    const [wrong, hint] of [["faild", "; did you mean failed?"], ["Failed", "; did you mean failed?"], [
      "xyz",
      "",
    ]]
  ) {
    await expectCall(host, ["runs", "list", "--status", wrong!], {
      code: 64,
      stderr: `error: Cannot use --status "${wrong}": expected one of ${known}${hint}\n` +
        "  try: orchastration runs list --help\n",
    });
  }
});

Deno.test("runs list --since: only runs that began within the duration are listed", async () => {
  using host = await history();
  // It is 06:35:57.357 now: `slow` began exactly two seconds ago.
  const cases = [["0s", ["missing"]], ["1s", ["missing"]], ["2s", ["missing", "slow"]], ["1999ms", [
    "missing",
  ]]] as const;
  for (const [since, jobs] of cases) {
    const { stdout } = await call(host, ["runs", "list", "--since", since]);
    assertEquals(idsIn(stdout).map((id) => id.split("/")[0]), [...jobs], since);
  }
  assertEquals(idsIn((await call(host, ["runs", "list", "--since", "1w"])).stdout).length, 4);
  host.clock.pass(10_000);
  await expectCall(host, ["runs", "list", "--since", "5s"], { stdout: "No runs match.\n" });
  await expectCall(host, ["runs", "list", "--since", "yesterday"], {
    code: 64,
    stderr: 'error: Cannot use --since "yesterday": expected a form such as 90s, 15m, 12h, 30d or 2w\n' +
      "  try: orchastration runs list --help\n",
  });
});

Deno.test("runs list --limit: at most this many runs are listed, older ones are mentioned, and 0 lists all", async () => {
  using host = await history();
  const cut = "There are older ones: --limit 0 shows all.\n";
  const two = "missing/20261122T063557.357Z  not started           0ms   2026-11-22T06:35:57.357Z\n" +
    "slow/20261122T063555.357Z     timed out    SIGTERM  2.0s  2026-11-22T06:35:55.357Z\n";
  await expectCall(host, ["runs", "list", "--limit", "2"], { stdout: two + cut });
  await expectCall(host, ["runs", "list", "--limit", "4"], { stdout: MISSING + SLOW + BAD + OK });
  await expectCall(host, ["runs", "list", "--limit", "0"], { stdout: MISSING + SLOW + BAD + OK });
  await expectCall(host, ["runs", "list", "--limit", "2", "--since", "2s"], { stdout: two });
});

Deno.test("runs list: the notice about older runs counts only matching runs", async () => {
  using host = await history();
  const only = "bad/20261122T063450.357Z  failed  exit 3  1m 05s  2026-11-22T06:34:50.357Z\n";
  await expectCall(host, ["runs", "list", "--status", "failed", "--limit", "1"], { stdout: only });
  await run(host, "bad");
  const said = await call(host, ["runs", "list", "--status", "failed", "--limit", "1"]);
  assert(said.stdout.endsWith("There are older ones: --limit 0 shows all.\n"), said.stdout);
});

Deno.test("runs list: twenty runs are listed without --limit", async () => {
  using host = machine();
  host.program("ok", () => {});
  await run(host, ...Array.from({ length: 21 }, () => "ok"));
  const said = await call(host, ["runs", "list"]);
  assertEquals(idsIn(said.stdout).length, 20);
  assert(said.stdout.endsWith("There are older ones: --limit 0 shows all.\n"));
  assertEquals(idsIn((await call(host, ["runs", "list", "--limit", "0"])).stdout).length, 21);
});

Deno.test("runs list: without records a message says so, and nothing is written", async () => {
  using host = machine();
  for (const options of [[], ["--status", "failed"], ["--since", "1h"]]) {
    await expectCall(host, ["runs", "list", ...options], { stdout: "No runs are recorded yet.\n" });
  }
  assertEquals(host.disk.exists("/home/ada/.cache"), false);
});

Deno.test("runs list: reading changes nothing", async () => {
  using host = await history();
  const before = host.disk.tree(STATE);
  await call(host, ["runs", "list"]);
  await call(host, ["runs", "show", "ok"]);
  assertEquals([host.disk.tree(STATE), host.disk.openFiles(STATE)], [before, []]);
});

Deno.test("runs list: unreadable records are reported, and the others are shown", async () => {
  using host = await history();
  const [bad, slow] = [`${RUNS}/bad/20261122T063450.357Z.json`, `${RUNS}/slow/20261122T063555.357Z.json`];
  host.disk.write(bad, "{");
  host.disk.write(slow, JSON.stringify({ ...readJson(host, slow), format: 9, reason: 7 }));
  const warnings =
    `warning: Cannot read the record "${slow}": it has format 9, and this program reads formats up to 1; it is left out\n` +
    `warning: Cannot read the record "${bad}": it is not JSON; it is left out\n`;
  await expectCall(host, ["runs", "list"], {
    stdout: MISSING.replace("           0ms     ", "          0ms   ") +
      OK.replace("exit 0   1.2s    ", "exit 0  1.2s  "),
    stderr: warnings,
  });
  await expectCall(host, ["runs", "list", "bad"], {
    stdout: "No run can be read.\n",
    stderr: `warning: Cannot read the record "${bad}": it is not JSON; it is left out\n`,
  });
  const document = JSON.parse((await call(host, ["runs", "list", "--json"])).stdout);
  assertEquals(document.damaged.map(({ path }: { path: string }) => path), [slow, bad]);
});

Deno.test("runs list: a record of a newer version is shown as far as it is understood", async () => {
  using host = machine();
  await run(host, "ok");
  const path = `${RUNS}/ok/20261122T063449.123Z.json`;
  host.disk.write(path, JSON.stringify({ ...readJson(host, path), format: 2, weather: "fine" }));
  await expectCall(host, ["runs", "list"], {
    stdout: "ok/20261122T063449.123Z  succeeded  exit 0  1.2s  2026-11-22T06:34:49.123Z\n",
  });
});

Deno.test("runs list: other files in the state folder are not runs", async () => {
  using host = machine();
  await run(host, "ok");
  for (
    const name of [
      "README.txt",
      "notes",
      "ok/notes.json",
      "ok/.20261122T063449.123Z.json.17-1.tmp",
      "ok/20261122T063449.json",
      "ok/20261122T063449.123Z.json~",
      "-x/20261122T063449.123Z.json",
      "last/20261122T063449.123Z.json",
    ]
  ) host.disk.write(`${RUNS}/${name}`, "{");
  const stdout = "ok/20261122T063449.123Z  succeeded  exit 0  1.2s  2026-11-22T06:34:49.123Z\n";
  await expectCall(host, ["runs", "list"], { stdout });
  await expectCall(host, ["runs", "prune", "--keep", "1"], { stdout: "Nothing to remove.\n" });
});

Deno.test("runs list: a folder that cannot be read is an error, not an absence of runs", async () => {
  using host = await history();
  host.disk.setAccess(`${RUNS}/bad`, { readable: false });
  await expectCall(host, ["runs", "list"], {
    code: 74,
    stderr: `error: Cannot list the folder "${RUNS}/bad": permission denied\n  try: fix the permissions\n`,
  });
  host.disk.remove(RUNS);
  host.disk.write(RUNS, "");
  const said = await call(host, ["runs", "list"]);
  assertEquals([said.code, said.stdout], [74, ""]);
});

Deno.test("runs list: a running run is shown as running", async () => {
  using host = machine();
  const said: unknown[] = [];
  host.program("ok", async (p) => {
    await p.sleep(1000);
    said.push(await call(host.another(), ["runs", "list"]));
    said.push(await call(host.another(), ["runs", "list", "--status", "running"]));
    said.push(await call(host.another(), ["runs", "list", "--status", "interrupted"]));
  });
  await run(host, "ok");
  const stdout =
    "runs now: ok/20261122T063449.123Z  for 1.0s, without a terminal, process 4242, requested by ada through bash\n" +
    "ok/20261122T063449.123Z  running  2026-11-22T06:34:49.123Z\n";
  assertEquals(said, [
    { code: 0, stdout, stderr: "" },
    { code: 0, stdout, stderr: "" },
    { code: 0, stdout: "No runs match.\n", stderr: "" },
  ]);
});

const fates = [
  ["alive", { processes: "alive" }, "process alive"],
  ["gone", { processes: "gone" }, "process gone"],
  ["unknown", { processes: "alive", os: "darwin" }, "process unknown"],
] as const;

for (const [state, given, words] of fates) {
  Deno.test(`runs list: an interrupted run, its process ${state}`, async () => {
    const os = "os" in given ? given.os : "linux";
    using host = machine({ os, env: os === "darwin" ? { ...PLAIN, HOME: "/Users/ada" } : PLAIN });
    void host.whenListening().then(() => host.clock.advance(500)).then(() => host.die());
    assertEquals(await untilDeath(host, () => run(host, "ok")), { kind: "died" });
    const next = host.reviveAfterDeath({ processes: given.processes });
    await expectCall(next, ["runs", "list"], {
      stdout: `ok/20261122T063449.123Z  interrupted  ${words}  2026-11-22T06:34:49.123Z\n`,
    });
    const { runs } = JSON.parse(
      (await call(next, ["runs", "list", "--status", "interrupted", "--json"])).stdout,
    );
    const [{ status, process_state, end_time, exit_code }] = runs;
    assertEquals([status, process_state, end_time, exit_code], ["interrupted", state, null, null]);
  });
}

Deno.test("runs list: on a terminal ages and colours are shown, and the unique beginning of each id in bold", async () => {
  using host = machine({ isTerminal: true, env: { PATH: "/bin", HOME: "/home/ada" } });
  await run(host, "ok", "bad", "ok");
  const bold = (prefix: string, rest: string) => `\x1b[1m${prefix}\x1b[22m\x1b[2m${rest}\x1b[22m`;
  await expectCall(host, ["runs", "list"], {
    stdout:
      `${bold("ok/20261122T0635", "55.357Z")}   \x1b[32msucceeded\x1b[39m  exit 0  1.2s    1 second ago\n` +
      `${bold("bad/20261122", "T063450.357Z")}  \x1b[31mfailed\x1b[39m     exit 3  1m 05s  1 minute ago\n` +
      `${bold("ok/20261122T0634", "49.123Z")}   \x1b[32msucceeded\x1b[39m  exit 0  1.2s    1 minute ago\n`,
  });
  // Also for a run whose neighbours are not shown.
  await expectCall(host, ["runs", "list", "--limit", "1"], {
    stdout:
      `${bold("ok/20261122T0635", "55.357Z")}  \x1b[32msucceeded\x1b[39m  exit 0  1.2s  1 second ago\n` +
      "\x1b[2mThere are older ones: --limit 0 shows all.\x1b[22m\n",
  });
  for (
    const [prefix, id] of [
      ["ok/20261122T0635", "ok/20261122T063555.357Z"],
      ["ok/20261122T0634", "ok/20261122T063449.123Z"],
      ["bad/20261122", "bad/20261122T063450.357Z"],
    ] as const
  ) {
    assertEquals(JSON.parse((await call(host, ["runs", "show", prefix, "--json"])).stdout).id, id);
  }
});

Deno.test("runs list: on a narrow terminal an id is cut only behind the part that names its run", async () => {
  using host = machine({ isTerminal: true, columns: 40 });
  await run(host, "ok");
  host.clock.pass(60_000);
  await expectCall(host, ["runs", "list"], {
    stdout: "ok/20261122…  succeeded  exit 0  1.2s  …\n",
  });
  await run(host, "ok");
  host.clock.pass(60_000);
  await expectCall(host, ["runs", "list"], {
    stdout: "ok/20261122T0635…  succeeded  exit 0  1…\nok/20261122T0634…  succeeded  exit 0  1…\n",
  });
});

Deno.test("runs list --json: one document has the whole records", async () => {
  using host = await history();
  const said = await call(host, ["runs", "list", "--limit", "2", "--json"]);
  assertEquals([said.code, said.stderr], [0, ""]);
  const document = JSON.parse(said.stdout);
  assertEquals(Object.keys(document), ["format", "kind", "runs", "is_cut", "damaged", "ahead"]);
  assertEquals(document, {
    format: 1,
    kind: "run_list",
    runs: [`${RUNS}/missing/20261122T063557.357Z.json`, `${RUNS}/slow/20261122T063555.357Z.json`].map((
      path,
    ) => ({
      ...readJson(host, path),
      process_state: null,
    })),
    is_cut: true,
    damaged: [],
    ahead: 0,
  });
  const none = await call(host, ["runs", "list", "--status", "running", "--json"]);
  assertEquals([none.code, JSON.parse(none.stdout).runs], [0, []]);
});

Deno.test("runs list: a record that is removed meanwhile is not listed", async () => {
  using host = await history();
  const readBytes = host.files.readBytes.bind(host.files);
  host.files.readBytes = (path) => {
    if (path.includes("/bad/")) host.disk.remove(path);
    return readBytes(path);
  };
  await expectCall(host, ["runs", "list"], {
    stdout: MISSING.replace("0ms     ", "0ms   ") + SLOW.replace("2.0s    ", "2.0s  ") +
      OK.replace("1.2s    ", "1.2s  "),
  });
});

Deno.test("the newest run stays the newest where last.json was lost and an older run ends later", async () => {
  using host = machine();
  host.program("ok", (p) => p.sleep(p.args.includes("long") ? 5000 : 1000));
  const long = call(host, ["run", "ok", "--log-level", "error", "--", "long"]);
  await host.clock.advance(100);
  using other = host.another();
  await run(other, "ok");
  host.disk.remove(`${RUNS}/ok/last.json`);
  assertEquals((await long).code, 0);
  await expectCall(host, ["status", "ok"], {
    stdout: "ok  succeeded  exit 0  1.0s  2026-11-22T06:34:49.223Z\n" +
      "  ok/20261122T063449.223Z: exited with status 0\n",
  });
  await run(host, "ok");
  assertEquals(readJson(host, `${RUNS}/ok/last.json`)["id"], "ok/20261122T063454.123Z");
});
