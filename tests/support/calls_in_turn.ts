/** Several calls of the real program in one process, one after the other, because most of the time of a call is its start. Prints what each said, as JSON. */

import { runCli } from "../../src/cli/cli.ts";
import { createProgramHost } from "../../src/host/deno_host.ts";
import type { OutputStream } from "../../src/host/terminal.ts";

const calls = JSON.parse(Deno.args[0]!) as readonly (readonly string[])[];
const said: { readonly code: number; readonly stdout: string; readonly stderr: string }[] = [];
for (const argv of calls) {
  const host = await createProgramHost();
  const texts = { stdout: "", stderr: "" };
  const heard = (stream: "stdout" | "stderr"): OutputStream => ({
    ...host.terminal[stream],
    write(bytes) {
      texts[stream] += new TextDecoder().decode(bytes);
      return Promise.resolve({ ok: true, value: undefined });
    },
  });
  const terminal = { ...host.terminal, stdout: heard("stdout"), stderr: heard("stderr") };
  const code = await runCli([...argv, "--log-level", "error"], { ...host, terminal });
  said.push({ code, ...texts });
}
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(said)));
Deno.exit(0);
