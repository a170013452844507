/** A timer as two units of systemd. Pure. Source: systemd.service(5), systemd.timer(5), systemd.syntax(7). */

import { calendarText } from "../../model/calendar.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { describeTimer, type Timer } from "./timer.ts";

export interface Units {
  readonly service: string;
  readonly timer: string;
}

export function systemdUnits(timer: Timer): Result<Units, string> {
  const { command, env, schedule, workingDir } = timer;
  if (/[\n\r]|\\$|^ | $/.test(workingDir)) {
    return fail(`systemd cannot have the folder ${JSON.stringify(workingDir)}`);
  }
  if (/[\n\r]/.test([...command, ...Object.values(env)].join(""))) {
    return fail("a line break is in its command");
  }
  const description = specifiers(describeTimer(timer));
  // With ":" no word is searched for variables; older versions of systemd do not have it, and it is rarely needed.
  const prefix = command.some((word) => word.includes("$")) ? ":" : "";
  const service = [
    "[Unit]",
    `Description=${description}`,
    "",
    "[Service]",
    "Type=oneshot",
    `WorkingDirectory=${specifiers(workingDir)}`,
    ...Object.entries(env).map(([name, value]) => `Environment=${word(`${name}=${value}`)}`),
    `ExecStart=${prefix}${command.map(word).join(" ")}`,
    "# The supervisor of the run goes on after this call.",
    "KillMode=process",
    "",
  ];
  const unit = [
    "[Unit]",
    `Description=${description}`,
    "",
    "[Timer]",
    `OnCalendar=${calendarText(schedule.times)}`,
    "Persistent=true",
    "",
    "[Install]",
    "WantedBy=timers.target",
    "",
  ];
  return ok({ service: service.join("\n"), timer: unit.join("\n") });
}

/** A percent sign begins a specifier everywhere. */
function specifiers(text: string): string {
  return text.replaceAll("%", "%%");
}

function word(text: string): string {
  const escaped = specifiers(text).replace(/["\\]/g, "\\$&").replaceAll("\t", "\\t");
  return /^[\w./:=@,+%-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}
