/** `schedule list`: the schedules of the configuration, and the state of their timers. */

import type { ScheduleList } from "../../../app/schedules/list_schedules.ts";
import { visible } from "../../../model/visible.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";
import { table } from "../../output/style.ts";
import { byOption, KIND_WORDS, scheduleJson, stateWord } from "../../reports/schedule_report.ts";

export const command = defineCommand({
  flags: (command) => command.addOption(byOption()),
  examples: [
    { line: "orchastration schedule list", does: "each schedule, and whether its timer is installed" },
  ],
  request: (_, { by }) => ({ by }),
  ask: async (workspace, { by }) =>
    (await import("../../../app/schedules/list_schedules.ts")).listSchedules(workspace, by),
  text,
  json: ({ kind, schedules }) => ({
    format: 1,
    kind: "schedule_list",
    timers: kind,
    schedules: schedules.map((each) => ({ ...scheduleJson(each), untrusted: each.untrusted ?? null })),
  }),
});

function text({ kind, schedules }: ScheduleList, { console: { outStyle, columns } }: Invocation): string {
  if (schedules.length === 0) return "No schedules configured.\n";
  const rows = schedules.map(({ name, schedule, state, untrusted }) => [
    outStyle.bold(visible(name)),
    visible(schedule?.at ?? ""),
    schedule === undefined ? "" : `runs ${schedule.job}`,
    stateWord(state, outStyle),
    untrusted === undefined ? "" : outStyle.yellow("not trusted"),
  ]);
  return `${outStyle.dim(`by ${KIND_WORDS[kind]}`)}\n${table(rows, { columns })}`;
}
