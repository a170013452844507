/**
 * The lock of a job that may run only once at a time, or of all jobs that share one by name, with what is
 * known of the run that holds it.
 */

import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import type { Job } from "../../model/job.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { visible } from "../../model/visible.ts";
import type { Clock } from "../../host/clock.ts";
import type { FileLock } from "../../host/files.ts";
import type { Slot } from "../../engine/slot.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import {
  type JobLockAnswer,
  type LockHolder,
  lockNote,
  tryJobLock,
  trySharedLock,
} from "../../store/job_lock.ts";
import { prepareLocks } from "../../store/state_folders.ts";
import type { StoreParts } from "../../store/store_parts.ts";

const LOOK_AGAIN_MS = 100;

/** The place of a job's lock, and who takes it. */
export interface JobLockPlace {
  /** In the state folder of the project. */
  readonly own: StoreParts;
  /** In the state folder of the user, for a shared lock. */
  readonly shared: () => Result<StoreParts, Failure>;
  /** The root of the project. */
  readonly project: string | undefined;
  /** Tokens of the runs of which this call is a part. */
  readonly chain: readonly string[];
}

export class JobLock implements Slot {
  readonly #ask: () => Result<JobLockAnswer, Failure>;
  readonly #lockName: string | undefined;
  readonly #project: string | undefined;
  readonly #chain: readonly string[];
  #lock: FileLock | undefined;
  #holder: LockHolder | undefined;

  /** `lock`: the name of a shared lock. */
  private constructor(
    ask: () => Result<JobLockAnswer, Failure>,
    lock: string | undefined,
    project: string | undefined,
    chain: readonly string[],
  ) {
    this.#ask = ask;
    this.#lockName = lock;
    this.#project = project;
    this.#chain = chain;
  }

  /** The lock, not tried yet. undefined where none is needed. */
  static async of(
    { own, shared, project, chain }: JobLockPlace,
    job: Job,
  ): Promise<Result<JobLock | undefined, Failure>> {
    if (job.concurrency === "allow") return ok(undefined);
    const { name, lock } = job;
    const parts = lock === undefined ? ok(own) : shared();
    if (!parts.ok) return parts;
    const locks = await prepareLocks(parts.value);
    if (!locks.ok) return locks;
    return ok(
      new JobLock(
        () => lock === undefined ? tryJobLock(parts.value, name) : trySharedLock(parts.value, lock),
        lock,
        project,
        chain,
      ),
    );
  }

  /**
   * The lock, either held or to be waited for; `busy` where the job does not wait. undefined where none is
   * needed.
   */
  static async take(place: JobLockPlace, job: Job): Promise<Result<JobLock | undefined, Failure>> {
    const made = await JobLock.of(place, job);
    if (!made.ok || made.value === undefined) return made;
    const had = made.value.tryNow();
    if (!had.ok) return had;
    const { canWait } = made.value;
    return had.value || (job.concurrency === "wait" && canWait) ? made : fail(made.value.busy(job));
  }

  /** The failure of a job that does not wait for its lock. */
  busy({ name, lock }: Job): Failure {
    return {
      code: "busy",
      subject: "job",
      name,
      lock,
      holder_project: this.#elsewhere,
      holder_pid: this.#holder?.pid,
      holder_run: this.#holder?.run,
      since: this.#holder?.since,
      ...(this.canWait ? {} : { is_around: true }),
    };
  }

  /** False where a run has the lock that contains this call, and cannot end before it. */
  get canWait(): boolean {
    const token = this.#holder?.token;
    return token === undefined || !this.#chain.includes(token);
  }

  get isHeld(): boolean {
    return this.#lock !== undefined;
  }

  /** The holder, as far as its note tells. */
  get holder(): string | undefined {
    const run = this.#holder?.run;
    const project = this.#elsewhere;
    if (run === undefined) {
      return this.#lockName === undefined ? undefined : `the holder of lock "${this.#lockName}"`;
    }
    return project === undefined ? run : `${run} of ${visible(project)}`;
  }

  /** The holder's project, where it is another one. */
  get #elsewhere(): string | undefined {
    const project = this.#holder?.project;
    return project === this.#project ? undefined : project;
  }

  /** Waits until the lock is ours or a stop is requested, without a bound, because the user asked to wait. */
  async wait(stops: StopRequests, clock: Clock): Promise<Result<void, Failure>> {
    while (!this.isHeld && stops.first === undefined) {
      const timer = clock.after(LOOK_AGAIN_MS);
      await Promise.race([timer.elapsed, stops.at(0)]);
      timer.cancel();
      const had = this.tryNow();
      if (!had.ok) return had;
    }
    return ok(undefined);
  }

  /** Notes the holder for others that find the lock taken. */
  sign(run: RunId, pid: number, since: string, token: string): void {
    this.#lock?.note(lockNote({ run, pid, project: this.#project, since, token }));
  }

  release(): void {
    this.#lock?.release();
    this.#lock = undefined;
  }

  /** Whether it is held now. */
  tryNow(): Result<boolean, Failure> {
    const taken = this.#ask();
    if (!taken.ok) return taken;
    if (taken.value.kind === "held") {
      this.#holder = taken.value.by;
      return ok(false);
    }
    this.#lock = taken.value.lock;
    // The note is still the one of the previous holder; the new holder is unknown until it writes its own.
    this.#lock.note("");
    return ok(true);
  }
}
