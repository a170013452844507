/** There is one version. */

import { assertEquals } from "@std/assert";
import { COMMIT, VERSION, versionLine } from "../../src/version.ts";

Deno.test("version: src/version.ts and deno.json say the same", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assertEquals(VERSION, version);
});

Deno.test("version: the line names the version and the machine", () => {
  assertEquals(
    versionLine({ runtime: "deno 2.9.6", arch: "x86_64", os: "linux" }),
    `orchastration ${VERSION} (deno 2.9.6, x86_64-linux)\n`,
  );
});

Deno.test("version: only a build names a commit", () => {
  assertEquals(COMMIT, "");
});
