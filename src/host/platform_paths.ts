/** Where configuration, state and log live on each system (the table in docs/configuration.md). Pure. */

import type { Environment, HostResult, OperatingSystem, Paths } from "./host.ts";
import * as posix from "@std/path/posix";
import * as windows from "@std/path/windows";

export interface Locations {
  readonly config: string;
  readonly state: string;
  readonly log: string;
}

export function pathsFor(os: OperatingSystem): Paths {
  return os === "windows" ? windows : posix;
}

/**
 * The user's own locations.
 * Source: XDG Base Directory Specification 0.8: a variable that is empty or not absolute counts as not set.
 */
export function locationsOf(environment: Environment, paths: Paths): HostResult<Locations> {
  if (environment.os === "windows") {
    const roaming = absolute(environment.get("AppData") ?? environment.get("APPDATA"), paths);
    const local = absolute(environment.get("LocalAppData") ?? environment.get("LOCALAPPDATA"), paths);
    if (roaming === undefined) return missing("%AppData%");
    if (local === undefined) return missing("%LocalAppData%");
    return {
      ok: true,
      value: {
        config: paths.join(roaming, "orchastration", "config.toml"),
        state: paths.join(local, "orchastration", "state"),
        log: paths.join(local, "orchastration", "orchastration.log"),
      },
    };
  }
  const home = absolute(environment.get("HOME"), paths);
  const config = absolute(environment.get("XDG_CONFIG_HOME"), paths) ??
    (home === undefined ? undefined : paths.join(home, ".config"));
  const cache = absolute(environment.get("XDG_CACHE_HOME"), paths) ??
    (home === undefined ? undefined : paths.join(home, ".cache"));
  if (config === undefined) return missing("$HOME or $XDG_CONFIG_HOME");
  if (cache === undefined) return missing("$HOME or $XDG_CACHE_HOME");
  return {
    ok: true,
    value: {
      config: paths.join(config, "orchastration", "config.toml"),
      state: paths.join(cache, "orchastration", "state"),
      log: paths.join(cache, "orchastration", "orchastration.log"),
    },
  };
}

function absolute(value: string | undefined, paths: Paths): string | undefined {
  return value !== undefined && value !== "" && paths.isAbsolute(value) ? value : undefined;
}

function missing(variable: string): HostResult<never> {
  return {
    ok: false,
    failure: { kind: "not_found", reason: `${variable} is not set to an absolute path` },
  };
}
