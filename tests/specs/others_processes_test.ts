/**
 * Jobs of a graph and the processes of others that this program has below itself: real processes that outlive their job, or whose
 * supervisor was killed, are no processes of a job that ends meanwhile.
 */

import { assertEquals } from "@std/assert";
import { inRealFolder, type RealFolder } from "../support/real_program.ts";
import { endMarked, marked, newMark, startRun, until } from "../support/real_run.ts";

const ignore = Deno.build.os !== "linux";
const QUIET = ["--log-level", "error", "--state-dir", "state"];

async function withMark(check: (folder: RealFolder, mark: string) => Promise<void>): Promise<void> {
  const mark = newMark();
  await inRealFolder(async (folder) => {
    try {
      await check(folder, mark);
    } finally {
      endMarked(mark);
    }
  });
}

function command(script: string, mark: string): string {
  return `command = ${JSON.stringify(["sh", "-c", script, mark])}\n`;
}

interface Recorded {
  readonly status: string;
  readonly stopped_by: unknown;
}

function last(folder: RealFolder, name: string): Recorded {
  return JSON.parse(folder.read(`state/runs/${name}/last.json`));
}

Deno.test({
  name:
    "spec: a process that a job left running can start others later, which do not end with another job of the graph",
  ignore,
  fn: () =>
    withMark(async (folder, mark) => {
      // It loses its parent, group and session while the other job is the only one that runs.
      const late = `setsid sh -c 'touch born; exec sleep 9999.${mark}2'`;
      const daemon = `touch up; until [ -e go ]; do sleep 0.02; done; (${late} &); exec sleep 9999.${mark}1`;
      folder.write("daemon.sh", daemon);
      folder.write(
        "orchastration.toml",
        `[jobs.left]\nleave_running = true\n${
          command("setsid sh daemon.sh >/dev/null 2>&1 & until [ -e up ]; do sleep 0.02; done", mark)
        }[jobs.other]\nneeds = ["left"]\n${
          command("touch go; until [ -e born ]; do sleep 0.02; done", mark)
        }`,
      );
      await using run = startRun(folder, ["run", "other", ...QUIET]);
      assertEquals(await run.ended, 0, run.stderr);
      const { status, stopped_by } = last(folder, "other");
      assertEquals([status, stopped_by], ["succeeded", null]);
      const both = `sleep 9999.${mark}1, sleep 9999.${mark}2`;
      await until(
        "both go on",
        () => marked(mark).map(({ argv }) => argv.join(" ").trim()).sort().join(", ") === both,
      );
    }),
});

Deno.test({
  name:
    "spec: a service whose supervisor was killed ends with the graph that started it, and with no job of the graph",
  ignore,
  fn: () =>
    withMark(async (folder, mark) => {
      folder.write(
        "orchastration.toml",
        `[services.api]\nready = { line = "listening" }\n${
          command(`echo listening; exec sleep 9999.${mark}1`, mark)
        }[jobs.other]\n${
          command("until [ -e killed ]; do sleep 0.02; done", mark)
        }[jobs.use]\nuses = ["api"]\n${
          command("touch using; until [ -e ended ]; do sleep 0.02; done", mark)
        }[jobs.then]\nneeds = ["other"]\n${command("touch ended", mark)}`,
      );
      await using run = startRun(folder, ["run", "then", "use", "--jobs", "3", ...QUIET]);
      await until("the service is used", () =>
        [...Deno.readDirSync(folder.path)].some(({ name }) => name === "using"));
      const said = await folder.orchastration("status", "--json", "--state-dir", "state");
      const running: { id: string; recorder_pid: number }[] = JSON.parse(said.stdout).running;
      const supervisor = running.find(({ id }) =>
        id.startsWith("api/")
      )!.recorder_pid;
      Deno.kill(supervisor, "SIGKILL");
      folder.write("killed", "");
      assertEquals(await run.ended, 0, run.stderr);
      for (const name of ["other", "use", "then"]) {
        assertEquals([name, last(folder, name).stopped_by], [name, null]);
      }
      assertEquals([last(folder, "api").status, marked(mark)], ["interrupted", []]);
    }),
});
