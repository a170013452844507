/**
 * Decides whether a run is needed: compares the current inputs with those of earlier runs, and their outputs
 * with the existing files. In doubt, it runs. Starts nothing but the programs of `input_tools`.
 */

import { isBound } from "../../model/bound_run.ts";
import type { Failure } from "../../model/failure.ts";
import { parseRunId, type RunId, runIdOf, type Timestamp } from "../../model/ids.ts";
import { type Cause, compareManifests, compareOutputs, type NoBaseline } from "../../model/manifest.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunAction, RunRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import { readManifest, type StoredManifest } from "../../store/manifest_store.ts";
import { nodeInputs, type ProofRun } from "../../store/node_inputs.ts";
import type { LatestRun, RunStore } from "../../store/run_store.ts";
import { fingerprintAll, NOTHING_KNOWN } from "../files/fingerprint_files.ts";
import type { InputsProblem } from "./inputs_problem.ts";
import { type InputsRequest, takeManifest, type TakenManifest } from "./take_manifest.ts";

/** After this many runs with other inputs, a job is run again. */
const MAX_RUNS_LOOKED_AT = 200;

export interface DecisionRequest extends InputsRequest {
  readonly action: RunAction;
  /** Only a build by this plan counts; undefined for a job. */
  readonly plan?: RunId | undefined;
  /** The caller requests a run in any case. */
  readonly fresh: "flag" | "criterion" | undefined;
}

export interface UpToDate {
  readonly kind: "up_to_date";
  readonly taken: TakenManifest;
  /** The run whose result still holds. */
  readonly same: ProofRun;
  /** A person's statement that the changes since that run do not matter. */
  readonly accepted: ProofRun | undefined;
  /**
   * The run that was noted as the newest before any record was read. All of this holds only if that is still so when it is recorded: no
   * other run has begun since.
   */
  readonly newest: Timestamp | undefined;
}

export type Decision =
  | UpToDate
  | {
    readonly kind: "run";
    /** undefined where the inputs cannot be determined. */
    readonly taken: TakenManifest | undefined;
    readonly problem: InputsProblem | undefined;
    /** Never empty. */
    readonly causes: readonly Cause[];
    readonly compared: ComparedRun | undefined;
  };

/** The run that the causes are compared with: the newest successful one whose manifest can be read. */
export interface ComparedRun {
  readonly id: RunId;
  readonly stored: StoredManifest;
}

export async function decide(
  host: Host,
  runs: RunStore,
  request: DecisionRequest,
): Promise<Result<Decision, Failure>> {
  const taken = await takeManifest(host, runs.parts, request);
  if (!taken.ok) {
    const causes: readonly Cause[] = [{ kind: "no_baseline", detail: "inputs_unreadable" }];
    return ok({ kind: "run", taken: undefined, problem: taken.failure, causes, compared: undefined });
  }
  const { key } = taken.value;
  const again = await reusedAgain(host, runs, request, taken.value);
  if (again !== undefined) return ok(again);
  // Before any other record is read.
  const latest = newestOf(runs, request.command.name);
  if (!latest.ok) return latest;
  const { noted, isBeginning } = latest.value;
  const proof = isBeginning ? undefined : newestProof(runs, request, key, latest.value);
  const earlier = proof === undefined ? readEarlier(runs, request, key) : ok(NOTHING_EARLIER);
  if (!earlier.ok) return earlier;
  const candidate: Candidate = proof !== undefined
    ? { kind: "found", run: proof }
    : isBeginning
    ? NOT_SUCCEEDED
    : findCandidate(earlier.value.started, key, request.command.declaresOutputs);
  const againstFound: readonly Cause[] = candidate.kind !== "found"
    ? []
    : request.fresh === undefined
    ? await changedOutputs(host, request, candidate.run)
    : [{ kind: "fresh_asked", by: request.fresh }];
  if (candidate.kind === "found" && againstFound.length === 0) {
    const { run } = candidate;
    const accepted = run.action === "runs.accept_unchanged" ? run : undefined;
    const same = accepted === undefined ? ok(run) : readSame(runs, accepted);
    // A statement about a run that no longer exists proves nothing.
    if (same.ok) {
      return ok({ kind: "up_to_date", taken: taken.value, same: same.value, accepted, newest: noted });
    }
  }
  const compared = await findCompared(
    runs,
    candidate.kind === "found" ? candidate.run.id : earlier.value.lastGood,
  );
  const causes = candidate.kind === "found" && againstFound.length === 0
    ? [{ kind: "no_baseline", detail: "never_succeeded" } as const]
    : candidate.kind === "found"
    ? againstFound
    : candidate.kind === "no_proof"
    ? [candidate.cause]
    : causesAgainst(compared, taken.value, earlier.value.started);
  return ok({
    kind: "run",
    taken: taken.value,
    problem: undefined,
    causes,
    compared: compared === "unreadable" ? undefined : compared,
  });
}

interface EarlierRuns {
  /**
   * Only runs of the same kind, newest first, without runs that started nothing and without damaged records.
   */
  readonly started: readonly RunRecord[];
  /** The newest run that counts: it succeeded, or was up to date. */
  readonly lastGood: RunId | undefined;
}

const NOTHING_EARLIER: EarlierRuns = { started: [], lastGood: undefined };

/** `isBeginning`: a newer run is reserved, and has no record yet. */
function newestOf(
  runs: RunStore,
  name: string,
): Result<LatestRun & { readonly isBeginning: boolean }, Failure> {
  for (;;) {
    const latest = runs.latest(name);
    if (!latest.ok) return latest;
    const { noted, run, damaged } = latest.value;
    const id = noted === undefined ? undefined : runIdOf(name, noted);
    const isFound = id === undefined || run?.record.id === id || damaged.length > 0;
    const isBeginning = !isFound && runs.isHeld(id);
    // Unless it has a record by now, it never began.
    if (isFound || isBeginning || !runs.has(id)) return ok({ ...latest.value, isBeginning });
  }
}

/** The decision for a node of a large graph that was up to date before, as far as notes of that graph can tell. */
async function reusedAgain(
  host: Host,
  runs: RunStore,
  request: DecisionRequest,
  taken: TakenManifest,
): Promise<UpToDate | undefined> {
  if (request.fresh !== undefined || request.action !== "job.run") return undefined;
  const known = nodeInputs(runs.parts)?.reusedAgain(request.command.name, taken.key);
  if (known === undefined || !isOfSame(request, taken.key, known.proof)) return undefined;
  if ((await changedOutputs(host, request, known.proof)).length > 0) return undefined;
  const newest = parseRunId(known.run)?.timestamp;
  return { kind: "up_to_date", taken, same: known.proof, accepted: undefined, newest };
}

/** Whether it was made for the same purpose, with these inputs. */
function isOfSame({ action, plan }: DecisionRequest, key: string, record: ProofRun): boolean {
  return record.action === action && record.inputs?.sha256 === key &&
    (plan === undefined || record.plan?.run === plan);
}

/**
 * The run with these inputs that the newest record is, or names: the answer for a job that is up to date again and again, without
 * its folder being listed and all of these records being read. undefined where the records have to be searched.
 */
function newestProof(
  runs: RunStore,
  request: DecisionRequest,
  key: string,
  { run: newest, damaged }: LatestRun,
): ProofRun | undefined {
  const { command } = request;
  const counts = (record: ProofRun) => isOfSame(request, key, record);
  const record = newest?.record;
  if (damaged.length > 0 || record === undefined || !counts(record)) return undefined;
  if (record.status !== "up_to_date" || record.same_as === undefined) {
    return record.status === "succeeded" && isBound(record) ? record : undefined;
  }
  // It names the newest run with these inputs, and nothing was started after that, or it would not have been recorded.
  const run = readProof(runs, command.name, record.same_as.run);
  return run !== undefined && counts(run) && run.status === "succeeded" ? run : undefined;
}

function readProof(runs: RunStore, name: string, id: RunId): ProofRun | undefined {
  const ofGraph = nodeInputs(runs.parts);
  if (ofGraph !== undefined) return ofGraph.proof(name, id);
  const read = runs.read(id);
  return read.ok && isBound(read.value.record) ? read.value.record : undefined;
}

/** Reads no more records than the decision needs. */
function readEarlier(
  runs: RunStore,
  { command, action, plan }: DecisionRequest,
  key: string,
): Result<EarlierRuns, Failure> {
  const { declaresOutputs } = command;
  const timestamps = runs.timestamps(command.name);
  if (!timestamps.ok) return timestamps;
  const started: RunRecord[] = [];
  let lastGood: RunId | undefined;
  for (const timestamp of timestamps.value.slice(0, MAX_RUNS_LOOKED_AT)) {
    const candidate = findCandidate(started, key, declaresOutputs);
    const isDecided = candidate.kind !== "none" || (!declaresOutputs && started.length > 0);
    if (candidate.kind === "found" || (isDecided && lastGood !== undefined)) break;
    const run = runs.read(runIdOf(command.name, timestamp));
    if (!run.ok) continue;
    const { record } = run.value;
    if (plan !== undefined && record.plan?.run !== plan) continue;
    // A person's statement replaces a run with these inputs, and was given for a successful one.
    if (record.action === "runs.accept_unchanged" && record.status === "succeeded") {
      started.push(record);
      lastGood ??= record.id;
      continue;
    }
    if (record.action !== action) continue;
    if (record.status === "up_to_date") lastGood ??= record.same_as?.run;
    else if (record.status !== "not_started") {
      started.push(record);
      if (record.status === "succeeded" && record.inputs?.sha256) lastGood ??= record.id;
    }
  }
  return ok({ started, lastGood });
}

type Candidate =
  | { readonly kind: "found"; readonly run: ProofRun }
  /** A run with these inputs exists, but proves nothing. */
  | { readonly kind: "no_proof"; readonly cause: Cause }
  | { readonly kind: "none" };

const NOT_SUCCEEDED: Candidate = {
  kind: "no_proof",
  cause: { kind: "no_baseline", detail: "last_not_succeeded" },
};

/**
 * The run with the same inputs that began last decides, also while it runs. Where the outputs are not
 * declared, each run may have left something else, so only the very last one counts: a change there and back does not
 * make the existing files trustworthy.
 */
function findCandidate(earlier: readonly RunRecord[], key: string, declaresOutputs: boolean): Candidate {
  const looked = declaresOutputs ? earlier.filter(({ inputs }) => inputs?.sha256 === key) : earlier;
  const [newest] = looked;
  if (newest === undefined || newest.inputs?.sha256 !== key) return { kind: "none" };
  if (newest.status !== "succeeded") return NOT_SUCCEEDED;
  if (newest.examined_at !== undefined) {
    return { kind: "no_proof", cause: { kind: "no_baseline", detail: "examined_late" } };
  }
  return newest.inputs_changed === undefined
    ? { kind: "found", run: newest }
    : { kind: "no_proof", cause: { kind: "inputs_changed_while_running" } };
}

function readSame(runs: RunStore, accepted: ProofRun): Result<ProofRun, undefined> {
  const run = accepted.same_as === undefined ? undefined : runs.read(accepted.same_as.run);
  return run?.ok && run.value.record.status === "succeeded" ? ok(run.value.record) : fail(undefined);
}

/** Examined again, each by its content. */
async function changedOutputs(
  host: Host,
  request: DecisionRequest,
  run: ProofRun,
): Promise<readonly Cause[]> {
  const { command, resolved } = request;
  if (command.outputs.length === 0 && run.outputs.length === 0) return [];
  const looked = await fingerprintAll(host, resolved.workingDir, command.outputs, NOTHING_KNOWN, "inside");
  const now = new Map(looked.map((file) => [file.path, file]));
  const then = new Set(run.outputs.map(({ path }) => path));
  const appeared = looked.filter(({ path, present }) => present && !then.has(path));
  return [
    ...compareOutputs(run.outputs, now),
    ...appeared.map(({ path }) => ({ kind: "output_changed", path }) as const),
  ];
}

async function findCompared(
  runs: RunStore,
  id: RunId | undefined,
): Promise<ComparedRun | "unreadable" | undefined> {
  if (id === undefined) return undefined;
  const stored = await readManifest(runs.parts, id);
  return stored.ok ? { id, stored: stored.value } : "unreadable";
}

/** Never empty. */
function causesAgainst(
  compared: ComparedRun | "unreadable" | undefined,
  taken: TakenManifest,
  earlier: readonly RunRecord[],
): readonly Cause[] {
  const noBaseline = (detail: NoBaseline): readonly Cause[] => [{ kind: "no_baseline", detail }];
  if (compared === "unreadable") return noBaseline("manifest_unreadable");
  if (compared === undefined) {
    return noBaseline(
      earlier.some(({ status }) => status === "succeeded") ? "not_recorded" : "never_succeeded",
    );
  }
  const causes = compareManifests(compared.stored.manifest, taken.manifest());
  // The inputs are those of an earlier success, but a later run may have left other outputs.
  return causes.length === 0 ? noBaseline("last_not_succeeded") : causes;
}
