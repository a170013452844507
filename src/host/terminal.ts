/** The terminal and the three standard streams of this process. Knows no colours and no lines. Terminals of children are in processes.ts. */

import type { HostResult } from "./host_result.ts";

export interface Terminal {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** stdout and stderr are the same file, so that their order can be seen. */
  readonly sharedOutput: boolean;
  /**
   * Our process group is in the terminal's foreground, not behind a shell ("&", "bg"). True on systems
   * without that (Windows), false where it is unknown.
   */
  isForeground(): Promise<boolean>;
  /**
   * Whether standard input is our terminal while a shell in front of us ("&", "bg") owns it: reading would take
   * what is typed for the shell. False where that cannot be known.
   */
  inputIsTheShells(): boolean;
  /**
   * Remembers the terminal's modes (raw, echo and others) and returns a function that restores them;
   * undefined: there is no terminal.
   */
  keepModes(): (() => void) | undefined;
  /**
   * Until the returned function is called, each key is delivered at once and not echoed, except keys that send signals;
   * undefined: stdin is no terminal.
   */
  takeKeys(): (() => void) | undefined;
  /** Calls the handler when the window has another size; on Windows, which does not tell, a moment later. */
  onResize(handler: () => void): () => void;
}

export interface InputStream {
  readonly isTerminal: boolean;
  /** Fills the start of `into`; undefined at the end. */
  read(into: Uint8Array): Promise<HostResult<number | undefined>>;
}

export interface OutputStream {
  readonly isTerminal: boolean;
  /** undefined where it is no terminal, or one without a size. */
  readonly columns: number | undefined;
  /** The same for lines. */
  readonly rows: number | undefined;
  /** It is the null device, so nobody sees what is written. False where that is unknown (Windows). */
  readonly isDiscarded: boolean;
  /**
   * Writes all of the bytes. Waits while the reader does not read, without blocking the thread: timers and
   * signals continue. `closed` when the reader has gone.
   */
  write(bytes: Uint8Array): Promise<HostResult<void>>;
}
