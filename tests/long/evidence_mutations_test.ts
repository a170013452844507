/** A changed byte anywhere in an exported folder is found; tests/features/evidence/export_test.ts changes a few of each file. */

import { assertEquals } from "@std/assert";
import { exported, filesIn, verdict } from "../support/exported_evidence.ts";

/** All of the bytes of short files, and so many of each long one. */
const PLACES = 60;

Deno.test("evidence verify: a bit that is flipped anywhere in any file is found, and the unchanged folder holds", async () => {
  using host = await exported();
  for (const path of filesIn(host)) {
    const bytes = new TextEncoder().encode(host.disk.read(path)!);
    const step = Math.max(1, Math.ceil(bytes.length / PLACES));
    for (let at = 0; at < bytes.length; at += step) {
      const changed = bytes.slice();
      changed[at]! ^= at % 2 === 0 ? 1 : 32;
      host.disk.write(path, changed);
      assertEquals((await verdict(host)).holds, false, `${path}, byte ${at}`);
    }
    host.disk.write(path, bytes);
  }
  assertEquals((await verdict(host)).holds, true);
});
