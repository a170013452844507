/**
 * For the nodes of a large graph, in two files that are read and written once: the last snapshots of their inputs, and the runs whose
 * results still hold, as far as a decision needs them; and which runs were not needed. A cache, like the files of the jobs that it is made of (input_cache.ts): a
 * damaged one, or one of another version, is ignored. A run in it counts as long as the file of its record is the same.
 */

import { isBound } from "../model/bound_run.ts";
import { joinBytes } from "../model/bytes.ts";
import { dictionaryOf } from "../model/dictionary.ts";
import type { RunId } from "../model/ids.ts";
import type { RunRecord } from "../model/run.ts";
import { replaceFile } from "../host/durable_write.ts";
import type { FileFacts } from "../host/files.ts";
import { parseJson } from "./json_bytes.ts";
import { makeStateFolder } from "./state_folders.ts";
import { readRun } from "./stored_run.ts";
import type { StoreParts } from "./store_parts.ts";

const FORMAT = 1;
const CHECK_LENGTH = 64;
const NEWLINE = 10;
/** A larger snapshot is in the file of its job alone. */
const MAX_SNAPSHOT_BYTES = 64 * 1024;
const MAX_SNAPSHOTS_BYTES = 16 * 1024 * 1024;
/** A file that changed this shortly before can change again without getting another time, which may have whole seconds. */
const RACY_MS = 3000;

/** A run whose result may still hold, as far as a decision and the record of its reuse need it. */
export type ProofRun = Pick<
  RunRecord,
  "id" | "name" | "action" | "status" | "same_as" | "inputs" | "plan" | "outputs" | "git" | "end_time"
>;

interface NotedProof {
  readonly run: ProofRun;
  /** The file of its record, when it was read. */
  readonly file: Pick<FileFacts, "sizeBytes" | "modifiedAtMs" | "changedAtMs" | "fileId">;
}

interface Head {
  readonly format: number;
  readonly kind: "node_inputs";
  readonly names: readonly string[];
  readonly sizes: readonly number[];
  readonly proofs: Readonly<Record<string, NotedProof>>;
}

/** A record that says that a run was not needed, made by a graph. */
interface NotedReuse {
  readonly run: RunId;
  /** The digest of its inputs. */
  readonly key: string;
  /** The run whose result held. */
  readonly proof: RunId;
}

interface Reuses {
  readonly format: number;
  readonly kind: "node_reuses";
  readonly reuses: Readonly<Record<string, NotedReuse>>;
}

const opened = new WeakMap<StoreParts, NodeInputs>();

/** Those of the graph that runs now; undefined where there is none, or only a small one. */
export function nodeInputs(parts: StoreParts): NodeInputs | undefined {
  return opened.get(parts);
}

export class NodeInputs {
  readonly #parts: StoreParts;
  readonly #snapshots = new Map<string, Uint8Array>();
  readonly #proofs = new Map<string, NotedProof>();
  readonly #reuses = new Map<string, NotedReuse>();
  #isChanged = false;
  #isReused = false;

  private constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  static async open(parts: StoreParts): Promise<NodeInputs> {
    const inputs = new NodeInputs(parts);
    await inputs.#read();
    opened.set(parts, inputs);
    return inputs;
  }

  /** As the file of the job has it, without its checksum. */
  snapshot(name: string): Uint8Array | undefined {
    return this.#snapshots.get(name);
  }

  keep(name: string, snapshot: Uint8Array): void {
    if (snapshot.length <= MAX_SNAPSHOT_BYTES) {
      this.#snapshots.set(name, snapshot);
      this.#isChanged = true;
    } else if (this.#snapshots.delete(name)) this.#isChanged = true;
  }

  /** The successful run of a job; undefined where it has no such record. Not read again if it was read before and is the same file. */
  proof(name: string, id: RunId): ProofRun | undefined {
    const { files, layout, clock } = this.#parts;
    // Before it is read: if it changes meanwhile, it is read again next time.
    const facts = files.stat(layout.record(id));
    if (!facts.ok) return undefined;
    const { sizeBytes, modifiedAtMs, changedAtMs, fileId } = facts.value;
    const known = this.#proofs.get(name);
    const isSame = known?.run.id === id && known.file.sizeBytes === sizeBytes &&
      known.file.modifiedAtMs === modifiedAtMs && known.file.changedAtMs === changedAtMs &&
      known.file.fileId === fileId && fileId !== undefined;
    if (isSame) return known.run;
    const read = readRun(this.#parts, id);
    if (!read.ok) return undefined;
    const { record } = read.value;
    const isOld = clock.nowMs() - Math.max(modifiedAtMs, changedAtMs) > RACY_MS;
    if (isOld && record.status === "succeeded" && isBound(record)) {
      const { action, status, same_as, inputs, plan, outputs, git, end_time } = record;
      const some = same_as === undefined ? {} : { same_as };
      const run = { id, name: record.name, action, status, ...some, plan, outputs, git, end_time };
      this.#proofs.set(name, {
        run: inputs === undefined ? run : { ...run, inputs },
        file: { sizeBytes, modifiedAtMs, changedAtMs, fileId },
      });
      this.#isChanged = true;
    }
    return isBound(record) ? record : undefined;
  }

  /**
   * `proof`: the successful run by which `run` was not needed, with these inputs. Without reading `run`, which a graph wrote, and which started
   * nothing. Whether it is still the newest run of the job was not asked.
   */
  reusedAgain(name: string, key: string): { readonly run: RunId; readonly proof: ProofRun } | undefined {
    const known = this.#reuses.get(name);
    if (known?.key !== key) return undefined;
    const proof = this.proof(name, known.proof);
    return proof?.status === "succeeded" ? { run: known.run, proof } : undefined;
  }

  /** A run that was noted as the newest is not. */
  forgetReuse(name: string): void {
    this.#reuses.delete(name);
  }

  noteReuse({ id, name, inputs, same_as }: RunRecord): void {
    if (typeof inputs?.sha256 !== "string" || same_as === undefined) return;
    this.#reuses.set(name, { run: id, key: inputs.sha256, proof: same_as.run });
    this.#isReused = true;
  }

  /** Writes what is new; only these jobs stay. */
  async close(names: ReadonlyMap<string, unknown>): Promise<void> {
    if (opened.get(this.#parts) === this) opened.delete(this.#parts);
    const { layout } = this.#parts;
    const isNew = this.#isChanged || this.#isReused;
    if (!isNew || !makeStateFolder(this.#parts, layout.inputCaches).ok) return;
    if (this.#isReused) {
      const reuses = dictionaryOf([...this.#reuses].filter(([name]) => names.has(name)));
      const noted: Reuses = { format: FORMAT, kind: "node_reuses", reuses };
      await this.#write(layout.nodeReuses, noted, []);
    }
    if (!this.#isChanged) return;
    const kept = [...this.#snapshots].filter(([name]) => names.has(name));
    if (kept.reduce((sum, [, { length }]) => sum + length, 0) > MAX_SNAPSHOTS_BYTES) return;
    const head: Head = {
      format: FORMAT,
      kind: "node_inputs",
      names: kept.map(([name]) => name),
      sizes: kept.map(([, { length }]) => length),
      proofs: dictionaryOf([...this.#proofs].filter(([name]) => names.has(name))),
    };
    await this.#write(layout.nodeInputs, head, kept.map(([, snapshot]) => snapshot));
  }

  async #read(): Promise<void> {
    const { layout } = this.#parts;
    const [inputs, reuses] = await Promise.all([
      this.#readFile<Head>(layout.nodeInputs, "node_inputs"),
      this.#readFile<Reuses>(layout.nodeReuses, "node_reuses"),
    ]);
    if (inputs !== undefined) {
      const { head, rest } = inputs;
      let at = 0;
      for (const [index, name] of head.names.entries()) {
        const size = head.sizes[index]!;
        this.#snapshots.set(name, rest.subarray(at, at + size));
        at += size;
      }
      for (const [name, proof] of Object.entries(head.proofs)) this.#proofs.set(name, proof);
    }
    for (const [name, reuse] of Object.entries(reuses?.head.reuses ?? {})) this.#reuses.set(name, reuse);
  }

  /** A checksum, a line of JSON, and bytes. */
  async #readFile<T extends Head | Reuses>(
    path: string,
    kind: T["kind"],
  ): Promise<{ readonly head: T; readonly rest: Uint8Array } | undefined> {
    const bytes = this.#parts.files.readBytes(path);
    if (!bytes.ok || bytes.value.length < CHECK_LENGTH) return undefined;
    const check = new TextDecoder().decode(bytes.value.subarray(0, CHECK_LENGTH));
    const checked = bytes.value.subarray(CHECK_LENGTH);
    // Another thread computes it, while the text is parsed here.
    const digest = this.#parts.digests.sha256(checked);
    const end = checked.indexOf(NEWLINE) + 1;
    const parsed = parseJson(checked.subarray(0, end));
    if (check !== await digest) return undefined;
    const head = parsed.ok ? parsed.value as T : undefined;
    return head?.format === FORMAT && head.kind === kind ? { head, rest: checked.subarray(end) } : undefined;
  }

  async #write(path: string, head: Head | Reuses, rest: readonly Uint8Array[]): Promise<void> {
    const { files, paths, digests } = this.#parts;
    const line = new TextEncoder().encode(`${JSON.stringify(head)}\n`);
    const checked = joinBytes([line, ...rest]);
    const check = new TextEncoder().encode(await digests.sha256(checked));
    replaceFile(files, paths, path, joinBytes([check, checked]), { durable: false });
  }
}
