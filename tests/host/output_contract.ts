/** Starting a process, its surroundings, and its output: on the fake and the real host alike. */

import { assert, assertEquals } from "@std/assert";
import type { ByteReader } from "../../src/host/byte_reader.ts";
import type { SpawnRequest } from "../../src/host/processes.ts";
import { readAll, text, toEnd } from "./expect.ts";
import { endAll, SLEEPER, spawn } from "./process_steps.ts";
import { type Command, type ContractCase, POSIX, sh, type Subject } from "./subject.ts";

interface OutputCase {
  readonly name: string;
  readonly command: Command;
  readonly change?: (subject: Subject) => Partial<SpawnRequest>;
  readonly expected: (subject: Subject) => readonly [end: number | string, stdout: string, stderr?: string];
}

const ARGUMENTS = ["two words", "", "line\nbreak", `"'\\`, "$(id) `id` $HOME", "*", "-n", "ä€😀"] as const;

const OUTPUT_CASES: readonly OutputCase[] = [
  { name: "exit status 0", command: sh("exit 0", () => 0), expected: () => [0, ""] },
  { name: "exit status 3", command: sh("exit 3", () => 3), expected: () => [3, ""] },
  { name: "exit status 255", command: sh("exit 255", () => 255), expected: () => [255, ""] },
  {
    name: "an end by a signal is distinguished from an exit",
    command: sh("kill -TERM $$", (p) => p.crash("SIGTERM")),
    expected: () => ["SIGTERM", ""],
  },
  {
    name: "both streams are read separately",
    command: sh("echo out; echo err >&2; printf more; exit 1", async (p) => {
      await p.stdout("out\n");
      await p.stderr("err\n");
      await p.stdout("more");
      return 1;
    }),
    expected: () => [1, "out\nmore", "err\n"],
  },
  {
    name: 'standard input "none" is empty',
    command: sh("cat; echo end", (p) => p.stdout(`${p.stdin}end\n`)),
    expected: () => [0, "end\n"],
  },
  {
    name: "the environment is exactly the requested one",
    command: {
      program: "/usr/bin/env",
      args: [],
      script: (p) => p.stdout(Object.entries(p.env).map(([name, value]) => `${name}=${value}\n`).join("")),
    },
    change: () => ({ env: { EMPTY: "", ONE: "1", SPACED: " a\nb " } }),
    expected: () => [0, "EMPTY=\nONE=1\nSPACED= a\nb \n"],
  },
  {
    name: "arguments reach the program unchanged",
    command: sh(
      `printf '%s|' "$@"`,
      (p) => p.stdout(p.args.slice(3).map((arg) => `${arg}|`).join("")),
      ...ARGUMENTS,
    ),
    expected: () => [0, ARGUMENTS.map((argument) => `${argument}|`).join("")],
  },
  {
    name: "the working directory is the requested one",
    command: sh("pwd", (p) => p.stdout(`${p.cwd}\n`)),
    expected: ({ folder }) => [0, `${folder}\n`],
  },
];

/** Enough output for the host to look for a faster way to read it. */
const MUCH_BYTES = 3 * 1024 * 1024;
const MUCH = [
  ["each on its stream", "", "stdout", "stderr"],
  ["where the process has exchanged its streams", "exec 3>&1 1>&2 2>&3 3>&-;", "stderr", "stdout"],
] as const;

/** How often each line occurs. */
async function countLines(reader: ByteReader | undefined): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let rest = "";
  for (let chunk = await reader?.read(); chunk !== undefined; chunk = await reader?.read()) {
    const lines = (rest + text(chunk)).split("\n");
    rest = lines.pop()!;
    for (const line of lines) counts[line] = (counts[line] ?? 0) + 1;
  }
  if (rest !== "") counts[rest] = 1;
  return counts;
}

export const OUTPUT_CONTRACT: readonly ContractCase[] = [
  ...OUTPUT_CASES.map(({ name, command, change, expected }): ContractCase => ({
    name,
    on: POSIX,
    async check(subject) {
      const ended = await toEnd(spawn(subject, command, change?.(subject)));
      const [end, stdout, stderr = ""] = expected(subject);
      assertEquals(ended, {
        exit: typeof end === "number"
          ? { kind: "exited", exit_code: end }
          : { kind: "signalled", signal: end },
        stdout,
        stderr,
      });
    },
  })),
  {
    name: "output is exact, also if it is not text and does not fit into a pipe",
    on: POSIX,
    async check(subject) {
      const block = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const path = subject.put(
        "bytes",
        new Uint8Array(Array.from({ length: 1200 }, () => [...block]).flat()),
      );
      const child = spawn(subject, {
        program: "/bin/cat",
        args: [path],
        script: async (p) => {
          for (let i = 0; i < 1200; i++) await p.stdout(block);
        },
      });
      const [stdout] = await Promise.all([readAll(child.stdout), readAll(child.stderr), child.exited]);
      child.release();
      assertEquals(stdout.length, 1200 * 256);
      assert(stdout.every((byte, index) => byte === index % 256));
    },
  },
  ...MUCH.map(([how, exchange, outOn, errOn]): ContractCase => ({
    name: `much output is read completely and in order, ${how}`,
    on: POSIX,
    async check(subject) {
      const child = spawn(
        subject,
        sh(
          `${exchange} yes out | head -c ${MUCH_BYTES} & yes err | head -c ${MUCH_BYTES} >&2; wait`,
          async (p) => {
            const lines = (line: string) => new TextEncoder().encode(line.repeat(MUCH_BYTES / line.length));
            await p[outOn](lines("out\n"));
            await p[errOn](lines("err\n"));
          },
        ),
      );
      const [stdout, stderr] = await Promise.all([
        countLines(child.stdout),
        countLines(child.stderr),
        child.exited,
      ]);
      child.release();
      const expected = { stdout: {}, stderr: {} } as Record<"stdout" | "stderr", Record<string, number>>;
      expected[outOn]["out"] = expected[errOn]["err"] = MUCH_BYTES / 4;
      assertEquals({ stdout, stderr }, expected);
    },
  })),
  {
    name: "a reader that is cancelled after much output is at its end, and a pending read ends",
    on: POSIX,
    async check(subject) {
      const child = spawn(
        subject,
        sh(`yes | head -c ${MUCH_BYTES}; exec sleep 1000`, async (p) => {
          await p.stdout("y\n".repeat(MUCH_BYTES / 2));
          await p.forever();
        }),
      );
      for (let bytes = 0; bytes < MUCH_BYTES;) bytes += (await child.stdout!.read())!.length;
      const pending = child.stdout?.read();
      child.stdout?.cancel();
      assertEquals([await pending, await child.stdout?.read()], [undefined, undefined]);
      await endAll(subject, child);
    },
  },
  {
    name: "every read after the end of output returns the end",
    on: POSIX,
    async check(subject) {
      const child = spawn(subject, sh("echo x", (p) => p.stdout("x\n")));
      await readAll(child.stdout);
      assertEquals(await child.stdout?.read(), undefined);
      await toEnd(child);
    },
  },
  {
    name: "a cancelled reader is at its end, and a pending read ends",
    on: POSIX,
    async check(subject) {
      const child = spawn(subject, SLEEPER);
      const pending = child.stdout?.read();
      child.stdout?.cancel();
      assertEquals([await pending, await child.stdout?.read()], [undefined, undefined]);
      await endAll(subject, child);
    },
  },
  {
    name: "a writer whose reader has gone ends by SIGPIPE",
    on: POSIX,
    async check(subject) {
      const child = spawn(
        subject,
        sh("while :; do echo x; done", async (p) => {
          for (;;) await p.stdout("x\n");
        }),
      );
      child.stdout?.cancel();
      assertEquals(await child.exited, { kind: "signalled", signal: "SIGPIPE" });
      await toEnd(child);
    },
  },
  {
    name: "an attached process has no pipes, and its status is known",
    on: POSIX,
    async check(subject) {
      const child = spawn(subject, sh("exit 4", () => 4), { placement: "attached" });
      assertEquals([child.stdout, child.stderr], [undefined, undefined]);
      assertEquals(await child.exited, { kind: "exited", exit_code: 4 });
      child.release();
    },
  },
];
