/**
 * Processes and locks on Windows, on the fake and the real host alike, with programs that exist everywhere.
 */

import { assert, assertEquals } from "@std/assert";
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

const SIZE = { columns: 91, rows: 23 };
/** cmd.exe writes to its console, whatever its streams are. */
const TO_CONSOLE = ">CON";

/** The drawn text, without moves of the cursor. */
function textOf(drawn: string): string {
  // deno-lint-ignore no-control-regex
  return drawn.replace(/\x1b\[[?\d;]*[A-Za-z]|\x1b\][^\x07]*\x07/g, "");
}

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
  {
    name:
      "a console of its own shows what a program writes there, and a status of more than 8 bits is not cut",
    on: WINDOWS,
    async check(subject) {
      if (!subject.host.processes.givesTerminals()) return;
      const program = cmd(`echo hello${TO_CONSOLE}& exit 3010`, async (p) => {
        await p.stdout("hello\r\n");
        return 3010;
      });
      const child = spawn(subject, program, { terminal: SIZE });
      assertEquals(child.stderr, undefined);
      const { exit, stdout } = await toEnd(child);
      assertEquals(exit, { kind: "exited", exit_code: 3010 });
      assertEquals(textOf(stdout), "hello\r\n");
      assertEquals((await child.look()).isEmpty, true);
      child.terminal!.resize({ columns: 40, rows: 10 });
      await child.terminal!.write(new TextEncoder().encode("too late\n"));
    },
  },
  {
    name: "a program at a console has no input, unless it takes ours; typed lines end with Enter",
    on: WINDOWS,
    async check(subject) {
      if (!subject.host.processes.givesTerminals()) return;
      const none = cmd(`set /p x=& echo over${TO_CONSOLE}`, (p) => p.stdout("over\r\n"));
      const over = await toEnd(spawn(subject, none, { terminal: SIZE }));
      assertEquals(textOf(over.stdout), "over\r\n");
      const reads = cmd(`set /p x=<CON& call echo got %^x%${TO_CONSOLE}`, async (p) => {
        while (!p.terminal!.typed.includes("\n")) await p.terminal!.whenChanged();
        await p.stdout(`${p.terminal!.typed.trim()}\r\ngot ${p.terminal!.typed.trim()}\r\n`);
      });
      const child = spawn(subject, reads, { terminal: SIZE, stdin: "inherit" });
      await child.terminal!.write(new TextEncoder().encode("wörld\n"));
      assertEquals(textOf((await toEnd(child)).stdout), "wörld\r\ngot wörld\r\n");
    },
  },
  {
    name: "SIGKILL ends a program at a console, and the output has an end",
    on: WINDOWS,
    async check(subject) {
      if (!subject.host.processes.givesTerminals()) return;
      const pings = cmd(`ping -n 1000 127.0.0.1${TO_CONSOLE}`, async (p) => {
        await p.stdout("Pinging 127.0.0.1\r\n");
        await p.forever();
      });
      const child = spawn(subject, pings, { terminal: SIZE });
      for (let seen = ""; !seen.includes("127.0.0.1");) {
        const bytes = await child.stdout!.read();
        assert(bytes !== undefined, `the output ended after ${JSON.stringify(seen)}`);
        seen += text(bytes);
      }
      await child.signalTree("SIGKILL");
      assertEquals(await child.exited, { kind: "exited", exit_code: 1 });
      await toEnd(child);
    },
  },
];
