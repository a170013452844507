/** The meaning of `inputs` of a job or task: which paths are included and which are excluded. Pure. */

import { globPattern, plainPath, splitGlob } from "../files/glob.ts";

/** The word for everything that git tracks or would offer to add. */
export const GIT_WORD = "@git";

export interface InputPatterns {
  readonly hasGit: boolean;
  /** Normalized paths and globs. */
  readonly included: readonly string[];
  /** Whether a path, or a folder above it, is excluded. */
  isExcluded(path: string): boolean;
}

/** `leftOut`: further paths and globs that do not count: outputs of the command, and our own files. */
export function readPatterns(inputs: readonly string[], leftOut: readonly string[]): InputPatterns {
  const included = inputs.filter((each) => each !== GIT_WORD && !each.startsWith("!")).map(plainPath);
  const excluded = [...inputs.filter((each) => each.startsWith("!")).map((each) => each.slice(1)), ...leftOut]
    .map(plainPath).filter((each) => each !== "");
  const tests = excluded.map(testOf);
  return {
    hasGit: inputs.includes(GIT_WORD),
    included,
    isExcluded: (path) => tests.some((test) => test(path)),
  };
}

/**
 * A glob excludes its matches and everything below them. A path with brackets can also be meant as written.
 */
function testOf(excluded: string): (path: string) => boolean {
  const below = `${excluded}/`;
  const isWithin = (path: string) => path === excluded || path.startsWith(below);
  if (splitGlob(excluded).rest === undefined) return isWithin;
  const [itself, inside] = [globPattern(excluded), globPattern(`${excluded}/**`)];
  return (path) => isWithin(path) || itself.test(path) || inside.test(path);
}
