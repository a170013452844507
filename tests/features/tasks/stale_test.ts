/**
 * Facts about a task that are derived and never stored: void evidence, an interrupted build, runs that prune
 * spares.
 */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, machineWith, PROJECT, readJson, STATE, withoutLog } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const CONFIG = `[tasks.site]
command = ["make"]
outputs = ["a"]
acceptance = [{ id = "ac1", text = "it works", check = ["check"] }]
`;
const PLAN = "site/20261122T063449.123Z";
const BUILD = "site/20261122T063450.123Z";
const TASK = `${STATE}/tasks/site.json`;

async function quiet(host: FakeHost, ...argv: readonly string[]) {
  const said = await call(host.another(), [...argv, "--log-level", "error"]);
  return { ...said, stdout: withoutLog(said.stdout) };
}

async function built(): Promise<FakeHost> {
  const host = machineWith(CONFIG);
  host.program("make", async (p) => {
    p.writeFile("a", "made");
    await p.stdout("making\n");
  });
  host.program("check", (p) => p.stdout("works\n"));
  await quiet(host, "plan", "create", "site");
  host.clock.pass(1000);
  await quiet(host, "build", "run", "site");
  host.clock.pass(1000);
  return host;
}

async function statusOf(host: FakeHost) {
  const said = await quiet(host, "plan", "status", "site", "--json");
  const { status, reason, stale, next } = JSON.parse(said.stdout);
  return { status, reason, stale, next };
}

const DONE = {
  status: "done",
  reason: "the build succeeded, its output is present and its criterion is met",
};

for (
  const [what, change, back, stale, next] of [
    [
      "an output that changed",
      (host: FakeHost) => host.disk.write(`${PROJECT}/a`, "edited"),
      (host: FakeHost) => host.disk.write(`${PROJECT}/a`, "made"),
      "a changed since the build",
      "build run site",
    ],
    [
      "an output that is gone",
      (host: FakeHost) => host.disk.remove(`${PROJECT}/a`),
      (host: FakeHost) => host.disk.write(`${PROJECT}/a`, "made"),
      "a was removed since the build",
      "build run site",
    ],
    [
      "an output that became a link to elsewhere",
      (host: FakeHost) => {
        host.disk.remove(`${PROJECT}/a`);
        host.disk.write("/etc/a", "made");
        host.disk.link(`${PROJECT}/a`, "/etc/a");
      },
      (host: FakeHost) => {
        host.disk.remove(`${PROJECT}/a`);
        host.disk.write(`${PROJECT}/a`, "made");
      },
      "a was removed since the build",
      "build run site",
    ],
    [
      "a definition that changed",
      (host: FakeHost) => host.disk.write(`${PROJECT}/orchastration.toml`, `${CONFIG}timeout_seconds = 5\n`),
      (host: FakeHost) => host.disk.write(`${PROJECT}/orchastration.toml`, CONFIG),
      "the definition changed since the plan: timeout_ms",
      "plan create site",
    ],
  ] as const
) {
  Deno.test(`stale is derived and never stored: ${what}, and put back`, async () => {
    using host = await built();
    const stored = host.disk.tree(STATE);
    const fresh = { ...DONE, stale: [], next: "orchastration doc generate site" };
    assertEquals(await statusOf(host), fresh);
    change(host);
    assertEquals(await statusOf(host), { ...DONE, stale: [stale], next: `orchastration ${next}` });
    assertEquals(
      (await quiet(host, "plan", "list")).stdout,
      `site  done, stale  built 2026-11-22T06:34:50.123Z  ${stale}\n`,
    );
    back(host);
    assertEquals(await statusOf(host), fresh);
    assertEquals(host.disk.tree(STATE), stored);
  });
}

Deno.test("in a shared state folder, a task is stale if it was built in another project's folder, unless the same files are here", async () => {
  using host = await built();
  host.disk.write("/home/ada/other/orchastration.toml", CONFIG);
  const env = { PATH: "/bin", HOME: "/home/ada", ORCHASTRATION_STATE_DIR: STATE };
  const there = host.another({ cwd: "/home/ada/other", env });
  const elsewhere = {
    ...DONE,
    stale: [`it was built in ${PROJECT}, not here`],
    next: "orchastration build run site",
  };
  assertEquals(await statusOf(there), elsewhere);
  const text = (await quiet(there, "plan", "status", "site")).stdout;
  assert(text.includes("\noutput     a: expected\n"), text);
  host.disk.write("/home/ada/other/a", "of its own");
  assertEquals(await statusOf(there), elsewhere);
  host.disk.write("/home/ada/other/a", "made");
  assertEquals(await statusOf(there), { ...DONE, stale: [], next: "orchastration doc generate site" });
});

Deno.test("another commit makes a task stale, and a missing or silent git does not", async () => {
  using host = machineWith('[tasks.site]\ncommand = ["make"]\n');
  let commit = "1".repeat(40);
  let isSlow = false;
  host.disk.makeFolder(`${PROJECT}/.git`);
  host.program("make", () => {});
  host.program("git", async (p) => {
    if (isSlow) await p.sleep(5000);
    if (p.args.includes("status")) await p.stdout(`# branch.oid ${commit}\0# branch.head main\0`);
    if (p.args.includes("rev-parse")) await p.stdout(`${commit}\nmain\n`);
  });
  await quiet(host, "build", "run", "site", "--plan");
  assertEquals((await statusOf(host)).stale, []);
  commit = "2".repeat(40);
  assertEquals(await statusOf(host), {
    status: "done",
    reason: "the build succeeded",
    stale: ["the repository is at 222222222222, the build was made at 111111111111"],
    next: "orchastration build run site",
  });
  isSlow = true;
  assertEquals((await statusOf(host)).stale, []);
  isSlow = false;
  host.disk.remove("/bin/git");
  assertEquals((await statusOf(host)).stale, []);
});

Deno.test("a failed build, or a plan without a build, is not stale because of missing outputs", async () => {
  using host = machineWith(CONFIG);
  host.program("make", () => {});
  await quiet(host, "plan", "create", "site");
  assertEquals((await statusOf(host)).stale, []);
  await quiet(host, "build", "run", "site");
  assertEquals(await statusOf(host), {
    status: "failed",
    reason: "the build exited with status 0, but its output is missing: a",
    stale: [],
    next: "orchastration build run site",
  });
  host.disk.write(`${PROJECT}/a`, "late");
  const { stdout } = await quiet(host, "plan", "status", "site");
  assertEquals(
    stdout.split("\n").find((line) => line.startsWith("output")),
    "output     a: missing after the build, present now",
  );
});

Deno.test("a build whose record is missing is reported, and has to be repeated", async () => {
  for (const damage of ["gone", "damaged"]) {
    using host = await built();
    if (damage === "gone") host.disk.remove(`${STATE}/runs/${BUILD}.json`);
    else host.disk.write(`${STATE}/runs/${BUILD}.json`, "{");
    assertEquals(await statusOf(host), {
      ...DONE,
      stale: [`the record of its build ${BUILD} cannot be read`],
      next: "orchastration build run site",
    });
  }
});

Deno.test("after a crash during a build the task is interrupted, and can be built again after its processes were recovered", async () => {
  using host = machineWith(CONFIG);
  host.program("make", (p) => p.forever());
  host.program("check", () => {});
  await quiet(host, "plan", "create", "site");
  host.clock.pass(1000);
  const dying = host.another();
  void call(dying, ["build", "run", "site"]).catch(() => {});
  await dying.whenListening();
  await dying.clock.advance(500);
  const next = dying.reviveAfterDeath();
  const cutOff = `build ${BUILD} was interrupted: Orchastration itself ended before the outcome was known`;
  assertEquals(await statusOf(next), {
    status: "interrupted",
    reason: cutOff,
    stale: [],
    next: `orchastration recover ${BUILD}`,
  });
  assertEquals(readJson(next, TASK)["status"], "in_progress");
  assertEquals(
    (await quiet(next, "plan", "list")).stdout,
    `site  interrupted  built 2026-11-22T06:34:50.123Z  ${cutOff}\n`,
  );
  await expectCall(next.another(), ["build", "run", "site"], {
    code: 65,
    stderr:
      `error: Cannot build task "site": build ${BUILD} was interrupted, and a process of it is still alive\n` +
      `  try: orchastration recover ${BUILD} --kill, or orchastration recover ${BUILD} --wait\n`,
  });
  assertEquals((await quiet(next, "recover", BUILD, "--kill")).code, 0);
  assertEquals(next.livingProcesses(), []);
  assertEquals(await statusOf(next), {
    status: "interrupted",
    reason: `${cutOff}; its processes were ended on recovery`,
    stale: [],
    next: "orchastration build run site",
  });
  next.program("make", (p) => p.writeFile("a", "made"));
  assertEquals((await quiet(next, "build", "run", "site")).code, 0);
  assertEquals((await statusOf(next)).status, "done");
});

Deno.test("after a crash during a check its process is found as part of the build, and stopped with the build", async () => {
  using host = machineWith(CONFIG);
  host.program("make", (p) => p.writeFile("a", "made"));
  host.program("check", (p) => p.forever());
  await quiet(host, "plan", "create", "site");
  host.clock.pass(1000);
  const dying = host.another();
  void call(dying, ["build", "run", "site"]).catch(() => {});
  await dying.whenListening();
  await dying.clock.advance(500);
  const next = dying.reviveAfterDeath();
  assertEquals((await statusOf(next)).status, "interrupted");
  assertEquals((await quiet(next, "build", "run", "site")).code, 65);
  assertEquals((await quiet(next, "recover", BUILD)).code, 1);
  assertEquals((await quiet(next, "recover", BUILD, "--kill")).code, 0);
  assertEquals(next.livingProcesses(), []);
  // The check has a record of its own, which has to be finished, too.
  assertEquals((await quiet(next, "recover")).stdout.split(":")[0], "site/20261122T063450.124Z");
});

Deno.test("after recover --leave the task can be built although a process is still alive", async () => {
  using host = machineWith(CONFIG);
  host.program("make", (p) => p.forever());
  host.program("check", () => {});
  await quiet(host, "plan", "create", "site");
  const dying = host.another();
  void call(dying, ["build", "run", "site"]).catch(() => {});
  await dying.whenListening();
  await dying.clock.advance(500);
  const next = dying.reviveAfterDeath();
  assertEquals((await quiet(next, "recover", "site", "--leave")).code, 0);
  next.program("make", (p) => p.writeFile("a", "made"));
  assertEquals((await quiet(next, "build", "run", "site")).code, 0);
});

Deno.test("runs prune keeps the runs that the task refers to, says so, and removes the rest", async () => {
  using host = await built();
  await quiet(host, "plan", "create", "site", "--force");
  host.clock.pass(1000);
  await quiet(host, "build", "run", "site");
  host.clock.pass(1000);
  const newPlan = "site/20261122T063451.123Z";
  const newBuild = "site/20261122T063452.123Z";
  const newCheck = "site/20261122T063452.124Z";
  assertEquals(await quiet(host, "runs", "prune", "site", "--keep", "0"), {
    code: 0,
    stdout: "3 runs removed.\n3 runs stayed:\n" +
      `  ${newCheck}: it is a check of the last build of task site\n` +
      `  ${newBuild}: it is the last build of task site\n` +
      `  ${newPlan}: it is the plan of task site\n`,
    stderr: "",
  });
  assertEquals([
    host.disk.exists(`${STATE}/runs/${PLAN}.json`),
    host.disk.exists(`${STATE}/runs/${BUILD}.json`),
  ], [
    false,
    false,
  ]);
  assertEquals((await statusOf(host)).stale, []);
  assertEquals((await quiet(host, "build", "run", "site")).code, 0);
});

Deno.test("runs prune: if the task's record is damaged, all of its runs stay, and that is reported", async () => {
  using host = await built();
  host.disk.write(TASK, "{");
  const before = host.disk.list(`${STATE}/runs/site`);
  assertEquals(await quiet(host, "runs", "prune", "--keep", "0"), {
    code: 0,
    stdout: "Nothing to remove.\n",
    stderr: `warning: Cannot read the record "${TASK}": it is not JSON; it is left out\n`,
  });
  assertEquals(host.disk.list(`${STATE}/runs/site`), before);
});

Deno.test("runs of tasks are listed, shown, recovered and followed like those of jobs", async () => {
  using host = await built();
  const list = await quiet(host, "runs", "list", "site", "--json");
  assertEquals(JSON.parse(list.stdout).runs.map((run: { action: string }) => run.action), [
    "check.run",
    "build.run",
    "plan.create",
  ]);
  for (const id of [PLAN, BUILD]) assertEquals((await quiet(host, "runs", "show", id)).code, 0);
  assertEquals((await quiet(host, "recover")).stdout, "Nothing to recover.\n");
  assertEquals((await quiet(host, "logs", "site/20261122T063450.124Z")).stdout, "works\n");
  // By its name alone: the output of the build, although the check came later.
  assertEquals((await quiet(host, "logs", "site")).stdout, "making\n");
});

Deno.test("a secret in the name of an output does not make a task stale, whether found by a glob, changed or no longer known", async () => {
  const toml =
    '[tasks.site]\ncommand = ["make"]\noutputs = ["dist/*.txt", "out-hunter2"]\nsecrets = ["KEY"]\n';
  const env = { PATH: "/bin", HOME: "/home/ada" };
  using host = machineWith(toml, { env: { ...env, KEY: "hunter2" } });
  host.program("make", (p) => {
    for (const name of ["hunter2", "for-hunter2", "plain"]) p.writeFile(`dist/${name}.txt`, name);
    p.writeFile("out-hunter2", "out");
  });
  await quiet(host, "plan", "create", "site");
  assertEquals((await quiet(host, "build", "run", "site")).code, 0);
  assertEquals(JSON.stringify(host.disk.tree(STATE)).includes("hunter2"), false);
  const staleIn = async (key: string | undefined) => {
    const later = host.another({ env: key === undefined ? env : { ...env, KEY: key } });
    const { stale }: { stale: readonly string[] } = JSON.parse(
      (await call(later, ["plan", "status", "site", "--json"])).stdout,
    );
    return stale;
  };
  assertEquals(await staleIn("hunter2"), []);
  // The definition names the secret, so it differs now; the files are unchanged.
  const drifted = "the definition changed since the plan: outputs[1]";
  assertEquals([await staleIn("another"), await staleIn(undefined)], [[drifted], [drifted]]);
  host.disk.write(`${PROJECT}/dist/for-hunter2.txt`, "edited");
  assertEquals(await staleIn("hunter2"), ["dist/for-***.txt changed since the build"]);
  host.disk.remove(`${PROJECT}/dist/for-hunter2.txt`);
  assertEquals(await staleIn("hunter2"), ["dist/for-***.txt was removed since the build"]);
});
