/**
 * Processes and locks on Windows, on the fake and the real host alike, with programs that exist everywhere.
 */

import { assertEquals } from "@std/assert";
import { eventually, readText, text, toEnd, value } from "./expect.ts";
import { endAll, spawn } from "./process_steps.ts";
import type { Script } from "../support/fake_process.ts";
import { type Command, type ContractCase, WINDOWS } from "./subject.ts";

const SYSTEM = "C:\\Windows\\System32";

function cmd(line: string, script: Script): Command {
  return { program: `${SYSTEM}\\cmd.exe`, args: ["/d", "/c", line], script };
}

/** Once a second, for a quarter of an hour. */
const PINGER = cmd("ping -n 1000 127.0.0.1", async (p) => {
  await p.stdout("Pinging\r\n");
  await p.forever();
});

export const WINDOWS_CONTRACT: readonly ContractCase[] = [
  {
    name: "a status of more than 8 bits is not cut",
    on: WINDOWS,
    async check(subject) {
      const child = spawn(subject, cmd("exit 3010", () => 3010));
      assertEquals(await child.exited, { kind: "exited", exit_code: 3010 });
      assertEquals((await child.look()).isEmpty, true);
      await toEnd(child);
    },
  },
  {
    name: "both streams of a Windows program are read separately",
    on: WINDOWS,
    async check(subject) {
      const child = spawn(
        subject,
        cmd("echo out& echo err>&2", async (p) => {
          await p.stdout("out\r\n");
          await p.stderr("err\r\n");
        }),
      );
      await readText(child.stdout, "out\r\n");
      await readText(child.stderr, "err\r\n");
      assertEquals(await child.exited, { kind: "exited", exit_code: 0 });
    },
  },
  {
    name: "SIGKILL ends a tree on Windows, and its status is 1",
    on: WINDOWS,
    async check(subject) {
      const child = spawn(subject, PINGER);
      assertEquals((await child.look()).isEmpty, false);
      await endAll(subject, child);
      assertEquals(await child.exited, { kind: "exited", exit_code: 1 });
      await eventually(subject.host, "it is gone", async () => (await child.look()).isEmpty);
    },
  },
  {
    name: "the holder of a lock can be read while it is held",
    on: WINDOWS,
    check({ host: { files }, put }) {
      const path = put("lock", "");
      const held = value(files.tryLock(path, { exclusive: true, create: "never" }));
      if (held === "held") throw new Error("Cannot go on: somebody holds the lock");
      held.note("a holder");
      assertEquals(text(value(files.lockNote(path))), "a holder");
      held.note("");
      assertEquals(files.lockNote(path).ok, false);
      held.release();
    },
  },
];
