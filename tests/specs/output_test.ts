/** What becomes of the real program's answer where nobody reads it, or it finds no room. */

import { assertEquals, assertMatch } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";

const JOBS = '[jobs.a]\ncommand = ["true"]\n';

for (const words of ["--version", "--help", "list", "list --json", "status"]) {
  Deno.test({
    name: `spec: a reader that has gone is no error: ${words}`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      inRealFolder(async (folder) => {
        folder.write("orchastration.toml", JOBS);
        // A pipe of which the reading end is closed before the program begins.
        const said = await folder.shell(`mkfifo p; exec 3<>p 4>p 3<&-; exec "$@" ${words} >&4`);
        assertEquals(said, { code: 0, stdout: "", stderr: "" });
      }),
  });

  Deno.test({
    name: `spec: an answer that finds no room is none: ${words}`,
    ignore: Deno.build.os !== "linux",
    fn: () =>
      inRealFolder(async (folder) => {
        folder.write("orchastration.toml", JOBS);
        const said = await folder.shell(`"$@" ${words} > /dev/full`);
        assertEquals(said, {
          code: 74,
          stdout: "",
          stderr: "error: Cannot write to stdout: no space left on the device\n",
        });
      }),
  });
}

Deno.test({
  name: "spec: help fits a terminal that was never told how wide it is",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inRealFolder(async (folder) => {
      // The terminal that `script` makes where it has none itself has no columns and no rows.
      const said = await folder.call("script", [
        "-qec",
        `${folder.command.join(" ")} help list`,
        "/dev/null",
      ]);
      assertMatch(said.stdout, /Usage: orchastration list \[options\]\r\n\r\nShow the configured jobs\.\r\n/);
    }),
});
