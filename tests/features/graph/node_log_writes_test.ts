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
