/**
 * The cost of a run's durable writes, each separately, inside one process: with the steps of host and store,
 * timed by mitata, beside the same steps made by hand.
 */

import { join } from "@std/path/posix";
import { measure } from "mitata";
import { replaceFile, type ReplaceOptions } from "../../../src/host/durable_write.ts";
import { createDenoHost } from "../../../src/host/deno_host.ts";
import type { Place } from "./place.ts";
import type { Spread } from "./stats.ts";

export interface DurableWrite {
  readonly name: string;
  readonly what: string;
  /** In microseconds. */
  readonly took: Spread;
}

/** About the size of the record of a finished run. */
const RECORD_BYTES = 3_500;

export async function measureDurableWrites(
  place: Place,
  minimumMs: number,
): Promise<readonly DurableWrite[]> {
  const folder = await place.folder("durable");
  const bytes = new Uint8Array(RECORD_BYTES).fill(0x20);
  const { files, paths } = await createDenoHost();
  const path = join(folder, "record.json");
  const replace = (durable: ReplaceOptions["durable"]) => () => {
    const written = replaceFile(files, paths, path, bytes, { durable });
    if (!written.ok) throw new Error(`Cannot write "${path}": ${written.failure.reason}`);
  };
  let count = 0;
  const steps: readonly (readonly [string, string, () => void])[] = [
    ["record_durable", "a record: new file, fsync, rename, fsync of the folder", replace("new")],
    [
      "record_passing",
      "the same without fsync of the folder, as the start of a process is written",
      replace("old or new"),
    ],
    ["record_not_durable", "the same without fsync, as last.json is written", replace(false)],
    ["by_hand", "the same four steps by hand", () => byHand(folder, path, bytes)],
    ["fsync_only", "one fsync of one changed file", fsyncOnly(folder, bytes)],
    ["lock", "a lock file: made, locked, removed, released", () => {
      const lockPath = join(folder, `${++count}.lock`);
      const lock = files.tryLock(lockPath, { exclusive: true, create: "new" });
      if (!lock.ok || lock.value === "held") throw new Error(`Cannot lock "${lockPath}"`);
      files.remove(lockPath);
      lock.value.release();
    }],
  ];
  const all: DurableWrite[] = [];
  // Never in batches, because each call goes to the disk.
  for (const [name, what, step] of steps) {
    const { p25, p50, p75, samples } = await measure(step, {
      min_cpu_time: minimumMs * 1e6,
      batch_threshold: 0,
    });
    const us = (ns: number) => ns / 1000;
    all.push({ name, what, took: { q1: us(p25), median: us(p50), q3: us(p75), count: samples.length } });
  }
  return all;
}

function byHand(folder: string, path: string, bytes: Uint8Array): void {
  const temporary = `${path}.tmp`;
  const file = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 });
  file.writeSync(bytes);
  file.syncSync();
  file.close();
  Deno.renameSync(temporary, path);
  const opened = Deno.openSync(folder);
  opened.syncSync();
  opened.close();
}

function fsyncOnly(folder: string, bytes: Uint8Array): () => void {
  const file = Deno.openSync(join(folder, "synced"), { write: true, create: true });
  return () => {
    file.seekSync(0, Deno.SeekMode.Start);
    file.writeSync(bytes);
    file.syncSync();
  };
}
