/** The four answers of `verify` as lines, with everything that fails or could not be checked. */

import {
  type EvidenceFinding,
  type EvidenceLine,
  type EvidenceState,
  findingWords,
  holdsUp,
  type Verification,
  type VerifiedSubject,
} from "../../model/verification.ts";
import { visible } from "../../model/visible.ts";
import type { Invocation } from "../base/invocation.ts";
import { type Style, table } from "../output/style.ts";

const QUESTIONS = ["records", "chain", "signatures", "claim"] as const;
/** Further findings are in the JSON. */
const MAX_SHOWN = 50;

const STATES: Readonly<Record<EvidenceState, string>> = {
  holds: "holds",
  fails: "fails",
  unchecked: "unchecked",
};

export function verificationText(verification: Verification, { console }: Invocation): string {
  const { outStyle, columns } = console;
  const rows = QUESTIONS.map((question) => {
    const { state, summary } = verification[question];
    return [outStyle.dim(question), coloured(state, outStyle), visible(summary)];
  });
  const isWhole = QUESTIONS.every((question) => verification[question].unchecked.length === 0);
  const verdict = !holdsUp(verification)
    ? outStyle.red("not verified")
    : outStyle.green(isWhole ? "verified" : "verified, as far as it can be checked");
  const found = QUESTIONS.flatMap((question) => [
    ...findingLines(verification[question].failures, outStyle.red("fails:")),
    ...findingLines(verification[question].unchecked, outStyle.dim("not checked:")),
  ]);
  return `${outStyle.bold(subjectWords(verification.subject))}: ${verdict}\n` +
    table(rows, { columns }) + found.map((line) => `${line}\n`).join("");
}

function findingLines(findings: readonly EvidenceFinding[], how: string): readonly string[] {
  const lines = findings.slice(0, MAX_SHOWN).map((finding) => `${how} ${visible(findingWords(finding))}`);
  const more = findings.length - lines.length;
  return more > 0 ? [...lines, `${how} ${more} more`] : lines;
}

function coloured(state: EvidenceState, style: Style): string {
  switch (state) {
    case "holds":
      return style.green(STATES[state]);
    case "fails":
      return style.red(STATES[state]);
    case "unchecked":
      return style.yellow(STATES[state]);
  }
}

function subjectWords(subject: VerifiedSubject): string {
  switch (subject.kind) {
    case "all":
      return "all records";
    case "run":
      return subject.run;
    case "task":
      return `task ${subject.task}`;
    case "tree":
      return `tree ${subject.tree.slice(0, 12)} (${subject.revision})`;
  }
}

export function verificationJson({ subject, ...lines }: Verification) {
  return {
    format: 1,
    kind: "verification",
    subject,
    holds: holdsUp({ subject, ...lines }),
    records: lineJson(lines.records),
    chain: lineJson(lines.chain),
    signatures: lineJson(lines.signatures),
    claim: lineJson(lines.claim),
  };
}

function lineJson({ state, summary, failures, unchecked }: EvidenceLine) {
  return { state, summary, failures, unchecked };
}
