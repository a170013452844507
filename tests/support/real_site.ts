/** The server of `ui` as a process of its own, as a person starts it. */

import { assertEquals } from "@std/assert";
import type { RealFolder } from "./real_program.ts";

export interface RealSite {
  readonly address: string;
  readonly port: number;
  /** For callers that speak for themselves. */
  readonly cookie: string;
  readonly pid: number;
  end(signal: Deno.Signal): Promise<number>;
}

/** It is ended whatever happens. */
export async function withRealSite(
  folder: RealFolder,
  test: (site: RealSite) => Promise<void>,
): Promise<void> {
  const [program, ...words] = folder.command;
  const child = new Deno.Command(program, {
    args: [...words, "ui", "--no-open"],
    cwd: folder.path,
    env: { ...folder.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  let isOver = false;
  const status = child.status.finally(() => isOver = true);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let printed = "";
    while (!printed.includes("Ctrl-C")) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`Cannot start ui: ${await errors}`);
      printed += value;
    }
    const address = printed.split("\n")[0]!;
    const entered = await fetch(address);
    await entered.body?.cancel();
    assertEquals(entered.status, 200);
    await test({
      address,
      port: Number(new URL(address).port),
      cookie: entered.headers.get("set-cookie")!.split(";")[0]!,
      pid: child.pid,
      async end(signal) {
        child.kill(signal);
        return (await status).code;
      },
    });
  } finally {
    if (!isOver) child.kill("SIGKILL");
    await status;
    await errors;
    await reader.cancel();
  }
}
