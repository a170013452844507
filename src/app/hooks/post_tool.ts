/** Notes a command of an assistant that equals the command of a job. It is not a run, and proves nothing. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { simpleCommands } from "../../model/simple_commands.ts";
import { resolveDefinition } from "../../config/resolve.ts";
import { calledNow } from "../recording/requester.ts";
import { seenOutside } from "../jobs/seen_outside.ts";
import type { Workspace } from "../workspace/workspace.ts";

/**
 * Notes each job whose command is among those of the line. Returns the jobs for which this is new since their last run, so
 * that the note is not repeated.
 */
export async function noteOutside(
  workspace: Workspace,
  line: string,
): Promise<Result<readonly string[], Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const commands = new Set(simpleCommands(line).map((words) => JSON.stringify(words)));
  if (commands.size === 0) return ok([]);
  const store = await workspace.store();
  if (!store.ok) return store;
  const notes = await workspace.hookNotes();
  if (!notes.ok) return notes;
  const told: string[] = [];
  for (const job of project.value.jobs.values()) {
    const { command } = await resolveDefinition(workspace.resolveMachine, project.value, job);
    if (!commands.has(JSON.stringify(command))) continue;
    const latest = store.value.latest(job.name);
    const last = latest.ok ? latest.value.run?.record : undefined;
    if (seenOutside(notes.value, job.name, last) === undefined) told.push(job.name);
    notes.value.noteSeen(job.name, calledNow(workspace.host));
  }
  return ok(told);
}
