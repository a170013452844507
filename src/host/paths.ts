/** Paths as texts. Touches no file. */

/**
 * Paths in the form of the host's system, which for the fake host can differ from the system that runs the
 * tests.
 */
export interface Paths {
  join(...parts: string[]): string;
  dirname(path: string): string;
  basename(path: string): string;
  isAbsolute(path: string): boolean;
  /** Made absolute against the given folders, from right to left. */
  resolve(...parts: string[]): string;
  relative(from: string, to: string): string;
}
