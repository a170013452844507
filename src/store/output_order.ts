/**
 * The order and time of an attempt's output on its two streams: a small file beside the logs, with an entry
 * whenever the stream changes or time has passed. Written and read here only.
 */

import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { CapturedStream } from "../model/run.ts";
import type { Clock } from "../host/clock.ts";
import type { Digests } from "../host/digests.ts";
import type { Files, WritableFile } from "../host/files.ts";
import type { StreamName } from "./layout.ts";

/**
 * While one stream continues, entries are at least this far apart, so a day of output has 860 000 of them.
 */
const TIME_GRAIN_MS = 100;
/** Space for about a million entries. Later output is in order within each stream only. */
const MAX_ORDER_BYTES = 16 * 1024 * 1024;
const READ_BYTES = 64 * 1024;
const HEAD = "output-order 1 ";
const STREAMS: Readonly<Record<string, StreamName>> = { out: "stdout", err: "stderr" };

/** From this point on, output belongs to this stream. */
export interface OrderEntry {
  readonly atMs: number;
  readonly stream: StreamName;
  /** The number of bytes of each stream before this point. */
  readonly before: Readonly<Record<StreamName, number>>;
}

export interface OrderMachine {
  readonly files: Files;
  readonly digests: Digests;
  readonly clock: Clock;
}

export class OutputOrder {
  readonly #machine: OrderMachine;
  readonly #absolutePath: string;
  readonly #relativePath: string;
  readonly #sizes: Record<StreamName, number> = { stdout: 0, stderr: 0 };
  readonly #startedAtMs: number;
  #file: WritableFile | undefined;
  #text: string;
  #bytes = 0;
  #stream: StreamName | undefined;
  #entryAtMs = 0;
  #lost: Failure | undefined;

  constructor(machine: OrderMachine, absolutePath: string, relativePath: string) {
    this.#machine = machine;
    this.#absolutePath = absolutePath;
    this.#relativePath = relativePath;
    this.#startedAtMs = machine.clock.monotonicMs();
    this.#text = `${HEAD}${new Date(machine.clock.nowMs()).toISOString()}\n`;
  }

  /** Called before the bytes are written, so that everything in a log has its entry. */
  note(stream: StreamName, addedBytes: number): Result<void, Failure> {
    const nowMs = this.#machine.clock.monotonicMs();
    if (stream !== this.#stream || nowMs - this.#entryAtMs >= TIME_GRAIN_MS) {
      this.#stream = stream;
      this.#entryAtMs = nowMs;
      const { stdout, stderr } = this.#sizes;
      const word = stream === "stdout" ? "out" : "err";
      this.#add(`${Math.round(nowMs - this.#startedAtMs)} ${word} ${stdout} ${stderr}\n`);
    }
    this.#sizes[stream] += addedBytes;
    return this.#lost === undefined ? ok(undefined) : fail(this.#lost);
  }

  abandon(): void {
    this.#file?.close();
    this.#machine.files.remove(this.#absolutePath);
  }

  /** null where there was no output. */
  async finish(): Promise<Result<CapturedStream | null, Failure>> {
    if (this.#file !== undefined) {
      const file = this.#file;
      const synced = await file.syncBeside();
      file.close();
      if (!synced.ok) this.#lose(synced.failure.reason);
    }
    if (this.#lost !== undefined) return fail(this.#lost);
    if (this.#file === undefined) return ok(null);
    const sha256 = await this.#machine.digests.sha256(new TextEncoder().encode(this.#text));
    return ok({ path: this.#relativePath, bytes: this.#bytes, sha256 });
  }

  #add(entry: string): void {
    if (this.#lost !== undefined || this.#bytes + entry.length > MAX_ORDER_BYTES) return;
    const isNew = this.#file === undefined;
    if (isNew) {
      const created = this.#machine.files.createNew(this.#absolutePath);
      if (!created.ok) return this.#lose(created.failure.reason);
      this.#file = created.value;
    }
    const text = isNew ? this.#text + entry : entry;
    const written = this.#file!.write(new TextEncoder().encode(text));
    if (!written.ok) return this.#lose(written.failure.reason);
    this.#text = isNew ? text : this.#text + text;
    this.#bytes += text.length;
  }

  #lose(reason: string): void {
    this.#lost ??= {
      code: "state_unwritable",
      action: "keep the output in",
      path: this.#absolutePath,
      reason,
    };
  }
}

/** Reads the entries in order from a file that may still grow. */
export class OrderReader {
  readonly #files: Files;
  readonly #path: string;
  #offset = 0;
  #text = "";
  #startMs: number | undefined;
  #isBroken = false;

  constructor(files: Files, path: string) {
    this.#files = files;
    this.#path = path;
  }

  /** undefined: the file does not exist yet, or cannot be read. */
  next(): OrderEntry | undefined {
    while (!this.#isBroken) {
      const end = this.#text.indexOf("\n");
      if (end < 0) {
        if (!this.#readMore()) return undefined;
        continue;
      }
      const line = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 1);
      if (this.#startMs === undefined) {
        this.#startMs = line.startsWith(HEAD) ? Date.parse(line.slice(HEAD.length)) : NaN;
        this.#isBroken = Number.isNaN(this.#startMs);
        continue;
      }
      const [, ms, word, stdout, stderr] = /^(\d+) (out|err) (\d+) (\d+)$/.exec(line) ?? [];
      this.#isBroken = word === undefined;
      if (word === undefined) continue;
      const before = { stdout: Number(stdout), stderr: Number(stderr) };
      return { atMs: this.#startMs + Number(ms), stream: STREAMS[word]!, before };
    }
    return undefined;
  }

  #readMore(): boolean {
    const opened = this.#files.openForReading(this.#path);
    if (!opened.ok) return false;
    try {
      const buffer = new Uint8Array(READ_BYTES);
      opened.value.seek(this.#offset);
      const read = opened.value.read(buffer);
      if (!read.ok || read.value === 0) return false;
      this.#offset += read.value;
      this.#text += new TextDecoder().decode(buffer.subarray(0, read.value));
      return true;
    } finally {
      opened.value.close();
    }
  }
}
