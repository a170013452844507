/** The locks of nodes: other names of the lock of their graph, or locks of their own. */

import { assertEquals } from "@std/assert";
import { call, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import "../../../src/app/graph/run_jobs.ts";
import "../../../src/app/runs/show_run.ts";

const TWO = '[jobs.a]\ncommand = ["a"]\n[jobs.b]\ncommand = ["b"]\n';

function locks(host: FakeHost): readonly string[] {
  return host.disk.list(`${STATE}/locks`).filter((name) => name.startsWith("run-"))
    .map((name) => name.replace(/-\d{8}T.*$/, ""));
}

/** Runs both jobs; returns the locks of runs as job b sees them. */
async function locksWhileRunning(host: FakeHost, then: () => Promise<void> = () => Promise.resolve()) {
  let seen: readonly string[] = [];
  host.program("a", () => Promise.resolve(0));
  host.program("b", async () => {
    seen = locks(host);
    await then();
    return 0;
  });
  const { code } = await call(host, ["run", "a", "b", "-j1", "--keep-going"]);
  return { code, seen };
}

Deno.test("each running node has a lock file of its own name, and none is left when the graph has ended", async () => {
  using host = machineWith(TWO);
  const { code, seen } = await locksWhileRunning(host);
  assertEquals([code, seen, locks(host)], [0, ["run-b", "run-graph"], []]);
});

Deno.test("nodes get locks of their own where files have one name only", async () => {
  using host = machineWith(TWO);
  host.disk.hasSecondNames = false;
  const { code, seen } = await locksWhileRunning(host);
  assertEquals([code, seen, locks(host)], [0, ["run-b", "run-graph"], []]);
});

Deno.test("a node whose end cannot be recorded reads as interrupted while its graph goes on", async () => {
  using host = machineWith(TWO);
  host.faults.failWhen({ op: "write", path: /runs\/a\//, skip: 1, problem: "no_space" });
  let shown = "";
  const { code } = await locksWhileRunning(host, async () => {
    shown = (await call(host.another(), ["status", "a"])).stdout;
  });
  assertEquals([code, shown.split(/ +/).slice(0, 2)], [1, ["a", "interrupted"]]);
});

Deno.test("last.json names the newest run of a node, and its status is read from the run", async () => {
  using host = machineWith(TWO);
  await locksWhileRunning(host);
  await host.clock.advance(5000);
  await locksWhileRunning(host);
  const { id, kind } = readJson(host, `${STATE}/runs/a/last.json`);
  const [, newest] = host.disk.list(`${STATE}/runs/a`).filter((name) => /^\d.*\.json$/.test(name));
  assertEquals([kind, id], ["newest_run", `a/${newest!.replace(".json", "")}`]);
  const { stdout } = await call(host, ["status", "a"]);
  assertEquals(stdout.split(/ +/).slice(0, 2), ["a", "succeeded"]);
});
