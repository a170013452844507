/** The answer of `verify`: four separate questions about what was recorded, and what was found for each. */

import type { JournalHead } from "./journal.ts";
import type { RunId } from "./ids.ts";

/** "unchecked": nothing of it can be checked, so it neither holds nor fails. */
export type EvidenceState = "holds" | "fails" | "unchecked";

export interface EvidenceFinding {
  /** A file relative to the state folder, a line of the journal, a run, a task or a criterion. */
  readonly about: string;
  /** The second half of a sentence, without a dot; or a whole one, about something that belongs to it. */
  readonly fact: string;
}

/** The beginnings of facts that have a subject of their own. */
const OWN_SUBJECT = /^(its?|the|commit) |( changed| is new| is gone)( \(.*\))? since /;

/** A finding as one sentence. */
export function findingWords({ about, fact }: EvidenceFinding): string {
  return OWN_SUBJECT.test(fact) ? `${about}: ${fact}` : `${about} ${fact}`;
}

export interface EvidenceLine {
  readonly state: EvidenceState;
  /** The result, in a few words. */
  readonly summary: string;
  readonly failures: readonly EvidenceFinding[];
  /** Never counted as good. */
  readonly unchecked: readonly EvidenceFinding[];
}

export type VerifiedSubject =
  | { readonly kind: "all" }
  | { readonly kind: "run"; readonly run: RunId }
  | { readonly kind: "task"; readonly task: string }
  /** A tree of git, however the commits around it were rewritten. */
  | {
    readonly kind: "tree";
    readonly revision: string;
    readonly tree: string;
    readonly tasks: readonly string[];
  };

export interface Verification {
  readonly subject: VerifiedSubject;
  /** Each record, log, manifest and plan is equal to its digest. */
  readonly records: EvidenceLine;
  /** The journal is complete and in order. */
  readonly chain: EvidenceLine;
  /** The statements that were signed are valid, and by whom. */
  readonly signatures: EvidenceLine;
  /** This tree, these criteria, these outputs, today. */
  readonly claim: EvidenceLine;
}

/** The statements about runs that were signed, as the keys say. */
export interface SignatureReport {
  readonly line: EvidenceLine;
  /** Heads of the journal that a valid signature names: up to there, nobody without the key can have changed it. */
  readonly anchors: readonly JournalAnchor[];
}

export interface JournalAnchor {
  readonly head: JournalHead;
  readonly by: string;
  /** It said that this line is a break. */
  readonly isBreak: boolean;
}

export function evidenceLine(
  summary: string,
  failures: readonly EvidenceFinding[],
  unchecked: readonly EvidenceFinding[] = [],
  whenNoneFails: EvidenceState = "holds",
): EvidenceLine {
  return { state: failures.length > 0 ? "fails" : whenNoneFails, summary, failures, unchecked };
}

/** Nothing that could be checked fails. */
export function holdsUp({ records, chain, signatures, claim }: Verification): boolean {
  return [records, chain, signatures, claim].every(({ state }) => state !== "fails");
}

/** `1 record`, `3 records`. */
export function countOf(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
