/** Carries the bytes of one stream from a process to a sink, masked. Knows no files and no terminal. */

import type { Failure } from "../model/failure.ts";
import type { Result } from "../model/result.ts";
import type { ByteReader } from "../host/byte_reader.ts";
import { Masker } from "../model/masker.ts";
import type { SecretFinder } from "../model/secret_finder.ts";

export interface CaptureSink {
  /** Called once at a time; the bytes stay unchanged until the promise resolves. */
  write(bytes: Uint8Array): Promise<Result<void, Failure>>;
}

export interface Capture {
  /** The number of bytes so far. */
  readonly keptBytes: number;
  /**
   * Resolves when the stream ended or was abandoned. Rejects only with what the sink throws, which is a bug.
   */
  readonly done: Promise<void>;
  /** Stops reading. */
  cancel(): void;
}

/**
 * Starts to copy the stream. When the sink fails, `onFailure` is called once and the rest is read and
 * dropped, so that the process does not block on a full pipe while it is being ended.
 */
export function startCapture(
  reader: ByteReader,
  sink: CaptureSink,
  secrets: SecretFinder | undefined,
  onFailure: (failure: Failure) => void,
): Capture {
  const masker = secrets === undefined ? undefined : new Masker(secrets);
  let failed = false;
  let keptBytes = 0;
  const keep = async (bytes: Uint8Array) => {
    if (failed || bytes.length === 0) return;
    const written = await sink.write(bytes);
    keptBytes += bytes.length;
    if (written.ok) return;
    failed = true;
    onFailure(written.failure);
  };
  const carry = async () => {
    for (;;) {
      const chunk = await reader.read();
      if (chunk === undefined) break;
      await keep(masker === undefined ? chunk : masker.push(chunk));
    }
    if (masker !== undefined) await keep(masker.flush());
  };
  return {
    done: carry(),
    get keptBytes() {
      return keptBytes;
    },
    cancel: () => reader.cancel(),
  };
}
