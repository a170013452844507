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

/** A glob has more than `*` and `**` in it, or is not normalized. */
const MORE_THAN_STARS = /[\\[\]?{}()|]|\/\/|\/$/;

/**
 * Whether a normalized path matches, as `globPattern` says; for the usual globs (`src/*.ts`, `src/**`, `src/**\/*.ts`) without a
 * regular expression, which has to be compiled for each glob.
 */
export function globTest(glob: string): (path: string) => boolean {
  const { fixed, rest } = splitGlob(glob);
  if (rest === undefined || MORE_THAN_STARS.test(glob)) return testWith(globPattern(glob));
  const parts = rest.split("/");
  const isDeep = parts[0] === "**";
  if (parts.length > (isDeep ? 2 : 1)) return testWith(globPattern(glob));
  const below = fixed === "" && !glob.startsWith("/") ? "" : `${fixed}/`;
  const name = isDeep ? parts[1] ?? "*" : parts[0]!;
  const [before, after, ...more] = name.split("*");
  if (more.length > 0) return testWith(globPattern(glob));
  return (path) => {
    if (!path.startsWith(below)) return false;
    const nameAt = path.lastIndexOf("/") + 1;
    if (isDeep ? nameAt < below.length : nameAt !== below.length) return false;
    if (after === undefined) return path.length === nameAt + name.length && path.endsWith(name);
    return path.length >= nameAt + name.length - 1 && path.startsWith(before!, nameAt) &&
      path.endsWith(after);
  };
}

function testWith(pattern: RegExp): (path: string) => boolean {
  return (path) => pattern.test(path);
}

export function globPattern(glob: string, caseInsensitive = false): RegExp {
  return globToRegExp(glob, { extended: true, globstar: true, caseInsensitive });
}
