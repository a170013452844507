/** `run --detach` with real processes: the run outlives its caller, its group and its terminal, and is never lost. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import {
  endMarked,
  marked,
  markedMains,
  newMark,
  startAtTerminal,
  startRun,
  until,
} from "../support/real_run.ts";
import { canMakeTerminals } from "../support/terminals.ts";

/** Processes are found under /proc. */
const ignore = Deno.build.os !== "linux";
const SCRIPT = "echo up; while [ ! -e go ]; do sleep 0.05; done; env > env.txt; echo down";

/** A job that goes on until the file `go` exists. */
async function withJob(test: (folder: RealFolder, mark: string) => Promise<void>): Promise<void> {
  const mark = newMark();
  await inRealFolder(async (folder) => {
    const command = JSON.stringify(["sh", "-c", SCRIPT, mark]);
    folder.write("orchastration.toml", `[jobs.long]\ncommand = ${command}\nkill_grace_seconds = 1\n`);
    try {
      await test(folder, mark);
    } finally {
      endMarked(mark);
      await until("no supervisor is left", () => workingIn(folder.path) === 0);
    }
  });
}

/** How many processes have this as their working folder. */
function workingIn(path: string): number {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return Deno.readLinkSync(`/proc/${name}/cwd`) === path;
    } catch (error) {
      // It has ended, or is not ours.
      if (!(error instanceof Error)) throw error;
      return false;
    }
  }).length;
}

interface Record {
  readonly id: string;
  readonly status: string;
  readonly detached?: boolean;
  readonly exit_code: number | null;
  readonly requested_by: { readonly pid: number; readonly tty: boolean };
}

async function record(folder: RealFolder): Promise<Record> {
  const shown = await folder.orchastration("runs", "show", "long", "--json");
  return JSON.parse(shown.stdout);
}

async function untilStatus(folder: RealFolder, status: string): Promise<Record> {
  for (let look = 0;; look++) {
    const now = await record(folder);
    if (now.status === status) return now;
    assert(look < 100, `expected ${status}: ${JSON.stringify(now)}`);
  }
}

/** The output of the call so far, as soon as it says that the run is detached. */
const TOLD = /detached: (\S+), supervisor (\d+): process \d+ is running/;

Deno.test({
  name: "spec: a detached run is recorded and running when the call returns, and ends by itself",
  ignore,
  fn: () =>
    withJob(async (folder, mark) => {
      const called = await folder.orchastration("run", "long", "--detach", "--json");
      assertEquals([called.code, called.stderr], [0, ""]);
      const said = JSON.parse(called.stdout);
      const begun = await record(folder);
      assertEquals([begun.id, begun.status, begun.detached], [said.id, "running", true]);
      assertEquals(begun.requested_by.tty, false);
      assert(begun.requested_by.pid !== said.pid);
      assertEquals(markedMains(mark).length, 1);
      assertEquals(Deno.readTextFileSync(said.stdout_path), "up\n");
      // A session of its own, without a terminal.
      const facts = Deno.readTextFileSync(`/proc/${said.pid}/stat`).replace(/^.*\) /, "").split(" ").map(
        Number,
      );
      assertEquals(facts.slice(2, 5), [said.pid, said.pid, 0]);
      folder.write("go", "");
      assertEquals((await untilStatus(folder, "succeeded")).exit_code, 0);
      assertEquals(Deno.readTextFileSync(said.stdout_path), "up\ndown\n");
      assertEquals(/HANDED_OVER/.test(folder.read("env.txt")), false);
      await until("the supervisor ends", () => !isAlive(said.pid));
      assertEquals(marked(mark), []);
    }),
});

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test({
  name: "spec: a detached run outlives a kill -9 of everything in its caller's group",
  ignore,
  fn: () =>
    withJob(async (folder, mark) => {
      const words = folder.command.map((word) => `'${word}'`).join(" ");
      const line = `echo group $$; ${words} run long --detach; read -r held`;
      await using shell = startRun(folder, [], { program: ["setsid", "sh", "-c", line], stdin: true });
      await until("it is detached", () => TOLD.test(shell.stdout), () => shell.stdout + shell.stderr);
      const group = Number(/group (\d+)/.exec(shell.stdout)![1]);
      Deno.kill(-group, "SIGKILL");
      await shell.ended;
      assertEquals(markedMains(mark).length, 1);
      assertEquals((await record(folder)).status, "running");
      folder.write("go", "");
      await untilStatus(folder, "succeeded");
    }),
});

Deno.test({
  name:
    "spec: a detached run outlives the terminal that it was started from, and its record says that there was one",
  ignore: ignore || !(await canMakeTerminals()),
  fn: () =>
    withJob(async (folder, mark) => {
      {
        await using shell = startAtTerminal(folder, "PROGRAM run long --detach; read -r held");
        await until("it is detached", () => TOLD.test(shell.stdout), () => shell.stdout);
        // Disposing of it takes the terminal away.
      }
      assertEquals(markedMains(mark).length, 1);
      const { status, requested_by } = await record(folder);
      assertEquals([status, requested_by.tty], ["running", true]);
      folder.write("go", "");
      await untilStatus(folder, "succeeded");
    }),
});

Deno.test({
  name:
    "spec: SIGTERM to the supervisor stops the tree, and after kill -9 the run is interrupted until recover stops its processes",
  ignore,
  fn: () =>
    withJob(async (folder, mark) => {
      const first = JSON.parse((await folder.orchastration("run", "long", "--detach", "--json")).stdout);
      Deno.kill(first.pid, "SIGTERM");
      await untilStatus(folder, "cancelled");
      assertEquals(marked(mark), []);

      const second = JSON.parse((await folder.orchastration("run", "long", "--detach", "--json")).stdout);
      Deno.kill(second.pid, "SIGKILL");
      await untilStatus(folder, "interrupted");
      assertEquals(markedMains(mark).length, 1);
      const recovered = await folder.orchastration("recover", "--kill");
      assertEquals([recovered.code, recovered.stderr], [0, ""]);
      assertMatch(recovered.stdout, /long\//);
      assertEquals(marked(mark), []);
      assertEquals((await record(folder)).status, "interrupted");
    }),
});

Deno.test({
  name: "spec: concurrent detached runs of one job have a record each, and all of them end",
  ignore,
  fn: () =>
    withJob(async (folder, mark) => {
      const calls = await Promise.all(
        Array.from({ length: 5 }, () => folder.orchastration("run", "long", "--detach", "--json")),
      );
      const said = calls.map(({ code, stdout }) => ({ code, ...JSON.parse(stdout) }));
      assertEquals(said.map(({ code }) => code), [0, 0, 0, 0, 0]);
      assertEquals(new Set(said.map(({ id }) => id)).size, 5);
      // A shell that forks shows its words twice, until its child has become sleep.
      await until("five jobs run, and no more", () => markedMains(mark).length === 5);
      folder.write("go", "");
      await until("all have ended", () => !said.some(({ pid }) => isAlive(pid)));
      const listed = JSON.parse((await folder.orchastration("runs", "list", "--json")).stdout);
      const statuses = listed.runs.map(({ status }: Record) => status);
      assertEquals(statuses, ["succeeded", "succeeded", "succeeded", "succeeded", "succeeded"]);
    }),
});
