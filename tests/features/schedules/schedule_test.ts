/** Schedules: what each system's own timers are given, what is installed and differs, and that they run only what a person has trusted. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { call, expectCall, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import "../../../src/app/graph/run_jobs.ts";
import "../../../src/app/schedules/install_schedules.ts";
import "../../../src/app/schedules/list_schedules.ts";
import "../../../src/app/setup/doctor.ts";
import "../../../src/app/trust/check_trust.ts";

const JOBS = `
[jobs.backup]
command = ["backup"]
alias = ["b"]
[jobs.report]
command = ["report"]
needs = ["backup"]
`;
const NIGHTLY = `
[schedules.nightly]
job = "b"
at = "Mon..Fri 02:30"
`;
const OFTEN = `
[schedules.often]
job = "report"
at = "*:0/15"
`;
const TOML = JOBS + NIGHTLY + OFTEN;
const ENV = { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" };
const UNITS = "/home/ada/.config/systemd/user";
/** `printf %s /home/ada/project | sha256sum` */
const NIGHTLY_ID = "orchastration-project-6bfafd9246cf-nightly";

interface Scene {
  readonly host: FakeHost;
  /** The calls of the system's tools, as words. */
  readonly calls: string[];
}

/** A machine with a manager of systemd for the user, or with another system's tool. */
function scene(toml = TOML, options: FakeHostOptions = {}): Scene {
  const host = machineWith(toml, { env: ENV, ...options });
  const calls: string[] = [];
  for (const name of ["systemctl", "launchctl", "schtasks"]) {
    host.program(name, (p) => {
      calls.push([name, ...p.args].join(" "));
      // Nothing is loaded before the first time.
      return p.args[0] === "bootout" && calls.length === 1 ? 3 : 0;
    });
  }
  host.program("backup", () => {});
  host.program("report", () => {});
  return { host, calls };
}

/** A machine with cron alone, and the table of its user. */
function cronScene(table: string | undefined): Scene & { readonly table: () => string | undefined } {
  const host = machineWith(TOML, { env: ENV });
  let now = table;
  const calls: string[] = [];
  host.program("crontab", async (p) => {
    calls.push(["crontab", ...p.args].join(" "));
    if (p.args[0] === "-") {
      now = p.stdin;
      return 0;
    }
    if (now === undefined) {
      await p.stderr("no crontab for ada\n");
      return 1;
    }
    await p.stdout(now);
    return 0;
  });
  return { host, calls, table: () => now };
}

async function states(host: FakeHost): Promise<readonly string[]> {
  const said = await call(host, ["schedule", "list", "--json"]);
  const { schedules } = JSON.parse(said.stdout) as { schedules: readonly { name: string; state: string }[] };
  return schedules.map(({ name, state }) => `${name} ${state}`);
}

Deno.test("schedule: systemd gets a timer and a service for each, which stays after its call, and they are started", async () => {
  const { host, calls } = scene();
  using _ = host;
  const said = await call(host, ["schedule", "install", "nightly"]);
  assertEquals([said.code, said.stdout], [
    0,
    "nightly is installed\nby timers of systemd; all of them: orchastration schedule list\n",
  ]);
  const id = host.disk.list(UNITS).find((name) => name.endsWith("nightly.timer"))!.replace(/\.timer$/, "");
  assertEquals(id, NIGHTLY_ID);
  assertEquals(
    host.disk.read(`${UNITS}/${id}.timer`),
    `[Unit]
Description=Orchastration: schedule nightly of /home/ada/project

[Timer]
OnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* 02:30:00
Persistent=true

[Install]
WantedBy=timers.target
`,
  );
  assertEquals(
    host.disk.read(`${UNITS}/${id}.service`),
    `[Unit]
Description=Orchastration: schedule nightly of /home/ada/project

[Service]
Type=oneshot
WorkingDirectory=/home/ada/project
Environment=PATH=/bin
ExecStart=/usr/bin/orchastration run backup --detach --scheduled nightly --config /home/ada/project/orchastration.toml
# The supervisor of the run goes on after this call.
KillMode=process
`,
  );
  assertEquals(calls, [
    "systemctl --user show-environment",
    "systemctl --user daemon-reload",
    `systemctl --user enable ${id}.timer`,
    `systemctl --user restart ${id}.timer`,
  ]);
});

Deno.test("schedule: a timer that is installed as it is configured is left alone, and a changed one is updated", async () => {
  const { host, calls } = scene();
  using _ = host;
  assertEquals(await states(host), ["nightly not_installed", "often not_installed"]);
  await call(host, ["schedule", "install"]);
  assertEquals(await states(host), ["nightly installed", "often installed"]);
  calls.length = 0;
  const again = await call(host, ["schedule", "install"]);
  assertStringIncludes(again.stdout, "nightly is installed, as before\noften is installed, as before\n");
  assertEquals(calls, ["systemctl --user show-environment"]);
  // Another terminal may have another PATH.
  const elsewhere = host.another({ env: { ...ENV, PATH: "/usr/local/bin:/bin" } });
  assertEquals(await states(elsewhere), ["nightly installed", "often installed"]);
  host.disk.write("/home/ada/project/orchastration.toml", JOBS + NIGHTLY.replace("02:30", "03:30"));
  assertEquals(await states(host.another({ env: ENV })), ["nightly differs", "often not_configured"]);
  const doctor = await call(host.another({ env: ENV }), ["doctor"]);
  assertStringIncludes(
    doctor.stdout,
    "warning  schedule nightly: its installed timer differs from the configuration, or calls this program otherwise\n" +
      "         try: orchastration schedule install nightly\n",
  );
  assertStringIncludes(
    doctor.stdout,
    "warning  schedule often: its timer is installed, and it is not configured\n" +
      "         try: orchastration schedule remove often\n",
  );
  const updated = await call(host.another({ env: ENV }), ["schedule", "install"]);
  assertStringIncludes(updated.stdout, "nightly is updated\n");
  assertStringIncludes(updated.stderr, "timer often is installed and not configured");
  await expectCall(host.another({ env: ENV }), ["schedule", "remove"], {
    stdout: "nightly is removed\noften is removed\n",
  });
  assertEquals(host.disk.list(UNITS), []);
  await expectCall(host.another({ env: ENV }), ["schedule", "remove"], {
    stdout: "No timers are installed.\n",
  });
});

Deno.test("schedule: two projects of one name have timers of their own", async () => {
  const { host } = scene();
  using _ = host;
  await call(host, ["schedule", "install", "nightly"]);
  host.disk.write("/srv/project/orchastration.toml", TOML);
  const other = host.another({ env: ENV, cwd: "/srv/project" });
  assertEquals(await states(other), ["nightly not_installed", "often not_installed"]);
  await call(other, ["schedule", "install", "nightly"]);
  assertEquals(host.disk.list(UNITS).length, 4);
  await call(other, ["schedule", "remove"]);
  assertEquals(await states(host.another({ env: ENV })), ["nightly installed", "often not_installed"]);
});

Deno.test("schedule: a failure of the system's tool is told with its words, and ends the installation", async () => {
  const { host } = scene();
  using _ = host;
  host.program("systemctl", async (p) => {
    if (p.args[1] !== "enable") return 0;
    await p.stderr("Failed to enable unit: it is masked\n");
    return 1;
  });
  const said = await call(host, ["schedule", "install", "nightly"]);
  assertEquals(said.code, 65);
  assertEquals(
    said.stderr.replace(/orchastration-project-\w+-nightly/, "ID"),
    'error: Cannot install schedule "nightly": systemctl --user enable ID.timer exited with status 1: ' +
      "Failed to enable unit: it is masked\n  try: orchastration schedule list\n",
  );
});

Deno.test("schedule: launchd gets a property list with one interval for each combination, and loads the list", async () => {
  const home = "/Users/ada";
  const { host, calls } = scene(TOML, {
    os: "darwin",
    env: { PATH: "/bin", HOME: home },
    cwd: `${home}/pro & <ject>`,
  });
  using _ = host;
  const said = await call(host, ["schedule", "install", "nightly"]);
  assertEquals(said.code, 0, said.stderr);
  const folder = `${home}/Library/LaunchAgents`;
  const [name] = host.disk.list(folder);
  const plist = host.disk.read(`${folder}/${name}`)!;
  assertStringIncludes(plist, "<string>/Users/ada/pro &amp; &lt;ject&gt;</string>");
  assertStringIncludes(plist, "<key>AbandonProcessGroup</key>\n  <true/>");
  assertEquals(
    plist.match(/<key>Weekday<\/key><integer>\d<\/integer>\n {6}<key>Hour<\/key><integer>2/g)?.length,
    5,
  );
  const id = name!.replace(/\.plist$/, "");
  assertEquals(calls.map((words) => words.replace(/gui\/\d+/, "gui/N").replaceAll(id, "ID")), [
    "launchctl bootout gui/N/ID",
    `launchctl bootstrap gui/N ${folder}/ID.plist`,
  ]);
  assertEquals(await states(host.another({})), ["nightly installed", "often not_installed"]);
  assertEquals((await call(host.another({}), ["schedule", "remove"])).code, 0);
  assertEquals(host.disk.list(folder), []);
});

Deno.test("schedule: the Task Scheduler gets a task in UTF-16, which catches up with what was missed", async () => {
  const { host, calls } = scene(TOML, { os: "windows", isTerminal: false, env: undefined! });
  using _ = host;
  const said = await call(host, ["schedule", "install"]);
  assertEquals(said.code, 0, said.stderr);
  const folder = "C:\\Users\\ada\\AppData\\Local\\orchastration\\state\\schedules";
  const [nightly, often] = host.disk.list(folder).map((name) => `${folder}\\${name}`);
  const textOf = (path: string) => {
    const bytes = host.files.readBytes(path);
    assert(bytes.ok);
    assertEquals([...bytes.value.slice(0, 2)], [0xff, 0xfe]);
    return new TextDecoder("utf-16le").decode(bytes.value);
  };
  const first = textOf(nightly!);
  assertStringIncludes(first, "<StartBoundary>2020-01-01T02:30:00</StartBoundary>");
  assertStringIncludes(first, "<DaysOfWeek><Monday/><Tuesday/><Wednesday/><Thursday/><Friday/></DaysOfWeek>");
  assertStringIncludes(first, "<StartWhenAvailable>true</StartWhenAvailable>");
  assertStringIncludes(textOf(often!), "<Interval>PT15M</Interval>");
  assertEquals(calls.map((words) => words.replace(/orchastration-project-\w+-/g, "")), [
    `schtasks /Create /TN \\Orchastration\\nightly /XML ${folder}\\nightly.xml /F`,
    `schtasks /Create /TN \\Orchastration\\often /XML ${folder}\\often.xml /F`,
  ]);
  assertEquals(await states(host.another({})), ["nightly installed", "often installed"]);
});

Deno.test("schedule: cron's table keeps every line that is not ours", async () => {
  const theirs = "# mine\nMAILTO=ada\n0 1 * * * /usr/bin/true\n";
  const { host, table } = cronScene(theirs);
  using _ = host;
  const said = await call(host, ["schedule", "install"]);
  assertEquals(said.code, 0, said.stderr);
  const lines = table()!.split("\n");
  assertEquals(lines.slice(0, 3), theirs.trimEnd().split("\n"));
  assertEquals(
    lines[4],
    "30 2 * * 1,2,3,4,5 cd /home/ada/project && PATH=/bin /usr/bin/orchastration run backup --detach --scheduled nightly " +
      "--config /home/ada/project/orchastration.toml >/dev/null",
  );
  assertEquals(await states(host.another({ env: ENV })), ["nightly installed", "often installed"]);
  assertEquals(await states(host.another({ env: { ...ENV, PATH: "/opt/it's:/bin" } })), [
    "nightly installed",
    "often installed",
  ]);
  await call(host, ["schedule", "remove", "nightly"]);
  assertEquals(table()!.includes("nightly"), false);
  await call(host, ["schedule", "remove"]);
  assertEquals(table(), theirs);
});

Deno.test("schedule: a user without a table gets one; a table that cannot be read is not replaced", async () => {
  const { host, table, calls } = cronScene(undefined);
  using _ = host;
  assertEquals((await call(host, ["schedule", "install", "nightly"])).code, 0);
  assertEquals(table()!.split("\n").length, 3);
  calls.length = 0;
  host.program("crontab", async (p) => {
    calls.push(p.args.join(" "));
    await p.stderr("crontab: you are not allowed to use this program\n");
    return 1;
  });
  const said = await call(host, ["schedule", "install", "often"]);
  assertEquals([said.code, calls], [65, ["-l"]]);
  assertStringIncludes(said.stderr, "you are not allowed to use this program");
});

Deno.test("schedule: percent signs, dollars, quotes and blanks of a path are only text to systemd and cron", async () => {
  const folder = `/srv/50% of $HOME "it's"`;
  const { host } = scene(undefined!, { cwd: folder });
  using _ = host;
  host.disk.write(`${folder}/orchastration.toml`, TOML);
  const texts = async (by: string) => {
    const said = await call(host, ["schedule", "install", "nightly", "--dry-run", "--by", by]);
    assertEquals(said.code, 0, said.stderr);
    return said.stdout;
  };
  const systemd = await texts("systemd");
  assertStringIncludes(systemd, `WorkingDirectory=/srv/50%% of $HOME "it's"\n`);
  assertStringIncludes(systemd, `ExecStart=:/usr/bin/orchastration `);
  assertStringIncludes(systemd, `"/srv/50%% of $HOME \\"it's\\"/orchastration.toml"\n`);
  assertStringIncludes(await texts("cron"), `cd '/srv/50\\% of $HOME "it'\\''s"' && `);
  // Only shown.
  assertEquals(host.disk.list(UNITS), []);
});

Deno.test("schedule: without timers of any kind it says so, and how they would look", async () => {
  using host = machineWith(TOML, { env: ENV });
  await expectCall(host, ["schedule", "install"], {
    code: 65,
    stderr:
      'error: Cannot use "schedules": this system has neither timers of systemd for this user nor cron\n' +
      "  try: install cron, or orchastration schedule install --dry-run --by cron\n",
  });
  assertEquals((await call(host, ["schedule", "install", "--dry-run", "--by", "systemd"])).code, 0);
});

Deno.test("schedule: an unknown name is told with the known ones", async () => {
  const { host } = scene();
  using _ = host;
  await expectCall(host, ["schedule", "install", "nigthly"], {
    code: 66,
    stderr:
      'error: Cannot install schedule "nigthly": no schedule has this name\n  did you mean "nightly"?\n' +
      "  known schedules: nightly, often\n",
  });
  await expectCall(host, ["schedule", "remove", "zzz"], {
    code: 66,
    stderr: 'error: Cannot remove schedule "zzz": no schedule or timer of this project has this name\n' +
      "  known schedules: nightly, often\n  try: orchastration schedule list\n",
  });
});

Deno.test("schedule: somebody who does not stay logged in is told that the timers end", async () => {
  const { host } = scene();
  using _ = host;
  host.program("loginctl", (p) => p.stdout("no\n"));
  const said = await call(host, ["schedule", "install", "nightly"]);
  assertStringIncludes(
    said.stderr,
    "these timers end with your last session; loginctl enable-linger lets them go on",
  );
});

/** The supervisor that a timer's call starts. */
function scheduled(host: FakeHost): FakeHost {
  return host.another({
    handedOver: '{"pid":1,"tty":false,"parent":"systemd","schedule":"nightly"}',
    env: ENV,
  });
}
const WORDS = ["--detach", "--scheduled", "nightly"];

Deno.test("schedule: a job that no person has trusted is recorded as not started, and status, runs list and doctor show the refusal", async () => {
  const { host } = scene();
  using _ = host;
  await call(host, ["schedule", "install"]);
  const ran = await call(scheduled(host), ["run", "backup", ...WORDS]);
  assertEquals(ran.code, 65);
  assertEquals(host.spawned, []);
  const record = readJson(host, `${STATE}/runs/backup/last.json`);
  assertEquals([record["status"], record["not_started_cause"], record["reason"]], [
    "not_started",
    "not_trusted",
    'was not started: schedules run only what a person has trusted; job "backup": no person has trusted it',
  ]);
  assertEquals((record["requested_by"] as { schedule: string }).schedule, "nightly");
  const later = host.another({ env: ENV });
  assertStringIncludes((await call(later, ["status"])).stdout, "not started");
  assertStringIncludes((await call(later, ["runs", "list"])).stdout, "not started");
  assertStringIncludes((await call(later, ["runs", "show", "backup"])).stdout, "through schedule nightly");
  assertStringIncludes(
    (await call(later, ["doctor"])).stdout,
    'schedule nightly: its timer runs nothing: job "backup": no person has trusted it\n         try: orchastration trust\n',
  );
});

Deno.test("schedule: a graph starts no job while one of its jobs is not trusted", async () => {
  const { host } = scene();
  using _ = host;
  const ran = await call(scheduled(host), ["run", "report", ...WORDS]);
  assertEquals([ran.code === 0, host.spawned], [false, []]);
  const graph = readJson(host, `${STATE}/runs/graph/last.json`);
  assertEquals(graph["status"], "failed");
  assertEquals(readJson(host, `${STATE}/runs/backup/last.json`)["not_started_cause"], "not_trusted");
});

Deno.test("schedule: a job that a person has trusted runs, until its definition changes", async () => {
  const { host } = scene(TOML, { isTerminal: true, stdin: "y\n" });
  using _ = host;
  assertEquals((await call(host, ["trust", "backup"])).code, 0);
  assertEquals((await call(scheduled(host), ["run", "backup", ...WORDS])).code, 0);
  host.disk.write("/home/ada/project/orchastration.toml", TOML.replace('["backup"]', '["backup", "--all"]'));
  assertEquals((await call(scheduled(host), ["run", "backup", ...WORDS])).code, 65);
  assertStringIncludes(
    String(readJson(host, `${STATE}/runs/backup/last.json`)["reason"]),
    "changed since a person trusted it: command",
  );
});

Deno.test("schedule: --scheduled is for runs that nobody waits for, and passes the name on", async () => {
  const { host } = scene();
  using _ = host;
  await expectCall(host, ["run", "backup", "--scheduled", "nightly"], {
    code: 64,
    stderr: 'error: Cannot use "--scheduled": nobody waits for a run of a schedule\n' +
      "  try: orchastration run backup --detach --scheduled nightly\n",
  });
  await call(host, ["run", "backup", ...WORDS]);
  assertEquals(JSON.parse(host.processes.handedOver[0]!).schedule, "nightly");
});

for (
  const [schedule, message] of [
    ['job = "backpu"\nat = "02:30"', 'there is no job "backpu"'],
    ['job = "backup"\nat = "30 2 * * *"', "this is the syntax of cron"],
    ['job = "backup"', 'the key "at" is missing'],
    ['job = "site"\nat = "02:30"', '"site" is a task, but a schedule names a job'],
    ['job = "edit"\nat = "02:30"', 'job "edit" is interactive, and nobody sits in front of a schedule'],
    ['job = "all"\nat = "02:30"', 'job "sure" asks a question, and nobody answers a schedule'],
    ['job = "given"\nat = "02:30"', '"given" requires the argument "to", and a schedule gives none'],
    ['job = "backup"\nat = "02:30"\n[schedules.X]\njob = "backup"\nat = "02:30"', "share one set of names"],
  ] as const
) {
  Deno.test(`schedule: refused with its place: ${schedule.replaceAll("\n", " ")}`, async () => {
    using host = machineWith(
      `${JOBS}[jobs.edit]\ncommand = ["vi"]\ninteractive = true\n[jobs.sure]\ncommand = ["rm"]\nconfirm = "Sure?"\n` +
        `[jobs.given]\ncommand = ["cp", "\${args.to}"]\nargs = [{ name = "to" }]\n` +
        `[jobs.all]\nneeds = ["sure"]\n[tasks.site]\ncommand = ["make"]\n[schedules.x]\n${schedule}\n`,
    );
    const said = await call(host, ["config", "check"]);
    assertEquals(said.code, 1);
    assertStringIncludes(said.stdout + said.stderr, message);
    assertStringIncludes(said.stdout + said.stderr, "orchastration.toml:");
  });
}
