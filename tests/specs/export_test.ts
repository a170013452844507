/** `export` with the real program: a recording is played by the program whose form it is. */

import { assertEquals } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";
import { findTool } from "../support/tools.ts";

const ignore = Deno.build.os !== "linux" || findTool("asciinema") === undefined;

Deno.test({
  name: "spec: export --format asciicast: asciinema plays every byte of the output",
  ignore,
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write(
        "orchastration.toml",
        `[jobs.noisy]
command = ["sh", "-c", "printf 'one\\\\ntwo w\\\\303'; sleep 0.2; printf '\\\\266rld\\\\n\\\\033[31mred\\\\033[0m\\\\n' ; echo err >&2"]
[jobs.play]
command = ["asciinema", "cat", "noisy.cast"]
terminal = true
env = { LC_ALL = "C.UTF-8" }
timeout_seconds = 60
`,
      );
      assertEquals((await folder.orchastration("run", "noisy", "-q")).code, 0);
      const said = await folder.orchastration("export", "noisy", "--format", "asciicast", "-o", "noisy.cast");
      assertEquals([said.code, said.stderr], [0, ""]);
      const played = await folder.orchastration("run", "play", "-q");
      assertEquals(played, {
        code: 0,
        stdout: "one\r\ntwo wörld\r\n\x1b[31mred\x1b[0m\r\nerr\r\n",
        stderr: "",
      });
    }),
});
