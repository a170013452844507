/**
 * A program for unlisted_processes_test.ts, started where processes cannot be listed: starts a tree of
 * processes, ends it, and prints the host's answers. Arguments: a line for `sh`, which prints "up" when its
 * processes exist; and "exhausted" where all file descriptors are to be used up before the end.
 */

import { createDenoHost } from "../../src/host/deno_host.ts";

const FORCE_BOUND_MS = 2000;

const { processes, clock, signals } = await createDenoHost();
// As in every run. The runtime starts to listen by itself after half a second, and panics where it has no
// descriptor then.
signals.onStop(() => {});
const spawned = processes.spawn({
  program: "/bin/sh",
  args: ["-c", Deno.args[0]!],
  workingDir: "/",
  env: { PATH: "/usr/bin:/bin" },
  placement: "own_session",
  stdin: "none",
  marker: { variable: "TEST_CHAIN", token: "test" },
});
if (!spawned.ok) throw new Error(spawned.failure.reason);
const child = spawned.value;
await child.stdout?.read();
const held: Deno.FsFile[] = [];
try {
  while (Deno.args[1] === "exhausted") held.push(Deno.openSync("/dev/null"));
} catch (error) {
  if (!(error instanceof Error && "code" in error && error.code === "EMFILE")) throw error;
}
const before = await child.look();
await child.signalTree("SIGTERM");
const untilMs = clock.monotonicMs() + FORCE_BOUND_MS;
let after = await child.look();
while (!after.isEmpty && clock.monotonicMs() < untilMs) {
  await clock.after(20).elapsed;
  await child.signalTree("SIGKILL");
  after = await child.look();
}
for (const file of held) file.close();
child.stdout?.cancel();
child.stderr?.cancel();
const canLook = await processes.canLook();
const probed = processes.probe({ ...child.identity, start_ticks: 1, boot_id: "a boot" });
console.log(
  JSON.stringify({ canLook, before, after, identity: child.identity, probed, exit: await child.exited }),
);
Deno.exit(0);
