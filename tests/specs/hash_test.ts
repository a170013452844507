/** `hash` beside the real sha256sum: each reads the other's lists. */

import { assertEquals } from "@std/assert";
import { inRealFolder } from "../support/real_program.ts";

const NAMES = ["plain", "two words", "back\\slash", "line\nend", "-dash", "é 日本", "empty"];

Deno.test({
  name: "spec: hash prints what sha256sum prints, byte for byte, and each verifies the other's list",
  // Older versions of the tool escape differently; this is the form of GNU coreutils.
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inRealFolder(async (folder) => {
      for (const name of NAMES) folder.write(name, name === "empty" ? "" : `content of ${name}\n`);
      folder.write("large", new Uint8Array(700_000).map((_, index) => index % 253));
      const files = [...NAMES, "large"].map((name) => `./${name}`);
      const theirs = await folder.call("sha256sum", files);
      const ours = await folder.orchastration("hash", ...files.flatMap((file) => ["--file", file]));
      assertEquals(ours, theirs);
      folder.write("SUMS", ours.stdout);

      const checked = await folder.orchastration("hash", "--check", "SUMS");
      assertEquals([checked.code, checked.stderr], [0, ""]);
      const read = await folder.call("sha256sum", ["--check", "--quiet", "SUMS"]);
      assertEquals(read, { code: 0, stdout: "", stderr: "" });

      folder.write("plain", "changed\n");
      assertEquals((await folder.orchastration("hash", "--check", "SUMS")).code, 1);
      assertEquals((await folder.call("sha256sum", ["--check", "--status", "SUMS"])).code, 1);
    }),
});
