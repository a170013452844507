/** The log of a large graph's nodes by itself: who is told what, when a write of several records fails. */

import { assertEquals } from "@std/assert";
import { type RunId, runIdOf, timestampOf } from "../../../src/model/ids.ts";
import { Layout } from "../../../src/store/layout.ts";
import { NodeLog } from "../../../src/store/node_log.ts";
import { machineWith, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const LOG = /\/nodes\/graph-[^/]+\.log$/;

function idOf(name: string): RunId {
  return runIdOf(name, timestampOf(Date.parse("2026-01-02T03:04:05.006Z")));
}

async function opened(host: FakeHost): Promise<NodeLog> {
  const { files, paths, clock, digests, processes } = host;
  const parts = { files, paths, clock, digests, processes, layout: new Layout(paths, STATE) };
  const log = await NodeLog.open(parts, idOf("graph"), "later");
  if (!log.ok) throw new Error(log.failure.reason);
  return log.value;
}

function recordOf(text: string): Uint8Array {
  return new TextEncoder().encode(`{ "${text}": 1\n}\n`);
}

function contentOf(host: FakeHost): string {
  const folder = `${STATE}/nodes`;
  return host.disk.read(`${folder}/${host.disk.list(folder)[0]}`) ?? "";
}

Deno.test("node log: after a write that failed, the next record is kept", async () => {
  using host = machineWith("");
  const log = await opened(host);
  host.faults.failNext({ op: "write", path: LOG, problem: "no_space" });
  assertEquals((await log.keep(idOf("a"), recordOf("first"))).ok, false);
  assertEquals(await log.keep(idOf("b"), recordOf("second")), { ok: true, value: undefined });
  assertEquals(contentOf(host).includes('"second"'), true);
  log.close();
});

Deno.test("node log: a record that waits is written before it is told, and a write before that which failed drops nothing", async () => {
  using host = machineWith("");
  const log = await opened(host);
  const first = log.keep(idOf("a"), recordOf("first"));
  const second = log.keep(idOf("b"), recordOf("second"));
  host.faults.failNext({ op: "write", path: LOG, problem: "no_space" });
  log.forget(idOf("c"));
  assertEquals([(await first).ok, (await second).ok], [true, true]);
  assertEquals(contentOf(host).includes('"second"'), true);
  assertEquals(contentOf(host).includes(`#forget ${idOf("c")}\n`), true);
  log.close();
});

Deno.test("node log: a record that comes while another one is synced is told how its own sync ends", async () => {
  using host = machineWith("");
  const log = await opened(host);
  host.faults.failNext({ op: "sync", path: LOG, problem: "no_space" });
  const [first, second] = await Promise.all([
    log.keep(idOf("a"), recordOf("first")),
    log.keep(idOf("b"), recordOf("second")),
  ]);
  assertEquals([first.ok, second.ok], [false, true]);
  assertEquals(await log.keep(idOf("c"), recordOf("third")), { ok: true, value: undefined });
  log.close();
});

Deno.test("node log: a mark that could not be written is in front of the next record", async () => {
  using host = machineWith("");
  const log = await opened(host);
  host.faults.failNext({ op: "write", path: LOG, problem: "no_space" });
  log.forget(idOf("a"));
  assertEquals((await log.keep(idOf("b"), recordOf("second"))).ok, true);
  assertEquals(contentOf(host).split("\n").slice(1, 3), ["", `#forget ${idOf("a")}`]);
  log.close();
});

Deno.test("node log: it is not removed where a part of what was written ahead may be lost", async () => {
  for (const isDone of [true, false]) {
    using host = machineWith("");
    const log = await opened(host);
    host.files.writeAheadBeside = () => Promise.resolve(isDone);
    for (let times = 0; times < 200; times++) log.filed();
    await log.settle();
    assertEquals(host.disk.list(`${STATE}/nodes`).length, isDone ? 0 : 1);
  }
});
