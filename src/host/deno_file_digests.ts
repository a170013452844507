/**
 * Digests files on the real machine. A small file is digested at once; a large one is read ahead while the
 * previous piece is digested, and several large files are spread over several processors.
 */

import type { DigestAlgorithm, FileDigest } from "./digests.ts";
import type { HostResult } from "./host_result.ts";
import { attempt } from "./deno_problem.ts";
import type { DigestRequest } from "./deno_digest_worker.ts";

/**
 * A smaller file is digested in one piece by WebCrypto, which is always loaded; `node:crypto` takes 10 to 20
 * ms to load.
 */
const SMALL_BYTES = 256 * 1024;
/**
 * A worker takes 20 to 40 ms to start and 20 MB of memory, as much as digesting this many bytes, so few are
 * used.
 */
const WORKER_FROM_BYTES = 32 * 1024 * 1024;
const MAX_WORKERS = 3;
/** The worker lies beside this file; a built program has it under the same name. */
const WORKER = import.meta.url.endsWith(".ts") ? "deno_digest_worker.ts" : "deno_digest_worker.js";
const WEB_CRYPTO = { sha256: "SHA-256", sha1: "SHA-1", sha512: "SHA-512" } as const;

interface Job {
  readonly path: string;
  readonly algorithm: DigestAlgorithm;
  /** Open, with its head already read, because a pipe or device cannot be read twice. */
  readonly file: Deno.FsFile;
  readonly head: Uint8Array;
  readonly maySuitWorker: boolean;
  readonly done: PromiseWithResolvers<HostResult<FileDigest>>;
}

export class FileDigests {
  readonly #small = new Uint8Array(SMALL_BYTES);
  readonly #waiting: Job[] = [];
  readonly #maxWorkers = Math.min(MAX_WORKERS, navigator.hardwareConcurrency - 1);
  #isBusyHere = false;
  #workers = 0;
  #workersFail = false;
  readonly #workerModule: URL;

  constructor(workerModule = new URL(WORKER, import.meta.url)) {
    this.#workerModule = workerModule;
  }

  async digest(path: string, algorithm: DigestAlgorithm): Promise<HostResult<FileDigest>> {
    const opened = attempt(() => Deno.openSync(path, { read: true }));
    if (!opened.ok) return opened;
    const file = opened.value;
    const filled = attempt(() => fill(file, this.#small));
    if (!filled.ok) {
      file.close();
      return filled;
    }
    if (filled.value < SMALL_BYTES) {
      file.close();
      // WebCrypto copies the bytes at once.
      const digest = await crypto.subtle.digest(WEB_CRYPTO[algorithm], this.#small.subarray(0, filled.value));
      return { ok: true, value: { sizeBytes: filled.value, hex: new Uint8Array(digest).toHex() } };
    }
    const { isFile, size } = file.statSync();
    const maySuitWorker = isFile && size >= WORKER_FROM_BYTES;
    const done = Promise.withResolvers<HostResult<FileDigest>>();
    this.#waiting.push({ path, algorithm, file, head: this.#small.slice(), maySuitWorker, done });
    this.#start();
    return await done.promise;
  }

  #start(): void {
    if (!this.#isBusyHere && this.#waiting.length > 0) {
      this.#isBusyHere = true;
      void this.#workHere();
    }
    while (this.#workers < this.#maxWorkers && !this.#workersFail) {
      const job = this.#takeForWorker();
      if (job === undefined) return;
      this.#startWorker(job);
    }
  }

  async #workHere(): Promise<void> {
    const { digestAhead } = await import("./deno_digest_ahead.ts");
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) {
      // A rejection is a bug, and is thrown where the digest is awaited.
      const digested = digestAhead(job.file, job.algorithm, job.head);
      job.done.resolve(digested);
      await digested.catch(() => {});
      job.file.close();
    }
    this.#isBusyHere = false;
  }

  #takeForWorker(): Job | undefined {
    const index = this.#waiting.findIndex((job) => job.maySuitWorker);
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  #startWorker(first: Job): void {
    this.#workers++;
    let job = first;
    const worker = new Worker(this.#workerModule, { type: "module", name: "digest" });
    const give = () => {
      const request: DigestRequest = { path: job.path, algorithm: job.algorithm };
      worker.postMessage(request);
    };
    const end = () => {
      worker.terminate();
      this.#workers--;
    };
    worker.onmessage = ({ data }: MessageEvent<HostResult<FileDigest>>) => {
      job.file.close();
      job.done.resolve(data);
      const next = this.#takeForWorker();
      if (next === undefined) return end();
      job = next;
      give();
    };
    // No thread could be started, or the worker lacks something that it needs, so the work is done here.
    worker.onerror = (event) => {
      event.preventDefault();
      this.#workersFail = true;
      this.#waiting.unshift(job);
      end();
      this.#start();
    };
    give();
  }
}

/** The number of bytes read, at most the size of the buffer. */
function fill(file: Deno.FsFile, into: Uint8Array): number {
  for (let filled = 0;;) {
    const read = filled === into.length ? null : file.readSync(into.subarray(filled));
    if (read === null) return filled;
    filled += read;
  }
}
