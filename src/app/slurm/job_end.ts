/** What the end of a job in Slurm means for its attempt. Pure. */

import type { Outcome, ProcessEnd, StopCause } from "../../model/run.ts";
import type { Supervised } from "../../engine/executor.ts";
import type { CommandEnd, NodeEnd } from "./attempt_folder.ts";

/** In the order of their numbers on Linux, from 1 on. */
const SIGNALS = [
  ...[
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
  ],
  ...["SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP"],
  ...["SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH"],
  ...["SIGIO", "SIGPWR", "SIGSYS"],
];

/** 128 and the number of SIGTERM, or of SIGKILL. */
const TERMINATED = 143;
const KILLED = 137;

/**
 * Whether Slurm may have ended the command. It signals every process of the job, so the node can see that the command ended by SIGTERM before
 * it notices its own signal.
 */
export function mayBeOfSlurm({ kind, code }: CommandEnd): boolean {
  return kind === "stopped" || (kind === "exited" && (code === TERMINATED || code === KILLED));
}

/** Slurm's word for why it ended the command; undefined where Slurm did not. `state`: the last one that it showed. */
export function causeOf(end: CommandEnd, state: string): string | undefined {
  const isOfSlurm = state !== "COMPLETED" && state !== "FAILED" && state !== "unknown";
  // The node received a signal that we did not ask for.
  if (end.kind === "stopped") return isOfSlurm ? state : state === "unknown" ? state : "CANCELLED";
  return isOfSlurm && mayBeOfSlurm(end) ? state : undefined;
}

export type Facts = Pick<Supervised, "end" | "stopped" | "outcome">;

/** A shell tells an end by a signal as 128 plus its number, and so can a command that exits with such a status. */
function processEndOf(code: number | null): ProcessEnd {
  if (code === null) return { kind: "none" };
  const signal = SIGNALS[code - 129];
  return signal === undefined ? { kind: "exited", exit_code: code } : { kind: "signalled", signal };
}

/**
 * The end that the node told. `asked`: why we ended it. `state`: Slurm's word for it, where Slurm ended it by
 * itself.
 */
export function factsOf(
  told: NodeEnd,
  asked: StopCause | undefined,
  state: string | undefined,
  timeoutMs: number | undefined,
): Facts {
  if (told.kind === "refused") {
    return { end: { kind: "none" }, stopped: undefined, outcome: refusedOutcome(told.cause) };
  }
  const end = processEndOf(told.code);
  if (told.kind === "timed_out") return { end, stopped: { kind: "timeout", after_ms: timeoutMs ?? 0 } };
  if (asked !== undefined) return { end, stopped: asked };
  if (state !== undefined) return { end, stopped: { kind: "slurm", state } };
  return { end, stopped: undefined };
}

function refusedOutcome(cause: (NodeEnd & { readonly kind: "refused" })["cause"]): Outcome {
  const details: Partial<Record<typeof cause, string>> = {
    working_dir_missing: "its working directory does not exist on the node",
    program_not_found: "its program does not exist on the node",
    program_not_executable: "its program cannot be executed on the node",
  };
  return { status: "not_started", cause, detail: details[cause] ?? "the node could not start it" };
}

/** The end of a job that nobody began. */
export function neverBegan(asked: StopCause | undefined, state: string | undefined, detail: string): Facts {
  const end = { kind: "none" } as const;
  if (asked !== undefined) return { end, stopped: asked };
  if (state !== undefined && state !== "FAILED" && state !== "COMPLETED") {
    return { end, stopped: { kind: "slurm", state } };
  }
  return { end, stopped: undefined, outcome: { status: "not_started", cause: "spawn_failed", detail } };
}
