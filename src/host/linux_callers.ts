/** The processes that started this one, up to the first of the system, as Linux shows them. */

import type { Caller, ProcessIdentity } from "./processes.ts";
import { knownStat } from "./linux_proc.ts";

/** More than any chain of shells and tools; a longer one is cut. */
const MAX_CALLERS = 64;

export function linuxCallers(identityOf: (pid: number) => ProcessIdentity): readonly Caller[] {
  const found: Caller[] = [];
  let pid = knownStat(Deno.pid)?.parentPid ?? 0;
  while (pid > 0 && found.length < MAX_CALLERS) {
    const stat = knownStat(pid);
    if (stat === undefined) break;
    found.push({ ...identityOf(pid), name: stat.name });
    pid = stat.parentPid;
  }
  return found;
}
