/** A run while it happens: its output on ours, and the wait for whoever reads that. */

import type { RunRecord } from "../../model/run.ts";
import type { RunObserver } from "../../app/recording/recorded_run.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import type { Invocation } from "../base/invocation.ts";
import type { Document } from "../output/console.ts";

/** Shows what the job writes: its stdout on ours, its stderr on ours; with --json both on stderr. */
export async function observerFor(invocation: Invocation): Promise<RunObserver> {
  const { console } = invocation;
  const isSilent = invocation.isJson || invocation.isQuiet;
  const line = invocation.isQuiet ? undefined : await openLastLine(invocation);
  if (invocation.flags.notify === true) await console.openNotifier();
  return {
    event(event, record) {
      line?.(event, record);
      if (event.kind === "attempt_started") console.notifier?.running(record);
      if (event.kind === "job_lock_awaited" && !isSilent && !invocation.isToldByLog) {
        console.err(`waiting for ${event.holder ?? "another run of this job"} to end\n`);
      }
    },
    outputGrown: (stream, path, sizeBytes) =>
      console.grown(invocation.isJson ? "stderr" : stream, path, sizeBytes),
  };
}

/** Has the last line tell of what happens; undefined where there is none. */
async function openLastLine({ console, host }: Invocation): Promise<RunObserver["event"] | undefined> {
  const [{ activityAfter }] = console.isScreen
    ? await Promise.all([import("./run_activity.ts"), console.openLastLine()])
    : [{ activityAfter: undefined }];
  const { lastLine } = console;
  if (activityAfter === undefined || lastLine === undefined) return undefined;
  return (event, record) => {
    const activity = activityAfter(event, record, host.clock.monotonicMs());
    if (activity !== "as before") lastLine.show(activity);
  };
}

/** The last thing said about a run that did not succeed, which has to be loaded; undefined after one that did. */
export async function unhappyWords(record: RunRecord, invocation: Invocation): Promise<string | undefined> {
  if (record.status === "succeeded") return undefined;
  const { unhappyEnding } = await import("./run_report.ts");
  return unhappyEnding(record, invocation);
}

/** Ends the log, shows the rest of the output within a bound, and with --json the one document. */
export async function showToEnd(
  workspace: Workspace,
  record: RunRecord,
  document: Document,
  invocation: Invocation,
): Promise<void> {
  const { console } = invocation;
  await workspace.close();
  console.notifier?.ended(record);
  if (invocation.isJson) console.json(document);
  const survivors = record.stopped_by?.survivors ?? [];
  if (survivors.length > 0) {
    invocation.warn(`of ${record.id} live on, though they were told to end: ${survivors.join(", ")}`);
  }
  console.boundWait(record.stopped_by !== null);
  if (await console.flush()) return;
  invocation.warn(
    `not all output was shown, its reader stopped reading; it is in ${
      invocation.commandLine(`logs ${record.id}`)
    }`,
  );
}
