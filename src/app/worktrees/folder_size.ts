/** The size of a folder: the sum of the sizes of its files, within a bound of time. */

import type { Host } from "../../host/host.ts";
import { IDENTITY, IDENTITY_KINDS, IDENTITY_NUMBERS } from "../../host/identities.ts";

export interface FolderSize {
  readonly bytes: number;
  /** False if the bound was reached, or a folder could not be read, so that the size is larger. */
  readonly isWhole: boolean;
}

const DIRECTORY = IDENTITY_KINDS.indexOf("directory");

/** Links are not followed, and `.git` at the top does not count, because it is the repository. */
export async function folderSize(host: Host, top: string, boundMs: number): Promise<FolderSize> {
  const { files, paths, clock } = host;
  const untilMs = clock.monotonicMs() + boundMs;
  const folders = [top];
  let bytes = 0;
  let isWhole = true;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (clock.monotonicMs() > untilMs) return { bytes, isWhole: false };
    const looked = await files.identifyAll(folder, (name) => folder !== top || name !== ".git");
    if (!looked.ok) {
      isWhole = false;
      continue;
    }
    const { names, numbers, problems } = looked.value;
    for (const [index, name] of names.entries()) {
      if (problems.has(index)) continue;
      const at = index * IDENTITY_NUMBERS;
      if (numbers[at + IDENTITY.kind] === DIRECTORY) folders.push(paths.join(folder, name));
      else bytes += numbers[at + IDENTITY.sizeBytes] ?? 0;
    }
  }
  return { bytes, isWhole };
}
