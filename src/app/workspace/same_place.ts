/** Whether two paths are the same place: names can differ by a link, or in case. */

import type { Files } from "../../host/host.ts";

/** Where one of two paths is gone, only the texts are compared. */
export function isSamePlace(files: Files, one: string, other: string): boolean {
  if (one === other) return true;
  const [first, second] = [files.realPath(one), files.realPath(other)];
  return first.ok && second.ok && first.value === second.value;
}
