/** Runs the jobs of `[worktree] setup` in a new work tree; each is recorded there. */

import { serviceUse } from "../services/use_services.ts";
import { describeFailure } from "../../model/failure_words.ts";
import type { RunId } from "../../model/ids.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Confirm } from "../jobs/confirmation.ts";
import { isOfGraph } from "../jobs/find_job.ts";
import { runJob } from "../jobs/run_job.ts";
import type { RunObserver } from "../recording/run_to_record.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface SetupJob {
  readonly name: string;
  /** "done_before": an earlier call ran it, and it succeeded. "not_run": one before it did not succeed. */
  readonly status: "succeeded" | "failed" | "done_before" | "not_run";
  readonly run: RunId | undefined;
  /** One sentence, for a failed job. */
  readonly reason: string | undefined;
  /** The run that did not succeed, if there is one. */
  readonly record: RunRecord | undefined;
}

export interface SetupPorts {
  readonly confirm: Confirm;
  began(name: string): void;
}

const UNSEEN: RunObserver = {
  event() {},
  outputGrown() {},
  inputWithheld: () => Promise.resolve(),
};

/** Runs the jobs in order, up to the first that does not succeed. `since`: when the work tree was created. */
export async function runSetup(
  there: Workspace,
  names: readonly string[],
  since: string,
  ports: SetupPorts,
): Promise<readonly SetupJob[]> {
  const jobs: SetupJob[] = [];
  let isStopped = false;
  for (const name of names) {
    const nothing = { run: undefined, reason: undefined, record: undefined };
    if (isStopped) {
      jobs.push({ name, status: "not_run", ...nothing });
      continue;
    }
    const before = await endedWell(there, name, since);
    if (before !== undefined) {
      jobs.push({ name, status: "done_before", ...nothing, run: before });
      continue;
    }
    ports.began(name);
    const job = await runOne(there, name, ports.confirm);
    isStopped = job.status === "failed";
    jobs.push(job);
  }
  return jobs;
}

async function endedWell(there: Workspace, name: string, since: string): Promise<RunId | undefined> {
  const project = await there.project();
  const store = await there.store();
  if (!project.ok || !store.ok) return undefined;
  const own = project.value.aliases.get(name) ?? name;
  if (!project.value.jobs.has(own)) return undefined;
  const latest = store.value.latest(own);
  const record = latest.ok ? latest.value.run?.record : undefined;
  const isGood = record?.status === "succeeded" || record?.status === "up_to_date";
  return isGood && record !== undefined && record.start_time >= since ? record.id : undefined;
}

async function runOne(there: Workspace, name: string, confirm: Confirm): Promise<SetupJob> {
  const useServices = serviceUse(there);
  const asked = { extraArgs: [], env: {}, confirm, fresh: false, useServices };
  const ran = await isOfGraph(there, [name], undefined)
    ? await runWithNeeds(there, name, confirm)
    : await runJob(there, { ...asked, name }, UNSEEN);
  if (!ran.ok) {
    const reason = describeFailure(ran.failure).headline;
    return { name, status: "failed", run: undefined, reason, record: undefined };
  }
  const { id: run, status, reason } = ran.value;
  return status === "succeeded" || status === "up_to_date"
    ? { name, status: "succeeded", run, reason: undefined, record: undefined }
    : { name, status: "failed", run, reason, record: ran.value };
}

async function runWithNeeds(there: Workspace, name: string, confirm: Confirm) {
  const { runJobs } = await import("../graph/run_jobs.ts");
  const ran = await runJobs(there, {
    names: [name],
    heading: undefined,
    extraArgs: [],
    env: {},
    confirm,
    fresh: false,
    useServices: serviceUse(there),
    jobs: 1,
    afterFailure: "stop",
  }, { began() {}, node: () => UNSEEN, waits() {}, ended() {} });
  return ran.ok ? { ok: true, value: ran.value.record } as const : ran;
}
