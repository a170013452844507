/** Whether the journal is complete and in order, and up to where somebody else can confirm it. */

import {
  countOf,
  type EvidenceFinding,
  type EvidenceLine,
  evidenceLine,
  type SignatureReport,
} from "../../model/verification.ts";
import { NO_LINE } from "../../model/journal.ts";
import type { Digests } from "../../host/digests.ts";
import type { JournalLine, JournalView } from "./journal_view.ts";

/** `hasRecords`: something was recorded, so there must be a journal. */
export async function checkChain(
  digests: Digests,
  view: JournalView,
  anchors: SignatureReport["anchors"],
  hasRecords: boolean,
): Promise<EvidenceLine> {
  const { noted } = view;
  const lines: DigestedLine[] = [];
  for (const line of view.lines) lines.push({ ...line, sha256: await digests.sha256(line.bytes) });
  const failures: EvidenceFinding[] = [];
  const unchecked: EvidenceFinding[] = [];
  const fails = (line: number, fact: string) => failures.push({ about: `line ${line}`, fact });
  if (lines.length === 0) {
    if (noted !== undefined) {
      failures.push({ about: "journal.jsonl", fact: `is gone; it had ${countOf(noted.n, "line")}` });
    } else if (hasRecords) {
      failures.push({ about: "journal.jsonl", fact: "does not exist; the next run begins one" });
    }
    return evidenceLine("no journal", failures, [], "unchecked");
  }
  for (const [index, line] of lines.entries()) {
    const fact = problemOf(line, lines[index - 1]);
    if (fact !== undefined) fails(line.number, fact);
    const time = line.entry?.time ?? "";
    const before = lines[index - 1]?.entry?.time ?? "";
    // The order is that of the lines; the times are what the clock said.
    if (time < before) {
      unchecked.push({
        about: `line ${line.number}`,
        fact: `has an earlier time than the line before it: the clock was set back`,
      });
    }
  }
  const last = lines.at(-1)!;
  if (!view.isEnded) fails(last.number, "is cut off; the next run repairs it");
  if (noted !== undefined) {
    const there = lines[noted.n - 1];
    if (there === undefined) {
      failures.push({
        about: "journal.jsonl",
        fact: `ends with line ${last.number}; line ${noted.n} was there before`,
      });
    } else if (there.sha256 !== noted.sha256) fails(noted.n, "is not the one that was written");
  }
  let anchored: { readonly n: number; readonly by: string } | undefined;
  const gone = new Map<string, { readonly n: number; readonly fact: string }>();
  for (const { head, by, isBreak } of anchors) {
    if (lines[head.n - 1]?.sha256 !== head.sha256) {
      const fact = `is not the ${isBreak ? "break" : "one"} that ${by} signed`;
      gone.set(`${head.n} ${fact}`, { n: head.n, fact });
    } else if (head.n > (anchored?.n ?? 0)) anchored = { n: head.n, by };
  }
  for (const { n, fact } of gone.values()) fails(n, fact);
  const words = anchored === undefined
    ? "no signature anchors it"
    : `anchored up to line ${anchored.n} by ${anchored.by}`;
  return evidenceLine(`${countOf(lines.length, "line")} in order, ${words}`, failures, unchecked);
}

interface DigestedLine extends JournalLine {
  readonly sha256: string;
}

function problemOf({ number, entry }: DigestedLine, before: DigestedLine | undefined): string | undefined {
  if (entry === undefined) return "is not a line of a journal";
  if (entry.n !== number) return `has the number ${entry.n}`;
  if (entry.previous !== (before?.sha256 ?? NO_LINE)) {
    return before === undefined
      ? "follows a line that is gone"
      : `does not follow line ${number - 1} as it is`;
  }
  if (entry.kind === "chain_break") return `is a break: ${String(entry["reason"])}`;
  if ((entry.kind === "begun") !== (number === 1)) {
    return number === 1 ? "does not say that a journal begins" : "begins a second time";
  }
  return undefined;
}
