/** The git facts for a record, with a real git that is configured by the environment. */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";

/** git checks the owner of a repository, so the test needs the right to change it. */
const isRoot = Deno.build.os === "linux" && Deno.uid() === 0;

Deno.test({
  name: "another user's repository is used only if the environment declares it safe",
  ignore: !isRoot,
  async fn() {
    await inRealFolder(async (folder) => {
      const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
      folder.write("orchastration.toml", '[jobs.work]\ncommand = ["true"]\n');
      await folder.call("git", ["init", "-q", "-b", "main", "."]);
      await folder.call("git", [...identity, "add", "orchastration.toml"]);
      assertEquals((await folder.call("git", [...identity, "commit", "-qm", "first"])).code, 0);
      for (const path of [folder.path, `${folder.path}/.git`]) Deno.chownSync(path, 12_345, 12_345);
      const call = async (words: readonly string[], env: Readonly<Record<string, string>>) => {
        const [deno, ...program] = folder.command;
        // A caller's own variables would make git trust the repository, or use another one.
        const clean = Object.fromEntries(
          Object.keys(Deno.env.toObject()).filter((name) => /^(?:GIT_|SUDO_)/.test(name)).map((
            name,
          ) => [name, ""]),
        );
        return await folder.call(deno, [...program, ...words], { ...clean, ...env });
      };
      const git = async (env: Readonly<Record<string, string>>) => {
        const run = await call(["run", "work", "--state-dir", "state", "--json"], env);
        assertEquals(run.code, 0, run.stderr);
        return (JSON.parse(run.stdout) as { git: { branch: string } | null }).git;
      };
      const safe = {
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "safe.directory",
        GIT_CONFIG_VALUE_0: folder.path,
      };
      assertEquals(await git({}), null);
      assertEquals((await git(safe))?.branch, "main");
      // The variables in the environment of another repository's hook lead nowhere else.
      assertEquals(
        (await git({ ...safe, GIT_DIR: "/nowhere/.git", GIT_INDEX_FILE: "/nowhere" }))?.branch,
        "main",
      );
      const doctor = await call(["doctor"], {});
      assert(
        doctor.stdout.includes(
          `git facts: the repository at ${folder.path} belongs to another user and git does not trust it`,
        ),
        doctor.stdout,
      );
      assert(
        (await call(["doctor"], safe)).stdout.includes("git facts: runs record commit, branch and changes\n"),
      );
    });
  },
});
