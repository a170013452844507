/** Terminals that programs get from us, on the fake and the real host alike, where the host gives any. */

import { assert, assertEquals } from "@std/assert";
import type { SpawnRequest } from "../../src/host/host.ts";
import { readText, toEnd } from "./expect.ts";
import { endAll, spawn } from "./process_steps.ts";
import { type Command, type ContractCase, LINUX, sh, type Subject } from "./subject.ts";

const SIZE = { columns: 91, rows: 23 };

/** undefined where the C library has no terminals for us. */
function start(subject: Subject, command: Command, stdin: SpawnRequest["stdin"] = "none") {
  if (!subject.host.processes.givesTerminals()) return undefined;
  return spawn(subject, command, { terminal: SIZE, stdin });
}

export const TERMINAL_CONTRACT: readonly ContractCase[] = [
  {
    name: "a terminal has the requested size, carries both streams, and ends with its program",
    on: LINUX,
    async check(subject) {
      const child = start(
        subject,
        sh("test -t 1 && test -t 2 && stty size < /dev/tty; echo error >&2; exit 3", async (p) => {
          await p.stdout(`${p.terminal?.size.rows} ${p.terminal?.size.columns}\r\n`);
          await p.stderr("error\r\n");
          return 3;
        }),
      );
      if (child === undefined) return;
      assertEquals(child.stderr, undefined);
      assertEquals(await toEnd(child), {
        exit: { kind: "exited", exit_code: 3 },
        stdout: "23 91\r\nerror\r\n",
        stderr: "",
      });
    },
  },
  {
    name: "a program hears that its terminal has another size",
    on: LINUX,
    async check(subject) {
      const child = start(
        subject,
        sh(
          "trap 'stty size < /dev/tty; exit 0' WINCH; echo ready; while :; do sleep 0.01; done",
          async (p) => {
            const changed = p.terminal!.whenChanged();
            await p.stdout("ready\r\n");
            await changed;
            await p.stdout(`${p.terminal?.size.rows} ${p.terminal?.size.columns}\r\n`);
          },
        ),
      );
      if (child === undefined) return;
      await readText(child.stdout, "ready\r\n");
      child.terminal!.resize({ columns: 40, rows: 10 });
      await readText(child.stdout, "10 40\r\n");
      assertEquals(await child.exited, { kind: "exited", exit_code: 0 });
      await endAll(subject, child);
    },
  },
  {
    name: "typed bytes are the input of a program with a terminal, and have no effect after its end",
    on: LINUX,
    async check(subject) {
      const child = start(
        subject,
        sh('stty -echo; echo ready; read line; echo "got $line"', async (p) => {
          await p.stdout("ready\r\n");
          while (!p.terminal!.typed.includes("\n")) await p.terminal!.whenChanged();
          await p.stdout(`got ${p.terminal!.typed.trim()}\r\n`);
        }),
        "inherit",
      );
      if (child === undefined) return;
      await readText(child.stdout, "ready\r\n");
      await child.terminal!.write(new TextEncoder().encode("wörld\n"));
      assertEquals(await toEnd(child), {
        exit: { kind: "exited", exit_code: 0 },
        stdout: "got wörld\r\n",
        stderr: "",
      });
      await child.terminal!.write(new TextEncoder().encode("more\n"));
    },
  },
  {
    name: "a signal to the tree reaches a program with a terminal, and what it started",
    on: LINUX,
    async check(subject) {
      const child = start(
        subject,
        sh("sleep 1000 & echo ready; wait", async (p) => {
          p.fork({ name: "sleep", holdsPipes: true }, (other) => other.forever());
          await p.stdout("ready\r\n");
          await p.forever();
        }),
      );
      if (child === undefined) return;
      await readText(child.stdout, "ready\r\n");
      assertEquals((await child.look()).members.length, 2);
      assert(await child.signalTree("SIGKILL") === 2);
      assertEquals(await child.exited, { kind: "signalled", signal: "SIGKILL" });
      await endAll(subject, child);
    },
  },
];
