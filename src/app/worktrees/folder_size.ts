/** How much a folder holds: the sizes of its files together, within a bound of time. */

import type { Host } from "../../host/host.ts";
import { IDENTITY, IDENTITY_KINDS, IDENTITY_NUMBERS } from "../../host/identities.ts";

export interface FolderSize {
  readonly bytes: number;
  /** False where the bound was reached, or a folder could not be read: there is more. */
  readonly isWhole: boolean;
}

const DIRECTORY = IDENTITY_KINDS.indexOf("directory");

/** Links are not followed; `.git` at the top is the repository, and does not count. */
export async function folderSize(host: Host, top: string, boundMs: number): Promise<FolderSize> {
  const { files, paths, clock } = host;
  const untilMs = clock.monotonicMs() + boundMs;
  const folders = [top];
  let bytes = 0;
  let isWhole = true;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (clock.monotonicMs() > untilMs) return { bytes, isWhole: false };
    const listed = files.list(folder);
    if (!listed.ok) {
      isWhole = false;
      continue;
    }
    const names = listed.value.filter((name) => folder !== top || name !== ".git");
    const { numbers, problems } = await files.identify(folder, names);
    for (const [index, name] of names.entries()) {
      if (problems.has(index)) continue;
      const at = index * IDENTITY_NUMBERS;
      if (numbers[at + IDENTITY.kind] === DIRECTORY) folders.push(paths.join(folder, name));
      else bytes += numbers[at + IDENTITY.sizeBytes] ?? 0;
    }
  }
  return { bytes, isWhole };
}
