/** `schedule remove`: removes timers of this project. */

import { visible } from "../../../model/visible.ts";
import { defineCommand } from "../../base/command.ts";
import { byOption, scheduleJson } from "../../reports/schedule_report.ts";

export const command = defineCommand({
  flags: (command) =>
    command.argument("[schedule...]", "only these; also such as are no longer configured").addOption(
      byOption(),
    ),
  examples: [
    {
      line: "orchastration schedule remove",
      does: "all timers of this project, also those that are not configured any more",
    },
    { line: "orchastration schedule remove nightly", does: "only this one" },
  ],
  request: ([names], { by }) => ({ names, by }),
  ask: async (workspace, request) =>
    (await import("../../../app/schedules/install_schedules.ts")).removeSchedules(workspace, request),
  text: (removed) =>
    removed.length === 0
      ? "No timers are installed.\n"
      : removed.map(({ name }) => `${visible(name)} is removed\n`).join(""),
  json: (removed) => ({ format: 1, kind: "schedules_removed", removed: removed.map(scheduleJson) }),
});
