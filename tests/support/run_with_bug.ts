/** The real program with a bug, which is triggered once a file `now` exists: for tests/specs. */

import { runCli } from "../../src/cli/cli.ts";
import { createDenoHost } from "../../src/host/deno_host.ts";
import type { Host } from "../../src/host/host.ts";

const [bug, ...argv] = Deno.args;
const host = await createDenoHost();
const isNow = () => host.files.stat("now").ok;

const faulty: Host = bug !== "stored" ? host : {
  ...host,
  files: {
    ...host.files,
    rename(from, to) {
      if (isNow()) throw new Error("boom");
      return host.files.rename(from, to);
    },
  },
};

const watch = setInterval(() => {
  if (!isNow()) return;
  clearInterval(watch);
  if (bug === "uncaught") throw new Error("boom");
  // Something has to be stored for the bug to show.
  Deno.kill(Deno.pid, "SIGTERM");
}, 10);

Deno.exit(await runCli(argv, faulty));
