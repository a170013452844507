/** The acceptance criteria on the page of a task: the state of each, and its evidence. Pure. */

import { inWords } from "../model/in_words.ts";
import { type Block, code, digest, heading, type Line, paragraph, strong, text } from "./page.ts";
import { type CriterionFacts, LOG_LINES, type TaskFacts } from "./task_facts.ts";
import { commandWords, criterionState, isTelling, toneOfCriterion, whenWords } from "./words.ts";

export function acceptance({ acceptance }: TaskFacts): readonly Block[] {
  if (acceptance.length === 0) return [];
  const blocks: Block[] = [heading("Acceptance"), {
    kind: "table",
    head: ["Criterion", "What", "State", "Check", "Evidence"],
    rows: acceptance.map((criterion) => [
      [code(criterion.id)],
      [text(criterion.text)],
      [strong(criterionState(criterion.state), toneOfCriterion(criterion.state))],
      criterion.check === null ? [text("a person confirms it")] : [code(commandWords(criterion.check))],
      proof(criterion),
    ]),
  }];
  for (const { id, evidence } of acceptance) {
    if (evidence === null) continue;
    for (const { stream, lines, is_cut } of evidence.log) {
      if (lines.length === 0) continue;
      const what = [code(stream), text("of the check"), code(id), text(":")];
      blocks.push(
        paragraph(text(is_cut ? `The last ${LOG_LINES} lines of` : "All of"), ...what),
        { kind: "fence", language: "text", lines },
      );
    }
  }
  const entries = acceptance.flatMap(({ evidence }) =>
    evidence === null ? [] : [
      ...streamDigests(evidence),
      ...(evidence.record_sha256 === null ? [] : [{ stream: "record", sha256: evidence.record_sha256 }]),
    ].map(({ stream, sha256 }) => ({ sha256, name: `${evidence.run} ${stream}`, isDirectory: false }))
  );
  if (entries.length > 0) {
    blocks.push({ kind: "digests", line: [text("SHA-256 of the checks' output and records:")], entries });
  }
  return blocks;
}

function proof(criterion: CriterionFacts): Line {
  const { verified, check_edited } = criterion;
  const edited = check_edited.length === 0
    ? []
    : [text(", "), strong(`check edited with the work: ${check_edited.join(", ")}`, "open")];
  return [...evidenceOf(criterion), ...(verified === null ? [] : verifiedWords(verified)), ...edited];
}

function verifiedWords(isVerified: boolean): Line {
  return isVerified ? [text(", verified")] : [text(", "), strong("not verified", "bad")];
}

function evidenceOf({ evidence, confirmation, earlier }: CriterionFacts): Line {
  if (evidence !== null) {
    const { run, exit_code, status, record_sha256 } = evidence;
    return [
      code(run),
      text(exit_code === null ? inWords(status) : `exit ${exit_code}`),
      ...streamDigests(evidence).flatMap(({ stream, sha256 }) => [text(`, ${stream}`), digest(sha256)]),
      ...(record_sha256 === null ? [] : [text(", record"), digest(record_sha256)]),
    ];
  }
  if (confirmation !== null) {
    const { by, at, note } = confirmation;
    return [
      text(`${by ?? "somebody"}, ${whenWords(at)}`),
      ...(note === null || note === "" ? [] : [text(`: ${note}`)]),
    ];
  }
  if (earlier !== null) return [text(`changed since the build: ${earlier.words}`)];
  return [text("none yet")];
}

function streamDigests({ stdout_sha256, stderr_sha256 }: NonNullable<CriterionFacts["evidence"]>) {
  return [
    ...(isTelling(stdout_sha256) ? [{ stream: "stdout", sha256: stdout_sha256 }] : []),
    ...(isTelling(stderr_sha256) ? [{ stream: "stderr", sha256: stderr_sha256 }] : []),
  ];
}
