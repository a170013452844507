/** A timer as a property list of launchd. Pure. Source: launchd.plist(5). */

import type { CalendarTimes } from "../../model/calendar.ts";
import type { Timer } from "./timer.ts";
import { xmlText } from "./xml_text.ts";

export function launchdPlist({ id, command, env, schedule, workingDir }: Timer): string {
  const strings = (words: readonly string[], indent: string) =>
    words.map((each) => `${indent}<string>${xmlText(each)}</string>`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    "<dict>",
    "  <key>Label</key>",
    `  <string>${xmlText(id)}</string>`,
    "  <key>ProgramArguments</key>",
    "  <array>",
    ...strings(command, "    "),
    "  </array>",
    "  <key>WorkingDirectory</key>",
    `  <string>${xmlText(workingDir)}</string>`,
    ...(Object.keys(env).length === 0 ? [] : [
      "  <key>EnvironmentVariables</key>",
      "  <dict>",
      ...Object.entries(env).flatMap(([name, value]) => [
        `    <key>${xmlText(name)}</key>`,
        `    <string>${xmlText(value)}</string>`,
      ]),
      "  </dict>",
    ]),
    "  <!-- The supervisor of the run goes on after this call. -->",
    "  <key>AbandonProcessGroup</key>",
    "  <true/>",
    "  <key>StartCalendarInterval</key>",
    "  <array>",
    ...intervals(schedule.times).flatMap((interval) => [
      "    <dict>",
      ...interval.map(([key, value]) => `      <key>${key}</key><integer>${value}</integer>`),
      "    </dict>",
    ]),
    "  </array>",
    "</dict>",
    "</plist>",
    "",
  ].join("\n");
}

type Interval = readonly (readonly [string, number])[];

/** One for each combination; a key that is missing means every value. */
function intervals({ months, days, weekdays, hours, minutes }: CalendarTimes): readonly Interval[] {
  const keys: readonly (readonly [string, readonly number[] | undefined])[] = [
    ["Month", months],
    ["Day", days],
    // Sunday is 0 and 7.
    ["Weekday", weekdays],
    ["Hour", hours],
    ["Minute", minutes],
  ];
  let all: readonly Interval[] = [[]];
  for (const [key, values] of keys) {
    if (values !== undefined) {
      all = all.flatMap((begun) => values.map((value): Interval => [...begun, [key, value]]));
    }
  }
  return all;
}
