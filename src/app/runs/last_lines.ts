/** The last lines of captured output, however much there is of it. Knows files, not runs. */

import type { Files } from "../../host/files.ts";

const TAIL_BYTES = 8192;

/** Without blank lines, and at most `count`; empty where the file cannot be read. A first line that is longer than the part is cut. */
export function lastLines(files: Files, path: string, count: number): readonly string[] {
  const facts = files.stat(path);
  const opened = files.openForReading(path);
  if (!opened.ok) return [];
  try {
    const bytes = new Uint8Array(TAIL_BYTES);
    opened.value.seek(Math.max(0, (facts.ok ? facts.value.sizeBytes : 0) - TAIL_BYTES));
    const read = opened.value.read(bytes);
    const text = read.ok ? new TextDecoder().decode(bytes.subarray(0, read.value)) : "";
    return text.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "").slice(-count);
  } finally {
    opened.value.close();
  }
}
