/** `verify` after the removal of a run whose end is in the journal and not in its record: nothing was altered, and that is said. */

import { assertEquals } from "@std/assert";
import { call, machineWith, STATE, USER_STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { entriesOf, sha256 } from "../../support/journal.ts";
import "../../../src/app/runs/adopt_records.ts";
import "../../../src/app/runs/prune_runs.ts";
import "../../../src/app/runs/recover_runs.ts";

const RECORD = /\/runs\/plain\/[^/]+Z\.json$/;
const QUIET = ["--log-level", "error"];

async function quiet(host: FakeHost, ...argv: readonly string[]) {
  host.clock.pass(5000);
  return await call(host.another(), [...argv, ...QUIET]);
}

/** The disk was full when the end of `plain` was to be recorded, after its line in the journal. */
async function unrecorded(state = STATE): Promise<{ readonly host: FakeHost; readonly run: string }> {
  const host = machineWith('[jobs.plain]\ncommand = ["good"]\n');
  host.program("good", () => {
    running.faults.failWhen({ op: "rename", path: RECORD, problem: "no_space" });
  });
  const running = host.another();
  host.clock.pass(5000);
  const where = state === STATE ? [] : ["--state-dir", state];
  assertEquals((await call(running, ["run", "plain", ...where, ...QUIET])).code, 74);
  const [record] = host.disk.list(`${state}/runs/plain`).filter((name) => /Z\.json$/.test(name));
  return { host, run: `plain/${record!.slice(0, -".json".length)}` };
}

Deno.test("verify says of a run that was pruned before its end could be recorded that its end is only in the journal", async () => {
  const { host, run } = await unrecorded();
  const before = await quiet(host, "verify", "--all");
  assertEquals([before.code, before.stdout.split("\n").filter((line) => line.startsWith("fails: "))], [1, [
    `fails: runs/${run}.json is not finished, and line 2 says that it ended`,
  ]]);
  const sha = sha256(host.disk.readBytes(`${STATE}/runs/${run}.json`)!);
  assertEquals((await quiet(host, "runs", "prune", "--keep", "0")).stdout, "1 run removed.\n");
  assertEquals(entriesOf(host).slice(1).map(({ kind, unfinished }) => [kind, unfinished]), [
    ["run", undefined],
    ["pruned", true],
  ]);
  assertEquals(entriesOf(host)[2]!["sha256"], sha);
  assertEquals(await quiet(host, "verify", "--all"), {
    code: 0,
    stdout: "all records: verified, as far as it can be checked\n" +
      "records     holds      0 records, 1 record removed\n" +
      "chain       holds      3 lines in order, no signature anchors it\n" +
      "signatures  unchecked  nothing is signed\n" +
      "claim       unchecked  no task is done\n" +
      `not checked: runs/${run}.json was removed in line 3 without the end that line 2 has\n`,
    stderr: "",
  });
  host[Symbol.dispose]();
});

Deno.test("verify says nothing of such a run that was recovered before it was pruned", async () => {
  const { host } = await unrecorded();
  assertEquals((await quiet(host, "recover")).code, 0);
  assertEquals((await quiet(host, "runs", "prune", "--keep", "0")).stdout, "1 run removed.\n");
  const { code, stdout } = await quiet(host, "verify", "--all");
  assertEquals([code, stdout.includes(" was removed in ")], [0, false]);
  host[Symbol.dispose]();
});

Deno.test("verify finds a finished record that was altered before it was pruned, whatever a line says of another run", async () => {
  const { host } = await unrecorded();
  host.program("good", () => {});
  assertEquals((await quiet(host, "run", "plain")).code, 0);
  const path = Object.keys(host.disk.tree(`${STATE}/runs/plain`)).filter((each) => RECORD.test(each)).at(-1)!;
  host.disk.write(path, host.disk.read(path)!.replace('"ada"', '"bob"'));
  assertEquals((await quiet(host, "runs", "prune", "--keep", "0")).stdout, "2 runs removed.\n");
  assertEquals(entriesOf(host).slice(3).map(({ unfinished }) => unfinished), [undefined, true]);
  const { code, stdout } = await quiet(host, "verify", "--all");
  const about = path.slice(STATE.length + 1);
  assertEquals([code, stdout.match(/^fails: .*$/gm)], [1, [
    `fails: ${about} was altered between line 3 and its removal in line 4`,
  ]]);
  host[Symbol.dispose]();
});

Deno.test("verify says the same of such a run that was moved to another state folder, and there it is recovered", async () => {
  const { host, run } = await unrecorded(USER_STATE);
  assertEquals((await quiet(host, "runs", "adopt", USER_STATE)).code, 0);
  const left = await quiet(host, "verify", "--all", "--state-dir", USER_STATE);
  assertEquals([left.code, left.stdout.match(/^not checked: .*$/gm)], [0, [
    `not checked: runs/${run}.json was removed in line 3 without the end that line 2 has`,
  ]]);
  assertEquals((await quiet(host, "recover")).code, 0);
  const { code, stdout } = await quiet(host, "verify", "--all");
  assertEquals([code, stdout.includes("not checked: runs")], [0, false]);
  host[Symbol.dispose]();
});
