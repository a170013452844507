/** The meaning of `inputs` of a job or task: which paths are included and which are excluded. Pure. */

import { globTest, plainPath, splitGlob } from "../files/glob.ts";

/** The word for everything that git tracks or would offer to add. */
export const GIT_WORD = "@git";

export interface InputPatterns {
  readonly hasGit: boolean;
  /** Normalized paths and globs. */
  readonly included: readonly string[];
  /** Whether a path, or a folder above it, is excluded. */
  isExcluded(path: string): boolean;
  /** Whether a file that git tracks, or would offer to add, is an input; it need not exist. */
  covers(path: string): boolean;
}

type PathTest = (path: string) => boolean;

/** The jobs of a graph leave out the same list. */
const tests = new WeakMap<readonly string[], readonly PathTest[]>();

/** `leftOut`: further paths and globs that do not count: outputs of the command, and our own files. */
export function readPatterns(inputs: readonly string[], leftOut: readonly string[]): InputPatterns {
  const included = inputs.filter((each) => each !== GIT_WORD && !each.startsWith("!")).map(plainPath);
  const excluded = inputs.filter((each) => each.startsWith("!")).map((each) => each.slice(1));
  const left = tests.get(leftOut) ?? testsOf(leftOut);
  tests.set(leftOut, left);
  const exclusions = excluded.length === 0 ? left : [...testsOf(excluded), ...left];
  const hasGit = inputs.includes(GIT_WORD);
  const isExcluded = (path: string) => {
    for (const test of exclusions) if (test(path)) return true;
    return false;
  };
  // Most callers only list.
  let includes: readonly PathTest[] | undefined;
  return {
    hasGit,
    included,
    isExcluded,
    covers: (path) =>
      !isExcluded(path) &&
      ((hasGit && !path.startsWith("../")) ||
        (includes ??= included.map(inclusionOf)).some((test) => test(path))),
  };
}

/** A plain path includes everything below it; a path with brackets can also be meant as written. */
function inclusionOf(included: string): PathTest {
  const isWhole = included === "" || included === ".";
  const below = `${included}/`;
  const pattern = splitGlob(included).rest === undefined ? undefined : globTest(included);
  return (path) =>
    (isWhole && !path.startsWith("../")) || path === included || path.startsWith(below) ||
    pattern?.(path) === true;
}

function testsOf(excluded: readonly string[]): readonly PathTest[] {
  return excluded.map(plainPath).filter((each) => each !== "").map(testOf);
}

/**
 * A glob excludes its matches and everything below them. A path with brackets can also be meant as written.
 */
function testOf(excluded: string): PathTest {
  const below = `${excluded}/`;
  const isWithin = (path: string) => path === excluded || path.startsWith(below);
  if (splitGlob(excluded).rest === undefined) return isWithin;
  const [itself, inside] = [globTest(excluded), globTest(`${excluded}/**`)];
  return (path) => isWithin(path) || itself(path) || inside(path);
}
