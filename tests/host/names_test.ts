/** Names that only the real Linux has: the system's own call gives the same as the runtime. */

import "./compiled_calls.ts";
import { assert, assertEquals } from "@std/assert";
import { identifyAll } from "../../src/host/deno_file_identities.ts";
import { inFolder, namesAt, namesWith } from "../../src/host/linux_list.ts";
import { O_DIRECTORY } from "../../src/host/linux_open_flags.ts";
import { linuxCalls } from "../../src/host/posix_calls.ts";

/** A name that is not text, one that begins with a mark that decoders remove, and half of a character. */
const NAMES = [
  "caf\\351.txt",
  "\\357\\273\\277marked.txt",
  "half\\355\\240\\200.txt",
  "\\303\\244.txt",
  "...",
  "..a",
];

Deno.test({
  name: "names: a name that is not UTF-8 reads as the runtime reads it, and cannot be examined",
  ignore: Deno.build.os !== "linux",
  // The library stays open, as in the program.
  sanitizeResources: false,
  async fn() {
    assert(linuxCalls() !== undefined);
    const folder = await Deno.makeTempDir();
    try {
      const script = `cd "$1" && for name in ${
        NAMES.map((name) => `'${name}'`).join(" ")
      }; do : > "$(printf "$name")"; done`;
      const made = await new Deno.Command("sh", { args: ["-c", script, "sh", folder] }).output();
      assertEquals(new TextDecoder().decode(made.stderr), "");
      const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
      assertEquals(names, [
        "...",
        "..a",
        "caf\ufffd.txt",
        "half\ufffd\ufffd\ufffd.txt",
        "\u00e4.txt",
        "\ufeffmarked.txt",
      ]);
      assertEquals(inFolder(folder, O_DIRECTORY, namesAt)?.sort(), names);
      const found = identifyAll(folder, () => true);
      assert(found.ok);
      assertEquals(found.value.names, names);
      assertEquals([...found.value.problems].map(([index, { kind }]) => [names[index], kind]), [
        ["caf\ufffd.txt", "not_found"],
        ["half\ufffd\ufffd\ufffd.txt", "not_found"],
      ]);
      assertEquals(namesWith([".txt"], folder)?.sort(), names.slice(2));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
