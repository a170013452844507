/** Waits until recorded runs have ended, whichever process is their recorder. */

import type { Failure } from "../../model/failure.ts";
import type { RunId } from "../../model/ids.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import type { RunStore, StoredRun } from "../../store/run_store.ts";

/**
 * A recorder removes its lock file when the record is final, and the system reports the removal. A killed recorder leaves the file,
 * and only an attempt to lock it shows that it is free.
 */
const LOOK_AGAIN_MS = 1000;

export interface AwaitedEnds {
  /** Return at the first end. */
  readonly any: boolean;
  /** undefined: there is no bound. */
  readonly boundMs: number | undefined;
  /** Called before each look, for runs that no process follows. */
  readonly visit?: () => Promise<void>;
}

/** The runs as they are when all have ended, or the first, or the bound has passed; in the order of the ids. */
export async function awaitEnds(
  { files, clock, paths }: Pick<Host, "files" | "clock" | "paths">,
  store: RunStore,
  ids: readonly RunId[],
  { any, boundMs = Infinity, visit = () => Promise.resolve() }: AwaitedEnds,
): Promise<Result<readonly StoredRun[], Failure>> {
  const known = new Map<RunId, StoredRun>();
  const look = (): Result<boolean, Failure> => {
    for (const id of ids) {
      if (isOver(known.get(id))) continue;
      const run = store.read(id);
      if (!run.ok) return run;
      known.set(id, run.value);
    }
    const over = ids.filter((id) => isOver(known.get(id))).length;
    return ok(over === ids.length || (any && over > 0));
  };
  const result = () => ok(ids.map((id) => known.get(id)!));
  await visit();
  const first = look();
  if (!first.ok) return first;
  if (first.value) return result();
  const givesUpAtMs = clock.monotonicMs() + boundMs;
  const locks = new Set(ids.map((id) => paths.basename(store.layout.runLock(id))));
  let told = Promise.withResolvers<void>();
  const folder = files.realPath(store.layout.locks);
  const watch = folder.ok
    ? await files.watch([{ folder: folder.value, deep: false }], (change) => {
      if (!change.ok || locks.has(paths.basename(change.value.path))) told.resolve();
    })
    : folder;
  try {
    for (;;) {
      told = Promise.withResolvers();
      await visit();
      const looked = look();
      if (!looked.ok) return looked;
      const leftMs = givesUpAtMs - clock.monotonicMs();
      if (looked.value || leftMs <= 0) return result();
      const timer = clock.after(Math.min(LOOK_AGAIN_MS, leftMs));
      await Promise.race([told.promise, timer.elapsed]);
      timer.cancel();
    }
  } finally {
    if (watch.ok) await watch.value.close();
  }
}

function isOver(run: StoredRun | undefined): boolean {
  return run !== undefined && run.record.status !== "running";
}
