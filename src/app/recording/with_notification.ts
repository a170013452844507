/** The last step of every use case that runs something: notifies of its end if the configuration has `[notify]`. The code is loaded then. */

import type { Failure } from "../../model/failure.ts";
import type { Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Workspace } from "../workspace/workspace.ts";

export async function withNotification<T>(
  workspace: Workspace,
  ended: Result<T, Failure>,
  recordOf: (value: T) => RunRecord,
): Promise<Result<T, Failure>> {
  const project = await workspace.project();
  if (ended.ok && project.ok && project.value.notify !== undefined) {
    const { notifyEnd } = await import("./notify_end.ts");
    await notifyEnd(workspace, recordOf(ended.value));
  }
  return ended;
}
