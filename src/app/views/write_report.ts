/** Writes a report to its file. A file that is no report is never replaced. */

import type { Failure } from "../../model/failure.ts";
import { nextCommand, placeholder } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { writeUserFile } from "../files/user_file.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface WrittenReport {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** `mark`: the beginning of every report. */
export function writeReport(
  { host: { files, paths }, currentFolder }: Workspace,
  { reference, output }: { readonly reference: string | undefined; readonly output: string },
  text: string,
  mark: string,
): Result<WrittenReport, Failure> {
  const path = paths.resolve(currentFolder, output);
  const elsewhere = nextCommand(
    "report",
    ...(reference === undefined ? [] : [reference]),
    "--output",
    placeholder("path"),
  );
  const there = files.stat(path);
  const isFile = there.ok && there.value.kind !== "directory";
  if (isFile && !beginsWith(files.openForReading(path), mark)) {
    return fail({
      code: "refused",
      action: "replace",
      value: path,
      fact: "it exists, and is no report",
      next: [elsewhere],
    });
  }
  const bytes = new TextEncoder().encode(text);
  const written = writeUserFile({ files, paths }, path, bytes, [elsewhere]);
  return written.ok ? ok({ path, sizeBytes: bytes.length }) : written;
}

function beginsWith(
  opened: ReturnType<Workspace["host"]["files"]["openForReading"]>,
  mark: string,
): boolean {
  if (!opened.ok) return false;
  const bytes = new Uint8Array(mark.length);
  const read = opened.value.read(bytes);
  opened.value.close();
  return read.ok && new TextDecoder().decode(bytes) === mark;
}
