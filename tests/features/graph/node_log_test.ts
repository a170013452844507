/** The log of a large graph's nodes: what it keeps when the process, the machine or the disk fails, and who else finds it. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";
import type { FailRule } from "../../support/fake_life.ts";
import {
  ALL,
  atDeathsOfGraph,
  dyingGraph,
  machineWithGraph,
  NODE_LOGS,
  QUIET,
  recordedRuns,
  recordOf,
  requireTruth,
  TELLING,
  toldEnds,
} from "../../support/large_graph.ts";
import { entriesOf, JOURNAL, sha256 } from "../../support/journal.ts";
import { useTool } from "../../support/mcp_use.ts";
import { untilDeath } from "../../support/until_death.ts";
import "../../../src/app/graph/run_jobs.ts";
import "../../../src/app/runs/adopt_records.ts";
import "../../../src/app/runs/list_runs.ts";
import "../../../src/app/runs/prune_runs.ts";
import "../../../src/app/runs/recover_runs.ts";
import "../../../src/app/runs/show_run.ts";
import "../../../src/app/runs/wait_runs.ts";

const LOCKS = `${STATE}/locks`;
const LOG = /\/nodes\/graph-[^/]+\.log$/;

const SILENT_NAMES = Array.from({ length: 18 }, (_, at) => `n${at}`);
const SILENT_JOBS = SILENT_NAMES.map((name) => `[jobs.${name}]\ncommand = ["quick", "${name}"]\n`).join("");

function logs(host: FakeHost): readonly string[] {
  return host.disk.list(NODE_LOGS).filter((name) => name.endsWith(".log"));
}

function logText(host: FakeHost): string {
  return host.disk.read(`${NODE_LOGS}/${logs(host)[0]}`) ?? "";
}

/** What a process did in the folder of the logs. */
function stepsIn(host: FakeHost): readonly unknown[] {
  return host.operations.filter(({ paths }) => paths.some((path) => path.includes("/nodes/")));
}

async function listed(host: FakeHost, ...more: readonly string[]): Promise<readonly string[]> {
  const said = await call(host, ["runs", "list", "--limit", "0", "--json", ...more, ...QUIET]);
  assertEquals([said.code, said.stderr], [0, ""]);
  return JSON.parse(said.stdout).runs.map(({ id, status }: { id: string; status: string }) =>
    `${id} ${status}`
  );
}

function of(name: string, runs: readonly string[]): readonly string[] {
  return runs.filter((run) => run.startsWith(`${name}/`)).map((run) => run.split(" ")[1]!);
}

/** A graph that was killed while its node n5 ran, and the next process. */
async function killed(losingUnsynced = false): Promise<{ readonly dead: FakeHost; readonly next: FakeHost }> {
  const dead = await dyingGraph("n5");
  assertEquals(await untilDeath(dead, () => call(dead, [...ALL, ...TELLING])), { kind: "died" });
  return { dead, next: dead.reviveAfterDeath({ losingUnsynced }) };
}

/** The newest run of a job in a log. */
function loggedRun(text: string, name: string): string {
  return text.match(new RegExp(`(?<=^#run )${name}/.*$`, "gm"))!.at(-1)!;
}

function pathOf(run: string): string {
  return `${STATE}/runs/${run}.json`;
}

Deno.test("node log: after a death at any moment, with and without a power cut, every told end and every intent is found", async () => {
  await atDeathsOfGraph({ first: 3, step: 19 }, requireTruth);
});

Deno.test("node log: the same holds for the first graph of a project, which begins the journal", async () => {
  await atDeathsOfGraph({ first: 2, step: 43, hasRunBefore: false }, requireTruth);
});

Deno.test("node log: a graph that ends leaves no log, and each record is in a file of its own", async () => {
  using host = await machineWithGraph();
  await call(host, [...ALL, ...TELLING]);
  assertEquals(logs(host), []);
  for (const losingUnsynced of [false, true]) {
    using next = host.reviveAfterDeath({ losingUnsynced });
    await requireTruth({ dead: host, next, losingUnsynced, context: `${losingUnsynced}` });
  }
});

Deno.test("node log: a graph of fewer nodes, and a graph where there are no locks, keeps no log", async () => {
  using few = machineWith(`[jobs.a]\ncommand = ["a"]\n[jobs.b]\ncommand = ["a"]\n`);
  few.program("a", () => {});
  assertEquals((await call(few, ["run", "a", "b", ...QUIET])).code, 0);
  using none = await machineWithGraph();
  none.disk.lockFault = "it has no locks";
  assertEquals((await call(none, [...ALL, ...QUIET])).code, 1);
  for (const host of [few, none]) assertEquals(stepsIn(host), []);
});

const UNOPENED: readonly [string, FailRule][] = [
  ["nodes/ cannot be made", { op: "makeFolders", path: /\/nodes$/, problem: "no_space" }],
  ["the log cannot be created", { op: "createNew", path: LOG, problem: "permission_denied" }],
  ["the log cannot be opened twice", { op: "openForAppending", path: LOG, problem: "other" }],
  ["its name cannot be synced", { op: "syncFolder", path: /\/nodes$/, problem: "other" }],
];

for (const [what, rule] of UNOPENED) {
  Deno.test(`node log: where ${what}, each node has a durable record of its own from the beginning`, async () => {
    using host = await machineWithGraph();
    host.disk.remove(NODE_LOGS);
    host.faults.failWhen(rule);
    assertEquals((await call(host, [...ALL, ...TELLING])).code, 1);
    assertEquals([logs(host), toldEnds(host).length], [[], 16]);
    using next = host.reviveAfterDeath({ losingUnsynced: true });
    for (const { run, status } of toldEnds(host)) assertEquals(recordOf(next, run)["status"], status);
    assertEquals((await call(next, ["verify", "--all", ...QUIET])).code, 0);
  });
}

for (const op of ["write", "sync"] as const) {
  for (const [lasts, times] of [["once", 1], ["from then on", Infinity]] as const) {
    Deno.test(`node log: where a ${op} of it fails ${lasts}, each node has an ending that is true, also after a power cut`, async () => {
      for (let skip = 0; skip < 30; skip += times === 1 ? 3 : 5) {
        using host = await machineWithGraph();
        host.faults.failWhen({ op, path: LOG, problem: "no_space", skip, times });
        const said = await call(host, [...ALL, ...TELLING]);
        assertEquals(said.code, 1, `${skip}: ${said.stderr}`);
        using next = host.reviveAfterDeath({ losingUnsynced: true });
        await requireTruth({
          dead: host,
          next,
          losingUnsynced: true,
          context: `after ${skip}`,
          hasFailedDisk: true,
        });
      }
    });
  }
}

Deno.test("node log: where the files of the nodes cannot be synced at the end, the log stays until the next command", async () => {
  using host = await machineWithGraph();
  const repair = host.faults.failWhen({ op: "sync", path: /\/runs\/n4$/, problem: "other" });
  assertEquals((await call(host, [...ALL, ...TELLING])).code, 1);
  assertEquals(logs(host).length, 1);
  repair();
  using next = host.reviveAfterDeath({ losingUnsynced: true });
  await requireTruth({ dead: host, next, losingUnsynced: true, context: "at the end" });
});

for (const [lasts, times] of [["once", 1], ["as long as the graph lives", Infinity]] as const) {
  Deno.test(`node log: where the own file of a record cannot be written ${lasts}, the next command writes the record that the log has`, async () => {
    using host = await machineWithGraph();
    const path = /\/runs\/n4\/\d[^/]*\.json$/;
    const repair = host.faults.failWhen({ op: "rename", path, problem: "no_space", times });
    await call(host, [...ALL, ...TELLING]);
    assertEquals(logs(host).length, 1);
    const run = loggedRun(logText(host), "n4");
    repair();
    assertEquals(of("n4", await listed(host.another())), ["succeeded", "succeeded"]);
    assertEquals([recordOf(host, run)["status"], logs(host)], ["succeeded", []]);
  });
}

/** This write to the log, counted from 1, keeps only so many bytes, and fails. */
function tear(host: FakeHost, write: number, bytes: number): void {
  const createNew = host.files.createNew.bind(host.files);
  host.files.createNew = (path) => {
    const made = createNew(path);
    if (!LOG.test(path) || !made.ok) return made;
    const file = made.value;
    let count = 0;
    const torn = (content: Uint8Array) => {
      if (++count !== write) return file.write(content);
      file.write(content.subarray(0, bytes));
      return { ok: false, failure: { kind: "no_space", reason: "no space left on the device" } } as const;
    };
    return { ok: true, value: { ...file, write: torn } };
  };
}

Deno.test("node log: a disk that becomes full in the middle of a record leaves out only that record", async () => {
  for (let write = 1; write < 10; write++) {
    for (const [node, bytes] of [["n3", 1], ["n4", 6], ["n5", 900], ["n6", 2500]] as const) {
      const dead = await dyingGraph(node);
      tear(dead, write, bytes);
      await untilDeath(dead, () => call(dead, [...ALL, ...TELLING]));
      using next = dead.reviveAfterDeath();
      const context = `write ${write} of ${bytes} bytes, died in ${node}`;
      await requireTruth({ dead, next, losingUnsynced: true, context, hasFailedDisk: true });
    }
  }
});

/** A write with the ends of at least two nodes keeps the first of these records whole, and fails; so does every later one if it `lasts`. */
function tearTogether(host: FakeHost, lasts: boolean): { readonly together: () => readonly string[] } {
  const createNew = host.files.createNew.bind(host.files);
  const failure = {
    ok: false,
    failure: { kind: "no_space", reason: "no space left on the device" },
  } as const;
  let together: readonly string[] = [];
  host.files.createNew = (path) => {
    const made = createNew(path);
    if (!LOG.test(path) || !made.ok) return made;
    const file = made.value;
    const write = (content: Uint8Array) => {
      if (together.length > 0) return lasts ? failure : file.write(content);
      const text = new TextDecoder().decode(content);
      const records = text.split(/^(?=#run )/m).filter((part) => part.startsWith("#run "));
      const ends = records.filter((record) => !record.includes('"status": "running"'));
      if (ends.length < 2 || records.length !== ends.length) return file.write(content);
      together = ends.map((record) => /^#run (.*)$/m.exec(record)![1]!);
      file.write(new TextEncoder().encode(text.slice(0, text.indexOf(ends[1]!) + 7)));
      return failure;
    };
    return { ok: true, value: { ...file, write } };
  };
  return { together: () => together };
}

for (const lasts of [false, true]) {
  for (const losingUnsynced of [false, true]) {
    Deno.test(
      `node log: where the ends of several nodes cannot be written together${
        lasts ? ", nor anything after them" : ""
      }, each is told to have failed after its process ended, and recover says what is known${
        losingUnsynced ? " after a power cut" : ""
      }`,
      async () => {
        using host = machineWith(`${SILENT_JOBS}[jobs.all]\nneeds = ["${SILENT_NAMES.join('", "')}"]\n`);
        host.program("quick", () => {});
        assertEquals((await call(host.another(), ["run", "all", ...QUIET])).code, 0);
        host.clock.pass(5000);
        const graph = host.another();
        const torn = tearTogether(graph, lasts);
        const said = await call(graph, ["run", "all", "-j", "8", "--keep-going", "--json", ...QUIET]);
        assertEquals(said.code, 1, said.stderr);
        const together = torn.together();
        assert(together.length >= 2, "no two ends were written together");
        assertEquals(graph.livingProcesses(), []);
        using next = graph.reviveAfterDeath({ losingUnsynced });
        const statusOf = (runs: readonly string[]) =>
          together.map((run) => runs.find((each) => each.startsWith(`${run} `))?.split(" ")[1]);
        assertEquals(new Set(statusOf(await listed(next))), new Set(["interrupted"]));
        const { nodes } = recordOf(
          next,
          recordedRuns(next).filter((run) => run.startsWith("graph/")).at(-1)!,
        )[
          "graph"
        ] as { readonly nodes: readonly { readonly run: string | null; readonly status: string }[] };
        for (const { run, status } of nodes) {
          if (run !== null && together.includes(run)) {
            assert(status !== "succeeded", `${run} ${status}`);
          }
        }
        assertEquals((await call(next, ["recover", ...QUIET])).code, 0);
        const after = await listed(next);
        for (const run of together) {
          assert(/ (interrupted|succeeded)$/.test(after.find((each) => each.startsWith(run))!));
        }
        const verified = await call(next, ["verify", "--all", ...QUIET]);
        assertEquals(verified.code, 0, verified.stdout);
      },
    );
  }
}

Deno.test("node log: lines that cannot be written into the journal are tried again, and the call fails if none can", async () => {
  for (const [times, code] of [[1, 1], [Infinity, 74]] as const) {
    using host = await machineWithGraph();
    const repair = host.faults.failWhen({ op: "write", path: /journal\.jsonl$/, problem: "no_space", times });
    assertEquals((await call(host, [...ALL, ...TELLING])).code, code);
    repair();
    const next = host.another();
    const verified = await call(next, ["verify", "--all", ...QUIET]);
    assertEquals(verified.code, times === 1 ? 0 : 1, verified.stdout);
    for (const { run, status } of toldEnds(host)) assertEquals(recordOf(next, run)["status"], status);
    assertEquals((await call(next, ["recover", ...QUIET])).code, 0);
    assertEquals((await call(next, ["verify", "--all", ...QUIET])).code, 0);
  }
});

Deno.test("node log: a node whose line a kill took is not checked until recover, also after the record of its graph was pruned", async () => {
  const dead = await dyingGraph("n8");
  assertEquals(await untilDeath(dead, () => call(dead, [...ALL, ...TELLING])), { kind: "died" });
  using next = dead.reviveAfterDeath({ processes: "gone" });
  const lost = async () => {
    const { code, stdout } = await call(next, ["verify", "--all", ...QUIET]);
    return [
      code,
      stdout.match(/^not checked: \S+ is not in the journal: its graph was cut off/gm)?.length ?? 0,
    ];
  };
  const [before, count] = await lost();
  assert(before === 0 && count! > 0, `${before} ${count}`);
  assertEquals((await call(next, ["runs", "prune", "graph", "--keep", "0"])).stdout, "2 runs removed.\n");
  assertEquals(await lost(), [0, count!]);
  assertEquals((await call(next, ["recover", ...QUIET])).code, 0);
  assertEquals(await lost(), [0, 0]);
});

Deno.test("node log: records that are restored are byte for byte those of which the journal has the digest", async () => {
  const { next } = await killed(true);
  using _ = next;
  const ended = recordedRuns(next).length;
  await listed(next);
  assert(recordedRuns(next).length > ended);
  const lines = entriesOf(next).filter(({ kind }) => kind === "run");
  for (const { id, sha256: digest } of lines) {
    assertEquals(sha256(next.disk.readBytes(pathOf(String(id)))!), digest, String(id));
  }
});

Deno.test("node log: a file that the system wrote by itself before a node ended is replaced after a power cut", async () => {
  const dead = await machineWithGraph();
  const folder = `${STATE}/runs/long`;
  void dead.clock.after(30).elapsed.then(() =>
    dead.files.syncAll([...Object.keys(dead.disk.tree(folder)), folder])
  );
  void dead.clock.after(70).elapsed.then(() => dead.die());
  await untilDeath(dead, () => call(dead, [...ALL, ...TELLING]));
  const ends = toldEnds(dead).filter(({ run }) => run.startsWith("long/"));
  assertEquals(ends.map(({ status }) => status), ["succeeded"]);
  using next = dead.reviveAfterDeath({ losingUnsynced: true });
  assertEquals(recordOf(next, ends[0]!.run)["status"], "running");
  await requireTruth({ dead, next, losingUnsynced: true, context: "after 70 ms" });
});

Deno.test("node log: an intent that only the log has is found as interrupted, and recover finishes the run", async () => {
  const { dead, next } = await killed();
  using _ = next;
  const run = loggedRun(logText(dead), "n5");
  assertEquals(next.disk.exists(pathOf(run)), false);
  // The note of the newest run is older, and must not hide it.
  assertEquals(JSON.parse((await call(next, ["status", "n5", "--json"])).stdout).jobs[0].last_run.id, run);
  assertEquals(of("n5", await listed(next)), ["interrupted", "succeeded"]);
  assertEquals((await call(next, ["recover", "--kill", ...QUIET])).code, 0);
  assertEquals([recordOf(next, run)["status"], next.livingProcesses()], ["interrupted", []]);
});

Deno.test("node log: while the graph lives, readers see what runs and leave the log, and stop ends one node", async () => {
  using host = await machineWithGraph();
  const looks: unknown[] = [];
  const look = host.clock.after(30).elapsed.then(async () => {
    const before = logText(host);
    const reader = host.another();
    looks.push(of("long", await listed(reader, "--status", "running")));
    looks.push(
      (await call(reader, ["status", "--json"])).code,
      (await call(reader, ["recover", ...QUIET])).code,
    );
    looks.push(JSON.parse((await call(reader, ["runs", "show", "graph", "--json"])).stdout).status);
    looks.push(logText(host).startsWith(before));
    looks.push((await call(reader, ["stop", "long", ...QUIET])).code);
  });
  const said = await call(host, [...ALL, ...TELLING]);
  await look;
  assertEquals(looks, [["running"], 0, 0, "running", true, 0]);
  assertEquals([said.code, logs(host), of("long", await listed(host))], [1, [], ["cancelled", "succeeded"]]);
});

Deno.test("node log: a node whose end cannot be recorded reads as interrupted while its graph goes on", async () => {
  using host = await machineWithGraph();
  // The end of a node that has no file yet.
  host.faults.failNext({ op: "write", path: LOG, problem: "no_space", skip: 4 });
  const found: (readonly string[])[] = [];
  const look = host.clock.after(30).elapsed.then(async () => {
    found.push(await listed(host.another(), "--status", "interrupted"));
  });
  const said = await call(host, [...ALL, ...TELLING]);
  await look;
  const [run] = /\w+\/[\dTZ.]+(?=.json": no space left)/.exec(said.stderr)!;
  assertEquals(found, [[`${run} interrupted`]]);
});

Deno.test("node log: commands at the same time after a crash each find everything", async () => {
  const { dead, next } = await killed();
  const readers = [next, dead.reviveAfterDeath(), dead.reviveAfterDeath()];
  const all = await Promise.all(readers.map((reader) => listed(reader)));
  assertEquals(all[0]!.length, recordedRuns(next).length);
  for (const each of all) assertEquals(each, all[0]);
  for (const reader of readers) reader[Symbol.dispose]();
});

Deno.test("node log: a command waits for another one that is writing what was left", async () => {
  const { next } = await killed();
  using _ = next;
  const release = next.disk.lockElsewhere(`${LOCKS}/nodes.lock`);
  let isReleased = false;
  void next.clock.after(100).elapsed.then(() => {
    isReleased = true;
    release();
  });
  assertEquals([of("n5", await listed(next)), isReleased], [["interrupted", "succeeded"], true]);
});

Deno.test("node log: in a state folder that may only be read, commands show what is there and write nothing", async () => {
  const { next } = await killed();
  using _ = next;
  const folders = [STATE, NODE_LOGS, LOCKS, ...["n4", "n5"].map((name) => `${STATE}/runs/${name}`)];
  for (const folder of folders) next.disk.setAccess(folder, { writable: false });
  const before = next.disk.tree(STATE);
  assertEquals(of("n5", await listed(next)), ["succeeded"]);
  assertEquals(next.disk.tree(STATE), before);
  for (const folder of folders) next.disk.setAccess(folder, { writable: true });
  assertEquals(of("n5", await listed(next.another())), ["interrupted", "succeeded"]);
});

Deno.test("node log: where one record cannot be written, the others are, and the log stays until it can", async () => {
  const { dead, next } = await killed(true);
  using _ = next;
  const run = loggedRun(logText(dead), "n1");
  next.disk.setAccess(`${STATE}/runs/n1`, { writable: false });
  assertEquals([of("n1", await listed(next)), logs(next).length], [["succeeded"], 1]);
  const left = `${NODE_LOGS}/${
    logs(next)[0]
  } has records of a graph that was killed, and they cannot be written`;
  const doctor = await call(next.another(), ["doctor"]);
  assert(doctor.stdout.includes(left), doctor.stdout);
  assertEquals(of("n5", await listed(next.another())), ["interrupted", "succeeded"]);
  next.disk.setAccess(`${STATE}/runs/n1`, { writable: true });
  assertEquals([of("n1", await listed(next.another())).length, logs(next)], [2, []]);
  assertEquals(next.disk.exists(pathOf(run)), true);
});

Deno.test("node log: without the folder of the locks, it is settled all the same", async () => {
  const { next } = await killed(true);
  using _ = next;
  next.disk.remove(LOCKS);
  assertEquals([of("n5", await listed(next)), logs(next)], [["interrupted", "succeeded"], []]);
});

Deno.test("node log: wait, status --watch and a call of an assistant find a graph that is killed meanwhile", async () => {
  const dead = await dyingGraph("n4", async (_, node, p) => {
    if (node === "n1") await p.sleep(3000);
  });
  const waiter = dead.another();
  const watcher = dead.another({ isTerminal: true, columns: 100 });
  const killing = untilDeath(dead, () => call(dead, [...ALL, ...TELLING]));
  await dead.clock.after(500).elapsed;
  const watching = call(watcher, ["status", "n4", "--watch"]);
  await watcher.whenListening();
  const waiting = call(waiter, ["wait", "graph", ...QUIET]);
  await killing;
  await waiting;
  assertEquals(logs(waiter), []);
  await watcher.clock.after(2000).elapsed;
  watcher.signal("SIGINT");
  assert((await watching).stdout.includes("interrupted"), watcher.stdoutText());
  const { facts } = await useTool(waiter, "runs", { action: "list", run: "n4" });
  assertEquals((facts["runs"] as { readonly status: string }[])[0]!.status, "interrupted");
});

Deno.test("node log: a run that was pruned while the graph lived does not come back after its death", async () => {
  const dead = await dyingGraph("n8", async (host, node) => {
    if (node !== "n6") return;
    const said = await call(host.another(), ["runs", "prune", "n1", "--keep", "0", ...QUIET]);
    assertEquals(said.code, 0, said.stderr);
  });
  await untilDeath(dead, () => call(dead, [...ALL, ...TELLING]));
  const run = loggedRun(logText(dead), "n1");
  for (const losingUnsynced of [false, true]) {
    using next = dead.reviveAfterDeath({ losingUnsynced });
    assertEquals([of("n1", await listed(next)), next.disk.exists(pathOf(run))], [[], false]);
    assertEquals((await call(next, ["recover", "--kill", ...QUIET])).code, 0);
    assertEquals((await call(next, ["verify", "--all", ...QUIET])).code, 0);
  }
});

Deno.test("node log: a run that is pruned before its line is in the journal counts as removed, and not as lost", async () => {
  using host = await dyingGraph(undefined, async (host, node) => {
    if (node === "n6") await call(host.another(), ["runs", "prune", "n1", "--keep", "0", ...QUIET]);
  });
  await call(host, [...ALL, ...TELLING]);
  const lines = entriesOf(host).filter(({ id }) => String(id).startsWith("n1/")).map(({ kind }) => kind);
  assertEquals(lines, ["run", "pruned", "pruned", "run"]);
  const verified = await call(host.another(), ["verify", "--all", ...QUIET]);
  assertEquals(verified.code, 0, verified.stdout);
  assert(verified.stdout.includes("2 records removed"), verified.stdout);
});

Deno.test("node log: a record that was recovered or pruned is not replaced by an older one from a log that came back", async () => {
  const { dead, next } = await killed();
  using _ = next;
  const [name] = logs(dead);
  const text = logText(dead);
  await call(next, ["recover", "--kill", ...QUIET]);
  const recovered = next.disk.tree(`${STATE}/runs`);
  next.disk.write(`${NODE_LOGS}/${name}`, text);
  await listed(next.another());
  assertEquals([next.disk.tree(`${STATE}/runs`), logs(next)], [recovered, []]);
  next.clock.pass(60_000);
  assertEquals((await call(next.another(), ["runs", "prune", "--keep", "0", ...QUIET])).code, 0);
  next.disk.write(`${NODE_LOGS}/${name}`, text);
  assertEquals([await listed(next.another()), logs(next)], [[], []]);
});

/** A log of a graph that has no record any more, with this content, and the runs after a look at it. */
async function crafted(content: string | Uint8Array, prepare: (host: FakeHost) => void = () => {}) {
  const { dead, next } = await killed();
  const text = logText(dead);
  const run = loggedRun(text, "n5");
  const [name] = logs(dead);
  await call(next, ["recover", "--kill", ...QUIET]);
  next.disk.remove(`${STATE}/runs/n5`);
  next.disk.remove(`${STATE}/journal.jsonl`);
  next.disk.remove(`${LOCKS}/journal.lock`);
  const record = text.slice(text.lastIndexOf(`#run ${run}\n`)).split(/^#.*\n/m)[1]!;
  const replaced = typeof content === "string"
    ? content.replaceAll("RUN", run).replaceAll("RECORD\n", record)
    : content;
  next.disk.write(`${NODE_LOGS}/${name}`, replaced);
  prepare(next);
  const reader = next.another();
  const said = await call(reader, ["runs", "list", "--limit", "0", ...QUIET]);
  return {
    host: reader,
    said,
    run,
    log: `${NODE_LOGS}/${name}`,
    name: name!,
    isBack: reader.disk.exists(pathOf(run)),
    record,
  };
}

const CONTENTS: readonly [
  string,
  string | Uint8Array,
  { readonly isBack: boolean; readonly stays?: boolean },
][] = [
  ["with a whole record restores it", "#nodes 1\n#run RUN\nRECORD\n", { isBack: true }],
  ["without its first line restores it", "#run RUN\nRECORD\n", { isBack: true }],
  ["that is empty is removed", "", { isBack: false }],
  ["of garbage is removed", new Uint8Array(300).map((_, at) => (at * 7919) % 256), { isBack: false }],
  ["with garbage before a whole record restores it", "\0\0\0\0\n#run RU\n\n#run RUN\nRECORD\n", {
    isBack: true,
  }],
  [
    "with a record that is cut off before a whole one restores the whole one",
    '#run RUN\n{ "format": 1,\n#run RUN\nRECORD\n',
    { isBack: true },
  ],
  ["with the beginning of a mark after a whole record restores it", "#nodes 1\n#run RUN\nRECORD\n#ru", {
    isBack: true,
  }],
  ["with garbage after a whole record restores it", "#nodes 1\n#run RUN\nRECORD\n\0\0\0\0", { isBack: true }],
  ["with a record that is cut off restores none", '#run RUN\n{ "format": 1,\n', { isBack: false }],
  ["that forgets its record restores none", "#run RUN\nRECORD\n#forget RUN\n", { isBack: false }],
  ["with the record of another run restores none", "#run n5/20200101T000000.000Z\nRECORD\n", {
    isBack: false,
  }],
  ["with a path that leads elsewhere restores none", "#run ../../n5/20200101T000000.000Z\nRECORD\n", {
    isBack: false,
  }],
  ["of a newer form stays for the program that knows it", "#nodes 2\n#run RUN\nRECORD\n", {
    isBack: false,
    stays: true,
  }],
  [
    "with a record of a newer form stays for the program that knows it",
    '#nodes 1\n#run RUN\nRECORD\n#run RUN\n{"format":99}\n',
    { isBack: false, stays: true },
  ],
];

for (const [what, content, { isBack, stays = false }] of CONTENTS) {
  Deno.test(`node log: one ${what}`, async () => {
    const found = await crafted(content);
    using host = found.host;
    assertEquals([found.said.code, found.said.stderr, found.isBack, host.disk.exists(found.log)], [
      0,
      "",
      isBack,
      stays,
    ]);
    if (isBack) assertEquals(host.disk.read(pathOf(found.run)), found.record);
  });
}

Deno.test("node log: a record whose own text names another folder is restored in the folder of its id", async () => {
  const found = await crafted("#run RUN\nRECORD\n", (host) => {
    const log = `${NODE_LOGS}/${logs(host)[0]}`;
    const text = host.disk.read(log)!;
    host.disk.write(log, text.replace('"name": "n5"', '"name": "../../../elsewhere"'));
  });
  using host = found.host;
  assertEquals(found.isBack, true);
  assertEquals(Object.keys(host.disk.tree("/home/ada")).filter((path) => path.includes("elsewhere")), []);
});

Deno.test("node log: a run that the journal says was pruned or moved stays away, unless another one was recorded since", async () => {
  const [one, other] = [sha256("one"), sha256("other")];
  const cases: readonly [readonly (readonly [kind: string, digest: string])[], boolean][] = [
    [[["run", one]], true],
    [[["run", one], ["pruned", one]], false],
    [[["run", one], ["moved_out", one]], false],
    [[["run", one], ["moved_out", one], ["moved_in", one]], true],
    // Lines of nodes can be written later than that of the removal.
    [[["pruned", one], ["run", one]], false],
    [[["pruned", one], ["run", other]], true],
  ];
  for (const [lines, isBack] of cases) {
    const found = await crafted("#run RUN\nRECORD\n", (host) => {
      const id = loggedRun(logText(host), "n5");
      const entries = lines.map(([kind, sha256], index) => ({
        n: index + 1,
        time: "2026-11-22T06:34:50.000Z",
        kind,
        id,
        sha256,
        previous: one,
      }));
      host.disk.write(JOURNAL, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    });
    using _ = found.host;
    assertEquals(found.isBack, isBack, lines.join(" "));
  }
});

Deno.test("node log: files of others in nodes/ are left alone", async () => {
  const names = [
    "notes.txt",
    "x.log",
    "a-20261122T063449.log",
    "-20261122T063449.123Z.log",
    "..-20261122T063449.123Z.log",
  ];
  const found = await crafted("", (host) => {
    for (const name of names) host.disk.write(`${NODE_LOGS}/${name}`, "#run x\n");
  });
  using host = found.host;
  assertEquals([found.said.code, host.disk.list(NODE_LOGS)], [0, names.toSorted()]);
});

Deno.test("node log: a link in place of the log, or of its folder, is neither followed nor removed, and no graph writes there", async () => {
  const found = await crafted("#run RUN\nRECORD\n", (host) => {
    const log = `${NODE_LOGS}/${logs(host)[0]}`;
    host.disk.write("/home/ada/other/mine.log", host.disk.read(log)!);
    host.disk.remove(log);
    host.disk.link(log, "/home/ada/other/mine.log");
  });
  using host = found.host;
  assertEquals([found.isBack, host.files.isLink(found.log)], [false, true]);
  const mine = host.disk.read("/home/ada/other/mine.log")!;
  host.disk.remove(NODE_LOGS);
  host.disk.write(`/home/ada/other/${found.name}`, mine);
  host.disk.link(NODE_LOGS, "/home/ada/other");
  const other = host.disk.tree("/home/ada/other");
  host.clock.pass(1000);
  const writer = host.another();
  assertEquals((await call(writer, [...ALL, ...QUIET])).code, 1);
  assertEquals(stepsIn(writer), []);
  assertEquals([host.disk.tree("/home/ada/other"), host.disk.exists(pathOf(found.run))], [other, false]);
});

Deno.test("node log: a run of a job whose folder a living graph made is durable by itself", async () => {
  using host = machineWith(SILENT_JOBS);
  host.program("quick", (p) => p.sleep(p.args[0] === "n0" ? 50 : 0));
  let told = "";
  const other = host.clock.after(30).elapsed.then(async () => {
    told = (await call(host.another(), ["run", "n17", ...TELLING])).stdout;
    host.die();
  });
  await untilDeath(host, () => call(host, ["run", ...SILENT_NAMES, "-j", "2", ...QUIET]));
  await other;
  const [run] = told.match(/n17\/\d+T\d+\.\d+Z/)!;
  using next = host.reviveAfterDeath({ losingUnsynced: true });
  assertEquals(recordOf(next, run)["status"], "succeeded");
});

Deno.test("node log: on Windows, where an open file cannot be replaced, a graph that was killed is found as elsewhere", async () => {
  for (const dies of [false, true]) {
    using host = machineWith(SILENT_JOBS, { os: "windows" });
    let count = 0;
    host.program("quick", () => ++count === 9 && dies ? host.die() : undefined);
    await untilDeath(host, () => call(host, ["run", ...SILENT_NAMES, "-j", "1", ...QUIET]));
    using next = host.reviveAfterDeath();
    const runs = await listed(next);
    assertEquals(runs.length, dies ? 10 : 19);
    const left = Object.keys(next.disk.tree("C:\\Users")).filter((path) =>
      path.includes("\\nodes\\") && path.endsWith(".log")
    );
    assertEquals(left, []);
    assertEquals((await call(next, ["recover", "--leave", ...QUIET])).code, 0);
  }
});

Deno.test("node log: the node that begins next is prepared, and leaves nothing where it does not begin in a moment", async () => {
  const quick = Array.from({ length: 16 }, (_, at) => `a${at}`);
  const jobs = [...quick, "z"].map((name) => `[jobs.${name}]\ncommand = ["quick"]\n`);
  const slow = ["b1", "b2"].map((name) => `[jobs.${name}]\ncommand = ["sleep"]\n`);
  const needs = [...quick, "b1", "b2", "z"].map((name) => `"${name}"`).join(", ");
  for (const isStopped of [false, true]) {
    using host = machineWith(`${[...jobs, ...slow].join("")}[jobs.all]\nneeds = [${needs}]\n`);
    host.program("quick", () => 0);
    host.program("sleep", (p) => p.sleep(60_000));
    let prepared: readonly string[] = [];
    const look = host.clock.after(30_000).elapsed.then(async () => {
      prepared = logText(host).match(/(?<=^#run )z\/.+$/gm)!;
      assertEquals(await listed(host.another(), "z"), []);
      if (isStopped) host.signal("SIGTERM");
    });
    const said = await call(host, ["run", "all", "-j", "2", ...QUIET]);
    await look;
    assertEquals(prepared.length, 1);
    const recorded = recordedRuns(host).filter((run) => run.startsWith("z/"));
    assertEquals(recorded.length, isStopped ? 0 : 1);
    assert(!recorded.includes(prepared[0]!));
    assertEquals(said.code, isStopped ? 143 : 0);
    assertEquals([logs(host), host.disk.list(LOCKS).filter((name) => name.startsWith("run-"))], [[], []]);
  }
});
