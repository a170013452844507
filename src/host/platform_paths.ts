/** The places of configuration, state and log on each system (the table in docs/configuration.md). Pure. */

import type { Environment } from "./environment.ts";
import type { HostResult } from "./host_result.ts";
import type { Paths } from "./paths.ts";

/** Each place is separate: a known one can be used even where another one is unknown. */
export interface Locations {
  readonly config: HostResult<string>;
  readonly state: HostResult<string>;
  readonly log: HostResult<string>;
}

/**
 * The user's own locations.
 * Source: XDG Base Directory Specification 0.8: a variable that is empty or not absolute counts as not set.
 */
export function locationsOf(environment: Environment, paths: Paths): Locations {
  const { config, cache } = environment.os === "windows"
    ? windowsFolders(environment, paths)
    : xdgFolders(environment, paths);
  const inside = (folder: HostResult<string>, name: string): HostResult<string> =>
    folder.ok ? { ok: true, value: paths.join(folder.value, "orchastration", name) } : folder;
  return {
    config: inside(config, "config.toml"),
    state: inside(cache, "state"),
    log: inside(cache, "orchastration.log"),
  };
}

interface Folders {
  readonly config: HostResult<string>;
  readonly cache: HostResult<string>;
}

function windowsFolders(environment: Environment, paths: Paths): Folders {
  const roaming = absolute(environment.get("AppData") ?? environment.get("APPDATA"), paths);
  const local = absolute(environment.get("LocalAppData") ?? environment.get("LOCALAPPDATA"), paths);
  return { config: known(roaming, "%AppData%"), cache: known(local, "%LocalAppData%") };
}

function xdgFolders(environment: Environment, paths: Paths): Folders {
  const home = absolute(environment.get("HOME"), paths);
  const unreadable = () => environment.notUtf8().variables.find((name) => name === "HOME");
  const below = (variable: string, name: string) =>
    absolute(environment.get(variable), paths) ?? (home === undefined ? undefined : paths.join(home, name));
  return {
    config: known(below("XDG_CONFIG_HOME", ".config"), "$HOME or $XDG_CONFIG_HOME", unreadable),
    cache: known(below("XDG_CACHE_HOME", ".cache"), "$HOME or $XDG_CACHE_HOME", unreadable),
  };
}

function absolute(value: string | undefined, paths: Paths): string | undefined {
  return value !== undefined && value !== "" && paths.isAbsolute(value) ? value : undefined;
}

function known(
  folder: string | undefined,
  variable: string,
  unreadable: () => string | undefined = () => undefined,
): HostResult<string> {
  if (folder !== undefined) return { ok: true, value: folder };
  const name = unreadable();
  if (name !== undefined) {
    return { ok: false, failure: { kind: "other", reason: `$${name} is not UTF-8 text` } };
  }
  return {
    ok: false,
    failure: { kind: "not_found", reason: `${variable} is not set to an absolute path` },
  };
}
