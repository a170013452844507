/** Digests and random tokens from the runtime's own cryptography. */

import type { Digests } from "./digests.ts";
import type { FileDigests } from "./deno_file_digests.ts";

const FEW_DIGESTS = 64;
const MAX_SHORT_BYTES = 16 * 1024;
/** A block of SHA-256. */
const BLOCK_BYTES = 64;
const HMAC = { name: "HMAC", hash: "SHA-256" };

type Library = Pick<typeof import("node:crypto"), "createHash">;

export function createDigests(): Digests {
  let files: Promise<FileDigests> | undefined;
  let asked = 0;
  /** node:crypto, once it is loaded. */
  let library: Library | undefined;
  /**
   * WebCrypto hands each digest to another thread, which takes ten times as long for a short text; but a process that digests a few
   * texts does not load another library for them.
   */
  const isForLibrary = (bytes: Uint8Array) => {
    if (asked < FEW_DIGESTS) asked++;
    else return bytes.length <= MAX_SHORT_BYTES;
    return false;
  };
  let loading: Promise<Library> | undefined;
  const loaded = async (): Promise<Library> => library = await (loading ??= import("node:crypto"));
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
      if (isForLibrary(bytes)) {
        return (library ?? await loaded()).createHash("sha256").update(bytes).digest("hex");
      }
      // WebCrypto's types refuse a view on shared memory, which ours never are.
      return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)).toHex();
    },
    async hmacSha256(key, bytes) {
      if (key.length <= BLOCK_BYTES && isForLibrary(bytes)) {
        return hmacOfShort(library ?? await loaded(), key, bytes);
      }
      const mac = await crypto.subtle.sign("HMAC", await keyOf(key), bytes as Uint8Array<ArrayBuffer>);
      return new Uint8Array(mac).toHex();
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
    randomToken: () => crypto.getRandomValues(new Uint8Array(16)).toHex(),
  };
}

/** The key in both of its forms. */
const pads = new WeakMap<Uint8Array, { readonly inner: Uint8Array; readonly outer: Uint8Array }>();

/** Two digests, as RFC 2104 defines it for a key of at most a block: a third of the time of the library's own object for it. */
function hmacOfShort({ createHash }: Library, key: Uint8Array, bytes: Uint8Array): string {
  let padded = pads.get(key);
  if (padded === undefined) {
    const block = new Uint8Array(BLOCK_BYTES);
    block.set(key);
    padded = { inner: block.map((byte) => byte ^ 0x36), outer: block.map((byte) => byte ^ 0x5c) };
    pads.set(key, padded);
  }
  const inner = createHash("sha256").update(padded.inner).update(bytes).digest();
  return createHash("sha256").update(padded.outer).update(inner).digest("hex");
}

async function loadFileDigests(): Promise<FileDigests> {
  const { FileDigests } = await import("./deno_file_digests.ts");
  return new FileDigests();
}
