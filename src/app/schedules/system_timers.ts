/** The timers that this system has, or the requested kind. */

import type { Failure } from "../../model/failure.ts";
import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { TimerKind } from "../../model/schedule.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { CronTimers } from "./cron_timers.ts";
import { FileTimers, type FileTimerSystem } from "./file_timers.ts";
import { launchdPlist } from "./launchd_plist.ts";
import { systemdUnits } from "./systemd_units.ts";
import { taskXml } from "./task_xml.ts";
import type { Timers } from "./timer.ts";
import { callTool } from "./timer_tool.ts";

/** `named` is used even if its tools are missing, so that the texts can be shown everywhere. */
export async function timersOf(
  workspace: Workspace,
  named: TimerKind | undefined,
): Promise<Result<Timers, Failure>> {
  const kind = named ?? await kindOf(workspace);
  if (kind === undefined) {
    return fail({
      code: "refused",
      action: "use",
      value: "schedules",
      fact: "this system has neither timers of systemd for this user nor cron",
      next: [nextAdvice("install cron"), nextCommand("schedule install", "--dry-run", "--by", "cron")],
    });
  }
  if (kind === "cron") return ok(new CronTimers(workspace.host, workspace.currentFolder));
  const system = systemOf(workspace, kind);
  return system.ok ? ok(new FileTimers(workspace.host, system.value)) : system;
}

async function kindOf({ host, currentFolder }: Workspace): Promise<TimerKind | undefined> {
  const { os } = host.environment;
  if (os === "darwin") return "launchd";
  if (os === "windows") return "windows";
  // Fails where no manager of systemd runs for this user, as in most containers.
  const systemd = await callTool(host, ["systemctl", "--user", "show-environment"], currentFolder);
  if (systemd.ok && systemd.value.isGood) return "systemd";
  const where = { workingDir: currentFolder, env: host.environment.all() };
  return host.processes.findProgram("crontab", where).ok ? "cron" : undefined;
}

function systemOf(
  workspace: Workspace,
  kind: Exclude<TimerKind, "cron">,
): Result<FileTimerSystem, Failure> {
  const { environment, paths } = workspace.host;
  const home = environment.get("HOME") ?? "";
  if (kind === "windows") {
    const state = workspace.userStateParts();
    if (!state.ok) return state;
    return ok(windowsTasks(paths.join(state.value.layout.stateDir, "schedules")));
  }
  if (home === "" || !paths.isAbsolute(home)) {
    return fail({
      code: "place_unknown",
      what: "the folder of timers",
      reason: "$HOME is not set to an absolute path",
      next: [nextAdvice("set it")],
    });
  }
  if (kind === "launchd") {
    return ok(launchAgents(paths.join(home, "Library", "LaunchAgents"), environment.userId ?? 0));
  }
  const config = environment.get("XDG_CONFIG_HOME") ?? "";
  const base = paths.isAbsolute(config) ? config : paths.join(home, ".config");
  return ok(userUnits(paths.join(base, "systemd", "user")));
}

function userUnits(folder: string): FileTimerSystem {
  const systemctl = (...words: readonly string[]) => ["systemctl", "--user", ...words] as const;
  return {
    kind: "systemd",
    folder,
    suffixes: [".timer", ".service"],
    encoding: "utf-8",
    write(timer) {
      const units = systemdUnits(timer);
      return units.ok ? ok([units.value.timer, units.value.service]) : units;
    },
    installCalls: (id) => [
      [systemctl("daemon-reload"), "must"],
      [systemctl("enable", `${id}.timer`), "must"],
      // Only a restart makes an active timer use a new time.
      [systemctl("restart", `${id}.timer`), "must"],
    ],
    removeCalls: (id) => ({
      before: [systemctl("disable", "--now", `${id}.timer`)],
      after: [systemctl("daemon-reload")],
    }),
  };
}

function launchAgents(folder: string, userId: number): FileTimerSystem {
  const domain = `gui/${userId}`;
  return {
    kind: "launchd",
    folder,
    suffixes: [".plist"],
    encoding: "utf-8",
    write: (timer) => ok([launchdPlist(timer)]),
    installCalls: (id, path) => [
      // There is no time before the first one.
      [["launchctl", "bootout", `${domain}/${id}`], "may_fail"],
      [["launchctl", "bootstrap", domain, path], "must"],
    ],
    removeCalls: (id) => ({ before: [["launchctl", "bootout", `${domain}/${id}`]], after: [] }),
  };
}

function windowsTasks(folder: string): FileTimerSystem {
  const task = (id: string) => `\\Orchastration\\${id}`;
  return {
    kind: "windows",
    folder,
    suffixes: [".xml"],
    // The tool reads no other encoding everywhere.
    encoding: "utf-16le",
    write: (timer) => ok([taskXml(timer)]),
    installCalls: (id, path) => [[["schtasks", "/Create", "/TN", task(id), "/XML", path, "/F"], "must"]],
    removeCalls: (id) => ({ before: [["schtasks", "/Delete", "/TN", task(id), "/F"]], after: [] }),
  };
}
