/** Timers as lines of the table of cron. Pure. Source: crontab(5) of Debian's cron. */

import type { CalendarTimes } from "../../model/calendar.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { describeTimer, type Timer } from "./timer.ts";

/** Debian's cron refuses a longer command. */
const MAX_COMMAND_CHARACTERS = 990;

/** One timer: a comment with its id, and its line. */
export function crontabLines(timer: Timer): Result<string, string> {
  const { id, command, env, schedule, workingDir } = timer;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`);
  const call = [`cd ${quoted(workingDir)} &&`, ...variables, ...command.map(quoted), ">/dev/null"].join(" ");
  if (/[\n\r]/.test(call)) return fail("a line break is in its command");
  // cron reads a percent sign as the end of the line, also between quotes.
  const escaped = call.replaceAll("%", "\\%");
  if (escaped.length > MAX_COMMAND_CHARACTERS) {
    return fail(
      `cron takes commands of at most ${MAX_COMMAND_CHARACTERS} characters, and this one has ${escaped.length}`,
    );
  }
  return ok(`${mark(id)} ${describeTimer(timer)}\n${cronTimes(schedule.times)} ${escaped}\n`);
}

/** For sh, of which only these quotes are portable. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** `30 2 * * 1,2,3,4,5`. */
function cronTimes({ weekdays, months, days, hours, minutes }: CalendarTimes): string {
  const field = (values: readonly number[] | undefined) => values?.join(",") ?? "*";
  const week = weekdays?.map((day) => day % 7).sort((a, b) => a - b);
  return [minutes, hours, days, months, week].map(field).join(" ");
}

function mark(id: string): string {
  return `# ${id}:`;
}

/** A table in two parts: the lines of each timer whose id begins with `prefix`, and all others. */
export function splitCrontab(
  table: string,
  prefix: string,
): { readonly timers: ReadonlyMap<string, string>; readonly others: string } {
  const timers = new Map<string, string>();
  const others: string[] = [];
  const lines = table === "" ? [] : table.replace(/\n$/, "").split("\n");
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const id = /^# ([\w.-]+):/.exec(line)?.[1];
    const next = lines[index + 1];
    if (id === undefined || !id.startsWith(prefix) || next === undefined || next.startsWith("#")) {
      others.push(line);
      continue;
    }
    timers.set(id, `${line}\n${next}\n`);
    index++;
  }
  return { timers, others: others.length === 0 ? "" : `${others.join("\n")}\n` };
}
