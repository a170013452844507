/** `stop`: ends a run with all of its processes. */

import { stopRuns } from "../../app/runs/stop_runs.ts";
import { ok } from "../../model/result.ts";
import { plainText, runFacts } from "../facts.ts";
import { text, type Tool } from "../tool.ts";

export const stop: Tool = {
  name: "stop",
  description: "Stop a run that goes on, with all of its processes, and say how it ended.",
  fields: { run: { type: "string", says: "a run id, or the name of a job or task", required: true } },
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  async call({ workspace, given }) {
    const stopped = await stopRuns(workspace, {
      words: [text(given, "run")!],
      graceMs: undefined,
      force: false,
    });
    if (!stopped.ok) return stopped;
    const { ended, left, idle } = stopped.value;
    return ok({
      ended: ended.map(({ record, how }) => ({ ...runFacts(record), how })),
      ...(left.length === 0 ? {} : {
        still_running: left.map(({ record, reason }) => ({ run: record.id, reason: plainText(reason) })),
      }),
      ...(idle.length === 0 ? {} : { nothing_runs_for: idle }),
    });
  },
};
