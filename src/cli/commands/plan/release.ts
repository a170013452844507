/** `plan release`: ends the ownership of a task, so that somebody else can work on it. */

import type { ReleasedTask } from "../../../app/tasks/release_task.ts";
import { ownerFacts, ownerName } from "../../../model/task_owner.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";

export const command = defineCommand({
  flags: (command) => command.argument("<task>", "name of the task"),
  examples: [{
    line: "orchastration plan release sample_task",
    does: "whoever owned it goes on with what runs, and begins nothing more for it",
  }],
  request: ([name]) => ({ name }),
  ask: async (workspace, { name }) =>
    (await import("../../../app/tasks/release_task.ts")).releaseTask(workspace, name),
  json: ({ name, from }) => ({ format: 1, kind: "task_released", task: name, owner: from ?? null }),
  text,
});

function text({ name, from }: ReleasedTask, { console }: Invocation): string {
  const task = console.outStyle.bold(name);
  return from === undefined
    ? `nobody owns ${task}\n`
    : `${task} is released: ${ownerName(from)} owned it (${ownerFacts(from)})\n`;
}
