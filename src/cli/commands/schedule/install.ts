/** `schedule install`: writes timers of the system for schedules. */

import type { InstalledSchedule, InstallReport } from "../../../app/schedules/install_schedules.ts";
import { nextCommand } from "../../../model/next_step.ts";
import { shellWord } from "../../../model/shell_word.ts";
import { visible } from "../../../model/visible.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";
import { byOption, KIND_WORDS, scheduleJson } from "../../reports/schedule_report.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("[schedule...]", "only these")
      .option("--dry-run", "only show what would be written, and which commands would be called")
      .addOption(byOption()),
  examples: [
    { line: "orchastration schedule install --dry-run", does: "the timers, as this system would read them" },
    {
      line: "orchastration schedule install",
      does: "install all that are configured; again: only what changed",
    },
    { line: "orchastration schedule install nightly", does: "only this one" },
  ],
  request: ([names], { dryRun, by }) => ({ names, dryRun: dryRun === true, by }),
  ask: async (workspace, request) =>
    (await import("../../../app/schedules/install_schedules.ts")).installSchedules(workspace, request),
  warnings: ({ schedules, others, needsLinger }) => [
    ...schedules.flatMap(({ name, untrusted }) =>
      untrusted === undefined ? [] : [`schedule ${name} runs nothing before a person trusts it; ${untrusted}`]
    ),
    ...others.map(({ name }) =>
      `timer ${visible(name)} is installed and not configured; schedule remove ${visible(name)} removes it`
    ),
    ...(needsLinger
      ? ["these timers end with your last session; loginctl enable-linger lets them go on"]
      : []),
  ],
  text,
  json: ({ kind, schedules, others, needsLinger }) => ({
    format: 1,
    kind: "schedules_installed",
    timers: kind,
    schedules: schedules.map((each) => ({ ...each, untrusted: each.untrusted ?? null })),
    not_configured: others.map(scheduleJson),
    needs_linger: needsLinger,
  }),
});

function text({ kind, schedules }: InstallReport, invocation: Invocation): string {
  if (schedules.length === 0) return "No schedules configured.\n";
  const isDry = schedules.some(({ how }) => how === "would_be_installed");
  if (isDry) return schedules.map(plan).join("\n");
  const lines = schedules.map(({ name, how }) => {
    const words = how === "as_before"
      ? "is installed, as before"
      : how === "updated"
      ? "is updated"
      : "is installed";
    return `${invocation.console.outStyle.bold(name)} ${words}\n`;
  });
  const next = invocation.nextLine([nextCommand("schedule list")]);
  return `${lines.join("")}by ${KIND_WORDS[kind]}; all of them: ${next}\n`;
}

/** The texts as they are, so that a tool can read them. */
function plan({ texts, calls }: InstalledSchedule): string {
  return [
    ...texts.map(({ place, text }) => `# ${place}\n${text}`),
    ...calls.map((words) => `$ ${words.map(shellWord).join(" ")}\n`),
  ].join("");
}
