/** Records the outside tools that an action calls: each call is on disk before its process exists. */

import type { Failure } from "../../model/failure.ts";
import type { Result } from "../../model/result.ts";
import type { ToolRecord } from "../../model/run.ts";
import type { Host } from "../../host/host.ts";
import type { ToolJournal } from "../../git/tool.ts";

/**
 * Must be closed. From the first call on, a stop signal ends the tool and not us, so that its end is
 * recorded.
 */
export function toolJournal(
  { clock, signals }: Pick<Host, "clock" | "signals">,
  store: (tools: readonly ToolRecord[]) => Promise<Result<void, Failure>>,
): ToolJournal & { close(): void } {
  let tools: readonly ToolRecord[] = [];
  let startedMs = 0;
  const stop = new AbortController();
  let stopListening: (() => void) | undefined;
  return {
    stop: stop.signal,
    close: () => stopListening?.(),
    async began({ argv, program, effect }) {
      stopListening ??= signals.onStop((signal) => stop.abort(signal));
      startedMs = clock.monotonicMs();
      tools = [...tools, {
        argv,
        program,
        start_time: new Date(clock.nowMs()).toISOString(),
        duration_ms: null,
        exit_code: null,
        signal: null,
        timed_out: false,
        effect,
      }];
      return await store(tools);
    },
    async ended({ end }, effect) {
      tools = tools.with(-1, {
        ...tools.at(-1)!,
        duration_ms: Math.max(0, Math.round(clock.monotonicMs() - startedMs)),
        exit_code: end.kind === "exited" ? end.exitCode : null,
        signal: end.kind === "signalled" ? end.signal : null,
        timed_out: end.kind === "timed_out",
        effect,
      });
      // If this write fails, the next one includes it; without a next one the action has failed.
      await store(tools);
    },
  };
}
