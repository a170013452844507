/**
 * Distinguishes changes by people from those that the job itself makes, so that a watch does not run for
 * ever.
 */

import type { Host } from "../../host/host.ts";
import { digestFile } from "../../store/run_output.ts";
import type { ChangedFile } from "./change_feed.ts";

/** The system reports a change slightly later than it happens. */
const DELAY_MS = 500;
/**
 * A file has to change at the same age of this many runs in a row to count as written by the job. A person
 * does not save one file so often at the same moment.
 */
const HABIT_RUNS = 8;
/** Ages that differ by less than this, or by less than a fifth, count as equal. */
const SAME_AGE_MS = 1000;
const SAME_AGE_PART = 0.2;
/** A larger file is compared by size and time. */
const MAX_DIGESTED_BYTES = 16 * 1024 * 1024;
/** In a larger burst, contents are not compared. */
const MAX_COMPARED = 1000;
/**
 * The limit for remembered contents and habits; beyond it, everything is forgotten, at the price of one more
 * run.
 */
const MAX_REMEMBERED = 10_000;

/** A run so far, in milliseconds of the monotonic clock. */
export interface RunSpan {
  /** Counted from 1. */
  readonly number: number;
  /** Before its process is started. */
  readonly createdAtMs: number;
  /** undefined: not yet. */
  readonly endedAtMs: number | undefined;
}

export interface Filtered {
  /** The changes for which the next run is started. */
  readonly changed: readonly ChangedFile[];
  /** Newly recognized as written by the job. */
  readonly habits: readonly ChangedFile[];
}

interface Habit {
  readonly ageMs: number;
  lastRun: number;
  runs: number;
  isTold: boolean;
}

export class ChangeFilter {
  readonly #host: Host;
  readonly #contents = new Map<string, string>();
  readonly #habits = new Map<string, Habit[]>();

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Compares a burst with the newest run. A change after the run always counts, so that saving a file again,
   * or `touch`, starts a run; a change during the run counts only with new content, and not where it is a
   * habit.
   */
  async filter(files: readonly ChangedFile[], run: RunSpan): Promise<Filtered> {
    if (this.#contents.size > MAX_REMEMBERED) this.#contents.clear();
    if (this.#habits.size > MAX_REMEMBERED) this.#habits.clear();
    const changed: ChangedFile[] = [];
    const habits: ChangedFile[] = [];
    for (const file of files) {
      const isSame = files.length <= MAX_COMPARED && await this.#isSameAsBefore(file.path);
      // The process has seen every change before its start.
      if (file.lastAtMs < run.createdAtMs) continue;
      const isDuring = run.endedAtMs === undefined || file.firstAtMs <= run.endedAtMs + DELAY_MS;
      if (isDuring && isSame) continue;
      const habit = isDuring ? this.#habitOf(file, run) : undefined;
      if (habit === undefined || habit.runs < HABIT_RUNS) changed.push(file);
      else if (!habit.isTold) {
        habit.isTold = true;
        habits.push(file);
      }
    }
    return { changed, habits };
  }

  /** Notes the contents that the next run will see. */
  async note(files: readonly ChangedFile[]): Promise<void> {
    if (files.length > MAX_COMPARED) return;
    for (const { path } of files) await this.#isSameAsBefore(path);
  }

  #habitOf(file: ChangedFile, run: RunSpan): Habit {
    const ageMs = Math.max(0, file.firstAtMs - run.createdAtMs);
    const known = this.#habits.get(file.path) ?? [];
    const same = known.find((habit) =>
      Math.abs(habit.ageMs - ageMs) <= Math.max(SAME_AGE_MS, habit.ageMs * SAME_AGE_PART)
    );
    const isFollowing = same !== undefined &&
      (same.runs >= HABIT_RUNS || same.lastRun >= run.number - 1);
    if (isFollowing) {
      if (same.lastRun !== run.number) same.runs++;
      same.lastRun = run.number;
      return same;
    }
    const begun = { ageMs, lastRun: run.number, runs: 1, isTold: false };
    // An aborted run does not count.
    this.#habits.set(file.path, [...known.filter((habit) => habit !== same), begun]);
    return begun;
  }

  async #isSameAsBefore(path: string): Promise<boolean> {
    const before = this.#contents.get(path);
    const now = await this.#contentOf(path);
    this.#contents.set(path, now);
    return before === now;
  }

  async #contentOf(path: string): Promise<string> {
    const facts = this.#host.files.stat(path);
    if (!facts.ok) return "gone";
    const { kind, sizeBytes, modifiedAtMs } = facts.value;
    const outside = `${kind} ${sizeBytes} ${modifiedAtMs}`;
    if (kind !== "file" || sizeBytes > MAX_DIGESTED_BYTES) return outside;
    const digest = await digestFile(this.#host, path);
    return digest.ok ? digest.value.sha256 : outside;
  }
}
