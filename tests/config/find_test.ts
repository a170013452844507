import { assertEquals } from "@std/assert";
import { findConfig } from "../../src/config/find.ts";
import { call, expectCall, machineWith as machineOn } from "../support/cli.ts";
import { createFakeHost, type FakeHost, type FakeHostOptions } from "../support/fake_host.ts";
import { type Entry, FOLDER, machineWith } from "./support.ts";

const USER = "/home/me/.config/orchastration/config.toml";
const DENIED = { kind: "permission_denied", reason: "permission denied" } as const;

interface Given {
  readonly entries?: Record<string, Entry>;
  readonly variables?: Record<string, string>;
  readonly links?: Record<string, string>;
  readonly flag?: string;
  readonly userConfigPath?: string | undefined;
}

/** From /work/app/src: `path (words) root`, or the failure as JSON. */
function check(name: string, given: Given, expected: string | Record<string, string>): void {
  Deno.test(`find: ${name}`, () => {
    const found = findConfig(machineWith(given.entries ?? {}, given.variables, given.links), {
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
check("a missing file that was given by name is an error, even if other files exist", {
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
check("a file that cannot be examined is an error, and is not skipped", {
  entries: { [USER]: DENIED },
}, { code: "config_unreadable", path: USER, reason: "permission denied" });

Deno.test("find: every examined path is reported, in order", () => {
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

Deno.test("find: a configuration of another user that was found upward is refused, one that was named is not", () => {
  const path = "/tmp/orchastration.toml";
  const refusal = (owner_id: number) => ({
    ok: false,
    failure: { code: "config_of_another_user", path, owner_id },
  });
  const find = (give: (host: FakeHost) => void, options: FakeHostOptions = {}, flag?: string) => {
    using host = createFakeHost({ ...options, cwd: "/tmp/deep/below" });
    host.disk.write(path, "");
    give(host);
    const found = findConfig(host, { flag, currentFolder: "/tmp/deep/below", userConfigPath: USER });
    return found.ok ? found.value.path : found;
  };
  assertEquals(find(() => {}), path);
  assertEquals(find((host) => host.disk.giveTo(path, 0)), path);
  assertEquals(find((host) => host.disk.giveTo(path, 1001)) as unknown, refusal(1001));
  assertEquals(find((host) => host.disk.giveTo(path, 1001), {}, path), path);
  assertEquals(
    find((host) => host.disk.giveTo(path, 1001), {
      env: { ORCHASTRATION_CONFIG: "/tmp/orchastration.toml" },
    }),
    path,
  );
  // Nobody must be able to mislead root either; a user who became root by sudo still owns their own files.
  assertEquals(find((host) => host.disk.giveTo(path, 1001), { userId: 0 }) as unknown, refusal(1001));
  assertEquals(find((host) => host.disk.giveTo(path, 1001), { userId: 0, env: { SUDO_UID: "1001" } }), path);
  // A link of another user to a file of ours would give it another folder.
  const linked = (owner: number) => (host: FakeHost) => {
    host.disk.remove(path);
    host.disk.write("/home/ada/project/orchastration.toml", "");
    host.disk.link(path, "/home/ada/project/orchastration.toml");
    host.disk.giveTo(path, owner);
  };
  assertEquals(find(linked(1001)) as unknown, refusal(1001));
  assertEquals(find(linked(1000)), path);
  assertEquals(find((host) => host.disk.giveTo("/home/ada/project/orchastration.toml", 1001)), path);
});

Deno.test("find: a configuration of another user is reported in one sentence with the way to allow its use", async () => {
  using host = machineOn('[jobs.a]\ncommand = ["a"]\n', { cwd: "/tmp/here" });
  host.disk.giveTo("/tmp/here/orchastration.toml", 1001);
  await expectCall(host, ["list"], {
    code: 78,
    stderr:
      'error: Cannot use configuration "/tmp/here/orchastration.toml": it belongs to another user (1001), and it was not named explicitly\n' +
      "  try: orchastration --config /tmp/here/orchastration.toml <command>\n",
  });
  assertEquals((await call(host, ["list", "--config", "orchastration.toml"])).code, 0);
});

check("a link that leads nowhere is an error here, and no reason for the one further up", {
  entries: everywhere,
  links: { "/work/app/src/orchastration.toml": "x" },
}, "/work/app/src/orchastration.toml (the project folder) /work/app/src");
for (
  const [name, path, given] of [
    ["of the project", "/work/app/src/orchastration.toml", {}],
    ["of a folder above", "/work/app/orchastration.toml", {}],
    ["of the user", USER, {}],
    ["that the flag names", "/flag.toml", { flag: "/flag.toml" }],
  ] as const
) {
  const others = Object.entries(everywhere).filter(([each]) =>
    each === "/work/orchastration.toml" || each === "/variable.toml"
  );
  check(`a dangling link ${name}`, {
    entries: Object.fromEntries(others),
    links: { [path]: "../gone.toml" },
    ...given,
  }, {
    code: "config_unreadable",
    path,
    reason: "it is a link to ../gone.toml, which does not exist",
  });
}
