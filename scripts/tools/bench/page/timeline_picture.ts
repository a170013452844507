/** The picture of where the time of a run goes: a row for each phase, at its place. */

import type { Timeline } from "../timeline.ts";
import { element, line, picture, seriesColour, text } from "./svg.ts";

const WIDTH = 858;
const ROW = 26;
const BAR = 14;
const TOP = 34;
const BETWEEN = 44;
const MARGIN = { left: 240, right: 90 };
const TICKS_AT_MOST = 8;

export function timelinePicture(all: readonly Timeline[]): string {
  const longestMs = Math.max(...all.map(({ phases }) => phases.at(-1)!.to_ms));
  const across = (ms: number) => MARGIN.left + (WIDTH - MARGIN.left - MARGIN.right) * ms / longestMs;
  const parts: string[] = [];
  let y = TOP;
  for (const [i, { label, phases }] of all.entries()) {
    parts.push(text(0, y, label, { class: "title" }));
    for (const { what, from_ms, to_ms } of phases) {
      y += ROW;
      const width = Math.max(1, across(to_ms) - across(from_ms));
      parts.push(
        text(MARGIN.left - 12, y, what, { class: "end" }),
        element("rect", {
          x: across(from_ms),
          y: y - BAR + 3,
          width,
          height: BAR,
          rx: 2,
          fill: seriesColour(i),
        }),
        text(across(to_ms) + 6, y, `${(to_ms - from_ms).toFixed(1)} ms`, { class: "quiet" }),
      );
    }
    y += BETWEEN;
  }
  const bottom = y - BETWEEN + 14;
  const grid = ticks(longestMs).flatMap((ms) => [
    line(across(ms), TOP - 14, across(ms), bottom, { class: "grid" }),
    text(across(ms), TOP - 22, `${ms} ms`, { class: "quiet middle" }),
  ]);
  return picture({ width: WIDTH, height: bottom + 8 }, {
    title: "Where the time of a run goes",
    description: all.map(described).join(" "),
  }, [...grid, ...parts]);
}

function ticks(longestMs: number): readonly number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((each) => longestMs / each <= TICKS_AT_MOST) ??
    2000;
  return Array.from({ length: Math.floor(longestMs / step) + 1 }, (_, i) => i * step);
}

function described({ label, phases }: Timeline): string {
  const each = phases.map(({ what, from_ms, to_ms }) => `${what}: ${(to_ms - from_ms).toFixed(1)} ms`);
  return `${label}: ${each.join(", ")}.`;
}
