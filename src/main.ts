/** The entry point: makes the real host, runs the program, and exits with its code. The only place that ends the process. */

import { versionLine } from "./version.ts";

async function main(): Promise<number> {
  const [only, ...others] = Deno.args;
  if (others.length === 0 && (only === "--version" || only === "-V")) {
    const { arch, os } = Deno.build;
    const line = new TextEncoder().encode(versionLine({ runtime: `deno ${Deno.version.deno}`, arch, os }));
    // If it cannot be written, the whole program reports the failure.
    if (await Deno.stdout.write(line).catch(() => 0) === line.length) return 0;
  }
  if (Deno.args.includes("--detach")) {
    const [{ startEarly }, { createProgramHost }] = await Promise.all([
      import("./cli/base/early_start.ts"),
      import("./host/deno_host.ts"),
    ]);
    const host = await createProgramHost();
    startEarly(Deno.args, host);
    const { runCli } = await import("./cli/cli.ts");
    return await runCli(Deno.args, host);
  }
  const [{ runCli }, { createProgramHost }] = await Promise.all([
    import("./cli/cli.ts"),
    import("./host/deno_host.ts"),
  ]);
  return await runCli(Deno.args, await createProgramHost());
}

Deno.exit(await main());
