/**
 * The captured output of one attempt, in the order in which the job wrote it, as far as that is known.
 */

import type { Files } from "../../host/files.ts";
import { type OrderEntry, OrderReader } from "../../store/output_order.ts";

export type StreamName = "stdout" | "stderr";

export interface LogStream {
  readonly stream: StreamName;
  readonly path: string;
  /** Where to begin. */
  readonly fromBytes: number;
  readonly sizeBytes: number;
}

/** The next piece: of one stream, from where its last piece ended. */
export interface LogPiece {
  readonly stream: StreamName;
  readonly path: string;
  readonly fromBytes: number;
  readonly toBytes: number;
  /** The time of the output, in milliseconds since the epoch; undefined if unknown. */
  readonly atMs: number | undefined;
}

export class OrderedLog {
  readonly streams: readonly LogStream[];
  readonly #files: Files;
  readonly #order: OrderReader | undefined;
  readonly #orderPath: string | undefined;
  readonly #shown = new Map<StreamName, number>();
  #entry: OrderEntry | undefined;
  #following: OrderEntry | undefined;

  /** `orderPath` is undefined where the order is unknown; then one stream follows the other. */
  constructor(files: Files, streams: readonly LogStream[], orderPath: string | undefined) {
    this.streams = streams;
    this.#files = files;
    this.#orderPath = orderPath;
    this.#order = orderPath === undefined ? undefined : new OrderReader(files, orderPath);
    for (const { stream, fromBytes } of streams) this.#shown.set(stream, fromBytes);
  }

  /** The same log from other positions on. */
  from(files: Files, begin: (stream: StreamName) => number): OrderedLog {
    const streams = this.streams.map((stream) => ({ ...stream, fromBytes: begin(stream.stream) }));
    return new OrderedLog(files, streams, this.#orderPath);
  }

  /** How far a stream was returned. */
  shownBytes(stream: StreamName): number {
    return this.#shown.get(stream) ?? 0;
  }

  get isOrdered(): boolean {
    return this.#order !== undefined;
  }

  /**
   * The output since the last call. `isOver`: no more output comes, so output without a place in the order is
   * returned now.
   */
  *next(isOver: boolean): Generator<LogPiece, void> {
    // The order is read after this: each byte gets its entry before it is written, so every byte counted here
    // has one.
    const sizes = new Map(this.streams.map(({ stream, path }) => [stream, this.#sizeOf(path)]));
    if (this.#order !== undefined) yield* this.#inOrder(this.#order, sizes);
    if (this.#order !== undefined && !isOver) return;
    for (const { stream } of this.streams) yield* this.#upTo(stream, sizes.get(stream)!, undefined);
  }

  *#inOrder(order: OrderReader, sizes: ReadonlyMap<StreamName, number>): Generator<LogPiece, void> {
    this.#entry ??= order.next();
    while (this.#entry !== undefined) {
      const { stream, atMs } = this.#entry;
      this.#following ??= order.next();
      const end = this.#following?.before[stream] ?? Infinity;
      // A stream that was not requested is neither shown nor waited for.
      const sizeBytes = sizes.get(stream) ?? Infinity;
      yield* this.#upTo(stream, Math.min(end, sizeBytes), atMs);
      if (this.#following === undefined || sizeBytes < end) return;
      this.#entry = this.#following;
      this.#following = undefined;
    }
  }

  *#upTo(stream: StreamName, toBytes: number, atMs: number | undefined): Generator<LogPiece, void> {
    const fromBytes = this.#shown.get(stream);
    const path = this.streams.find((each) => each.stream === stream)?.path;
    if (fromBytes === undefined || path === undefined || toBytes <= fromBytes) return;
    this.#shown.set(stream, toBytes);
    yield { stream, path, fromBytes, toBytes, atMs };
  }

  #sizeOf(path: string): number {
    const facts = this.#files.stat(path);
    return facts.ok ? facts.value.sizeBytes : 0;
  }
}
