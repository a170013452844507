/** The real program's answer where nobody reads it, or where no space is left. */

import { assertEquals, assertMatch } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";

const JOBS = '[jobs.a]\ncommand = ["true"]\n';

for (const words of ["--version", "--help", "list", "list --json", "status"]) {
  Deno.test({
    name: `spec: a closed reader is not an error: ${words}`,
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
    name: `spec: an answer that could not be written is an error: ${words}`,
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
  name: "spec: help fits a terminal of unknown width",
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

Deno.test({
  name: "spec: a flood into the null device is completely in the log, with its digest",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write(
        "orchastration.toml",
        '[jobs.a]\ncommand = ["sh", "-c", "seq 1 3000000; seq 1 500000 >&2"]\n',
      );
      assertEquals(await folder.shell('"$@" run a --state-dir state >/dev/null 2>&1'), {
        code: 0,
        stdout: "",
        stderr: "",
      });
      for (const [stream, count] of [["stdout", 3_000_000], ["stderr", 500_000]] as const) {
        const said = await folder.shell(
          `seq 1 ${count} | sha256sum; ` +
            `grep -o '"${stream}_sha256": "[^"]*"' state/runs/a/last.json | cut -d'"' -f4; ` +
            `sha256sum <state/runs/a/*.${stream}.log`,
        );
        const [expected, recorded, kept] = said.stdout.split("\n").map((line) => line.split(" ")[0]);
        assertEquals([recorded, kept], [expected, expected], said.stderr);
      }
    }),
});
