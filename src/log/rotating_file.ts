/** The log file on disk: LogTape's file sink, which rotates by size. Loaded with the log, not before. */

import { getRotatingFileSink } from "@logtape/file";
import type { LogRecord } from "@logtape/logtape";
import type { LineFile } from "./log.ts";
import type { Files, Paths } from "../host/host.ts";

/** Opens the file for appending and makes its folder; throws with the system's words where that cannot be. */
export function rotatingLogFile(machine: { readonly files: Files; readonly paths: Paths }) {
  return (path: string, limits: { readonly maxBytes: number; readonly keepFiles: number }): LineFile => {
    const made = machine.files.makeFolders(machine.paths.dirname(path));
    if (!made.ok) throw new Error(made.failure.reason);
    const sink = getRotatingFileSink(path, {
      maxSize: limits.maxBytes,
      // LogTape counts those put aside, we count the current one as well.
      maxFiles: limits.keepFiles - 1,
      // Buffered records are lost when the process is ended or throws, which is when they matter.
      bufferSize: 0,
      formatter: (record) => String(record.rawMessage),
    });
    return {
      write: (line) => sink(recordOf(line)),
      close: () => sink[Symbol.dispose](),
    };
  };
}

/** The sink takes records; ours are lines that are already complete. */
function recordOf(line: string): LogRecord {
  return { category: [], level: "info", message: [line], rawMessage: line, timestamp: 0, properties: {} };
}
