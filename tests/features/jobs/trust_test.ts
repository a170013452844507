/** `trust`: a person's, by content, kept beside the user's configuration; whatever changes ends it. */

import { assert, assertEquals } from "@std/assert";
import { requireTrust } from "../../../src/app/trust/check_trust.ts";
import { Workspace } from "../../../src/app/workspace/workspace.ts";
import { describeFailure } from "../../../src/model/failure_words.ts";
import { call, expectCall, machineWith, PROJECT } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";

const TOML = `
[jobs.test]
command = ["sh", "tools/test.sh", "--config=tools/test.json", "../outside.sh"]
env = { LEVEL = "3" }
env_file = ".env"
alias = ["t"]

[tasks.site]
command = ["make-site"]
acceptance = [{ id = "ac1", text = "it is checked", check = ["sh", "tools/check.sh"] }]
`;
const FILES = {
  [`${PROJECT}/tools/test.sh`]: "echo test\n",
  [`${PROJECT}/tools/test.json`]: "{}\n",
  [`${PROJECT}/tools/check.sh`]: "echo check\n",
  [`${PROJECT}/.env`]: "A=1\n",
  "/home/ada/outside.sh": "echo outside\n",
};
const ENV = { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" };
const TRUST = "/home/ada/.config/orchastration/trust";

function machine(options: FakeHostOptions = {}, toml = TOML): FakeHost {
  return machineWith(toml, { env: ENV, files: FILES, isTerminal: true, ...options });
}

/** The reason why a caller that is no person may not start it; undefined where it may. */
async function refusal(host: FakeHost, subject: "job" | "task", name: string): Promise<string | undefined> {
  const workspace = Workspace.open(
    host,
    { config: undefined, stateDir: undefined, logLevel: undefined, logFormat: undefined },
    { logOutput: undefined, writeCommand: () => "", warn: () => {} },
  );
  assert(workspace.ok);
  const trusted = await requireTrust(workspace.value, subject, name);
  return trusted.ok ? undefined : describeFailure(trusted.failure).headline;
}

async function trusted(toml = TOML): Promise<FakeHost> {
  const host = machine({ stdin: "y\ny\n" }, toml);
  assertEquals((await call(host, ["trust"])).code, 0);
  assertEquals([await refusal(host, "job", "test"), await refusal(host, "task", "site")], [
    undefined,
    undefined,
  ]);
  return host;
}

Deno.test("trust: each definition is shown and asked about, and only a yes is stored, beside the user's configuration", async () => {
  using host = machine({ stdin: "no\ny\n" });
  const said = await call(host, ["trust"]);
  assertEquals(said.code, 0);
  assertEquals(
    said.stdout + said.stderr,
    [
      "task site: no person has trusted it",
      "  command  make-site",
      "  check    sh tools/check.sh",
      "  in       /home/ada/project",
      "  files    tools/check.sh",
      "trust task site? [y/N] job test: no person has trusted it",
      "  command         sh tools/test.sh --config=tools/test.json ../outside.sh",
      "  in              /home/ada/project",
      "  variables       LEVEL",
      "  variables from  .env",
      "  files           tools/test.json, tools/test.sh",
      "trust job test? [y/N] trusted: test",
      "",
    ].join("\n"),
  );
  assertEquals(host.disk.list(TRUST).length, 1);
  assertEquals(await refusal(host, "job", "t"), undefined);
  assertEquals(await refusal(host, "task", "site"), 'Cannot build task "site": no person has trusted it');
});

Deno.test("trust: a run that a person starts needs no trust", async () => {
  using host = machine();
  host.program("sh", (p) => p.stdout("ran\n"));
  assertEquals((await call(host, ["run", "test", "--quiet"])).code, 0);
});

const CHANGES: readonly (readonly [name: string, change: (host: FakeHost) => void, words: string])[] = [
  [
    "an argument",
    (host) => host.disk.write(`${PROJECT}/orchastration.toml`, TOML.replace('"../outside.sh"', '"-x"')),
    "command[3]",
  ],
  [
    "a script that an argument names",
    (host) => host.disk.write(`${PROJECT}/tools/test.sh`, "echo tesT\n"),
    "file tools/test.sh",
  ],
  [
    "a file behind =",
    (host) => host.disk.write(`${PROJECT}/tools/test.json`, "[]\n"),
    "file tools/test.json",
  ],
  [
    "a script that is gone",
    (host) => host.disk.remove(`${PROJECT}/tools/test.sh`),
    "file tools/test.sh (gone)",
  ],
  [
    "the name of a file of variables",
    (host) => {
      host.disk.write(`${PROJECT}/.enw`, "A=1\n");
      host.disk.write(`${PROJECT}/orchastration.toml`, TOML.replace('".env"', '".enw"'));
    },
    "env_file[0].path",
  ],
  [
    "a variable",
    (host) => host.disk.write(`${PROJECT}/orchastration.toml`, TOML.replace('"3"', '"4"')),
    "env.LEVEL",
  ],
  [
    "two things",
    (host) => {
      host.disk.write(`${PROJECT}/tools/test.sh`, "x\n");
      host.disk.write(`${PROJECT}/orchastration.toml`, TOML.replace('"3"', '"4"'));
    },
    "env.LEVEL and file tools/test.sh",
  ],
];

for (const [name, change, words] of CHANGES) {
  Deno.test(`trust: ${name} ends the trust, and is named`, async () => {
    using host = await trusted();
    change(host);
    assertEquals(
      await refusal(host, "job", "test"),
      `Cannot start job "test": changed since a person trusted it: ${words}`,
    );
  });
}

Deno.test("trust: a change that does not affect what runs does not end the trust", async () => {
  using host = await trusted();
  host.disk.write(`${PROJECT}/orchastration.toml`, `# a comment\n${TOML}\n[jobs.other]\ncommand = ["x"]\n`);
  host.disk.write("/home/ada/outside.sh", "echo other\n");
  host.disk.write(`${PROJECT}/.env`, "A=2\n");
  assertEquals(await refusal(host, "job", "test"), undefined);
});

Deno.test("trust: the check of a task is part of the trusted content", async () => {
  using host = await trusted();
  host.disk.write(`${PROJECT}/tools/check.sh`, "exit 0\n");
  assertEquals(
    await refusal(host, "task", "site"),
    'Cannot build task "site": changed since a person trusted it: file tools/check.sh',
  );
});

Deno.test("trust: an entry that was altered, or has a later format, does not count", async () => {
  for (const [from, to] of [['"LEVEL": "3"', '"LEVEL": "4"'], ['"format": 1', '"format": 2'], ["{", ""]]) {
    using host = await trusted();
    for (const name of host.disk.list(TRUST)) {
      const path = `${TRUST}/${name}`;
      host.disk.write(path, host.disk.read(path)!.replace(from!, to!));
    }
    assertEquals(await refusal(host, "job", "test"), 'Cannot start job "test": no person has trusted it');
  }
});

Deno.test("trust: a variable that changes the arguments ends the trust, although the configuration is the same", async () => {
  const toml = '[jobs.test]\ncommand = ["sh", "${env:MODE}"]\n[tasks.site]\ncommand = ["x"]\n';
  using host = machine({ stdin: "y\ny\n", env: { ...ENV, MODE: "fast" } }, toml);
  await call(host, ["trust"]);
  assertEquals(await refusal(host, "job", "test"), undefined);
  const other = host.another({ env: { ...ENV, MODE: "-c" } });
  assertEquals(
    await refusal(other, "job", "test"),
    'Cannot start job "test": changed since a person trusted it: what its arguments come to',
  );
});

Deno.test("trust: an assistant, and a call without a terminal, are refused before anything is asked", async () => {
  using assistant = machine({ stdin: "y\n", env: { ...ENV, CODEX_THREAD_ID: "1" } });
  const said = await call(assistant, ["trust", "test"]);
  assertEquals(said.code, 65);
  assert(
    (said.stdout + said.stderr).startsWith(
      'error: Cannot trust "test": the caller is a coding assistant, codex, and only a person can give trust\n',
    ),
    said.stdout + said.stderr,
  );
  using piped = machine({ stdin: "y\n", isTerminal: false });
  await expectCall(piped, ["trust", "test"], {
    code: 65,
    stderr: 'error: Cannot trust "test": there is no terminal at which a person could review it\n' +
      "  try: orchastration trust test\n",
  });
  assertEquals([assistant.disk.exists(TRUST), piped.disk.exists(TRUST)], [false, false]);
});

Deno.test("trust list shows trusted and changed entries, and trust revoke works without a terminal", async () => {
  using host = await trusted();
  host.disk.write(`${PROJECT}/tools/test.sh`, "x\n");
  const piped = host.another({ env: ENV });
  await expectCall(piped, ["trust", "list"], {
    stdout: "site  task  trusted      2026-11-22T06:34:49.123Z\n" +
      "test  job   not trusted  changed since a person trusted it: file tools/test.sh\n",
  });
  const list = JSON.parse((await call(piped, ["trust", "list", "--json"])).stdout);
  assertEquals(list.entries.map((each: { is_trusted: boolean }) => each.is_trusted), [true, false]);
  await expectCall(piped, ["trust", "revoke", "site", "tesd"], {
    code: 66,
    stdout: 'error: Cannot find job "tesd": no job has this name\n  did you mean "test"?\n' +
      "  known jobs: test\n",
  });
  await expectCall(piped, ["trust", "revoke", "site"], { stdout: "not trusted any more: site\n" });
  await expectCall(piped, ["trust", "revoke"], { stdout: "not trusted any more: test\n" });
  await expectCall(piped, ["trust", "revoke"], { stdout: "Nothing was trusted.\n" });
  assertEquals(await refusal(host, "task", "site"), 'Cannot build task "site": no person has trusted it');
});

Deno.test("trust: an unknown name is refused, and nothing is asked", async () => {
  using host = machine();
  const said = await call(host, ["trust", "tset"]);
  assertEquals(said.code, 66);
  assert((said.stdout + said.stderr).includes('Cannot find job "tset"'));
});

Deno.test("trust: a name that is not configured, or is that of a group, is told before a terminal is asked for", async () => {
  using host = machineWith('[jobs.a]\ncommand = ["a"]\n[jobs.all]\nneeds = ["a"]\n', {
    env: ENV,
    isTerminal: false,
  });
  await expectCall(host, ["trust", "b"], {
    code: 66,
    stderr:
      'error: Cannot find job "b": no job has this name\n  known jobs: a, all\n  try: orchastration list\n',
  });
  await expectCall(host, ["trust", "all"], {
    code: 65,
    stderr: 'error: Cannot use job "all": it has no command, and so no runs of its own; it runs a\n' +
      "  try: orchastration graph all\n",
  });
  await expectCall(host, ["trust", "a"], {
    code: 65,
    stderr: 'error: Cannot trust "a": there is no terminal at which a person could review it\n' +
      "  try: orchastration trust a\n",
  });
});
