/** The files of variables of one call: each is read once, however many jobs, tasks and checks name it. */

import type { FileFacts, Files } from "../host/files.ts";
import type { HostResult } from "../host/host_result.ts";
import type { Result } from "../model/result.ts";
import type { EnvFile, EnvFileProblem } from "./env_file.ts";

/**
 * Some systems keep file times in whole seconds, or in steps of two. A file that changed less than this
 * before it was read may have changed again.
 */
const TIME_GRAIN_MS = 2000;

interface ReadFile {
  readonly facts: HostResult<FileFacts>;
  readonly readAtMs: number;
  readonly file: Promise<Result<EnvFile, EnvFileProblem>>;
}

export class EnvFiles {
  readonly #files: Files;
  readonly #nowMs: () => number;
  readonly #read = new Map<string, ReadFile>();

  constructor(files: Files, nowMs: () => number) {
    this.#files = files;
    this.#nowMs = nowMs;
  }

  read(path: string): Promise<Result<EnvFile, EnvFileProblem>> {
    const known = this.#read.get(path);
    if (known !== undefined) return known.file;
    const facts = this.#files.stat(path);
    const file = this.#load(path);
    this.#read.set(path, { facts, readAtMs: this.#nowMs(), file });
    return file;
  }

  /**
   * Must be called after something ran that may have changed the files: only files that are certainly
   * unchanged stay cached.
   */
  forgetChanged(): void {
    for (const [path, known] of this.#read) {
      if (!isCertainlySame(known, this.#files.stat(path))) this.#read.delete(path);
    }
  }

  async #load(path: string): Promise<Result<EnvFile, EnvFileProblem>> {
    // The parser is loaded together with the first file, because most configurations have none.
    const { readEnvFile } = await import("./env_file.ts");
    return readEnvFile(this.#files, path);
  }
}

function isCertainlySame({ facts: then, readAtMs }: ReadFile, now: HostResult<FileFacts>): boolean {
  if (!then.ok || !now.ok) return !then.ok && !now.ok && then.failure.kind === now.failure.kind;
  const { sizeBytes, modifiedAtMs, changedAtMs } = then.value;
  return now.value.sizeBytes === sizeBytes && now.value.modifiedAtMs === modifiedAtMs &&
    now.value.changedAtMs === changedAtMs && readAtMs - changedAtMs > TIME_GRAIN_MS;
}
