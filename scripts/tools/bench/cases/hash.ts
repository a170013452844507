/**
 * Cases of `hash`: compared with openssl, which digests as fast as the processor can, and sha256sum, which
 * people would call.
 */

import { join } from "@std/path/posix";
import type { CaseDefinition } from "../case.ts";
import { GIB, writeRandomFile } from "../files.ts";
import type { Place } from "../place.ts";

const SMALL_FILES = 1000;
const SMALL_BYTES = 4096;
const PARTS = 4;

export async function randomFile(place: Place): Promise<string> {
  return await place.once("random file", async () => {
    const path = join(await place.folder("random"), "1gib.bin");
    await writeRandomFile(path, GIB);
    return path;
  });
}

async function manyFiles(folder: string, count: number, bytes: number): Promise<readonly string[]> {
  const paths = Array.from({ length: count }, (_, i) => join(folder, `${i}.bin`));
  for (const path of paths) await writeRandomFile(path, bytes);
  return paths;
}

export const HASH_CASES: readonly CaseDefinition[] = [
  {
    name: "hash_1gib",
    group: "hash",
    what: "hash of 1 GiB",
    figure: "time",
    // At least 0.95 of its speed.
    budget: { kind: "ratio", atMost: 1 / 0.95 },
    rounds: 7,
    needs: ["openssl"],
    async prepare(place) {
      const file = await randomFile(place);
      return {
        ours: place.ours(["hash", "--file", file]),
        reference: { label: "openssl dgst", argv: ["openssl", "dgst", "-sha256", file] },
      };
    },
  },
  {
    name: "hash_small",
    group: "hash",
    what: `hash of ${SMALL_FILES} small files`,
    figure: "time",
    budget: { kind: "ratio_beyond_start_up", atMost: 1.5 },
    rounds: 15,
    needs: ["sha256sum"],
    note: `Files of ${SMALL_BYTES / 1024} KiB. Start-up is the digest of one empty file.`,
    async prepare(place) {
      const folder = await place.folder("small");
      const files = await manyFiles(folder, SMALL_FILES, SMALL_BYTES);
      const empty = join(folder, "empty.bin");
      await Deno.writeTextFile(empty, "");
      return {
        ours: place.ours(["hash", ...files]),
        reference: { label: "sha256sum", argv: ["sha256sum", ...files] },
        startUp: place.ours(["hash", empty]),
      };
    },
  },
  {
    name: "hash_several",
    group: "hash",
    what: `hash of 1 GiB in ${PARTS} files`,
    figure: "time",
    // With one processor both take the same time; with two and no loss it would be 0.5.
    budget: { kind: "ratio", atMost: 0.75 },
    rounds: 7,
    note: "Against the same bytes in one file: only with both processors at work is it faster.",
    async prepare(place) {
      const files = await manyFiles(await place.folder("parts"), PARTS, GIB / PARTS);
      return {
        ours: place.ours(["hash", ...files]),
        reference: place.ours(["hash", await randomFile(place)], "hash of one file"),
      };
    },
  },
];
