/** The real ssh's answers about a host in its own configuration. */

import { assertEquals } from "@std/assert";
import { createDenoHost } from "../../src/host/deno_host.ts";
import { resolveSshHost } from "../../src/git/ssh_host.ts";
import { NO_JOURNAL, Tool } from "../../src/git/tool.ts";
import { inRealFolder } from "../support/real_program.ts";

const host = await createDenoHost();
const setting = {
  machine: host,
  workingDir: "/",
  env: host.environment.all(),
  secrets: [],
  journal: NO_JOURNAL,
};
const ssh = Deno.build.os === "windows" ? undefined : Tool.find("ssh", setting);

Deno.test({
  name: "ssh resolves an alias, and leaves every other host as it is",
  ignore: ssh?.ok !== true,
  // What starts the first tool stays open for the next one.
  sanitizeResources: false,
  async fn() {
    await inRealFolder(async (folder) => {
      folder.write("config", "Host github.com-work\n  HostName GitHub.com\n  User git\n");
      // ssh reads the home of the user's account, whatever HOME is.
      Deno.mkdirSync(`${folder.path}/bin`);
      folder.write("bin/ssh", `#!/bin/sh\nPATH=\${PATH#*:}\nexec ssh -F '${folder.path}/config' "$@"\n`);
      Deno.chmodSync(`${folder.path}/bin/ssh`, 0o755);
      const env = { ...setting.env, PATH: `${folder.path}/bin:${setting.env["PATH"]}` };
      const found = Tool.find("ssh", { ...setting, env });
      if (!found.ok) throw new Error(found.failure);
      const resolved = async (name: string) => await resolveSshHost(found.value, name);
      assertEquals(await resolved("github.com-work"), { ok: true, value: "github.com" });
      assertEquals(await resolved("ghe.example.com"), { ok: true, value: "ghe.example.com" });
      assertEquals(await resolveSshHost(undefined, "github.com-work"), {
        ok: true,
        value: "github.com-work",
      });
    });
  },
});
