/** Cases of output: captured, shown and kept, compared with a pipe through `tee` that keeps a copy. */

import { join } from "@std/path/posix";
import type { Budget, CaseDefinition, Figure } from "../case.ts";
import { type Place, ROOT } from "../place.ts";
import { GIB, removeIfThere } from "../files.ts";
import { shellWord } from "../../../../src/model/shell_word.ts";
import { randomFile } from "./hash.ts";

const ROUNDS = 7;
/** 64 MiB of lines, which the reference reads 16 times. */
const LINES = 64 * 1024 * 1024 / 80;
const HEAD = ["head", "-c", String(GIB), "/dev/zero"];

interface OutputCase {
  readonly name: string;
  readonly what: string;
  readonly figure?: Figure;
  readonly budget?: Budget;
  readonly needs?: readonly string[];
  readonly note?: string;
  /** How the output is shown: to a reader of a pipe, or to the null device. */
  readonly reader?: string;
  command(place: Place): Promise<readonly string[]> | readonly string[];
}

const ALL: readonly OutputCase[] = [
  {
    name: "output_1gib",
    what: "1 GiB of output",
    budget: { kind: "ratio", atMost: 1 },
    command: () => HEAD,
  },
  {
    name: "output_lines",
    what: "a million short lines, each written by itself",
    budget: { kind: "ratio", atMost: 1.25 },
    needs: ["awk"],
    command: () => ["awk", "BEGIN { for (i = 0; i < 1000000; i++) { print i; fflush() } }"],
  },
  {
    name: "output_burst",
    what: "a million short lines in one burst",
    needs: ["seq"],
    note: "7 MB, which need a few milliseconds: nearly all of ours is start-up, and so without a budget.",
    command: () => ["seq", "1000000"],
  },
  {
    name: "output_128_bytes",
    what: "a million writes of 128 bytes",
    budget: { kind: "ratio", atMost: 1.25 },
    command: () => ["dd", "if=/dev/zero", "bs=128", "count=1000000", "status=none"],
  },
  {
    name: "output_binary",
    what: "1 GiB of random bytes",
    budget: { kind: "ratio", atMost: 1.25 },
    command: async (place) => ["cat", await randomFile(place)],
  },
  {
    name: "output_piped",
    what: "1 GiB of output, shown to a reader",
    note:
      "The reader is `cat`, behind a pipe. The null device of the other cases gets nothing from us, as nobody sees it.",
    reader: "cat",
    command: () => HEAD,
  },
  {
    name: "output_memory",
    what: "1 GiB of output, peak memory",
    figure: "peak_memory",
    budget: { kind: "ratio", atMost: 1.5 },
    command: () => HEAD,
  },
];

const CAPTURED: readonly CaseDefinition[] = ALL.map((each) => ({
  name: each.name,
  group: "output",
  what: each.what,
  figure: each.figure ?? "time",
  ...(each.budget === undefined ? {} : { budget: each.budget }),
  ...(each.note === undefined ? {} : { note: each.note }),
  rounds: ROUNDS,
  ...(each.needs === undefined ? {} : { needs: each.needs }),
  async prepare(place) {
    const argv = await each.command(place);
    const words = argv.map((word) => JSON.stringify(word)).join(", ");
    const cwd = await place.project(each.name, `[jobs.output]\ncommand = [${words}]\n`);
    const [state, copy] = [join(cwd, "state"), join(cwd, "copy")];
    const shown = each.reader === undefined ? ">/dev/null" : `| ${each.reader} >/dev/null`;
    const teed = place.shell(`${argv.map(shellWord).join(" ")} | tee '${copy}' ${shown}`);
    const ours = place.ours(["run", "output", "--state-dir", state]);
    const piped = place.shell(`${ours.argv.map(shellWord).join(" ")} ${shown}`);
    return {
      ours: { ...(each.reader === undefined ? ours : { ...piped, label: ours.label }), cwd },
      reference: each.figure === "peak_memory"
        ? place.spawnScript(argv)
        : { ...teed, label: "sh -c '… | tee file'" },
      // Each starts with an empty disk.
      clean: async () => {
        await removeIfThere(state);
        await removeIfThere(copy);
      },
    };
  },
}));

const PREFIX_SCRIPT = join(ROOT, "scripts/tools/bench/prefix_stream.ts");

export const OUTPUT_CASES: readonly CaseDefinition[] = [...CAPTURED, {
  name: "output_prefixed",
  group: "output",
  what: "a prefix for each line of 1 GiB",
  figure: "time",
  // 500 MB/s.
  budget: { kind: "absolute", atMost: GIB / 500_000 },
  rounds: ROUNDS,
  needs: ["sed"],
  note:
    "Lines of 80 bytes in pieces of 64 KiB, as `--output prefixed` shows them, and no other work. sed reads the same lines.",
  async prepare(place) {
    const lines = await place.once("lines for prefixes", async () => {
      const path = join(await place.folder("prefixed"), "lines");
      await Deno.writeTextFile(path, `${"x".repeat(79)}\n`.repeat(LINES));
      return path;
    });
    const { argv } = place.emptyScript();
    const once = `sed 's/^/build | /' '${lines}' >/dev/null`;
    return {
      ours: { label: "PrefixedLines", argv: [...argv.slice(0, -1), PREFIX_SCRIPT, "1024"] },
      reference: { ...place.shell(`for i in $(seq 16); do ${once}; done`), label: "sed 's/^/build | /'" },
    };
  },
}];
