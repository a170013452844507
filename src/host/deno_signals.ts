/** The signals to this process, and uncaught errors. */

import type { OperatingSystem } from "./environment.ts";
import type { ReceivedSignal, Signals } from "./signals.ts";
import { DEADLY_SIGNALS, STOP_SIGNALS } from "./signals.ts";
import { inputIsTheShells } from "./deno_terminal_modes.ts";
import { keepIgnored, sendAsUsual } from "./posix_dispositions.ts";

/** A signal to ourselves stops us before the call returns; our continuation is reported within this time. */
const WENT_ON_BOUND_MS = 200;
/** As in kill(2): all processes of our group. */
const OUR_GROUP = 0;

/** Must happen before the runtime starts to listen by itself, half a second after the start. */
const KEEP_IGNORED_AFTER_MS = 250;

type Suspender = Parameters<Signals["onSuspend"]>[0];

/** For commands that have no signal handling of their own and may run long enough to need it. */
export function keepIgnoredSoon(): void {
  if (Deno.build.os === "windows") return;
  // The runtime counts from its own start, and on a busy machine our code begins late.
  const leftMs = KEEP_IGNORED_AFTER_MS - performance.now();
  if (leftMs <= 0) keepIgnored();
  else AbortSignal.timeout(leftMs).addEventListener("abort", () => void keepIgnored());
}

export function createSignals(os: OperatingSystem): Signals {
  const isPosix = os !== "windows";
  /** undefined where the caller wants the signal ignored, by us and by what we start. */
  function listen(signal: Deno.Signal, listener: () => void): (() => void) | undefined {
    if (isPosix && keepIgnored().has(signal)) return undefined;
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  }

  const suspenders = new Set<Suspender>();
  let wentOn = Promise.withResolvers<void>();
  const resumeAll = async () => {
    for (const { resume } of [...suspenders]) await resume();
  };
  // One listener for all: the first of several would stop the process before the others finish.
  const onContinue = async () => {
    wentOn.resolve();
    await resumeAll();
  };
  /** False where the system does not stop a group that no shell could continue. */
  async function stop(pid: number, signal: "SIGTSTP" | "SIGTTIN"): Promise<boolean> {
    for (const { suspend } of [...suspenders]) await suspend();
    // The shell can have given the terminal to us meanwhile, and then it would not continue us.
    if (signal === "SIGTTIN" && !inputIsTheShells()) {
      await resumeAll();
      return true;
    }
    wentOn = Promise.withResolvers();
    if (!sendAsUsual(pid, signal)) Deno.kill(Deno.pid, "SIGSTOP");
    let timer: ReturnType<typeof setTimeout> | undefined;
    const bound = new Promise<false>((resolve) => timer = setTimeout(resolve, WENT_ON_BOUND_MS, false));
    const stopped = await Promise.race([wentOn.promise.then(() => true), bound]);
    clearTimeout(timer);
    return stopped;
  }
  const onStop = async () => {
    if (!(await stop(Deno.pid, "SIGTSTP"))) await resumeAll();
  };
  let suspending: readonly (() => void)[] = [];
  let failsWrites: (() => void) | undefined;
  return {
    onStop(handler) {
      // With this signal caught, a file that grows too large is a failed write instead of our end.
      if (isPosix) failsWrites ??= listen("SIGXFSZ", () => {});
      const listening = receivedSignalsOf(os).flatMap(([signal, meaning]) =>
        listen(signal, () => handler(meaning)) ?? []
      );
      return () => {
        for (const stop of listening.splice(0)) stop();
      };
    },
    onSuspend({ suspend, resume }) {
      if (!isPosix) return () => {};
      const suspender: Suspender = { suspend, resume };
      suspenders.add(suspender);
      if (suspenders.size === 1) {
        suspending = [listen("SIGTSTP", onStop), listen("SIGCONT", onContinue)].filter((stop) =>
          stop !== undefined
        );
      }
      return () => {
        if (!suspenders.delete(suspender) || suspenders.size > 0) return;
        for (const stop of suspending) stop();
      };
    },
    async stopAsReader() {
      // A process that ignores the signal gets an error from its read instead.
      return isPosix && !keepIgnored().has("SIGTTIN") && await stop(OUR_GROUP, "SIGTTIN");
    },
    onUncaught(handler) {
      const onError = (event: ErrorEvent) => {
        event.preventDefault();
        handler(event.error);
      };
      const onRejection = (event: PromiseRejectionEvent) => {
        event.preventDefault();
        handler(event.reason);
      };
      globalThis.addEventListener("error", onError);
      globalThis.addEventListener("unhandledrejection", onRejection);
      return () => {
        globalThis.removeEventListener("error", onError);
        globalThis.removeEventListener("unhandledrejection", onRejection);
      };
    },
  };
}

/** On Windows, Ctrl-Break stops a program that ignores Ctrl-C, as SIGTERM does elsewhere. */
export function receivedSignalsOf(os: OperatingSystem): readonly (readonly [Deno.Signal, ReceivedSignal])[] {
  if (os === "windows") return [["SIGINT", "SIGINT"], ["SIGBREAK", "SIGTERM"], ["SIGHUP", "SIGHUP"]];
  // macOS has no SIGSTKFLT and SIGPWR, and its SIGIO is ignored by default.
  const linuxOnly: readonly ReceivedSignal[] = ["SIGIO", "SIGPWR", "SIGSTKFLT"];
  return [...STOP_SIGNALS, ...DEADLY_SIGNALS]
    .filter((signal) => os === "linux" || !linuxOnly.includes(signal))
    .map((signal) => [signal, signal] as const);
}
