/** Facts about this process and its machine that stay as they are: system, variables, user. Knows no variable by its name. */

import type { HostResult } from "./host_result.ts";

export type OperatingSystem = "linux" | "darwin" | "windows";

export interface Environment {
  readonly os: OperatingSystem;
  readonly arch: string;
  readonly pid: number;
  /** The number of the user who runs this process; undefined where the system has none (Windows). */
  readonly userId: number | undefined;
  /** The runtime's version, as in "deno 2.9.6". */
  readonly runtime: string;
  /** The program is an executable that contains the runtime. */
  readonly isCompiled: boolean;
  /** How many processors this process may use; at least 1. */
  readonly processors: number;
  /**
   * What the process that started us with `startAgain` handed over; undefined in every other process. It is not among
   * the variables.
   */
  readonly handedOver: string | undefined;
  get(name: string): string | undefined;
  all(): Readonly<Record<string, string>>;
  /**
   * Names of variables and arguments of this call that are not text, with their bytes as escapes. Such
   * arguments arrive changed. Empty where unknown.
   */
  notUtf8(): { readonly variables: readonly string[]; readonly args: readonly string[] };
  currentFolder(): HostResult<string>;
  userName(): string | undefined;
  hostName(): string | undefined;
  /** Name of the program that started this one. */
  parentProgram(): string | undefined;
}
