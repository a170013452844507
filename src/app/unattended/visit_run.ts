/** Goes on with the run of a job that was handed over: records the end that its node told, or submits an attempt that is due. */

import { type CommandDefinition, type Job, WITHOUT_OPTIONS } from "../../model/job.ts";
import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import type { Project } from "../../model/project.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord, SlurmRecord } from "../../model/run.ts";
import type { SpawnRequest } from "../../host/processes.ts";
import { StopRequests } from "../../engine/stop_requests.ts";
import { type Handover, readHandover, removeHandover } from "../../store/handover.ts";
import type { RunStore } from "../../store/run_store.ts";
import type { RunWriter } from "../../store/run_writer.ts";
import { knownFiles } from "../files/fingerprint_files.ts";
import { InputsOfRun } from "../inputs/inputs_of_run.ts";
import { recordedJob, type ResolvedJob, resolveFoundJob } from "../jobs/resolve_job.ts";
import { concludeOutputs } from "../recording/conclude_outputs.ts";
import { sameSecrets, spawnAgain } from "../recording/hand_over.ts";
import type { PreparedRun } from "../recording/prepare_run.ts";
import { RecordedRun } from "../recording/recorded_run.ts";
import type { RunObserver } from "../recording/run_to_record.ts";
import { withNotification } from "../recording/with_notification.ts";
import { hasFolder } from "../slurm/slurm_executor.ts";
import type { SlurmRun } from "../slurm/slurm_executor.ts";
import type { VisitRequest } from "../workspace/face_ports.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** The parts of a visit that are the same for all runs. */
export interface Visit {
  readonly workspace: Workspace;
  readonly store: RunStore;
  readonly project: Project;
  readonly request: VisitRequest;
  /** Slurm was asked for all runs a moment ago. */
  readonly isAsked: boolean;
}

/** A run that is open and that nobody else is at now, to be gone on with; undefined where there is nothing to do. */
export async function takeRun(
  { store }: Visit,
  id: RunId,
): Promise<Result<RunWriter | undefined, Failure>> {
  const { parts } = store;
  const stored = store.read(id);
  const status = stored.ok ? stored.value.record.status : undefined;
  // A crash after the end of the record, or before its beginning.
  if (status !== "running" && status !== undefined) removeHandover(parts, id);
  if (!stored.ok || status !== "running" || stored.value.recorder === "alive") return ok(undefined);
  const adopted = await store.adopt(stored.value, { evenIfUnknown: false });
  if (!adopted.ok) return adopted;
  // Another process is at it, or has finished it.
  return ok(adopted.value === "held" ? undefined : adopted.value);
}

/** Goes on with the run of one job. */
export async function visitRun(visit: Visit, id: RunId): Promise<Result<void, Failure>> {
  const { workspace, store } = visit;
  const { parts } = store;
  const writer = await takeRun(visit, id);
  if (!writer.ok || writer.value === undefined) return writer.ok ? ok(undefined) : writer;
  const handover = readHandover(parts, id);
  if (handover?.kind !== "handover") {
    writer.value.close();
    return ok(undefined);
  }
  const taken = await takeUp(visit, writer.value, handover);
  using run = taken.run;
  const { folder } = run.record.intent.executor!;
  const isThere = (attempt: number) => hasFolder(workspace.host, folder, attempt);
  const first = run.record.attempts.length === 0 ? await isThere(1) : ok(true);
  if (!first.ok) return ok(undefined);
  // It was handed over, and its process died before it submitted anything.
  if (!first.value) {
    removeHandover(parts, id);
    return ok(undefined);
  }
  const visited = await run.visit({
    attempts: run.record.attempts,
    outputNames: (attempt) => store.layout.outputNames(id, attempt),
    isWithheld: taken.secrets === undefined,
    async request(attempt) {
      const known = run.record.attempts.length >= attempt ? ok(true) : await isThere(attempt);
      return !known.ok ? known : known.value ? ok(NOTHING_TO_START) : taken.next();
    },
  });
  if ("kind" in visited) return ok(undefined);
  // It was asked to end, and the next look finds out whether it did.
  if (visited.isOpen === true && visit.request.stop !== undefined) return ok(undefined);
  if (visited.isOpen === true) {
    // Its end is not known, so that it reads as interrupted, and `recover` decides.
    removeHandover(parts, id);
    return ok(undefined);
  }
  const ended = await taken.conclude(visited);
  if (!ended.ok) return ended;
  removeHandover(parts, id);
  // A graph notifies of its own end alone.
  if (ended.value.part_of !== undefined) return ok(undefined);
  const notified = await withNotification(workspace, ended, (record) => record);
  return notified.ok ? ok(undefined) : notified;
}

interface TakenUp {
  readonly run: RecordedRun;
  /** undefined where the present values are not those of the run. */
  readonly secrets: readonly string[] | undefined;
  next(): Result<SpawnRequest, string>;
  conclude(ended: Parameters<RecordedRun["finish"]>[0]): Promise<Result<RunRecord, Failure>>;
}

async function takeUp(
  { workspace, store, project, isAsked, request: { stop } }: Visit,
  writer: RunWriter,
  handover: Handover,
): Promise<TakenUp> {
  const { host } = workspace;
  const stops = new StopRequests(host.clock);
  if (stop !== undefined) stops.asked(stop.cause, stop);
  const { record } = writer;
  const { intent, token } = record;
  const now = await resolvedNow(workspace, project, record, handover);
  const secrets = handover.secrets.length === 0
    ? []
    : await sameSecrets(store.parts, handover, now?.resolved.secrets ?? []);
  const handed = record.attempts.flatMap(({ number, slurm }) =>
    slurm === undefined ? [] : [[number, slurm] as const]
  );
  const slurm: SlurmRun = {
    settings: handover.settings,
    folder: intent.executor!.folder,
    token,
    secrets: secrets ?? [],
    handedOver: new Map<number, SlurmRecord>(handed),
    isJustAsked: isAsked,
  };
  const prepared: PreparedRun = {
    secrets: secrets ?? [],
    definition: record.definition ?? {},
    definitionSha256: intent.definition_sha256,
    workingDir: intent.working_dir,
    start: () => ({ kind: "ready", spawn: NOTHING_TO_START }),
    slurm: () => slurm,
    recordFor() {
      throw new Error(`Cannot begin run "${record.id}": it was handed over`);
    },
  };
  const command = commandOf(record, stop?.graceMs);
  const parts = {
    project,
    command,
    prepared,
    interactive: false,
    leaveRunning: false,
    stops,
    isTakenUp: true,
  } as const;
  const run = await RecordedRun.takeUp(workspace, store, parts, writer, NOBODY);
  return {
    run,
    secrets,
    next() {
      if (secrets === undefined) return fail("the values of its secrets are others here");
      return handover.spawn === null
        ? fail("its command was not kept")
        : ok(spawnAgain(handover.spawn, token, secrets));
    },
    async conclude(ended) {
      const { expected_outputs: declared, working_dir: workingDir } = intent;
      if (declared.length === 0 && record.inputs === undefined) return await run.finish(ended);
      const before = knownFiles(handover.before);
      const { outcome, outputs } = await concludeOutputs(host, {
        workingDir,
        declared,
        before,
        outcome: ended.outcome,
        secrets: secrets ?? [],
        stops,
      });
      const changed = record.inputs === undefined ? [] : await changedInputs(workspace, store, record, now);
      const last = await run.store(ended);
      const emitted = await run.emit(
        { kind: "inputs_compared", changed },
        { kind: "evidence_gathered", outputs, checks: [], checkFiles: [] },
      );
      if (!emitted.ok) return await run.giveUp(emitted.failure, last);
      return await run.finish(last, outcome);
    },
  };
}

/** Files that differ from those before the run; a definition that differs now says nothing about them. */
async function changedInputs(
  { host }: Workspace,
  store: RunStore,
  record: RunRecord,
  now: ResolvedJob | undefined,
): Promise<readonly string[]> {
  if (now === undefined) return ["its definition has changed since, so its inputs cannot be compared"];
  const { definition } = await recordedJob(host, now);
  return await InputsOfRun.changedSince(host, store, record, {
    project: now.project,
    command: now.job,
    resolved: now.resolved,
    definition,
  });
}

/** The job as it is configured now, where it is needed and still the same. */
async function resolvedNow(
  workspace: Workspace,
  project: Project,
  record: RunRecord,
  { secrets }: Handover,
): Promise<ResolvedJob | undefined> {
  if (secrets.length === 0 && record.inputs === undefined) return undefined;
  const job: Job | undefined = project.jobs.get(record.name);
  if (job === undefined || record.action !== "job.run") return undefined;
  const found = await resolveFoundJob(workspace, project, { ...job, executor: "slurm" }, {
    env: {},
    extraArgs: [],
  });
  if (!found.ok || found.value.resolved.problems.length > 0) return undefined;
  const { definitionSha256 } = await recordedJob(workspace.host, found.value);
  return definitionSha256 === record.intent.definition_sha256 ? found.value : undefined;
}

function commandOf({ name, intent }: RunRecord, graceMs: number | undefined): CommandDefinition {
  const { retry } = intent;
  const [program = "", ...args] = intent.command;
  return {
    ...WITHOUT_OPTIONS,
    name,
    description: undefined,
    command: [program, ...args],
    workingDir: intent.working_dir,
    env: {},
    envFiles: [],
    timeoutMs: intent.timeout_ms ?? undefined,
    killGraceMs: graceMs ?? intent.grace_ms,
    secrets: intent.secrets,
    successExitCodes: intent.success_exit_codes,
    retry: retry === null ? undefined : {
      max: retry.max,
      delayMs: retry.delay_ms,
      backoff: retry.backoff,
      maxDelayMs: retry.max_delay_ms,
      onExitCodes: retry.on_exit_codes ?? undefined,
    },
  };
}

const NOTHING_TO_START = {
  program: "",
  args: [],
  workingDir: "",
  env: {},
  placement: "own_session",
  stdin: "none",
  marker: { variable: "", token: "" },
} as const;

const NOBODY: RunObserver = {
  event() {},
  outputGrown() {},
  inputWithheld: () => Promise.resolve(),
};
