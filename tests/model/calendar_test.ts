/** When a schedule is due: what is understood, what is refused, and that systemd understands the same. */

import { assertEquals } from "@std/assert";
import { calendarText, evenStep, parseCalendar, timesOfDay } from "../../src/model/calendar.ts";

for (
  const [written, normal] of [
    ["Mon..Fri 02:30", "Mon,Tue,Wed,Thu,Fri *-*-* 02:30:00"],
    ["mon,Thursday 2:30", "Mon,Thu *-*-* 02:30:00"],
    ["Sat..Mon 00:00", "Mon,Sat,Sun *-*-* 00:00:00"],
    ["Mon..Sun 1:00", "*-*-* 01:00:00"],
    ["02:30", "*-*-* 02:30:00"],
    ["*-*-01 06:00", "*-*-01 06:00:00"],
    ["*-12-24,31 06:00", "*-12-24,31 06:00:00"],
    ["12-24 06:00", "*-12-24 06:00:00"],
    ["*-*-* 06:00:00", "*-*-* 06:00:00"],
    ["*:0/15", "*-*-* *:00,15,30,45:00"],
    ["*:*/30", "*-*-* *:00,30:00"],
    ["*:*", "*-*-* *:*:00"],
    ["8..17:00,30", "*-*-* 08,09,10,11,12,13,14,15,16,17:00,30:00"],
    ["0/6:15", "*-*-* 00,06,12,18:15:00"],
    ["hourly", "*-*-* *:00:00"],
    ["Daily", "*-*-* 00:00:00"],
    ["weekly", "Mon *-*-* 00:00:00"],
    ["monthly", "*-*-01 00:00:00"],
    ["yearly", "*-01-01 00:00:00"],
  ] as const
) {
  Deno.test(`calendar: ${written}`, () => {
    const read = parseCalendar(written);
    assertEquals(read.ok ? calendarText(read.value) : read.failure.fact, normal);
  });
}

for (
  const [written, fact] of [
    ["", "there is no time of day in it"],
    ["Mon", "there is no time of day in it"],
    ["30 2 * * 1-5", "this is the syntax of cron"],
    ["@daily", "this is the syntax of cron"],
    ["Mon..Fri 02:30:15", "timers of some systems know no seconds"],
    ["02:30 UTC", "times are in the time zone of the system"],
    ["02:30 Europe/Berlin", "times are in the time zone of the system"],
    ["Mon *-*-01 02:30", "it names weekdays and a date at once, which cron takes as one or the other"],
    ["2026-12-24 02:30", "a schedule is due every year"],
    ["*-02-30 02:30", "no such month has a day 30"],
    ["25:00", '"25" is not an hour from 0 to 23'],
    ["2:60", '"60" is not a minute from 0 to 59'],
    ["*:0/0", '"0/0" is not a minute from 0 to 59'],
    ["*-13-01 2:00", '"13" is not a month from 1 to 12'],
    ["Mo 02:30", '"Mo" is not a weekday'],
    ["Mon Tue 02:30", '"Mon Tue 02:30" is not a time'],
    ["*:0/7", "it is due 216 times a day at uneven intervals, and Windows takes 48"],
    ["Mon..Fri..Sun 02:30", '"Mon..Fri..Sun" is not a weekday'],
  ] as const
) {
  Deno.test(`calendar: refused: ${JSON.stringify(written)}`, () => {
    const read = parseCalendar(written);
    assertEquals(read.ok ? calendarText(read.value) : read.failure.fact, fact);
  });
}

Deno.test("calendar: a step is even only where it also fits over midnight", () => {
  const stepOf = (text: string) => {
    const read = parseCalendar(text);
    return read.ok ? evenStep(timesOfDay(read.value)) : read.failure.fact;
  };
  assertEquals([
    stepOf("*:0/15"),
    stepOf("*:07"),
    stepOf("0/6:15"),
    stepOf("8..17:00"),
    stepOf("02:30"),
    stepOf("*:*"),
  ], [
    15,
    60,
    360,
    undefined,
    undefined,
    1,
  ]);
});
