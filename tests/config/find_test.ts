import { assertEquals } from "@std/assert";
import { findConfig } from "../../src/config/find.ts";
import { type Entry, FOLDER, machineWith } from "./support.ts";

const USER = "/home/me/.config/orchastration/config.toml";
const DENIED = { kind: "permission_denied", reason: "permission denied" } as const;

interface Given {
  readonly entries?: Record<string, Entry>;
  readonly variables?: Record<string, string>;
  readonly flag?: string;
  readonly userConfigPath?: string | undefined;
}

/** From /work/app/src: `path (words) root`, or the failure as JSON. */
function check(name: string, given: Given, expected: string | Record<string, string>): void {
  Deno.test(`find: ${name}`, () => {
    const found = findConfig(machineWith(given.entries ?? {}, given.variables), {
      flag: given.flag,
      currentFolder: "/work/app/src",
      userConfigPath: "userConfigPath" in given ? given.userConfigPath : USER,
    });
    if (typeof expected !== "string") return assertEquals(found, { ok: false, failure: expected } as never);
    if (!found.ok) throw new Error(JSON.stringify(found.failure));
    const { path, namedBy, projectRoot } = found.value;
    assertEquals(`${path} (${namedBy}) ${projectRoot}`, expected);
  });
}

const everywhere = {
  "/flag.toml": "",
  "/variable.toml": "",
  "/work/app/src/orchastration.toml": "",
  "/work/app/orchastration.toml": "",
  [USER]: "",
};

check("the flag is first", {
  entries: everywhere,
  flag: "/flag.toml",
  variables: { ORCHASTRATION_CONFIG: "/variable.toml" },
}, "/flag.toml (--config) /work/app/src");
check("then the variable", {
  entries: everywhere,
  variables: { ORCHASTRATION_CONFIG: "/variable.toml" },
}, "/variable.toml ($ORCHASTRATION_CONFIG) /work/app/src");
check(
  "then the project file in the current folder",
  { entries: everywhere },
  "/work/app/src/orchastration.toml (the project folder) /work/app/src",
);
check("then those above it, nearest first", {
  entries: { "/work/app/orchastration.toml": "", "/work/orchastration.toml": "", [USER]: "" },
}, "/work/app/orchastration.toml (the project folder) /work/app");
check(
  "up to the root",
  { entries: { "/orchastration.toml": "" } },
  "/orchastration.toml (the project folder) /",
);
check(
  "then the user's own",
  { entries: { [USER]: "" } },
  `${USER} (the user's configuration folder) /work/app/src`,
);
check("nothing anywhere is an empty project", {}, "undefined (nothing) /work/app/src");
check("no user folder is known", { userConfigPath: undefined }, "undefined (nothing) /work/app/src");
check("an empty variable counts as not set", {
  entries: everywhere,
  variables: { ORCHASTRATION_CONFIG: "" },
}, "/work/app/src/orchastration.toml (the project folder) /work/app/src");
check("a named project file makes its folder the root", {
  entries: { "/else/orchastration.toml": "" },
  flag: "/else/orchastration.toml",
}, "/else/orchastration.toml (--config) /else");
check("a relative path starts at the current folder", {
  entries: { "/work/app/my.toml": "" },
  flag: "../my.toml",
}, "/work/app/my.toml (--config) /work/app/src");
check("a named file that is missing fails, whatever else is there", {
  entries: everywhere,
  flag: "no.toml",
}, { code: "config_missing", path: "/work/app/src/no.toml", named_by: "--config" });
check("a missing file named by the variable", {
  entries: everywhere,
  variables: { ORCHASTRATION_CONFIG: "/no.toml" },
}, { code: "config_missing", path: "/no.toml", named_by: "$ORCHASTRATION_CONFIG" });
check("a folder is no configuration", { entries: { "/work": FOLDER }, flag: "/work" }, {
  code: "config_unreadable",
  path: "/work",
  reason: "it is a directory",
});
check("a file that may be there and cannot be looked at is not passed over", {
  entries: { [USER]: DENIED },
}, { code: "config_unreadable", path: USER, reason: "permission denied" });

Deno.test("find: every path looked at is told, in order", () => {
  const found = findConfig(machineWith({ [USER]: "" }), {
    flag: undefined,
    currentFolder: "/work/app",
    userConfigPath: USER,
  });
  assertEquals(found.ok && found.value.searched, [
    "/work/app/orchastration.toml",
    "/work/orchastration.toml",
    "/orchastration.toml",
    USER,
  ]);
});
