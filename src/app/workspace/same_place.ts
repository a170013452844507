/** Whether two paths are one place: it can be named in several ways, by a link or in another case of letters. */

import type { Files } from "../../host/host.ts";

/** Of two paths of which one is gone, only the text is compared. */
export function isSamePlace(files: Files, one: string, other: string): boolean {
  if (one === other) return true;
  const [first, second] = [files.realPath(one), files.realPath(other)];
  return first.ok && second.ok && first.value === second.value;
}
