/** Where configuration, state and log live on each system. */

import { assertEquals } from "@std/assert";
import type { OperatingSystem } from "../../src/host/host.ts";
import { locationsOf, pathsFor } from "../../src/host/platform_paths.ts";
import { createFakeHost } from "../support/fake_host.ts";

interface LocationCase {
  readonly name: string;
  readonly os: OperatingSystem;
  readonly env: Readonly<Record<string, string>>;
  /** config, state, log; or the reason why there are none. */
  readonly expected: readonly [config: string, state: string, log: string] | string;
}

const HOME_LOCATIONS = [
  "/home/ada/.config/orchastration/config.toml",
  "/home/ada/.cache/orchastration/state",
  "/home/ada/.cache/orchastration/orchastration.log",
] as const;

const WINDOWS_LOCATIONS = [
  "C:\\Users\\ada\\Roaming\\orchastration\\config.toml",
  "C:\\Users\\ada\\Local\\orchastration\\state",
  "C:\\Users\\ada\\Local\\orchastration\\orchastration.log",
] as const;

const CASES: readonly LocationCase[] = [
  { name: "linux: below the home folder", os: "linux", env: { HOME: "/home/ada" }, expected: HOME_LOCATIONS },
  {
    name: "linux: below the XDG folders",
    os: "linux",
    env: { HOME: "/home/ada", XDG_CONFIG_HOME: "/etc/ada", XDG_CACHE_HOME: "/var/ada" },
    expected: [
      "/etc/ada/orchastration/config.toml",
      "/var/ada/orchastration/state",
      "/var/ada/orchastration/orchastration.log",
    ],
  },
  {
    name: "linux: one XDG folder alone moves only its own",
    os: "linux",
    env: { HOME: "/home/ada", XDG_CACHE_HOME: "/var/ada" },
    expected: [
      HOME_LOCATIONS[0],
      "/var/ada/orchastration/state",
      "/var/ada/orchastration/orchastration.log",
    ],
  },
  {
    name: "linux: an empty XDG variable counts as not set",
    os: "linux",
    env: { HOME: "/home/ada", XDG_CONFIG_HOME: "", XDG_CACHE_HOME: "" },
    expected: HOME_LOCATIONS,
  },
  {
    name: "linux: a relative XDG variable counts as not set",
    os: "linux",
    env: { HOME: "/home/ada", XDG_CONFIG_HOME: "conf", XDG_CACHE_HOME: "./cache" },
    expected: HOME_LOCATIONS,
  },
  {
    name: "linux: without a home folder, both XDG folders are enough",
    os: "linux",
    env: { XDG_CONFIG_HOME: "/etc/ada", XDG_CACHE_HOME: "/var/ada" },
    expected: [
      "/etc/ada/orchastration/config.toml",
      "/var/ada/orchastration/state",
      "/var/ada/orchastration/orchastration.log",
    ],
  },
  {
    name: "linux: without a home folder",
    os: "linux",
    env: {},
    expected: "$HOME or $XDG_CONFIG_HOME is not set to an absolute path",
  },
  {
    name: "linux: without a home folder, one XDG folder is not enough",
    os: "linux",
    env: { XDG_CONFIG_HOME: "/etc/ada" },
    expected: "$HOME or $XDG_CACHE_HOME is not set to an absolute path",
  },
  {
    name: "linux: a relative or empty home folder is none",
    os: "linux",
    env: { HOME: "", XDG_CONFIG_HOME: "~/config" },
    expected: "$HOME or $XDG_CONFIG_HOME is not set to an absolute path",
  },
  {
    name: "macOS: as on Linux",
    os: "darwin",
    env: { HOME: "/Users/ada", XDG_CONFIG_HOME: "/etc/ada" },
    expected: [
      "/etc/ada/orchastration/config.toml",
      "/Users/ada/.cache/orchastration/state",
      "/Users/ada/.cache/orchastration/orchastration.log",
    ],
  },
  {
    name: "windows: below the application data",
    os: "windows",
    env: { APPDATA: "C:\\Users\\ada\\Roaming", LOCALAPPDATA: "C:\\Users\\ada\\Local" },
    expected: WINDOWS_LOCATIONS,
  },
  {
    name: "windows: variables in the spelling of the documentation, and XDG without meaning",
    os: "windows",
    env: {
      AppData: "C:\\Users\\ada\\Roaming",
      LocalAppData: "C:\\Users\\ada\\Local",
      XDG_CONFIG_HOME: "C:\\x",
    },
    expected: WINDOWS_LOCATIONS,
  },
  {
    name: "windows: without the local application data",
    os: "windows",
    env: { APPDATA: "C:\\Users\\ada\\Roaming" },
    expected: "%LocalAppData% is not set to an absolute path",
  },
  {
    name: "windows: a folder without a drive is no absolute path",
    os: "windows",
    env: { APPDATA: "Roaming", LOCALAPPDATA: "C:\\Users\\ada\\Local" },
    expected: "%AppData% is not set to an absolute path",
  },
];

for (const { name, os, env, expected } of CASES) {
  Deno.test(`locations: ${name}`, () => {
    using host = createFakeHost({ os, env });
    const found = locationsOf(host.environment, pathsFor(os));
    if (typeof expected === "string") {
      assertEquals(found, { ok: false, failure: { kind: "not_found", reason: expected } });
    } else {
      const [config, state, log] = expected;
      assertEquals(found, { ok: true, value: { config, state, log } });
    }
  });
}
