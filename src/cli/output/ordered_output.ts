/**
 * One output of the program as a queue of things to write: our own texts, and ranges of files that grow while
 * a job writes them. A reader that does not read delays this queue only: output that is not shown yet stays
 * in its file, so nothing is kept in memory and nobody has to wait.
 */

import { PrefixedLines } from "./prefixed_lines.ts";
import { WithoutSequences } from "./without_sequences.ts";
import { joinBytes } from "../../model/bytes.ts";
import type { Clock } from "../../host/clock.ts";
import type { Files, ReadableFile } from "../../host/files.ts";
import type { HostProblem } from "../../host/host_result.ts";
import type { OutputStream } from "../../host/terminal.ts";

/**
 * The size of one write. Whether a reader is still reading shows only between two writes, so they are small.
 */
const CHUNK_BYTES = 256 * 1024;
/** Ranges alternate between stdout and stderr of a process, and between those of the nodes of a graph that run at once. */
const MAX_OPEN_FILES = 32;
/**
 * When this many things wait, ranges of one file are joined, at the price of their order among the others.
 */
const MAX_ITEMS = 10_000;
/** The turns of the queue of promises that pass before the first of several texts is written. */
const GATHERING_TURNS = 4;
const NEWLINE = 10;
const LINE_END = new Uint8Array([NEWLINE]);

/** Puts a text between the sequences that switch a colour on and off. */
type Mark = (text: string) => string;

type Item =
  | { readonly kind: "text"; text: string }
  | {
    readonly kind: "stretch";
    readonly path: string;
    fromBytes: number;
    toBytes: number;
    readonly mark: Mark | undefined;
  }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "unseen"; readonly bytes: Uint8Array }
  | { readonly kind: "lines"; readonly path: string; toBytes: number; isLast: boolean }
  | { readonly kind: "statusLine" };

/** Text below all output, which is removed before more is written. */
export interface StatusLineDrawer {
  /** What redraws or removes it; undefined where nothing has to be done. */
  draw(): Uint8Array | undefined;
  /** What removes it before other output; undefined where it is not shown. */
  leave(): Uint8Array | undefined;
  /** Other output was written. */
  wrote(bytes: Uint8Array): void;
}

export type Flushed = "done" | "stalled" | "closed";

export class OrderedOutput {
  readonly stream: OutputStream;
  readonly #files: Files;
  readonly #items: Item[] = [];
  readonly #open = new Map<string, ReadableFile>();
  readonly #queuedTo = new Map<string, number>();
  /** The files of which whole lines are shown, each behind its prefix. */
  readonly #prefixed = new Map<string, { readonly lines: PrefixedLines; shownBytes: number }>();
  /** The files that are shown without control sequences. */
  readonly #plain = new Map<string, WithoutSequences>();
  #buffer: Uint8Array | undefined;
  #pump: Promise<void> | undefined;
  #progress = 0;
  #atLineStart = true;
  #problem: HostProblem | undefined;
  #statusLine: StatusLineDrawer | undefined;

  constructor(stream: OutputStream, files: Files) {
    this.stream = stream;
    this.#files = files;
  }

  /** Why writing ended early; undefined while it has not. */
  get problem(): HostProblem | undefined {
    return this.#problem;
  }

  /** Writes lines of our own, which begin on a new line even if the output of a job stopped within one. */
  text(text: string): void {
    if (text === "") return;
    const last = this.#items.at(-1);
    // Several short lines that had to wait are written at once.
    if (last?.kind === "text" && last.text.endsWith("\n") && last.text.length < CHUNK_BYTES) {
      last.text += text;
    } else this.#add({ kind: "text", text });
  }

  welcome(statusLine: StatusLineDrawer): void {
    this.#statusLine = statusLine;
  }

  /** Lets the status line draw after all output is written; returns when that is done. */
  drawStatusLine(): Promise<void> {
    if (this.#items.at(-1)?.kind !== "statusLine") this.#add({ kind: "statusLine" });
    return this.#pump ?? Promise.resolve();
  }

  /** A control sequence for the terminal, which prints nothing. */
  unseen(sequence: string): void {
    this.#add({ kind: "unseen", bytes: new TextEncoder().encode(sequence) });
  }

  /** Ends an unfinished line, so that the following output starts on a new one. */
  endLine(): void {
    this.#add({ kind: "text", text: "" });
  }

  /** The line was ended by the user, with the Enter key. */
  lineWasEnded(): void {
    this.#atLineStart = true;
    this.#statusLine?.wrote(new Uint8Array([NEWLINE]));
  }

  /** The part of a file before this offset is not shown. */
  showFrom(path: string, offsetBytes: number): void {
    this.#queuedTo.set(path, offsetBytes);
  }

  /** A file is shown without colours and other control sequences; called before any of it is shown. */
  showPlain(path: string): void {
    this.#plain.set(path, new WithoutSequences());
  }

  /** The same for lines that need not be text. */
  bytes(bytes: Uint8Array): void {
    this.#add({ kind: "bytes", bytes });
  }

  /** A file has grown to this size, and its new part is to be shown. */
  grown(path: string, sizeBytes: number, mark?: Mark): void {
    if (this.stream.isDiscarded) return;
    const fromBytes = this.#queuedTo.get(path) ?? 0;
    this.#queuedTo.set(path, sizeBytes);
    const last = this.#items.length >= MAX_ITEMS
      ? this.#items.findLast((item) => item.kind === "stretch" && item.path === path)
      : this.#items.at(-1);
    if (last?.kind === "stretch" && last.path === path) last.toBytes = sizeBytes;
    else this.#add({ kind: "stretch", path, fromBytes, toBytes: sizeBytes, mark });
  }

  /**
   * The same, but each line is shown when it has ended, after a prefix; `isLast`: the file does not grow any more, so an unfinished
   * line is shown as well.
   */
  grownLines(path: string, sizeBytes: number, prefix: Uint8Array, isLast: boolean): void {
    if (this.stream.isDiscarded) return;
    if (!this.#prefixed.has(path)) {
      this.#prefixed.set(path, { lines: new PrefixedLines(prefix), shownBytes: 0 });
    }
    const last = this.#items.at(-1);
    if (last?.kind === "lines" && last.path === path) {
      last.toBytes = sizeBytes;
      last.isLast ||= isLast;
    } else this.#add({ kind: "lines", path, toBytes: sizeBytes, isLast });
  }

  /**
   * Waits until everything is written, or the reader has gone; with a bound also until it reads nothing for
   * that long, and then it is offered nothing more.
   */
  async flush(bound?: { readonly clock: Clock; readonly stallMs: number }): Promise<Flushed> {
    while (this.#pump !== undefined && this.#problem?.kind !== "timed_out") {
      if (bound === undefined) {
        await this.#pump;
        continue;
      }
      const before = this.#progress;
      const timer = bound.clock.after(bound.stallMs);
      await Promise.race([this.#pump, timer.elapsed]);
      timer.cancel();
      if (this.#pump !== undefined && this.#progress === before) {
        this.#problem = { kind: "timed_out", reason: "its reader stopped reading" };
        this.#items.length = 0;
        this.#closeFiles();
      }
    }
    this.#closeFiles();
    if (this.#problem === undefined) return "done";
    return this.#problem.kind === "timed_out" ? "stalled" : "closed";
  }

  /** Resolves when everything that waits now is written, or never will be. */
  written(): Promise<void> {
    return this.#pump ?? Promise.resolve();
  }

  /** The following output comes from other files, and is offered also to a reader that was given up. */
  beginAgain(): void {
    this.#queuedTo.clear();
    if (this.#problem?.kind === "timed_out") this.#problem = undefined;
  }

  #add(item: Item): void {
    if (this.#problem !== undefined) return;
    this.#items.push(item);
    this.#pump ??= this.#run();
  }

  async #run(): Promise<void> {
    // Nodes of a graph that end with the same sync show their lines in the same moment, and these are one write.
    for (let turn = 0; turn < GATHERING_TURNS; turn++) await undefined;
    try {
      while (this.#items.length > 0 && this.#problem === undefined) {
        const item = this.#items[0]!;
        if (item.kind === "text") {
          this.#items.shift();
          await this.#write(new TextEncoder().encode(this.#atLineStart ? item.text : `\n${item.text}`));
        } else if (item.kind === "bytes") {
          this.#items.shift();
          await this.#write(
            this.#atLineStart ? item.bytes : joinBytes([new Uint8Array([NEWLINE]), item.bytes]),
          );
        } else if (item.kind === "lines") {
          const isOver = await this.#showSomeLines(item);
          if (isOver && this.#items[0] === item) this.#items.shift();
        } else if (item.kind === "unseen") {
          this.#items.shift();
          await this.#writeAside(item.bytes);
        } else if (item.kind === "statusLine") {
          this.#items.shift();
          await this.#writeAside(this.#items.length === 0 ? this.#statusLine?.draw() : undefined);
        } else {
          await this.#showSome(item);
          // More may have been added to it during the write.
          if (item.fromBytes >= item.toBytes && this.#items[0] === item) this.#items.shift();
        }
      }
    } finally {
      if (this.#problem !== undefined) {
        this.#items.length = 0;
        this.#closeFiles();
      }
      this.#pump = undefined;
    }
  }

  #closeFiles(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }

  async #showSome(item: Extract<Item, { kind: "stretch" }>): Promise<void> {
    const file = this.#fileAt(item.path);
    if (file === undefined) {
      item.fromBytes = item.toBytes;
      return;
    }
    this.#buffer ??= new Uint8Array(CHUNK_BYTES);
    file.seek(item.fromBytes);
    const read = file.read(this.#buffer.subarray(0, Math.min(CHUNK_BYTES, item.toBytes - item.fromBytes)));
    if (!read.ok || read.value === 0) {
      // The log was removed meanwhile; the record is not the concern of this file.
      item.fromBytes = item.toBytes;
      return;
    }
    item.fromBytes += read.value;
    const bytes = this.#buffer.subarray(0, read.value);
    await this.#write(this.#plain.get(item.path)?.put(bytes) ?? bytes, item.mark);
  }

  /** True if no part of it can be shown now. */
  async #showSomeLines(item: Extract<Item, { kind: "lines" }>): Promise<boolean> {
    const state = this.#prefixed.get(item.path);
    const file = state && this.#fileAt(item.path);
    if (state === undefined || file === undefined) return true;
    const { lines } = state;
    this.#buffer ??= new Uint8Array(CHUNK_BYTES);
    file.seek(state.shownBytes);
    const wanted = Math.min(CHUNK_BYTES, item.toBytes - state.shownBytes);
    const read = wanted === 0 ? undefined : file.read(this.#buffer.subarray(0, wanted));
    const length = read?.ok ? read.value : 0;
    const isEnd = state.shownBytes + length >= item.toBytes || length === 0;
    // An unfinished line waits for its end, unless the file does not grow any more, or the line is too long.
    const whole = (isEnd && item.isLast) || length === CHUNK_BYTES
      ? length
      : this.#buffer.subarray(0, length).lastIndexOf(NEWLINE) + 1;
    const shown = whole === 0 && length === CHUNK_BYTES ? length : whole;
    if (shown > 0) {
      const goesOn = this.#atLineStart || lines.isLineBegun;
      const { bytes, taken } = lines.put(this.#buffer.subarray(0, shown));
      state.shownBytes += taken;
      await this.#write(goesOn ? bytes : joinBytes([LINE_END, bytes]));
      if (taken < shown || !isEnd) return false;
    }
    if (item.isLast && lines.isLineBegun) {
      lines.lineWasEnded();
      await this.#write(LINE_END);
    }
    return true;
  }

  #fileAt(path: string): ReadableFile | undefined {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    if (this.#open.size === MAX_OPEN_FILES) this.#closeFiles();
    const opened = this.#files.openForReading(path);
    if (!opened.ok) return undefined;
    this.#open.set(path, opened.value);
    return opened.value;
  }

  /** Output that leaves no trace among the lines. */
  async #writeAside(bytes: Uint8Array | undefined): Promise<void> {
    if (bytes === undefined) return;
    const written = await this.stream.write(bytes);
    if (!written.ok) this.#problem ??= written.failure;
  }

  async #write(bytes: Uint8Array, mark?: Mark): Promise<void> {
    if (bytes.length === 0) return;
    const shown = mark === undefined ? bytes : marked(bytes, mark);
    const leaving = this.#statusLine?.leave();
    const written = await this.stream.write(leaving === undefined ? shown : joinBytes([leaving, shown]));
    this.#progress++;
    if (this.#problem !== undefined) return;
    if (written.ok) this.#atLineStart = bytes.at(-1) === NEWLINE;
    else this.#problem = written.failure;
    this.#statusLine?.wrote(bytes);
  }
}

/**
 * Each line is coloured separately: a pager shows only some of them, and the colour has to end with its line.
 */
function marked(bytes: Uint8Array, mark: Mark): Uint8Array {
  const [before, after] = mark("\0").split("\0");
  const encoder = new TextEncoder();
  const [on, off] = [encoder.encode(before), encoder.encode(after)];
  const parts: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end > start) parts.push(on, bytes.subarray(start, end), off);
    if (newline >= 0) parts.push(bytes.subarray(newline, newline + 1));
    start = end + 1;
  }
  return joinBytes(parts);
}
