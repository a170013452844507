/**
 * The whole program with random graphs on the fake host: random failures, inputs, pools and limits, stopped or killed at a
 * random moment. No node begins before its needs have succeeded, the counts add up, every record is complete, no process is
 * left, and no slot is lost.
 */

import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { call, machineWith, PROJECT, readJson, STATE } from "../support/cli.ts";
import type { FakeHost } from "../support/fake_host.ts";
import { untilDeath } from "../support/until_death.ts";

/** A part; `deno task soak:graphs` takes a thousand. */
const GRAPHS = Number(Deno.env.get("ORCHASTRATION_RANDOM_GRAPHS") ?? 80);
/** How many nodes a graph has; the largest are rare, because each takes seconds. */
const SIZES = [3, 5, 8, 8, 12, 12, 12, 20, 20, 40];
const LARGEST = 200;
const ENDED = [
  "succeeded",
  "up_to_date",
  "failed",
  "skipped",
  "not_started",
  "cancelled",
  "interrupted",
  "signalled",
];

interface Node {
  readonly name: string;
  readonly needs: readonly string[];
  readonly isGood: boolean;
  readonly tookMs: number;
  readonly isHeavy: boolean;
  readonly hasInputs: boolean;
  /** A process of it ignores SIGTERM. */
  readonly isStubborn: boolean;
}

interface Case {
  readonly nodes: readonly Node[];
  readonly jobs: number;
  readonly flag: "" | "--keep-going" | "--fail-fast";
  readonly end:
    | { readonly kind: "own" }
    | { readonly kind: "signal"; readonly afterMs: number }
    | { readonly kind: "death"; readonly atChange: number };
}

const fate = fc.record({
  isGood: fc.integer({ min: 0, max: 14 }).map((n) => n !== 0),
  tookMs: fc.integer({ min: 0, max: 300 }),
  isHeavy: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  hasInputs: fc.boolean(),
  isStubborn: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  drawn: fc.array(fc.nat(), { maxLength: 3 }),
});

const size = fc.integer({ min: 0, max: 149 }).map((n) => n === 0 ? LARGEST : SIZES[n % SIZES.length]!);

const nodes: fc.Arbitrary<readonly Node[]> = size.chain((count) =>
  fc.array(fate, { minLength: count, maxLength: count, size: "max" })
).map((fates) => {
  // The order of the names differs from that of the needs.
  const names = fates.map((_, index) => `n${(index * 7919) % 1000}_${index}`);
  return fates.map(({ drawn, ...rest }, index) => ({
    ...rest,
    name: names[index]!,
    needs: index === 0 ? [] : [...new Set(drawn.map((need) => names[need % index]!))],
  }));
});

const anyCase: fc.Arbitrary<Case> = fc.record({
  nodes,
  jobs: fc.integer({ min: 1, max: 5 }),
  flag: fc.constantFrom("", "--keep-going", "--fail-fast"),
  end: fc.oneof(
    fc.constant({ kind: "own" } as const),
    fc.record({ kind: fc.constant("signal" as const), afterMs: fc.integer({ min: 0, max: 1500 }) }),
    fc.record({ kind: fc.constant("death" as const), atChange: fc.integer({ min: 1, max: 400 }) }),
  ),
});

function toml({ nodes }: Case): string {
  const list = (names: readonly string[]) => JSON.stringify(names);
  const jobs = nodes.map(({ name, needs, isHeavy, hasInputs }) =>
    `[jobs.${name}]\ncommand = ["${name}"]\nneeds = ${list(needs)}\nkill_grace_seconds = 0.2\n` +
    (isHeavy ? 'pool = "heavy"\n' : "") + (hasInputs ? 'inputs = ["src/**"]\noutputs = []\n' : "")
  );
  const probes = ["probe_a", "probe_b", "probe_c", "probe_d", "probe_e"].map((name) =>
    `[jobs.${name}]\ncommand = ["${name}"]\n`
  );
  return `[pools]\nheavy = 1\n[jobs.all]\nneeds = ${list(nodes.map(({ name }) => name))}\n` +
    '[jobs.probe_heavy]\ncommand = ["probe_heavy"]\npool = "heavy"\n' + [...jobs, ...probes].join("");
}

/** Programs that check the rules at each start. */
function programs(host: FakeHost, { nodes, jobs }: Case, ended: Set<string>): void {
  const running = new Set<string>();
  for (const { name, needs, isGood, tookMs, isHeavy, isStubborn } of nodes) {
    host.program(name, async (p) => {
      for (const need of needs) assert(ended.has(need), `${name} began before ${need} had succeeded`);
      running.add(name);
      assert(running.size <= jobs, `${running.size} of ${jobs} run`);
      if (isHeavy) {
        const heavy = nodes.filter((node) => node.isHeavy && running.has(node.name));
        assert(heavy.length === 1, "the pool has one place");
      }
      if (isStubborn) p.ignore("SIGTERM");
      try {
        await p.sleep(tookMs);
      } finally {
        running.delete(name);
      }
      if (isGood) ended.add(name);
      return isGood ? 0 : 3;
    });
  }
}

interface GraphNode {
  readonly name: string;
  readonly status: string;
  readonly run: string | null;
}

/** Every record below the state folder is complete and has ended, and the counts of the graph add up. */
function requireTrueRecords(host: FakeHost, { nodes }: Case): void {
  const ofRuns = new Map<string, Record<string, unknown>>();
  for (const name of host.disk.list(`${STATE}/runs`)) {
    for (const file of host.disk.list(`${STATE}/runs/${name}`)) {
      if (!/Z\.json$/.test(file)) continue;
      const record = readJson(host, `${STATE}/runs/${name}/${file}`) as Record<string, unknown>;
      assert(ENDED.includes(String(record["status"])), `${record["id"]} is ${record["status"]}`);
      ofRuns.set(String(record["id"]), record);
    }
  }
  for (const record of ofRuns.values()) {
    if (record["action"] !== "graph.run") continue;
    const graph = record["graph"] as { readonly nodes: readonly GraphNode[] };
    assertEquals(graph.nodes.length, nodes.length + 1);
    for (const node of graph.nodes) {
      assert(ENDED.includes(node.status), `${node.name} is ${node.status}`);
      if (node.run === null) continue;
      const run = ofRuns.get(node.run);
      assertEquals([run?.["status"], run?.["part_of"]], [node.status, record["id"]], node.name);
    }
  }
}

async function carryOut(given: Case): Promise<void> {
  using host = machineWith(toml(given), { files: { [`${PROJECT}/src/a`]: "1" } });
  const ended = new Set<string>();
  programs(host, given, ended);
  const words = ["run", "all", "-j", String(given.jobs), "--output", "none", "--log-level", "error"];
  if (given.flag !== "") words.push(given.flag);
  if (given.end.kind === "death") host.faults.dieAt(given.end.atChange);
  const running = untilDeath(host, () => call(host, words));
  if (given.end.kind === "signal") {
    const { afterMs } = given.end;
    const hasEnded = await Promise.race([
      running.then(() => true),
      host.whenListening().then(() => host.clock.advance(afterMs)).then(() => host.signals.handlers === 0),
    ]);
    if (!hasEnded) host.signal("SIGINT");
  }
  const fate = await running;
  // Where the graph made fewer changes, nothing that comes after it dies.
  host.faults.dieAt(Number.MAX_SAFE_INTEGER);
  if (fate.kind === "returned") {
    assertEquals(host.livingProcesses(), []);
    requireTrueRecords(host, given);
    await requireFreeSlots(host, given);
    return;
  }
  using next = host.reviveAfterDeath({ processes: "alive" });
  const recovered = await call(next, ["recover", "--kill"]);
  assertEquals([recovered.code, next.livingProcesses()], [0, []], recovered.stderr);
  requireTrueRecords(next, given);
  await requireFreeSlots(next, given);
}

/** As many jobs as the limit run at the same time again, one of them in the pool. */
async function requireFreeSlots(host: FakeHost, { jobs }: Case): Promise<void> {
  const names = ["probe_heavy", "probe_a", "probe_b", "probe_c", "probe_d", "probe_e"];
  let [running, most] = [0, 0];
  for (const name of names) {
    host.program(name, async (p) => {
      most = Math.max(most, ++running);
      await p.sleep(1000);
      running--;
    });
  }
  const { code, stderr } = await call(host, ["run", ...names, "-j", String(jobs), "--output", "none"]);
  assertEquals([code, most], [0, jobs], stderr);
}

Deno.test(`graph: every rule holds for ${GRAPHS} random graphs that end, are stopped, or are killed`, async () => {
  await fc.assert(fc.asyncProperty(anyCase, carryOut), { numRuns: GRAPHS, endOnFailure: true });
});
