/** Replaces secret values in a stream of bytes, also where a value lies across chunk borders. Knows bytes only. Pure. */

import { joinBytes } from "./bytes.ts";
import type { SecretFinder } from "./secret_finder.ts";

export const MASK = "***";
const MASK_BYTES = new TextEncoder().encode(MASK);

/**
 * Ranges of bytes that belong to secrets, by their positions in the stream; overlapping secrets share one
 * range.
 */
interface Stretch {
  start: number;
  end: number;
  /** The mask for this range was already given out, so bytes found to belong to it later add nothing. */
  isShown: boolean;
}

/** Every range of secret bytes becomes one mask. */
export class Masker {
  readonly #finder: SecretFinder;
  #place = 0;
  /** The number of bytes received. */
  #length = 0;
  /** The number of bytes given out, whether plain or masked. */
  #shownTo = 0;
  /** Sorted and not overlapping. Ranges that can no longer change are dropped. */
  #stretches: Stretch[] = [];
  #hasFound = false;

  constructor(finder: SecretFinder) {
    this.#finder = finder;
  }

  /** Whether any secret has been found so far. */
  get hasFound(): boolean {
    return this.#hasFound;
  }

  /** Returns the bytes that can be shown now. The result may be a view on `chunk`. */
  push(chunk: Uint8Array): Uint8Array {
    const finder = this.#finder;
    const held = finder.spelled(this.#place);
    const chunkStart = this.#length;
    let place = this.#place;
    for (let at = 0; at < chunk.length; at++) {
      if (place === 0) {
        at = finder.firstStart(chunk, at);
        if (at === chunk.length) break;
      }
      place = finder.next(place, chunk[at]!);
      const found = finder.foundAt(place);
      if (found > 0) this.#cover(chunkStart + at + 1 - found, chunkStart + at + 1);
    }
    this.#place = place;
    this.#length = chunkStart + chunk.length;
    // No secret that may still be found begins before this position.
    const decidedTo = this.#length - finder.depthOf(place);
    return this.#show(decidedTo, chunkStart, held, chunk);
  }

  /** Returns the rest, at the end of the stream. */
  flush(): Uint8Array {
    const held = this.#finder.spelled(this.#place);
    this.#place = 0;
    return this.#show(this.#length, this.#length, held, new Uint8Array(0));
  }

  #cover(start: number, end: number): void {
    this.#hasFound = true;
    const stretch: Stretch = { start, end, isShown: false };
    for (let last = this.#stretches.at(-1); last !== undefined && last.end > start;) {
      stretch.start = Math.min(stretch.start, last.start);
      stretch.isShown ||= last.isShown;
      this.#stretches.pop();
      last = this.#stretches.at(-1);
    }
    this.#stretches.push(stretch);
  }

  /**
   * Gives out everything before a position. `held` holds the bytes before the chunk that were not given out
   * yet.
   */
  #show(decidedTo: number, chunkStart: number, held: Uint8Array, chunk: Uint8Array): Uint8Array {
    const parts: Uint8Array[] = [];
    const showPlain = (end: number) => {
      const start = this.#shownTo;
      if (start >= end) return;
      if (start < chunkStart) {
        const heldStart = chunkStart - held.length;
        parts.push(held.subarray(start - heldStart, Math.min(end, chunkStart) - heldStart));
      }
      if (end > chunkStart) {
        parts.push(chunk.subarray(Math.max(start, chunkStart) - chunkStart, end - chunkStart));
      }
      this.#shownTo = end;
    };
    for (const stretch of this.#stretches) {
      // This range may still turn out to be the end of a longer one.
      if (stretch.start > decidedTo) break;
      showPlain(stretch.start);
      if (!stretch.isShown) parts.push(MASK_BYTES);
      stretch.isShown = true;
      this.#shownTo = Math.max(this.#shownTo, stretch.end);
    }
    showPlain(decidedTo);
    this.#stretches = this.#stretches.filter(({ end }) => end > decidedTo);
    return parts.length === 1 ? parts[0]! : joinBytes(parts);
  }
}
