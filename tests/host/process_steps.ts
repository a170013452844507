/** Steps that the cases about processes share. */

import type { ChildProcess, SpawnRequest } from "../../src/host/processes.ts";
import type { Script } from "../support/fake_process.ts";
import { eventually, toEnd, value } from "./expect.ts";
import { type Command, sh, type Subject } from "./subject.ts";

export function spawn(subject: Subject, command: Command, change: Partial<SpawnRequest> = {}): ChildProcess {
  const child = value(subject.host.processes.spawn(subject.request(command, change)));
  subject.started.push(child);
  return child;
}

/** The same, while other work goes on. */
export async function spawnBeside(
  subject: Subject,
  command: Command,
  change: Partial<SpawnRequest> = {},
): Promise<ChildProcess> {
  const child = value(await subject.host.processes.spawnBeside(subject.request(command, change)));
  subject.started.push(child);
  return child;
}

/** Ends whatever is left and reads its output, so that the next case starts clean. */
export async function endAll(subject: Subject, child: ChildProcess): Promise<void> {
  await eventually(subject.host, "no member is left", async () => {
    // Again and again, as the program does.
    await child.signalTree("SIGKILL");
    return (await child.look()).isEmpty;
  });
  await toEnd(child);
}

export async function memberNames(child: ChildProcess): Promise<readonly string[]> {
  return (await child.look()).members.map(({ name }) => name).toSorted();
}

export const SLEEPER: Command = {
  program: "/bin/sleep",
  args: ["1000"],
  script: (p) => p.forever(),
};

/** Starts a background child, says "ready", and waits. */
export function withChild(
  text: string,
  options: Parameters<Parameters<Script>[0]["fork"]>[0],
  waits: boolean,
): Command {
  return sh(`${text} & ${waits ? "wait" : ""}`, async (p) => {
    p.fork({ name: "sleep", ...options }, async (child) => {
      await child.stdout("ready\n");
      await child.forever();
    });
    if (options.holdsPipes !== true) await p.stdout("ready\n");
    if (waits) await p.forever();
  });
}
