/**
 * Follows one job of Slurm to its end. Its own files are asked first, Slurm second; "not seen" never means "ended".
 */

import type { SentSignal, SlurmLogRecord, SlurmRecord, StopCause } from "../../model/run.ts";
import { nextCommand } from "../../model/next_step.ts";
import type { Policy, Supervised, SupervisePorts } from "../../engine/executor.ts";
import { ABSENT_WORDS, isGone } from "./absence.ts";
import type { AttemptFolder, Claim, CommandEnd, Ending } from "./attempt_folder.ts";
import { type GrowingFile, LOOK_MS, VISIBLE_BOUND_MS } from "./growing_file.ts";
import { causeOf, type Facts, factsOf, mayBeOfSlurm, neverBegan } from "./job_end.ts";
import { hasEnded, type SlurmJob, type SlurmTools } from "./slurm_tools.ts";

/** After a stop request and its grace, this is how long Slurm may take to tell the truth. */
const STOP_BOUND_MS = 300_000;
/** The same for a caller that ends a run which nobody follows, and can look again later. */
const SHORT_STOP_BOUND_MS = 30_000;
/** The first question comes soon, because a job that cannot begin should say why. */
const FIRST_POLL_MS = 500;
/** How long Slurm may take to say why it ended a job whose node has told its end. */
const CAUSE_BOUND_MS = 10_000;
/** The same where the end itself leaves no doubt, and only Slurm's words about it are wanted. */
const SETTLE_BOUND_MS = 3000;
const NOTHING_SEEN = { claim: undefined, ending: undefined };

export interface JobParts {
  readonly tools: SlurmTools;
  readonly folder: AttemptFolder;
  readonly key: string;
  readonly pollMs: number;
  readonly stdout: GrowingFile;
  readonly stderr: GrowingFile;
  /** Nobody followed it until now: what was doubtful is kept in its record, and its end is the one of its node. */
  readonly isUnattended?: boolean;
  readonly isJustAsked?: boolean;
  /** Called when the job has begun, or has ended. */
  readonly noLongerWaits?: () => void;
  /** Keeps what Slurm wrote, for as long as the record exists. */
  readonly keepLog: (log: string) => Promise<SlurmLogRecord | undefined>;
}

interface Stop {
  readonly cause: StopCause;
  readonly atMs: number;
  isForced: boolean;
  /** The request has reached Slurm. */
  isSent: boolean;
}

type NotePorts = Pick<SupervisePorts, "clock" | "onNote">;

/** How long its node may take to tell an end that Slurm told. */
function endingBoundMs(state: string, graceMs: number): number {
  // Slurm calls a job cancelled while its processes still end.
  return VISIBLE_BOUND_MS + (state === "CANCELLED" ? graceMs : 0);
}

export class FollowedJob {
  readonly #parts: JobParts;
  #slurm: SlurmRecord;
  #stop: Stop | undefined;
  readonly #sent: SentSignal[] = [];
  #absentSinceMs: number | undefined;
  /** Why the folder could not be listed the last time. */
  #diskProblem: string | undefined;
  /** Older answers of Slurm say nothing about it. */
  #freshFromMs = 0;
  #isPeeked = false;
  #ended: { readonly state: string; readonly sinceMs: number } | undefined;

  constructor(parts: JobParts, slurm: SlurmRecord) {
    this.#parts = parts;
    this.#slurm = slurm;
  }

  async follow(policy: Policy, seenStopRequests: number, ports: SupervisePorts): Promise<Supervised> {
    const supervised = await this.#toEnd(policy, seenStopRequests, ports);
    const log = await this.#parts.keepLog(await this.#parts.folder.slurmLog());
    if (log !== undefined) await this.#note({ log }, ports);
    return supervised;
  }

  async #toEnd(policy: Policy, seenStopRequests: number, ports: SupervisePorts): Promise<Supervised> {
    const { clock, stops } = ports;
    const { tools, pollMs } = this.#parts;
    const startedAtMs = clock.monotonicMs();
    if (!this.#isPeeked) this.#freshFromMs = startedAtMs;
    let seen = seenStopRequests;
    let pollAtMs = startedAtMs + (this.#isPeeked ? 0 : FIRST_POLL_MS);
    for (;;) {
      const look = await this.#parts.folder.look();
      await this.#noteDisk(look.ok ? undefined : look.failure, ports);
      const { claim, ending } = look.ok ? look.value : NOTHING_SEEN;
      if (claim !== undefined) await this.#noteClaim(claim, ports);
      if (ending !== undefined) return await this.#endedBy(ending, policy, ports);
      // Jobs that began at other times ask as well, and all of them together not more often than one would.
      const mayAsk = this.#stop !== undefined || tools.isFree(this.#freshFromMs, pollMs);
      if (mayAsk && clock.monotonicMs() >= pollAtMs) {
        const over = await this.#poll(policy, ports);
        if (over !== undefined) return over;
        pollAtMs = clock.monotonicMs() + this.#parts.pollMs;
      }
      const timer = clock.after(LOOK_MS);
      const request = await Promise.race([timer.elapsed, stops.at(seen)]);
      timer.cancel();
      if (request === undefined) continue;
      seen++;
      this.#stop ??= { cause: request.cause, atMs: clock.monotonicMs(), isForced: false, isSent: false };
      const isForced = request.force && !this.#stop.isForced;
      if (isForced) this.#stop.isForced = true;
      const signal = isForced ? "SIGKILL" : "SIGTERM";
      this.#sent.push({ signal, at_ms: Math.round(clock.monotonicMs() - startedAtMs), processes: 1 });
      this.#stop.isSent = await this.#cancel();
      this.#freshFromMs = clock.monotonicMs();
      await ports.onSignal(request.cause, signal, this.#sent.length === 1 ? policy.graceMs : undefined);
      pollAtMs = clock.monotonicMs() + Math.min(FIRST_POLL_MS, this.#parts.pollMs);
    }
  }

  /** Asks once, for a job that nobody follows. True where `follow` would find its end now, or that there will be none. */
  async peek({ graceMs }: Policy, ports: Pick<SupervisePorts, "clock" | "onNote">): Promise<boolean> {
    const { clock } = ports;
    const { folder } = this.#parts;
    const look = await folder.look();
    await this.#noteDisk(look.ok ? undefined : look.failure, ports);
    const { claim, ending } = look.ok ? look.value : NOTHING_SEEN;
    if (claim !== undefined) await this.#noteClaim(claim, ports);
    if (ending !== undefined) return true;
    if (this.#parts.isJustAsked === true) return false;
    const { doubtful_since: since, state } = this.#slurm;
    if (since !== undefined) {
      const sinceMs = clock.monotonicMs() - Math.max(0, clock.nowMs() - Date.parse(since));
      if (state !== null && hasEnded(state)) this.#ended = { state, sinceMs };
      else this.#absentSinceMs = sinceMs;
    }
    await this.#ask(ports);
    this.#isPeeked = true;
    const nowMs = clock.monotonicMs();
    const isDoubtful = this.#ended !== undefined || this.#absentSinceMs !== undefined;
    await this.#note(
      { doubtful_since: isDoubtful ? since ?? new Date(clock.nowMs()).toISOString() : undefined },
      ports,
    );
    if (this.#ended !== undefined) {
      const { state, sinceMs } = this.#ended;
      const again = await folder.look();
      if (again.ok && again.value.ending !== undefined) return true;
      if (await folder.takeClaim() === "taken") return true;
      return nowMs - sinceMs >= endingBoundMs(state, graceMs);
    }
    return isGone(this.#absentSinceMs, nowMs);
  }

  /** Asks Slurm to end it. Whether it has ended can be seen later. */
  async abandon(): Promise<void> {
    await this.#parts.folder.takeClaim();
    await this.#cancel();
  }

  /** Whether the request has reached Slurm. */
  async #cancel(): Promise<boolean> {
    const { job_id: id } = this.#slurm;
    if (id === null) return false;
    return await this.#parts.tools.cancel(id, this.#stop?.isForced === true ? "kill" : "ask") === undefined;
  }

  /** undefined as long as the end is not known. */
  async #poll(policy: Policy, ports: SupervisePorts): Promise<Supervised | undefined> {
    await this.#ask(ports);
    const nowMs = ports.clock.monotonicMs();
    if (this.#stop !== undefined && !this.#stop.isSent) this.#stop.isSent = await this.#cancel();
    if (this.#ended !== undefined) return await this.#endedInSlurm(policy, nowMs);
    if (isGone(this.#absentSinceMs, nowMs)) {
      return await this.#lost(`Slurm has not shown the job for ${ABSENT_WORDS}`);
    }
    const stopBoundMs = this.#parts.isUnattended === true ? SHORT_STOP_BOUND_MS : STOP_BOUND_MS;
    if (this.#stop !== undefined && nowMs - this.#stop.atMs >= policy.graceMs + stopBoundMs) {
      return await this.#lost("Slurm was asked to end the job, and has not said that it ended");
    }
    return undefined;
  }

  async #ask(ports: NotePorts): Promise<void> {
    const { clock } = ports;
    const { tools, key, pollMs } = this.#parts;
    // Other runs of this process ask as well, and one answer serves all.
    const answer = await tools.jobs(Math.max(this.#freshFromMs, clock.monotonicMs() - pollMs + 1));
    const nowMs = clock.monotonicMs();
    if (!answer.ok) {
      this.#absentSinceMs = undefined;
      const isFollowed = this.#parts.isUnattended !== true;
      await this.#note({
        waits_for: this.#slurm.node === null ? answer.failure : null,
        ...(isFollowed ? { doubtful_since: undefined } : {}),
      }, ports);
    } else {
      const job = answer.value.get(key);
      if (job === undefined) {
        this.#absentSinceMs ??= nowMs;
        if (this.#parts.isUnattended !== true && this.#slurm.doubtful_since === undefined) {
          await this.#note({ doubtful_since: new Date(clock.nowMs()).toISOString() }, ports);
        }
      } else {
        if (this.#parts.isUnattended !== true) await this.#note({ doubtful_since: undefined }, ports);
        this.#absentSinceMs = undefined;
        await this.#noteJob(job, nowMs, ports);
      }
    }
  }

  /** Slurm says that it ended, and its node has not said so. */
  async #endedInSlurm({ graceMs }: Policy, nowMs: number): Promise<Supervised | undefined> {
    const { state, sinceMs } = this.#ended!;
    const { folder } = this.#parts;
    // The node may have told it between our look and the question.
    const look = await folder.look();
    if (look.ok && look.value.ending !== undefined) return undefined;
    const claim = await folder.takeClaim();
    if (claim === "taken") {
      const detail =
        `${this.#job()} ended as ${state} before the command began; ${this.#parts.folder.path}/slurm.log`;
      return await this.#over(neverBegan(this.#stop?.cause, state, detail), 0, 0);
    }
    if (nowMs - sinceMs < endingBoundMs(state, graceMs)) return undefined;
    if (claim === undefined) return await this.#lost(`${folder.path} cannot be read`);
    const stopped = this.#stop?.cause ?? { kind: "slurm", state };
    return await this.#over({ end: { kind: "untold" }, stopped }, undefined, undefined);
  }

  async #endedBy(ending: Ending, policy: Policy, ports: SupervisePorts): Promise<Supervised> {
    const { end, stdoutBytes, stderrBytes, memory } = ending;
    if (memory !== undefined) await this.#note({ memory }, ports);
    const asked = this.#stop?.cause;
    const isPlain = end.kind === "refused" || (end.kind === "exited" && end.code === 0);
    const state = isPlain || asked !== undefined ? undefined : causeOf(end, await this.#settled(end, ports));
    const over = await this.#over(factsOf(end, asked, state, policy.timeoutMs), stdoutBytes, stderrBytes);
    return this.#parts.isUnattended === true ? { ...over, endedAt: ending.endTime } : over;
  }

  /** The last state of a job whose node told an end that did not go well; "unknown" where Slurm does not say it in time. */
  async #settled(end: CommandEnd, ports: SupervisePorts): Promise<string> {
    const { clock } = ports;
    const late = clock.after(mayBeOfSlurm(end) ? CAUSE_BOUND_MS : SETTLE_BOUND_MS);
    try {
      for (;;) {
        const asked = this.#parts.tools.jobs(clock.monotonicMs());
        const answer = await Promise.race([asked, late.elapsed]);
        if (answer === undefined) return "unknown";
        const state = answer.ok ? answer.value.get(this.#parts.key)?.state : undefined;
        if (state !== undefined && hasEnded(state)) {
          await this.#note({ state }, ports);
          return state;
        }
        const pause = clock.after(FIRST_POLL_MS);
        const isLate = await Promise.race([pause.elapsed.then(() => false), late.elapsed.then(() => true)]);
        pause.cancel();
        if (isLate) return "unknown";
      }
    } finally {
      late.cancel();
    }
  }

  async #over(
    facts: Facts,
    stdoutBytes: number | undefined,
    stderrBytes: number | undefined,
  ): Promise<Supervised> {
    this.#parts.noLongerWaits?.();
    const { stdout, stderr } = this.#parts;
    const whole = await Promise.all([stdout.whole(stdoutBytes), stderr.whole(stderrBytes)]);
    const { stopped } = facts;
    const isCut = whole.includes(false) || this.#diskProblem !== undefined;
    return {
      ...facts,
      report: stopped === undefined ? null : { cause: stopped, signals: this.#sent, survivors: [] },
      leftRunning: [],
      isListed: true,
      ...(isCut ? { isOutputCut: true as const } : {}),
    };
  }

  /** Nobody can say how it ended, unless it is certain that it never began. */
  async #lost(why: string): Promise<Supervised> {
    if (await this.#parts.folder.takeClaim() === "taken") {
      return await this.#over(neverBegan(this.#stop?.cause, undefined, `${why}, and it never began`), 0, 0);
    }
    const lost = {
      code: "end_unknown",
      action: "follow",
      value: this.#job(),
      fact: `${why}; its end is not known`,
      next: [nextCommand("recover")],
    } as const;
    return {
      ...await this.#over({ end: { kind: "unknown" }, stopped: undefined }, undefined, undefined),
      lost,
    };
  }

  /** Nobody could tell otherwise why nothing happens. */
  async #noteDisk(problem: string | undefined, ports: NotePorts): Promise<void> {
    if (problem === this.#diskProblem) return;
    this.#diskProblem = problem;
    const words = problem === undefined ? null : `${this.#parts.folder.path}: ${problem}`;
    await this.#note({ waits_for: words }, ports);
  }

  async #noteClaim({ node, beginTime, jobId }: Claim, ports: NotePorts): Promise<void> {
    this.#parts.noLongerWaits?.();
    if (node === null || this.#slurm.begin_time !== null) return;
    const id = this.#slurm.job_id ?? jobId;
    await this.#note({ node, begin_time: beginTime, job_id: id, waits_for: null, state: "RUNNING" }, ports);
  }

  async #noteJob({ id, state, node, reason }: SlurmJob, nowMs: number, ports: NotePorts): Promise<void> {
    if (hasEnded(state)) this.#ended = this.#ended?.state === state ? this.#ended : { state, sinceMs: nowMs };
    else this.#ended = undefined;
    const waits = this.#slurm.begin_time === null && state === "PENDING" ? reason : null;
    if (this.#diskProblem !== undefined) return await this.#note({ job_id: id, state }, ports);
    await this.#note({ job_id: id, state, waits_for: waits, node: this.#slurm.node ?? node }, ports);
  }

  async #note(facts: Partial<SlurmRecord>, ports: NotePorts): Promise<void> {
    const next = { ...this.#slurm, ...facts };
    if (JSON.stringify(next) === JSON.stringify(this.#slurm)) return;
    this.#slurm = next;
    await ports.onNote(next);
  }

  #job(): string {
    const { job_id: id } = this.#slurm;
    return id === null ? "the Slurm job" : `Slurm job ${id}`;
  }
}
