/** `last.json` between processes: it never hides a run, and the id that it alone keeps from others stays. */

import { assert, assertEquals } from "@std/assert";
import { parseRunId, type RunId, runIdOf, timestampOf } from "../../../src/model/ids.ts";
import { Layout } from "../../../src/store/layout.ts";
import { newestOnly, reserveByNote } from "../../../src/store/last_run.ts";
import { moveRuns } from "../../../src/store/move_runs.ts";
import { removeRuns } from "../../../src/store/remove_runs.ts";
import { RunStore } from "../../../src/store/run_store.ts";
import type { StoreParts } from "../../../src/store/store_parts.ts";
import { call, machineWith, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import { JOURNAL } from "../../support/journal.ts";

const QUIET = ["--log-level", "error"];
const TOML = '[jobs.a]\ncommand = ["a"]\n[jobs.b]\ncommand = ["b"]\n';
const NOTE = `${STATE}/runs/a/last.json`;

function partsOf(host: FakeHost, state = STATE): StoreParts {
  const { files, paths, clock, digests, processes } = host;
  return { files, paths, clock, digests, processes, layout: new Layout(paths, state) };
}

/** A job with two runs in graphs, the second of which is noted. */
async function machine(): Promise<FakeHost> {
  const host = machineWith(TOML);
  for (const name of ["a", "b"]) host.program(name, () => {});
  for (let times = 0; times < 2; times++) {
    assertEquals((await call(host.another(), ["run", "a", "b", ...QUIET])).code, 0);
    host.clock.pass(5000);
  }
  return host;
}

function idsOf(host: FakeHost): readonly RunId[] {
  return host.disk.list(`${STATE}/runs/a`).filter((name) => /Z\.json$/.test(name))
    .map((name) => `a/${name.slice(0, -".json".length)}` as RunId);
}

/** Another process, which reserves the id of a node that is up to date, and has not recorded it yet. */
function reserving(host: FakeHost): { readonly reserve: () => void; readonly id: () => Promise<RunId> } {
  const parts = partsOf(host.another());
  let reserved: Promise<unknown> | undefined;
  return {
    reserve() {
      const newest = parseRunId(readJson(host, NOTE)["id"] as string)!.timestamp;
      reserved ??= reserveByNote(parts, "a", host.clock.nowMs(), newest);
    },
    async id() {
      const id = await reserved;
      assert(typeof id === "string" && id.startsWith("a/"), String(id));
      return id as RunId;
    },
  };
}

/** A third process begins a run in the same millisecond. */
async function nextId(host: FakeHost): Promise<RunId> {
  const writer = await new RunStore(partsOf(host.another())).reserve("a", host.clock.nowMs());
  assert(writer.ok);
  return writer.value.id;
}

/** Calls `then` before the first operation of this process on the path. */
function before(
  host: FakeHost,
  op: "openForAppending" | "createNew" | "rename",
  path: RegExp,
  then: () => void,
): void {
  const original = host.files[op].bind(host.files) as (...args: readonly string[]) => unknown;
  let isOver = false;
  host.files[op] = ((...args: readonly string[]) => {
    if (path.test(args[0]!) && !isOver) {
      isOver = true;
      then();
    }
    return original(...args);
  }) as never;
}

Deno.test("newest note: runs prune leaves the note of a run that was reserved since, so that its id is not given again", async () => {
  using host = await machine();
  const pruning = host.another();
  const store = new RunStore(partsOf(pruning));
  const runs = idsOf(host).map((id) => store.read(id)).map((run) => run.ok ? run.value : undefined!);
  const node = reserving(host);
  before(pruning, "openForAppending", new RegExp(`^${JOURNAL}$`), node.reserve);
  assertEquals((await removeRuns(store.parts, "a", runs)).ok, true);
  assertEquals([idsOf(host), readJson(host, NOTE)["id"]], [[], await node.id()]);
  assert(await nextId(host) > await node.id());
});

Deno.test("newest note: runs adopt leaves the note of a run that was reserved since", async () => {
  using host = await machine();
  const moving = host.another();
  const elsewhere = "/elsewhere";
  const [from, to] = [partsOf(moving), partsOf(moving, elsewhere)];
  const node = reserving(host);
  before(moving, "rename", /\/runs\/a\/.*Z\.json$/, node.reserve);
  const moved = await moveRuns(from, to, "a", () => true);
  assertEquals(moved.ok && moved.value.moved.length, 2);
  assertEquals([idsOf(host), readJson(host, NOTE)["id"]], [[], await node.id()]);
  assert(await nextId(host) > await node.id());
});

Deno.test("newest note: a run that could not be recorded leaves the note of a run that was reserved since", async () => {
  using host = await machine();
  const failing = host.another();
  const node = reserving(host);
  before(failing, "createNew", /\/runs\/a\/\..*Z\.json/, () => {
    host.clock.pass(1);
    node.reserve();
    failing.faults.failNext({ op: "createNew", path: /\/runs\/a\//, problem: "no_space" });
  });
  assertEquals((await call(failing, ["run", "a", ...QUIET])).code, 74);
  assertEquals(readJson(host, NOTE)["id"], await node.id());
  assert(await nextId(host) > await node.id());
});

Deno.test("newest note: a run that could not be recorded, and is noted, is forgotten", async () => {
  using host = await machine();
  const failing = host.another();
  failing.faults.failNext({ op: "createNew", path: /\/runs\/a\/\..*Z\.json/, problem: "no_space" });
  assertEquals((await call(failing, ["run", "a", ...QUIET])).code, 74);
  assertEquals([host.disk.exists(NOTE), idsOf(host).length], [false, 2]);
});

Deno.test("newest note: where its lock cannot be had, only a note that would hide the new run is removed", async () => {
  for (const [isNewer, stays] of [[true, true], [false, false]] as const) {
    using host = await machine();
    const [, newest] = idsOf(host);
    const noted = isNewer ? runIdOf("a", timestampOf(host.clock.nowMs() + 20_000)) : newest!;
    host.program("b", () => {
      host.disk.write(NOTE.replace("/a/", "/b/"), newestOnly(noted.replace("a/", "b/") as RunId));
    });
    host.disk.lockElsewhere(`${STATE}/locks/last.lock`);
    assertEquals((await call(host.another(), ["run", "b", ...QUIET])).code, 0);
    assertEquals(host.disk.exists(NOTE.replace("/a/", "/b/")), stays, `${isNewer}`);
  }
});

Deno.test("newest note: a reader that sees a part of one note and a part of the next one lists the folder", async () => {
  using host = machineWith(TOML);
  for (const name of ["a", "b"]) host.program(name, () => {});
  // Parts of the second and the third name the first.
  const times = [449_123, 449_456, 450_123].map((ms) => Date.parse("2026-11-22T06:27:20.000Z") + ms);
  const notes: Uint8Array[] = [];
  for (const time of times) {
    host.clock.pass(time - host.clock.nowMs());
    assertEquals((await call(host.another(), ["run", "a", "b", "--jobs", "1", ...QUIET])).code, 0);
    notes.push(host.disk.readBytes(NOTE)!);
  }
  const [first, second, third] = idsOf(host);
  assertEquals(idsOf(host).map((id) => id.slice(-8)), ["449.123Z", "449.456Z", "450.123Z"]);
  const store = new RunStore(partsOf(host));
  const seen = new Set<string | undefined>();
  for (const [begin, end] of [[notes[1]!, notes[2]!], [notes[2]!, notes[1]!]] as const) {
    assertEquals(begin.length, end.length);
    for (let at = 0; at <= begin.length; at++) {
      host.disk.write(NOTE, new Uint8Array([...begin.subarray(0, at), ...end.subarray(at)]));
      const latest = store.latest("a");
      seen.add(latest.ok ? latest.value.run?.record.id : undefined);
    }
  }
  assertEquals([...seen].sort(), [second!, third!], `not ${first}`);
});

Deno.test("newest note: one of an earlier program, with the id once, is read", async () => {
  using host = await machine();
  const [first] = idsOf(host);
  host.disk.write(NOTE, `{\n  "format": 1,\n  "kind": "newest_run",\n  "id": "${first}"\n}\n`);
  const latest = new RunStore(partsOf(host)).latest("a");
  assertEquals(latest.ok && latest.value.run?.record.id, first!);
});
