/** What a cluster told about a run, for people. */

import type { RunRecord, SlurmRecord } from "../../model/run.ts";
import { visible } from "../../model/visible.ts";
import { sizeWord } from "./size_word.ts";

/** States that add nothing to how the run ended. */
const PLAIN_STATES = ["RUNNING", "PENDING", "COMPLETING", "COMPLETED", "FAILED"];

/** The rows of a record: where it is or was, what it waits for, what it used, and what Slurm said. */
export function slurmFacts(record: RunRecord): (readonly [string, string | undefined])[] {
  const { slurm, status } = record;
  if (slurm === undefined) return [];
  const { submit_time, begin_time, folder, waits_for, log } = slurm;
  const began = begin_time === null ? "" : `, began ${begin_time}`;
  const isOpen = status === "running" || status === "interrupted";
  const files = isOpen ? `; files in ${visible(folder)}` : "";
  return [
    ["slurm", `${placeWords(slurm)}, submitted ${submit_time}${began}${files}`],
    ["waits for", !isOpen || waits_for === null ? undefined : visible(waits_for)],
    ["memory", memoryWords(slurm)],
    ...(log?.last_lines ?? []).map((line) => ["slurm said", visible(line)] as const),
    ["slurm log", log === undefined ? undefined : visible(log.path)],
  ];
}

/** The lines below the message about a run that did not succeed. */
export function slurmLines(slurm: SlurmRecord): readonly string[] {
  const said = (slurm.log?.last_lines ?? []).map((line) => `| ${visible(line)}`);
  return [`Slurm ${placeWords(slurm)}`, ...said];
}

/** `job 12 on n1 (OUT_OF_MEMORY)`. */
function placeWords({ job_id, node, state }: SlurmRecord): string {
  const where = node === null ? "" : ` on ${visible(node)}`;
  const ended = state === null || PLAIN_STATES.includes(state) ? "" : ` (${visible(state)})`;
  return `job ${job_id ?? "of unknown id"}${where}${ended}`;
}

function memoryWords({ memory }: SlurmRecord): string | undefined {
  if (memory === undefined) return undefined;
  const source = memory.source === "cgroup" ? "its control group, with cached files" : "samples of Slurm";
  return `at most ${sizeWord(memory.bytes)} (${source})`;
}
