/** Finds lines in a run's captured output, and their places, in bounded steps. */

import type { Failure } from "../../model/failure.ts";
import { shortLine } from "../../model/plain_line.ts";
import { ok, type Result } from "../../model/result.ts";
import { weightOf } from "../../model/telling_lines.ts";
import { type LogPiece, type StreamName } from "../runs/ordered_log.ts";
import { LogLines } from "../runs/log_lines.ts";
import { openLog, WHOLE_LOG } from "../runs/read_log.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { placed } from "./log_range.ts";

/** Examined in one step, which takes a fraction of a second. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_FOUND = 200;
/** A line that states what is wrong, rather than one that mentions an error. */
const TELLING = 3;

export interface SearchLogRequest {
  readonly reference: string;
  readonly attempt: number | undefined;
  /** Plain text, in any case; "failure": the first line that states a failure. */
  readonly wanted: { readonly text: string } | "failure";
  /** The place from which to search. */
  readonly from: number;
}

export interface FoundLine {
  readonly stream: StreamName;
  /** The place at which the line ends. */
  readonly end: number;
  readonly text: string;
}

export interface FoundLines {
  readonly kind: "found";
  readonly lines: readonly FoundLine[];
  /** Where the next step begins; undefined: everything was examined. */
  readonly next: number | undefined;
}

export async function searchLog(
  workspace: Workspace,
  { reference, attempt, wanted, from }: SearchLogRequest,
): Promise<Result<FoundLines, Failure>> {
  const opened = await openLog(workspace, { ...WHOLE_LOG, reference, attempt });
  if (!opened.ok) return opened;
  const text = wanted === "failure" ? "" : wanted.text.toLowerCase();
  const isWanted = (line: string) =>
    wanted === "failure" ? weightOf(line) === TELLING : line.toLowerCase().includes(text);
  const most = wanted === "failure" ? 1 : MAX_FOUND;
  const step = new Step(from, from + MAX_BYTES);
  using lines = new LogLines(workspace.host.files);
  const found: FoundLine[] = [];
  const both = function* () {
    yield* lines.of(step.of(opened.value.log.next(true)));
    if (!step.isCut) yield* lines.rest();
  };
  for (const line of both()) {
    if (!isWanted(line.text)) continue;
    found.push({ stream: line.stream, end: step.placeOf(line.endBytes), text: shortLine(line.text) });
    if (found.length === most) return ok({ kind: "found", lines: found, next: found.at(-1)!.end });
  }
  return ok({ kind: "found", lines: found, next: step.isCut ? step.end : undefined });
}

/** The pieces from one place to another; knows the place of what was read last. */
class Step {
  isCut = false;
  readonly #from: number;
  readonly end: number;
  #at = 0;
  #fromBytes = 0;

  constructor(from: number, end: number) {
    this.#from = from;
    this.end = end;
  }

  *of(pieces: Iterable<LogPiece>): Generator<LogPiece> {
    for (const { at, ...piece } of placed(pieces)) {
      const length = piece.toBytes - piece.fromBytes;
      if (at + length <= this.#from) continue;
      if (at >= this.end) {
        this.isCut = true;
        return;
      }
      const skipped = Math.max(0, this.#from - at);
      const taken = Math.min(length, this.end - at);
      this.#at = at + skipped;
      this.#fromBytes = piece.fromBytes + skipped;
      yield { ...piece, fromBytes: this.#fromBytes, toBytes: piece.fromBytes + taken };
      if (taken < length) {
        this.isCut = true;
        return;
      }
    }
  }

  placeOf(endBytes: number): number {
    return this.#at + Math.max(0, endBytes - this.#fromBytes);
  }
}
