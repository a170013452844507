/** A hook with real processes: it answers its client also where the process that does its work is frozen, and ends that process. */

import { assertEquals } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";
import { findTool } from "../support/tools.ts";
import { marked, until } from "../support/real_run.ts";

const TOML = '[tasks.site]\ncommand = ["true"]\nacceptance = [{ id = "ac1", text = "it is there" }]\n';
/** As a disk that never answers keeps a process, in the middle of a call. */
const FREEZES = '#!/bin/sh\nkill -STOP "$PPID"\nexec sleep 5\n';

Deno.test({
  name: "spec: hook stop answers in silence where its work is frozen, and leaves no process",
  ignore: Deno.build.os !== "linux" || findTool("git") === undefined,
  fn: () =>
    inRealFolder(async (folder) => {
      folder.write("orchastration.toml", TOML);
      folder.write("input.json", JSON.stringify({ hook_event_name: "Stop", stop_hook_active: false }));
      const git = "git -c user.name=ada -c user.email=ada@example.org";
      await folder.shell(`git init -q . && ${git} commit -q --allow-empty -m first`);
      assertEquals((await folder.orchastration("build", "run", "site", "--plan", "--quiet")).code, 0);
      await folder.shell("mkdir bin");
      folder.write("bin/git", FREEZES);
      await folder.shell("chmod +x bin/git");
      const config = `--config "$PWD/orchastration.toml"`;
      const said = await folder.shell(`PATH="$PWD/bin:$PATH" "$@" hook stop ${config} < input.json`);
      assertEquals(said, { code: 0, stdout: "", stderr: "" });
      await until("no process of the hook is left", () => marked(folder.path).length === 0);
    }),
});
