/** What starting a process has in common on all systems: streams, endings, programs on disk, bounded tools. */

import type { ByteReader, HostProblem, HostResult, ProcessExit, ToolRequest, ToolResult } from "./host.ts";
import type { ProgramFiles } from "./find_program.ts";
import { attempt, problemOf } from "./deno_problem.ts";
import { startsForeignKind } from "./linux_proc.ts";

/** A pipe of Linux holds 64 KiB; more at once saves turns of the loop when the writer is fast. */
const READ_BUFFER_BYTES = 256 * 1024;
/** Whoever writes so much goes on doing so. */
const MUCH_BYTES = 1024 * 1024;
const HEAD_BYTES = 256;

/** How a process ended, in our words. */
export function exitOf(status: Deno.CommandStatus): ProcessExit {
  return status.signal === null
    ? { kind: "exited", exit_code: status.code }
    : { kind: "signalled", signal: status.signal };
}

/**
 * Reads into one buffer again and again; nothing is allocated per chunk. `onMuch` is asked once that much came, and may
 * give another reader of the same bytes, who is better at it.
 */
export function byteReader(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onMuch?: () => Promise<ByteReader | undefined>,
): ByteReader {
  const reader = stream.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(READ_BUFFER_BYTES);
  let sizeBytes = 0;
  let asked = onMuch === undefined;
  let other: ByteReader | undefined;
  let cancelled = false;
  // It fails only where the stream has already failed, and then there is nothing left to give up.
  const giveUp = () => void reader.cancel().catch(() => {});
  return {
    async read() {
      // The buffer of a read that was pending at `cancel` does not come back.
      if (cancelled) return undefined;
      if (!asked && sizeBytes > MUCH_BYTES) {
        asked = true;
        other = await onMuch!();
        if (cancelled) return void other?.cancel();
      }
      if (other !== undefined) {
        const bytes = await other.read();
        if (bytes === undefined) giveUp();
        return bytes;
      }
      const { value, done } = await reader.read(new Uint8Array(buffer));
      if (value === undefined) return undefined;
      buffer = value.buffer;
      if (done) return undefined;
      sizeBytes += value.length;
      return value;
    },
    cancel() {
      cancelled = true;
      other?.cancel();
      giveUp();
    },
  };
}

export const programFiles: ProgramFiles = {
  facts(path) {
    const info = attempt(() => Deno.statSync(path));
    if (!info.ok) return undefined;
    const { isFile, isDirectory, mode } = info.value;
    return {
      kind: isFile ? "file" : isDirectory ? "directory" : "other",
      executable: mode === null || (mode & 0o111) !== 0,
    };
  },
  head(path) {
    const opened = attempt(() => Deno.openSync(path, { read: true }));
    if (!opened.ok) return undefined;
    try {
      const bytes = new Uint8Array(HEAD_BYTES);
      return bytes.subarray(0, opened.value.readSync(bytes) ?? 0);
    } finally {
      opened.value.close();
    }
  },
  startsForeignKind,
};

/** The system's answer does not tell a missing program from a missing folder, which can go between two attempts. */
export function withoutFolder(workingDir: string): HostProblem | undefined {
  const facts = programFiles.facts(workingDir);
  if (facts?.kind === "directory") return undefined;
  const fact = facts === undefined ? "no such file or directory" : "it is not a directory";
  return { kind: "working_dir_missing", reason: `working_dir ${workingDir}: ${fact}` };
}

export interface ToolHooks {
  started(pid: number): void;
  ended(pid: number): void;
  /** Called when the time is over. */
  end(child: Deno.ChildProcess): void;
}

/** Runs a tool with a bound on its time and its output. */
export async function runBounded(
  request: ToolRequest,
  hooks: ToolHooks,
): Promise<HostResult<ToolResult>> {
  const spawned = attempt(() =>
    new Deno.Command(request.program, {
      args: [...request.args],
      cwd: request.workingDir,
      env: { ...request.env },
      clearEnv: true,
      stdin: request.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
      detached: Deno.build.os !== "windows",
    }).spawn()
  );
  if (!spawned.ok) return spawned;
  const child = spawned.value;
  hooks.started(child.pid);
  const stdout = byteReader(child.stdout);
  const stderr = byteReader(child.stderr);
  let ended: HostProblem | undefined;
  const end = (problem: HostProblem) => {
    ended ??= problem;
    hooks.end(child);
    // What left the group may hold the pipes for as long as it lives.
    stdout.cancel();
    stderr.cancel();
  };
  const timer = setTimeout(
    () =>
      end({
        kind: "timed_out",
        reason: `${request.program} did not answer within ${request.timeoutMs} ms`,
      }),
    request.timeoutMs,
  );
  const stop = () => end({ kind: "stopped", reason: `${request.program} was stopped` });
  request.stop?.addEventListener("abort", stop);
  if (request.stop?.aborted) stop();
  try {
    const [status, out, err] = await Promise.all([
      child.status,
      collect(stdout, request.maxOutputBytes),
      collect(stderr, request.maxOutputBytes),
      request.stdin === undefined ? undefined : feed(child.stdin, request.stdin),
    ]);
    if (ended !== undefined) return { ok: false, failure: ended };
    return { ok: true, value: { exit: exitOf(status), stdout: out, stderr: err } };
  } finally {
    clearTimeout(timer);
    request.stop?.removeEventListener("abort", stop);
    hooks.ended(child.pid);
  }
}

async function feed(stdin: WritableStream<Uint8Array>, bytes: Uint8Array): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(bytes);
    await writer.close();
  } catch (error) {
    // A tool that does not want its input to the end is no problem of ours; its status tells.
    problemOf(error);
  }
}

/** The first `maxBytes` of a stream; the rest is read and let go, so that the writer is not stopped. */
async function collect(reader: ByteReader, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
    const kept = chunk.slice(0, maxBytes - size);
    if (kept.length > 0) chunks.push(kept);
    size += kept.length;
  }
  const all = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}
