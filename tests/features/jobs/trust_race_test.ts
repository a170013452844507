/** A command that an assistant starts is checked again directly before each process: a change meanwhile starts nothing, and is named. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { useTool } from "../../support/mcp_use.ts";

const TOML = `
[jobs.test]
command = ["sh", "tools/test.sh"]
env_file = ".env"
uses = ["db"]
lock = "one"
timeout_seconds = 100
[jobs.show]
command = ["show", "dist/page.html"]
outputs = ["dist"]
[services.db]
command = ["db", "tools/db.conf"]
ready = { line = "listening" }
[tasks.site]
command = ["make-site"]
outputs = ["dist/page.html"]
acceptance = [
  { id = "ac1", text = "it is checked", check = ["sh", "tools/check.sh"] },
  { id = "ac2", text = "it is there", check = ["test", "dist/page.html"] },
]
[notify]
command = ["tell", "\${run}", "tools/tell.conf"]
on = ["succeeded", "failed", "not_started"]
`;
const FILES = ["tools/test.sh", "tools/db.conf", "tools/check.sh", "tools/tell.conf", ".env"];
const ENV = { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" };
const CONFIG = `${PROJECT}/orchastration.toml`;

async function trusted(): Promise<FakeHost> {
  const host = machineWith(TOML, {
    env: ENV,
    isTerminal: true,
    stdin: "y\ny\ny\n",
    files: Object.fromEntries(FILES.map((name) => [`${PROJECT}/${name}`, `${name}\n`])),
  });
  for (const name of ["sh", "show", "test", "tell"]) host.program(name, () => 0);
  host.program("make-site", (p) => {
    host.disk.write(`${PROJECT}/dist/page.html`, `page ${p.pid}\n`);
    return 0;
  });
  host.program("db", async (p) => {
    await p.stdout("listening\n");
    await p.forever();
  });
  const said = await call(host, ["trust"]);
  assertEquals(said.code, 0, said.stdout + said.stderr);
  return host;
}

/** A client of assistants calls the tool; `meanwhile` happens after the check, before the supervisor does anything. */
async function start(host: FakeHost, args: unknown, meanwhile: (host: FakeHost) => void = () => {}) {
  const { facts, started } = await useTool(host.another({ env: ENV }), "start", args, () => meanwhile(host));
  const run = typeof facts["run"] === "string" ? facts["run"] : undefined;
  const record = run === undefined ? {} : readJson(host, `${STATE}/runs/${run}.json`);
  return {
    facts,
    record,
    started,
    programs: started.flatMap(({ spawned }) => spawned.map(({ program }) => program)),
  };
}

const replace = (from: string, to: string) => (host: FakeHost) =>
  host.disk.write(CONFIG, host.disk.read(CONFIG)!.replace(from, to));
const edit = (name: string) => (host: FakeHost) => host.disk.write(`${PROJECT}/${name}`, `${name}!\n`);

const CHANGES: readonly (readonly [what: string, change: (host: FakeHost) => void, words: string])[] = [
  ["one byte of the TOML", replace("timeout_seconds = 100", "timeout_seconds = 101"), "timeout_ms"],
  ["one byte of a script in argv", edit("tools/test.sh"), "file tools/test.sh"],
  ["one byte of the name of an env file", replace('".env"', '".enw"'), "env_file[0].path"],
  ["the command of a service that it uses", replace('"db", ', '"dc", '), "service db"],
  ["a file that the command of a service names", edit("tools/db.conf"), "file tools/db.conf"],
  ["the command of [notify]", replace('"tell", ', '"tall", '), "notify"],
  ["a file that the command of [notify] names", edit("tools/tell.conf"), "file tools/tell.conf"],
];

for (const [what, change, words] of CHANGES) {
  Deno.test(`trust: ${what} is refused before, names the change, and starts nothing`, async () => {
    using host = await trusted();
    change(host);
    if (what.includes("env file")) host.disk.write(`${PROJECT}/.enw`, "\n");
    const { facts, started } = await start(host, { jobs: ["test"] });
    assertEquals(facts, {
      error: `Cannot start job "test": changed since a person trusted it: ${words}`,
      person_types: "orchastration trust test",
    });
    assertEquals([started.length, host.spawned.length], [0, 0]);
  });

  Deno.test(`trust: ${what} between the check and the start is found by the supervisor, which starts nothing`, async () => {
    using host = await trusted();
    const { facts, record, programs } = await start(host, { jobs: ["show", "test"] }, (machine) => {
      change(machine);
      machine.disk.write(`${PROJECT}/.enw`, "\n");
    });
    assertEquals(
      programs.filter((program) => /\/(?:sh|db|dc|tall)$/.test(program)),
      [],
      JSON.stringify(facts),
    );
    assert(record["status"] !== "succeeded", JSON.stringify(record["status"]));
  });
}

Deno.test("trust: what nobody changed runs, with its service, and its end is told", async () => {
  using host = await trusted();
  const { facts, started } = await start(host, { jobs: ["test"] });
  assertEquals(facts["status"], "succeeded", JSON.stringify(facts));
  const tools = started.flatMap(({ processes }) => processes.tools.map(({ program }) => program));
  assertEquals(tools.filter((program) => program === "/bin/tell"), ["/bin/tell"]);
});

Deno.test("trust: the record of a run that was not started says what changed", async () => {
  using host = await trusted();
  const toml = TOML.replace('uses = ["db"]\n', "");
  host.disk.write(CONFIG, toml);
  const person = host.another({ env: ENV, isTerminal: true, stdin: "y\n" });
  await call(person, ["trust", "test"]);
  const { facts, record } = await start(host, { jobs: ["test"] }, edit("tools/test.sh"));
  assertEquals([facts["status"], record["not_started_cause"], record["reason"]], [
    "not_started",
    "not_trusted",
    "was not started: it changed after it was checked: file tools/test.sh",
  ]);
});

Deno.test("trust: a script that changes while the run waits for a lock is found before the process starts", async () => {
  using host = await trusted();
  host.disk.write(CONFIG, TOML.replace('uses = ["db"]\n', ""));
  await call(host.another({ env: ENV, isTerminal: true, stdin: "y\n" }), ["trust", "test"]);
  const holder = host.another({ env: ENV });
  const { promise: goOn, resolve } = Promise.withResolvers<void>();
  let calls = 0;
  host.program("sh", async () => {
    calls++;
    await goOn;
    return 0;
  });
  const held = call(holder, ["run", "test", "--quiet"]);
  await holder.whenListening();
  const asked = start(host, { jobs: ["test"] });
  await host.clock.after(5000).elapsed;
  edit("tools/test.sh")(host);
  resolve();
  await held;
  const { facts, record } = await asked;
  assertEquals([record["status"], calls], ["not_started", 1], JSON.stringify(facts));
});

Deno.test("trust: a task runs with its checks, and what it leaves does not end the trust", async () => {
  using host = await trusted();
  for (let round = 0; round < 2; round++) {
    await call(host, ["plan", "create", "site"]);
    const { facts } = await start(host, { task: "site" });
    assertEquals(facts["status"], "succeeded", JSON.stringify(facts));
  }
});

Deno.test("trust: a check that the build itself changed is not started", async () => {
  using host = await trusted();
  host.program("make-site", () => {
    edit("tools/check.sh")(host);
    host.disk.write(`${PROJECT}/dist/page.html`, "page\n");
    return 0;
  });
  await call(host, ["plan", "create", "site"]);
  const { facts, programs } = await start(host, { task: "site" });
  assertEquals([facts["status"], programs.includes("/bin/sh")], ["failed", false], JSON.stringify(facts));
});

Deno.test("trust: the same project at another path is refused, and the path is what changed", async () => {
  using host = await trusted();
  const moved = "/home/ada/moved";
  for (const name of ["orchastration.toml", ...FILES]) {
    host.disk.write(`${moved}/${name}`, host.disk.read(`${PROJECT}/${name}`)!);
  }
  host.disk.remove(PROJECT);
  const there = host.another({ env: ENV, cwd: moved });
  const { facts, started } = await start(there, { jobs: ["show"] });
  assertEquals(
    facts["error"],
    `Cannot start job "show": changed since a person trusted it: the project's path, which was ${PROJECT}`,
  );
  assertEquals(started.length, 0);
});
