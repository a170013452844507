/**
 * The treatment of signals on Linux and macOS where the runtime offers too little or does too much: signals
 * that the caller told us to ignore, and the one at which the runtime opens a debugger.
 */

import { darwinCalls, linuxCalls } from "./posix_calls.ts";

/** Source: signal(7); signal.h of macOS. */
const NUMBERS = {
  linux: {
    SIGHUP: 1,
    SIGINT: 2,
    SIGQUIT: 3,
    SIGABRT: 6,
    SIGUSR1: 10,
    SIGUSR2: 12,
    SIGALRM: 14,
    SIGTERM: 15,
    SIGSTKFLT: 16,
    SIGTSTP: 20,
    SIGTTIN: 21,
    SIGXCPU: 24,
    SIGXFSZ: 25,
    SIGVTALRM: 26,
    SIGPROF: 27,
    SIGIO: 29,
    SIGPWR: 30,
  },
  darwin: {
    SIGHUP: 1,
    SIGINT: 2,
    SIGQUIT: 3,
    SIGABRT: 6,
    SIGALRM: 14,
    SIGTERM: 15,
    SIGTSTP: 18,
    SIGTTIN: 21,
    SIGXCPU: 24,
    SIGXFSZ: 25,
    SIGVTALRM: 26,
    SIGPROF: 27,
    SIGUSR1: 30,
    SIGUSR2: 31,
  },
} as const satisfies Readonly<Record<string, Readonly<Partial<Record<Deno.Signal, number>>>>>;

/** More bytes than struct sigaction has on any system; the handler is its first word. */
const ACTION_BYTES = 256;
const SIG_IGN = 1n;

/** Signals that the runtime handles as soon as anybody listens to any, or after half a second. */
const RUNTIME_LISTENS: readonly Deno.Signal[] = ["SIGHUP", "SIGINT", "SIGTERM"];

let callersIgnored: ReadonlySet<Deno.Signal> | undefined;
/** The runtime's handler of SIGUSR1, kept while it is disabled. */
let debuggerAction: Uint8Array<ArrayBuffer> | undefined;

/**
 * The signals that were ignored when this process was started (`nohup`, a background job of a shell). Asked
 * before anybody listens, because the runtime would undo some of it, for us and for what we start. From the
 * first call on, the runtime is kept from doing so, and from opening a debugger at SIGUSR1, which is then
 * ignored: a listener would not prevent it, because the runtime listens, too.
 */
export function keepIgnored(): ReadonlySet<Deno.Signal> {
  if (callersIgnored !== undefined) return callersIgnored;
  const ignored = new Set(knownSignals().filter(isIgnored));
  callersIgnored = ignored;
  // The runtime has all its handlers in place by then, and sets none of them again.
  Deno.addSignalListener("SIGUSR1", () => {});
  if (!ignored.has("SIGUSR1")) debuggerAction = actionOf("SIGUSR1");
  for (const signal of [...RUNTIME_LISTENS.filter((each) => ignored.has(each)), "SIGUSR1"] as const) {
    ignore(signal);
  }
  return ignored;
}

/** Starts a process that inherits the caller's treatment of signals, without what we ignore for ourselves. */
export function asInherited<T>(start: () => T): T {
  if (debuggerAction === undefined) return start();
  setAction("SIGUSR1", debuggerAction);
  try {
    return start();
  } finally {
    ignore("SIGUSR1");
  }
}

/** The signals that we ignore for ourselves alone, by their numbers. */
export function ignoredForUs(): readonly number[] {
  return debuggerAction === undefined ? [] : [numbers().SIGUSR1!];
}

/** Starts a process that ignores no signal, whatever our caller wants of us. */
export function withDefaults<T>(start: () => T): T {
  const ignored = Deno.build.os === "windows" ? [] : [...keepIgnored()];
  // SIG_DFL is 0.
  for (const signal of ignored) setAction(signal, new Uint8Array(ACTION_BYTES));
  try {
    return start();
  } finally {
    for (const signal of ignored) ignore(signal);
  }
}

/**
 * Sends a signal that we may listen to and that is to have its usual effect on us. False where that could not be brought about.
 */
export function sendAsUsual(pid: number, signal: "SIGTSTP" | "SIGTTIN"): boolean {
  const listening = actionOf(signal);
  if (listening === undefined) return false;
  // SIG_DFL is 0.
  setAction(signal, new Uint8Array(ACTION_BYTES));
  try {
    Deno.kill(pid, signal);
  } finally {
    setAction(signal, listening);
  }
  return true;
}

function numbers(): Readonly<Partial<Record<Deno.Signal, number>>> {
  return Deno.build.os === "darwin" ? NUMBERS.darwin : NUMBERS.linux;
}

function knownSignals(): readonly Deno.Signal[] {
  return Object.keys(numbers()) as Deno.Signal[];
}

function isIgnored(signal: Deno.Signal): boolean {
  const action = actionOf(signal);
  return action !== undefined && new DataView(action.buffer).getBigUint64(0, true) === SIG_IGN;
}

function ignore(signal: Deno.Signal): void {
  const action = new Uint8Array(ACTION_BYTES);
  new DataView(action.buffer).setBigUint64(0, SIG_IGN, true);
  setAction(signal, action);
}

/** undefined where the C library cannot be called. */
function actionOf(signal: Deno.Signal): Uint8Array<ArrayBuffer> | undefined {
  const action = new Uint8Array(ACTION_BYTES);
  return calls()?.sigaction(numbers()[signal]!, null, action) === 0 ? action : undefined;
}

function setAction(signal: Deno.Signal, action: Uint8Array<ArrayBuffer>): void {
  calls()?.sigaction(numbers()[signal]!, action, null);
}

function calls() {
  return linuxCalls() ?? darwinCalls();
}
