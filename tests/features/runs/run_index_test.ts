/**
 * The index of runs: the same answers with it, without it, and with a damaged one; and less to read where it
 * can be trusted.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { timestampOf } from "../../../src/model/ids.ts";
import { decodeIndex, encodeIndex, IndexRows } from "../../../src/store/index_file.ts";
import { call, machineWith, readJson, type Said, STATE } from "../../support/cli.ts";
import type { FakeHost, FakeHostOptions } from "../../support/fake_host.ts";
import { FakeFolder } from "../../support/fake_nodes.ts";
import { atEveryDeath, untilDeath } from "../../support/until_death.ts";
import "../../../src/app/runs/list_runs.ts";
import "../../../src/app/runs/prune_runs.ts";
import "../../../src/app/runs/recover_runs.ts";
import "../../../src/app/runs/show_run.ts";

const TOML = `
[jobs.bad]
command = ["bad"]
[jobs.ok]
command = ["ok"]
`;
const RUNS = `${STATE}/runs`;
const INDEX = `${STATE}/index`;
const LOCKS = `${STATE}/locks`;
const PROJECT_FILE = `${STATE}/project.json`;
const NOW = Date.parse("2026-11-22T06:34:49.123Z");
/** The smallest number of runs with an index. */
const MANY = 100;

/**
 * A machine with a hundred runs of `ok`, every seventh failed, one run of `bad`, and enough time for the
 * folders to be stable.
 */
async function machine(options: FakeHostOptions = {}): Promise<FakeHost> {
  const host = machineWith(TOML, { env: { PATH: "/bin", HOME: "/home/ada", NO_COLOR: "1" }, ...options });
  host.program("ok", () => {});
  host.program("bad", () => 3);
  await call(host, ["run", "bad", "--log-level", "error"]);
  await call(host, ["run", "ok", "--log-level", "error"]);
  for (let i = 1; i < MANY; i++) {
    putRecord(host, NOW - i * 61_000, i % 7 === 0 ? { status: "failed", exit_code: 1 } : {});
  }
  host.clock.pass(10_000);
  return host;
}

/** As if somebody had put a copy of a record into the folder. */
function putRecord(
  host: FakeHost,
  atMs: number,
  change: Readonly<Record<string, unknown>> = {},
  source = `${RUNS}/bad/20261122T063449.123Z.json`,
): string {
  const timestamp = timestampOf(atMs);
  const model = readJson(host, source);
  const record = {
    ...model,
    id: `ok/${timestamp}`,
    name: "ok",
    status: "succeeded",
    exit_code: 0,
    ...change,
  };
  const path = `${RUNS}/ok/${timestamp}.json`;
  host.disk.write(path, JSON.stringify(record));
  return path;
}

function recordsOf(host: FakeHost, name = "ok"): readonly string[] {
  return host.disk.list(`${RUNS}/${name}`).filter((file) => /^\d.*Z\.json$/.test(file));
}

/**
 * The output of a call with the present index, and without any; the index stays as the first call left it.
 */
async function bothWays(host: FakeHost, argv: readonly string[]): Promise<readonly [Said, Said]> {
  // After a death while an index was written, doctor rightly reports a temporary file.
  for (const path of Object.keys(host.disk.tree(INDEX))) if (path.endsWith(".tmp")) host.disk.remove(path);
  const withIndex = await call(host, argv);
  const kept = host.disk.tree(INDEX);
  for (const path of Object.keys(kept)) host.disk.remove(path);
  const without = await call(host, argv);
  for (const file of host.disk.list(INDEX)) host.disk.remove(`${INDEX}/${file}`);
  for (const [path, text] of Object.entries(kept)) if (!path.endsWith("/")) host.disk.write(path, text);
  return [withIndex, without];
}

const QUESTIONS: readonly (readonly string[])[] = [
  ["runs", "list"],
  ["runs", "list", "ok"],
  ["runs", "list", "ok", "--status", "failed", "--limit", "3"],
  ["runs", "list", "ok", "--status", "cancelled"],
  ["runs", "list", "--status", "interrupted", "--status", "running"],
  ["runs", "list", "ok", "--since", "30m", "--json"],
  ["runs", "list", "--limit", "0", "--json"],
  ["runs", "show", "ok/20261122T0"],
  ["runs", "show", "ok/20261122T053"],
  ["runs", "prune", "ok", "--keep", "5", "--dry-run"],
  ["runs", "prune", "--older-than", "1h", "--dry-run"],
  ["status", "ok"],
  ["logs", "ok"],
  ["doctor"],
];

type Step =
  | { readonly do: "call"; readonly argv: readonly string[] }
  | { readonly do: "die"; readonly argv: readonly string[]; readonly at: number }
  | { readonly do: "pass" | "set_back"; readonly ms: number }
  | { readonly do: "remove"; readonly at: number }
  | { readonly do: "copy_in"; readonly status: string; readonly format: number; readonly text?: string }
  | { readonly do: "end_by_hand" | "forget_index" | "keep_index" | "restore_index" | "lose_power" | "swap" }
  | { readonly do: "damage_index"; readonly at: number; readonly how: "flip" | "cut" | "zeros" | "newer" }
  | { readonly do: "access"; readonly path: string; readonly writable: boolean }
  | { readonly do: "age" };

const anyCall = fc.constantFrom<readonly string[]>(
  ["run", "ok"],
  ["run", "bad"],
  ["recover"],
  ["runs", "prune", "--keep", "90"],
  ["runs", "prune", "ok", "--older-than", "1h"],
  ["runs", "list", "--status", "failed"],
  ["doctor"],
);

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: anyCall.map((argv): Step => ({ do: "call", argv })) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("die" as const),
      argv: anyCall,
      at: fc.integer({ min: 1, max: 40 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, 1999, 2001, 7_919_003) }),
  },
  fc.record({ do: fc.constant("set_back" as const), ms: fc.constantFrom(1009, 3_600_017) }),
  fc.record({ do: fc.constant("remove" as const), at: fc.nat(200) }),
  fc.record({
    do: fc.constant("copy_in" as const),
    status: fc.constantFrom("failed", "succeeded", "running", "cancelled"),
    format: fc.constantFrom(1, 1, 2),
  }),
  fc.constant<Step>({ do: "copy_in", status: "", format: 1, text: "{" }),
  fc.constantFrom<Step>(
    ...(["end_by_hand", "forget_index", "keep_index", "restore_index", "lose_power", "swap", "age"] as const)
      .map((what): Step => ({ do: what })),
  ),
  fc.record({
    do: fc.constant("damage_index" as const),
    at: fc.nat(4000),
    how: fc.constantFrom("flip" as const, "cut" as const, "zeros" as const, "newer" as const),
  }),
  fc.record({
    do: fc.constant("access" as const),
    path: fc.constantFrom(INDEX, `${INDEX}/ok.txt`),
    writable: fc.boolean(),
  }),
);

/** Takes the machine through changes by people, crashes and other programs. */
class Story {
  host: FakeHost;
  #copies = 0;
  #kept: Readonly<Record<string, string>> = {};

  constructor(host: FakeHost) {
    this.host = host;
  }

  async take(step: Step): Promise<void> {
    const { host } = this;
    switch (step.do) {
      case "call":
        await call(host, step.argv);
        return;
      case "die":
        host.faults.dieAt(step.at);
        await untilDeath(host, () => call(host, step.argv));
        if (host.isDead) this.host = host.reviveAfterDeath({ processes: "gone" });
        else host.faults.dieAt(1_000_000);
        return;
      case "pass":
        return host.clock.pass(step.ms);
      case "set_back":
        return host.clock.setBack(step.ms);
      case "remove": {
        const files = recordsOf(host);
        if (files.length > 0) host.disk.remove(`${RUNS}/ok/${files[step.at % files.length]}`);
        return;
      }
      case "copy_in": {
        // Between others, at a time that no run of the story can have.
        const path = putRecord(host, NOW - 1_234_567 + this.#copies++ * 7, {
          status: step.status,
          format: step.format,
          ...(step.status === "running" ? { end_time: null, exit_code: null } : {}),
        });
        if (step.text !== undefined) host.disk.write(path, step.text);
        return;
      }
      case "end_by_hand":
        for (const file of recordsOf(host)) {
          const path = `${RUNS}/ok/${file}`;
          const text = host.disk.read(path)!;
          if (text.includes('"running"')) host.disk.write(path, text.replaceAll('"running"', '"failed"'));
        }
        return;
      case "forget_index":
        return host.disk.remove(INDEX);
      case "keep_index":
        this.#kept = host.disk.tree(INDEX);
        return;
      case "restore_index":
        for (const [path, text] of Object.entries(this.#kept)) {
          if (!path.endsWith("/")) host.disk.write(path, text);
        }
        return;
      case "lose_power":
        host.die();
        this.host = host.reviveAfterDeath({ processes: "gone", losingUnsynced: true });
        return;
      case "swap": {
        const text = host.disk.read(`${INDEX}/ok.txt`);
        if (text !== undefined) host.disk.write(`${INDEX}/bad.txt`, text);
        return;
      }
      case "damage_index":
        return damage(host, step.at, step.how);
      case "access":
        if (host.disk.exists(step.path)) host.disk.setAccess(step.path, { writable: step.writable });
        return;
      case "age": {
        const folder = host.disk.nodeAt(`${RUNS}/ok`);
        if (!(folder instanceof FakeFolder)) return;
        // As rsync and tar do it; only a time that nobody can set shows it.
        folder.modifiedAtMs = NOW;
        folder.changedAtMs = host.clock.nowMs();
      }
    }
  }
}

function damage(host: FakeHost, at: number, how: "flip" | "cut" | "zeros" | "newer"): void {
  const path = `${INDEX}/ok.txt`;
  const bytes = host.disk.readBytes(path);
  if (bytes === undefined || bytes.length === 0) return;
  const place = at % bytes.length;
  if (how === "flip") bytes[place]! ^= 1;
  if (how === "zeros") bytes.fill(0, place);
  const text = new TextDecoder().decode(bytes);
  if (how === "newer") host.disk.write(path, text.replace('"format":1', '"format":2'));
  else host.disk.write(path, how === "cut" ? bytes.slice(0, place) : bytes);
}

for (const foldersTellChanges of [true, false]) {
  const where = foldersTellChanges ? "" : ", on a file system whose folders do not tell when they changed";
  Deno.test(`whatever happens to runs and the index, every answer agrees with the files${where}`, async () => {
    const anyQuestion = fc.constantFrom(...QUESTIONS);
    const anyStory = fc.array(fc.tuple(anyStep, anyQuestion), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(anyQuestion, anyStory, async (first, steps) => {
        const host = await machine();
        host.disk.foldersTellChanges = foldersTellChanges;
        const story = new Story(host);
        try {
          // So that something can go wrong.
          await call(host, first);
          for (const [step, question] of steps) {
            await story.take(step);
            const [withIndex, without] = await bothWays(story.host, question);
            assertEquals(withIndex, without, `${question.join(" ")}, after ${JSON.stringify(step)}`);
          }
        } finally {
          story.host[Symbol.dispose]();
        }
      }),
      { numRuns: foldersTellChanges ? 40 : 10 },
    );
  });
}

/** The parts of the state that a call lists and reads. */
async function looksOf(host: FakeHost, argv: readonly string[]) {
  const looks = { listed: [] as string[], read: [] as string[] };
  const { list, readBytes } = host.files;
  host.files.list = (path, endings) => {
    looks.listed.push(path);
    return list.call(host.files, path, endings);
  };
  host.files.readBytes = (path) => {
    if (path.startsWith(STATE)) looks.read.push(path);
    return readBytes.call(host.files, path);
  };
  const said = await call(host, argv);
  Object.assign(host.files, { list, readBytes });
  assertEquals([said.code, said.stderr], [0, ""]);
  return looks;
}

Deno.test("with a valid index no folder is listed, and only the shown records are read", async () => {
  using host = await machine();
  await call(host, ["runs", "list", "ok", "--status", "cancelled"]);
  // That this file system notes when a name comes into a folder is seen at the next one.
  host.clock.pass(1);
  await call(host, ["runs", "list", "ok"]);
  const failed = await looksOf(host, ["runs", "list", "ok", "--status", "failed", "--limit", "3"]);
  assertEquals(failed.listed, [RUNS]);
  // One more than is shown tells that there are more.
  assertEquals(failed.read.length, 2 + 4);
  const none = await looksOf(host, ["runs", "list", "ok", "--status", "cancelled"]);
  assertEquals(none, { listed: [RUNS], read: [PROJECT_FILE, `${INDEX}/ok.txt`] });
  assertEquals((await looksOf(host, ["recover"])).read.length, 5);
  assertEquals((await looksOf(host, ["runs", "prune", "ok", "--keep", "1000"])).listed, [RUNS]);
});

Deno.test("without an index only the shown records are read, and running runs come first all the same", async () => {
  using host = await machine();
  const question = ["runs", "list", "--limit", "3"];
  const seen: { read: readonly string[]; ids: readonly (string | undefined)[] }[] = [];
  host.program("bad", async () => {
    // The run is the oldest now.
    host.disk.remove(`${RUNS}/bad/20261122T063449.123Z.json`);
    const laterMs = host.clock.nowMs() + 3_600_000;
    for (let i = 0; i < 5; i++) putRecord(host, laterMs + i, {}, `${RUNS}/ok/20261122T063449.123Z.json`);
    host.clock.pass(7_200_000);
    const { read } = await looksOf(host, question);
    const { stdout } = await call(host, question);
    seen.push({ read, ids: stdout.split("\n").map((line) => line.split("/")[0]) });
  });
  assertEquals((await call(host, ["run", "bad"])).code, 0);
  const [{ read, ids }] = seen as [(typeof seen)[number]];
  // The running one, two others, and one more.
  assertEquals(new Set(read.filter((path) => path.endsWith("Z.json"))).size, 4);
  assertEquals(ids.slice(0, 4), ["runs now: bad", "bad", "ok", "ok"]);
});

Deno.test("after a change the folder is listed once more, and only new records are read", async () => {
  using host = await machine();
  const question = ["runs", "list", "ok", "--status", "failed", "--limit", "1"];
  await call(host, ["runs", "list", "ok", "--limit", "0"]);
  await call(host, ["run", "ok"]);
  const soon = await looksOf(host, question);
  assertEquals(soon.listed, [RUNS, `${RUNS}/ok`]);
  assertEquals(soon.read.filter((path) => path.endsWith("Z.json")).length, 3);
  // Another name could have come in the same moment of a coarse clock.
  assertEquals((await looksOf(host, question)).listed, [RUNS, `${RUNS}/ok`]);
  host.clock.pass(2000);
  assertEquals((await looksOf(host, question)).listed, [RUNS, `${RUNS}/ok`]);
  host.clock.pass(1);
  assertEquals((await looksOf(host, question)).listed, [RUNS, `${RUNS}/ok`]);
  assertEquals((await looksOf(host, question)).listed, [RUNS]);
});

Deno.test("a run neither reads nor writes an index", async () => {
  using host = await machine();
  await call(host, ["runs", "list"]);
  const before = host.operations.length;
  const { read } = await looksOf(host, ["run", "ok"]);
  const touched = [...read, ...host.operations.slice(before).flatMap(({ paths }) => paths)];
  assert(touched.some((path) => path.startsWith(RUNS)));
  assertEquals(touched.filter((path) => path.startsWith(INDEX)), []);
});

Deno.test("a job with few runs has no index", async () => {
  using host = await machine();
  host.disk.remove(`${RUNS}/ok/${recordsOf(host)[0]}`);
  host.clock.pass(10_000);
  for (const question of QUESTIONS) await call(host, question);
  assertEquals(host.disk.exists(INDEX), false);
});

Deno.test("an index that cannot be written or read is ignored silently", async () => {
  for (const op of ["makeFolders", "createNew", "write", "rename", "readBytes", "stat"] as const) {
    using host = await machine();
    const question = ["runs", "list", "--status", "failed"];
    const expected = await call(host, question);
    host.faults.failWhen({ op, path: /\/state\/index/, problem: op === "write" ? "no_space" : "read_only" });
    assertEquals(await call(host, question), expected, op);
    assertEquals((await bothWays(host, ["runs", "list"]))[0].code, 0, op);
  }
});

Deno.test("after a crash at any change of a query that writes an index, the next answer is the same", async () => {
  const question = ["runs", "list", "--status", "failed"];
  using calm = await machine();
  const expected = await call(calm, question);
  const hosts: FakeHost[] = [await machine()];
  for (let i = 0; i < 20; i++) hosts.push(await machine());
  let deaths = 0;
  await atEveryDeath(
    () => hosts.pop()!,
    (host) => call(host, question),
    async (dead) => {
      deaths++;
      for (const losingUnsynced of [false, true]) {
        const next = dead.reviveAfterDeath({ processes: "gone", losingUnsynced });
        assertEquals(await call(next, question), expected);
        assertEquals((await bothWays(next, question))[0], expected);
      }
    },
  );
  assert(deaths > 3);
  for (const host of hosts) host[Symbol.dispose]();
});

Deno.test("a run that gets the time of a pruned run, after the clock was set back, is not mistaken for the pruned one", async () => {
  using host = await machine();
  await call(host, ["runs", "list", "ok", "--limit", "0"]);
  const newest = recordsOf(host).at(-1)!;
  await call(host, ["runs", "prune", "ok", "--keep", "0"]);
  for (let i = 1; i < MANY; i++) putRecord(host, NOW - i * 61_000);
  putRecord(host, NOW, { status: "failed" });
  assertEquals(recordsOf(host).at(-1), newest);
  const said = await call(host, ["runs", "list", "ok", "--status", "failed"]);
  assertEquals(said.stdout.trim().split("\n").length, 1);
  assert(said.stdout.startsWith("ok/20261122T063449.123Z  failed"), said.stdout);
});

Deno.test("doctor reads every record, also indexed ones", async () => {
  using host = await machine();
  await call(host, ["runs", "list", "--limit", "0"]);
  const path = `${RUNS}/ok/${recordsOf(host)[3]}`;
  host.disk.write(path, "{");
  assert((await call(host, ["doctor"])).stdout.includes(`${path} is damaged: it is not JSON`));
  // Its word goes into the index as well.
  const [withIndex, without] = await bothWays(host, [
    "runs",
    "list",
    "ok",
    "--status",
    "failed",
    "--limit",
    "0",
  ]);
  assertEquals(withIndex, without);
});

/** With an index that is proven. */
async function indexed(): Promise<FakeHost> {
  const host = await machine();
  for (let i = 0; i < 2; i++) {
    await call(host, ["runs", "list", "ok", "--limit", "0"]);
    host.clock.pass(10_000);
  }
  assertEquals((await looksOf(host, ["runs", "list", "ok"])).listed, [RUNS, LOCKS]);
  return host;
}

Deno.test("a folder whose time was set back is still seen to have changed", async () => {
  using host = await indexed();
  const folder = host.disk.nodeAt(`${RUNS}/ok`) as FakeFolder;
  const before = folder.modifiedAtMs;
  putRecord(host, NOW + 5000);
  folder.modifiedAtMs = before;
  assert((await call(host, ["runs", "list", "ok"])).stdout.startsWith("ok/20261122T063454.123Z"));
});

Deno.test("an interrupted run can still be recovered after it was listed", async () => {
  using host = await indexed();
  host.faults.dieAt(22);
  await untilDeath(host, () => call(host, ["run", "ok"]));
  const next = host.reviveAfterDeath({ processes: "gone" });
  for (const argv of [["runs", "list"], ["runs", "list", "--status", "failed"]]) await call(next, argv);
  assert((await call(next, ["recover"])).stdout.startsWith("ok/"));
});

Deno.test("records of a newer version are read each time, because they may not be final", async () => {
  using host = await machine();
  const path = putRecord(host, NOW + 5000, { status: "failed", format: 2 });
  host.clock.pass(10_000);
  await call(host, ["runs", "list", "ok", "--status", "cancelled"]);
  host.disk.write(path, host.disk.read(path)!.replaceAll('"failed"', '"cancelled"'));
  assert((await call(host, ["runs", "list", "ok", "--status", "cancelled"])).stdout.startsWith("ok/"));
});

Deno.test("files left by a crash during a removal are deleted by the next one, also after the runs were listed", async () => {
  using host = await machine();
  const left = [".20261122T050000.000Z.json.removed.tmp", "20261122T050000.000Z.stdout.log"];
  for (const file of left) host.disk.write(`${RUNS}/ok/${file}`, "");
  host.clock.pass(10_000);
  for (let i = 0; i < 2; i++) {
    await call(host, ["runs", "list", "ok"]);
    host.clock.pass(1);
  }
  await call(host, ["runs", "prune", "ok", "--keep", "1000"]);
  assertEquals(left.filter((file) => host.disk.exists(`${RUNS}/ok/${file}`)), []);
});

Deno.test("an index is read as it was written, and is ignored after any alteration", () => {
  const anyRows = fc.uniqueArray(fc.nat(1_000_000), { maxLength: 40 }).map((times) =>
    IndexRows.of(times.map((ms) => timestampOf(NOW + ms)).sort())
  );
  const head = { name: "ok", folder: { modified_at_ms: NOW, changed_at_ms: NOW }, before_ms: 1 };
  fc.assert(fc.property(anyRows, fc.nat(), fc.integer({ min: 1, max: 255 }), (rows, at, change) => {
    for (let i = 0; i < rows.length; i += 3) rows.setStatus(i, "timed_out");
    const bytes = encodeIndex(head, rows);
    const decoded = decodeIndex(bytes, "ok");
    assertEquals(decoded?.rows.bytes, rows.bytes);
    assertEquals([decoded?.head.folder, decoded?.head.before_ms], [head.folder, head.before_ms]);
    assertEquals(decodeIndex(bytes, "other"), undefined);
    assertEquals(decodeIndex(bytes.slice(0, at % bytes.length), "ok"), undefined);
    bytes[at % bytes.length]! ^= change;
    assertEquals(decodeIndex(bytes, "ok"), undefined);
  }));
});
