/** `stop` at the instant at which the run ends by itself: one record, one ending, nothing left. */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";
import { endMarked, marked, newMark } from "../support/real_run.ts";

const TIMES = 100;
const FIRST_SECONDS = 0.3;
const STEP_SECONDS = 0.01;

Deno.test({
  name: `stop and the natural end at the same instant, ${TIMES} times, give one ending each`,
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const mark = newMark();
    await inRealFolder(async (folder) => {
      const command = JSON.stringify(["sh", "-c", 'sleep "$1"; exit 7', mark]);
      folder.write("orchastration.toml", `[jobs.short]\ncommand = ${command}\n`);
      const endings = { cancelled: 0, failed: 0 };
      // Each time a little longer where the job was faster, and shorter where the stop was: so they meet.
      let seconds = FIRST_SECONDS;
      try {
        for (let time = 0; time < TIMES; time++) {
          const asked = ["run", "short", "--detach", "--json", "--", seconds.toFixed(3)];
          const { id } = JSON.parse((await folder.orchastration(...asked)).stdout);
          const stopped = await folder.orchastration("stop", id, "--json");
          assertEquals([stopped.code, stopped.stderr], [0, ""], stopped.stdout);
          assertEquals(marked(mark), []);
          const [ended, ...others] = JSON.parse(stopped.stdout).ended;
          const { status, exit_code: code } = ended;
          assert(
            status === "failed" ? code === 7 : status === "cancelled" && code === 143,
            stopped.stdout,
          );
          assertEquals(others, []);
          const shown = JSON.parse((await folder.orchastration("runs", "show", id, "--json")).stdout);
          assertEquals([shown.status, shown.reason], [status, ended.reason]);
          endings[status as "failed" | "cancelled"]++;
          seconds = Math.max(STEP_SECONDS, seconds + (status === "failed" ? STEP_SECONDS : -STEP_SECONDS));
        }
        // Each was first some of the time.
        assert(endings.failed > 0 && endings.cancelled > 0, JSON.stringify(endings));
        const listed = JSON.parse(
          (await folder.orchastration("runs", "list", "--json", "--limit", "1000")).stdout,
        );
        assertEquals(listed.runs.length, TIMES);
      } finally {
        endMarked(mark);
      }
    });
  },
});
