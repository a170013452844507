/** Features that only the real digests of files have: threads, and a system without any. */

import { assertEquals } from "@std/assert";
import { FileDigests } from "../../src/host/deno_file_digests.ts";

Deno.test("file digests: one thread is enough if no other can be started", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const large = new Uint8Array(33 * 1024 * 1024);
    const paths = ["a", "b", "c"].map((name) => `${folder}/${name}`);
    for (const path of paths) await Deno.writeFile(path, large);
    const digests = new FileDigests(new URL("file:///nowhere/worker.js"));
    const digested = await Promise.all(paths.map((path) => digests.digest(path, "sha256")));
    const hex = new Uint8Array(await crypto.subtle.digest("SHA-256", large)).toHex();
    const expected = { ok: true, value: { sizeBytes: large.length, hex } } as const;
    assertEquals(digested, [expected, expected, expected]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
