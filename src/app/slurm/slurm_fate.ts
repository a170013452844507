/** What became of a run that Slurm has, and whose recorder died. Nothing is submitted again. */

import type { RunRecord } from "../../model/run.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import { ABSENT_WORDS, isGone } from "./absence.ts";
import { AttemptFolder, type Ending } from "./attempt_folder.ts";
import { LOOK_MS, VISIBLE_BOUND_MS } from "./growing_file.ts";
import { causeOf, type Facts, factsOf, mayBeOfSlurm } from "./job_end.ts";
import { folderOfAttempt, hasFolder, keyOfAttempt } from "./slurm_executor.ts";
import { hasEnded, type SlurmJob, slurmTools } from "./slurm_tools.ts";

/** Between two questions to Slurm. */
const ASK_AGAIN_MS = 2000;
/** How long a controller is asked again that gives no answer. */
const ANSWER_BOUND_MS = 300_000;

export interface ToldEnd extends Pick<Ending, "stdoutBytes" | "stderrBytes" | "memory"> {
  readonly attempt: number;
  readonly folder: string;
  readonly endTime: string;
  readonly beginTime: string | null;
  readonly node: string | null;
  readonly jobId: string | null;
  readonly facts: Facts;
  /** What Slurm wrote about it. */
  readonly slurmLog: string;
}

export type SlurmFate =
  /** The node told how it ended. */
  | { readonly kind: "told"; readonly end: ToldEnd }
  /** It is over, and nobody told how; or it never began, and cannot begin any more. */
  | { readonly kind: "over" }
  | { readonly kind: "there"; readonly reason: string }
  | {
    readonly kind: "unknown";
    readonly reason: string;
    /** Since when Slurm has not shown it, to be kept for the next look. */
    readonly absentSince?: string;
  };

/** "look": once. "wait": until it is over. "kill": it is cancelled first. */
export type HowToLook = "look" | "wait" | "kill";

export async function slurmFate(
  host: Host,
  record: RunRecord,
  how: HowToLook,
  graceMs: number,
  onWait: () => void,
): Promise<SlurmFate> {
  const base = record.intent.executor!.folder;
  const attempt = await lastAttempt(host, base, record.attempts.length);
  if (!attempt.ok) return { kind: "unknown", reason: attempt.failure };
  // It died before it handed anything over.
  if (attempt.value === 0) return { kind: "over" };
  const folder = new AttemptFolder(host, folderOfAttempt(base, attempt.value));
  const key = keyOfAttempt(record.token, attempt.value);
  const tools = slurmTools(host);
  const { clock } = host;
  const startedAtMs = clock.monotonicMs();
  let isAsked = false;
  let isTold = false;
  // The absence that an earlier look noted goes on, unless this one ends it.
  const { doubtful_since: since } = record.slurm ?? {};
  let absentSinceMs = since === undefined
    ? undefined
    : startedAtMs - Math.max(0, clock.nowMs() - Date.parse(since));
  let endedSinceMs: number | undefined;
  for (;;) {
    const look = await folder.look();
    if (look.ok && look.value.ending !== undefined) {
      const { claim, ending } = look.value;
      const state = await stateOf(host, key, ending);
      const { end, endTime, stdoutBytes, stderrBytes, memory } = ending;
      const facts = factsOf(end, undefined, state, record.intent.timeout_ms ?? undefined);
      const { node = null, beginTime = null, jobId = null } = claim ?? {};
      const of = { attempt: attempt.value, folder: folder.path, endTime, beginTime, node, jobId };
      const slurmLog = await folder.slurmLog();
      return { kind: "told", end: { ...of, facts, stdoutBytes, stderrBytes, memory, slurmLog } };
    }
    if (!look.ok) {
      return { kind: "unknown", reason: `its folder ${folder.path} cannot be read: ${look.failure}` };
    }
    const answer = await tools.jobs(clock.monotonicMs());
    const nowMs = clock.monotonicMs();
    if (!answer.ok) {
      if (how === "look" || nowMs - startedAtMs >= ANSWER_BOUND_MS) {
        return { kind: "unknown", reason: answer.failure };
      }
      absentSinceMs = undefined;
    } else {
      const job = answer.value.get(key);
      const isThere = job !== undefined && !hasEnded(job.state);
      absentSinceMs = job === undefined ? absentSinceMs ?? nowMs : undefined;
      endedSinceMs = isThere ? undefined : endedSinceMs ?? nowMs;
      if (isThere && how === "look") return { kind: "there", reason: `${wordsFor(job)}` };
      if (isThere && how === "wait" && !isTold) {
        isTold = true;
        onWait();
      }
      if (isThere && how === "kill") {
        if (!isAsked) isAsked = await tools.cancel(job.id, "ask") === undefined;
        const boundMs = graceMs + VISIBLE_BOUND_MS;
        if (nowMs - startedAtMs >= boundMs) {
          return { kind: "there", reason: `${wordsFor(job)}; it was cancelled ${boundMs / 1000} s ago` };
        }
      }
      if (!isThere) {
        // Slurm does nothing for it any more; with the claim in our hands, nothing of it can begin either.
        if (await folder.takeClaim() === "taken") return { kind: "over" };
        if (job === undefined && isGone(absentSinceMs, nowMs)) return { kind: "over" };
        if (job === undefined && how === "look") {
          const at = new Date(clock.nowMs() - (nowMs - absentSinceMs!)).toISOString();
          const reason =
            `it began, and Slurm has not shown it since ${at}; it is given up after ${ABSENT_WORDS}`;
          return { kind: "unknown", reason, absentSince: at };
        }
        // A network disk may show the last words of the node late.
        if (job !== undefined && nowMs - endedSinceMs! >= VISIBLE_BOUND_MS) return { kind: "over" };
      }
    }
    await clock.after(endedSinceMs === undefined ? ASK_AGAIN_MS : LOOK_MS * 4).elapsed;
  }
}

/**
 * The newest attempt that may have been handed over: a crash can come between that and its record. Why it cannot be told, as
 * a sentence.
 */
async function lastAttempt(host: Host, base: string, recorded: number): Promise<Result<number, string>> {
  const isThere = await hasFolder(host, base, recorded + 1);
  return isThere.ok ? ok(isThere.value ? recorded + 1 : recorded) : isThere;
}

/** Slurm's word for why it ended it, where it did. */
async function stateOf(host: Host, key: string, { end }: Ending): Promise<string | undefined> {
  if (end.kind === "refused" || end.kind === "timed_out") return undefined;
  if (!mayBeOfSlurm(end)) return undefined;
  const answer = await slurmTools(host).jobs(host.clock.monotonicMs());
  const state = answer.ok ? answer.value.get(key)?.state : undefined;
  return causeOf(end, state !== undefined && hasEnded(state) ? state : "unknown");
}

function wordsFor({ id, state, reason, node }: SlurmJob): string {
  const more = state === "PENDING" ? reason : node;
  return `Slurm job ${id} is ${state}${more === null ? "" : ` (${more})`}`;
}
