/** Real host in, exit code out. The only place that ends the process. */

import { versionLine } from "./version.ts";

async function main(): Promise<number> {
  const [only, ...others] = Deno.args;
  if (others.length === 0 && (only === "--version" || only === "-V")) {
    const { arch, os } = Deno.build;
    const line = versionLine({ runtime: `deno ${Deno.version.deno}`, arch, os });
    await Deno.stdout.write(new TextEncoder().encode(line));
    return 0;
  }
  const [{ runCli }, { createDenoHost }] = await Promise.all([
    import("./cli/cli.ts"),
    import("./host/deno_host.ts"),
  ]);
  return await runCli(Deno.args, createDenoHost());
}

Deno.exit(await main());
