/** Digests and random tokens from the runtime's own cryptography. */

import type { Digests } from "./host.ts";
import type { FileDigests } from "./deno_file_digests.ts";

export function createDigests(): Digests {
  let files: Promise<FileDigests> | undefined;
  return {
    async sha256(bytes) {
      // WebCrypto's types refuse a view on shared memory, which ours never are.
      return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)));
    },
    async hmacSha256(key, bytes) {
      const algorithm = { name: "HMAC", hash: "SHA-256" };
      const imported = await crypto.subtle.importKey(
        "raw",
        key as Uint8Array<ArrayBuffer>,
        algorithm,
        false,
        ["sign"],
      );
      const mac = await crypto.subtle.sign("HMAC", imported, bytes as Uint8Array<ArrayBuffer>);
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
