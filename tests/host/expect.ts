/** Short helpers for the expectations of the contract. */

import { assert } from "@std/assert";
import type { ByteReader } from "../../src/host/byte_reader.ts";
import type { Host } from "../../src/host/host.ts";
import type { HostProblemKind, HostResult } from "../../src/host/host_result.ts";
import type { ChildProcess, ProcessExit } from "../../src/host/processes.ts";

const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 5;

export function value<T>(result: HostResult<T>): T {
  if (!result.ok) throw new Error(`Cannot go on: ${result.failure.kind}, ${result.failure.reason}`);
  return result.value;
}

/**
 * A problem of this kind, with a reason that can end a sentence. Windows reports some of them differently: a
 * path through a file as missing, and a file that is to replace a folder as not permitted.
 */
export function refused(
  result: HostResult<unknown>,
  kind: HostProblemKind,
  onWindows?: HostProblemKind,
): void {
  const expected = onWindows !== undefined && Deno.build.os === "windows" ? [kind, onWindows] : [kind];
  assert(
    expected.includes(result.ok ? kind : result.failure.kind) && !result.ok,
    describeRefusal(result, kind),
  );
  if (!result.ok) assert(/^[^\n]*[^.\n]$/.test(result.failure.reason), `a reason: ${result.failure.reason}`);
}

function describeRefusal(result: HostResult<unknown>, kind: HostProblemKind): string {
  return `expected ${kind}, found ${result.ok ? "ok" : `${result.failure.kind}, ${result.failure.reason}`}`;
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Waits for a fact, with a bound; on the fake host time is virtual. */
export async function eventually(host: Host, fact: string, holds: () => Promise<boolean>): Promise<void> {
  const until = host.clock.monotonicMs() + PATIENCE_MS;
  while (!await holds()) {
    assert(host.clock.monotonicMs() < until, `expected within ${PATIENCE_MS} ms: ${fact}`);
    await host.clock.after(LOOK_EVERY_MS).elapsed;
  }
}

export async function readAll(reader: ByteReader | undefined): Promise<Uint8Array> {
  const all: number[] = [];
  for (let chunk = await reader?.read(); chunk !== undefined; chunk = await reader?.read()) {
    for (const byte of chunk) all.push(byte);
  }
  return Uint8Array.from(all);
}

/** Reads until this many bytes have come. */
export async function readText(reader: ByteReader | undefined, wanted: string): Promise<void> {
  let got = "";
  while (got.length < wanted.length) {
    const chunk = await reader?.read();
    assert(
      chunk !== undefined,
      `expected ${JSON.stringify(wanted)} before the end, got ${JSON.stringify(got)}`,
    );
    got += text(chunk);
  }
  assert(got === wanted, `expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
}

export interface Ended {
  readonly exit: ProcessExit;
  readonly stdout: string;
  readonly stderr: string;
}

export async function toEnd(child: ChildProcess): Promise<Ended> {
  const [exit, stdout, stderr] = await Promise.all([
    child.exited,
    readAll(child.stdout),
    readAll(child.stderr),
  ]);
  child.release();
  return { exit, stdout: text(stdout), stderr: text(stderr) };
}
