/** Finishes the record of a run whose recorder died, as the node of a cluster told its end. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Outcome, RunEvent, RunRecord, SlurmRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import { outcomeOf } from "../../engine/outcome.ts";
import { StopRequests } from "../../engine/stop_requests.ts";
import { keepSlurmLog } from "../../store/slurm_log.ts";
import { completeOutput } from "../../store/complete_output.ts";
import type { RunStore, StoredRun } from "../../store/run_store.ts";
import { NOTHING_KNOWN } from "../files/fingerprint_files.ts";
import { concludeOutputs } from "../recording/conclude_outputs.ts";
import type { ToldEnd } from "../slurm/slurm_fate.ts";
import { finishAdopted, outputOnDisk } from "./adopted_run.ts";

const CHUNK_BYTES = 1024 * 1024;

/**
 * Its outputs are examined now, and its record says so. Where the end of the command is not the end of the run, or its files cannot be
 * examined, it stays interrupted: only its attempt has an end. undefined where another process finished it meanwhile.
 */
export function finishAsTold(
  host: Host,
  store: RunStore,
  run: StoredRun,
  told: ToldEnd,
): Promise<Result<RunRecord | undefined, Failure>> {
  return finishAdopted(store, run, async (writer) => {
    const { id, intent, attempts, start_time } = writer.record;
    const { attempt: number, facts, endTime, folder } = told;
    const names = store.layout.outputNames(id, number);
    // The rest of the output would have to be masked, and the values to mask are not known any more.
    const isCopied = intent.secrets.length === 0;
    const { sharedDisk } = await import("../slurm/shared_disk.ts");
    const disk = sharedDisk(host);
    let isCut = !isCopied;
    for (const stream of isCopied ? ["stdout", "stderr"] as const : []) {
      const path = host.paths.join(folder, stream);
      const read = (offset: number) => disk.readPart(path, offset, CHUNK_BYTES);
      const whole = { read, bytes: told[`${stream}Bytes`] };
      const copied = await completeOutput(store.parts, names[stream], whole);
      if (!copied.ok) return copied;
      isCut ||= !copied.value;
    }
    const output = await outputOnDisk(store, names);
    if (!output.ok) return output;
    const outcome: Outcome = facts.outcome ?? outcomeOf(facts.end, facts.stopped, intent.success_exit_codes);
    const lasted = (since: string) => Math.max(0, Date.parse(endTime) - Date.parse(since));
    const log = await keepSlurmLog(store.parts, id, number, told.slurmLog, []);
    const slurm: SlurmRecord = {
      ...writer.record.slurm ?? { submit_time: start_time, state: null, job_id: told.jobId },
      folder,
      waits_for: null,
      node: told.node,
      begin_time: told.beginTime,
      ...(told.memory === undefined ? {} : { memory: told.memory }),
      ...(log === undefined ? {} : { log }),
    };
    const begun: RunEvent = {
      kind: "attempt_started",
      number,
      at: told.beginTime ?? start_time,
      process: null,
      stdoutPath: names.stdout,
      stderrPath: names.stderr,
      slurm,
    };
    const since = attempts.find((each) => each.number === number)?.start_time ?? begun.at;
    const ended: RunEvent = {
      kind: "attempt_finished",
      number,
      at: endTime,
      durationMs: lasted(since),
      stoppedMs: 0,
      outcome,
      output: output.value,
      leakedOutput: isCut,
      stop: facts.stopped === undefined ? null : { cause: facts.stopped, signals: [], survivors: [] },
      leftRunning: [],
      isListed: true,
    };
    const isKnown = attempts.some((each) => each.number === number);
    const noted: RunEvent = { kind: "slurm_noted", number, slurm };
    const events = [isKnown ? noted : begun, ended];
    const because = whyOpen(writer.record);
    if (because === undefined) {
      const now = new Date(host.clock.nowMs()).toISOString();
      const { expected_outputs: declared, working_dir: workingDir } = intent;
      const concluded = await concludeOutputs(host, {
        workingDir,
        declared,
        before: NOTHING_KNOWN,
        outcome,
        secrets: [],
        stops: new StopRequests(host.clock),
      });
      // Their state before it ran is not known any more.
      const outputs = concluded.outputs.map((each) => ({ ...each, change: null }));
      const isPlain = declared.length === 0 && writer.record.inputs === undefined;
      const stored = await writer.store(
        ...events,
        ...(isPlain ? [] : [{ kind: "outputs_recovered", at: now, outputs } as const]),
        {
          kind: "run_finished",
          at: endTime,
          durationMs: lasted(start_time),
          stoppedMs: 0,
          outcome: concluded.outcome,
        },
      );
      if (!stored.ok) return stored;
    } else {
      const stored = await writer.store(...events);
      if (!stored.ok) return stored;
      const now = new Date(host.clock.nowMs()).toISOString();
      const recovery = {
        recovered_at: now,
        ended_between: [since, now] as const,
        process_was: "gone" as const,
        because,
      };
      const recovered = await writer.storeRecovery(recovery, output.value);
      if (!recovered.ok) return recovered;
    }
    const { forgetAttempts } = await import("../slurm/slurm_executor.ts");
    await forgetAttempts(host, intent.executor!.folder, number);
    return ok(writer.record);
  });
}

/** Why the end of its command is not the end of the run; undefined where it is. */
function whyOpen({ action, intent }: RunRecord): string | undefined {
  if (action !== "job.run") return "its command ended, and its checks did not run";
  // Their names are masked in the record, and the values are not known any more.
  return intent.secrets.length > 0 && intent.expected_outputs.length > 0
    ? "its command ended, and its outputs cannot be examined, because the values of its secrets are not known any more"
    : undefined;
}
