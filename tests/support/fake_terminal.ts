/**
 * The terminal, or the pipes instead of it, of one fake process: keeps what is written, and can stall or go
 * away.
 */

import type { HostResult } from "../../src/host/host_result.ts";
import type { InputStream, OutputStream, Terminal } from "../../src/host/terminal.ts";
import type { FakeLife } from "./fake_life.ts";
import { DONE, failed } from "./fake_problem.ts";

export interface FakeTerminalOptions {
  /** For all three streams, or for each by name. By default nothing is a terminal. */
  readonly isTerminal?: boolean | {
    readonly stdin?: boolean;
    readonly stdout?: boolean;
    readonly stderr?: boolean;
  };
  /** The columns of streams that are terminals; by default 80. */
  readonly columns?: number;
  /** The lines of streams that are terminals; by default 24. */
  readonly rows?: number;
  /** The content of standard input; null: somebody who never types. By default empty. */
  readonly stdin?: string | Uint8Array | null;
  /** By default only where stdout and stderr are both terminals. */
  readonly sharedOutput?: boolean;
  /** stdout and stderr lead to the null device. */
  readonly isDiscarded?: boolean;
}

/** One piece of output of one stream, in the order of writing. */
export interface Written {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

export class FakeTerminal implements Terminal {
  readonly stdin: InputStream;
  readonly stdout: FakeOutput;
  readonly stderr: FakeOutput;
  readonly sharedOutput: boolean;
  /** A test may put us behind a shell. */
  isInForeground = true;
  /** A scripted program may change them, and leave them so. */
  modes = "cooked";
  readonly #input: Uint8Array;
  readonly #written: { stream: "stdout" | "stderr"; bytes: Uint8Array }[] = [];

  constructor(options: FakeTerminalOptions, life: FakeLife) {
    const { isTerminal } = options;
    const on = typeof isTerminal === "object" ? isTerminal : {
      stdin: isTerminal === true,
      stdout: isTerminal === true,
      stderr: isTerminal === true,
    };
    const output = (stream: "stdout" | "stderr") =>
      new FakeOutput(stream, {
        columns: on[stream] === true ? options.columns ?? 80 : undefined,
        rows: on[stream] === true ? options.rows ?? 24 : undefined,
        life,
        isDiscarded: options.isDiscarded === true,
        wrote: (bytes) => void this.#written.push({ stream, bytes }),
      });
    this.stdout = output("stdout");
    this.stderr = output("stderr");
    this.sharedOutput = options.sharedOutput ?? (on.stdout === true && on.stderr === true);
    const { stdin = "" } = options;
    this.#input = typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin ?? new Uint8Array(0);
    this.stdin = inputStream(on.stdin === true, stdin === null ? undefined : this.#input, life);
  }

  isForeground(): Promise<boolean> {
    return Promise.resolve(this.isInForeground);
  }

  inputIsTheShells(): boolean {
    return this.stdin.isTerminal && !this.isInForeground;
  }

  /** How often keys were asked for and given back. */
  readonly keys: ("taken" | "given back")[] = [];
  readonly #onResize = new Set<() => void>();

  takeKeys(): (() => void) | undefined {
    if (!this.stdin.isTerminal) return undefined;
    this.keys.push("taken");
    return () => void this.keys.push("given back");
  }

  onResize(handler: () => void): () => void {
    this.#onResize.add(handler);
    return () => void this.#onResize.delete(handler);
  }

  /** The user makes the window larger or smaller. */
  resize(columns: number, rows: number): void {
    for (const output of [this.stdout, this.stderr]) {
      if (!output.isTerminal) continue;
      output.columns = columns;
      output.rows = rows;
    }
    for (const handler of [...this.#onResize]) handler();
  }

  keepModes(): (() => void) | undefined {
    if (!this.stdin.isTerminal) return undefined;
    const kept = this.modes;
    return () => void (this.modes = kept);
  }

  /** All that can be read from standard input, for a process that inherits it. */
  get stdinText(): string {
    return new TextDecoder().decode(this.#input);
  }

  /**
   * The accepted output of both streams, in the order of writing; neighbouring pieces of one stream are
   * joined.
   */
  get transcript(): readonly Written[] {
    const stretches: { stream: "stdout" | "stderr"; chunks: Uint8Array[] }[] = [];
    for (const { stream, bytes } of this.#written) {
      const last = stretches.at(-1);
      if (last?.stream === stream) last.chunks.push(bytes);
      else stretches.push({ stream, chunks: [bytes] });
    }
    return stretches.map(({ stream, chunks }) => ({ stream, text: decode(chunks) }));
  }

  /** The visible output where both streams go to one place. */
  screenText(): string {
    return decode(this.#written.map(({ bytes }) => bytes));
  }

  stdoutText(): string {
    return decode([this.stdout.bytes]);
  }

  stderrText(): string {
    return decode([this.stderr.bytes]);
  }

  /** The reader of stdout goes away, at once or after it has read this many more bytes. */
  closeStdout(afterBytes = 0): void {
    this.stdout.closeAfter(afterBytes);
  }

  stallStdout(): void {
    this.stdout.stall();
  }

  resumeStdout(): void {
    this.stdout.resume();
  }
}

interface OutputParts {
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  readonly life: FakeLife;
  readonly isDiscarded: boolean;
  readonly wrote: (bytes: Uint8Array) => void;
}

export class FakeOutput implements OutputStream {
  readonly isTerminal: boolean;
  readonly isDiscarded: boolean;
  /** A test may change the width of the window. */
  columns: number | undefined;
  rows: number | undefined;
  readonly #name: "stdout" | "stderr";
  readonly #parts: OutputParts;
  readonly #taken: Uint8Array[] = [];
  #openFor: number | undefined;
  #flows = Promise.withResolvers<void>();
  /** One write after the other, also those that wait. */
  #line: Promise<unknown> = Promise.resolve();
  #pendingWrites = 0;

  constructor(name: "stdout" | "stderr", parts: OutputParts) {
    this.#name = name;
    this.#parts = parts;
    this.columns = parts.columns;
    this.rows = parts.rows;
    this.isDiscarded = parts.isDiscarded;
    this.isTerminal = parts.columns !== undefined;
    this.#flows.resolve();
  }

  get bytes(): Uint8Array {
    return concatenate(this.#taken);
  }

  /** Writes that wait for the reader. */
  get pendingWrites(): number {
    return this.#pendingWrites;
  }

  // Async, so that a death is a rejection, and the bytes are taken when the reader takes them, not before.
  // deno-lint-ignore require-await
  async write(bytes: Uint8Array): Promise<HostResult<void>> {
    const { life } = this.#parts;
    const fault = life.change("print", this.#name);
    if (fault !== undefined) return failed(fault);
    this.#pendingWrites++;
    const written = this.#line.then(async () => {
      await this.#flows.promise;
      this.#pendingWrites--;
      // Nobody is left to receive the answer.
      if (life.isDead) return await new Promise<never>(() => {});
      return this.take(bytes) === bytes.length ? DONE : failed("closed");
    });
    this.#line = written;
    return written;
  }

  /** Output of an attached process: directly to the reader. Returns how many bytes were accepted. */
  take(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.#openFor ?? bytes.length);
    if (this.#openFor !== undefined) this.#openFor -= count;
    if (count > 0) {
      const copy = bytes.slice(0, count);
      this.#taken.push(copy);
      this.#parts.wrote(copy);
    }
    return count;
  }

  closeAfter(bytes: number): void {
    this.#openFor = bytes;
    // Writes that wait learn of it.
    this.#flows.resolve();
  }

  stall(): void {
    this.#flows = Promise.withResolvers<void>();
  }

  resume(): void {
    this.#flows.resolve();
  }
}

function inputStream(isTerminal: boolean, input: Uint8Array | undefined, life: FakeLife): InputStream {
  let offset = 0;
  return {
    isTerminal,
    // deno-lint-ignore require-await
    async read(into) {
      const fault = life.ask("readInput", "stdin");
      if (fault !== undefined) return failed(fault);
      if (input === undefined) return new Promise<never>(() => {});
      const part = input.subarray(offset, offset + into.length);
      if (part.length === 0) return { ok: true, value: undefined };
      into.set(part);
      offset += part.length;
      return { ok: true, value: part.length };
    },
  };
}

export function concatenate(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}

function decode(chunks: readonly Uint8Array[]): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(concatenate(chunks));
}
