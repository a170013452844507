/** Replaces secret values in a stream of bytes, also where a value lies across chunk borders. Knows bytes only. */

import { MASK } from "../model/secrets.ts";

const MASK_BYTES = new TextEncoder().encode(MASK);

export class Masker {
  /** Longest first, so that a secret that begins with another one is replaced whole. */
  readonly #secrets: readonly Uint8Array[];
  readonly #startsSecret = new Uint8Array(256);
  /** The end of what came so far, as long as it may be the beginning of a secret. */
  #held: Uint8Array = new Uint8Array(0);

  constructor(secrets: readonly Uint8Array[]) {
    this.#secrets = secrets.filter((secret) => secret.length > 0).toSorted((a, b) => b.length - a.length);
    for (const secret of this.#secrets) this.#startsSecret[secret[0]!] = 1;
  }

  /** What can be shown now. The result may be a view on `chunk`. */
  push(chunk: Uint8Array): Uint8Array {
    return this.#mask(this.#held.length === 0 ? chunk : concat([this.#held, chunk]), false);
  }

  /** The rest, at the end of the stream. */
  flush(): Uint8Array {
    return this.#mask(this.#held, true);
  }

  #mask(bytes: Uint8Array, atEnd: boolean): Uint8Array {
    const parts: Uint8Array[] = [];
    let shownTo = 0;
    let at = 0;
    this.#held = new Uint8Array(0);
    while (at < bytes.length) {
      if (this.#startsSecret[bytes[at]!] === 0) {
        at++;
        continue;
      }
      const found = this.#matchAt(bytes, at, atEnd);
      if (found === "undecided") {
        parts.push(bytes.subarray(shownTo, at));
        // A copy: the chunk's buffer is used again.
        this.#held = bytes.slice(at);
        return concat(parts);
      }
      if (found === 0) {
        at++;
        continue;
      }
      parts.push(bytes.subarray(shownTo, at), MASK_BYTES);
      at += found;
      shownTo = at;
    }
    if (parts.length === 0) return bytes;
    parts.push(bytes.subarray(shownTo));
    return concat(parts);
  }

  /** The length of the secret that stands here, 0 for none, "undecided" when a longer one may still become complete. */
  #matchAt(bytes: Uint8Array, at: number, atEnd: boolean): number | "undecided" {
    for (const secret of this.#secrets) {
      const available = Math.min(secret.length, bytes.length - at);
      let same = 0;
      while (same < available && secret[same] === bytes[at + same]) same++;
      if (same === secret.length) return same;
      if (same === available && !atEnd) return "undecided";
    }
    return 0;
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
