/** Projects that were moved or removed, and records from before projects had their own. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, readJson, STATE, USER_STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const TOML = '[jobs.work]\ncommand = ["work"]\n[tasks.site]\ncommand = ["work"]\noutputs = ["out"]\n';
const MOVED = "/srv/moved";

async function quiet(host: FakeHost, ...argv: readonly string[]) {
  return await call(host, [...argv, "--log-level", "error"]);
}

/** A project with a run and a built task; its folder is still there. */
async function used(): Promise<FakeHost> {
  const host = machineWith(TOML);
  host.program("work", (p) => p.writeFile(`${p.cwd}/out`, "made"));
  await quiet(host, "run", "work");
  host.clock.pass(1000);
  assertEquals((await quiet(host, "build", "run", "site", "--plan")).code, 0);
  return host;
}

/** The same after `mv`. */
async function moved(): Promise<FakeHost> {
  const host = await used();
  host.files.makeFolders("/srv");
  host.files.rename(PROJECT, MOVED);
  return host.another({ cwd: MOVED });
}

async function findingsOf(host: FakeHost, subject: string): Promise<readonly string[]> {
  const { stdout } = await call(host, ["doctor"]);
  return stdout.split(/\n(?=\S)/).filter((line) => line.includes(`  ${subject}: `)).map((line) =>
    line.trimEnd()
  );
}

Deno.test("moved: status, plan list and doctor say in one line where the records are", async () => {
  using host = await moved();
  const older = "~/project is gone, and its records may belong to this project.\n" +
    `  try: orchastration runs list --everywhere, or orchastration runs adopt ${PROJECT}\n`;
  await expectCall(host, ["status"], { stdout: `work  never run\n${older}` });
  await expectCall(host, ["plan", "list"], {
    stdout: `site  unplanned  nothing is recorded for it yet\n${older}`,
  });
  assert((await call(host, ["plan", "status", "site"])).stdout.includes(older));
  assertEquals(JSON.parse((await call(host, ["status", "--json"])).stdout).older_records, {
    from: PROJECT,
    kind: "moved",
  });
  assertEquals(await findingsOf(host, "projects"), [
    `warning  projects: ${PROJECT} is gone, and there are records of it\n` +
    `         try: orchastration runs adopt ${PROJECT}, or orchastration runs prune --orphaned --dry-run`,
  ]);
  await expectCall(host, ["status", "--everywhere"], {
    stdout: "~/project (gone)  work        succeeded  exit 0  0ms  2026-11-22T06:34:49.123Z\n" +
      "~/project (gone)  site  task  done       exit 0  0ms  2026-11-22T06:34:50.123Z\n",
  });
});

Deno.test("runs adopt: runs, their output and tasks are moved, and nothing is left of the old folder", async () => {
  using host = await moved();
  const before = host.disk.tree(STATE);
  const to = `${USER_STATE}/projects/moved-`;
  const said = await call(host, ["runs", "adopt", PROJECT]);
  assertEquals([said.code, said.stderr], [0, ""]);
  assert(
    said.stdout.startsWith(
      "3 runs and 1 task record adopted into ~/.cache/orchastration/state/projects/moved-",
    ),
  );
  assertEquals(host.disk.exists(STATE), false);
  const [folder] = host.disk.list(`${USER_STATE}/projects`);
  const now = host.disk.tree(`${USER_STATE}/projects/${folder}`);
  for (const [path, content] of Object.entries(before)) {
    if (!/\/(runs|tasks)\//.test(path) || path.endsWith("last.json")) continue;
    assertEquals(now[path.replace(STATE, `${to}${folder!.slice(6)}`)], content, path);
  }
  assertEquals(readJson(host, `${USER_STATE}/projects/${folder}/project.json`)["root"], MOVED);
  await expectCall(host, ["status"], { stdout: "work  succeeded  exit 0  0ms  2026-11-22T06:34:49.123Z\n" });
  assertEquals(JSON.parse((await call(host, ["plan", "status", "site", "--json"])).stdout).status, "done");
  assertEquals(await findingsOf(host, "projects"), []);
});

Deno.test("runs adopt: existing records of the project stay, and are reported", async () => {
  using host = await moved();
  host.clock.pass(5000);
  await quiet(host, "run", "work");
  await quiet(host, "plan", "create", "site");
  const said = await call(host, ["runs", "adopt", PROJECT]);
  assertEquals(
    said.stdout.replace(/state\/projects\/moved-\w+/, "own"),
    "3 runs and 0 task records adopted into ~/.cache/orchastration/own.\n" +
      "Left in ~/.cache/orchastration/state/projects/project-6bfafd92:\n" +
      "  task site: one already exists here\n",
  );
  assertEquals(host.disk.exists(`${STATE}/tasks/site.json`), true);
  const { runs } = JSON.parse((await call(host, ["runs", "list", "work", "--json"])).stdout);
  assertEquals(runs.map(({ id }: { id: string }) => id), [
    "work/20261122T063455.123Z",
    "work/20261122T063449.123Z",
  ]);
  // The newest run is the newest by time, whichever came last into the folder.
  assert((await call(host, ["status"])).stdout.includes("2026-11-22T06:34:55.123Z"));
});

Deno.test("runs adopt: a running run stays where it is", async () => {
  using host = await used();
  host.program("work", (p) => p.sleep(3000));
  const running = quiet(host.another(), "run", "work");
  await host.clock.advance(1000);
  host.files.makeFolders("/srv");
  host.files.rename(PROJECT, MOVED);
  const said = await call(host.another({ cwd: MOVED }), ["runs", "adopt", PROJECT]);
  assert(said.stdout.includes("  work/20261122T063450.123Z: it is still running\n"), said.stdout);
  await running;
  assertEquals(readJson(host, `${STATE}/runs/work/20261122T063450.123Z.json`)["status"], "succeeded");
});

for (
  const [name, given, fact] of [
    [
      "of a project that is there",
      "/srv/there",
      "/srv/there exists, so its records belong to another project",
    ],
    ["of this project", MOVED, "they are the records of this project"],
    ["of nowhere", "/no/where", `no project in ${USER_STATE} was ever at /no/where`],
  ] as const
) {
  Deno.test(`runs adopt: refused ${name}, and nothing is changed`, async () => {
    using host = await moved();
    host.disk.write("/srv/there/orchastration.toml", TOML);
    await quiet(host.another({ cwd: "/srv/there" }), "run", "work");
    await quiet(host, "run", "work");
    const before = host.disk.tree(USER_STATE);
    const said = await call(host, ["runs", "adopt", given]);
    assertEquals([said.code, said.stderr.split("\n")[0]], [
      65,
      `error: Cannot adopt the records of "${given}": ${fact}`,
    ]);
    assertEquals(host.disk.tree(USER_STATE), before);
  });
}

Deno.test("runs adopt: whichever write fails, each run is whole in one of the two folders, and a second call finishes", async () => {
  const make = async () => {
    const host = await moved();
    return { host, ids: 3 };
  };
  const { host: model } = await make();
  using _ = model;
  const from = model.operations.length;
  await call(model, ["runs", "adopt", PROJECT]);
  const steps = model.operations.slice(from).filter(({ name }) => name === "rename").length;
  assert(steps > 5, String(steps));
  for (let skip = 0; skip < steps; skip++) {
    const { host, ids } = await make();
    using __ = host;
    host.faults.failWhen({ op: "rename", skip, times: 1, problem: "no_space" });
    await call(host, ["runs", "adopt", PROJECT]);
    const again = host.another({ cwd: MOVED });
    const { runs } = JSON.parse((await call(again, ["runs", "list", "--everywhere", "--json"])).stdout);
    assertEquals(runs.length, ids, String(skip));
    await call(again, ["runs", "adopt", PROJECT]);
    const own = JSON.parse((await call(again, ["runs", "list", "--json"])).stdout).runs;
    assertEquals(own.length, ids, String(skip));
    for (const { stdout_path } of own) {
      if (stdout_path === null) continue;
      const folder = host.disk.list(`${USER_STATE}/projects`).find((each) => each.startsWith("moved-"));
      assert(host.disk.exists(`${USER_STATE}/projects/${folder}/${stdout_path}`), `${skip} ${stdout_path}`);
    }
  }
});

Deno.test("runs prune --orphaned: records of missing projects are removed completely, and never without the flag", async () => {
  using host = await moved();
  await quiet(host, "run", "work");
  await quiet(host, "runs", "prune", "--keep", "0");
  assertEquals(host.disk.exists(`${STATE}/tasks/site.json`), true);
  await quiet(host, "run", "work");
  await expectCall(host, ["runs", "prune", "--orphaned", "--dry-run"], {
    stdout: "~/project (gone):\n  site/20261122T063450.124Z\n  site/20261122T063450.123Z\n" +
      "  work/20261122T063449.123Z\n  3 runs would be removed.\n  Nothing would be left of it.\n",
  });
  await expectCall(host, ["runs", "prune", "--orphaned"], {
    stdout: "~/project (gone):\n  3 runs removed.\n  Nothing is left of it.\n",
  });
  assertEquals(host.disk.exists(STATE), false);
  assertEquals((await call(host, ["status"])).stdout.includes("succeeded"), true);
  await expectCall(host, ["runs", "prune", "--orphaned"], {
    stdout: "The folder of every project exists.\n",
  });
});

Deno.test("runs prune --orphaned: a running run, an unreadable folder, and records elsewhere stay", async () => {
  using host = await used();
  host.program("work", (p) => p.sleep(3000));
  const running = quiet(host.another(), "run", "work");
  await host.clock.advance(1000);
  host.files.makeFolders("/srv");
  host.files.rename(PROJECT, MOVED);
  const other = host.another({ cwd: MOVED });
  const said = await call(other, ["runs", "prune", "--orphaned"]);
  assert(said.stdout.includes("3 runs removed."), said.stdout);
  assert(
    said.stdout.includes("  work/20261122T063450.124Z: it is still running\n") ||
      said.stdout.includes("it is still running\n"),
    said.stdout,
  );
  await running;
  assertEquals(host.disk.exists(STATE), true);
  host.faults.failWhen({ op: "stat", path: new RegExp(`^${PROJECT}$`), problem: "permission_denied" });
  await expectCall(host.another({ cwd: MOVED }), ["status", "--everywhere"], {
    stdout: (await call(other, ["status", "--everywhere"])).stdout,
  });
});

Deno.test("runs adopt: without locks, the recorder's process shows whether a run is running; an interrupted one is adopted", async () => {
  using host = machineWith(TOML);
  host.disk.lockFault = "no locks available";
  host.program("work", () => {});
  await quiet(host, "run", "work");
  const { promise: began, resolve: begin } = Promise.withResolvers<void>();
  host.program("work", async (p) => {
    begin();
    await p.forever();
  });
  host.clock.pass(1000);
  const doomed = quiet(host, "run", "work");
  await began;
  host.files.makeFolders("/srv");
  host.files.rename(PROJECT, MOVED);
  const going = "work/20261122T063450.123Z";
  // From a container nobody can tell, so it stays as well.
  for (
    const [options, reason] of [
      [{}, "it is still running"],
      [
        { pidNamespace: 4_026_532_999 },
        "it is unknown whether its recorder is alive",
      ],
    ] as const
  ) {
    const { stdout } = await call(host.another({ cwd: MOVED, ...options }), ["runs", "adopt", PROJECT]);
    assert(stdout.includes(`  ${going}: ${reason}\n`), stdout);
    assertEquals(host.disk.exists(`${STATE}/runs/${going}.json`), true);
  }
  host.die();
  await Promise.race([doomed, host.died]);
  using next = host.reviveAfterDeath({ processes: "gone" });
  const later = next.another({ cwd: MOVED });
  const said = await call(later, ["runs", "adopt", PROJECT]);
  assert(said.stdout.startsWith("1 run and 0 task records adopted"), said.stdout + said.stderr);
  const { runs } = JSON.parse((await call(later, ["runs", "list", "--json"])).stdout);
  assertEquals(runs.map(({ id, status }: { id: string; status: string }) => [id, status]), [
    [going, "interrupted"],
    ["work/20261122T063449.123Z", "succeeded"],
  ]);
  assertEquals(next.disk.exists(STATE), false);
});

Deno.test("runs adopt: a run whose lock file was removed and whose recorder lives stays", async () => {
  using host = await used();
  host.program("work", (p) => p.sleep(3000));
  const running = quiet(host.another(), "run", "work");
  await host.clock.advance(1000);
  host.disk.remove(`${STATE}/locks`);
  host.files.makeFolders("/srv");
  host.files.rename(PROJECT, MOVED);
  const said = await call(host.another({ cwd: MOVED }), ["runs", "adopt", PROJECT]);
  assert(said.stdout.includes("  work/20261122T063450.123Z: it is still running\n"), said.stdout);
  await running;
});

Deno.test("runs prune --orphaned: without locks, a missing project is removed completely, unless a process works there", async () => {
  using host = machineWith(TOML);
  host.disk.lockFault = "no locks available";
  host.program("work", (p) => p.writeFile(`${p.cwd}/out`, "made"));
  await quiet(host, "build", "run", "site", "--plan");
  host.files.makeFolders("/srv");
  host.files.rename(PROJECT, MOVED);
  const claim = `${STATE}/locks/job-site.claim`;
  host.disk.write(claim, JSON.stringify({ ...host.processes.self(), note: "" }));
  const other = host.another({ cwd: MOVED });
  await expectCall(other, ["runs", "prune", "--orphaned"], {
    stdout: "~/project (gone):\n  2 runs removed.\n",
  });
  host.disk.remove(claim);
  await expectCall(other, ["runs", "prune", "--orphaned"], {
    stdout: "~/project (gone):\n  Nothing to remove.\n  Nothing is left of it.\n",
  });
  assertEquals(host.disk.exists(STATE), false);
});

Deno.test("orphaned: records that [state] dir kept in the project are missing with it, and the rest can be removed", async () => {
  using host = machineWith(`${TOML}[state]\ndir = ".state"\n`);
  host.program("work", () => {});
  await quiet(host, "run", "work");
  host.disk.remove(PROJECT);
  host.disk.makeFolder("/srv/b");
  const other = host.another({ cwd: "/srv/b" });
  assertEquals(await findingsOf(other, "projects"), [
    `warning  projects: ${PROJECT} is gone, and so are its records\n` +
    "         try: orchastration runs prune --orphaned --dry-run",
  ]);
  await expectCall(other, ["runs", "list", "--everywhere"], { stdout: "No runs are recorded yet.\n" });
  await expectCall(other, ["runs", "prune", "--orphaned"], {
    stdout: "~/project (gone):\n  Nothing to remove.\n  Nothing is left of it.\n",
  });
  assertEquals(await findingsOf(other, "projects"), []);
  assertEquals(host.disk.exists(STATE), false);
});

Deno.test("orphaned: all missing projects that shared one [state] dir are removed in one call, and the records stay", async () => {
  const toml = `${TOML}[state]\ndir = "/srv/shared"\n`;
  using host = machineWith(toml, { files: { "/srv/b/orchastration.toml": toml } });
  host.program("work", () => {});
  await quiet(host, "run", "work");
  await quiet(host.another({ cwd: "/srv/b" }), "run", "work");
  host.disk.remove(PROJECT);
  host.disk.remove("/srv/b");
  host.disk.makeFolder("/srv/c");
  const other = host.another({ cwd: "/srv/c" });
  const nothing = "  Nothing to remove.\n  Nothing is left of it.\n";
  await expectCall(other, ["runs", "prune", "--orphaned"], {
    stdout: `~/project (gone):\n${nothing}/srv/b (gone):\n${nothing}`,
  });
  assertEquals(host.disk.list("/srv/shared/runs/work").length > 0, true);
  await expectCall(other, ["runs", "prune", "--orphaned"], {
    stdout: "The folder of every project exists.\n",
  });
});

Deno.test("older records: records of 0.1.0 are not moved, are mentioned in one line, shown with --everywhere, and adopted on request", async () => {
  using host = machineWith(TOML, { files: { "/srv/b/orchastration.toml": TOML } });
  host.program("work", (p) => p.writeFile(`${PROJECT}/out`, "made"));
  const env = { PATH: "/bin", HOME: "/home/ada", ORCHASTRATION_STATE_DIR: USER_STATE };
  const old = host.another({ env });
  await quiet(old, "run", "work");
  await quiet(old, "build", "run", "site", "--plan");
  // Includes another project that used the shared folder.
  await quiet(host.another({ cwd: "/srv/b", env }), "run", "work");
  for (const [path, text] of Object.entries(host.disk.tree(USER_STATE))) {
    if (!path.endsWith(".json")) continue;
    const { project: _, config_path: __, ...record } = JSON.parse(text);
    host.disk.write(path, JSON.stringify(record));
  }
  const before = host.disk.tree(USER_STATE);
  const older =
    "Older records of this project are in ~/.cache/orchastration/state, where the records of all projects used to be.\n" +
    `  try: orchastration runs list --everywhere, or orchastration runs adopt ${USER_STATE}\n`;
  await expectCall(host, ["status"], { stdout: `work  never run\n${older}` });
  assertEquals(await findingsOf(host, "projects"), [
    `warning  projects: older records of this project are in ${USER_STATE}, where all projects had theirs\n` +
    `         try: orchastration runs adopt ${USER_STATE}`,
  ]);
  assertEquals(host.disk.tree(USER_STATE), before);
  const everywhere = JSON.parse((await call(host, ["runs", "list", "--everywhere", "--json"])).stdout);
  assertEquals(everywhere.runs.length, 4);
  const said = await call(host, ["runs", "adopt", USER_STATE]);
  assert(said.stdout.startsWith("3 runs and 1 task record adopted"), said.stdout + said.stderr);
  assertEquals(JSON.parse((await call(host, ["plan", "status", "site", "--json"])).stdout).status, "done");
  // The records of another project there stay untouched.
  assertEquals(host.disk.list(`${USER_STATE}/runs/work`).filter((name) => name.endsWith("Z.json")).length, 1);
  assertEquals(host.disk.exists(`${USER_STATE}/tasks/site.json`), false);
});
