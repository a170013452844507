/** A job that the timers of the system start. Pure. */

import type { CalendarTimes } from "./calendar.ts";

export interface JobSchedule {
  readonly name: string;
  /** By its own name rather than an alias; also a job without a command. */
  readonly job: string;
  /** As written. */
  readonly at: string;
  readonly times: CalendarTimes;
}

/** The timers of a system. */
export const TIMER_KINDS = ["systemd", "cron", "launchd", "windows"] as const;
export type TimerKind = (typeof TIMER_KINDS)[number];
