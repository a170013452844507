/**
 * The log file, written through the host's files: lines are appended, and the file is put aside by size. It
 * is open only while a line is written, so that several processes can share it and each can put it aside.
 */

import type { Files } from "../host/files.ts";
import type { HostResult } from "../host/host_result.ts";
import type { Paths } from "../host/paths.ts";

/** How much this process writes until it asks for the size of the file again. */
const MOST_UNASKED_BYTES = 16 * 1024;

export interface LogFileLimits {
  readonly maxBytes: number;
  /** Includes the current file. */
  readonly keepFiles: number;
}

export class RotatingFile {
  readonly path: string;
  readonly #files: Files;
  readonly #paths: Paths;
  readonly #limits: LogFileLimits;
  /** As much fits in any case, as far as this process knows, so that the size is not asked for each line. */
  #roomBytes = 0;

  constructor(
    machine: { readonly files: Files; readonly paths: Paths },
    path: string,
    limits: LogFileLimits,
  ) {
    this.path = path;
    this.#files = machine.files;
    this.#paths = machine.paths;
    this.#limits = limits;
  }

  /**
   * Appends a line, or several; makes the file and its folder where they are missing. When it returns, the system has the
   * line, but it is not synced, so a power cut can lose the last lines (docs/design/0020-the-log-file.md).
   */
  add(line: string): HostResult<void> {
    const bytes = new TextEncoder().encode(line);
    if (bytes.length > this.#roomBytes) {
      const made = this.#makeRoom(bytes.length);
      if (!made.ok) return made;
    }
    this.#roomBytes -= bytes.length;
    const added = this.#files.append(this.path, bytes);
    if (added.ok || added.failure.kind !== "not_found") return added;
    const made = this.#files.makeFolders(this.#paths.dirname(this.path));
    return made.ok ? this.#files.append(this.path, bytes) : made;
  }

  #makeRoom(neededBytes: number): HostResult<void> {
    const { maxBytes } = this.#limits;
    const facts = this.#files.stat(this.path);
    const sizeBytes = facts.ok && facts.value.kind === "file" ? facts.value.sizeBytes : 0;
    const isFull = sizeBytes > 0 && sizeBytes + neededBytes > maxBytes;
    // Other processes write into the same file.
    const leftBytes = Math.min(MOST_UNASKED_BYTES, (maxBytes - (isFull ? 0 : sizeBytes)) / 2);
    this.#roomBytes = Math.max(neededBytes, leftBytes);
    return isFull ? this.#putAside() : { ok: true, value: undefined };
  }

  /** Renames `log` to `log.1`, `log.1` to `log.2` and so on; the oldest one is replaced. */
  #putAside(): HostResult<void> {
    if (this.#limits.keepFiles === 1) return unlessGone(this.#files.remove(this.path));
    for (let number = this.#limits.keepFiles - 1; number > 0; number--) {
      const from = number === 1 ? this.path : `${this.path}.${number - 1}`;
      const moved = unlessGone(this.#files.rename(from, `${this.path}.${number}`));
      if (!moved.ok) return moved;
    }
    return { ok: true, value: undefined };
  }
}

/**
 * An older file may never have existed, and another process may have put the current one aside a moment ago.
 */
function unlessGone(moved: HostResult<void>): HostResult<void> {
  return moved.ok || moved.failure.kind !== "not_found" ? moved : { ok: true, value: undefined };
}
