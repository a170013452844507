/** Notes that a hook was called by an assistant's client, so that people can see whether it is in use. */

import { calledNow } from "../recording/requester.ts";
import type { Workspace } from "../workspace/workspace.ts";

export async function noteFired(workspace: Workspace, hook: string): Promise<void> {
  const notes = await workspace.hookNotes();
  if (!notes.ok) return;
  notes.value.noteFired(hook, calledNow(workspace.host));
}
