/**
 * The times of a schedule: the part of systemd's calendar expressions that the timers of every system support. Pure.
 */

import { fail, ok, type Result } from "./result.ts";

/** Ascending lists; undefined: each of them. Weekdays and days are never both given. */
export interface CalendarTimes {
  /** 1 is Monday, 7 is Sunday. */
  readonly weekdays: readonly number[] | undefined;
  readonly months: readonly number[] | undefined;
  readonly days: readonly number[] | undefined;
  readonly hours: readonly number[] | undefined;
  readonly minutes: readonly number[] | undefined;
}

export interface CalendarProblem {
  readonly fact: string;
  readonly hint: string;
}

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const WHOLE_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

const WORDS: Readonly<Record<string, string>> = {
  hourly: "*:00",
  daily: "00:00",
  weekly: "Mon 00:00",
  monthly: "*-*-01 00:00",
  yearly: "*-01-01 00:00",
};

/** The largest number of triggers of one task in Task Scheduler. */
const MAX_TIMES_A_DAY = 48;
const MINUTES_A_DAY = 24 * 60;
const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const EXAMPLE = 'write it as "Mon..Fri 02:30", "*-*-01 06:00", "*:0/15" or "daily"';

export function parseCalendar(text: string): Result<CalendarTimes, CalendarProblem> {
  const refuse = (fact: string, hint = EXAMPLE) => fail({ fact, hint });
  const written = text.trim();
  if (/^@|^[\d*/,-]+( +[\d*/,A-Za-z-]+){4}$/.test(written)) return refuse("this is the syntax of cron");
  const parts = (WORDS[written.toLowerCase()] ?? written).split(/ +/);
  const time = parts.pop() ?? "";
  if (!time.includes(":")) {
    return time === "" || /[A-Za-z.]/.test(time) && !/^(utc|[a-z]+\/[a-z_]+)$/i.test(time)
      ? refuse("there is no time of day in it")
      : /[A-Za-z]/.test(time)
      ? refuse("times are in the time zone of the system", "leave out the time zone")
      : refuse("there is no time of day in it");
  }
  const date = parts.find((part) => part.includes("-"));
  const others = parts.filter((part) => part !== date);
  if (others.length > 1 || (others.length === 1 && parts[0] !== others[0])) {
    return refuse(`${JSON.stringify(text)} is not a time`);
  }
  if (date !== undefined && others.length > 0) {
    return refuse("it names weekdays and a date at once, which cron takes as one or the other");
  }
  const weekdays = others[0] === undefined ? ok(undefined) : weekdaysOf(others[0]);
  if (!weekdays.ok) return weekdays;
  const found = date === undefined ? ok({ months: undefined, days: undefined }) : dateOf(date);
  if (!found.ok) return found;
  const clock = clockOf(time);
  if (!clock.ok) return clock;
  const times = { weekdays: weekdays.value, ...found.value, ...clock.value };
  const many = timesOfDay(times);
  if (many.length > MAX_TIMES_A_DAY && evenStep(many) === undefined) {
    return refuse(
      `it is due ${many.length} times a day at uneven intervals, and Windows takes ${MAX_TIMES_A_DAY}`,
    );
  }
  return ok(times);
}

type Read<T> = Result<T, CalendarProblem>;

function weekdaysOf(text: string): Read<readonly number[]> {
  const found = new Set<number>();
  for (const piece of text.split(",")) {
    const [first, last, ...more] = piece.split("..");
    const from = weekdayOf(first!);
    const to = last === undefined ? from : weekdayOf(last);
    if (from === undefined || to === undefined || more.length > 0) {
      return fail({
        fact: `${JSON.stringify(piece)} is not a weekday`,
        hint: 'write them as "Mon..Fri" or "Mon,Thu"',
      });
    }
    // As in systemd, Sat..Mon goes around the end of the week.
    for (let day = from;; day = day % 7 + 1) {
      found.add(day);
      if (day === to) break;
    }
  }
  return ok([...found].sort((a, b) => a - b));
}

function weekdayOf(text: string): number | undefined {
  const word = text.toLowerCase();
  const index = WEEKDAYS.findIndex((day, at) => day.toLowerCase() === word || WHOLE_WEEKDAYS[at] === word);
  return index < 0 ? undefined : index + 1;
}

function dateOf(text: string): Read<Pick<CalendarTimes, "months" | "days">> {
  const parts = text.split("-");
  const [year, month, day] = parts.length === 2 ? ["*", ...parts] : parts;
  if (parts.length > 3 || day === undefined || month === undefined) {
    return fail({ fact: `${JSON.stringify(text)} is not a date`, hint: 'write it as "*-*-01" or "*-12-24"' });
  }
  if (year !== "*") {
    return fail({ fact: "a schedule is due every year", hint: `write "*-${month}-${day}"` });
  }
  const months = fieldOf(month, 1, 12, "month");
  if (!months.ok) return months;
  const days = fieldOf(day, 1, 31, "day");
  if (!days.ok) return days;
  const longest = Math.max(...(months.value ?? [1]).map((each) => LONGEST_MONTHS[each - 1]!));
  if (days.value !== undefined && days.value[0]! > longest) {
    return fail({ fact: `no such month has a day ${days.value[0]}`, hint: 'write it as "*-*-01"' });
  }
  return ok({ months: months.value, days: days.value });
}

function clockOf(text: string): Read<Pick<CalendarTimes, "hours" | "minutes">> {
  const [hour, minute, ...more] = text.split(":");
  if (more.length > 0 && !/^0+$/.test(more.join(""))) {
    return fail({ fact: "timers of some systems know no seconds", hint: 'write it as "02:30"' });
  }
  const hours = fieldOf(hour!, 0, 23, "hour");
  if (!hours.ok) return hours;
  const minutes = fieldOf(minute!, 0, 59, "minute");
  return minutes.ok ? ok({ hours: hours.value, minutes: minutes.value }) : minutes;
}

/** `*`, or a list of numbers, ranges (`8..17`) and repetitions (`0/15`); undefined for every value. */
function fieldOf(
  text: string,
  min: number,
  max: number,
  noun: string,
): Read<readonly number[] | undefined> {
  if (text === "*") return ok(undefined);
  const found = new Set<number>();
  for (const piece of text.split(",")) {
    const match = /^(\*|\d{1,2})(?:\.\.(\d{1,2}))?(?:\/(\d{1,2}))?$/.exec(piece);
    const from = match?.[1] === "*" ? min : Number(match?.[1]);
    const step = match?.[3] === undefined ? undefined : Number(match[3]);
    const to = match?.[2] !== undefined ? Number(match[2]) : step === undefined ? from : max;
    const isGood = match !== null && from >= min && to <= max && from <= to && step !== 0 &&
      !(match[1] === "*" && (step === undefined || match[2] !== undefined));
    if (!isGood) {
      return fail({
        fact: `${JSON.stringify(piece)} is not ${noun === "hour" ? "an" : "a"} ${noun} from ${min} to ${max}`,
        hint: EXAMPLE,
      });
    }
    for (let value = from; value <= to; value += step ?? 1) found.add(value);
  }
  const all = [...found].sort((a, b) => a - b);
  return ok(all.length === max - min + 1 ? undefined : all);
}

/** The minutes of a day at which it is due, ascending. */
export function timesOfDay({ hours, minutes }: CalendarTimes): readonly number[] {
  const every = (count: number) => Array.from({ length: count }, (_, index) => index);
  return (hours ?? every(24)).flatMap((hour) => (minutes ?? every(60)).map((minute) => hour * 60 + minute));
}

/** The minutes between two times, where all are equally far apart, also over midnight; undefined for others, and for one time. */
export function evenStep(times: readonly number[]): number | undefined {
  if (times.length < 2) return undefined;
  const step = times[1]! - times[0]!;
  const isEven = times.every((time, index) => time === times[0]! + index * step);
  return isEven && step * times.length === MINUTES_A_DAY ? step : undefined;
}

/** The canonical form, in which equal schedules have equal texts; systemd accepts it. */
export function calendarText({ weekdays, months, days, hours, minutes }: CalendarTimes): string {
  const list = (values: readonly number[] | undefined) =>
    values === undefined ? "*" : values.map((value) => String(value).padStart(2, "0")).join(",");
  const week = weekdays === undefined || weekdays.length === 7
    ? ""
    : `${weekdays.map((day) => WEEKDAYS[day - 1]).join(",")} `;
  return `${week}*-${list(months)}-${list(days)} ${list(hours)}:${list(minutes)}:00`;
}
