/**
 * One call of the benchmark: describes the machine, measures what was requested, and prints each result as it
 * is known.
 */

import { resolve } from "@std/path/posix";
import { Problem } from "../../build/tool.ts";
import type { CaseDefinition } from "./case.ts";
import type { Side } from "./side.ts";
import { chosenCases, type Part } from "./cases.ts";
import { compare, type Comparison } from "./compare.ts";
import { measureDurableWrites } from "./durable.ts";
import { measureGrowth } from "./growth.ts";
import { findTool, firstLine, lookAtMachine, lookAtSubject } from "./machine.ts";
import { watchOthers } from "./others_at_work.ts";
import { type Place, withPlace } from "./place.ts";
import type { CaseResult, Omission, Report } from "./report.ts";
import { createStopwatch, peakMemory, type Stopwatch } from "./stopwatch.ts";
import {
  aligned,
  durableRow,
  growthRows,
  HEADER,
  machineLine,
  progressLine,
  rowOf,
  timelineRows,
  toolLines,
} from "./table.ts";
import { measureTimeline } from "./timeline.ts";
import type { Wanted } from "./words.ts";

const QUICK_ROUNDS = 3;
const DURABLE_MS = 1500;
const GROWTH_ROUNDS = 7;
const TIMELINE_ROUNDS = 15;

/** Programs that cases can be compared or measured with. */
const TOOLS = [
  ...["hyperfine", "openssl", "sha256sum", "git"],
  ...["make", "just", "mise", "moon", "turbo", "wireit", "npm"],
];

type Say = (text: string) => void;

/** Everything that a measurement needs. */
interface Means {
  readonly place: Place;
  readonly watch: Stopwatch;
  readonly wanted: Wanted;
  readonly say: Say;
}

export async function measureAll(wanted: Wanted, say: Say): Promise<Report> {
  const chosen = chosenCases(wanted.only);
  const machine = await lookAtMachine();
  const program = resolve(wanted.program);
  const subject = await lookAtSubject(program);
  const options = {
    parent: wanted.scratch,
    program,
    programFolders: wanted.others === undefined ? [] : [resolve(wanted.others, "bin")],
  };
  return await withPlace(options, async (place) => {
    const tools = await lookAtTools(place);
    const watch = createStopwatch(await findTool("hyperfine", place.path), place.env, place.scratch);
    const means = { place, watch, wanted, say };
    say(machineLine(machine));
    say(toolLines(tools, watch.name));
    const compared = await measureCases(chosen.cases, means);
    return {
      format: 1,
      kind: "bench",
      measured_at: new Date().toISOString(),
      subject,
      machine,
      tools,
      stopwatch: watch.name,
      is_quick: wanted.isQuick,
      ...compared,
      ...await measureParts(chosen.parts, means),
    };
  });
}

function roundsOf(usual: number, { isQuick, runs }: Wanted): number {
  return runs ?? (isQuick ? Math.min(QUICK_ROUNDS, usual) : usual);
}

async function measureCases(
  definitions: readonly CaseDefinition[],
  { place, watch, wanted, say }: Means,
): Promise<Pick<Report, "cases" | "left_out" | "failed">> {
  const [cases, leftOut, failed]: [CaseResult[], Omission[], Omission[]] = [[], [], []];
  for (const definition of definitions) {
    const { name, what, figure } = definition;
    const reason = await whyNot(definition, place);
    if (reason !== undefined) {
      leftOut.push({ name, reason });
      continue;
    }
    const measure = (side: Side) => figure === "time" ? watch.time(side) : peakMemory(side, place.env);
    const rounds = roundsOf(definition.rounds, wanted);
    try {
      const made = await definition.prepare(place);
      const compared = await compare({ ...definition, rounds }, made, { measure, watchOthers });
      cases.push(resultOf(definition, made.reference.label, compared));
      say(progressLine(cases.at(-1)!));
    } catch (error) {
      // A case that cannot be measured does not affect the others.
      if (!(error instanceof Problem)) throw error;
      failed.push({ name, reason: error.message });
      say(`  ${what}: ${error.message}`);
    }
  }
  if (cases.length > 0) say(`\n${aligned([HEADER, ...cases.map(rowOf)])}`);
  for (const [reason, these] of Map.groupBy(leftOut, (each) => each.reason)) {
    say(`left out, as ${reason}: ${these.map((each) => each.name).join(", ")}`);
  }
  return { cases, left_out: leftOut, failed };
}

async function measureParts(
  parts: readonly Part[],
  { place, watch, wanted, say }: Means,
): Promise<Pick<Report, "durable_writes" | "growth" | "timelines">> {
  const isAsked = (part: Part) => parts.includes(part);
  const durable = isAsked("durable") ? await measureDurableWrites(place, DURABLE_MS) : [];
  if (durable.length > 0) say(`\ndurable writes, inside one process\n${aligned(durable.map(durableRow))}`);
  const timelines = isAsked("timeline")
    ? await measureTimeline(place, watch, wanted.program, roundsOf(TIMELINE_ROUNDS, wanted))
    : [];
  for (const each of timelines) say(`\n${each.label}\n${aligned(timelineRows(each))}`);
  const growth = isAsked("growth") ? await measureGrowth(place, watch, roundsOf(GROWTH_ROUNDS, wanted)) : [];
  for (const each of growth) say(`\nby ${each.what}\n${aligned(growthRows(each))}`);
  return { durable_writes: durable, growth, timelines };
}

async function lookAtTools(place: Place): Promise<Readonly<Record<string, string | null>>> {
  const found: Record<string, string | null> = {};
  for (const name of TOOLS) {
    const path = await findTool(name, place.path);
    found[name] = path === undefined
      ? null
      : await firstLine(path, name === "openssl" ? ["version"] : ["--version"]) ?? "found";
  }
  return found;
}

async function whyNot(definition: CaseDefinition, place: Place): Promise<string | undefined> {
  for (const name of definition.needs ?? []) {
    if (await findTool(name, place.path) === undefined) return `${name} was not found`;
  }
  return definition.figure === "peak_memory" && Deno.build.os !== "linux"
    ? "memory is read from /proc"
    : undefined;
}

function resultOf(
  { name, group, what, figure, budget, note }: CaseDefinition,
  against: string,
  { ours, reference, startUp, judged, othersShare, verdict }: Comparison,
): CaseResult {
  return {
    name,
    group,
    what,
    against,
    figure,
    ours,
    reference,
    start_up: startUp ?? null,
    judged,
    verdict,
    budget: budget === undefined ? null : { kind: budget.kind, at_most: budget.atMost },
    others_share: othersShare === undefined ? null : Math.round(othersShare * 1000) / 1000,
    note: note ?? null,
  };
}
