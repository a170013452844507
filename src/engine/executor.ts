/**
 * The port through which attempts are started and followed. The local executor starts a process of this machine;
 * another one hands the command to a system that starts it elsewhere. Types only.
 */

import type { Outcome, ProcessEnd, SlurmRecord, StopCause, StopReport } from "../model/run.ts";
import type { Failure } from "../model/failure.ts";
import type { ByteReader } from "../host/byte_reader.ts";
import type { Clock } from "../host/clock.ts";
import type { HostResult } from "../host/host_result.ts";
import type { ChildProcess, ProcessIdentity, SpawnRequest } from "../host/processes.ts";
import type { SignalListener } from "./end_tree.ts";
import type { StopRequests } from "./stop_requests.ts";

export interface Policy {
  readonly timeoutMs: number | undefined;
  readonly graceMs: number;
  readonly leaveRunning: boolean;
  /**
   * The job is attached to our terminal, from which Ctrl-C and Ctrl-\ reach it directly; it decides what they
   * mean.
   */
  readonly atTerminal: boolean;
}

export interface Supervised {
  readonly end: ProcessEnd;
  /** Why it was ended; undefined where it ended by itself. */
  readonly stopped: StopCause | undefined;
  readonly report: StopReport | null;
  readonly leftRunning: readonly number[];
  /** True if processes could be listed at the end; otherwise unnamed ones may be alive. */
  readonly isListed: boolean;
  /** Where `end` and `stopped` do not say it: the command never began on the other machine. */
  readonly outcome?: Outcome;
  /** When it ended, by the clock of its machine, where that is not now. */
  readonly endedAt?: string;
  /** Not all of the output could be read. */
  readonly isOutputCut?: true;
  /**
   * The end is not known, and this process cannot find it out. The run is then left without an end, and reads as
   * interrupted.
   */
  readonly lost?: Failure;
}

export type StopListener = (cause: StopCause, ...sent: Parameters<SignalListener>) => Promise<void>;

export interface SupervisePorts {
  readonly stops: StopRequests;
  readonly clock: Clock;
  readonly onSignal: StopListener;
  /** Another system tells more about the attempt. */
  readonly onNote: (slurm: SlurmRecord) => Promise<void>;
}

/** One attempt that was started, and has to be followed to its end. */
export interface StartedAttempt {
  /** The process on this machine; undefined where it is on another one. */
  readonly child: ChildProcess | undefined;
  readonly process: ProcessIdentity | null;
  readonly slurm?: SlurmRecord | undefined;
  /** undefined where the output is not captured. */
  readonly stdout: ByteReader | undefined;
  readonly stderr: ByteReader | undefined;
  /** Resolves when the main process has ended; undefined where only `follow` can tell. */
  readonly exited: Promise<unknown> | undefined;
  /**
   * Waits for the end, and brings it about where the policy or a stop request wants it. `seenStopRequests` is the
   * number of stop requests that were made before this attempt and do not apply to it.
   */
  follow(policy: Policy, seenStopRequests: number, ports: SupervisePorts): Promise<Supervised>;
  /** Asks once: true where `follow` would find an end, or that there will be none. Absent where somebody has to follow. */
  peek?(policy: Policy, ports: Pick<SupervisePorts, "clock" | "onNote">): Promise<boolean>;
  /** Ends it after an error of ours. */
  abandon(policy: Policy, ports: Pick<SupervisePorts, "stops" | "clock">): Promise<void>;
  /** Releases what is held for it; ends no process. */
  release(): void;
}

export interface Executor {
  /** Nothing runs, and nothing will, where this fails. */
  start(
    request: SpawnRequest,
    attempt: number,
    policy: Policy,
  ): HostResult<StartedAttempt> | Promise<HostResult<StartedAttempt>>;
}
