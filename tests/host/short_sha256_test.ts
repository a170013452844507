/** Our own digests of short texts, compared with those of the runtime. */

import { assertEquals } from "@std/assert";
import { createDigests } from "../../src/host/deno_digests.ts";
import { shortHmacSha256, shortSha256 } from "../../src/host/short_sha256.ts";

/** Around the sizes at which another block begins, and some larger ones. */
const SIZES = [0, 1, 2, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 1000, 4096, 16 * 1024];

function bytesOf(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + size) & 255);
}

Deno.test("SHA-256 of a short text is that of the runtime, for every size", async () => {
  for (const size of SIZES) {
    const bytes = bytesOf(size);
    const theirs = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    assertEquals(shortSha256(bytes), theirs, `${size} bytes`);
    assertEquals(shortSha256(bytes.subarray(0, size >> 1), bytes.subarray(size >> 1)), theirs);
  }
});

Deno.test("HMAC-SHA-256 of a short text is that of the runtime, for every size of key and text", async () => {
  for (const size of SIZES) {
    for (const keyBytes of [1, 32, 64, 65, 200]) {
      const key = bytesOf(keyBytes);
      const theirs = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, [
        "sign",
      ]);
      assertEquals(
        shortHmacSha256(key, bytesOf(size)),
        new Uint8Array(await crypto.subtle.sign("HMAC", theirs, bytesOf(size))),
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
