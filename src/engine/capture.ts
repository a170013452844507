/** Carries the bytes of one stream from a process to a sink, masked. Knows no files and no terminal. */

import type { Failure } from "../model/failure.ts";
import type { Result } from "../model/result.ts";
import type { ByteReader } from "../host/host.ts";
import { Masker } from "../model/masker.ts";
import type { SecretFinder } from "../model/secret_finder.ts";

export interface CaptureSink {
  /** One at a time; the bytes are as they are until it settles. */
  write(bytes: Uint8Array): Promise<Result<void, Failure>>;
}

export interface Capture {
  /** So far. */
  readonly keptBytes: number;
  /** The stream ended, or was given up. Rejects only with what the sink throws, which is a bug. */
  readonly done: Promise<void>;
  /** Reads no further. */
  cancel(): void;
}

/**
 * Starts to carry. When the sink fails, `onFailure` is called once and the stream is read on without being kept, so
 * that the process is not stopped by a full pipe while it is being ended.
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
