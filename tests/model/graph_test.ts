/** The schedule of any graph: no node before its needs, and every node with exactly one ending. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import type { AfterFailure } from "../../src/model/graph_record.ts";
import { Schedule, type ScheduledNode } from "../../src/engine/schedule.ts";
import { ALONE_QUEUE, type GraphPorts, LOOK_QUEUE, runGraph } from "../../src/engine/run_graph.ts";
import { StopRequests } from "../../src/engine/stop_requests.ts";
import { createFakeHost } from "../support/fake_host.ts";

/** The ending of one node, its duration, and the pools that it holds. */
interface Fate {
  readonly look: "none" | "up_to_date" | "run";
  readonly isGood: boolean;
  readonly tookMs: number;
  /** How long its end is recorded, while another one may run in its place; undefined: nothing is told of that. */
  readonly recordMs: number | undefined;
  readonly pool: string;
  readonly refused: boolean;
  readonly throws: boolean;
}

interface Case {
  readonly nodes: readonly (ScheduledNode & { readonly fate: Fate })[];
  readonly jobs: number;
  readonly afterFailure: AfterFailure;
  /** When somebody asks for the end; undefined: nobody does. */
  readonly stopAtMs: number | undefined;
  /** How many others hold the pool at first, and until when. */
  readonly poolBusyUntilMs: number;
}

const fate: fc.Arbitrary<Fate> = fc.record({
  look: fc.constantFrom("none", "none", "up_to_date", "run"),
  isGood: fc.integer({ min: 0, max: 19 }).map((n) => n !== 0),
  tookMs: fc.integer({ min: 0, max: 200 }),
  recordMs: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
  pool: fc.constantFrom("", "", "", "pool heavy", ALONE_QUEUE),
  refused: fc.integer({ min: 0, max: 99 }).map((n) => n === 0),
  throws: fc.constant(false),
});

const anyCase: fc.Arbitrary<Case> = fc.record({
  nodes: fc.array(fc.tuple(fate, fc.array(fc.nat(), { maxLength: 4 })), {
    minLength: 1,
    maxLength: 200,
    size: "max",
  })
    .map((drawn) =>
      drawn.map(([fate, needs], index) => ({
        // The order of the names differs from that of the needs.
        name: `n${(index * 7919) % 1000}_${index}`,
        queue: fate.look === "none" ? fate.pool : LOOK_QUEUE,
        needs: [] as string[],
        earlier: index === 0 ? [] : [...new Set(needs.map((need) => need % index))],
        fate,
      }))
    )
    .map((nodes) => nodes.map((node) => ({ ...node, needs: node.earlier.map((at) => nodes[at]!.name) }))),
  jobs: fc.integer({ min: 1, max: 8 }),
  afterFailure: fc.constantFrom("stop", "keep_going", "fail_fast"),
  stopAtMs: fc.option(fc.integer({ min: 0, max: 2000 }), { nil: undefined, freq: 3 }),
  poolBusyUntilMs: fc.constantFrom(0, 0, 120),
});

type Ending = "good" | "bad" | "up_to_date" | "skipped" | "not_started" | "refused";

/** Runs the graph on the fake clock, and checks every rule at each moment. */
async function carryOut({ nodes, jobs, afterFailure, stopAtMs, poolBusyUntilMs }: Case) {
  using host = createFakeHost();
  const { clock } = host;
  const stops = new StopRequests(clock);
  const schedule = new Schedule(nodes, afterFailure);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const endings = new Map<string, Ending>();
  const running = new Set<string>();
  const recorded = new Set<string>();
  const stopNow = new Set<() => void>();
  let poolHolder: string | undefined;
  let held = 0;
  const end = (name: string, ending: Ending) => {
    assert(!endings.has(name), `${name} ended twice`);
    endings.set(name, ending);
  };
  const requireNeeds = (name: string) => {
    for (const need of byName.get(name)!.needs) {
      assert(["good", "up_to_date"].includes(endings.get(need)!), `${name} began before ${need} succeeded`);
    }
  };
  const addUp = () => {
    const { blocked, ready, active, ended } = schedule.counts;
    assertEquals(blocked + ready + active + ended, nodes.length);
  };
  const ports: GraphPorts<string> = {
    clock,
    stops,
    async look(name) {
      requireNeeds(name);
      addUp();
      const { fate } = byName.get(name)!;
      await clock.after(1).elapsed;
      if (fate.look === "run") return { kind: "run", queue: fate.pool };
      end(name, "up_to_date");
      return { kind: "ended", end: true };
    },
    take(name) {
      const { fate } = byName.get(name)!;
      if (fate.refused) {
        end(name, "refused");
        return { kind: "refused" };
      }
      if (fate.pool === "pool heavy") {
        if (poolHolder !== undefined) return { kind: "waits", for: poolHolder };
        if (clock.monotonicMs() < poolBusyUntilMs) return { kind: "waits", for: "another project" };
        poolHolder = name;
      }
      held++;
      return { kind: "held", held: name };
    },
    async run(name, _, onlyRecorded) {
      requireNeeds(name);
      assert(stops.first === undefined, `${name} began after the stop`);
      const { fate } = byName.get(name)!;
      running.add(name);
      assert(running.size <= jobs, "more run than may");
      for (const each of running) {
        const isAlone = running.size + recorded.size === 1;
        assert(byName.get(each)!.fate.pool !== ALONE_QUEUE || isAlone, `${each} is not alone`);
      }
      assert(recorded.size <= jobs, "more is recorded than may");
      assert(jobs > 1 || recorded.size === 0, "one began before the end of the one before");
      addUp();
      const timer = clock.after(fate.tookMs);
      const { promise, resolve } = Promise.withResolvers<"stopped">();
      stopNow.add(() => resolve("stopped"));
      const how = await Promise.race([timer.elapsed, promise]);
      timer.cancel();
      running.delete(name);
      if (poolHolder === name) poolHolder = undefined;
      held--;
      const isGood = how !== "stopped" && fate.isGood;
      if (isGood && fate.recordMs !== undefined) {
        recorded.add(name);
        onlyRecorded();
        await clock.after(fate.recordMs).elapsed;
        recorded.delete(name);
      }
      end(name, isGood ? "good" : "bad");
      return isGood;
    },
    leftOut: ({ name, ending }) => end(name, ending.kind),
    waits() {},
    failFast() {
      for (const each of stopNow) each();
    },
  };
  const stop = stopAtMs === undefined ? undefined : clock.after(stopAtMs);
  void stop?.elapsed.then(() => {
    stops.signal("SIGINT");
    for (const each of stopNow) each();
  });
  await runGraph(schedule, { jobs, isFailFast: afterFailure === "fail_fast" }, ports);
  stop?.cancel();
  return { schedule, endings, held, running, wasStopped: stops.first !== undefined };
}

Deno.test("graph: every rule holds for 1000 random graphs", async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async (given) => {
      const { schedule, endings, held, running, wasStopped } = await carryOut(given);
      assertEquals([schedule.isOver, held, running.size], [true, 0, 0]);
      assertEquals(schedule.counts, { blocked: 0, ready: 0, active: 0, ended: given.nodes.length });
      assertEquals(endings.size, given.nodes.length);
      for (const { name, needs } of given.nodes) {
        const isSkipped = endings.get(name) === "skipped";
        const hasBadNeed = needs.some((need) => ["bad", "refused", "skipped"].includes(endings.get(need)!));
        // Nothing starts above a node that did not succeed; and nothing else is skipped.
        if (isSkipped) assert(hasBadNeed, `${name} was skipped for nothing`);
        else if (hasBadNeed) assertEquals(endings.get(name), "not_started");
      }
      const left = [...endings.values()].filter((ending) => ending === "not_started").length;
      if (given.afterFailure === "keep_going" && !wasStopped) assertEquals(left, 0);
      const hasFailed = [...endings.values()].some((ending) => ending === "bad" || ending === "refused");
      if (!hasFailed && !wasStopped) assertEquals(left, 0);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("graph: more nodes are examined together while none of them has to run", async () => {
  using host = createFakeHost();
  const names = Array.from({ length: 300 }, (_, index) => String(index).padStart(3, "0"));
  const schedule = new Schedule(names.map((name) => ({ name, needs: [], queue: LOOK_QUEUE })), "stop");
  let together = 0;
  const most: number[] = [];
  await runGraph(schedule, { jobs: 2, isFailFast: false }, {
    clock: host.clock,
    stops: new StopRequests(host.clock),
    async look(name) {
      most[Number(name)] = ++together;
      await Promise.resolve();
      // So that all that may be examined together are.
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      together--;
      return name === "100" ? { kind: "run", queue: "" } : { kind: "ended", end: true };
    },
    take: (name) => ({ kind: "held", held: name }),
    run: () => Promise.resolve(true),
    leftOut: () => assert(false, "nothing is left out"),
    waits() {},
    failFast() {},
  });
  assertEquals([Math.max(...most.slice(0, 8)), Math.max(...most)], [8, 64]);
  // Those that had begun with it end first; of the next ones fewer begin together.
  const next = most.indexOf(1, 100);
  assert(most.indexOf(1, next + 1) - next < 64, most.slice(next).join(" "));
});

Deno.test("graph: ties begin in the order of their names, up to the limit at a time", async () => {
  const begun: string[] = [];
  using host = createFakeHost();
  const names = ["c", "a", "d", "b"];
  const schedule = new Schedule(names.map((name) => ({ name, needs: [], queue: "" })), "stop");
  await runGraph(schedule, { jobs: 1, isFailFast: false }, {
    clock: host.clock,
    stops: new StopRequests(host.clock),
    look: () => Promise.reject(new Error("nothing is to be looked at")),
    take: (name) => ({ kind: "held", held: name }),
    run: (name) => {
      begun.push(name);
      return Promise.resolve(true);
    },
    leftOut() {},
    waits() {},
    failFast() {},
  });
  assertEquals(begun, ["a", "b", "c", "d"]);
});

Deno.test("graph: a node that throws is a bug, rethrown when the nodes beside it have ended", async () => {
  using host = createFakeHost();
  const ended: string[] = [];
  const schedule = new Schedule(["a", "b"].map((name) => ({ name, needs: [], queue: "" })), "stop");
  let thrown: unknown;
  try {
    await runGraph(schedule, { jobs: 2, isFailFast: false }, {
      clock: host.clock,
      stops: new StopRequests(host.clock),
      look: () => Promise.reject(new Error("nothing is to be looked at")),
      take: (name) => ({ kind: "held", held: name }),
      async run(name) {
        if (name === "a") throw new Error("a bug");
        await host.clock.after(50).elapsed;
        ended.push(name);
        return true;
      },
      leftOut() {},
      waits() {},
      failFast() {},
    });
  } catch (error) {
    thrown = error;
  }
  assertEquals([String(thrown), ended], ["Error: a bug", ["b"]]);
});

Deno.test("schedule: only the head of a queue begins", () => {
  const schedule = new Schedule(["a", "b"].map((name) => ({ name, needs: [], queue: "" })), "stop");
  assertThrows(() => schedule.begin("b"));
  schedule.begin("a");
  assertThrows(() => schedule.begin("a"));
  assertThrows(() => schedule.end("b", true));
});

Deno.test("schedule: a chain of 100 000 nodes is skipped like a chain of three", () => {
  const length = 100_000;
  const nodes = Array.from({ length }, (_, n) => ({
    name: `n${n}`,
    needs: n === 0 ? [] : [`n${n - 1}`],
    queue: "",
  }));
  const schedule = new Schedule(nodes, "keep_going");
  schedule.begin("n0");
  assertEquals(schedule.end("n0", false).length, length - 1);
  assertEquals(schedule.isOver, true);
});
