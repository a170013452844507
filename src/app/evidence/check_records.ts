/** Whether each record, log, manifest, task record and signed file is equal to its digest in the journal. Repairs nothing. */

import { countOf, type EvidenceFinding, type EvidenceLine, evidenceLine } from "../../model/verification.ts";
import { parseRunId, type RunId } from "../../model/ids.ts";
import type { RunRecord } from "../../model/run.ts";
import { decodeRun } from "../../store/codec.ts";
import { readManifest } from "../../store/manifest_store.ts";
import { readRun } from "../../store/stored_run.ts";
import type { StoreParts } from "../../store/store_parts.ts";
import { type JournalLine, type JournalView, newestOf, taskKey } from "./journal_view.ts";

const GONE = ["pruned", "moved_out"];

export class RecordCheck {
  /** Runs, and `task <name>`, whose files are all equal to their digests in the journal. */
  readonly sound = new Set<string>();
  readonly #parts: StoreParts;
  readonly #view: JournalView;
  readonly #failures: EvidenceFinding[] = [];
  readonly #unchecked: EvidenceFinding[] = [];
  readonly #counts = { records: 0, logs: 0, manifests: 0, tasks: 0, signed: 0, removed: 0 };
  #before = 0;

  constructor(parts: StoreParts, view: JournalView) {
    this.#parts = parts;
    this.#view = view;
  }

  /** The record as it is, if it can be read. */
  async run(id: RunId): Promise<RunRecord | undefined> {
    const { files, layout, digests } = this.#parts;
    const about = `runs/${id}.json`;
    const lines = this.#view.about.get(id) ?? [];
    const newest = lines.at(-1);
    const bytes = files.readBytes(layout.record(id));
    if (!bytes.ok) {
      if (bytes.failure.kind === "not_found") this.#absent(about, lines);
      else this.#fail(about, `cannot be read: ${bytes.failure.reason}`);
      return undefined;
    }
    const decoded = decodeRun(bytes.value);
    const record = decoded.ok ? decoded.value.record : undefined;
    if (newest === undefined) {
      this.#notEntered(about, id, record);
      return record;
    }
    const before = this.#failures.length;
    if (await digests.sha256(bytes.value) !== newest.entry!.sha256) {
      this.#fail(
        about,
        record?.status === "running"
          ? `is not finished, and line ${newest.number} says that it ended`
          : `is not as line ${newest.number} of the journal has it`,
      );
    } else this.#counts.records++;
    if (!decoded.ok) this.#fail(about, `cannot be read: ${decoded.failure}`);
    if (record === undefined) return undefined;
    if (record.id !== id) this.#fail(about, `is the record of ${record.id}`);
    await this.#logs(record);
    await this.#manifest(record, id, entryOf(lines));
    if (this.#failures.length === before) this.sound.add(id);
    return record;
  }

  async task(name: string): Promise<void> {
    const { files, layout, digests } = this.#parts;
    const about = `tasks/${name}.json`;
    const newest = newestOf(this.#view, taskKey(name));
    const bytes = files.readBytes(layout.task(name));
    if (!bytes.ok) {
      if (bytes.failure.kind !== "not_found") this.#fail(about, `cannot be read: ${bytes.failure.reason}`);
      else if (newest !== undefined && !GONE.includes(newest.entry!.kind)) {
        this.#fail(about, `is gone; line ${newest.number} has its digest`);
      }
      return;
    }
    if (newest === undefined) {
      this.#unchecked.push({
        about,
        fact: "is not in the journal: it was last written before there was one",
      });
      return;
    }
    if (await digests.sha256(bytes.value) !== newest.entry!.sha256) {
      this.#fail(about, `is not as line ${newest.number} of the journal has it`);
      return;
    }
    this.#counts.tasks++;
    this.sound.add(taskKey(name));
  }

  /** The signed statements about a run. */
  async evidence(subject: string): Promise<void> {
    const line = newestOf(this.#view, subject)!;
    const digest = await this.#parts.digests.ofFile(this.#parts.layout.inState(subject), "sha256");
    if (!digest.ok) {
      this.#fail(
        subject,
        digest.failure.kind === "not_found"
          ? `is gone; line ${line.number} has its digest`
          : digest.failure.reason,
      );
    } else if (digest.value.hex !== line.entry!.sha256) {
      this.#fail(subject, `is not as line ${line.number} of the journal has it`);
    } else this.#counts.signed++;
  }

  /** `isAll`: every record was looked at. */
  line(isAll: boolean): EvidenceLine {
    const { records, logs, manifests, tasks, signed, removed } = this.#counts;
    const unchecked = [...this.#unchecked];
    const failures = [...this.#failures];
    if (this.#before > 0) {
      unchecked.push({
        about: countOf(this.#before, "run"),
        fact: `${this.#before === 1 ? "was" : "were"} recorded before the journal began`,
      });
    }
    if (isAll && this.#view.begun !== undefined && this.#before > this.#view.runsBefore) {
      failures.push({
        about: countOf(this.#before, "run"),
        fact: `claim to be older than the journal, and it began with ${this.#view.runsBefore}`,
      });
    }
    const parts = [
      countOf(records, "record"),
      ...(logs === 0 ? [] : [countOf(logs, "log")]),
      ...(manifests === 0 ? [] : [countOf(manifests, "manifest")]),
      ...(tasks === 0 ? [] : [countOf(tasks, "task record")]),
      ...(signed === 0 ? [] : [countOf(signed, "signed file")]),
      ...(removed === 0 ? [] : [`${countOf(removed, "record")} removed`]),
    ];
    const isNothing = records + tasks + signed + removed === 0 && unchecked.length > 0;
    return evidenceLine(parts.join(", "), failures, unchecked, isNothing ? "unchecked" : "holds");
  }

  #fail(about: string, fact: string): void {
    this.#failures.push({ about, fact });
  }

  #absent(about: string, lines: readonly JournalLine[]): void {
    const last = lines.at(-1);
    if (last === undefined) return this.#fail(about, "does not exist");
    // The line of a node in a large graph can be written after that of its removal.
    const isOfLast = ({ entry }: JournalLine) =>
      GONE.includes(entry!.kind) && entry!.sha256 === last.entry!.sha256;
    const newest = last.entry!.kind === "run" ? lines.findLast(isOfLast) ?? last : last;
    if (!GONE.includes(newest.entry!.kind)) {
      return this.#fail(about, `is gone; line ${newest.number} has its digest`);
    }
    this.#counts.removed++;
    const entered = entryOf(lines);
    if (entered === undefined || entered.entry!.sha256 === newest.entry!.sha256) return;
    if (newest.entry!["unfinished"] === true) {
      // Its end was entered first, and could not be recorded.
      const fact = `was removed in line ${newest.number} without the end that line ${entered.number} has`;
      this.#unchecked.push({ about, fact });
    } else {
      this.#fail(
        about,
        `was altered between line ${entered.number} and its removal in line ${newest.number}`,
      );
    }
  }

  #notEntered(about: string, id: RunId, record: RunRecord | undefined): void {
    if (record?.status === "running") {
      this.#unchecked.push({ about, fact: "is not finished: the run is running, or was interrupted" });
      return;
    }
    // Nodes are entered together, a moment after their end, so the last ones of a graph that was cut off can be missing.
    const graph = record?.part_of === undefined ? undefined : readRun(this.#parts, record.part_of);
    const isOpen = graph?.ok === true &&
      (graph.value.record.status === "running" || graph.value.recorder !== undefined);
    const gone = record?.part_of === undefined ? undefined : newestOf(this.#view, record.part_of);
    const wasCutOff = graph?.ok === false && gone?.entry?.["unfinished"] === true;
    if (isOpen || wasCutOff) {
      const isRunning = graph.ok && graph.value.record.status === "running";
      const fact = isRunning
        ? "is entered in a moment: its graph is running"
        : "is not in the journal: its graph was cut off, and recovery enters it";
      this.#unchecked.push({ about, fact });
      return;
    }
    const { begun } = this.#view;
    if (begun === undefined || parseRunId(id)!.timestamp < begun) this.#before++;
    else this.#fail(about, "is not in the journal");
  }

  async #logs(record: RunRecord): Promise<void> {
    const seen = new Set<string>();
    const check = async (path: string | null | undefined, sha256: string | null | undefined) => {
      if (path === null || path === undefined || seen.has(path)) return;
      seen.add(path);
      if (sha256 === null || sha256 === undefined) {
        this.#unchecked.push({ about: path, fact: "has no digest in the record of its run" });
        return;
      }
      const digest = await this.#parts.digests.ofFile(this.#parts.layout.inState(path), "sha256");
      if (!digest.ok) {
        this.#fail(
          path,
          digest.failure.kind === "not_found" ? "is gone" : `cannot be read: ${digest.failure.reason}`,
        );
      } else if (digest.value.hex !== sha256) this.#fail(path, "is not as the record of its run has it");
      else this.#counts.logs++;
    };
    for (const part of [...record.attempts, record]) {
      await check(part.stdout_path, part.stdout_sha256);
      await check(part.stderr_path, part.stderr_sha256);
      await check(part.output_order?.path, part.output_order?.sha256);
      await check(part.slurm?.log?.path, part.slurm?.log?.sha256);
    }
  }

  async #manifest(record: RunRecord, id: RunId, line: JournalLine | undefined): Promise<void> {
    const expected = line?.entry?.["manifest"];
    if (typeof expected !== "string") return;
    const about = `runs/${id}.inputs.json`;
    const bytes = this.#parts.files.readBytes(this.#parts.layout.manifest(id));
    if (!bytes.ok) {
      return this.#fail(
        about,
        bytes.failure.kind === "not_found" ? "is gone" : `cannot be read: ${bytes.failure.reason}`,
      );
    }
    if (await this.#parts.digests.sha256(bytes.value) !== expected) {
      return this.#fail(about, `is not as line ${line!.number} of the journal has it`);
    }
    const manifest = await readManifest(this.#parts, id);
    if (!manifest.ok || manifest.value.key !== record.inputs?.sha256) {
      return this.#fail(about, "does not contain the inputs that the record of its run names");
    }
    this.#counts.manifests++;
  }
}

/** The newest line that a finished record made, not its removal. */
function entryOf(lines: readonly JournalLine[]): JournalLine | undefined {
  return lines.findLast(({ entry }) => !GONE.includes(entry!.kind));
}
