/**
 * The machine fails while a task is planned or built: death at every change, power cuts, full disks. No
 * record is false afterwards.
 */

import { assert, assertEquals } from "@std/assert";
import { call, logOf, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import type { ChangeName } from "../../support/fake_life.ts";
import { atEveryDeath } from "../../support/until_death.ts";

const TASK = `${STATE}/tasks/site.json`;

const CONFIG = `[tasks.site]
command = ["make"]
kill_grace_seconds = 1
outputs = ["a"]
documents = ["README.md"]
acceptance = [{ id = "ac1", text = "it works", check = ["check"] }]
`;

interface Story {
  readonly argv: readonly string[];
  /** The preparation, command by command. */
  readonly before: readonly (readonly string[])[];
  readonly statusBefore: string;
  /** The status if everything succeeded. */
  readonly final: string;
}

const PLAN_STORIES: Readonly<Record<string, Story>> = {
  "the first plan create": {
    argv: ["plan", "create", "site"],
    before: [],
    statusBefore: "unplanned",
    final: "planned",
  },
  "plan create of a task that was done": {
    argv: ["plan", "create", "site", "--force"],
    before: [["plan", "create", "site"], ["build", "run", "site"]],
    statusBefore: "done",
    final: "planned",
  },
};

const BUILD_STORIES: Readonly<Record<string, Story>> = {
  "the first build run": {
    argv: ["build", "run", "site"],
    before: [["plan", "create", "site"]],
    statusBefore: "planned",
    final: "done",
  },
  "build run of a task that was done": {
    argv: ["build", "run", "site"],
    before: [["plan", "create", "site"], ["build", "run", "site"]],
    statusBefore: "done",
    final: "done",
  },
};

const STORIES = { ...PLAN_STORIES, ...BUILD_STORIES };

function equip(host: FakeHost): void {
  host.program("make", async (p) => {
    await p.stdout("making\n");
    await p.sleep(10);
    p.writeFile("a", "made");
    await p.sleep(10);
  });
  host.program("check", async (p) => {
    await p.sleep(10);
    await p.stdout("works\n");
  });
}

async function machineFor(story: Story): Promise<() => FakeHost> {
  using model = machineWith(CONFIG);
  equip(model);
  for (const argv of story.before) await call(model.another(), argv);
  const files = model.disk.tree(STATE);
  return () => {
    const host = machineWith(CONFIG, { startTime: "2026-11-22T06:35:49.123Z", files });
    if (story.statusBefore === "done") {
      host.disk.write("/home/ada/project/a", "made");
    }
    equip(host);
    return host;
  };
}

interface View {
  readonly status: string;
  readonly stale: readonly string[];
  readonly last_build: { readonly run: string; readonly status: string } | null;
  readonly next: string;
}

async function viewOf(host: FakeHost, where: string): Promise<View> {
  const said = await call(host, ["plan", "status", "site", "--json"]);
  assertEquals([said.code, said.stderr], [0, ""], where);
  return JSON.parse(said.stdout);
}

/** Whether success was reported to somebody. */
function wasTold(host: FakeHost): boolean {
  return /site is (?:planned|done)/.test(host.stdoutText() + host.stderrText()) ||
    logOf(host).some(({ event }) => event === "plan_created" || event === "task_built");
}

/** The claims that a view may make in any case. */
function checkTruth(host: FakeHost, view: View, story: Story, spawned: number, where: string): void {
  const newRun = view.last_build?.run.includes("T0635") ?? false;
  const run = view.last_build === null ? null : readJson(host, `${STATE}/runs/${view.last_build.run}.json`);
  switch (view.status) {
    case "unplanned":
      assertEquals(story.statusBefore, "unplanned", where);
      return;
    case "planned":
      // The plan is complete, and nothing was started by it.
      assertEquals([view.stale, newRun], [[], false], where);
      if (story.argv[0] === "build") assertEquals(spawned, 0, where);
      return;
    case "done": {
      assertEquals([run?.["status"], view.stale], ["succeeded", []], where);
      const [check] = run!["checks"] as { status: string }[];
      const [output] = run!["outputs"] as { present: boolean }[];
      assertEquals([check!.status, output!.present], ["succeeded", true], where);
      if (!newRun) assertEquals([story.statusBefore, spawned], ["done", 0], where);
      return;
    }
    case "interrupted":
      assertEquals([newRun, run!["status"], run!["end_time"]], [true, "running", null], where);
      // How the process ended may be known; the result is not.
      assert(run!["exit_code"] === null || run!["exit_code"] === 0, where);
      assertEquals(view.next, `orchastration recover ${view.last_build!.run}`, where);
      return;
    case "failed":
      assertEquals([newRun, run!["status"]], [true, "cancelled"], where);
      return;
    default:
      throw new Error(`${where}: ${view.status}`);
  }
}

for (const [name, story] of Object.entries(STORIES)) {
  for (
    const end of [
      "a kill that leaves the processes alive",
      "a kill of the processes as well",
      "a power cut",
    ] as const
  ) {
    Deno.test(`after ${end} at any change, the records tell the truth about ${name}, and the task can be built`, async () => {
      const seen = new Set<string>();
      await atEveryDeath(await machineFor(story), (host) => call(host, story.argv), async (dead, diedAt) => {
        const told = wasTold(dead);
        const next = dead.reviveAfterDeath(
          end === "a power cut"
            ? { losingUnsynced: true }
            : { processes: end === "a kill of the processes as well" ? "gone" : "alive" },
        );
        const where = `died at ${diedAt}: ${dead.operations.at(-1)?.name} ${
          dead.operations.at(-1)?.paths.at(-1)
        }`;
        const living = next.livingProcesses().length;
        const view = await viewOf(next, where);
        checkTruth(next, view, story, dead.spawned.length, where);
        if (told) assertEquals(view.status, story.final, where);
        if (living > 0) assertEquals(view.status, "interrupted", where);
        seen.add(view.status);
        if (end === "a power cut") return;

        if (living > 0) {
          const refused = await call(next.another(), ["build", "run", "site"]);
          assertEquals(refused.code, 65, where);
          assert(
            / was interrupted, and a process of it is still alive\n/.test(refused.stderr),
            refused.stderr,
          );
        }
        assertEquals((await call(next.another(), ["recover", "--kill"])).code, 0, where);
        assertEquals(next.livingProcesses(), [], where);
        const after = await viewOf(next.another(), where);
        assertEquals(after.status, view.status, where);
        if (after.status === "interrupted") assertEquals(after.next, "orchastration build run site", where);
        const built = await call(next.another(), ["build", "run", "site", "--plan", "--log-level", "error"]);
        assertEquals([built.code, (await viewOf(next.another(), where)).status], [0, "done"], where);
      });
      const expected = story.argv[0] === "plan"
        ? [story.statusBefore, story.final]
        : [story.statusBefore, "interrupted", story.final];
      assertEquals([...seen].sort(), [...new Set(expected)].sort());
    });
  }
}

const WRITES: readonly ChangeName[] = [
  "createNew",
  "write",
  "sync",
  "rename",
  "syncFolder",
  "makeFolders",
  "tryLock",
];

/** Files that a cache can do without. */
const DISPENSABLE = /last[-.]|project\.json|^makeFolders \S+\/project-[0-9a-f]{8}$/;

for (const [name, story] of Object.entries(STORIES)) {
  for (const lasting of [false, true]) {
    const what = lasting ? "the disk is full from any write on" : "any write fails once";
    Deno.test(`${name}: if ${what}, the call is refused or stopped, and the task's record claims no more than happened`, async () => {
      const makeHost = await machineFor(story);
      using model = makeHost();
      await call(model, story.argv);
      const steps = model.operations.filter(({ name }) => WRITES.includes(name));
      const lastStep = steps.findLastIndex(({ name, paths }) =>
        !DISPENSABLE.test(`${name} ${paths.join(" ")}`)
      );
      const seenOf: Partial<Record<ChangeName, number>> = {};
      const seen = new Set<string>();
      for (const [index, { name: op, paths }] of steps.entries()) {
        const skip = seenOf[op] ?? 0;
        seenOf[op] = skip + 1;
        const step = `${op} ${paths.at(-1)}`;
        if (index > lastStep) break;
        using host = makeHost();
        host.faults.failWhen(
          lasting
            ? { op: WRITES, skip: index, problem: "no_space" }
            : { op, skip, times: 1, problem: "no_space" },
        );
        const said = await call(host, [...story.argv, "--log-level", "error"]);
        assertEquals(host.livingProcesses(), [], step);
        assertEquals([host.signals.handlers, host.disk.openFiles(STATE)], [0, []], step);
        const healthy = host.another();
        const view = await viewOf(healthy, step);
        checkTruth(healthy, view, story, host.spawned.length, step);
        if (!lasting && DISPENSABLE.test(step)) {
          assertEquals([said.code, view.status], [0, story.final], step);
          continue;
        }
        assertEquals(said.code, 74, `${step}: ${said.stderr}`);
        const headline = said.stderr.split("\n").find((line) => line.startsWith("error: Cannot")) ?? "";
        assert(
          /^error: Cannot [a-z ]+ "[^"]*": no space left on the device$/.test(headline) &&
            !headline.includes(".tmp"),
          `${step}: ${said.stderr}`,
        );
        assert(!/site is/.test(said.stdout + said.stderr), step);
        // A torn file counts as missing, and a leftover belongs to nobody.
        if (host.disk.exists(TASK)) readJson(host, TASK);
        seen.add(view.status);
        if (lasting) continue;
        const built = await call(healthy.another(), [
          "build",
          "run",
          "site",
          "--plan",
          "--log-level",
          "error",
        ]);
        assertEquals([built.code, (await viewOf(healthy.another(), step)).status], [0, "done"], step);
      }
      assert(seen.has(story.statusBefore), [...seen].join());
      if (story.argv[0] === "build") assert(seen.has("failed") || seen.has("interrupted"), [...seen].join());
    });
  }
}
