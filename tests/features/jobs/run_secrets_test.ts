/** The values of secret variables: in the process, and nowhere else. */

import { assertEquals } from "@std/assert";
import { call, expectCall, logOf, machineWith, readJson, STATE, STATE_WINDOWS } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import type { Script } from "../../support/fake_process.ts";

const SECRET = 'hunter2-"quoted"-\u00e4';
const LONGER = `${SECRET}-and-more`;

const ENV = { PATH: "/bin", HOME: "/home/ada" };

/** Runs the job and searches for the values in everything that is kept or shown. */
async function leaks(
  config: string,
  script: Script,
  args: readonly string[] = [],
  options: FakeHostOptions = {},
): Promise<{ readonly host: FakeHost; readonly found: readonly string[]; readonly shown: string }> {
  const host = machineWith(`[jobs.work]\n${config}\n`, options);
  host.program("work", script);
  await call(host, ["run", "work", "--log-level", "debug", ...args]);
  const shown = host.stdoutText() + host.stderrText();
  const places = {
    ...host.disk.tree(STATE),
    log: JSON.stringify(logOf(host)),
    screen: shown,
  };
  // As text, and as it stands within JSON.
  const spellings = [SECRET, JSON.stringify(SECRET).slice(1, -1)];
  const found = Object.entries(places)
    .filter(([, text]) => spellings.some((spelling) => text.includes(spelling)))
    .map(([place]) => place);
  return { host, found, shown };
}

Deno.test("a secret from the environment is masked in logs and on screen, and only its name is recorded", async () => {
  let got: string | undefined;
  const { host, found } = await leaks(
    'command = ["work"]\nsecrets = ["TOKEN"]',
    async (p) => {
      got = p.env["TOKEN"];
      await p.stdout(`the token is ${SECRET}, again ${SECRET}${SECRET}\n`);
      await p.stderr(`${SECRET}\n`);
    },
    [],
    { env: { ...ENV, TOKEN: SECRET } },
  );
  using _ = host;
  assertEquals([got, found], [SECRET, []]);
  const log = `${STATE}/runs/work/20261122T063449.123Z`;
  assertEquals(host.disk.read(`${log}.stdout.log`), "the token is ***, again ******\n");
  assertEquals(host.disk.read(`${log}.stderr.log`), "***\n");
  assertEquals(host.stderrText(), "***\n");
  const intent = readJson(host, `${log}.json`)["intent"] as Record<string, unknown>;
  assertEquals([intent["secrets"], intent["env"]], [["TOKEN"], {}]);
});

Deno.test("a secret in the job's own env, command, description and folder is masked in the record", async () => {
  const quoted = JSON.stringify(SECRET);
  const { host, found } = await leaks(
    `command = ["work", "--token", ${JSON.stringify(`x${SECRET}y`)}]\nsecrets = ["TOKEN"]\n` +
      `description = ${JSON.stringify(`with ${SECRET}`)}\nworking_dir = ${
        JSON.stringify(`/tmp/${SECRET}`)
      }\n` +
      `env = { TOKEN = ${quoted}, URL = ${JSON.stringify(`https://ada:${SECRET}@example.org`)} }`,
    (p) => p.stdout(`${p.args.join(" ")} ${p.env["URL"]}\n`),
  );
  using _ = host;
  assertEquals(found, []);
  const record = readJson(host, `${STATE}/runs/work/last.json`);
  // The folder does not exist, and the reason names it.
  assertEquals(
    [record["status"], record["reason"]],
    ["not_started", "was not started: working_dir /tmp/***: no such file or directory"],
  );
  const intent = record["intent"] as Record<string, unknown>;
  assertEquals(
    ["command", "description", "working_dir", "env", "env_names"].map((key) => intent[key]),
    [
      ["work", "--token", "x***y"],
      "with ***",
      "/tmp/***",
      { TOKEN: "***", URL: "https://ada:***@example.org" },
      ["TOKEN", "URL"],
    ],
  );
});

Deno.test("a secret among the extra arguments reaches the job, and is masked in the record", async () => {
  let got: readonly string[] = [];
  const { host, found } = await leaks(
    'command = ["work"]\nsecrets = ["TOKEN"]',
    (p) => void (got = p.args),
    ["--", "-t", SECRET],
    { env: { ...ENV, TOKEN: SECRET } },
  );
  using _ = host;
  assertEquals([got, found], [["-t", SECRET], []]);
  const intent = readJson(host, `${STATE}/runs/work/last.json`)["intent"] as Record<string, unknown>;
  assertEquals([intent["command"], intent["extra_args"]], [["work", "-t", "***"], ["-t", "***"]]);
});

Deno.test("a secret is masked wherever the output is cut into chunks", async () => {
  const bytes = new TextEncoder().encode(`a${SECRET}b${SECRET}\n`);
  for (const size of [1, 2, 3, 5, 7, 11]) {
    const { host, found, shown } = await leaks(
      'command = ["work"]\nsecrets = ["TOKEN"]',
      async (p) => {
        for (let at = 0; at < bytes.length; at += size) {
          await p.stdout(bytes.subarray(at, at + size));
          await p.sleep(10);
        }
      },
      [],
      { env: { ...ENV, TOKEN: SECRET } },
    );
    using _ = host;
    assertEquals([found, shown.includes("a***b***\n")], [[], true], `chunks of ${size}`);
  }
});

Deno.test("the longer one of two secrets with a common beginning is masked completely", async () => {
  const { host, found } = await leaks(
    'command = ["work"]\nsecrets = ["SHORT", "LONG"]',
    (p) => p.stdout(`${LONGER} ${SECRET}-and-less`),
    [],
    { env: { ...ENV, SHORT: SECRET, LONG: LONGER } },
  );
  using _ = host;
  assertEquals(found, []);
  assertEquals(host.disk.read(`${STATE}/runs/work/20261122T063449.123Z.stdout.log`), "*** ***-and-less");
});

Deno.test("the beginning of a secret at the end of the output is shown", async () => {
  const { host } = await leaks(
    'command = ["work"]\nsecrets = ["TOKEN"]',
    (p) => p.stdout(`so far ${SECRET.slice(0, 5)}`),
    [],
    { env: { ...ENV, TOKEN: SECRET } },
  );
  using _ = host;
  assertEquals(
    host.disk.read(`${STATE}/runs/work/20261122T063449.123Z.stdout.log`),
    `so far ${SECRET.slice(0, 5)}`,
  );
});

Deno.test("secrets that are empty, or not set at all, mask nothing", async () => {
  const { host } = await leaks(
    'command = ["work"]\nsecrets = ["EMPTY", "ABSENT", "__proto__", "toString"]',
    (p) => p.stdout("all of it"),
    [],
    { env: { ...ENV, EMPTY: "" } },
  );
  using _ = host;
  assertEquals(host.disk.read(`${STATE}/runs/work/20261122T063449.123Z.stdout.log`), "all of it");
});

Deno.test("a program that cannot be found is named without the secret in its name", async () => {
  const { host, found } = await leaks(
    `command = [${JSON.stringify(`/opt/${SECRET}/tool`)}]\nsecrets = ["TOKEN"]`,
    () => {},
    [],
    { env: { ...ENV, TOKEN: SECRET } },
  );
  using _ = host;
  assertEquals(found, []);
  assertEquals(
    host.stderrText().split("\n")[0],
    'error: job "work" was not started: /opt/***/tool does not exist',
  );
});

Deno.test("the system's message about a failed start is masked", async () => {
  const host = machineWith('[jobs.work]\ncommand = ["work"]\nsecrets = ["TOKEN"]\n', {
    env: { ...ENV, TOKEN: SECRET },
  });
  using _ = host;
  host.program("work", () => {});
  host.faults.failNext({ op: "spawn", problem: { kind: "other", reason: `cannot start with ${SECRET}` } });
  const said = await call(host, ["run", "work"]);
  assertEquals(said.stderr.split("\n")[0], 'error: job "work" was not started: cannot start with ***');
  assertEquals(JSON.stringify(host.disk.tree(STATE)).includes("hunter2"), false);
});

Deno.test("a changed secret is no changed definition: its value is not digested", async () => {
  const digests = [];
  for (const value of ["one-secret", "another-secret"]) {
    using host = machineWith('[jobs.work]\ncommand = ["work"]\nsecrets = ["TOKEN"]\n', {
      env: { ...ENV, TOKEN: value },
    });
    host.program("work", () => {});
    await call(host, ["run", "work"]);
    const intent = readJson(host, `${STATE}/runs/work/last.json`)["intent"] as Record<string, unknown>;
    digests.push(intent["definition_sha256"]);
  }
  assertEquals(digests[0], digests[1]);
});

Deno.test("git facts are masked like everything else", async () => {
  using host = machineWith('[jobs.work]\ncommand = ["work"]\nsecrets = ["TOKEN"]\n', {
    env: { ...ENV, TOKEN: "s3cr3t" },
  });
  host.disk.makeFolder("/home/ada/project/.git");
  host.program("git", (p) =>
    p.stdout(
      p.args.includes("status")
        ? "# branch.oid abc\0# branch.head fix-s3cr3t\0"
        : "remote.origin.url\nhttps://ada:pw@example.org/s3cr3t/repo.git?s3cr3t\0",
    ));
  host.program("work", () => {});
  await call(host, ["run", "work"]);
  assertEquals(readJson(host, `${STATE}/runs/work/last.json`)["git"], {
    commit: "abc",
    branch: "fix-***",
    dirty: false,
    remote: "https://example.org/***/repo.git",
    read_at: "2026-11-22T06:34:49.123Z",
  });
});

Deno.test("on Windows the case of a secret's name is ignored", async () => {
  using host = machineWith(
    '[jobs.work]\ncommand = ["work"]\nsecrets = ["gh_token", "MINE"]\nenv = { mine = "my-own" }\n',
    {
      os: "windows",
      env: {
        PATH: "C:\\bin",
        USERPROFILE: "C:\\Users\\ada",
        APPDATA: "C:\\Users\\ada\\AppData\\Roaming",
        LOCALAPPDATA: "C:\\Users\\ada\\AppData\\Local",
        GH_Token: "s3cr3t",
      },
    },
  );
  host.program("work", (p) => p.stdout(`${p.env["GH_Token"]} ${p.env["mine"]}\n`));
  const said = await call(host, ["run", "work", "--log-level", "error"]);
  assertEquals([said.code, said.stdout], [0, "*** ***\n"]);
  const intent = readJson(host, `${STATE_WINDOWS}\\runs\\work\\last.json`)["intent"] as Record<
    string,
    unknown
  >;
  assertEquals([intent["env"], intent["secrets"]], [{ mine: "***" }, ["gh_token", "MINE"]]);
});

Deno.test("a secret of fewer than four characters is refused before anything is recorded, with its place", async () => {
  using host = machineWith(
    '[jobs.work]\ncommand = ["work"]\nsecrets = ["TOKEN", "PIN"]\n[tasks.page]\ncommand = ["work"]\nsecrets = ["PIN"]\n',
    { env: { ...ENV, TOKEN: SECRET, PIN: " 123\n" } },
  );
  const told = (place: string, source: string) =>
    'error: Cannot use configuration "/home/ada/project/orchastration.toml": 1 problem, nothing was run\n\n' +
    `/home/ada/project/orchastration.toml:${place}: the value of PIN has fewer than 4 characters: ` +
    `hiding it would mask parts of most texts and protect no secret\n${source}\n` +
    "  hint: give PIN a longer value, or remove it from secrets\n";
  const job = told(
    "3:21: jobs.work.secrets[1]",
    '  3 | secrets = ["TOKEN", "PIN"]\n    |                     ^',
  );
  const task = told("6:12: tasks.page.secrets[0]", '  6 | secrets = ["PIN"]\n    |            ^');
  const calls: readonly (readonly [argv: readonly string[], stderr: string])[] = [
    [["run", "work"], job],
    [["plan", "create", "page"], task],
    [["build", "run", "page", "--plan"], task],
    [["git", "issue", "create", "page"], task],
    [["git", "issue", "create", "page", "--dry-run"], task],
    [["git", "issue", "update", "page"], task],
    [["git", "issue", "close", "page"], task],
  ];
  for (const [argv, stderr] of calls) await expectCall(host, argv, { code: 78, stderr });
  assertEquals(host.disk.exists(`${STATE}/runs`), false);
});

Deno.test("a secret of several lines is masked in every form of output", async () => {
  const KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEF\n-----END KEY-----\n";
  const { host } = await leaks(
    'command = ["work"]\nsecrets = ["KEY"]',
    async (p) => {
      await p.stdout(p.env["KEY"]!);
      await p.stdout(p.env["KEY"]!.replaceAll("\n", "\r\n"));
      for (const line of p.env["KEY"]!.split("\n")) await p.stdout(`> ${line}\n`);
      await p.stdout(JSON.stringify(p.env["KEY"]));
    },
    [],
    { env: { ...ENV, KEY } },
  );
  using _ = host;
  assertEquals(
    host.disk.read(`${STATE}/runs/work/20261122T063449.123Z.stdout.log`),
    '******\r\n> ***\n> ***\n> ***\n> ***\n> \n"***\\n***\\n***\\n***\\n"',
  );
});

Deno.test("two overlapping secrets are both masked completely", async () => {
  const { host } = await leaks(
    'command = ["work"]\nsecrets = ["ONE", "TWO"]',
    (p) => p.stdout("<OVERLAPabcTAILoverlap>"),
    [],
    { env: { ...ENV, ONE: "OVERLAPabc", TWO: "abcTAILoverlap" } },
  );
  using _ = host;
  assertEquals(host.disk.read(`${STATE}/runs/work/20261122T063449.123Z.stdout.log`), "<***>");
});
