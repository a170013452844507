/** `plan`: the tasks, their recorded intent, and where they stand. */

import type { AcceptReport } from "../../app/tasks/accept_criterion.ts";
import type { PlanReport } from "../../app/tasks/create_plan.ts";
import type { TaskListing } from "../../app/tasks/list_tasks.ts";
import { differenceLines } from "../../model/failure_words.ts";
import { visible } from "../../model/visible.ts";
import type { TaskView } from "../../model/task_view.ts";
import { type AnyCommand, complete, describe, globalFlags, type Start } from "../base/command.ts";
import type { Invocation } from "../base/invocation.ts";
import { whenWord } from "../reports/run_report.ts";
import { table } from "../output/style.ts";
import {
  nextAfterBuild,
  recordStatusWord,
  taskJson,
  taskStatusWord,
  taskText,
} from "../reports/task_report.ts";

/** On a narrower terminal the reasons need the room more than the times of the builds. */
const MIN_COLUMNS_FOR_TIMES = 72;

export function planCommand(start: Start): AnyCommand {
  const command = describe("plan", "the tasks: what is wanted, and where each stands");
  command.addCommand(listCommand(start)).addCommand(createCommand(start)).addCommand(statusCommand(start))
    .addCommand(acceptCommand(start));
  complete(command, []);
  return command;
}

function listCommand(start: Start): AnyCommand {
  const command = describe("list", "show the configured tasks and how far each is");
  complete(command, [{ line: "orchastration plan list", does: "every task with its status and the reason" }]);
  return command.action(() =>
    start(globalFlags(command), async (invocation) => {
      const workspace = await invocation.workspace();
      if (!workspace.ok) return invocation.fail(workspace.failure);
      const { listTasks } = await import("../../app/tasks/list_tasks.ts");
      const listed = await listTasks(workspace.value);
      if (!listed.ok) return invocation.fail(listed.failure);
      for (const { path, reason } of listed.value.damaged) {
        invocation.warn(`Cannot read the task record "${visible(path)}": ${visible(reason)}; passed over`);
      }
      if (invocation.isJson) {
        invocation.console.json({
          format: 1,
          kind: "task_list",
          ...{
            tasks: listed.value.tasks.map(taskJson),
            damaged: listed.value.damaged.map(({ path, reason }) => ({ path, reason })),
          },
        });
      } else invocation.console.out(listText(listed.value, invocation));
      return 0;
    })
  );
}

function listText(listing: TaskListing, { console }: Invocation): string {
  const { outStyle, columns, isTerminal } = console;
  if (listing.tasks.length === 0 && listing.damaged.length === 0) {
    return 'No tasks configured.\nAdd one, for example:\n\n  [tasks.hello]\n  command = ["echo", "hello"]\n';
  }
  const hasRoom = columns === undefined || columns >= MIN_COLUMNS_FOR_TIMES;
  return table(
    listing.tasks.map((view) => [
      outStyle.bold(view.task.name),
      taskStatusWord(view, outStyle),
      view.build === undefined || !hasRoom ? "" : `built ${whenWord(view.build, listing.nowMs, isTerminal)}`,
      visible(view.stale[0] ?? view.reason),
    ]),
    { columns },
  );
}

function createCommand(start: Start): AnyCommand {
  const command = describe("create", "record the intent of a task, which its build is held against")
    .argument("<task>", "name of the task")
    .option("--force", "record a new plan also where nothing changed");
  complete(command, [
    {
      line: "orchastration plan create sample_task",
      does: "record what is about to be done, before it is done",
    },
  ]);
  return command.action((name, options) =>
    start(globalFlags(command), async (invocation) => {
      const workspace = await invocation.workspace();
      if (!workspace.ok) return invocation.fail(workspace.failure);
      const { createPlan } = await import("../../app/tasks/create_plan.ts");
      const planned = await createPlan(workspace.value, { name, force: options.force === true });
      if (!planned.ok) return invocation.fail(planned.failure);
      if (invocation.isJson) {
        invocation.console.json({ ...planned.value.plan, ...{ is_new: planned.value.isNew } });
      } else invocation.console.out(createText(planned.value, invocation));
      return 0;
    })
  );
}

function createText({ plan, record, isNew }: PlanReport, invocation: Invocation): string {
  const { outStyle } = invocation.console;
  const name = outStyle.bold(record.name);
  if (!isNew) {
    return `${name} is planned already, and its definition did not change since: ${plan.id}\n` +
      `${outStyle.dim("next:")} ${invocation.commandLine(`plan status ${record.name}`)}\n`;
  }
  return `${invocation.isToldByLog ? "" : `${name} is planned: ${plan.id}\n`}  sha256 ${
    record.plan!.sha256
  }\n` +
    `${outStyle.dim("next:")} ${invocation.commandLine(`build run ${record.name}`)}\n`;
}

function statusCommand(start: Start): AnyCommand {
  const command = describe("status", "show where a task stands, and why").argument(
    "<task>",
    "name of the task",
  );
  complete(command, [
    {
      line: "orchastration plan status sample_task",
      does: "plan, drift, last build, outputs, criteria, next step",
    },
  ]);
  return command.action((name) =>
    start(globalFlags(command), async (invocation) => {
      const workspace = await invocation.workspace();
      if (!workspace.ok) return invocation.fail(workspace.failure);
      const { showTask } = await import("../../app/tasks/list_tasks.ts");
      const shown = await showTask(workspace.value, name);
      if (!shown.ok) return invocation.fail(shown.failure);
      if (invocation.isJson) {
        invocation.console.json({ format: 1, kind: "task_status", ...taskJson(shown.value) });
      } else invocation.console.out(statusText(shown.value, invocation));
      return 0;
    })
  );
}

function statusText(view: TaskView, invocation: Invocation): string {
  const { outStyle, columns } = invocation.console;
  let text = taskText(view, outStyle, columns);
  for (const difference of view.plan?.drift ?? []) {
    text += differenceLines(difference).map((line) => `  ${line}\n`).join("");
  }
  if (view.next !== undefined) text += `${outStyle.dim("next:")} ${invocation.commandLine(view.next)}\n`;
  return text;
}

function acceptCommand(start: Start): AnyCommand {
  const command = describe("accept", "confirm, as a person, that a criterion is met by the last build")
    .argument("<task>", "name of the task")
    .argument("<criterion>", "id of the criterion")
    .option("--note <text>", "what you looked at");
  complete(command, [
    {
      line: 'orchastration plan accept sample_task ac2 --note "read it"',
      does: "recorded with who and when",
    },
  ]);
  return command.action((name, criterion, options) =>
    start(globalFlags(command), async (invocation) => {
      const workspace = await invocation.workspace();
      if (!workspace.ok) return invocation.fail(workspace.failure);
      const { acceptCriterion } = await import("../../app/tasks/accept_criterion.ts");
      const accepted = await acceptCriterion(workspace.value, { name, criterion, note: options.note });
      if (!accepted.ok) return invocation.fail(accepted.failure);
      if (invocation.isJson) invocation.console.json(accepted.value.record);
      else invocation.console.out(acceptText(accepted.value, criterion, invocation));
      return 0;
    })
  );
}

function acceptText({ record, open }: AcceptReport, criterion: string, invocation: Invocation): string {
  const { outStyle } = invocation.console;
  const next = nextAfterBuild(record, open);
  const confirmed = `${criterion} is confirmed for ${record.last_build!.run}\n`;
  return `${invocation.isToldByLog ? "" : confirmed}` +
    `${outStyle.bold(record.name)} is ${recordStatusWord(record, outStyle)}: ${visible(record.reason)}\n` +
    `${outStyle.dim("next:")} ${invocation.commandLine(next)}\n`;
}
