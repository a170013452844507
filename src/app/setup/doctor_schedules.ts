/** Installed timers of this project that are not what the configuration says, or would run nothing. Changes nothing. */

import { describeFailure } from "../../model/failure_words.ts";
import { type Finding, fine, warning } from "../../model/finding.ts";
import { nextCommand } from "../../model/next_step.ts";
import type { Project } from "../../model/project.ts";
import { visible } from "../../model/visible.ts";
import { listSchedules } from "../schedules/list_schedules.ts";
import type { Workspace } from "../workspace/workspace.ts";

export async function examineSchedules(workspace: Workspace, project: Project): Promise<readonly Finding[]> {
  const listed = await listSchedules(workspace, undefined);
  if (!listed.ok) {
    // Without schedules nobody needs timers.
    if (project.schedules.size === 0) return [];
    return [warning("schedules", describeFailure(listed.failure).headline, nextCommand("schedule list"))];
  }
  const findings: Finding[] = [];
  for (const { name, state, untrusted } of listed.value.schedules) {
    const subject = `schedule ${visible(name)}`;
    if (state === "differs") {
      const fact = "its installed timer differs from the configuration, or calls this program otherwise";
      findings.push(warning(subject, fact, nextCommand("schedule install", name)));
    } else if (state === "not_configured") {
      const fact = "its timer is installed, and it is not configured";
      findings.push(warning(subject, fact, nextCommand("schedule remove", name)));
    } else if (state === "not_installed") {
      findings.push(fine(subject, "it is not installed for this user"));
      continue;
    }
    if (untrusted !== undefined) {
      const fact = `its timer runs nothing: ${untrusted}`;
      findings.push(warning(subject, fact, nextCommand("trust")));
    }
  }
  if (findings.length > 0 || listed.value.schedules.length === 0) return findings;
  return [fine("schedules", "every timer is installed as it is configured")];
}
