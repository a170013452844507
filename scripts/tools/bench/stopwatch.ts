/**
 * Measures one process from its start to its end. Uses hyperfine where it is installed: it waits for the
 * process in the kernel and not in an event loop. The order of processes is decided elsewhere, because
 * hyperfine measures one command after the other, and not in turns.
 */

import { join } from "@std/path/posix";
import { Problem } from "../../build/tool.ts";
import type { Side } from "./side.ts";

export interface Stopwatch {
  readonly name: string;
  /** Wall time in milliseconds. */
  time(side: Side): Promise<number>;
}

/** hyperfine where `path` leads to one, else our own watch. */
export function createStopwatch(
  path: string | undefined,
  env: Readonly<Record<string, string>>,
  scratch: string,
): Stopwatch {
  return path === undefined ? ownStopwatch(env) : hyperfine(path, env, join(scratch, "hyperfine.json"));
}

function ownStopwatch(env: Readonly<Record<string, string>>): Stopwatch {
  return {
    name: "own watch",
    async time(side) {
      const command = silent(side, env);
      const startedAtMs = performance.now();
      const { code } = await command.spawn().status;
      const tookMs = performance.now() - startedAtMs;
      expectStatus(side, code);
      return tookMs;
    },
  };
}

interface HyperfineReport {
  readonly results: readonly { readonly times: readonly number[]; readonly exit_codes: readonly number[] }[];
}

function hyperfine(path: string, env: Readonly<Record<string, string>>, report: string): Stopwatch {
  return {
    name: "hyperfine",
    async time(side) {
      const { success, stderr } = await new Deno.Command(path, {
        // Without a shell between, and one run: ours and the reference take turns.
        args: [
          ...["-N", "--runs", "1", "--warmup", "0", "--style", "none", "--ignore-failure"],
          ...["--export-json", report, side.argv.map(quoted).join(" ")],
        ],
        env: { ...env },
        clearEnv: true,
        stdin: "null",
        stdout: "null",
        stderr: "piped",
        ...(side.cwd === undefined ? {} : { cwd: side.cwd }),
      }).output();
      if (!success) {
        throw new Problem(`Cannot measure "${side.label}": ${new TextDecoder().decode(stderr).trim()}`);
      }
      const { results } = JSON.parse(await Deno.readTextFile(report)) as HyperfineReport;
      expectStatus(side, results[0]!.exit_codes[0]!);
      return results[0]!.times[0]! * 1000;
    },
  };
}

/** A word in the form that hyperfine splits correctly. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

const POLL_MS = 4;

/**
 * The peak of resident memory in bytes. It is read from `/proc` until the process has ended; because the
 * kernel keeps the peak, only one in the last few milliseconds can be missed.
 */
export async function peakMemory(side: Side, env: Readonly<Record<string, string>>): Promise<number> {
  const child = silent(side, env).spawn();
  let peak = 0;
  let isOver = false;
  const ended = child.status.finally(() => isOver = true);
  while (!isOver) {
    const status = await Deno.readTextFile(`/proc/${child.pid}/status`).catch(() => "");
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(status);
    if (found !== null) peak = Number(found[1]) * 1024;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  expectStatus(side, (await ended).code);
  if (peak === 0) throw new Problem(`Cannot read the memory of "${side.label}": /proc says nothing of it`);
  return peak;
}

/** The command of a side, with this environment alone and nothing to read or to show. */
function silent(side: Side, env: Readonly<Record<string, string>>): Deno.Command {
  const [program, ...args] = side.argv as [string, ...string[]];
  return new Deno.Command(program, {
    args,
    env: { ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    ...(side.cwd === undefined ? {} : { cwd: side.cwd }),
  });
}

function expectStatus(side: Side, code: number): void {
  if (code === (side.exitCode ?? 0)) return;
  throw new Problem(
    `Cannot measure "${side.label}": it ended with status ${code}`,
    `${side.cwd === undefined ? "" : `cd ${side.cwd} && `}${side.argv.map(quoted).join(" ")}`,
  );
}
