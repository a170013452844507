/** The places of configuration, state and log on each system. */

import { assertEquals } from "@std/assert";
import type { OperatingSystem } from "../../src/host/environment.ts";
import { locationsOf } from "../../src/host/platform_paths.ts";
import { pathsFor } from "../support/paths.ts";
import { createFakeHost } from "../support/fake_host.ts";

interface LocationCase {
  readonly name: string;
  readonly os: OperatingSystem;
  readonly env: Readonly<Record<string, string>>;
  /** config, state, log; or the variables of which one would have to be set. */
  readonly expected: readonly [config: string, state: string, log: string];
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
    expected: ["$HOME or $XDG_CONFIG_HOME", "$HOME or $XDG_CACHE_HOME", "$HOME or $XDG_CACHE_HOME"],
  },
  {
    name: "linux: without a home folder, one XDG folder is enough for its own",
    os: "linux",
    env: { XDG_CONFIG_HOME: "/etc/ada" },
    expected: [
      "/etc/ada/orchastration/config.toml",
      "$HOME or $XDG_CACHE_HOME",
      "$HOME or $XDG_CACHE_HOME",
    ],
  },
  {
    name: "linux: a relative or empty home folder is none",
    os: "linux",
    env: { HOME: "", XDG_CONFIG_HOME: "~/config" },
    expected: ["$HOME or $XDG_CONFIG_HOME", "$HOME or $XDG_CACHE_HOME", "$HOME or $XDG_CACHE_HOME"],
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
    expected: [WINDOWS_LOCATIONS[0], "%LocalAppData%", "%LocalAppData%"],
  },
  {
    name: "windows: a folder without a drive is no absolute path",
    os: "windows",
    env: { APPDATA: "Roaming", LOCALAPPDATA: "C:\\Users\\ada\\Local" },
    expected: ["%AppData%", WINDOWS_LOCATIONS[1], WINDOWS_LOCATIONS[2]],
  },
];

for (const { name, os, env, expected } of CASES) {
  Deno.test(`locations: ${name}`, () => {
    using host = createFakeHost({ os, env });
    const found = locationsOf(host.environment, pathsFor(os));
    const shown = [found.config, found.state, found.log].map((place) =>
      place.ok ? place.value : place.failure.reason.replace(" is not set to an absolute path", "")
    );
    assertEquals(shown, [...expected]);
  });
}
