/** An answer that is asked again each second and renewed in place, below everything else on the terminal, until a signal. */

import type { ReceivedSignal } from "../../host/signals.ts";
import type { Failure } from "../../model/failure.ts";
import type { NextStep } from "../../model/next_step.ts";
import type { Result } from "../../model/result.ts";
import { exitCodeOfSignal } from "./exit_code.ts";
import type { Invocation } from "./invocation.ts";

const ASK_AGAIN_MS = 1000;

interface RenewedAnswer<Answer> {
  ask(): Result<Answer, Failure> | Promise<Result<Answer, Failure>>;
  warnings(answer: Answer): readonly string[];
  text(answer: Answer): string;
  /** The same answer once, for an output that cannot be renewed. */
  readonly once: NextStep;
}

/** Returns the exit code of the signal; the last lines stay on the terminal. Ends early with a failure to answer. */
export async function renewAnswer<Answer>(
  invocation: Invocation,
  { ask, warnings, text, once }: RenewedAnswer<Answer>,
): Promise<number> {
  const { console, host } = invocation;
  await console.openLastLine();
  const { lastLine } = console;
  if (lastLine === undefined) {
    return invocation.fail({
      code: "arguments_invalid",
      action: "use",
      value: "--watch",
      fact: "it renews lines on a terminal, and the output is none that can do so",
      next: [once],
    });
  }
  const stopped = Promise.withResolvers<void>();
  let signal: ReceivedSignal | undefined;
  const unlisten = host.signals.onStop((received) => {
    signal ??= received;
    stopped.resolve();
  });
  const warned = new Set<string>();
  let shown = "";
  const lines = () => shown.trimEnd().split("\n");
  try {
    while (signal === undefined) {
      const answered = await ask();
      if (!answered.ok) {
        lastLine.close();
        return await invocation.fail(answered.failure);
      }
      for (const warning of warnings(answered.value)) {
        if (!warned.has(warning)) invocation.warn(warning);
        warned.add(warning);
      }
      const isFirst = shown === "";
      shown = text(answered.value);
      if (isFirst) lastLine.show({ lines, afterSilenceMs: 0, mayEndLine: true });
      else lastLine.renew();
      const timer = host.clock.after(ASK_AGAIN_MS);
      await Promise.race([timer.elapsed, stopped.promise]);
      timer.cancel();
    }
  } finally {
    unlisten();
  }
  lastLine.close();
  console.out(shown);
  return exitCodeOfSignal(signal);
}
