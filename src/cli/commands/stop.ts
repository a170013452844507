/** `stop`: stops running runs, wherever they were started. */

import { nextCommand, placeholder } from "../../model/next_step.ts";
import { durationValue } from "../base/arguments.ts";
import { defineActivity } from "../base/command.ts";
import type { Invocation } from "../base/invocation.ts";
import { stopAndTell } from "../reports/stop_report.ts";

interface StopWords {
  readonly words: readonly string[];
  readonly all: boolean;
  readonly graceMs: number | undefined;
  readonly force: boolean;
}

export const command = defineActivity({
  flags: (command) =>
    command
      .argument(
        "[run...]",
        "ids or beginnings of them, or names of jobs and tasks for all of their running runs",
      )
      .option("--all", "all running runs of this project")
      .option(
        "--grace <duration>",
        "time between SIGTERM and SIGKILL (default: that of each run)",
        durationValue,
      )
      .option("--force", "send SIGKILL at once"),
  examples: [
    {
      line: "orchastration stop sample",
      does: "stop the running runs of this job, and report how they ended",
    },
    { line: "orchastration stop sample --grace 2s", does: "the same, with SIGKILL after two seconds" },
    { line: "orchastration stop --all", does: "stop all running runs of this project" },
  ],
  request: ([words], { all, grace, force }): StopWords => ({
    words,
    all: all === true,
    graceMs: grace,
    force: force === true,
  }),
  misuse({ words, all, graceMs, force }) {
    const misused = (value: string | undefined, fact: string, ...next: readonly string[]) =>
      ({
        code: "arguments_invalid",
        action: "stop",
        value,
        fact,
        next: [nextCommand("stop", ...next)],
      }) as const;
    if (all && words.length > 0) {
      return misused(words[0], "--all takes no names", "--all");
    }
    if (!all && words.length === 0) {
      const next = [nextCommand("stop", placeholder("run")), nextCommand("stop", "--all")];
      return { ...misused(undefined, "no run is named"), next };
    }
    if (force && graceMs !== undefined) {
      return misused(words[0], "--force leaves no grace", ...words, ...(all ? ["--all"] : []), "--force");
    }
    return undefined;
  },
  carryOut: stop,
});

async function stop(request: StopWords, invocation: Invocation): Promise<number> {
  const workspace = invocation.workspace();
  return workspace.ok
    ? await stopAndTell(workspace.value, request, invocation)
    : await invocation.fail(workspace.failure);
}
