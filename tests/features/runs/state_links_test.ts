/** Symbolic links in the state folder: nothing is written, truncated or removed through them. */

import { assertEquals } from "@std/assert";
import { call, machineWith, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const TOML = '[jobs.work]\ncommand = ["work"]\nconcurrency = "refuse"\n[tasks.page]\ncommand = ["work"]\n';
const PRECIOUS = "/home/ada/precious";
const LINK = "it is a symbolic link";

/** With a run of the job and a plan of the task, and another folder that looks like a part of the state. */
async function machine(): Promise<FakeHost> {
  const host = machineWith(TOML);
  host.program("work", () => {});
  for (const argv of [["run", "work"], ["plan", "create", "page"]]) await call(host, argv);
  const record = "20261122T063449.123Z.json";
  host.disk.write(`${PRECIOUS}/${record}`, host.disk.read(`${STATE}/runs/work/${record}`)!);
  host.disk.write(`${PRECIOUS}/.x.tmp`, "mine");
  host.clock.pass(3_600_000);
  return host;
}

/** Replaces a path by the link, calls the program, and examines the target of the link. */
async function through(link: string, target: string, ...argv: readonly string[]) {
  using host = await machine();
  host.disk.remove(`${STATE}/${link}`);
  host.disk.link(`${STATE}/${link}`, target);
  const before = host.disk.tree(PRECIOUS);
  const { code, stderr } = await call(host, argv);
  assertEquals(host.disk.tree(PRECIOUS), before);
  return [code, stderr.split("\n")[0]];
}

for (
  const [link, target, argv, expected] of [
    ["runs/work", PRECIOUS, "run work", `Cannot make the folder "${STATE}/runs/work"`],
    ["runs", PRECIOUS, "run work", `Cannot make the folder "${STATE}/runs"`],
    ["locks", PRECIOUS, "run work", `Cannot make the folder "${STATE}/locks"`],
    ["tasks", PRECIOUS, "plan create page --force", `Cannot make the folder "${STATE}/tasks"`],
    [
      "locks/job-work.lock",
      `${PRECIOUS}/.x.tmp`,
      "run work",
      `Cannot take the lock "${STATE}/locks/job-work.lock"`,
    ],
    [
      "locks/job-page.lock",
      `${PRECIOUS}/.x.tmp`,
      "build run page",
      `Cannot take the lock "${STATE}/locks/job-page.lock"`,
    ],
    ["runs/work", PRECIOUS, "runs prune --older-than 1s", `Cannot remove "${STATE}/runs/work"`],
  ] as const
) {
  Deno.test(`a link in the state folder, ${link}: ${argv} is refused, and the target stays`, async () => {
    assertEquals(await through(link, target, ...argv.split(" ")), [74, `error: ${expected}: ${LINK}`]);
  });
}

Deno.test("a link in the state folder: recover removes nothing through the link", async () => {
  assertEquals(await through("runs/work", PRECIOUS, "recover"), [0, ""]);
});

Deno.test("the state folder itself may be a link", async () => {
  using host = machineWith(TOML);
  host.program("work", () => {});
  host.disk.makeFolder("/mnt/large");
  host.disk.link(STATE, "/mnt/large");
  assertEquals((await call(host, ["run", "work"])).code, 0);
  assertEquals(host.disk.list("/mnt/large/runs"), ["work"]);
});
