/** Signs one ended run: the build with the checks of its criteria, or the run of a job. Every signature exists before any is written. */

import { isBound } from "../../model/bound_run.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import type { SignedJournal } from "../../model/journal.ts";
import { nextCommand, type NextSteps } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { CheckRecord, RunRecord } from "../../model/run.ts";
import { bundleText, PAYLOAD_TYPE, signedBytes } from "../../model/signed_bundle.ts";
import {
  type CheckFacts,
  provenanceOf,
  type RunFacts,
  type Statement,
  testResultOf,
  type TreeOfRun,
} from "../../model/statement.ts";
import { type EvidenceFile, writeEvidence } from "../../store/evidence_store.ts";
import { appendToJournal } from "../../store/journal.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type JournalLine, newestOf, viewJournal } from "./journal_view.ts";
import { inTotoEvidence, statedRecord } from "./in_toto_evidence.ts";
import type { Signer } from "./signer.ts";
import { timeStampOf } from "./time_stamp.ts";
import { treeOfRun } from "./tree_of_run.ts";

export const PROVENANCE_FILE = "provenance.sigstore.json";
/** The head covers older ones, too; more of them would say nothing new. */
const MAX_BREAKS = 20;

export interface SignedFile {
  /** Relative to the state folder, with "/" on every system. */
  readonly path: string;
  readonly sha256: string;
  /** undefined for a layout and a link of in-toto. */
  readonly predicateType: string | undefined;
  /** The criterion that was checked, and PASSED or FAILED; undefined for provenance. */
  readonly criterion: string | undefined;
  readonly result: string | undefined;
}

export interface SignedRun {
  readonly run: RunRecord;
  readonly files: readonly SignedFile[];
  /** The statements are bound to these; where both are undefined, to the records and outputs alone. */
  readonly tree: TreeOfRun | undefined;
  readonly inputs: string | undefined;
  /** Criteria of the build without a check that ran, about which nothing can be signed. */
  readonly without: readonly string[];
}

function criterionFile(id: string): string {
  return `criterion-${id}.sigstore.json`;
}

/** The run is signable. */
export async function signRun(
  workspace: Workspace,
  store: RunStore,
  run: RunRecord,
  signer: Signer,
): Promise<Result<SignedRun, Failure>> {
  const facts = await factsOf(workspace, store, run);
  if (!facts.ok) return facts;
  const statements: { readonly name: string; readonly statement: Statement; readonly check?: CheckFacts }[] =
    [
      { name: PROVENANCE_FILE, statement: provenanceOf(facts.value) },
    ];
  const without: string[] = [];
  for (const criterion of run.checks) {
    const check = await checkFacts(workspace, store, criterion);
    if (!check.ok) return check;
    if (check.value === undefined) without.push(criterion.id);
    else {
      const statement = testResultOf(facts.value, check.value);
      statements.push({ name: criterionFile(criterion.id), statement, check: check.value });
    }
  }
  const evidence: EvidenceFile[] = [];
  const files: SignedFile[] = [];
  const encoder = new TextEncoder();
  for (const { name, statement, check } of statements) {
    const payload = encoder.encode(JSON.stringify(statement));
    const signature = await signer.sign(signedBytes(PAYLOAD_TYPE, payload));
    if (!signature.ok) return signature;
    const timeStamp = await timeStampOf(workspace, signature.value);
    if (!timeStamp.ok) return timeStamp;
    const signed = {
      payload,
      signature: signature.value,
      keyId: signer.keyId,
      timeStamp: timeStamp.value,
    };
    const bytes = encoder.encode(bundleText(signed));
    evidence.push({ name, bytes });
    files.push({
      path: `evidence/${run.id}/${name}`,
      sha256: await workspace.host.digests.sha256(bytes),
      predicateType: statement.predicateType,
      criterion: check?.criterion.id,
      result: check === undefined ? undefined : String(statement.predicate["result"]),
    });
  }
  if (run.action === "build.run") {
    const checks = statements.flatMap(({ check }) => check ?? []);
    const links = await inTotoEvidence(workspace, store, run, facts.value.record, checks, signer);
    if (!links.ok) return links;
    for (const { name, bytes } of links.value) {
      evidence.push({ name, bytes });
      files.push({
        path: `evidence/${run.id}/${name}`,
        sha256: await workspace.host.digests.sha256(bytes),
        predicateType: undefined,
        criterion: undefined,
        result: undefined,
      });
    }
  }
  const written = await writeEvidence(store.parts, run.id, evidence, signer.keyId);
  if (!written.ok) return written;
  const bound = isBound(run);
  return ok({
    run,
    files,
    tree: bound ? facts.value.tree : undefined,
    inputs: bound ? run.inputs?.sha256 ?? undefined : undefined,
    without,
  });
}

/** A failure where nothing can be said of this run that somebody would want to check. */
export function requireSignable(run: RunRecord): Result<void, Failure> {
  const refuse = (fact: string, next: NextSteps) =>
    fail({ code: "not_signed", run: run.id, fact, next } as const);
  if (run.status === "running") return refuse("it has not ended", [nextCommand("wait", run.id)]);
  if (run.status === "interrupted" && run.recovery === null) {
    return refuse("it was interrupted, and its record is not finished", [nextCommand("recover", run.id)]);
  }
  if (run.examined_at !== undefined) {
    return refuse("its files were examined when it was recovered, and not when it ended", []);
  }
  switch (run.action) {
    case "job.run":
    case "build.run":
      return run.status === "up_to_date" && run.same_as !== undefined
        ? refuse(`nothing was run: the result is that of ${run.same_as.run}`, [
          nextCommand("sign", run.same_as.run),
        ])
        : ok(undefined);
    case "check.run":
      return refuse("it is the check of a criterion, which is signed with its build", [
        nextCommand("sign", run.name),
      ]);
    case "graph.run":
      return refuse("it is the run of a graph, whose runs are signed one by one", [
        nextCommand("runs show", run.id),
      ]);
    default:
      return refuse(`it is an act (${run.action}), and only runs of jobs and builds of tasks are signed`, []);
  }
}

async function factsOf(
  workspace: Workspace,
  store: RunStore,
  run: RunRecord,
): Promise<Result<RunFacts, Failure>> {
  const record = await statedRecord(workspace, store, run.id);
  if (!record.ok) return record;
  const tree = await treeOfRun(workspace, store, run);
  const journal = await journalToSign(workspace, store, run.id);
  return journal.ok ? ok({ run, record: record.value, tree, journal: journal.value }) : journal;
}

/** Up to its newest line. A break that nobody has entered yet is entered first, so that it is signed, too. */
async function journalToSign(
  { host: { digests } }: Workspace,
  { parts }: RunStore,
  run: RunId,
): Promise<Result<SignedJournal, Failure>> {
  const head = await appendToJournal(parts);
  if (!head.ok) return head;
  const journal = viewJournal(parts);
  if (!journal.ok) return journal;
  const headOf = async ({ number, bytes }: JournalLine) => ({
    n: number,
    sha256: await digests.sha256(bytes),
  });
  const line = newestOf(journal.value, run);
  const broken = journal.value.lines.filter(({ number, entry }) =>
    number <= head.value.n && entry?.kind === "chain_break"
  );
  return ok({
    line: line && await headOf(line),
    head: head.value,
    breakCount: broken.length,
    breaks: await Promise.all(broken.slice(-MAX_BREAKS).map(headOf)),
  });
}

/** undefined where no check of this criterion ran. */
async function checkFacts(
  workspace: Workspace,
  store: RunStore,
  criterion: CheckRecord,
): Promise<Result<CheckFacts | undefined, Failure>> {
  if (criterion.run === null) return ok(undefined);
  const run = store.read(criterion.run);
  if (!run.ok) return run;
  const record = await statedRecord(workspace, store, criterion.run);
  return record.ok ? ok({ criterion, run: run.value.record, record: record.value }) : record;
}
