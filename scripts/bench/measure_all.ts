/** One call of the benchmark: looks at the machine, measures the cases that were asked for, and tells each as it is known. */

import { resolve } from "@std/path/posix";
import { Problem } from "../build/tool.ts";
import type { CaseDefinition, Side } from "./case.ts";
import { chosenCases } from "./cases.ts";
import { compare } from "./compare.ts";
import { type DurableWrite, measureDurableWrites } from "./durable.ts";
import { findTool, firstLine, lookAtMachine, lookAtSubject } from "./machine.ts";
import { type Place, withPlace } from "./place.ts";
import type { CaseResult, Omission, Report } from "./report.ts";
import { createStopwatch, peakMemory } from "./stopwatch.ts";
import { aligned, durableRow, HEADER, machineLine, progressLine, rowOf, toolLines } from "./table.ts";
import type { Wanted } from "./words.ts";

const QUICK_ROUNDS = 3;
const DURABLE_MS = 1500;
const QUICK_DURABLE_MS = 200;

/** What cases can be held against, or measured with. */
const TOOLS = [
  "hyperfine",
  "openssl",
  "sha256sum",
  "git",
  "make",
  "just",
  "mise",
  "moon",
  "turbo",
  "wireit",
  "npm",
];

export async function measureAll(wanted: Wanted, say: (text: string) => void): Promise<Report> {
  const chosen = chosenCases(wanted.only);
  const machine = await lookAtMachine();
  const options = {
    parent: wanted.scratch,
    program: wanted.program === undefined ? undefined : resolve(wanted.program),
    programFolders: wanted.others === undefined ? [] : [resolve(wanted.others, "bin")],
  };
  return await withPlace(options, async (place) => {
    const tools = await lookAtTools(place);
    const watch = createStopwatch(await findTool("hyperfine", place.path), place.env, place.scratch);
    say(machineLine(machine));
    say(toolLines(tools, watch.name));
    const measure = (definition: CaseDefinition) => (side: Side) =>
      definition.figure === "time" ? watch.time(side) : peakMemory(side, place.env);
    const [cases, leftOut, failed]: [CaseResult[], Omission[], Omission[]] = [[], [], []];
    for (const definition of chosen.cases) {
      const reason = await whyNot(definition, place);
      if (reason !== undefined) {
        leftOut.push({ name: definition.name, reason });
        continue;
      }
      const rounds = wanted.runs ??
        (wanted.isQuick ? Math.min(QUICK_ROUNDS, definition.rounds) : definition.rounds);
      try {
        const made = await definition.prepare(place);
        const compared = await compare({ ...definition, rounds }, made, measure(definition));
        cases.push(resultOf(definition, made.reference.label, compared));
        say(progressLine(cases.at(-1)!));
      } catch (error) {
        // One that cannot be measured takes nothing from the others.
        if (!(error instanceof Problem)) throw error;
        failed.push({ name: definition.name, reason: error.message });
        say(`  ${definition.what}: ${error.message}`);
      }
    }
    if (cases.length > 0) say(`\n${aligned([HEADER, ...cases.map(rowOf)])}`);
    for (const { name, reason } of leftOut) say(`left out: ${name}: ${reason}`);
    const durableWrites: readonly DurableWrite[] = chosen.isWithDurable
      ? await measureDurableWrites(place, wanted.isQuick ? QUICK_DURABLE_MS : DURABLE_MS)
      : [];
    if (durableWrites.length > 0) {
      say(`\ndurable writes, inside one process\n${aligned(durableWrites.map(durableRow))}`);
    }
    return {
      ...{ format: 1, kind: "bench", measured_at: new Date().toISOString(), subject: await lookAtSubject() },
      ...{ machine, tools, stopwatch: watch.name, is_quick: wanted.isQuick },
      ...{ cases, left_out: leftOut, failed, durable_writes: durableWrites },
    };
  });
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
  { ours, reference, startUp, judged, verdict }: Awaited<ReturnType<typeof compare>>,
): CaseResult {
  return {
    ...{ name, group, what, against, figure, ours, reference, start_up: startUp ?? null, judged, verdict },
    budget: budget === undefined ? null : { kind: budget.kind, at_most: budget.atMost },
    note: note ?? null,
  };
}
