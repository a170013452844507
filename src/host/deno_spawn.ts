/**
 * The parts of starting a process that are the same on all systems: streams, endings, checks of programs on
 * disk, bounded tools.
 */

import type { ByteReader } from "./byte_reader.ts";
import type { HostProblem, HostResult } from "./host_result.ts";
import type { ProcessExit, ToolRequest, ToolResult } from "./processes.ts";
import type { ProgramFiles } from "./find_program.ts";
import { attempt, problemOf } from "./deno_problem.ts";
import { startsForeignKind } from "./linux_proc.ts";

/** A Linux pipe holds 64 KiB; a larger buffer saves turns of the event loop when the writer is fast. */
const READ_BUFFER_BYTES = 256 * 1024;
/** A process that has written this much usually continues to write. */
const MUCH_BYTES = 1024 * 1024;
const HEAD_BYTES = 256;

/** How a process ended, in our own types. */
export function exitOf(status: Deno.CommandStatus): ProcessExit {
  return status.signal === null
    ? { kind: "exited", exit_code: status.code }
    : { kind: "signalled", signal: status.signal };
}

/** Reads into the same buffer each time, so nothing is allocated per chunk. */
export function byteReader(stream: ReadableStream<Uint8Array<ArrayBuffer>>): ByteReader {
  const reader = stream.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(READ_BUFFER_BYTES);
  let cancelled = false;
  return {
    async read() {
      // The buffer of a read that was pending at `cancel` is not returned.
      if (cancelled) return undefined;
      const { value, done } = await reader.read(new Uint8Array(buffer));
      if (value === undefined) return undefined;
      buffer = value.buffer;
      return done ? undefined : value;
    },
    cancel() {
      cancelled = true;
      // Cancelling fails only where the stream has already failed, and then nothing is left to cancel.
      void reader.cancel().catch(() => {});
    },
  };
}

/** `onMuch` is asked once a lot of output came, and may return a faster reader of the same bytes. */
export function fasterWhenMuch(
  reader: ByteReader,
  onMuch: () => Promise<ByteReader | undefined>,
): ByteReader {
  let sizeBytes = 0;
  let asked = false;
  let other: ByteReader | undefined;
  let cancelled = false;
  return {
    async read() {
      if (cancelled) return undefined;
      if (!asked && sizeBytes > MUCH_BYTES) {
        asked = true;
        other = await onMuch();
        if (cancelled) return void other?.cancel();
      }
      const bytes = await (other ?? reader).read();
      if (bytes !== undefined) sizeBytes += bytes.length;
      else if (other !== undefined) reader.cancel();
      return bytes;
    },
    cancel() {
      cancelled = true;
      other?.cancel();
      reader.cancel();
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

/**
 * The system's error does not distinguish a missing program from a missing folder, and either can disappear
 * between two attempts.
 */
export function withoutFolder(workingDir: string): HostProblem | undefined {
  const facts = programFiles.facts(workingDir);
  if (facts?.kind === "directory") return undefined;
  const fact = facts === undefined ? "no such file or directory" : "it is not a directory";
  return { kind: "working_dir_missing", reason: `working_dir ${workingDir}: ${fact}` };
}

export interface StartedTool {
  readonly pid: number;
  readonly stdout: ByteReader;
  readonly stderr: ByteReader;
  readonly exited: Promise<ProcessExit>;
  /** Writes its input, and closes it. */
  feed?(bytes: Uint8Array): Promise<void>;
}

export interface ToolHooks {
  /** Starts a tool that gets no input; undefined where the runtime has to start it. */
  start?(request: ToolRequest): StartedTool | undefined;
  started(pid: number): void;
  ended(pid: number): void;
  /** Called when the time limit passes. */
  end(pid: number): void;
}

/** Runs a tool with a limit on time and output. */
export async function runBounded(
  request: ToolRequest,
  hooks: ToolHooks,
): Promise<HostResult<ToolResult>> {
  const { stdin } = request;
  const faster = stdin === undefined ? hooks.start?.(request) : undefined;
  const started = attempt(() => faster ?? startTool(request));
  if (!started.ok) return started;
  const { pid, stdout, stderr, exited, feed } = started.value;
  hooks.started(pid);
  let ended: HostProblem | undefined;
  const end = (problem: HostProblem) => {
    ended ??= problem;
    hooks.end(pid);
    // A process that left the group may hold the pipes for as long as it lives.
    stdout.cancel();
    stderr.cancel();
  };
  // Without setTimeout, for which the runtime loads Node's timers.
  const limit = AbortSignal.timeout(request.timeoutMs);
  const late = () =>
    end({ kind: "timed_out", reason: `${request.program} did not answer within ${request.timeoutMs} ms` });
  limit.addEventListener("abort", late);
  const stop = () => end({ kind: "stopped", reason: `${request.program} was stopped` });
  request.stop?.addEventListener("abort", stop);
  if (request.stop?.aborted) stop();
  try {
    const [exit, out, err] = await Promise.all([
      exited,
      collect(stdout, request.maxOutputBytes),
      collect(stderr, request.maxOutputBytes),
      stdin === undefined ? undefined : feed?.(stdin),
    ]);
    if (ended !== undefined) return { ok: false, failure: ended };
    return { ok: true, value: { exit, stdout: out, stderr: err } };
  } finally {
    limit.removeEventListener("abort", late);
    request.stop?.removeEventListener("abort", stop);
    hooks.ended(pid);
  }
}

function startTool(request: ToolRequest): StartedTool {
  const child = new Deno.Command(request.program, {
    args: [...request.args],
    cwd: request.workingDir,
    env: { ...request.env },
    clearEnv: true,
    stdin: request.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    detached: Deno.build.os !== "windows",
  }).spawn();
  return {
    pid: child.pid,
    stdout: byteReader(child.stdout),
    stderr: byteReader(child.stderr),
    exited: child.status.then(exitOf),
    feed: (bytes) => write(child.stdin, bytes),
  };
}

async function write(stdin: WritableStream<Uint8Array>, bytes: Uint8Array): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(bytes);
    await writer.close();
  } catch (error) {
    // A tool may close its input early; its exit status says whether that is an error.
    problemOf(error);
  }
}

/** The first `maxBytes` of a stream; the rest is read and dropped, so that the writer does not block. */
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
