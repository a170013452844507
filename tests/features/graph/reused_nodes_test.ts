/** How the nodes of a large graph that are up to date get their ids: by the note of the newest run alone, beside whoever else runs these jobs. */

import { assert, assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const NAMES = Array.from({ length: 24 }, (_, index) => `n${String(index).padStart(2, "0")}`);
const NODE = "n07";
const NOTE = `${STATE}/runs/${NODE}/last.json`;
const INPUT = `${PROJECT}/src/${NODE}/a.txt`;

/** A machine on which everything is up to date, and was noted. */
async function upToDate({ names = NAMES, outputs = "outputs = []\n" } = {}): Promise<FakeHost> {
  const job = (name: string) =>
    `[jobs.${name}]\ncommand = ["work"]\ninputs = ["src/${name}/*.txt"]\n${outputs}`;
  const toml = `${names.map(job).join("")}[jobs.all]\nneeds = ["${names.join('", "')}"]\n`;
  const files = Object.fromEntries(names.map((name) => [`${PROJECT}/src/${name}/a.txt`, name]));
  const host = machineWith(toml, { files });
  host.program("work", () => 0);
  for (let times = 0; times < 3; times++) {
    host.clock.pass(60_000);
    assertEquals((await call(host.another(), ["run", "all"])).code, 0);
  }
  host.clock.pass(60_000);
  return host.another();
}

/** The timestamps of the runs of a job, oldest first. */
function timestamps(host: FakeHost, job = NODE): readonly string[] {
  const names = host.disk.list(`${STATE}/runs/${job}`).filter((name) => /^\d.*Z\.json$/.test(name)).sort();
  return names.map((name) => name.replace(".json", ""));
}

function recordOf(host: FakeHost, timestamp: string): Readonly<Record<string, unknown>> {
  return readJson(host, `${STATE}/runs/${NODE}/${timestamp}.json`);
}

function noted(host: FakeHost): string {
  return String(readJson(host, NOTE)["id"]).replace(`${NODE}/`, "");
}

/** Calls `then` once, when the note of the job was overwritten by this process, with the timestamp that it has now. */
function whenNoted(host: FakeHost, then: (timestamp: string) => void): void {
  const overwrite = host.files.overwrite.bind(host.files);
  let isOver = false;
  host.files.overwrite = (path, change) => {
    const done = overwrite(path, change);
    if (path === NOTE && done === true && !isOver) {
      isOver = true;
      then(noted(host));
    }
    return done;
  };
}

/** The same before this process examines the inputs of the job. */
function whenExamined(host: FakeHost, then: () => Promise<void>): void {
  const identifyAll = host.files.identifyAll.bind(host.files);
  let isOver = false;
  host.files.identifyAll = async (folder, isWanted) => {
    const found = await identifyAll(folder, isWanted);
    if (folder === `${PROJECT}/src/${NODE}` && !isOver) {
      isOver = true;
      await then();
    }
    return found;
  };
}

Deno.test("reused nodes: they have no locks, and the lock of the notes is taken once for several nodes", async () => {
  using host = await upToDate();
  assertEquals((await call(host, ["run", "all"])).code, 0);
  const onLocks = host.operations.filter(({ paths }) => paths.some((path) => path.includes("/run-n")));
  assertEquals(onLocks, []);
  const taken = host.operations.filter(({ name, paths }) =>
    name === "tryLock" && paths[0]!.endsWith("/last.lock")
  );
  // How many nodes come together depends on how fast the machine computes digests.
  assert(taken.length < NAMES.length, String(taken.length));
  assertEquals(recordOf(host, noted(host))["status"], "up_to_date");
});

Deno.test("reused nodes: an id of which another process holds the lock is not used", async () => {
  using host = await upToDate();
  let locked = "";
  whenNoted(host, (timestamp) => {
    locked = timestamp;
    host.disk.lockElsewhere(`${STATE}/locks/run-${NODE}-${timestamp}.lock`);
  });
  assertEquals((await call(host, ["run", "all"])).code, 0);
  const [newest] = timestamps(host).slice(-1);
  assert(locked !== "" && newest! > locked, `${newest} after ${locked}`);
  assertEquals([timestamps(host).includes(locked), noted(host)], [false, newest!]);
});

for (
  const [what, pathOf] of [
    ["that a clock that was ahead gave to a run", (at: string) => `${STATE}/runs/${NODE}/${at}.json`],
    ["of a run that is being removed", (at: string) => `${STATE}/runs/${NODE}/.${at}.json.removed.tmp`],
  ] as const
) {
  Deno.test(`reused nodes: an id ${what} is not used again`, async () => {
    using host = await upToDate();
    let there = "";
    whenNoted(host, (timestamp) => {
      there = timestamp;
      host.disk.write(pathOf(timestamp), "of another run");
    });
    assertEquals((await call(host, ["run", "all"])).code, 0);
    assert(there !== "" && timestamps(host).at(-1)! > there);
    assertEquals(host.disk.read(pathOf(there)), "of another run");
    assertEquals(recordOf(host, noted(host))["status"], "up_to_date");
  });
}

Deno.test("reused nodes: a run that begins alone at the same moment, and cannot have the lock of the notes, gets another id", async () => {
  using host = await upToDate();
  // Otherwise the graph could not note anything meanwhile.
  host.faults.failWhen({ op: "tryLock", path: /\/last\.lock$/, problem: "other" });
  const tryLock = host.files.tryLock.bind(host.files);
  let taken = "";
  host.files.tryLock = (path, options) => {
    const lock = tryLock(path, options);
    const timestamp = /run-n07-(.*)\.lock$/.exec(path)?.[1];
    if (timestamp !== undefined && taken === "") {
      taken = timestamp;
      // A graph notes a node with this id, and looked for the lock before it was there.
      host.disk.write(NOTE, host.disk.read(NOTE)!.replace(/n07\/[^"]*/g, `n07/${timestamp}`));
    }
    return lock;
  };
  assertEquals((await call(host, ["run", NODE, "--fresh"])).code, 0);
  const [newest] = timestamps(host).slice(-1);
  assert(taken !== "" && newest! > taken, `${newest} after ${taken}`);
  assertEquals([timestamps(host).includes(taken), host.disk.exists(NOTE)], [false, false]);
  assertEquals(host.disk.list(`${STATE}/locks`).filter((name) => name.includes(NODE)), []);
});

Deno.test("reused nodes: one is examined again if another process ran its job since it was examined", async () => {
  const cases = [["outputs = []\n", NODE], ["", NODE], ["outputs = []\n", "all"], ["", "all"]] as const;
  for (const [outputs, byOther] of cases) {
    using host = await upToDate({ outputs });
    whenExamined(host, async () => {
      host.disk.write(INPUT, "other");
      host.clock.pass(5000);
      assertEquals((await call(host.another(), ["run", byOther])).code, 0);
      host.disk.write(INPUT, NODE);
    });
    assertEquals((await call(host, ["run", "all"])).code, 0);
    // Without declared outputs, nobody knows that those of an earlier run are still there.
    const expected = outputs === "" ? "succeeded" : "up_to_date";
    assertEquals(recordOf(host, timestamps(host).at(-1)!)["status"], expected);
  }
});

Deno.test("reused nodes: one is examined again if the note of its newest run is gone or damaged", async () => {
  for (const note of [undefined, "{}", '{"id": "n08/20261122T063449.123Z"}']) {
    using host = await upToDate();
    whenExamined(host, () => {
      if (note === undefined) host.disk.remove(NOTE);
      else host.disk.write(NOTE, note);
      return Promise.resolve();
    });
    assertEquals((await call(host, ["run", "all"])).code, 0);
    const [newest] = timestamps(host).slice(-1);
    assertEquals([recordOf(host, newest!)["status"], noted(host)], ["up_to_date", newest!]);
  }
});

Deno.test("reused nodes: the system begins to write the records of a large graph before it has ended", async () => {
  const names = Array.from({ length: 230 }, (_, index) => `n${String(index).padStart(3, "0")}`);
  using host = await upToDate({ names });
  const writeAheadBeside = host.files.writeAheadBeside.bind(host.files);
  const after: number[] = [];
  host.files.writeAheadBeside = (folder) => {
    after.push(names.filter((name) => timestamps(host, name).length > 3).length);
    return writeAheadBeside(folder);
  };
  assertEquals((await call(host, ["run", "all"])).code, 0);
  assertEquals(after.length, 1);
  assert(after[0]! < names.length, String(after[0]));
  assertEquals(host.disk.list(`${STATE}/nodes`), []);
});

Deno.test("reused nodes: the note of a graph whose record is large has only its id, by which the graph is found", async () => {
  const names = Array.from({ length: 230 }, (_, index) => `n${String(index).padStart(3, "0")}`);
  using host = await upToDate({ names });
  const note = readJson(host, `${STATE}/runs/graph/last.json`);
  assertEquals(Object.keys(note), ["format", "kind", "id", "id_again"]);
  const shown = await call(host, ["runs", "show", "graph/last", "--json"]);
  assertEquals([shown.code, JSON.parse(shown.stdout).id], [0, note["id"]]);
});
