/** Writes the timers of the system for the schedules of the project, and removes them. */

import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { TimerKind } from "../../model/schedule.ts";
import { whyUntrusted } from "../trust/check_trust.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { chosen, refused, type ScheduleNow, schedulesNow } from "./schedule_state.ts";
import type { TimerText } from "./timer.ts";
import { callTool } from "./timer_tool.ts";

export interface ScheduleRequest {
  /** Empty: all. */
  readonly names: readonly string[];
  readonly by: TimerKind | undefined;
}

export interface InstallReport {
  readonly kind: TimerKind;
  readonly schedules: readonly InstalledSchedule[];
  /** Timers of this project without a schedule. */
  readonly others: readonly ScheduleNow[];
  /** systemd ends the timers of this user with the last session. */
  readonly needsLinger: boolean;
}

export interface InstalledSchedule {
  readonly name: string;
  readonly id: string;
  readonly texts: readonly TimerText[];
  /** The commands that make the system read the texts. */
  readonly calls: readonly (readonly string[])[];
  readonly how: "installed" | "updated" | "as_before" | "would_be_installed";
  /** Why it would not run; undefined if a person has trusted it. */
  readonly untrusted: string | undefined;
}

export async function installSchedules(
  workspace: Workspace,
  request: ScheduleRequest & { readonly dryRun: boolean },
): Promise<Result<InstallReport, Failure>> {
  const now = await schedulesNow(workspace, request.by, request.dryRun);
  if (!now.ok) return now;
  const { timers, schedules } = now.value;
  const wanted = chosen(schedules, request.names, "install");
  if (!wanted.ok) return wanted;
  const prepared: { readonly one: ScheduleNow; readonly texts: readonly TimerText[] }[] = [];
  // None is written if one cannot be written.
  for (const one of wanted.value) {
    const texts = timers.texts(one.timer!);
    if (!texts.ok) return refused("install schedule", one.name, texts.failure);
    prepared.push({ one, texts: texts.value });
  }
  const done: InstalledSchedule[] = [];
  for (const { one, texts } of prepared) {
    const timer = one.timer!;
    if (!request.dryRun && one.state !== "installed") {
      const installed = await timers.install(timer);
      if (!installed.ok) return refused("install schedule", one.name, installed.failure);
    }
    done.push({
      name: one.name,
      id: one.id,
      texts,
      calls: timers.calls(timer),
      how: request.dryRun
        ? "would_be_installed"
        : one.state === "installed"
        ? "as_before"
        : one.state === "differs"
        ? "updated"
        : "installed",
      untrusted: await whyUntrusted(workspace, timer.schedule.job),
    });
  }
  const others = schedules.filter(({ state }) => state === "not_configured");
  const needsLinger = timers.kind === "systemd" && !request.dryRun && done.length > 0 &&
    await isWithoutLinger(workspace);
  return ok({ kind: timers.kind, schedules: done, others, needsLinger });
}

export async function removeSchedules(
  workspace: Workspace,
  request: ScheduleRequest,
): Promise<Result<readonly ScheduleNow[], Failure>> {
  const now = await schedulesNow(workspace, request.by);
  if (!now.ok) return now;
  const wanted = chosen(now.value.schedules, request.names, "remove");
  if (!wanted.ok) return wanted;
  const removed: ScheduleNow[] = [];
  for (const one of wanted.value) {
    if (one.state === "not_installed") continue;
    const gone = await now.value.timers.remove(one.id);
    if (!gone.ok) return refused("remove schedule", one.name, gone.failure);
    removed.push(one);
  }
  return ok(removed);
}

/** False if it is unknown. */
async function isWithoutLinger({ host, currentFolder }: Workspace): Promise<boolean> {
  const user = host.environment.userName();
  if (user === undefined) return false;
  const said = await callTool(
    host,
    ["loginctl", "show-user", user, "--property=Linger", "--value"],
    currentFolder,
  );
  return said.ok && said.value.isGood && said.value.stdout.trim() === "no";
}
