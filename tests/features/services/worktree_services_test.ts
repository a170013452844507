/** Services of two work trees with one definition: none takes the other's for its own. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, readJson } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { startsAgain } from "../../support/started_again.ts";
import "../../../src/app/runs/stop_runs.ts";
import "../../../src/app/services/list_services.ts";
import "../../../src/app/services/use_services.ts";

const TOML = `
[services.api]
command = ["api"]
ready = { port = 8080 }
ready_timeout_seconds = 5
[services.say]
command = ["say"]
ready = { line = "at (.*)" }
[services.ask]
command = ["say"]
ready = { command = ["ask"] }
[jobs.use]
command = ["use"]
uses = ["say"]
`;
const OTHER = "/home/ada/other";
const SHARED = ["--state-dir", "/home/ada/shared", "--log-level", "error"];

/** Two work trees of one repository; `say` says which ports it has. */
function machine(): FakeHost {
  const host = machineWith(TOML, {
    files: {
      [`${PROJECT}/.git/HEAD`]: "ref: refs/heads/main\n",
      [`${PROJECT}/.git/worktrees/other/gitdir`]: `${OTHER}/.git\n`,
      [`${PROJECT}/.git/worktrees/other/commondir`]: "../..\n",
      [`${OTHER}/.git`]: `gitdir: ${PROJECT}/.git/worktrees/other\n`,
      [`${OTHER}/orchastration.toml`]: TOML,
    },
  });
  startsAgain(host);
  host.program("say", async (p) => {
    await p.stdout(`at ${p.env["ORCHASTRATION_WORKTREE"]}:${p.env["ORCHASTRATION_PORT_BASE"]}\n`);
    await p.forever();
  });
  return host;
}

function inOther(host: FakeHost): FakeHost {
  const other = host.another({ cwd: OTHER });
  startsAgain(other);
  return other;
}

Deno.test("services: one that waits for its port is not ready by the port of another work tree", async () => {
  using host = machine();
  host.program("api", async (p) => {
    await p.sleep(100);
    // The other work tree's service comes first.
    host.reusePid(700, "api", { ORCHASTRATION_WORKTREE: PROJECT });
    host.network.ports.set(8080, { pid: 700, program: "api", startedAtMs: undefined });
    await p.forever();
  });
  const said = await call(inOther(host), ["service", "start", "api", "--log-level", "error"]);
  assertEquals([said.code, said.stderr.includes("not ready")], [1, true], said.stderr);
});

Deno.test("services: in records that two work trees share, each finds, uses and stops its own", async () => {
  using host = machine();
  const seen: string[] = [];
  host.program("use", (p) => {
    seen.push(p.env["ORCHASTRATION_SERVICE_SAY_ADDRESS"] ?? "none");
  });
  const start = async (each: FakeHost) => {
    const said = await call(each, ["service", "start", "say", "--json", ...SHARED]);
    assertEquals(said.code, 0, said.stderr);
    return JSON.parse(said.stdout) as { run: string; address: string; was_running: boolean };
  };
  const ours = await start(host);
  const theirs = await start(inOther(host));
  assertEquals([ours.was_running, theirs.was_running], [false, false]);
  assert(ours.address.startsWith(`${PROJECT}:`) && theirs.address.startsWith(`${OTHER}:`));
  assert(ours.address.split(":")[1] !== theirs.address.split(":")[1]);
  for (const each of [host, inOther(host)]) {
    assertEquals(
      (await call(each.another({ cwd: each.environment.cwd }), ["run", "use", ...SHARED])).code,
      0,
    );
  }
  assertEquals(seen, [ours.address, theirs.address]);
  // The newest run under this name is the other one's, and then our own.
  const status = ({ run }: { run: string }) => readJson(host, `/home/ada/shared/runs/${run}.json`)["status"];
  assertEquals((await call(host.another(), ["service", "stop", "say", ...SHARED])).code, 0);
  assertEquals([status(ours), status(theirs)], ["cancelled", "running"]);
  const again = host.another();
  startsAgain(again);
  const newest = await start(again);
  assertEquals((await call(host.another(), ["service", "stop", "say", ...SHARED])).code, 0);
  assertEquals([status(newest), status(theirs)], ["cancelled", "running"]);
  await call(inOther(host), ["service", "stop", "say", ...SHARED]);
  assertEquals(status(theirs), "cancelled");
});

Deno.test("services: a command that tells whether one is ready gets the work tree and its ports", async () => {
  using host = machine();
  host.program(
    "ask",
    (p) => p.env["ORCHASTRATION_WORKTREE"] === OTHER && p.env["ORCHASTRATION_PORT_BASE"] ? 0 : 1,
  );
  const other = host.another({ cwd: OTHER });
  const supervisors = startsAgain(other);
  const said = await call(other, ["service", "start", "ask", "--log-level", "error"]);
  assertEquals(said.code, 0, said.stderr);
  // Its supervisor would digest its output while the test ends.
  assertEquals((await call(host.another({ cwd: OTHER }), ["service", "stop", "ask"])).code, 0);
  await supervisors.ended();
});
