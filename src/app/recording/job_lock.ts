/** The lock of a job that may run only once at a time, with what is known about the run that holds it. */

import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import type { Job } from "../../model/job.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Clock, FileLock } from "../../host/host.ts";
import type { Slot } from "../../engine/slot.ts";
import type { StopRequests } from "../../engine/stop_requests.ts";
import { type LockHolder, tryJobLock } from "../../store/job_lock.ts";
import type { StoreParts } from "../../store/store_parts.ts";

const LOOK_AGAIN_MS = 100;

export class JobLock implements Slot {
  readonly #parts: StoreParts;
  readonly #name: string;
  #lock: FileLock | undefined;
  #holder: LockHolder | undefined;

  private constructor(parts: StoreParts, name: string) {
    this.#parts = parts;
    this.#name = name;
  }

  /** The lock, held or to be waited for; `busy` where the job does not wait. undefined where none is needed. */
  static take(parts: StoreParts, job: Job): Result<JobLock | undefined, Failure> {
    if (job.concurrency === "allow") return ok(undefined);
    const jobLock = new JobLock(parts, job.name);
    const had = jobLock.#try();
    if (!had.ok) return had;
    if (had.value || job.concurrency === "wait") return ok(jobLock);
    return fail({
      code: "busy",
      subject: "job",
      name: job.name,
      holder_pid: jobLock.#holder?.pid,
      holder_run: jobLock.#holder?.run,
      since: jobLock.#holder?.since,
    });
  }

  get isHeld(): boolean {
    return this.#lock !== undefined;
  }

  /** Who has it instead, as far as they said. */
  get holder(): string | undefined {
    return this.#holder?.run;
  }

  /** Waits until the lock is ours or somebody asks to stop; bounded by nothing else, as the user asked to wait. */
  async wait(stops: StopRequests, clock: Clock): Promise<Result<void, Failure>> {
    while (!this.isHeld && stops.first === undefined) {
      const timer = clock.after(LOOK_AGAIN_MS);
      await Promise.race([timer.elapsed, stops.at(0)]);
      timer.cancel();
      const had = this.#try();
      if (!had.ok) return had;
    }
    return ok(undefined);
  }

  /** Tells those who find the lock taken who holds it. */
  sign(run: RunId, pid: number, since: string): void {
    this.#lock?.note(JSON.stringify({ run, pid, since }));
  }

  release(): void {
    this.#lock?.release();
    this.#lock = undefined;
  }

  #try(): Result<boolean, Failure> {
    const taken = tryJobLock(this.#parts, this.#name);
    if (!taken.ok) return taken;
    if (taken.value.kind === "held") {
      this.#holder = taken.value.by;
      return ok(false);
    }
    this.#lock = taken.value.lock;
    // What stands there is the word of the holder before; nothing is known until this one signs.
    this.#lock.note("");
    return ok(true);
  }
}
