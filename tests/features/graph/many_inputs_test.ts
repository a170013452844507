/** A graph of many nodes with inputs: two files for all of them, which never hide what changed or is damaged. */

import { assertEquals } from "@std/assert";
import { call, machineWith, PROJECT, readJson, STATE } from "../../support/cli.ts";
import type { FakeHost } from "../../support/fake_host.ts";

const NAMES = Array.from({ length: 24 }, (_, index) => `n${String(index).padStart(2, "0")}`);
const NOTED = `${STATE}/inputs/.nodes.cache`;
const REUSED = `${STATE}/inputs/.reuses.cache`;

function configurationOf(names: readonly string[], outputs = "outputs = []\n"): string {
  const job = (name: string) =>
    `[jobs.${name}]\ncommand = ["work"]\ninputs = ["src/${name}/*.txt"]\n${outputs}`;
  return `${names.map(job).join("")}[jobs.all]\nneeds = ["${names.join('", "')}"]\n`;
}

function machine(outputs?: string): FakeHost {
  const host = machineWith(configurationOf(NAMES, outputs), {
    files: Object.fromEntries(NAMES.map((name) => [`${PROJECT}/src/${name}/a.txt`, name])),
  });
  host.program("work", () => 0);
  return host;
}

/** The jobs that really ran; everything else was up to date. */
async function ran(host: FakeHost): Promise<readonly string[]> {
  host.clock.pass(60_000);
  const said = await call(host.another(), ["run", "all"]);
  assertEquals(said.code, 0, said.stderr);
  const { nodes } = newestGraph(host);
  const jobs = nodes.filter(({ subject }: { readonly subject: string }) => subject === "job");
  assertEquals(jobs.length, NAMES.length);
  for (const node of jobs) assertEquals(["succeeded", "up_to_date"].includes(node.status), true, node.status);
  return jobs.flatMap((node: { readonly name: string; readonly status: string }) =>
    node.status === "succeeded" ? [node.name] : []
  );
}

// deno-lint-ignore no-explicit-any
function newestGraph(host: FakeHost): any {
  const names = host.disk.list(`${STATE}/runs/graph`).filter((name) => /^\d.*Z\.json$/.test(name)).sort();
  return readJson(host, `${STATE}/runs/graph/${names.at(-1)!}`)["graph"];
}

/** The record of the first run of a job, which proves that it is up to date. */
function proofOf(host: FakeHost, name: string): string {
  const names = host.disk.list(`${STATE}/runs/${name}`).filter((each) => /^\d.*Z\.json$/.test(each)).sort();
  return `${STATE}/runs/${name}/${names[0]!}`;
}

/** A machine on which everything is up to date, and was noted. */
async function upToDate(): Promise<FakeHost> {
  const host = machine();
  assertEquals(await ran(host), NAMES);
  for (const _ of [1, 2, 3]) assertEquals(await ran(host), []);
  assertEquals([NOTED, REUSED].map((path) => host.disk.exists(path)), [true, true]);
  return host;
}

Deno.test("many inputs: a node is run when its inputs change, and only that one", async () => {
  const host = await upToDate();
  host.disk.write(`${PROJECT}/src/n07/a.txt`, "N07");
  assertEquals(await ran(host), ["n07"]);
  host.disk.write(`${PROJECT}/src/n08/b.txt`, "new");
  host.disk.remove(`${PROJECT}/src/n09/a.txt`);
  assertEquals(await ran(host), ["n08", "n09"]);
  assertEquals(await ran(host), []);
});

Deno.test("many inputs: a graph uses what a run alone found, and the reverse", async () => {
  const host = await upToDate();
  host.disk.write(`${PROJECT}/src/n03/a.txt`, "N03");
  host.clock.pass(60_000);
  assertEquals((await call(host.another(), ["run", "n03"])).code, 0);
  assertEquals(await ran(host), []);
  host.disk.write(`${PROJECT}/src/n03/a.txt`, "n03");
  // A run with these inputs is still a proof, because there are no outputs.
  assertEquals(await ran(host), []);
});

Deno.test("many inputs: a job without declared outputs is run again after a run with other inputs", async () => {
  const host = machine("");
  assertEquals(await ran(host), NAMES);
  for (const _ of [1, 2, 3]) assertEquals(await ran(host), []);
  const path = `${PROJECT}/src/n03/a.txt`;
  host.disk.write(path, "N03");
  host.clock.pass(60_000);
  assertEquals((await call(host.another(), ["run", "n03"])).code, 0);
  host.disk.write(path, "n03");
  assertEquals(await ran(host), ["n03"]);
  assertEquals(await ran(host), []);
});

Deno.test("many inputs: no decision is changed by a newest record that is damaged or gone", async () => {
  const host = await upToDate();
  const newest = (name: string) => {
    const names = host.disk.list(`${STATE}/runs/${name}`).filter((each) => /^\d.*Z\.json$/.test(each)).sort();
    return `${STATE}/runs/${name}/${names.at(-1)!}`;
  };
  host.disk.write(newest("n04"), "{}");
  host.disk.remove(newest("n05"));
  assertEquals(await ran(host), []);
  assertEquals(await ran(host), []);
});

for (
  const [what, damage] of [
    ["cut off", (text: string) => text.slice(0, 200)],
    ["without its last byte", (text: string) => text.slice(0, -1)],
    ["with another checksum", (text: string) => `0${text.slice(1)}`],
    ["empty", () => ""],
  ] as const
) {
  Deno.test(`many inputs: a file that is ${what} is ignored, and written again`, async () => {
    const host = await upToDate();
    for (const path of [NOTED, REUSED]) host.disk.write(path, damage(host.disk.read(path)!));
    host.disk.write(`${PROJECT}/src/n05/a.txt`, "N05");
    assertEquals(await ran(host), ["n05"]);
    assertEquals(await ran(host), []);
    for (const path of [NOTED, REUSED]) assertEquals(host.disk.read(path)!.length > 200, true);
  });
}

for (
  const [what, change] of [
    ["removed", (host: FakeHost, path: string) => host.disk.remove(path)],
    ["damaged", (host: FakeHost, path: string) => host.disk.write(path, "{}\n")],
    ["damaged and as long as before", (host: FakeHost, path: string) => {
      host.disk.write(path, host.disk.read(path)!.replace('"format": 1', '"format": x'));
    }],
    ["a failed run", (host: FakeHost, path: string) => {
      host.disk.write(path, host.disk.read(path)!.replace('"status": "succeeded"', '"status": "failed"'));
    }],
  ] as const
) {
  Deno.test(`many inputs: a job runs again if the record that proves its result is ${what}`, async () => {
    const host = await upToDate();
    change(host, proofOf(host, "n11"));
    assertEquals(await ran(host), ["n11"]);
    assertEquals(await ran(host), []);
  });
}

Deno.test("many inputs: nodes with very many files have only files of their own, and nothing is written in vain", async () => {
  const host = machine();
  for (let number = 0; number < 1000; number++) host.disk.write(`${PROJECT}/src/n02/${number}.txt`, "");
  assertEquals(await ran(host), NAMES);
  for (const _ of [1, 2]) assertEquals(await ran(host), []);
  const before = host.disk.read(NOTED);
  assertEquals(before?.includes('"n02"'), true);
  assertEquals(before?.includes("999.txt"), false);
  assertEquals(await ran(host), []);
  assertEquals(host.disk.read(NOTED), before);
});

Deno.test("many inputs: a file that cannot be written does not matter", async () => {
  const host = machine();
  assertEquals(await ran(host), NAMES);
  host.faults.failNext({ op: "rename", path: /\.nodes\.cache$/, problem: "no_space" });
  assertEquals(await ran(host), []);
  assertEquals(await ran(host), []);
});

Deno.test("many inputs: a job that the configuration no longer has is forgotten", async () => {
  const host = await upToDate();
  assertEquals(host.disk.read(NOTED)!.includes('"n23"'), true);
  host.disk.write(`${PROJECT}/orchastration.toml`, configurationOf(NAMES.slice(0, -1)));
  host.disk.write(`${PROJECT}/src/n05/a.txt`, "N05");
  host.clock.pass(60_000);
  const said = await call(host.another(), ["run", "all"]);
  assertEquals([said.code, said.stderr.includes("n23")], [0, false]);
  assertEquals(host.disk.read(NOTED)!.includes('"n23"'), false);
});
