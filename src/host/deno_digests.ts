/** Digests and random tokens from the runtime's own cryptography. */

import type { Digests } from "./host.ts";
import type { FileDigests } from "./deno_file_digests.ts";

const FEW_DIGESTS = 64;
const MAX_SHORT_BYTES = 16 * 1024;
const HMAC = { name: "HMAC", hash: "SHA-256" };

export function createDigests(): Digests {
  let files: Promise<FileDigests> | undefined;
  let asked = 0;
  /**
   * WebCrypto hands each digest to another thread, which takes ten times as long for a short text; but a process that digests a few
   * texts does not load another library for them.
   */
  const libraryIfMany = (bytes: Uint8Array) => {
    if (asked < FEW_DIGESTS) asked++;
    else if (bytes.length <= MAX_SHORT_BYTES) return import("node:crypto");
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
      const library = await libraryIfMany(bytes);
      if (library !== undefined) return library.createHash("sha256").update(bytes).digest("hex");
      // WebCrypto's types refuse a view on shared memory, which ours never are.
      return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)));
    },
    async hmacSha256(key, bytes) {
      const library = await libraryIfMany(bytes);
      if (library !== undefined) return library.createHmac("sha256", key).update(bytes).digest("hex");
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
