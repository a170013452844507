/** The git facts of a run's folder: read while the job runs, so that no repository delays a start. */

import { assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import { FIRST_COMMIT, SECOND_COMMIT, withGit } from "../../support/fake_git.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const TOML = '[jobs.work]\ncommand = ["work"]\n[tasks.site]\ncommand = ["work"]\n';

function gitOf(host: FakeHost, name = "work"): unknown {
  return readJson(host, `${STATE}/runs/${name}/last.json`)["git"];
}

/** git takes this long to examine all files. */
function slowGit(host: FakeHost, ms: number) {
  const repository = withGit(host, PROJECT);
  repository.remotes.set("origin", "https://example.org/site.git");
  repository.before = async (p, words) => {
    if (words[0] === "status") await p.sleep(ms);
    return undefined;
  };
  return repository;
}

const KNOWN = { commit: FIRST_COMMIT, branch: "main", remote: "https://example.org/site.git" };

for (
  const [name, jobMs, gitMs, dirty, endsAtMs, readAt] of [
    ["git answers while the job runs", 3000, 600, true, 3000, "2026-11-22T06:34:49.723Z"],
    ["git gets a moment after a job that ended at once", 0, 40, true, 40, "2026-11-22T06:34:49.163Z"],
    [
      "git had no time, so it is not known whether anything is changed",
      0,
      600,
      null,
      100,
      "2026-11-22T06:34:49.223Z",
    ],
    ["the moment counts from the start of the job", 90, 600, null, 100, "2026-11-22T06:34:49.223Z"],
    ["git is given up after ten seconds", 20_000, 15_000, null, 20_000, "2026-11-22T06:34:59.123Z"],
  ] as const
) {
  Deno.test(`git facts: ${name}`, async () => {
    using host = machineWith(TOML);
    slowGit(host, gitMs).changed.push("a.txt");
    let startedAtMs = 0;
    host.program("work", async (p) => {
      startedAtMs = host.clock.nowMs();
      await p.sleep(jobMs);
    });
    const beginsAtMs = host.clock.nowMs();
    assertEquals((await call(host, ["run", "work", "-q"])).code, 0);
    assertEquals(startedAtMs - beginsAtMs, 0, "the job starts at once");
    assertEquals(host.clock.nowMs() - beginsAtMs, endsAtMs);
    assertEquals(gitOf(host), { ...KNOWN, dirty, read_at: readAt });
    assertEquals(host.livingProcesses(), []);
    // The time of the process, without git's time after it.
    assertEquals(readJson(host, `${STATE}/runs/work/last.json`)["duration_ms"], jobMs);
  });
}

Deno.test("git facts: stopping the run does not wait for git", async () => {
  using host = machineWith(TOML);
  slowGit(host, 600);
  host.program("work", (p) => p.forever());
  const running = call(host, ["run", "work", "-q"]);
  await host.whenListening();
  await host.clock.advance(10);
  host.signal("SIGINT");
  assertEquals((await running).code, 130);
  assertEquals(gitOf(host), {
    ...KNOWN,
    remote: KNOWN.remote,
    dirty: null,
    read_at: "2026-11-22T06:34:49.133Z",
  });
});

Deno.test("git facts: the commit of a build is the one at its start, also if its own process makes another one", async () => {
  using host = machineWith(TOML);
  const repository = slowGit(host, 50);
  let spawnedAtMs = 0;
  host.program("work", async (p) => {
    spawnedAtMs = host.clock.nowMs();
    repository.branches.set("main", SECOND_COMMIT);
    await p.sleep(200);
  });
  const beginsAtMs = host.clock.nowMs();
  assertEquals((await call(host, ["build", "run", "site", "--plan", "-q"])).code, 0);
  assertEquals(spawnedAtMs - beginsAtMs, 0, "nothing looks at all files before the build");
  assertEquals(gitOf(host, "site"), { ...KNOWN, dirty: false, read_at: "2026-11-22T06:34:49.173Z" });
});

Deno.test("git facts: a job outside of a repository, or without git, records no facts, and does not wait", async () => {
  for (const isRepository of [false, true]) {
    using host = machineWith(TOML);
    if (isRepository) host.disk.makeFolder(`${PROJECT}/.git`);
    host.program("work", () => 0);
    const beginsAtMs = host.clock.nowMs();
    assertEquals((await call(host, ["run", "work", "-q"])).code, 0);
    assertEquals([gitOf(host), host.clock.nowMs() - beginsAtMs], [null, 0]);
  }
});

Deno.test("git facts: nodes of a graph that begin within a second share one answer, and a later node gets a new one", async () => {
  using host = machineWith(
    '[jobs.a]\ncommand = ["quick"]\n[jobs.b]\ncommand = ["slow"]\n' +
      '[jobs.c]\ncommand = ["quick"]\nneeds = ["b"]\n',
  );
  const repository = slowGit(host, 40);
  let asked = 0;
  const { before } = repository;
  repository.before = async (p, words) => {
    if (words[0] === "status") asked++;
    return await before?.(p, words);
  };
  host.program("quick", () => 0);
  host.program("slow", (p) => p.sleep(1500));
  assertEquals((await call(host, ["run", "a", "c", "--jobs", "2", "-q"])).code, 0);
  assertEquals(asked, 2);
  const first = { ...KNOWN, dirty: false, read_at: "2026-11-22T06:34:49.163Z" };
  assertEquals([gitOf(host, "a"), gitOf(host, "b")], [first, first]);
  assertEquals((gitOf(host, "c") as { read_at: string }).read_at > first.read_at, true);
});
