/** Prefixes so many MiB of lines, as the output of several jobs at once is shown: `prefix_stream.ts <MiB>`. Measured by the benchmark. */

import { PrefixedLines } from "../../../src/cli/output/prefixed_lines.ts";

const MIB = 1024 * 1024;
const PIECE_BYTES = 64 * 1024;
const LINE = `${"a line of output as a compiler writes it, with a path:12:7".padEnd(79, ".")}\n`;

const piece = new TextEncoder().encode(LINE.repeat(Math.ceil(PIECE_BYTES / LINE.length))).subarray(
  0,
  PIECE_BYTES,
);
const lines = new PrefixedLines(new TextEncoder().encode("build | "));
let shown = 0;
for (let left = Number(Deno.args[0]) * MIB; left > 0; left -= piece.length) {
  for (let rest = piece; rest.length > 0;) {
    const { bytes, taken } = lines.put(rest);
    shown += bytes.length;
    rest = rest.subarray(taken);
  }
}
if (shown === 0) Deno.exit(1);
