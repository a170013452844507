/**
 * Checks again, directly before a process is started, what was trusted when an assistant asked for it: between the two a run may
 * have waited for a lock, and somebody may have changed its definition or its scripts.
 */

import type { TrustedContent } from "../../model/trust.ts";
import { trustChanges, trustText } from "../../model/trust.ts";
import type { CheckedTrust } from "../recording/requester.ts";
import type { GuardedStart, RunGuard } from "../workspace/face_ports.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { readTrust } from "./trust_store.ts";
import { trustedContent } from "./trusted_content.ts";

export function runGuard(workspace: Workspace, checked: CheckedTrust): RunGuard {
  return async (start) => {
    let refusal = "no person has trusted it";
    for (const [key, sha256] of Object.entries(checked)) {
      const [subject, name] = key.split(" ", 2);
      if ((subject !== "job" && subject !== "task") || name === undefined) continue;
      const content = await trustedContent(workspace, subject, name);
      if (!content.ok || !covers(content.value, start)) continue;
      const { digests } = workspace.host;
      if (await digests.sha256(new TextEncoder().encode(trustText(content.value))) === sha256) {
        return undefined;
      }
      refusal = await changedWords(workspace, content.value);
    }
    return refusal;
  };
}

/** Whether this content has the command that is to be started. */
function covers({ subject, name, argv, around = {} }: TrustedContent, start: GuardedStart): boolean {
  switch (start.action) {
    case "notify":
      // Its words have facts of the run in them.
      return around["notify"] !== undefined && name === start.name;
    case "job.run": {
      const service = around[`service ${start.name}`];
      if (service !== undefined) return has(service.argv, start);
      return subject === "job" && name === start.name && has(argv, start);
    }
    default:
      return subject === "task" && name === start.name && has(argv, start);
  }
}

function has(argvs: readonly (readonly string[])[], { argv }: GuardedStart): boolean {
  const wanted = JSON.stringify(argv);
  return argvs.some((each) => JSON.stringify(each) === wanted);
}

async function changedWords(workspace: Workspace, content: TrustedContent): Promise<string> {
  const entry = await readTrust(workspace, content);
  const changes = entry.ok && entry.value !== undefined ? trustChanges(entry.value, content) : [];
  return ["it changed after it was checked", ...(changes.length === 0 ? [] : [changes.join(", ")])].join(
    ": ",
  );
}
