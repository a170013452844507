/** Two projects with equal names see nothing of each other, and --everywhere shows both. */

import { assertEquals } from "@std/assert";
import { untilDeath } from "../../support/until_death.ts";
import { call, expectCall, machineWith, STATE, USER_STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const TOML = '[jobs.work]\ncommand = ["work"]\n[tasks.site]\ncommand = ["work"]\n';
const OTHER = "/srv/other";

/** The machine with two projects, and the same in the second one. */
function projects(): { readonly host: FakeHost; readonly other: FakeHost } {
  const host = machineWith(TOML, { files: { [`${OTHER}/orchastration.toml`]: TOML } });
  host.program("work", (p) => p.sleep(1000));
  return { host, other: host.another({ cwd: OTHER }) };
}

async function quiet(host: FakeHost, ...argv: readonly string[]) {
  return await call(host, [...argv, "--log-level", "error"]);
}

Deno.test("everywhere: without it, no command of one project shows or changes anything of the other", async () => {
  const { host, other } = projects();
  using _ = host;
  await quiet(host, "run", "work");
  await quiet(host, "build", "run", "site", "--plan");
  const before = host.disk.tree(STATE);
  await expectCall(other, ["status"], { stdout: "work  never run\n" });
  await expectCall(other, ["runs", "list"], { stdout: "No runs are recorded yet.\n" });
  await expectCall(other, ["plan", "list"], { stdout: "site  unplanned  nothing is recorded for it yet\n" });
  await expectCall(other, ["recover"], { stdout: "Nothing to recover.\n" });
  await expectCall(other, ["runs", "prune", "--keep", "0"], { stdout: "Nothing to remove.\n" });
  assertEquals((await call(other, ["logs", "work"])).code, 66);
  assertEquals((await call(other, ["doctor"])).stdout.includes("records: 0 runs are recorded"), true);
  assertEquals((await quiet(other, "plan", "create", "site")).code, 0);
  assertEquals(host.disk.tree(STATE), before);
});

Deno.test("everywhere: runs list outside of every project says how those of all projects are shown", async () => {
  const { host } = projects();
  using _ = host;
  host.disk.makeFolder("/srv/none");
  const outside = host.another({ cwd: "/srv/none" });
  await expectCall(outside, ["runs", "list"], { stdout: "No runs are recorded yet.\n" });
  await quiet(host, "run", "work");
  await expectCall(outside, ["runs", "list"], {
    stdout: "No configuration found, and no run is recorded outside of projects.\n" +
      "try: orchastration runs list --everywhere\n",
  });
});

Deno.test("everywhere: runs list and status show the project of each, also from a folder without a configuration", async () => {
  const { host, other } = projects();
  using _ = host;
  await quiet(host, "run", "work");
  await quiet(other, "run", "work");
  await quiet(other, "plan", "create", "site");
  host.disk.write("/etc/some.toml", TOML);
  await quiet(host.another(), "run", "work", "--config", "/etc/some.toml");
  const listed =
    "(no project)  work/20261122T063451.123Z               succeeded  exit 0  1.0s  2026-11-22T06:34:51.123Z\n" +
    "/srv/other    site/20261122T063451.123Z  plan create  succeeded          0ms   2026-11-22T06:34:51.123Z\n" +
    "/srv/other    work/20261122T063450.123Z               succeeded  exit 0  1.0s  2026-11-22T06:34:50.123Z\n" +
    "~/project     work/20261122T063449.123Z               succeeded  exit 0  1.0s  2026-11-22T06:34:49.123Z\n";
  const shown = "(no project)  work        succeeded  exit 0  1.0s  2026-11-22T06:34:51.123Z\n" +
    "~/project     work        succeeded  exit 0  1.0s  2026-11-22T06:34:49.123Z\n" +
    "/srv/other    work        succeeded  exit 0  1.0s  2026-11-22T06:34:50.123Z\n" +
    "/srv/other    site  task  planned                  2026-11-22T06:34:51.123Z\n";
  for (const reader of [other, host.another({ cwd: "/tmp" })]) {
    await expectCall(reader, ["runs", "list", "--everywhere"], { stdout: listed });
    await expectCall(reader, ["status", "--everywhere"], { stdout: shown });
    await expectCall(reader, ["runs", "list", "work", "--everywhere", "--limit", "1"], {
      stdout: `${
        listed.split("\n")[0]!.replace(/Z {15}/, "Z  ")
      }\nThere are older ones: --limit 0 shows all.\n`,
    });
  }
  const { runs } = JSON.parse((await call(other, ["runs", "list", "--everywhere", "--json"])).stdout);
  assertEquals(runs.map((run: { recorded_in: unknown }) => run.recorded_in).at(-1), {
    project: "/home/ada/project",
    is_orphaned: false,
    state_dir: STATE,
  });
});

Deno.test("everywhere: status shows tasks as recorded, also a single one by name, and one with an interrupted build", async () => {
  const { host, other } = projects();
  using _ = host;
  assertEquals((await quiet(other, "build", "run", "site", "--plan")).code, 0);
  host.program("work", async (p) => {
    // By then, its start is recorded.
    await p.sleep(100);
    host.die();
    await p.forever();
  });
  await untilDeath(host, () => quiet(host, "build", "run", "site", "--plan"));
  const reader = other.another({ cwd: "/tmp" });
  const expected = "~/project   site  task  interrupted  process alive        2026-11-22T06:34:50.123Z\n" +
    "/srv/other  site  task  done         exit 0         1.0s  2026-11-22T06:34:49.123Z\n";
  const said = await call(reader, ["status", "site", "--everywhere"]);
  assertEquals(said.stdout, expected);
  assertEquals((await call(reader, ["status", "--everywhere"])).stdout, expected);
  const { tasks, jobs } = JSON.parse((await call(reader, ["status", "--everywhere", "--json"])).stdout);
  assertEquals([jobs, tasks.map((task: Record<string, unknown>) => [task["name"], task["status"]])], [
    [],
    [["site", "interrupted"], ["site", "done"]],
  ]);
});

Deno.test("everywhere: a damaged task record is reported, and the others are shown", async () => {
  const { host, other } = projects();
  using _ = host;
  await quiet(host, "plan", "create", "site");
  await quiet(other, "plan", "create", "site");
  host.disk.write(`${STATE}/tasks/site.json`, "{");
  const said = await call(other, ["status", "--everywhere"]);
  assertEquals([said.code, said.stdout.startsWith("/srv/other"), said.stderr.includes("tasks/site.json")], [
    0,
    true,
    true,
  ]);
});

Deno.test("everywhere: in a shared state folder each record names its project", async () => {
  const { host } = projects();
  using _ = host;
  const env = { PATH: "/bin", HOME: "/home/ada", ORCHASTRATION_STATE_DIR: "/shared" };
  await quiet(host.another({ env }), "run", "work");
  await quiet(host.another({ env, cwd: OTHER }), "run", "work");
  const { stdout } = await call(host.another({ env, cwd: "/tmp" }), ["runs", "list", "--everywhere"]);
  assertEquals(stdout.split("\n").map((line) => line.split(" ")[0]), [OTHER, "~/project", ""]);
});

Deno.test("everywhere: a name that no project has is reported", async () => {
  const { host } = projects();
  using _ = host;
  await quiet(host, "run", "work");
  assertEquals((await call(host, ["status", "nothing", "--everywhere"])).code, 66);
  assertEquals((await call(host, ["runs", "list", "nothing", "--everywhere"])).code, 66);
});

Deno.test("everywhere: a project whose records cannot be listed is reported, and the others are shown", async () => {
  const { host, other } = projects();
  using _ = host;
  await quiet(host, "run", "work");
  await quiet(other, "run", "work");
  host.faults.failWhen({ op: "list", path: new RegExp(`^${STATE}/runs$`), problem: "permission_denied" });
  for (const words of [["status"], ["runs", "list"]]) {
    const said = await call(host, [...words, "--everywhere"]);
    assertEquals([said.code, said.stdout.startsWith("/srv/other"), said.stderr.includes(`"${STATE}/runs"`)], [
      0,
      true,
      true,
    ]);
  }
});

Deno.test("everywhere: runs prune reports the removed runs of each project", async () => {
  const { host, other } = projects();
  using _ = host;
  for (const each of [host, host, other]) await quiet(each, "run", "work");
  await expectCall(other, ["runs", "prune", "--keep", "0", "--everywhere", "--dry-run"], {
    stdout:
      "~/project:\n  work/20261122T063450.123Z\n  work/20261122T063449.123Z\n  2 runs would be removed.\n" +
      "/srv/other:\n  work/20261122T063451.123Z\n  1 run would be removed.\n",
  });
  await expectCall(other, ["runs", "prune", "--keep", "1", "--everywhere"], {
    stdout: "~/project:\n  1 run removed.\n",
  });
  const said = JSON.parse(
    (await call(other, ["runs", "prune", "--keep", "1", "--everywhere", "--json"])).stdout,
  );
  assertEquals(
    said.places.map(({ project, removed }: { project: string; removed: unknown }) => [project, removed]),
    [
      ["/home/ada/project", []],
      [OTHER, []],
    ],
  );
});

Deno.test("everywhere: recover finishes interrupted runs in every project; living processes are listed with their project", async () => {
  const { host, other } = projects();
  using _ = host;
  host.program("work", async (p) => {
    host.die();
    await p.forever();
  });
  await untilDeath(host, () => quiet(host, "run", "work"));
  const reader = other.another({ cwd: OTHER });
  await expectCall(reader, ["recover"], { stdout: "Nothing to recover.\n" });
  const told = await call(reader, ["recover", "--everywhere"]);
  assertEquals([told.code, told.stdout, told.stderr], [
    1,
    "",
    "~/project: work/20261122T063449.123Z is left as it is: a process of it is still alive: 1000\n" +
    `  try: orchastration recover work/20261122T063449.123Z --kill --state-dir ${STATE}, or ` +
    `orchastration recover work/20261122T063449.123Z --wait --state-dir ${STATE}, or ` +
    `orchastration recover work/20261122T063449.123Z --leave --state-dir ${STATE}\n`,
  ]);
  const done = await call(reader, ["recover", "--everywhere", "--leave"]);
  assertEquals([done.code, done.stdout.startsWith("~/project: work/20261122T063449.123Z: ")], [0, true]);
});

Deno.test("everywhere: doctor looks at the records of all projects", async () => {
  const { host, other } = projects();
  using _ = host;
  await quiet(host, "run", "work");
  host.disk.write(`${STATE}/runs/work/20261122T063449.124Z.json`, "{");
  assertEquals((await call(other, ["doctor"])).stdout.includes("is damaged"), false);
  const { stdout, code } = await call(other, ["doctor", "--everywhere"]);
  assertEquals([code, /^problem {2}records of \/home\/ada\/project: \S+ is damaged/m.test(stdout)], [
    1,
    true,
  ]);
});

Deno.test("everywhere: --state-dir limits it to the projects of that folder", async () => {
  const { host } = projects();
  using _ = host;
  await quiet(host, "run", "work");
  const elsewhere = host.another({ cwd: "/tmp", env: { PATH: "/bin" } });
  const { stdout } = await call(elsewhere, ["status", "--everywhere", "--state-dir", USER_STATE]);
  assertEquals(stdout, "/home/ada/project  work  succeeded  exit 0  1.0s  2026-11-22T06:34:49.123Z\n");
});

Deno.test("everywhere: records that [state] dir puts elsewhere are found once, and two projects can share a folder", async () => {
  const toml = `${TOML}[state]\ndir = "/shared"\n`;
  using host = machineWith(toml, { files: { [`${OTHER}/orchastration.toml`]: toml } });
  host.program("work", () => {});
  await quiet(host, "run", "work");
  await quiet(host.another({ cwd: OTHER }), "run", "work");
  const { runs } = JSON.parse(
    (await call(host.another({ cwd: "/tmp" }), ["runs", "list", "--everywhere", "--json"])).stdout,
  );
  assertEquals(
    runs.map((
      run: { project: string; recorded_in: { state_dir: string } },
    ) => [run.project, run.recorded_in.state_dir]),
    [[OTHER, "/shared"], ["/home/ada/project", "/shared"]],
  );
});
