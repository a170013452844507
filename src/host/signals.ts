/** Signals to this process, and which of them are handled. Signals to other processes are in processes.ts. */

export const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/**
 * A process that does not handle these signals dies from them, and what it started would be left alone. The
 * runtime ignores SIGPIPE; SIGUSR1 has to be ignored (posix_dispositions.ts); SIGILL, SIGTRAP, SIGBUS,
 * SIGFPE, SIGSEGV and SIGSYS report our own faults, after which nothing can continue.
 */
export const DEADLY_SIGNALS = [
  ...["SIGABRT", "SIGUSR2", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGXCPU"] as const,
  ...["SIGIO", "SIGPWR", "SIGSTKFLT"] as const,
] as const;

export type ReceivedSignal = StopSignal | (typeof DEADLY_SIGNALS)[number];

export interface Signals {
  /**
   * Calls the handler for each signal that would end this process, until the returned function is called.
   * Signals that were ignored when this process was started stay ignored. From the first call on, a file that
   * grows larger than the system allows is a failed write.
   */
  onStop(handler: (signal: ReceivedSignal) => void): () => void;
  /**
   * For Ctrl-Z: `suspend` is called before this process stops, `resume` when it continues. Never on Windows,
   * which has no such signal.
   */
  onSuspend(handlers: { suspend(): Promise<void>; resume(): Promise<void> }): () => void;
  /**
   * Stops our process group, as the system stops a background group that reads the terminal. Returns when it
   * continues (`fg`, `bg`); listeners of `onSuspend` are called as for Ctrl-Z. False where it was not stopped,
   * because nobody could continue it.
   */
  stopAsReader(): Promise<boolean>;
  /** Calls the handler for an error that nobody caught, instead of ending the process. */
  onUncaught(handler: (error: unknown) => void): () => void;
}
