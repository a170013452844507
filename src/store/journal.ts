/**
 * The only writer of the journal. Lines are appended under a kernel lock, and are durable before anybody is told;
 * lines that are asked for while others are on their way to the disk go there together.
 */

import type { Failure } from "../model/failure.ts";
import { type JournalFact, type JournalHead, journalLine } from "../model/journal.ts";
import { fail, ok, type Result } from "../model/result.ts";
import type { Timer } from "../host/clock.ts";
import type { Files } from "../host/files.ts";
import { replaceFileBeside } from "../host/durable_write.ts";
import { afterBreak, findEnd, headIn, type JournalEnd, type Start } from "./journal_end.ts";
import { RECORD_SUFFIX, timestampsIn } from "./layout.ts";
import { listFolder } from "./state_folders.ts";
import type { StoreParts } from "./store_parts.ts";
import { waitForLock } from "./waited_lock.ts";

const SOON_MS = 1000;
/** Lines that nobody waits for are written together: this many, or after this time. */
const MANY_LINES = 32;
const LATER_MS = 100;

/** One for each state folder of this process, because lines wait for each other. */
const journals = new WeakMap<Files, Map<string, JournalWriter>>();

/**
 * Enters the facts, in this order; they are durable when it returns, and so are all lines before them. The newest of their lines.
 * Without facts, what is there is repaired as before any line, and its newest line is given.
 */
export function appendToJournal(
  parts: StoreParts,
  ...facts: readonly JournalFact[]
): Promise<Result<JournalHead, Failure>> {
  return enterInJournal(parts, facts, "now").durable;
}

/** Facts on their way into the journal. */
export interface Entering {
  /** Resolves when a crash of this process can no longer keep them out, or it is certain that they are not entered. */
  readonly written: Promise<void>;
  /** Resolves when a power cut cannot either, unless that may be later. The newest of their lines. */
  readonly durable: Promise<Result<JournalHead, Failure>>;
}

/**
 * "soon": within a second, or with the next line that is not, so that a thousand runs in a second need few syncs. A power cut can
 * then take lines whose records it keeps, which `recover` enters. "later": the same, and a crash of this process can take them as well;
 * they are written before any line that is asked for after them.
 */
export type JournalDurability = "now" | "soon" | "later";

export function enterInJournal(
  parts: StoreParts,
  facts: readonly JournalFact[],
  durability: JournalDurability,
): Entering {
  const { files, layout: { stateDir } } = parts;
  const here = journals.get(files) ?? new Map<string, JournalWriter>();
  journals.set(files, here);
  const journal = here.get(stateDir) ?? new JournalWriter(parts);
  here.set(stateDir, journal);
  return journal.enter(facts, durability);
}

interface Waiting {
  readonly facts: readonly JournalFact[];
  readonly durability: JournalDurability;
  readonly written: () => void;
  readonly settle: (heads: Promise<Result<readonly JournalHead[], Failure>>, position: number) => void;
}

class JournalWriter {
  readonly #parts: StoreParts;
  readonly #waiting: Waiting[] = [];
  #isWriting = false;
  #hasFailed = false;
  /** Runs while lines wait that may be written later. */
  #timer: Timer | undefined;
  #unsyncedSinceMs: number | undefined;
  /** The end as this process left it; valid as long as the file is the same and has this size. */
  #known:
    | { readonly head: JournalHead; readonly sizeBytes: number; readonly fileId: string | undefined }
    | undefined;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  enter(facts: readonly JournalFact[], durability: JournalDurability): Entering {
    const { promise: durable, resolve } = Promise.withResolvers<Result<JournalHead, Failure>>();
    const { promise: written, resolve: tell } = Promise.withResolvers<void>();
    this.#waiting.push({
      facts,
      durability,
      written: tell,
      settle: (heads, position) =>
        resolve(heads.then((written) => written.ok ? ok(written.value[position]!) : written)),
    });
    this.#begin();
    return { written, durable };
  }

  #begin(): void {
    if (this.#isWriting || this.#waiting.length === 0) return;
    const isDue = this.#waiting.some(({ durability }) => durability !== "later") ||
      (this.#waiting.length >= MANY_LINES && !this.#hasFailed);
    if (isDue) return void this.#writeAll();
    if (this.#timer !== undefined) return;
    const timer = this.#timer = this.#parts.clock.after(LATER_MS);
    void timer.elapsed.then(() => {
      if (this.#timer !== timer) return;
      this.#timer = undefined;
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  /** Everything that waits now. */
  async #writeAll(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isWriting = true;
    const batch = this.#waiting.splice(0);
    const tell = () => batch.forEach(({ written }) => written());
    const isUrgent = batch.some(({ durability }) => durability === "now");
    const heads = this.#write(batch.flatMap(({ facts }) => facts), isUrgent, tell);
    let last = 0;
    for (const { facts, settle } of batch) settle(heads, last += facts.length);
    // A throw reaches those who wait for the lines.
    const written = await heads.catch(() => undefined);
    tell();
    this.#hasFailed = written?.ok === false;
    // Nobody waits for these, so they are tried again.
    if (this.#hasFailed) this.#waiting.unshift(...batch.filter(({ durability }) => durability === "later"));
    this.#isWriting = false;
    this.#begin();
  }

  /** The head before the facts, then after each of them. */
  async #write(
    facts: readonly JournalFact[],
    isUrgent: boolean,
    written: () => void,
  ): Promise<Result<readonly JournalHead[], Failure>> {
    const lock = await waitForLock(this.#parts, this.#parts.layout.journalLock);
    if (!lock.ok) return lock;
    try {
      const end = await this.#end();
      if (!end.ok) return end;
      const repaired = await this.#repaired(end.value, facts);
      if (!repaired.ok) return repaired;
      const { head, before, prefix } = repaired.value;
      const { text, heads } = await this.#compose([...before, ...facts], head);
      const isNew = end.value.kind === "absent";
      const mustSync = isUrgent || isNew || this.#isOverdue();
      const appended = await this.#append(`${prefix}${text}`, { isNew, mustSync }, written);
      if (!appended.ok) return appended;
      const all = [head, ...heads];
      const newest = all.at(-1)!;
      this.#remember(newest);
      // A note must not outlive its line.
      if (mustSync) lock.value.note(JSON.stringify(newest));
      return ok(all.slice(before.length));
    } finally {
      lock.value.release();
    }
  }

  async #end(): Promise<Result<JournalEnd, Failure>> {
    const { files, layout } = this.#parts;
    const facts = files.stat(layout.journal);
    const known = this.#known;
    if (
      known !== undefined && facts.ok && facts.value.sizeBytes === known.sizeBytes &&
      facts.value.fileId === known.fileId
    ) {
      return ok({ kind: "whole", head: known.head });
    }
    this.#known = undefined;
    const note = files.lockNote(layout.journalLock);
    return await findEnd(this.#parts, note.ok ? headIn(note.value) : undefined);
  }

  /** From where the lines go on, and what has to be entered before them. */
  async #repaired(
    end: JournalEnd,
    facts: readonly JournalFact[],
  ): Promise<Result<Start, Failure>> {
    const { files, paths, digests, layout } = this.#parts;
    switch (end.kind) {
      case "whole":
        return ok({ head: end.head, before: [], prefix: "" });
      case "unended":
        return ok({ head: end.head, before: [], prefix: "\n" });
      case "absent": {
        const begun = await this.#begun(facts);
        return begun.ok ? ok({ head: end.head, before: [begun.value], prefix: "" }) : begun;
      }
      case "torn": {
        const { whole, torn, head } = end;
        const replaced = await replaceFileBeside(files, paths, layout.journal, whole, { durable: "new" });
        if (!replaced.ok) return this.#unwritable(replaced.failure.reason);
        const sha256 = await digests.sha256(torn);
        const details = { bytes: torn.length };
        const cut: JournalFact = { kind: "torn", id: "journal", sha256, details };
        if (head.n > 0) return ok({ head, before: [cut], prefix: "" });
        const begun = await this.#begun(facts);
        return begun.ok ? ok({ head, before: [begun.value, cut], prefix: "" }) : begun;
      }
      case "broken":
        return await afterBreak(this.#parts, end);
    }
  }

  /** Says how many runs were recorded before there was a journal. */
  async #begun(facts: readonly JournalFact[]): Promise<Result<JournalFact, Failure>> {
    const { layout, digests } = this.#parts;
    const entered = new Set(facts.map(({ id }) => id));
    const names = listFolder(this.#parts, layout.runs);
    if (!names.ok) return names;
    const runs: string[] = [];
    for (const name of names.value) {
      const files = this.#parts.files.list(this.#parts.paths.join(layout.runs, name), [RECORD_SUFFIX]);
      if (!files.ok) continue;
      // Not spread into one call, which cannot have as many arguments as a job can have runs.
      for (const timestamp of timestampsIn(files.value)) runs.push(`${name}/${timestamp}`);
    }
    const before = runs.filter((id) => !entered.has(id)).sort();
    const sha256 = await digests.sha256(new TextEncoder().encode(before.map((id) => `${id}\n`).join("")));
    return ok({ kind: "begun", id: "journal", sha256, details: { runs_before: before.length } });
  }

  async #compose(
    facts: readonly JournalFact[],
    from: JournalHead,
  ): Promise<{ readonly text: string; readonly heads: readonly JournalHead[] }> {
    const time = new Date(this.#parts.clock.nowMs()).toISOString();
    const heads: JournalHead[] = [];
    let head = from;
    let text = "";
    for (const fact of facts) {
      const line = journalLine(fact, time, head);
      head = { n: head.n + 1, sha256: await this.#parts.digests.sha256(new TextEncoder().encode(line)) };
      heads.push(head);
      text += `${line}\n`;
    }
    return { text, heads };
  }

  /** The oldest line that is not durable has waited for long enough. */
  #isOverdue(): boolean {
    const nowMs = this.#parts.clock.monotonicMs();
    this.#unsyncedSinceMs ??= nowMs;
    return nowMs - this.#unsyncedSinceMs >= SOON_MS;
  }

  async #append(
    text: string,
    { isNew, mustSync }: { readonly isNew: boolean; readonly mustSync: boolean },
    tell: () => void,
  ): Promise<Result<void, Failure>> {
    const { files, layout } = this.#parts;
    if (files.isLink(layout.journal)) return this.#unwritable("it is a symbolic link");
    const opened = files.openForAppending(layout.journal);
    if (!opened.ok) return this.#unwritable(opened.failure.reason);
    const file = opened.value;
    try {
      let written = file.write(new TextEncoder().encode(text));
      if (written.ok) tell();
      if (written.ok && mustSync) {
        written = await file.syncBeside();
        if (written.ok) this.#unsyncedSinceMs = undefined;
      }
      if (written.ok && isNew) written = await files.syncFolderBeside(layout.stateDir);
      return written.ok ? ok(undefined) : this.#unwritable(written.failure.reason);
    } finally {
      file.close();
    }
  }

  #remember(head: JournalHead): void {
    const facts = this.#parts.files.stat(this.#parts.layout.journal);
    if (facts.ok) this.#known = { head, sizeBytes: facts.value.sizeBytes, fileId: facts.value.fileId };
  }

  #unwritable(reason: string): Result<never, Failure> {
    const path = this.#parts.layout.journal;
    return fail({ code: "state_unwritable", action: "write the journal", path, reason });
  }
}
