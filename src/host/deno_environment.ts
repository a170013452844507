/** Who and where this process is, the signals it gets, and the time. */

import type { Clock, Environment, OperatingSystem, Signals, StopSignal } from "./host.ts";
import { STOP_SIGNALS } from "./host.ts";
import { attempt } from "./deno_problem.ts";

export function currentSystem(): OperatingSystem {
  return Deno.build.os === "windows" ? "windows" : Deno.build.os === "darwin" ? "darwin" : "linux";
}

export function createEnvironment(): Environment {
  const os = currentSystem();
  return {
    os,
    arch: Deno.build.arch,
    pid: Deno.pid,
    userId: Deno.uid() ?? undefined,
    runtime: `deno ${Deno.version.deno}`,
    isCompiled: Deno.build.standalone,
    // A name with "=" or NUL cannot be set, so it is not set; Deno throws for it.
    get: (name) => name === "" || /[=\0]/.test(name) ? undefined : Deno.env.get(name),
    all: () => Deno.env.toObject(),
    currentFolder: () => attempt(() => Deno.cwd()),
    userName: () =>
      Deno.env.get(os === "windows" ? "USERNAME" : "USER") ?? Deno.env.get("LOGNAME") ?? nameInPasswd(),
    hostName() {
      const name = attempt(() => Deno.hostname());
      return name.ok && name.value !== "" ? name.value : undefined;
    },
    parentProgram() {
      if (os !== "linux") return undefined;
      const name = attempt(() => Deno.readTextFileSync(`/proc/${Deno.ppid}/comm`));
      return name.ok ? name.value.trimEnd() : undefined;
    },
  };
}

/** Containers and services often run without USER. Source: passwd(5). */
function nameInPasswd(): string | undefined {
  const uid = Deno.uid();
  const passwd = attempt(() => Deno.readTextFileSync("/etc/passwd"));
  if (uid === null || !passwd.ok) return undefined;
  return passwd.value.split("\n").map((line) => line.split(":")).find((fields) => fields[2] === String(uid))
    ?.[0];
}

/** A timer that is longer fires at once. Source: HTML Standard, timers are 32-bit signed integers of milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function createClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    // Not by setTimeout, for which the runtime loads Node's timers: 4 ms in every run.
    after(ms) {
      const { promise, resolve } = Promise.withResolvers<void>();
      let cancel = () => {};
      const wait = (leftMs: number) => {
        const signal = AbortSignal.timeout(Math.min(leftMs, LONGEST_TIMER_MS));
        const elapsed = () => leftMs > LONGEST_TIMER_MS ? wait(leftMs - LONGEST_TIMER_MS) : resolve();
        signal.addEventListener("abort", elapsed);
        // Nobody listens then, so it holds nothing up.
        cancel = () => signal.removeEventListener("abort", elapsed);
      };
      wait(Math.max(0, Math.ceil(ms)));
      return { elapsed: promise, cancel: () => cancel() };
    },
  };
}

type Suspender = Parameters<Signals["onSuspend"]>[0];

export function createSignals(): Signals {
  const suspenders = new Set<Suspender>();
  // One listener for all: the first that stopped us would not let the others finish.
  const onStop = async () => {
    for (const { suspend } of [...suspenders]) await suspend();
    Deno.kill(Deno.pid, "SIGSTOP");
  };
  const onContinue = async () => {
    for (const { resume } of [...suspenders]) await resume();
  };
  return {
    onStop(handler) {
      const listening: (() => void)[] = [];
      for (const [signal, meaning] of stopSignalsOf(currentSystem())) {
        const listener = () => handler(meaning);
        Deno.addSignalListener(signal, listener);
        listening.push(() => Deno.removeSignalListener(signal, listener));
      }
      return () => {
        for (const stop of listening.splice(0)) stop();
      };
    },
    onSuspend({ suspend, resume }) {
      if (Deno.build.os === "windows") return () => {};
      const suspender: Suspender = { suspend, resume };
      suspenders.add(suspender);
      if (suspenders.size === 1) {
        Deno.addSignalListener("SIGTSTP", onStop);
        Deno.addSignalListener("SIGCONT", onContinue);
      }
      return () => {
        if (!suspenders.delete(suspender) || suspenders.size > 0) return;
        Deno.removeSignalListener("SIGTSTP", onStop);
        Deno.removeSignalListener("SIGCONT", onContinue);
      };
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

/** On Windows Ctrl-Break is the way to stop what ignores Ctrl-C, which SIGTERM means elsewhere. */
export function stopSignalsOf(os: OperatingSystem): readonly (readonly [Deno.Signal, StopSignal])[] {
  if (os === "windows") return [["SIGINT", "SIGINT"], ["SIGBREAK", "SIGTERM"], ["SIGHUP", "SIGHUP"]];
  return STOP_SIGNALS.map((signal) => [signal, signal] as const);
}
