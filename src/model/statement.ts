/**
 * What a signature says of a run: in-toto Statements about a build (SLSA provenance v1) and about the check of a criterion
 * (test-result v0.1), as plain data. Digests, names, statuses and the argv, with secrets replaced; no values of variables. Pure.
 */

import type { RunId } from "./ids.ts";
import type { JournalHead, SignedJournal } from "./journal.ts";
import type { CheckRecord, RunRecord } from "./run.ts";
import { STATEMENT_TYPE } from "./signed_bundle.ts";
import { parsedJson } from "./parsed_json.ts";

export const PROVENANCE_TYPE = "https://slsa.dev/provenance/v1";
const TEST_RESULT_TYPE = "https://in-toto.io/attestation/test-result/v0.1";
/** What the parameters of a build mean: docs/records.md, "Signed statements". */
const BUILD_TYPE = "urn:orchastration:run:v1";
/** A developer's own machine, which promises no more than level 1 of the SLSA build track. */
const BUILDER_ID = "urn:orchastration:developer-machine";

export type DigestSet = Readonly<Record<string, string>>;

/** A ResourceDescriptor of in-toto, with the parts that are used here. */
export interface Resource {
  readonly name?: string;
  readonly uri?: string;
  readonly digest?: DigestSet;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

export interface Statement {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly (Resource & { readonly digest: DigestSet })[];
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
}

/** The state of the files that a run stands for. */
export interface TreeOfRun {
  /** The digest of git's tree object. */
  readonly gitTree: string;
  /**
   * "commit": the tree of the commit, which had no changes when the run was recorded. "inputs": the tree of the files at the
   * time of signing, when the inputs were still those of the run.
   */
  readonly by: "commit" | "inputs";
}

/** A file of the state folder, whose digest is in the statement. */
export interface StatedFile {
  /** Relative to the state folder. */
  readonly path: string;
  readonly sha256: string;
}

export interface RunFacts {
  readonly run: RunRecord;
  /** The record of the run as a file. */
  readonly record: StatedFile;
  readonly tree: TreeOfRun | undefined;
  readonly journal: SignedJournal;
}

/** The kind of a subject or byproduct. Its name is no kind: an output can have any name. */
type ResourceKind = "tree" | "inputs" | "output" | "record" | "log";

/** A run of a job, or the build of a task, in any ended state. */
export function provenanceOf(facts: RunFacts): Statement {
  const { run } = facts;
  const { intent } = run;
  const parameters = {
    action: run.action,
    name: run.name,
    argv: intent.command,
    working_dir: intent.working_dir,
    env_names: intent.env_names,
    secret_names: intent.secrets,
    expected_outputs: intent.expected_outputs,
    success_exit_codes: intent.success_exit_codes,
    timeout_ms: intent.timeout_ms,
  };
  return {
    _type: STATEMENT_TYPE,
    subject: [
      ...sourceSubjects(facts),
      ...run.outputs.flatMap(({ path, type, sha256 }) =>
        sha256 === null ? [] : [resource("output", type === "directory" ? `${path}/` : path, { sha256 })]
      ),
      resource("record", facts.record.path, { sha256: facts.record.sha256 }),
    ],
    predicateType: PROVENANCE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: parameters,
        internalParameters: { os: run.os, arch: run.arch },
        resolvedDependencies: dependenciesOf(run),
      },
      runDetails: {
        builder: { id: BUILDER_ID, version: { orchastration: run.binary_version } },
        metadata: {
          invocationId: run.id,
          startedOn: run.start_time,
          ...(run.end_time === null ? {} : { finishedOn: run.end_time }),
        },
        byproducts: logsOf(run),
      },
      orchastration_result: resultOf(run),
      orchastration_journal: journalOf(facts.journal),
      orchastration_declared: declaredOf(run),
      orchastration_witness: {
        witnessed: WITNESSED_OF_BUILD,
        declared: DECLARED_OF_BUILD,
      },
    },
  };
}

/** The check of one criterion, as part of the build whose outputs it examined. */
export function testResultOf(build: RunFacts, check: CheckFacts): Statement {
  const { criterion, run, record } = check;
  const result = run.status === "succeeded" ? "PASSED" : "FAILED";
  return {
    _type: STATEMENT_TYPE,
    subject: [
      ...sourceSubjects(build),
      ...[record, build.record].map(({ path, sha256 }) => resource("record", path, { sha256 })),
    ],
    predicateType: TEST_RESULT_TYPE,
    predicate: {
      result,
      configuration: [definitionOf(run)],
      [result === "PASSED" ? "passedTests" : "failedTests"]: [criterion.id],
      orchastration_check: {
        task: run.name,
        criterion: criterion.id,
        run: run.id,
        build: build.run.id,
        argv: run.intent.command,
        working_dir: run.intent.working_dir,
        env_names: run.intent.env_names,
        secret_names: run.intent.secrets,
        startedOn: run.start_time,
        ...(run.end_time === null ? {} : { finishedOn: run.end_time }),
        byproducts: logsOf(run),
      },
      orchastration_result: resultOf(run),
      orchastration_declared: declaredOf(run),
      orchastration_witness: { witnessed: WITNESSED_OF_CHECK, declared: DECLARED_OF_CHECK },
    },
  };
}

export interface CheckFacts {
  readonly criterion: CheckRecord;
  readonly run: RunRecord;
  readonly record: StatedFile;
}

/**
 * The tree and the manifest that the run stands for. If inputs changed while it ran, nobody knows which state of them it stands
 * for, so neither is a subject.
 */
function sourceSubjects({ run, tree }: RunFacts): Statement["subject"] {
  if (run.inputs_changed !== undefined) return [];
  const inputs = run.inputs?.sha256;
  return [
    ...(tree === undefined ? [] : [resource("tree", "tree", { gitTree: tree.gitTree }, { by: tree.by })]),
    ...(inputs === undefined || inputs === null ? [] : [resource("inputs", "inputs", { sha256: inputs })]),
  ];
}

/** The digest of the configuration file is not stated: the file may contain a secret, and a short one could be found by trying. */
function definitionOf({ intent }: RunRecord): Resource {
  return { name: "definition", digest: { sha256: intent.definition_sha256 } };
}

function dependenciesOf(run: RunRecord): readonly Resource[] {
  const { git, inputs, plan, inputs_changed } = run;
  const dependencies: Resource[] = [definitionOf(run)];
  if (git !== null && git.commit !== null) {
    dependencies.push({
      name: "source",
      digest: { gitCommit: git.commit },
      annotations: { dirty: git.dirty },
    });
  }
  if (inputs !== undefined && inputs.sha256 !== null) {
    dependencies.push({
      name: "inputs",
      digest: { sha256: inputs.sha256 },
      annotations: { files: inputs.files, changed_while_running: inputs_changed !== undefined },
    });
  }
  if (plan !== null) dependencies.push({ name: `plan ${plan.run}`, digest: { sha256: plan.sha256 } });
  return dependencies;
}

function journalOf({ line, head, breakCount, breaks }: SignedJournal) {
  return { ...line, head, breaks: { count: breakCount, lines: breaks } };
}

function logsOf(run: RunRecord): readonly Resource[] {
  return logFilesOf(run).map(({ path, sha256 }) => resource("log", path, { sha256 }));
}

/** The logs of all attempts, because the output of an earlier one is part of the run. */
export function logFilesOf(run: RunRecord): readonly StatedFile[] {
  return run.attempts.flatMap((attempt) => {
    const { stdout_path, stdout_sha256, stderr_path, stderr_sha256, output_order: order } = attempt;
    const files = [[stdout_path, stdout_sha256], [stderr_path, stderr_sha256], [order?.path, order?.sha256]];
    return files.flatMap(([path, sha256]) =>
      typeof path === "string" && typeof sha256 === "string" ? [{ path, sha256 }] : []
    );
  });
}

function resource(
  of: ResourceKind,
  name: string,
  digest: DigestSet,
  more: Readonly<Record<string, unknown>> = {},
): Resource & { readonly digest: DigestSet } {
  return { name, digest, annotations: { of, ...more } };
}

function resultOf(run: RunRecord) {
  return {
    status: run.status,
    exit_code: run.exit_code,
    signal: run.signal,
    timed_out: run.timed_out,
    attempts: run.attempts.length,
    inputs_changed: run.inputs_changed !== undefined,
  };
}

/** What the caller says of itself, which nobody checked. No model and no session is known to this program. */
function declaredOf({ requested_by: { agent } }: RunRecord) {
  return { agent, model: null, session: null };
}

/**
 * The parts of each predicate by who vouches for them. "witnessed": this program did it, measured it or read it itself.
 * "declared": a configuration, a repository or a caller says so.
 */
const WITNESSED_OF_BUILD = [
  "buildDefinition.buildType",
  "buildDefinition.externalParameters",
  "buildDefinition.internalParameters",
  "buildDefinition.resolvedDependencies",
  "runDetails",
  "orchastration_result",
  "orchastration_journal",
];
const DECLARED_OF_BUILD = ["orchastration_declared"];
const WITNESSED_OF_CHECK = [
  "result",
  "configuration",
  "passedTests",
  "failedTests",
  "orchastration_check",
  "orchastration_result",
];
const DECLARED_OF_CHECK = ["orchastration_declared"];

/** The subjects of a statement that was read, as far as a reader compares them. */
export interface ReadStatement {
  readonly predicateType: string;
  /** The digest of git's tree object; undefined where none is stated. */
  readonly gitTree: string | undefined;
  /** The digest of the manifest. */
  readonly inputs: string | undefined;
  /** The digests of records and logs, by their paths relative to the state folder. */
  readonly files: ReadonlyMap<string, string>;
  /** The digests of outputs, by their paths. */
  readonly outputs: ReadonlyMap<string, string>;
  /** PASSED or FAILED, where it is about a check. */
  readonly result: string | undefined;
  readonly criterion: string | undefined;
  readonly run: RunId | undefined;
  readonly status: string | undefined;
  /** Lines up to which it fixes the journal; none in a statement about a run from before it. */
  readonly lines: readonly JournalHead[];
  /** Lines that are breaks. */
  readonly breaks: readonly JournalHead[];
}

/** undefined where the text is no statement of this program. */
export function readStatement(text: string): ReadStatement | undefined {
  const value = parsedJson(text);
  const { _type, subject, predicateType, predicate } = asTable(value);
  if (_type !== STATEMENT_TYPE || !Array.isArray(subject) || typeof predicateType !== "string") {
    return undefined;
  }
  const files = new Map<string, string>();
  const outputs = new Map<string, string>();
  let gitTree: string | undefined;
  let inputs: string | undefined;
  const logs = asTable(asTable(predicate)["runDetails"])["byproducts"] ??
    asTable(asTable(predicate)["orchastration_check"])["byproducts"];
  for (const each of [...subject, ...(Array.isArray(logs) ? logs : [])]) {
    const { name, digest, annotations } = asTable(each);
    const { of } = asTable(annotations);
    const { sha256, gitTree: tree } = asTable(digest);
    if (of === "tree" && typeof tree === "string") gitTree = tree;
    if (typeof sha256 !== "string" || typeof name !== "string") continue;
    if (of === "inputs") inputs = sha256;
    if (of === "record" || of === "log") files.set(name, sha256);
    if (of === "output") outputs.set(name, sha256);
  }
  const { result, runDetails, orchastration_check: check, orchastration_result: outcome } = asTable(
    predicate,
  );
  const journal = asTable(asTable(predicate)["orchastration_journal"]);
  const { lines: broken } = asTable(journal["breaks"]);
  const { criterion, run } = asTable(check);
  const { invocationId } = asTable(asTable(runDetails)["metadata"]);
  const { status } = asTable(outcome);
  const id = run ?? invocationId;
  return {
    predicateType,
    gitTree,
    inputs,
    files,
    outputs,
    result: typeof result === "string" ? result : undefined,
    criterion: typeof criterion === "string" ? criterion : undefined,
    run: typeof id === "string" ? id as RunId : undefined,
    status: typeof status === "string" ? status : undefined,
    lines: [journal, journal["head"]].flatMap(headsIn),
    breaks: Array.isArray(broken) ? broken.flatMap(headsIn) : [],
  };
}

/** None where it names no line. */
function headsIn(value: unknown): readonly JournalHead[] {
  const { n, sha256 } = asTable(value);
  return typeof n === "number" && typeof sha256 === "string" ? [{ n, sha256 }] : [];
}

function asTable(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Readonly<Record<string, unknown>> : {};
}
