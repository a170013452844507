/** The journal of a fake machine, read by a second implementation of its rules. */

import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { STATE } from "./cli.ts";
import type { FakeHost } from "./fake_host.ts";

export const JOURNAL = `${STATE}/journal.jsonl`;
export const JOURNAL_LOCK = `${STATE}/locks/journal.lock`;

export type Line = Readonly<Record<string, unknown>>;

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The lines as they are, in any state. */
export function linesOf(host: FakeHost): readonly string[] {
  return (host.disk.read(JOURNAL) ?? "").split("\n").slice(0, -1);
}

/** The entries of a journal that must be whole: each with the next number and the digest of the line before. */
export function entriesOf(host: FakeHost): readonly Line[] {
  let previous = "0".repeat(64);
  return linesOf(host).map((line, index) => {
    const entry = JSON.parse(line);
    assertEquals([entry.n, entry.previous], [index + 1, previous], line);
    previous = sha256(line);
    return entry;
  });
}

/** "kind id" of each entry. */
export function namesOf(entries: readonly Line[]): readonly string[] {
  return entries.map(({ kind, id }) => `${kind} ${id}`);
}
