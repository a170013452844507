/** What the commands of schedules share: the choice of timers, and the words for a state. */

import { Option } from "@commander-js/extra-typings";
import type { ScheduleNow, ScheduleState } from "../../app/schedules/schedule_state.ts";
import type { TimerKind } from "../../model/schedule.ts";
import { TIMER_KINDS } from "../../model/schedule.ts";
import type { Style } from "../output/style.ts";

/** Read only where it is given, so that the timers of this system are used. */
export function byOption() {
  return new Option("--by <timers>", "by these timers, and not by those that this system has").choices(
    TIMER_KINDS,
  );
}

export function stateWord(state: ScheduleState, style: Style): string {
  switch (state) {
    case "installed":
      return style.green("installed");
    case "not_installed":
      return style.dim("not installed");
    case "differs":
      return style.yellow("installed, and differs");
    case "not_configured":
      return style.yellow("installed, and not configured");
  }
}

export const KIND_WORDS: Readonly<Record<TimerKind, string>> = {
  systemd: "timers of systemd",
  cron: "cron",
  launchd: "launchd",
  windows: "the Task Scheduler",
};

export function scheduleJson({ name, id, state, schedule }: ScheduleNow) {
  return { name, id, state, job: schedule?.job ?? null, at: schedule?.at ?? null };
}
