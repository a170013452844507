/** Digests of a process that makes many, compared with those of the runtime: the library that makes them is another one then. */

import { assertEquals } from "@std/assert";
import type { Digests } from "../../src/host/digests.ts";
import { createDigests } from "../../src/host/deno_digests.ts";

/** Around the sizes at which another block begins, and some larger ones. */
const SIZES = [0, 1, 2, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 1000, 4096, 16 * 1024];

function bytesOf(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + size) & 255);
}

async function afterMany(): Promise<Digests> {
  const digests = createDigests();
  for (let count = 0; count < 100; count++) await digests.sha256(bytesOf(count));
  return digests;
}

Deno.test("SHA-256 of a short text is that of the runtime, for every size", async () => {
  const digests = await afterMany();
  for (const size of SIZES) {
    const bytes = bytesOf(size);
    const theirs = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    assertEquals(await digests.sha256(bytes), theirs.toHex(), `${size} bytes`);
  }
});

Deno.test("HMAC-SHA-256 of a short text is that of the runtime, for every size of key and text", async () => {
  const digests = await afterMany();
  for (const size of SIZES) {
    for (const keyBytes of [1, 32, 64, 65, 200]) {
      const key = bytesOf(keyBytes);
      const theirs = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, [
        "sign",
      ]);
      assertEquals(
        await digests.hmacSha256(key, bytesOf(size)),
        new Uint8Array(await crypto.subtle.sign("HMAC", theirs, bytesOf(size))).toHex(),
        `key of ${keyBytes}, ${size} bytes`,
      );
    }
  }
});

Deno.test("digests stay the same when a process has made many", async () => {
  const digests = createDigests();
  const key = bytesOf(64);
  const first = [await digests.sha256(bytesOf(300)), await digests.hmacSha256(key, bytesOf(300))];
  for (let count = 0; count < 200; count++) {
    assertEquals([await digests.sha256(bytesOf(300)), await digests.hmacSha256(key, bytesOf(300))], first);
  }
});
