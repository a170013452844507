/** Digests and random tokens from the runtime's own cryptography. */

import type { Digests } from "./host.ts";
import type { FileDigests } from "./deno_file_digests.ts";

const FEW_DIGESTS = 64;
const MAX_SHORT_BYTES = 16 * 1024;
const HMAC = { name: "HMAC", hash: "SHA-256" };

export function createDigests(): Digests {
  let files: Promise<FileDigests> | undefined;
  let asked = 0;
  let short: Promise<typeof import("./short_sha256.ts")> | undefined;
  /** Our own functions are slow until the engine has compiled them, so a process that digests a few texts does without. */
  const shortIfMany = (bytes: Uint8Array) => {
    if (asked < FEW_DIGESTS) asked++;
    else if (bytes.length <= MAX_SHORT_BYTES) return short ??= import("./short_sha256.ts");
    return undefined;
  };
  /** Callers use one key many times. */
  const keys = new WeakMap<Uint8Array, Promise<CryptoKey>>();
  const keyOf = (key: Uint8Array): Promise<CryptoKey> => {
    const known = keys.get(key) ??
      crypto.subtle.importKey("raw", key as Uint8Array<ArrayBuffer>, HMAC, false, ["sign"]);
    keys.set(key, known);
    return known;
  };
  return {
    async sha256(bytes) {
      const ours = await shortIfMany(bytes);
      if (ours !== undefined) return ours.shortSha256(bytes).toHex();
      // WebCrypto's types refuse a view on shared memory, which ours never are.
      return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)));
    },
    async hmacSha256(key, bytes) {
      const ours = await shortIfMany(bytes);
      if (ours !== undefined) return ours.shortHmacSha256(key, bytes).toHex();
      const mac = await crypto.subtle.sign("HMAC", await keyOf(key), bytes as Uint8Array<ArrayBuffer>);
      return toHex(new Uint8Array(mac));
    },
    async open(algorithm) {
      // Loading it takes 20 ms, so it is loaded only when a stream has to be read.
      const { createHash } = await import("node:crypto");
      const hash = createHash(algorithm);
      return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
    },
    async ofFile(path, algorithm) {
      files ??= loadFileDigests();
      return await (await files).digest(path, algorithm);
    },
    randomToken: () => toHex(crypto.getRandomValues(new Uint8Array(16))),
  };
}

async function loadFileDigests(): Promise<FileDigests> {
  const { FileDigests } = await import("./deno_file_digests.ts");
  return new FileDigests();
}

function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
