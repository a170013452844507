/** The picture of how cost grows: one panel for each growing quantity, both axes logarithmic. */

import type { Growth, GrowthLine } from "../growth.ts";
import { element, line, picture, SERIES_COUNT, seriesColour, text } from "./svg.ts";

const WIDTH = 858;
const HEIGHT = 374;
const GAP = 26;
const MARGIN = { top: 36, bottom: 128, left: 54, right: 18 };
const DOT_RADIUS = 3;

/** Whole decades, as usual on a logarithmic axis. */
interface Range {
  readonly from: number;
  readonly to: number;
}

export function growthPicture(all: readonly Growth[]): string {
  const times = rangeOf(all.flatMap(({ lines }) => lines.flatMap(mediansOf)));
  const width = (WIDTH - GAP * (all.length - 1)) / all.length;
  // The same command has the same colour in each panel.
  const isShared = ({ label }: GrowthLine) =>
    all.every(({ lines }) => lines.some((each) => each.label === label));
  const panels = all.map(({ what, lines }, i) =>
    element(
      "g",
      { transform: `translate(${Math.round(i * (width + GAP))} 0)` },
      panel(what, [...lines.filter(isShared), ...lines.filter((each) => !isShared(each))], times, width),
    )
  );
  return picture({ width: WIDTH, height: HEIGHT }, {
    title: "How cost grows",
    description: all.map(described).join(" "),
  }, panels);
}

function panel(what: string, lines: readonly GrowthLine[], times: Range, width: number): string {
  if (lines.length > SERIES_COUNT) {
    throw new Error(`Cannot draw ${lines.length} lines in ${SERIES_COUNT} colours`);
  }
  const sizes = lines[0]!.points.map(({ size }) => size);
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, HEIGHT - MARGIN.bottom];
  const across = scale({ from: sizes[0]!, to: sizes.at(-1)! }, left, right);
  const up = scale(times, bottom, top);
  return [
    text(0, 12, `by ${what}`, { class: "title" }),
    ...decades(times).flatMap((ms) => [
      line(left, up(ms), right, up(ms), { class: "grid" }),
      text(left - 8, up(ms) + 4, timeWord(ms), { class: "quiet end" }),
    ]),
    ...sizes.flatMap((size) => [
      line(across(size), bottom, across(size), bottom + 4, { class: "axis" }),
      text(across(size), bottom + 18, sizeWord(size), { class: "quiet middle" }),
    ]),
    line(left, bottom, right, bottom, { class: "axis" }),
    ...lines.flatMap((each, i) => series(each, i, across, up)),
    ...lines.flatMap(({ label }, i) => {
      const y = bottom + 46 + i * 20;
      return [
        line(left, y - 4, left + 18, y - 4, { class: "series", stroke: seriesColour(i) }),
        text(left + 26, y, label),
      ];
    }),
  ].join("\n");
}

function series(
  { points }: GrowthLine,
  index: number,
  across: (size: number) => number,
  up: (ms: number) => number,
): readonly string[] {
  const places = points.map(({ size, took }) => [across(size), up(took.median)] as const);
  const path = places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return [
    element("polyline", { class: "series", stroke: seriesColour(index), points: path }),
    ...places.map(([cx, cy]) => element("circle", { cx, cy, r: DOT_RADIUS, fill: seriesColour(index) })),
  ];
}

function mediansOf({ points }: GrowthLine): readonly number[] {
  return points.map(({ took }) => took.median);
}

function rangeOf(values: readonly number[]): Range {
  return {
    from: 10 ** Math.floor(Math.log10(Math.min(...values))),
    to: 10 ** Math.ceil(Math.log10(Math.max(...values))),
  };
}

function decades({ from, to }: Range): readonly number[] {
  const count = Math.round(Math.log10(to / from)) + 1;
  return Array.from({ length: count }, (_, i) => from * 10 ** i);
}

function scale({ from, to }: Range, start: number, end: number): (value: number) => number {
  return (value) => start + (end - start) * Math.log(value / from) / Math.log(to / from);
}

function timeWord(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}

/** With a thin space between the thousands, as in the tables. */
function sizeWord(size: number): string {
  return String(size).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

function described({ what, lines }: Growth): string {
  const each = lines.map(({ label, points }) =>
    `${label}: ${points.map(({ size, took }) => `${took.median.toFixed(0)} ms with ${size}`).join(", ")}`
  );
  return `By ${what}: ${each.join("; ")}.`;
}
