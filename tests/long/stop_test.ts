/** `stop` and `wait` with real processes: of detached runs, and of one in another terminal; one ending each, and nothing left. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { endMarked, marked, newMark, startRun, until } from "../support/real_run.ts";

/** Processes are found under /proc. */
const ignore = Deno.build.os !== "linux";

/** Jobs that are hard to stop, each with the mark in its arguments. */
const SCRIPTS = {
  patient: "sleep 600; :",
  deaf: "trap '' TERM; while :; do sleep 600; done",
  forking: 'setsid sh -c \'trap "" TERM; (sleep 601 & sleep 602); :\' "$0" & sleep 600; :',
  respawning: 'trap \'sh -c "sleep 603" "$0" & exit 3\' TERM; while :; do sleep 0.05; done',
};

async function withJobs(test: (folder: RealFolder, mark: string) => Promise<void>): Promise<void> {
  const mark = newMark();
  await inRealFolder(async (folder) => {
    const jobs = Object.entries(SCRIPTS).map(([name, script]) =>
      `[jobs.${name}]\ncommand = ${JSON.stringify(["sh", "-c", script, mark])}\nkill_grace_seconds = 1\n`
    );
    folder.write(
      "orchastration.toml",
      `${jobs.join("")}[jobs.both]\nneeds = ["patient", "deaf"]\n` +
        '[jobs.quick]\ncommand = ["true"]\n',
    );
    try {
      await test(folder, mark);
    } finally {
      endMarked(mark);
    }
  });
}

for (const name of Object.keys(SCRIPTS)) {
  Deno.test({
    name: `spec: stop ends the detached job "${name}", and nothing of it is left`,
    ignore,
    fn: () =>
      withJobs(async (folder, mark) => {
        const started = JSON.parse((await folder.orchastration("run", name, "--detach", "--json")).stdout);
        await until("its processes run", () => marked(mark).length > 0);
        const stopped = await folder.orchastration("stop", name, "--json");
        assertEquals([stopped.code, stopped.stderr], [0, ""]);
        const { ended, left } = JSON.parse(stopped.stdout);
        assertEquals([ended.length, ended[0].id, ended[0].how, left], [1, started.id, "stopped", []]);
        assertEquals(marked(mark), []);
        const waited = await folder.orchastration("wait", started.id);
        assertEquals([waited.code, waited.stderr], [143, ""]);
      }),
  });
}

Deno.test({
  name: "spec: stop --all ends a graph and a run in the foreground, whose exit code is 143",
  ignore,
  fn: () =>
    withJobs(async (folder, mark) => {
      await using front = startRun(folder, ["run", "patient"]);
      // The newest is told first.
      await until("the run in the foreground is older", () => marked(mark).length > 0);
      await folder.orchastration("run", "both", "--detach");
      await until("all run", () => marked(mark).length >= 3);
      const stopped = await folder.orchastration("stop", "--all", "--grace", "500ms");
      assertEquals([stopped.code, stopped.stderr], [0, ""]);
      assertMatch(stopped.stdout, /^graph\/.*\npatient\/.*was stopped: stop was called/);
      assertEquals(await front.ended, 143);
      assertEquals(marked(mark), []);
      assertEquals((await folder.orchastration("stop", "--all")).stdout, "No run is running here.\n");
    }),
});

Deno.test({
  name:
    "spec: stop of a run whose supervisor was killed ends its processes, and says that it was interrupted",
  ignore,
  fn: () =>
    withJobs(async (folder, mark) => {
      const started = JSON.parse((await folder.orchastration("run", "deaf", "--detach", "--json")).stdout);
      await until("it runs", () => marked(mark).length > 0);
      Deno.kill(started.pid, "SIGKILL");
      const stopped = await folder.orchastration("stop", "deaf");
      assertEquals([stopped.code, stopped.stderr], [0, ""]);
      assertMatch(stopped.stdout, /its processes were ended on recovery\n$/);
      assertEquals(marked(mark), []);
    }),
});

Deno.test({
  name:
    "spec: wait returns with the exit code as soon as the run ends, and uses next to no processor time until then",
  ignore,
  fn: () =>
    withJobs(async (folder, mark) => {
      const started = JSON.parse((await folder.orchastration("run", "patient", "--detach", "--json")).stdout);
      await using waiting = startRun(folder, ["wait", started.id]);
      await until("it waits", () => /inotify/.test(descriptors(waiting.pid)));
      const before = ticks(waiting.pid);
      const cut = await folder.orchastration("wait", started.id, "--timeout", "1s");
      assertEquals(cut.code, 75);
      assertMatch(cut.stdout, /still runs, for /);
      assert(ticks(waiting.pid) - before < 30, `${ticks(waiting.pid) - before} ticks`);
      for (const { pid } of marked(mark)) Deno.kill(pid, "SIGKILL");
      assertEquals(await waiting.ended, 137);
    }),
});

/** The targets of its file descriptors. */
function descriptors(pid: number): string {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/${pid}/fd/${name}`);
    } catch {
      // Closed during the look.
      return "";
    }
  }).join("\n");
}

/** Processor time, in hundredths of a second. */
function ticks(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /, "").split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
