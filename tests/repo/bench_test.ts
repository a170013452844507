/**
 * The benchmark's own rules, on given numbers: who takes turns, what is judged, what is written. Nothing is
 * timed.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Problem } from "../../scripts/build/tool.ts";
import type { Budget, Case } from "../../scripts/tools/bench/case.ts";
import type { Side } from "../../scripts/tools/bench/side.ts";
import { CASES, chosenCases, PARTS } from "../../scripts/tools/bench/cases.ts";
import { compare } from "../../scripts/tools/bench/compare.ts";
import { replaceSections } from "../../scripts/tools/bench/page/markers.ts";
import { growthPicture } from "../../scripts/tools/bench/page/growth_picture.ts";
import { timelinePicture } from "../../scripts/tools/bench/page/timeline_picture.ts";
import { relativeSpread, spreadOf } from "../../scripts/tools/bench/stats.ts";

const side = (label: string): Side => ({ label, argv: [label] });
const PAIR: Case = { ours: side("ours"), reference: side("reference") };

/** Compares sides that take the times in `times`, one after the other, and then the last one repeatedly. */
async function judged(
  times: Readonly<Record<string, readonly number[]>>,
  how: { budget?: Budget; made?: Case; rounds?: number; others?: number } = {},
) {
  const order: string[] = [];
  const measure = ({ label }: Side) => {
    const place = order.filter((each) => each === label).length;
    order.push(label);
    return Promise.resolve(times[label]!.at(Math.min(place, times[label]!.length - 1))!);
  };
  const watchOthers = () => ({ share: () => how.others });
  const { budget, rounds = 1 } = how;
  const comparison = await compare(
    { rounds, ...(budget === undefined ? {} : { budget }) },
    how.made ?? PAIR,
    { measure, watchOthers },
  );
  return { ...comparison, order };
}

const AT_MOST_2: Budget = { kind: "ratio", atMost: 2 };

Deno.test("bench: sides alternate, each round begins with another side, and warm-ups do not count", async () => {
  const { order, ours } = await judged({ ours: [100, 100, 7, 7, 7], reference: [1] }, { rounds: 3 });
  assertEquals(order.slice(0, 4), ["ours", "reference", "ours", "reference"]);
  assertEquals(order.slice(4), ["ours", "reference", "reference", "ours", "ours", "reference"]);
  assertEquals([ours.median, ours.count], [7, 3]);
});

Deno.test("bench: a ratio is taken within its round, so that a slow moment affects both sides", async () => {
  const { judged: ratio } = await judged(
    { ours: [2, 2, 2, 20, 2], reference: [1, 1, 1, 10, 1] },
    { rounds: 3, budget: AT_MOST_2 },
  );
  assertEquals([ratio.q1, ratio.median, ratio.q3], [2, 2, 2]);
});

Deno.test("bench: a budget holds up to its limit, and not above", async () => {
  assertEquals((await judged({ ours: [2], reference: [1] }, { budget: AT_MOST_2 })).verdict, "holds");
  assertEquals(
    (await judged({ ours: [2.1], reference: [1] }, { budget: AT_MOST_2 })).verdict,
    "does_not_hold",
  );
  assertEquals((await judged({ ours: [2], reference: [1] })).verdict, "no_budget");
});

Deno.test("bench: start-up is taken off, or the reference, where the budget says so", async () => {
  const made = { ...PAIR, startUp: side("start") };
  const times = { ours: [50], reference: [10], start: [20] };
  const beyond = await judged(times, { made, budget: { kind: "ratio_beyond_start_up", atMost: 3 } });
  assertEquals([beyond.judged.median, beyond.verdict], [3, "holds"]);
  const difference = await judged(times, { budget: { kind: "beyond_reference", atMost: 39 } });
  assertEquals([difference.judged.median, difference.verdict], [40, "does_not_hold"]);
});

Deno.test("bench: on a noisy machine a case is tried three times and then has no verdict", async () => {
  const swinging = [0, 0, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3];
  const noisy = await judged({ ours: swinging, reference: [1] }, { rounds: 4, budget: AT_MOST_2 });
  assertEquals([noisy.verdict, noisy.order.length], ["too_noisy", 2 * (2 + 3 * 4)]);
  const calmLater = await judged({ ours: [...swinging.slice(0, 6), 1], reference: [1] }, {
    rounds: 4,
    budget: AT_MOST_2,
  });
  assertEquals(calmLater.verdict, "holds");
  const busy = await judged({ ours: [1], reference: [1] }, { budget: AT_MOST_2, others: 0.3 });
  assertEquals([busy.verdict, busy.othersShare], ["too_noisy", 0.3]);
});

Deno.test("bench: medians and quartiles are computed", () => {
  assertEquals(spreadOf([4, 1, 3, 2]), { q1: 1.75, median: 2.5, q3: 3.25, count: 4 });
  assertEquals(spreadOf([5]), { q1: 5, median: 5, q3: 5, count: 1 });
  assertEquals(relativeSpread({ q1: 8, median: 10, q3: 12, count: 3 }), 0.4);
});

Deno.test("bench: cases are chosen by name, by group and by the beginning of names, and names are unique", () => {
  const names = (only: readonly string[]) => chosenCases(only).cases.map(({ name }) => name);
  assertEquals(names(["version"]).slice(0, 1), ["version"]);
  assert(names(["list"]).includes("list_1000") && !names(["list"]).includes("version"));
  assertEquals(names(["hash"]).length, CASES.filter(({ group }) => group === "hash").length);
  assertEquals(chosenCases(["growth"]), { cases: [], parts: ["growth"] });
  assertEquals(chosenCases([]), { cases: CASES, parts: PARTS });
  assert(assertThrows(() => chosenCases(["lis"])) instanceof Problem);
  assertEquals(new Set(CASES.map(({ name }) => name)).size, CASES.length);
});

Deno.test("bench: repeated writing replaces the text between the marks", () => {
  const page =
    "before\n<!-- bench:a -->\n<!-- /bench -->\nbetween\n<!-- bench:b -->\n<!-- /bench -->\nafter\n";
  const once = replaceSections(page, { a: "one\n\ntwo", b: "three" });
  assertEquals(
    once,
    "before\n<!-- bench:a -->\n\none\n\ntwo\n\n<!-- /bench -->\nbetween\n" +
      "<!-- bench:b -->\n\nthree\n\n<!-- /bench -->\nafter\n",
  );
  assertEquals(replaceSections(once, { a: "one\n\ntwo", b: "three" }), once);
  assert(assertThrows(() => replaceSections(page, { c: "" })) instanceof Problem);
});

Deno.test("bench: the charts place values by their numbers, and no label can break a chart", () => {
  const took = (median: number) => ({ q1: median, median, q3: median, count: 1 });
  const points = [{ size: 1, took: took(10) }, { size: 100, took: took(1000) }];
  const growth = growthPicture([{ name: "jobs", what: "a < b", lines: [{ label: 'x & "y"', points }] }]);
  const [first, second] = /points="([^"]*)"/.exec(growth)![1]!.split(" ").map((each) =>
    each.split(",").map(Number)
  );
  assert(first![0]! < second![0]! && first![1]! > second![1]!, "more is to the right and above");
  assert(growth.includes("a &lt; b") && growth.includes("x &amp; &quot;y&quot;"));
  const phases = [{ what: "first", from_ms: 0, to_ms: 10 }, { what: "second", from_ms: 10, to_ms: 40 }];
  const timeline = timelinePicture([{ label: "run", phases, alone_ms: 40, watched_ms: 50 }]);
  const bars = [...timeline.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)].map(([, x, width]) =>
    [Number(x), Number(width)] as const
  );
  assertEquals(bars.length, 2);
  assertEquals(bars[1]![0], bars[0]![0] + bars[0]![1]);
  assert(Math.abs(bars[1]![1] - 3 * bars[0]![1]) < 0.5);
});
