/** The schedules of a project beside the timers that are installed for it: which are there, differ, or belong to no schedule. */

import type { Failure } from "../../model/failure.ts";
import { nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { JobSchedule, TimerKind } from "../../model/schedule.ts";
import { suggest } from "../../model/suggest.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { timersOf } from "./system_timers.ts";
import { type Timer, timerOf, timerPrefix, type Timers, type TimerText } from "./timer.ts";

export type ScheduleState = "installed" | "not_installed" | "differs" | "not_configured";

export interface ScheduleNow {
  readonly name: string;
  /** undefined where a timer is installed, and no schedule of this name is configured. */
  readonly schedule: JobSchedule | undefined;
  readonly timer: Timer | undefined;
  readonly id: string;
  readonly state: ScheduleState;
}

export interface SchedulesNow {
  readonly timers: Timers;
  /** By name; those that are not configured last. */
  readonly schedules: readonly ScheduleNow[];
}

/** `onlyShown`: timers of a kind that this system may not have, of which none are installed then. */
export async function schedulesNow(
  workspace: Workspace,
  kind: TimerKind | undefined,
  onlyShown = false,
): Promise<Result<SchedulesNow, Failure>> {
  const project = await workspace.project();
  if (!project.ok) return project;
  const timers = await timersOf(workspace, kind);
  if (!timers.ok) return timers;
  const prefix = await timerPrefix(workspace, project.value);
  const looked = await timers.value.installed(prefix);
  const installed = looked.ok || !onlyShown || kind === undefined ? looked : ok(new Map<string, never>());
  if (!installed.ok) return refused("read", "timers", installed.failure);
  const schedules: ScheduleNow[] = [];
  for (const schedule of project.value.schedules.values()) {
    const timer = timerOf(workspace, project.value, prefix, schedule);
    const there = installed.value.get(timer.id);
    const wanted = timers.value.texts(timer);
    const state = there === undefined
      ? "not_installed"
      : wanted.ok && isSame(wanted.value, there)
      ? "installed"
      : "differs";
    schedules.push({ name: schedule.name, schedule, timer, id: timer.id, state });
  }
  const known = new Set(schedules.map(({ id }) => id));
  for (const id of installed.value.keys()) {
    if (known.has(id)) continue;
    const name = id.slice(prefix.length);
    schedules.push({ name, schedule: undefined, timer: undefined, id, state: "not_configured" });
  }
  return ok({ timers: timers.value, schedules });
}

/** The named ones, or all; a failure for an unknown name. */
export function chosen(
  all: readonly ScheduleNow[],
  names: readonly string[],
  action: "install" | "remove",
): Result<readonly ScheduleNow[], Failure> {
  const possible = all.filter(({ state }) => action === "install" ? state !== "not_configured" : true);
  if (names.length === 0) return ok(possible);
  const found: ScheduleNow[] = [];
  for (const name of new Set(names)) {
    const one = possible.find((each) => each.name === name);
    if (one === undefined) {
      const known = possible.map((each) => each.name);
      return fail({ code: "schedule_not_found", action, name, known, suggestion: suggest(name, known) });
    }
    found.push(one);
  }
  return ok(found);
}

export function refused(action: string, value: string, fact: string): Result<never, Failure> {
  return fail({ code: "refused", action, value, fact, next: [nextCommand("schedule list")] });
}

/** Variables are those of the terminal in which it was installed, and no part of the configuration. */
function isSame(wanted: readonly TimerText[], there: readonly TimerText[]): boolean {
  const plain = (texts: readonly TimerText[]) =>
    texts.map(({ text }) =>
      text
        .replace(/^Environment=.*\n/gm, "")
        .replace(/ *<key>EnvironmentVariables<\/key>\s*<dict>[\s\S]*?<\/dict>\n/, "")
        .replace(/ && (?:[A-Za-z_]\w*=(?:'[^']*'|\\'|[\w@%+=:,./\\-])* )*/, " && ")
    );
  return JSON.stringify(plain(wanted)) === JSON.stringify(plain(there));
}
