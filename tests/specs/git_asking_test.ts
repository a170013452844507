/**
 * Our questions to git start no program that the repository names: with the real git, in a repository that is
 * set up to start some.
 */

import { assertEquals } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";

const CONFIG = '[jobs.hi]\ncommand = ["true"]\n[tasks.page]\ncommand = ["true"]\n';

Deno.test("reading from git does not start a monitor, hook, pager or diff program of the repository", async () => {
  await inRealFolder(async (folder) => {
    const git = async (...args: readonly string[]) => {
      const said = await folder.call("git", [
        "-c",
        "user.name=Ada",
        "-c",
        "user.email=ada@example.org",
        ...args,
      ]);
      assertEquals([args.join(" "), said.code], [args.join(" "), 0], said.stderr);
    };
    folder.write("orchastration.toml", CONFIG);
    await git("init", "--quiet");
    await git("add", "orchastration.toml");
    await git("commit", "--quiet", "--message", "one");
    // Each writes its name; an fsmonitor has to answer something.
    const started = `${folder.path}/started`;
    Deno.mkdirSync(`${folder.path}/hooks`);
    for (
      const name of ["fsmonitor", "pager", "differ", "hooks/post-index-change", "hooks/reference-transaction"]
    ) {
      const path = `${folder.path}/${name}`;
      Deno.writeTextFileSync(path, `#!/bin/sh\necho ${name} >> '${started}'\nprintf '/\\0'\n`, {
        mode: 0o755,
      });
    }
    await git("config", "core.fsmonitor", `${folder.path}/fsmonitor`);
    await git("config", "core.hooksPath", `${folder.path}/hooks`);
    await git("config", "core.pager", `${folder.path}/pager`);
    await git("config", "pager.status", "true");
    await git("config", "diff.external", `${folder.path}/differ`);
    // The trap works.
    await git("status");
    assertEquals(Deno.readTextFileSync(started).includes("fsmonitor"), true);
    Deno.removeSync(started);
    for (
      const argv of [["run", "hi"], ["plan", "create", "page"], ["build", "run", "page"], [
        "plan",
        "status",
        "page",
      ]]
    ) {
      const said = await folder.orchastration("--state-dir", "state", ...argv);
      assertEquals([argv.join(" "), said.code], [argv.join(" "), 0], said.stderr);
    }
    const shown = await folder.orchastration("--state-dir", "state", "runs", "show", "hi", "--json");
    const { git: facts } = JSON.parse(shown.stdout);
    assertEquals([typeof facts.commit, facts.dirty], ["string", true]);
    assertEquals(
      [...Deno.readDirSync(folder.path)].map(({ name }) => name).filter((name) => name === "started"),
      [],
    );
  });
});
