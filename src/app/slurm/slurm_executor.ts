/** Hands attempts to Slurm (docs/design/0042-slurm.md). */

import type { SlurmSettings } from "../../model/executor.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { SlurmLogRecord, SlurmRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import type { HostResult } from "../../host/host_result.ts";
import type { SpawnRequest } from "../../host/processes.ts";
import type { Executor, Policy, StartedAttempt } from "../../engine/executor.ts";
import { timeOf } from "../../engine/attempt.ts";
import { AttemptFolder } from "./attempt_folder.ts";
import { FollowedJob } from "./followed_job.ts";
import { GrowingFile } from "./growing_file.ts";
import { pendingJobs } from "./pending_jobs.ts";
import { runnerTexts } from "./runner.ts";
import { sharedDisk } from "./shared_disk.ts";
import { slurmTools } from "./slurm_tools.ts";

/** A run, without what only its recorder can do. */
export type SlurmRun = Omit<RecordedSlurmRun, "keepLog">;

export interface RecordedSlurmRun {
  readonly settings: SlurmSettings;
  /** The folders of its attempts begin with it. */
  readonly folder: string;
  /** Unique to this run. */
  readonly token: string;
  readonly secrets: readonly string[];
  /** Nobody follows it: what is known of the attempts that were handed over, by their numbers. */
  readonly handedOver?: ReadonlyMap<number, SlurmRecord>;
  /** Slurm was asked a moment ago, by another process; only set for a run that nobody follows. */
  readonly isJustAsked?: boolean;
  readonly keepLog: (attempt: number, log: string) => Promise<SlurmLogRecord | undefined>;
}

/** The folder of an attempt. */
export function folderOfAttempt(folder: string, attempt: number): string {
  return `${folder}-${attempt}`;
}

/** The comment of the job in Slurm. Ids of jobs come round again; this does not. */
export function keyOfAttempt(token: string, attempt: number): string {
  return `orchastration:${token.slice(-16)}:${attempt}`;
}

/** The executor for the attempts of one run. */
export function slurmExecutor(host: Host, run: RecordedSlurmRun): Executor {
  return {
    start(request, attempt, policy) {
      const known = run.handedOver?.get(attempt);
      return known === undefined
        ? submit(host, run, request, attempt, policy)
        : { ok: true, value: followed(host, run, attempt, known) };
    },
  };
}

/** Whether the folder of an attempt exists, so that it was handed over, or is about to be; why nobody can say. */
export async function hasFolder(
  host: Host,
  folder: string,
  attempt: number,
): Promise<Result<boolean, string>> {
  const path = folderOfAttempt(folder, attempt);
  const above = host.paths.dirname(path);
  const names = await sharedDisk(host).list(above);
  if (names.ok) return ok(names.value.includes(host.paths.basename(path)));
  // Where nothing was ever written, nothing was handed over.
  return names.failure.kind === "not_found"
    ? ok(false)
    : fail(`${above} cannot be read: ${names.failure.reason}`);
}

async function submit(
  host: Host,
  run: RecordedSlurmRun,
  request: SpawnRequest,
  attempt: number,
  { timeoutMs, graceMs }: Policy,
): Promise<HostResult<StartedAttempt>> {
  const { settings, folder: base, token, secrets } = run;
  const tools = slurmTools(host);
  const missing = tools.missing();
  if (missing !== undefined) return refused(`Slurm cannot be called: ${missing}`);
  const path = folderOfAttempt(base, attempt);
  const { program, args, workingDir, env } = request;
  const texts = runnerTexts({ folder: path, program, args, workingDir, env, timeoutMs, graceMs }, secrets);
  if (!texts.ok) return refused(texts.failure);
  const folder = new AttemptFolder(host, path);
  const prepared = await folder.prepare(texts.value);
  if (!prepared.ok) return refused(prepared.failure);
  const key = keyOfAttempt(token, attempt);
  const limitMs = timeoutMs === undefined ? undefined : timeoutMs + graceMs;
  const submitTime = timeOf(host.clock);
  const pending = pendingJobs(host);
  pending.submitted(key);
  const submitted = await tools.submit({ key, folder: path, settings, limitMs }, texts.value.batch);
  // Slurm may have taken the job all the same. With the claim in our hands, nothing of it can run.
  if (submitted.kind === "unknown" && await folder.takeClaim() === "taken") {
    await folder.remove();
    pending.left(key);
    return refused(`it was not submitted: ${submitted.reason}`);
  }
  const slurm: SlurmRecord = {
    job_id: submitted.kind === "submitted" ? submitted.id : null,
    folder: path,
    submit_time: submitTime,
    state: null,
    waits_for: null,
    node: null,
    begin_time: null,
  };
  return { ok: true, value: followed(host, run, attempt, slurm) };
}

/** An attempt that Slurm has. */
function followed(host: Host, run: RecordedSlurmRun, attempt: number, slurm: SlurmRecord): StartedAttempt {
  const { paths, clock } = host;
  const disk = sharedDisk(host);
  const { settings: { pollMs }, token } = run;
  const isUnattended = run.handedOver !== undefined;
  const path = folderOfAttempt(run.folder, attempt);
  const stdout = new GrowingFile(disk, clock, paths.join(path, "stdout"));
  const stderr = new GrowingFile(disk, clock, paths.join(path, "stderr"));
  const folder = new AttemptFolder(host, path);
  const key = keyOfAttempt(token, attempt);
  const tools = slurmTools(host);
  const isJustAsked = run.isJustAsked === true;
  const noLongerWaits = () => pendingJobs(host).left(key);
  const keepLog = (log: string) => run.keepLog(attempt, log);
  const ours = { isUnattended, isJustAsked, noLongerWaits, keepLog };
  const parts = { tools, folder, key, pollMs, stdout, stderr, ...ours };
  const job = new FollowedJob(parts, slurm);
  return {
    child: undefined,
    process: null,
    slurm,
    stdout,
    stderr,
    exited: undefined,
    follow: (policy, seen, ports) => job.follow(policy, seen, ports),
    ...(isUnattended ? { peek: (policy, ports) => job.peek(policy, ports) } : {}),
    abandon: () => job.abandon(),
    release() {
      stdout.cancel();
      stderr.cancel();
    },
  };
}

function refused(reason: string): HostResult<never> {
  return { ok: false, failure: { kind: "other", reason } };
}

/** Removes what the attempts of a run left in the shared folder, once its record says how they ended. */
export async function forgetAttempts(host: Host, folder: string, attempts: number): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    await new AttemptFolder(host, folderOfAttempt(folder, attempt)).remove();
  }
}
