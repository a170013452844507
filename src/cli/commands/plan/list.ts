/** `plan list`: shows the configured tasks with their status. */

import type { TaskListing } from "../../../app/tasks/list_tasks.ts";
import { visible } from "../../../model/visible.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";
import { table } from "../../output/style.ts";
import { damagedJson, damagedWarnings } from "../../reports/damaged_records.ts";
import { olderText } from "../../reports/record_place.ts";
import { whenWord } from "../../reports/run_report.ts";
import { taskJson, taskStatusWord } from "../../reports/task_report.ts";

/** On a narrower terminal the reasons are more important than the times of the builds. */
const MIN_COLUMNS_FOR_TIMES = 72;

export const command = defineCommand({
  flags: (command) => command,
  examples: [{ line: "orchastration plan list", does: "every task with its status and the reason" }],
  request: () => undefined,
  ask: async (workspace) => (await import("../../../app/tasks/list_tasks.ts")).listTasks(workspace),
  warnings: ({ damaged }) => damagedWarnings(damaged, "task record"),
  json: ({ tasks, damaged }, invocation) => ({
    format: 1,
    kind: "task_list",
    tasks: tasks.map((view) => taskJson(view, invocation)),
    damaged: damagedJson(damaged),
  }),
  text,
});

function text(listing: TaskListing, invocation: Invocation): string {
  const { console } = invocation;
  const { outStyle, columns, isTerminal } = console;
  if (listing.tasks.length === 0 && listing.damaged.length === 0) {
    return 'No tasks configured.\nAdd one, for example:\n\n  [tasks.hello]\n  command = ["echo", "hello"]\n';
  }
  const hasRoom = columns === undefined || columns >= MIN_COLUMNS_FOR_TIMES;
  const rows = table(
    listing.tasks.map((view) => [
      outStyle.bold(view.task.name),
      taskStatusWord(view, outStyle),
      view.build === undefined || !hasRoom ? "" : `built ${whenWord(view.build, listing.nowMs, isTerminal)}`,
      visible(view.stale[0] ?? view.reason),
    ]),
    { columns },
  );
  return rows + olderText(listing.older, invocation);
}
