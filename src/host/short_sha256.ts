/**
 * SHA-256 and HMAC of short texts, at once in this thread: the runtime hands every digest to another thread, which takes ten times as
 * long for a text of a few kilobytes, and a graph has several for each node. Source: FIPS 180-4, RFC 2104.
 */

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** The length stands at the end of the last block, in bits. */
const LENGTH_BYTES = 8;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

const INITIAL = fractions(8, 1 / 2);
const ROUNDS = fractions(64, 1 / 3);
const words = new Int32Array(64);

/** The first 32 bits of the fractional parts of the roots of the first primes: the constants of the standard. */
function fractions(count: number, power: number): Int32Array {
  const found: number[] = [];
  for (let number = 2; found.length < count; number++) {
    let isPrime = true;
    for (let divisor = 2; divisor * divisor <= number; divisor++) isPrime &&= number % divisor !== 0;
    if (isPrime) found.push(firstBits(number, power));
  }
  return Int32Array.from(found);
}

/** Exact, where a floating point number has too few digits: the root of number * 2^(32 / power) is whole numbers away from it. */
function firstBits(number: number, power: number): number {
  const degree = BigInt(Math.round(1 / power));
  const scaled = BigInt(number) << (32n * degree);
  let root = BigInt(Math.floor(number ** power * 2 ** 32));
  while (root ** degree > scaled) root--;
  while ((root + 1n) ** degree <= scaled) root++;
  return Number(BigInt.asIntN(32, root));
}

/** The digest of these bytes, one after the other. */
export function shortSha256(...parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const blocks = Math.ceil((size + 1 + LENGTH_BYTES) / BLOCK_BYTES);
  const padded = new Uint8Array(blocks * BLOCK_BYTES);
  let at = 0;
  for (const part of parts) {
    padded.set(part, at);
    at += part.length;
  }
  padded[size] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(size / 2 ** 29));
  view.setUint32(padded.length - 4, (size * 8) >>> 0);
  const state = Int32Array.from(INITIAL);
  for (let from = 0; from < padded.length; from += BLOCK_BYTES) compress(state, view, from);
  const digest = new Uint8Array(DIGEST_BYTES);
  const out = new DataView(digest.buffer);
  for (let index = 0; index < state.length; index++) out.setInt32(index * 4, state[index]!);
  return digest;
}

function compress(state: Int32Array, block: DataView, from: number): void {
  for (let index = 0; index < 16; index++) words[index] = block.getInt32(from + index * 4);
  for (let index = 16; index < 64; index++) {
    const before = words[index - 15]!;
    const last = words[index - 2]!;
    const small = ((before >>> 7) | (before << 25)) ^ ((before >>> 18) | (before << 14)) ^ (before >>> 3);
    const large = ((last >>> 17) | (last << 15)) ^ ((last >>> 19) | (last << 13)) ^ (last >>> 10);
    words[index] = (words[index - 16]! + small + words[index - 7]! + large) | 0;
  }
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!;
  let e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
  for (let index = 0; index < 64; index++) {
    const mixed = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + mixed + ((e & f) ^ (~e & g)) + ROUNDS[index]! + words[index]!) | 0;
    const turned = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (turned + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = (state[0]! + a) | 0;
  state[1] = (state[1]! + b) | 0;
  state[2] = (state[2]! + c) | 0;
  state[3] = (state[3]! + d) | 0;
  state[4] = (state[4]! + e) | 0;
  state[5] = (state[5]! + f) | 0;
  state[6] = (state[6]! + g) | 0;
  state[7] = (state[7]! + h) | 0;
}

export function shortHmacSha256(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(key.length > BLOCK_BYTES ? shortSha256(key) : key);
  const inner = shortSha256(block.map((byte) => byte ^ INNER_PAD), bytes);
  return shortSha256(block.map((byte) => byte ^ OUTER_PAD), inner);
}
