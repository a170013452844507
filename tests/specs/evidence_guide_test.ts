/** docs/guide-evidence.md: its commands succeed, in the order in which they stand there. */

import { assert, assertEquals } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";
import { findTool } from "../support/tools.ts";

const PAGE = new URL("../../docs/guide-evidence.md", import.meta.url);
const TOOLS = ["git", "openssl", "ssh-keygen", "jq", "sha256sum"];
const missing = TOOLS.filter((tool) => findTool(tool) === undefined);

Deno.test({
  name: `guide: each command of the page on evidence succeeds${
    missing.length === 0 ? "" : ` (${missing} missing)`
  }`,
  ignore: missing.length > 0 || Deno.build.os === "windows",
  fn: () =>
    inRealFolder(async (folder) => {
      const page = await Deno.readTextFile(PAGE);
      const blocks = [...page.matchAll(/^```(\w+)( file=\S+)?\n([\s\S]*?)^```$/gm)];
      assert(blocks.length >= 8);
      Deno.mkdirSync(`${folder.path}/bin`);
      Deno.mkdirSync(`${folder.path}/project`);
      const words = folder.command.map((word) => `'${word}'`).join(" ");
      folder.write("bin/orchastration", `#!/bin/sh\nexec ${words} "$@"\n`);
      Deno.chmodSync(`${folder.path}/bin/orchastration`, 0o755);
      const env = {
        PATH: `${folder.path}/bin:${Deno.env.get("PATH")}`,
        GIT_AUTHOR_NAME: "a",
        GIT_AUTHOR_EMAIL: "a@example.org",
        GIT_COMMITTER_NAME: "a",
        GIT_COMMITTER_EMAIL: "a@example.org",
      };
      let stdout = "";
      for (const [, language, name, text] of blocks) {
        if (language === "sh") {
          const said = await folder.call("sh", ["-c", `set -e\ncd project\n${text}`], env);
          assertEquals([text, said.code], [text, 0], `${said.stdout}\n${said.stderr}`);
          stdout += said.stdout;
        } else folder.write(`project/${name!.slice(" file=".length)}`, text!);
      }
      for (const line of ["files", "chain", "signatures", "claim"]) {
        assert(new RegExp(`^${line}: +ok: `, "m").test(stdout), stdout);
      }
      assert(/Good "orchastration" signature/.test(stdout), stdout);
      assert(/^Orchastration-Evidence: site [0-9a-f]{64}$/m.test(stdout), stdout);
    }),
});
