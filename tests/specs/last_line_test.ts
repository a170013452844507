/** The status line of the real program on a real terminal; skipped without the program "script". */

import { assertEquals } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";
import { startAtTerminal, until } from "../support/real_run.ts";

const LINE = "\r … work  2s  (Ctrl-C stops it)\x1b[J\r";
const ERASE = "\r\x1b[J";
const ENDS = /succeeded {2}work\/<id> {2}<took>\r\n/;

async function scriptIsThere(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  const { success } = await new Deno.Command("sh", { args: ["-c", "command -v script"], stdout: "null" })
    .output();
  return success;
}

const ignore = !(await scriptIsThere());

/** A job that continues when the folder has a file "go". */
function silentJob(before = ""): string {
  const wait = "while [ ! -e go ]; do sleep 0.05; done";
  return `[jobs.work]\ncommand = ["sh", "-c", ${JSON.stringify(`${before}${wait}`)}]\n`;
}

function settled(said: string): string {
  return said.replace(/\d{8}T\d{6}\.\d{3}Z/g, "<id>").replace(/\d+\.\ds/g, "<took>")
    // A slow machine draws it later.
    .replace(/work {2}\d+s/g, "work  2s");
}

Deno.test({
  name: "spec: the status line appears while a job is silent, and leaves only the job's output",
  ignore,
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write("orchastration.toml", silentJob("echo one; "));
      await using run = startAtTerminal(folder, "exec PROGRAM run work");
      await until("the line is there", () => settled(run.stdout).includes(LINE), () => run.stdout);
      folder.write("go", "");
      assertEquals(await run.ended, 0, run.stdout);
      const said = settled(run.stdout);
      // A slow machine draws it once more.
      const [before, ...after] = said.split(LINE);
      assertEquals(before, "started    work/<id>\r\none\r\n");
      assertEquals(ENDS.test(said), true, said);
      assertEquals(after.join("").split(ERASE).length, 2, said);
    }),
});

Deno.test({
  name: "spec: a background job of a shell draws nothing on the terminal",
  ignore,
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write("orchastration.toml", '[jobs.work]\ncommand = ["sleep", "2.5"]\n');
      await using run = startAtTerminal(folder, "set -m; PROGRAM run work & wait");
      assertEquals(await run.ended, 0, run.stdout);
      const said = settled(run.stdout);
      assertEquals([said.includes("\x1b"), said.includes("work  2s")], [false, false], said);
      assertEquals(ENDS.test(said), true, said);
    }),
});
