/** Which processes have their working directory in a folder, as Linux shows them. */

import type { ProcessMember } from "./processes.ts";
import { attempt } from "./deno_problem.ts";
import { showsOurPids } from "./linux_proc.ts";
import { isBelow } from "./working_in.ts";

/** undefined where the system does not show processes. */
export function linuxWorkingIn(folder: string): readonly ProcessMember[] | undefined {
  if (!showsOurPids()) return undefined;
  const names = attempt(() => [...Deno.readDirSync("/proc")].map(({ name }) => name));
  if (!names.ok) return undefined;
  const found: ProcessMember[] = [];
  for (const pid of names.value.filter((name) => /^\d+$/.test(name))) {
    // The system shows this link of our own processes only.
    const place = attempt(() => Deno.readLinkSync(`/proc/${pid}/cwd`));
    if (!place.ok || !isBelow(folder, place.value)) continue;
    const name = attempt(() => Deno.readTextFileSync(`/proc/${pid}/comm`));
    found.push({ pid: Number(pid), name: name.ok ? name.value.trim() : "" });
  }
  return found;
}
