/** Follows the output of a run while it grows, from attempt to attempt, until the run has ended. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { type LogPiece, OrderedLog } from "./ordered_log.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { isElsewhere, type OpenedLog, type ReadLogRequest, streamsOf } from "./read_log.ts";

const LOOK_AGAIN_MS = 100;

/**
 * Yields output until the run has ended, through all of its attempts; returns the final record. Ends early
 * when the caller stops listening.
 */
export async function followLog(
  workspace: Workspace,
  request: ReadLogRequest,
  opened: OpenedLog,
  show: (pieces: Iterable<LogPiece>) => Promise<void>,
  { isWanted, stopped }: { isWanted(): boolean; readonly stopped: Promise<void> },
): Promise<Result<RunRecord, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const { files } = workspace.host;
  let { log } = opened;
  // A caller that names an attempt wants only that one.
  let last = request.attempt === undefined ? opened.attempt ?? 0 : Infinity;
  const first = opened.record.attempts.find(({ number }) => number === opened.attempt);
  let isAway = first !== undefined && isElsewhere(opened.record, first);
  for (let current = opened.record;;) {
    for (const attempt of current.attempts) {
      if (isAway && attempt.number === last && attempt.end_time !== null) {
        // It was carried over; the rest is shown from here.
        isAway = false;
        const before = log;
        const own = streamsOf(store.value, current, attempt, request.streams);
        const { layout } = store.value;
        log = new OrderedLog(
          files,
          own.map((each) => ({ ...each, fromBytes: before.shownBytes(each.stream), sizeBytes: 0 })),
          layout.inState(layout.orderName(current.id, attempt.number)),
        );
      }
      if (attempt.number <= last) continue;
      isAway = isElsewhere(current, attempt);
      last = attempt.number;
      const fresh = streamsOf(store.value, current, attempt, request.streams);
      // The first attempt may have been shown before it was recorded.
      if (fresh.every(({ path }) => log.streams.some((known) => known.path === path))) continue;
      await show(log.next(true));
      const { layout } = store.value;
      log = new OrderedLog(
        files,
        fresh.map((stream) => ({ ...stream, fromBytes: 0, sizeBytes: 0 })),
        isAway ? undefined : layout.inState(layout.orderName(current.id, attempt.number)),
      );
    }
    const isOver = current.status !== "running";
    await show(log.next(isOver));
    if (isOver || !isWanted()) return ok(current);
    const timer = workspace.host.clock.after(LOOK_AGAIN_MS);
    await Promise.race([timer.elapsed, stopped]);
    timer.cancel();
    // The record is read before the files, so that the following look sees everything that was written before
    // it became final.
    await workspace.visitLeft();
    const run = store.value.read(current.id);
    if (!run.ok) return run;
    current = run.value.record;
  }
}
