/** Hands attempts to Slurm (docs/design/0042-slurm.md). */

import type { SlurmSettings } from "../../model/executor.ts";
import type { SlurmRecord } from "../../model/run.ts";
import type { Host, HostResult, SpawnRequest } from "../../host/host.ts";
import type { Executor, Policy, StartedAttempt } from "../../engine/executor.ts";
import { timeOf } from "../../engine/attempt.ts";
import { AttemptFolder } from "./attempt_folder.ts";
import { FollowedJob } from "./followed_job.ts";
import { GrowingFile } from "./growing_file.ts";
import { runnerTexts } from "./runner.ts";
import { sharedDisk } from "./shared_disk.ts";
import { slurmTools } from "./slurm_tools.ts";

export interface SlurmRun {
  readonly settings: SlurmSettings;
  /** The folders of its attempts begin with it. */
  readonly folder: string;
  /** Unique to this run. */
  readonly token: string;
  readonly secrets: readonly string[];
}

/** The folder of an attempt. */
export function folderOfAttempt(folder: string, attempt: number): string {
  return `${folder}-${attempt}`;
}

/** The comment of the job in Slurm. Ids of jobs come round again; this does not. */
export function keyOfAttempt(token: string, attempt: number): string {
  return `orchastration:${token.slice(0, 16)}:${attempt}`;
}

/** The executor for the attempts of one run. */
export function slurmExecutor(host: Host, run: SlurmRun): Executor {
  return { start: (request, attempt, policy) => submit(host, run, request, attempt, policy) };
}

async function submit(
  host: Host,
  { settings, folder: base, token, secrets }: SlurmRun,
  request: SpawnRequest,
  attempt: number,
  { timeoutMs, graceMs }: Policy,
): Promise<HostResult<StartedAttempt>> {
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
  const submitted = await tools.submit({ key, folder: path, settings, limitMs }, texts.value.batch);
  // Slurm may have taken the job all the same. With the claim in our hands, nothing of it can run.
  if (submitted.kind === "unknown" && await folder.takeClaim() === "taken") {
    await folder.remove();
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
  const { paths, clock } = host;
  const disk = sharedDisk(host);
  const stdout = new GrowingFile(disk, clock, paths.join(path, "stdout"));
  const stderr = new GrowingFile(disk, clock, paths.join(path, "stderr"));
  const job = new FollowedJob({ tools, folder, key, pollMs: settings.pollMs, stdout, stderr }, slurm);
  return {
    ok: true,
    value: {
      child: undefined,
      process: null,
      slurm,
      stdout,
      stderr,
      exited: undefined,
      follow: (policy, seen, ports) => job.follow(policy, seen, ports),
      abandon: () => job.abandon(),
      release() {
        stdout.cancel();
        stderr.cancel();
      },
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
