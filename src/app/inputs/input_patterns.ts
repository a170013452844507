/** What `inputs` of a job or task means: which paths it takes and which it leaves out. Pure. */

import { globPattern, plainPath, splitGlob } from "../files/glob.ts";

/** The word for everything that git tracks or would let somebody add. */
export const GIT_WORD = "@git";

export interface InputPatterns {
  readonly hasGit: boolean;
  /** Paths and globs, without what says nothing in them. */
  readonly included: readonly string[];
  /** Whether a path, or a folder above it, is left out. */
  isExcluded(path: string): boolean;
}

/** `leftOut`: further paths and globs that do not count: what the command makes itself, and what is ours. */
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

/** A glob leaves out what it names and all that is below. A path with brackets can be meant as it is written. */
function testOf(excluded: string): (path: string) => boolean {
  const below = `${excluded}/`;
  const isWithin = (path: string) => path === excluded || path.startsWith(below);
  if (splitGlob(excluded).rest === undefined) return isWithin;
  const [itself, inside] = [globPattern(excluded), globPattern(`${excluded}/**`)];
  return (path) => isWithin(path) || itself.test(path) || inside.test(path);
}
