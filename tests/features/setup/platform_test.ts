/** Where the program looks and writes on each system, seen through the whole program. */

import { assert, assertEquals } from "@std/assert";
import { call, expectCall, logOf, machineWith } from "../../support/cli.ts";
import { createFakeHost, type FakeHost } from "../../support/fake_host.ts";
import type { OperatingSystem } from "../../../src/host/environment.ts";

const JOB = '[jobs.hello]\ncommand = ["hello"]\n';
const RUN = "20261122T063449.123Z";

interface Case {
  readonly name: string;
  readonly os: OperatingSystem;
  readonly env: Readonly<Record<string, string>>;
  readonly config: string;
  readonly state: string;
  readonly log: string;
  readonly cwd: string;
}

const CASES: readonly Case[] = [
  {
    name: "linux: below the home folder",
    os: "linux",
    env: { PATH: "/bin", HOME: "/home/ada" },
    config: "/home/ada/.config/orchastration/config.toml",
    state: "/home/ada/.cache/orchastration/state",
    log: "/home/ada/.cache/orchastration/orchastration.log",
    cwd: "/home/ada/project",
  },
  {
    name: "linux: below the XDG folders",
    os: "linux",
    env: { PATH: "/bin", HOME: "/home/ada", XDG_CONFIG_HOME: "/etc/ada", XDG_CACHE_HOME: "/var/ada" },
    config: "/etc/ada/orchastration/config.toml",
    state: "/var/ada/orchastration/state",
    log: "/var/ada/orchastration/orchastration.log",
    cwd: "/home/ada/project",
  },
  {
    name: "macOS: as on Linux",
    os: "darwin",
    env: { PATH: "/bin", HOME: "/Users/ada" },
    config: "/Users/ada/.config/orchastration/config.toml",
    state: "/Users/ada/.cache/orchastration/state",
    log: "/Users/ada/.cache/orchastration/orchastration.log",
    cwd: "/Users/ada/project",
  },
  {
    name: "Windows: roaming and local application data, by any spelling of the variables",
    os: "windows",
    env: {
      Path: "C:\\bin",
      AppData: "C:\\Users\\ada\\AppData\\Roaming",
      LOCALAPPDATA: "C:\\Users\\ada\\AppData\\Local",
    },
    config: "C:\\Users\\ada\\AppData\\Roaming\\orchastration\\config.toml",
    state: "C:\\Users\\ada\\AppData\\Local\\orchastration\\state",
    log: "C:\\Users\\ada\\AppData\\Local\\orchastration\\orchastration.log",
    cwd: "C:\\Users\\ada\\project",
  },
];

function machine(given: Case): FakeHost {
  const host = createFakeHost({ os: given.os, env: given.env });
  host.program("hello", async (p) => await p.stdout("hi\n"));
  return host;
}

for (const given of CASES) {
  Deno.test(`platform: ${given.name}`, async () => {
    using host = machine(given);
    host.disk.write(given.config, JOB);
    const listed = JSON.parse((await call(host, ["list", "--json"])).stdout);
    assertEquals([listed.config_path, listed.project_root], [given.config, given.cwd]);

    const ran = await call(host, ["run", "hello"]);
    assertEquals([ran.code, ran.stderr, logOf(host, given.log).length], [0, "", 2]);

    const inState = (...parts: readonly string[]) => host.paths.join(given.state, ...parts);
    const record = JSON.parse(host.disk.read(inState("runs", "hello", `${RUN}.json`)) ?? "null");
    assertEquals(
      [record.status, record.os, record.stdout_path],
      ["succeeded", given.os, `runs/hello/${RUN}.stdout.log`],
    );
    assertEquals(host.disk.read(inState("runs", "hello", `${RUN}.stdout.log`)), "hi\n");
    assertEquals(host.disk.list(inState("runs", "hello")), [
      `${RUN}.json`,
      `${RUN}.order.log`,
      `${RUN}.stderr.log`,
      `${RUN}.stdout.log`,
      "last.json",
    ]);
    await expectCall(host, ["status"], {
      stdout: "hello  succeeded  exit 0  0ms  2026-11-22T06:34:49.123Z\n",
    });
    const status = JSON.parse((await call(host, ["status", "--json"])).stdout);
    assertEquals(status.jobs[0].last_run.path, inState("runs", "hello", `${RUN}.json`));
    assertEquals(host.disk.openFiles(given.cwd), []);
    assertEquals(host.disk.openFiles(given.state), []);
  });

  Deno.test(`platform: ${given.name}: the project's own configuration comes first`, async () => {
    using host = machine(given);
    host.disk.write(given.config, JOB);
    const project = host.paths.join(given.cwd, "orchastration.toml");
    host.disk.write(project, '[jobs.project]\ncommand = ["hello"]\n');
    host.environment.cwd = host.paths.join(given.cwd, "deep", "inside");
    host.disk.makeFolder(host.environment.cwd);
    const listed = JSON.parse((await call(host, ["list", "--json"])).stdout);
    assertEquals([listed.config_path, listed.project_root], [project, given.cwd]);
  });

  Deno.test(`platform: ${given.name}: without a configuration every searched path is listed`, async () => {
    using host = machine(given);
    const { code, stdout, stderr } = await call(host, ["list"]);
    assertEquals([code, stderr], [0, ""]);
    assert(stdout.includes(`  ${host.paths.join(given.cwd, "orchastration.toml")}\n`), stdout);
    assert(stdout.includes(`  ${given.config}\n\nTo write one for this folder`), stdout);
  });
}

// Where the system does not tell the place.

function checkNowhere(
  name: string,
  os: OperatingSystem,
  env: Readonly<Record<string, string>>,
  reason: string,
): void {
  Deno.test(`platform: ${name}`, async () => {
    using host = machineWith(JOB, { os, env });
    host.program("hello", () => {});
    const expected = {
      code: 74,
      stderr: `error: Cannot find a place for the state folder: ${reason} is not set to an absolute path\n` +
        "  try: set it, or choose a place with --state-dir <path>\n",
    };
    await expectCall(host, ["run", "hello"], expected);
    await expectCall(host, ["status"], expected);
    assertEquals(host.spawned, []);
    // A command that needs no state works, and so does an explicit state folder.
    await expectCall(host, ["list"], { stdout: "hello  hello\n" });
    assertEquals((await call(host, ["run", "hello", "--state-dir", "state"])).code, 0);
  });
}

checkNowhere("linux: no home folder", "linux", { PATH: "/bin" }, "$HOME or $XDG_CACHE_HOME");
checkNowhere(
  "linux: a home folder that is no absolute path",
  "linux",
  { PATH: "/bin", HOME: "ada" },
  "$HOME or $XDG_CACHE_HOME",
);
checkNowhere("macOS: no home folder", "darwin", { PATH: "/bin" }, "$HOME or $XDG_CACHE_HOME");
checkNowhere(
  "Windows: no local application data",
  "windows",
  { PATH: "C:\\bin", APPDATA: "C:\\Users\\ada\\AppData\\Roaming" },
  "%LocalAppData%",
);

Deno.test("platform: a known location is used, even if another one is unknown", async () => {
  using host = machineWith(JOB, { env: { PATH: "/bin", XDG_CACHE_HOME: "/var/ada" } });
  host.program("hello", () => {});
  assertEquals((await call(host, ["run", "hello"])).code, 0);
  assert(host.disk.exists(`/var/ada/orchastration/state/projects/project-6bfafd92/runs/hello/${RUN}.json`));
  using other = machineWith(undefined, {
    env: { PATH: "/bin", XDG_CONFIG_HOME: "/etc/ada" },
    files: { "/etc/ada/orchastration/config.toml": JOB },
  });
  await expectCall(other, ["list"], { stdout: "hello  hello\n" });
});

Deno.test("platform: on Windows names of jobs are the same in any case, as its folders are", async () => {
  using host = machineWith('[jobs.a]\ncommand = ["hello"]\n[jobs.A]\ncommand = ["hello"]\n', {
    os: "windows",
  });
  const said = await call(host, ["list"]);
  assertEquals(said.code, 78);
  assert(said.stderr.includes('jobs.A: there is already a job "a", on line 1'), said.stderr);
});
