/** The user, the folder, the variables and the clock of this process. */

import type { Clock } from "./clock.ts";
import type { Environment, OperatingSystem } from "./environment.ts";
import type { HostResult } from "./host_result.ts";
import { takeHandedOver } from "./deno_handed_over.ts";
import { attempt } from "./deno_problem.ts";

export function currentSystem(): OperatingSystem {
  return Deno.build.os === "windows" ? "windows" : Deno.build.os === "darwin" ? "darwin" : "linux";
}

export function createEnvironment(): Environment {
  const os = currentSystem();
  undoNodeShim(os);
  // Asked for by every run that this process records; the answers of the system are those of the first time.
  const ownNameInPasswd = once(nameInPasswd);
  const hostName = once(systemName);
  const parentProgram = once(nameOfParent);
  const all = once(() => Deno.env.toObject());
  return {
    os,
    arch: Deno.build.arch,
    pid: Deno.pid,
    userId: Deno.uid() ?? undefined,
    runtime: `deno ${Deno.version.deno}`,
    isCompiled: Deno.build.standalone,
    handedOver: takeHandedOver(),
    processors: Math.max(1, navigator.hardwareConcurrency),
    // A name with "=" or NUL is skipped, because Deno throws for it.
    get: (name) => name === "" || /[=\0]/.test(name) ? undefined : textOf(name),
    // Nothing changes it after the start, and each job of a graph asks.
    all,
    notUtf8: () => ({ variables: variablesNotUtf8(), args: argsNotUtf8() }),
    currentFolder: () => Deno.env.get(FOLDER_IS_GONE) === undefined ? attempt(() => Deno.cwd()) : GONE,
    userName: () =>
      Deno.env.get(os === "windows" ? "USERNAME" : "USER") ?? Deno.env.get("LOGNAME") ?? ownNameInPasswd(),
    hostName,
    parentProgram: os === "linux" ? parentProgram : () => undefined,
  };
}

/**
 * The launchers set this variable where the caller's folder was deleted, because the runtime would not start
 * there.
 */
const FOLDER_IS_GONE = "ORCHASTRATION_FOLDER_IS_GONE";
const GONE: HostResult<never> = {
  ok: false,
  failure: { kind: "not_found", reason: "no such file or directory" },
};

/** A folder whose name is not UTF-8 cannot be given as text. */
function textOf(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.InvalidData) return undefined;
    throw error;
  }
}

/** The launcher of a portable program moved these variables aside. */
const OUTER = "ORCHASTRATION_OUTER_";

function variablesNotUtf8(): readonly string[] {
  return wordsNotUtf8("/proc/self/environ").map((word) => {
    const name = word.split("=", 1)[0]!;
    return name.startsWith(OUTER) ? name.slice(OUTER.length) : name;
  });
}

function argsNotUtf8(): readonly string[] {
  // The runtime inserts this character for bytes that it cannot decode; it can also have been typed.
  return Deno.args.some((arg) => arg.includes("\ufffd")) ? wordsNotUtf8("/proc/self/cmdline") : [];
}

/**
 * The NUL-separated words of a Linux file that are not UTF-8, with their bytes as escapes; empty on other
 * systems.
 */
function wordsNotUtf8(path: string): readonly string[] {
  const bytes = Deno.build.os === "linux" ? attempt(() => Deno.readFileSync(path)) : undefined;
  if (bytes?.ok !== true) return [];
  const words: string[] = [];
  for (let from = 0; from < bytes.value.length;) {
    const end = bytes.value.indexOf(0, from);
    const word = bytes.value.subarray(from, end < 0 ? undefined : end);
    if (!isUtf8(word)) words.push(withEscapes(word));
    from += word.length + 1;
  }
  return words;
}

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function withEscapes(bytes: Uint8Array): string {
  const shown = (byte: number) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  return [...bytes].map(shown).join("");
}

/**
 * Where the caller has no `node`, the runtime puts a folder with its own in front of PATH: a job that calls
 * `node` would then run Deno. Launchers prevent that; without one it is undone here.
 */
function undoNodeShim(os: OperatingSystem): void {
  if (Deno.env.get(SHIM_ACTIVE) === undefined || isCallers(SHIM_ACTIVE)) return;
  Deno.env.delete(SHIM_ACTIVE);
  const [first, ...others] = (Deno.env.get("PATH") ?? "").split(os === "windows" ? ";" : ":");
  if (!/[\\/]node_compat_bin$/.test(first!)) return;
  if (others.length === 0) Deno.env.delete("PATH");
  else Deno.env.set("PATH", others.join(os === "windows" ? ";" : ":"));
}

const SHIM_ACTIVE = "DENO_NODE_SHIM_ACTIVE";

/** Whether a variable was set when this process was started; only Linux tells. */
function isCallers(name: string): boolean {
  const given = attempt(() => Deno.readTextFileSync("/proc/self/environ"));
  return given.ok && given.value.split("\0").some((pair) => pair.startsWith(`${name}=`));
}

function once<T>(ask: () => T): () => T {
  let answer: { readonly value: T } | undefined;
  return () => (answer ??= { value: ask() }).value;
}

function systemName(): string | undefined {
  const name = attempt(() => Deno.hostname());
  return name.ok && name.value !== "" ? name.value : undefined;
}

function nameOfParent(): string | undefined {
  const name = attempt(() => Deno.readTextFileSync(`/proc/${Deno.ppid}/comm`));
  return name.ok ? name.value.trimEnd() : undefined;
}

/** Containers and services often run without USER. Source: passwd(5). */
function nameInPasswd(): string | undefined {
  const uid = Deno.uid();
  const passwd = attempt(() => Deno.readTextFileSync("/etc/passwd"));
  if (uid === null || !passwd.ok) return undefined;
  return passwd.value.split("\n").map((line) => line.split(":")).find((fields) => fields[2] === String(uid))
    ?.[0];
}

/**
 * A longer timer would fire at once. Source: HTML Standard, timers are 32-bit signed integers of
 * milliseconds.
 */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The runtime loads Node's timers for setTimeout, which takes 4 ms in every run. A signal needs nothing loaded, but costs 60 µs more,
 * because it ends with an error; so a process that sets many timers loads them.
 */
const MOST_SIGNALS = 32;

export function createClock(): Clock {
  let signals = 0;
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    after(ms) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const start = signals++ < MOST_SIGNALS ? startSignal : startTimer;
      let cancel = () => {};
      const wait = (leftMs: number) => {
        const elapsed = () => leftMs > LONGEST_TIMER_MS ? wait(leftMs - LONGEST_TIMER_MS) : resolve();
        cancel = start(Math.min(leftMs, LONGEST_TIMER_MS), elapsed);
      };
      wait(Math.max(0, Math.ceil(ms)));
      return { elapsed: promise, cancel: () => cancel() };
    },
  };
}

function startSignal(ms: number, elapsed: () => void): () => void {
  const signal = AbortSignal.timeout(ms);
  signal.addEventListener("abort", elapsed);
  // Nobody listens any more, so the timer must not keep the process alive.
  return () => signal.removeEventListener("abort", elapsed);
}

function startTimer(ms: number, elapsed: () => void): () => void {
  const timer = setTimeout(elapsed, ms);
  return () => clearTimeout(timer);
}
