/**
 * The real program while it runs, and the processes of its jobs, found by a mark in their arguments. Linux
 * only.
 */

import { assert } from "@std/assert";
import { inRealFolder, type RealFolder } from "./real_program.ts";

const BOUND_MS = 60_000;
/** What has not ended by then never will. */
const END_BOUND_MS = 180_000;
const LOOK_EVERY_MS = 10;
/** A test that is itself started in the background of a script ignores some signals, which would be inherited. */
const DEFAULT_SIGNALS = Deno.build.os === "linux" ? ["env", "--default-signal=HUP,INT,QUIT,TERM"] : [];

export interface RealRun extends AsyncDisposable {
  readonly pid: number;
  /** Its output so far. */
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: number;
  /** 128 plus the number of a signal, as in a shell. */
  readonly ended: Promise<number>;
  send(signal: Deno.Signal): void;
  type(text: string): Promise<void>;
}

/** Starts a program in the folder: the real one with these words, or another one that is given whole. */
export function startRun(
  folder: RealFolder,
  argv: readonly string[],
  options: {
    readonly program?: readonly [string, ...string[]];
    readonly reader?: "reads" | "never reads";
    readonly stdin?: boolean;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): RealRun {
  const [program, ...args] = [...DEFAULT_SIGNALS, ...options.program ?? folder.command] as [
    string,
    ...string[],
  ];
  const child = new Deno.Command(program, {
    args: [...args, ...argv],
    cwd: folder.path,
    env: { ...folder.env, ...options.env },
    stdin: options.stdin === true ? "piped" : "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = { stdout: "", stderr: "", stdoutBytes: 0 };
  const collect = async (stream: ReadableStream<Uint8Array>, name: "stdout" | "stderr") => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      if (name === "stdout") said.stdoutBytes += chunk.length;
      // A flood is counted, not kept.
      if (said[name].length < 1_000_000) said[name] += decoder.decode(chunk, { stream: true });
    }
  };
  const reads = options.reader !== "never reads";
  const streams = [
    reads ? collect(child.stdout, "stdout") : undefined,
    collect(child.stderr, "stderr"),
  ];
  const input = options.stdin === true ? child.stdin.getWriter() : undefined;
  const overdue = setTimeout(() => {
    console.error(`${argv.join(" ")}: killed, because it did not end within ${END_BOUND_MS} ms`);
    child.kill("SIGKILL");
  }, END_BOUND_MS);
  const status = child.status.finally(() => clearTimeout(overdue));
  return {
    pid: child.pid,
    get stdout() {
      return said.stdout;
    },
    get stderr() {
      return said.stderr;
    },
    get stdoutBytes() {
      return said.stdoutBytes;
    },
    ended: status.then(async ({ code }) => {
      await Promise.all(streams);
      return code;
    }),
    send: (signal) => Deno.kill(child.pid, signal),
    type: async (text) => await input?.write(new TextEncoder().encode(text)),
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
      }
      if (!reads) await child.stdout.cancel();
      await input?.close().catch(() => {});
      await status;
      await Promise.all(streams);
    },
  };
}

/**
 * The line of a shell at a terminal of its own: typed text goes through the terminal, as from a keyboard.
 * PROGRAM is the real one. The shell is the same everywhere: shells differ in whether they die of a Ctrl-C
 * that their program survives (dash does, bash does not), so a line that is only a program begins with
 * "exec".
 */
export function startAtTerminal(folder: RealFolder, line: string): RealRun {
  const words = folder.command.map((word) => `'${word}'`).join(" ");
  return startRun(folder, [], {
    program: ["script", "-qefc", line.replaceAll("PROGRAM", words), "/dev/null"],
    stdin: true,
    env: { SHELL: "/bin/sh" },
  });
}

/** Waits for a fact of the real world, with a bound. */
export async function until(fact: string, holds: () => boolean, tell = () => ""): Promise<void> {
  const giveUpAtMs = performance.now() + BOUND_MS;
  while (!holds()) {
    assert(performance.now() < giveUpAtMs, `expected within ${BOUND_MS} ms: ${fact}\n${tell()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** A number that no other process on this machine has in its arguments. */
export function newMark(): string {
  return String(crypto.getRandomValues(new BigUint64Array(1))[0]!).padStart(20, "0");
}

export interface Marked {
  readonly pid: number;
  readonly parentPid: number;
  readonly argv: readonly string[];
}

/**
 * Every living process with the mark in its arguments. A process that has ended and was not waited for is not
 * alive.
 */
export function marked(mark: string): readonly Marked[] {
  const found: Marked[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const argv = Deno.readTextFileSync(`/proc/${name}/cmdline`).split("\0");
      if (!argv.some((word) => word.includes(mark))) continue;
      const [, state, parent] = / ([A-Za-z]) (\d+) /.exec(
        Deno.readTextFileSync(`/proc/${name}/stat`).replace(/^.*\)/s, ""),
      )!;
      if (state !== "Z" && state !== "X") found.push({ pid: Number(name), parentPid: Number(parent), argv });
    } catch (error) {
      // It ended during the look.
      if (!(error instanceof Error)) throw error;
    }
  }
  return found;
}

/**
 * The same without what one of them has started: a shell's child has the shell's arguments until it executes its
 * own program, so that a loop with `sleep` is sometimes seen twice.
 */
export function markedMains(mark: string): readonly Marked[] {
  const all = marked(mark);
  const pids = new Set(all.map(({ pid }) => pid));
  return all.filter(({ parentPid }) => !pids.has(parentPid));
}

/** For the cleanup of a test, whatever it found. */
export function endMarked(mark: string): void {
  for (const { pid } of marked(mark)) {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch {
      // Gone by itself.
    }
  }
}

/** A test of the real program in a folder of its own; whatever it leaves running with its mark is ended. */
export function markedSpec(name: string, check: (folder: RealFolder, mark: string) => Promise<void>): void {
  Deno.test({
    name: `spec: ${name}`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      const mark = newMark();
      try {
        await inRealFolder((folder) => check(folder, mark));
      } finally {
        endMarked(mark);
      }
    },
  });
}

/** The newest record of a job as it is now. The first run of a job has no `last.json` before it is started. */
export function newestRecord(folder: RealFolder, job: string): Record<string, unknown> {
  const names = [...Deno.readDirSync(`${folder.path}/state/runs/${job}`)].map(({ name }) => name);
  const newest = names.filter((name) => /Z\.json$/.test(name)).sort().at(-1);
  assert(newest !== undefined, `there is no record of ${job} yet`);
  return JSON.parse(folder.read(`state/runs/${job}/${newest}`));
}
