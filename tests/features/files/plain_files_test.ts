/**
 * Pipes and devices in place of a file: they are refused in words, never waited for; a named one is read
 * within bounds.
 */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const TOML = `[jobs.sample]
command = ["sample"]
[tasks.site]
command = ["sample"]
documents = ["README.md"]
`;

const NOT_PLAIN = "it is not a plain file";

interface Case {
  readonly toml?: string;
  readonly special: string;
  readonly argv: readonly string[];
  readonly code: number;
  /** In the message. */
  readonly says: string;
}

const CASES: Readonly<Record<string, Case>> = {
  "a configuration that was found": {
    special: `${PROJECT}/orchastration.toml`,
    argv: ["list"],
    code: 78,
    says: `Cannot read configuration "${PROJECT}/orchastration.toml": ${NOT_PLAIN}`,
  },
  "a file of variables": {
    toml: `[jobs.sample]\ncommand = ["sample"]\nenv_file = ".env"\n`,
    special: `${PROJECT}/.env`,
    argv: ["run", "sample"],
    code: 78,
    says: NOT_PLAIN,
  },
  "a checksum list": {
    special: `${PROJECT}/list`,
    argv: ["hash", "--check", "list"],
    code: 74,
    says: NOT_PLAIN,
  },
  "the record of a task": {
    special: `${STATE}/tasks/site.json`,
    argv: ["plan", "status", "site"],
    code: 74,
    says: NOT_PLAIN,
  },
};

for (const [name, { toml, special, argv, code, says }] of Object.entries(CASES)) {
  Deno.test(`plain files: ${name} that is a pipe is refused, and not waited for`, async () => {
    using host = furnished(toml ?? TOML);
    host.disk.special(special);
    const before = host.clock.nowMs();
    const said = await call(host, argv);
    assertEquals([said.code, host.clock.nowMs() - before], [code, 0], said.stderr);
    assert((said.stderr + said.stdout).includes(says), said.stderr + said.stdout);
  });
}

Deno.test("plain files: a record and a last.json that are pipes are reported as damaged, and the rest is listed", async () => {
  using host = furnished(TOML);
  assertEquals((await call(host, ["run", "sample"])).code, 0);
  host.disk.special(`${STATE}/runs/sample/last.json`);
  host.disk.special(`${STATE}/runs/sample/20260101T000000.000Z.json`);
  const status = await call(host, ["status", "sample"]);
  assert(status.stdout.includes("succeeded"), status.stdout + status.stderr);
  const runs = await call(host, ["runs", "list"]);
  assert(runs.stderr.includes(NOT_PLAIN), runs.stderr);
  assert(runs.stdout.includes("sample/20261122T063449.123Z"), runs.stdout);
});

Deno.test("plain files: a document that is a pipe does not count as a document, neither for a plan nor for its status", async () => {
  using host = furnished(TOML);
  host.disk.special(`${PROJECT}/README.md`);
  const before = host.clock.nowMs();
  assertEquals((await call(host, ["plan", "create", "site"])).code, 0);
  assertEquals((await call(host, ["plan", "status", "site"])).code, 0);
  assertEquals((await call(host, ["doc", "generate", "site", "--output", "README.md"])).code, 74);
  assertEquals(host.clock.nowMs() - before, 0);
});

Deno.test("plain files: a pipe that --config names is read to its end", async () => {
  using host = furnished(undefined);
  host.disk.special("/dev/fd/63", TOML);
  const said = await call(host, ["--config", "/dev/fd/63", "list"]);
  assertEquals([said.code, said.stdout.includes("sample"), said.stderr], [0, true, ""]);
});

Deno.test("plain files: a pipe that --config names and that nobody writes to is given up after a bound", async () => {
  using host = furnished(undefined);
  host.disk.special(`${PROJECT}/pipe`);
  const calling = call(host, ["--config", "pipe", "list"]);
  await host.clock.advance(10_000);
  const said = await calling;
  assertEquals(said.code, 78);
  const words = `Cannot read configuration "${PROJECT}/pipe": no writer finished within 10 seconds`;
  assert(said.stderr.includes(words), said.stderr);
});

Deno.test("plain files: completion does not wait for a pipe", async () => {
  using host = furnished(undefined);
  host.disk.special(`${PROJECT}/orchastration.toml`);
  const before = host.clock.nowMs();
  const said = await call(host, ["__complete", "bash", "run", ""]);
  assertEquals([said.code, host.clock.nowMs() - before], [0, 0]);
  host.disk.special(`${PROJECT}/pipe`);
  const named = await call(host, ["__complete", "bash", "--config", "pipe", "run", ""]);
  assertEquals([named.code, host.clock.nowMs() - before], [0, 0]);
});

function furnished(toml: string | undefined): FakeHost {
  const host = machineWith(toml);
  host.program("sample", () => {});
  return host;
}
