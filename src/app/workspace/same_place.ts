/** Places behind paths, whose names can differ by a link, or in case. */

import type { Files } from "../../host/files.ts";

/** The path without links, or as it is where nothing is there. */
export function realOr(files: Files, path: string): string {
  const real = files.realPath(path);
  return real.ok ? real.value : path;
}

/** The root of a project without links, also of one whose configuration makes no project. */
export function realRootOf(
  files: Files,
  { canonicalRoot, root }: { readonly canonicalRoot: string | undefined; readonly root: string },
): string {
  return canonicalRoot ?? realOr(files, root);
}

/** Where one of two paths is gone, only the texts are compared. */
export function isSamePlace(files: Files, one: string, other: string): boolean {
  if (one === other) return true;
  const [first, second] = [files.realPath(one), files.realPath(other)];
  return first.ok && second.ok && first.value === second.value;
}
