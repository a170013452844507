/** Results as an aligned table, and values as words. */

import type { Figure } from "./case.ts";
import type { DurableWrite } from "./durable.ts";
import type { Growth } from "./growth.ts";
import type { Machine } from "./machine.ts";
import type { CaseResult } from "./report.ts";
import type { Timeline } from "./timeline.ts";

const VERDICTS: Readonly<Record<CaseResult["verdict"], string>> = {
  holds: "holds",
  does_not_hold: "does not hold",
  too_noisy: "too noisy to say",
  no_budget: "",
};

/** The share of the processors that others used. */
const WORTH_TELLING = 0.1;

export const HEADER = ["case", "ours", "reference", "", "ratio", "budget", ""] as const;

/** Case, ours, reference, description of the reference, ratio with its middle half, budget, verdict. */
export function rowOf(result: CaseResult): readonly string[] {
  return [
    result.what,
    figureText(result.ours.median, result.figure),
    figureText(result.reference.median, result.figure),
    result.against,
    judgedText(result),
    budgetText(result),
    VERDICTS[result.verdict],
  ];
}

/** Printed while the others are still being measured. */
export function progressLine(result: CaseResult): string {
  const others = result.others_share ?? 0;
  const busy = others < WORTH_TELLING ? "" : `others had ${Math.round(others * 100)} % of the processors`;
  const words = [result.what, judgedText(result), VERDICTS[result.verdict], busy];
  return `  ${words.filter((word) => word !== "").join("  ")}`;
}

export function figureText(value: number, figure: Figure): string {
  if (figure === "peak_memory") return `${(value / 1024 / 1024).toFixed(0)} MiB`;
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

/** The median, with the middle half of the rounds in brackets. */
function judgedText({ judged: { q1, median, q3 }, budget, figure }: CaseResult): string {
  if (budget?.kind === "absolute") {
    const [low, middle, high] = [q1, median, q3].map((value) => figureText(value, figure));
    return `${middle} (${low} to ${high})`;
  }
  if (budget?.kind === "beyond_reference") {
    return `+${median.toFixed(0)} ms (${q1.toFixed(0)} to ${q3.toFixed(0)})`;
  }
  return `${median.toFixed(2)} (${q1.toFixed(2)} to ${q3.toFixed(2)})`;
}

export function budgetText({ budget, figure }: CaseResult): string {
  switch (budget?.kind) {
    case undefined:
      return "";
    case "ratio":
      return `at most ${trimmed(budget.at_most)}`;
    case "ratio_beyond_start_up":
      return `at most ${trimmed(budget.at_most)} beyond start-up`;
    case "beyond_reference":
      return `at most +${budget.at_most} ms`;
    case "absolute":
      return `at most ${figureText(budget.at_most, figure)}`;
  }
}

function trimmed(value: number): string {
  return value.toFixed(2).replace(/\.?0+$/, "");
}

/** The median of the judged value, without the middle half. */
export function ratioText({ judged: { median }, budget, figure }: CaseResult): string {
  if (budget?.kind === "absolute") return figureText(median, figure);
  return budget?.kind === "beyond_reference" ? `+${median.toFixed(0)} ms` : median.toFixed(2);
}

export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trimEnd()).join("\n");
}

export function durableRow({ what, took: { q1, median, q3 } }: DurableWrite): readonly string[] {
  return [what, `${median.toFixed(0)} µs`, `(${q1.toFixed(0)} to ${q3.toFixed(0)})`];
}

export function machineLine(machine: Machine): string {
  const { cpu, cores, memory_bytes, os, arch, kernel, deno, load_before, is_real_time } = machine;
  const memory = `${(memory_bytes / 1024 ** 3).toFixed(0)} GiB`;
  const found = `machine: ${cpu}, ${cores} cores, ${memory}, ${os} ${arch} ${kernel}, Deno ${deno}`;
  if (is_real_time) return `${found}\nat a real-time priority: others cannot get in between`;
  const isBusy = load_before > cores / 2;
  const busy = isBusy
    ? ": others are at work on this machine, so expect wide spreads (or, as root: chrt -r 10 deno task bench)"
    : "";
  return `${found}\nload before: ${load_before}${busy}`;
}

export function toolLines(tools: Readonly<Record<string, string | null>>, stopwatch: string): string {
  const all = Object.entries(tools);
  const missing = all.filter(([, version]) => version === null).map(([name]) => name);
  const found = all.flatMap(([name, version]) => version === null ? [] : [name]);
  return `stopwatch: ${stopwatch}; functions: mitata\nfound: ${found.join(", ")}${
    missing.length === 0 ? "" : `; not found: ${missing.join(", ")}`
  }\n`;
}

/** One line for each command, one column for each size. */
export function growthRows({ lines }: Growth): readonly (readonly string[])[] {
  const sizes = lines[0]!.points.map(({ size }) => String(size));
  return [
    ["", ...sizes],
    ...lines.map((
      { label, points },
    ) => [label, ...points.map(({ took }) => figureText(took.median, "time"))]),
  ];
}

export function timelineRows({ phases, alone_ms, watched_ms }: Timeline): readonly (readonly string[])[] {
  return [
    ...phases.map(({ what, from_ms, to_ms }) => [
      what,
      figureText(to_ms - from_ms, "time"),
      `until ${figureText(to_ms, "time")}`,
    ]),
    ["the whole", figureText(watched_ms, "time"), `${figureText(alone_ms, "time")} when nobody watches`],
  ];
}
