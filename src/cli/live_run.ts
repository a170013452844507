/** A run while it happens: its output on ours, and the wait for whoever reads that. */

import { formatDuration } from "../model/duration.ts";
import type { RunRecord } from "../model/run.ts";
import type { RunObserver } from "../app/record_run.ts";
import type { ProjectWorkspace } from "../app/project_workspace.ts";
import type { Invocation } from "./invocation.ts";
import { statusWord } from "./run_report.ts";
import type { Style } from "./style.ts";

/** Shows what the job writes: its stdout on ours, its stderr on ours; with --json both on stderr. */
export async function observerFor(invocation: Invocation): Promise<RunObserver> {
  const { console } = invocation;
  const line = invocation.isQuiet ? undefined : await openLastLine(invocation);
  if (invocation.flags.notify === true) await console.openNotifier();
  return {
    event(event, record) {
      line?.(event, record);
      if (event.kind === "attempt_started") console.notifier?.running(record);
      if (event.kind === "turn_awaited" && !invocation.isJson && !invocation.isQuiet) {
        console.err(`waiting for ${event.holder ?? "another run of this job"} to end\n`);
      }
      if (event.kind === "retry_scheduled" && invocation.talks) {
        console.err(retryText(event.delayMs, record, console.errStyle));
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

/** `attempt 1 failed with exit status 3; trying again in 1.0s`. */
function retryText(delayMs: number, { attempts }: RunRecord, style: Style): string {
  const last = attempts.at(-1);
  if (last === undefined) return "";
  const how = last.exit_code !== null && last.status === "failed"
    ? ` with exit status ${last.exit_code}`
    : last.signal !== null
    ? ` by ${last.signal}`
    : "";
  return `attempt ${last.number} ${statusWord(last.status, style)}${how}; trying again in ${
    formatDuration(delayMs)
  }\n`;
}

/** Ends the log, shows the rest of the output within a bound, and with --json the one document. */
export async function showToEnd(
  workspace: ProjectWorkspace,
  record: RunRecord,
  document: { readonly format: number; readonly kind: string },
  invocation: Invocation,
): Promise<void> {
  const { console } = invocation;
  await workspace.close();
  console.notifier?.ended(record);
  if (invocation.isJson) console.json(document);
  console.boundWait(record.stopped_by !== null);
  if (await console.flush()) return;
  invocation.warn(
    `not all output was shown, its reader stopped reading; it is in ${
      invocation.commandLine(`logs ${record.id}`)
    }`,
  );
}
