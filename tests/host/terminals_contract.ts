/** Terminals that programs get from us, on the fake and the real host alike, where the host gives any. */

import { assert, assertEquals } from "@std/assert";
import type { SpawnRequest } from "../../src/host/processes.ts";
import type { RunningProgram } from "../support/fake_process.ts";
import { readText, toEnd } from "./expect.ts";
import { endAll, spawn } from "./process_steps.ts";
import { type Command, type ContractCase, POSIX, sh, type Subject } from "./subject.ts";

const SIZE = { columns: 91, rows: 23 };

/** undefined where the C library has no terminals for us. */
function start(subject: Subject, command: Command, stdin: SpawnRequest["stdin"] = "none") {
  if (!subject.host.processes.givesTerminals()) return undefined;
  return spawn(subject, command, { terminal: SIZE, stdin });
}

/** The lines that a program writes to its terminal; those that the fake one writes, where the host gives none. */
async function said(
  subject: Subject,
  program: string,
  args: readonly string[],
  lines: readonly string[],
  change: Partial<SpawnRequest> = {},
): Promise<readonly string[]> {
  if (!subject.host.processes.givesTerminals()) return lines;
  const script = (p: RunningProgram) => p.stdout(lines.map((line) => `${line}\r\n`).join(""));
  const child = spawn(subject, { program, args, script }, { terminal: SIZE, ...change });
  return (await toEnd(child)).stdout.split("\r\n").slice(0, -1);
}

export const TERMINAL_CONTRACT: readonly ContractCase[] = [
  {
    name: "a terminal has the requested size, carries both streams, and ends with its program",
    on: POSIX,
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
    on: POSIX,
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
    on: POSIX,
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
    on: POSIX,
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
  {
    name: "a program with a terminal has its words, its folder, and no other variables than its own",
    on: POSIX,
    async check(subject) {
      const env = {
        PATH: "/usr/bin:/bin",
        "a.b": "1",
        PWD: "/x",
        OLDPWD: "/y",
        IFS: "x",
        SHLVL: "3",
        C: "a b",
      };
      const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      assertEquals(
        (await said(subject, "/usr/bin/env", [], variables, { env })).toSorted(),
        variables.toSorted(),
      );
      const words = ["a b", "", "--", "*", "$HOME", "it's", "ü"];
      assertEquals(await said(subject, "/usr/bin/printf", ["%s\n", ...words], words), words);
      assertEquals(await said(subject, "/bin/pwd", ["-P"], [subject.folder]), [subject.folder]);
    },
  },
  {
    name: "nothing of much output to a terminal is lost at the end of its program",
    on: POSIX,
    async check(subject) {
      const lines = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\r\n`).join("");
      const child = start(subject, sh("seq 1 20000", (p) => p.stdout(lines)));
      if (child !== undefined) assertEquals((await toEnd(child)).stdout, lines);
    },
  },
];
