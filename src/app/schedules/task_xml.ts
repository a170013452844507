/**
 * A timer as a task of the Task Scheduler of Windows. Pure.
 * Source: https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema
 */

import { type CalendarTimes, evenStep, timesOfDay } from "../../model/calendar.ts";
import { describeTimer, type Timer } from "./timer.ts";
import { xmlText } from "./xml_text.ts";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];

export function taskXml(timer: Timer): string {
  const { command: [program, ...args], schedule, workingDir } = timer;
  return [
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    "  <RegistrationInfo>",
    `    <Description>${xmlText(describeTimer(timer))}</Description>`,
    "  </RegistrationInfo>",
    "  <Triggers>",
    ...triggers(schedule.times),
    "  </Triggers>",
    "  <Settings>",
    "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>",
    "    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>",
    "    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>",
    "    <StartWhenAvailable>true</StartWhenAvailable>",
    "    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>",
    "  </Settings>",
    "  <Actions>",
    "    <Exec>",
    `      <Command>${xmlText(program)}</Command>`,
    `      <Arguments>${xmlText(args.map(windowsArgument).join(" "))}</Arguments>`,
    `      <WorkingDirectory>${xmlText(workingDir)}</WorkingDirectory>`,
    "    </Exec>",
    "  </Actions>",
    "</Task>",
    "",
  ].join("\r\n");
}

function triggers(times: CalendarTimes): readonly string[] {
  const minutes = timesOfDay(times);
  const step = evenStep(minutes);
  const starts = step === undefined ? minutes : minutes.slice(0, 1);
  return starts.flatMap((minute) => [
    "    <CalendarTrigger>",
    ...(step === undefined ? [] : [
      "      <Repetition>",
      `        <Interval>PT${step}M</Interval>`,
      "        <Duration>P1D</Duration>",
      "      </Repetition>",
    ]),
    // The date lies in the past; only its time of day counts.
    `      <StartBoundary>2020-01-01T${clock(minute)}:00</StartBoundary>`,
    ...dayOf(times).map((line) => `      ${line}`),
    "    </CalendarTrigger>",
  ]);
}

function clock(minute: number): string {
  const digits = (value: number) => String(value).padStart(2, "0");
  return `${digits(Math.floor(minute / 60))}:${digits(minute % 60)}`;
}

function dayOf({ weekdays, months, days }: CalendarTimes): readonly string[] {
  if (weekdays !== undefined) {
    return [
      "<ScheduleByWeek>",
      "  <WeeksInterval>1</WeeksInterval>",
      `  <DaysOfWeek>${weekdays.map((day) => `<${DAYS[day - 1]}/>`).join("")}</DaysOfWeek>`,
      "</ScheduleByWeek>",
    ];
  }
  if (months === undefined && days === undefined) {
    return ["<ScheduleByDay>", "  <DaysInterval>1</DaysInterval>", "</ScheduleByDay>"];
  }
  const every = Array.from({ length: 31 }, (_, index) => index + 1);
  return [
    "<ScheduleByMonth>",
    `  <DaysOfMonth>${(days ?? every).map((day) => `<Day>${day}</Day>`).join("")}</DaysOfMonth>`,
    `  <Months>${
      (months ?? MONTHS.map((_, index) => index + 1)).map((month) => `<${MONTHS[month - 1]}/>`).join("")
    }</Months>`,
    "</ScheduleByMonth>",
  ];
}

/** Quoted as the C runtime splits it (CommandLineToArgvW). */
function windowsArgument(word: string): string {
  if (word !== "" && !/[\s"]/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`;
}
