/** Paths and globs as people write them, with "/" on every system. Pure. */

import { globToRegExp } from "@std/path/posix";

const GLOB = /[*?[{]/;

export interface Glob {
  /** The folders before the first part with a pattern; "" where there are none. */
  readonly fixed: string;
  /**
   * The part after `fixed` that matches the pattern; undefined: it is a plain path, and `fixed` is all of it.
   */
  readonly rest: string | undefined;
}

/** Normalizes a path: slashes for backslashes, no `./` at the start, no slashes at the end. */
export function plainPath(written: string): string {
  return written.replaceAll("\\", "/").replace(/^(?:\.\/)+/, "").replace(/(?<=.)\/+$/, "");
}

export function splitGlob(plain: string): Glob {
  if (!GLOB.test(plain)) return { fixed: plain, rest: undefined };
  const parts = plain.split("/");
  const at = parts.findIndex((part) => GLOB.test(part));
  return { fixed: parts.slice(0, at).join("/"), rest: parts.slice(at).join("/") };
}

/**
 * Whether a path with "/" matches. A name that looks like a pattern also matches as written: `[slug]` is
 * often a folder.
 */
export function globMatcher(glob: string, caseInsensitive = false): (path: string) => boolean {
  const patterns = [globPattern(glob, caseInsensitive)];
  if (glob.includes("[")) patterns.push(globPattern(glob.replaceAll("[", "[[]"), caseInsensitive));
  return (path) => patterns.some((pattern) => pattern.test(path));
}

export function globPattern(glob: string, caseInsensitive = false): RegExp {
  return globToRegExp(glob, { extended: true, globstar: true, caseInsensitive });
}
