/**
 * The bytes of one job's run index: a line with a checksum over the rest, a line of JSON that describes the
 * rest, and one line of fixed length per run. Knows no files.
 */

import type { RunStatus } from "../model/run.ts";
import { parseJson } from "./json_bytes.ts";

export type EndedStatus = Exclude<RunStatus, "running">;

const INDEX_FORMAT = 1;
const TIMESTAMP_LENGTH = "20261122T063449.123Z".length;
/** The timestamp, the status, and the line end. */
const ROW_LENGTH = TIMESTAMP_LENGTH + 2;
const CHECK_LENGTH = 8;
const NEWLINE = 10;

const LETTERS: Readonly<Record<EndedStatus, string>> = {
  succeeded: "s",
  up_to_date: "u",
  failed: "f",
  signalled: "k",
  timed_out: "t",
  cancelled: "c",
  not_started: "n",
  interrupted: "i",
};
/** The run is still going, was interrupted, cannot be read, or was not read yet. */
const UNKNOWN = "-".charCodeAt(0);
const CODES = new Map(Object.entries(LETTERS).map(([status, letter]) => [status, letter.charCodeAt(0)]));
const STATUSES = new Map([...CODES].map(([status, code]) => [code, status as EndedStatus]));

/** The times of a folder, which change when a name is added or removed. */
export interface FolderTimes {
  readonly modified_at_ms: number;
  readonly changed_at_ms: number;
}

export interface IndexHead {
  readonly name: string;
  /** The times of the job's folder when it held exactly these runs; null where unknown. */
  readonly folder: FolderTimes | null;
  /** When the folder of this file was last modified before the file was put into it. */
  readonly before_ms: number;
}

/** Timestamps in ascending order, each with the status of a run that has ended. */
export class IndexRows {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Runs known only by name. */
  static of(ascending: readonly string[]): IndexRows {
    const end = `${String.fromCharCode(UNKNOWN)}\n`;
    return new IndexRows(new TextEncoder().encode(ascending.map((timestamp) => timestamp + end).join("")));
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get length(): number {
    return this.#bytes.length / ROW_LENGTH;
  }

  timestampAt(position: number): string {
    const start = position * ROW_LENGTH;
    return String.fromCharCode(...this.#bytes.subarray(start, start + TIMESTAMP_LENGTH));
  }

  statusAt(position: number): EndedStatus | undefined {
    return STATUSES.get(this.#bytes[position * ROW_LENGTH + TIMESTAMP_LENGTH]!);
  }

  setStatus(position: number, status: EndedStatus | undefined): void {
    this.#bytes[position * ROW_LENGTH + TIMESTAMP_LENGTH] = status === undefined
      ? UNKNOWN
      : CODES.get(status)!;
  }

  /** The first position whose timestamp is not less than the text; `length` where there is none. */
  lowerBound(text: string): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timestampAt(middle) < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes over what another index knows of the same runs. */
  learnFrom(others: IndexRows): void {
    let other = 0;
    for (let own = 0; own < this.length; own++) {
      let order = -1;
      while (other < others.length && (order = this.#compare(own, others, other)) > 0) other++;
      if (other === others.length) return;
      if (order === 0) this.setStatus(own, others.statusAt(other));
    }
  }

  #compare(own: number, others: IndexRows, other: number): number {
    const [a, b] = [own * ROW_LENGTH, other * ROW_LENGTH];
    for (let i = 0; i < TIMESTAMP_LENGTH; i++) {
      const difference = this.#bytes[a + i]! - others.#bytes[b + i]!;
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

export function encodeIndex(head: IndexHead, rows: IndexRows): Uint8Array {
  const line = new TextEncoder().encode(
    `${JSON.stringify({ format: INDEX_FORMAT, kind: "run_index", ...head, runs: rows.length })}\n`,
  );
  const rest = new Uint8Array(line.length + rows.bytes.length);
  rest.set(line);
  rest.set(rows.bytes, line.length);
  const bytes = new Uint8Array(CHECK_LENGTH + 1 + rest.length);
  bytes.set(new TextEncoder().encode(`${checkOf(rest)}\n`));
  bytes.set(rest, CHECK_LENGTH + 1);
  return bytes;
}

/**
 * undefined unless the bytes are the undamaged result of `encodeIndex` of this program version for this job.
 */
export function decodeIndex(
  bytes: Uint8Array,
  name: string,
): { readonly head: IndexHead; readonly rows: IndexRows } | undefined {
  // A copy, because the check reads 32-bit words, which must be aligned in memory.
  const rest = bytes.slice(CHECK_LENGTH + 1);
  const check = new TextDecoder().decode(bytes.subarray(0, CHECK_LENGTH + 1));
  if (check !== `${checkOf(rest)}\n`) return undefined;
  const end = rest.indexOf(NEWLINE);
  const parsed = parseJson(rest.subarray(0, end));
  const head = parsed.ok ? parsed.value as IndexHead & { readonly format: number } : undefined;
  if (head?.format !== INDEX_FORMAT || head.name !== name) return undefined;
  return { head, rows: new IndexRows(rest.subarray(end + 1)) };
}

/**
 * A 32-bit checksum over all bytes. It detects damage, not manipulation by people, who can write the file
 * anyway.
 */
function checkOf(bytes: Uint8Array<ArrayBuffer>): string {
  let check = bytes.length;
  const words = new Uint32Array(bytes.buffer, 0, bytes.length >>> 2);
  for (let i = 0; i < words.length; i++) check = mix(check, words[i]!);
  for (let i = words.length * 4; i < bytes.length; i++) check = mix(check, bytes[i]!);
  return (check >>> 0).toString(16).padStart(CHECK_LENGTH, "0");
}

/**
 * The multiplier is that of Knuth's multiplicative hashing. Each step is reversible, so no single change is
 * lost.
 */
function mix(check: number, value: number): number {
  const mixed = Math.imul(check ^ value, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
