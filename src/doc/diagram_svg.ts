/**
 * A diagram as SVG for an HTML page, which provides its colours. No script, nothing loaded from elsewhere.
 * Pure.
 */

import type { Diagram, DiagramNode } from "./diagram.ts";
import { type Direction, layOut, type Point, type Sized } from "./diagram_layout.ts";
import { escapeHtml } from "./html_text.ts";
import { oneLine } from "./plain_text.ts";

const MAX_LABEL_COLUMNS = 30;
/** The width of a character in a 13 px fixed-width font; the widest one in use needs 7.9. */
const COLUMN_WIDTH = 8;
const PADDING = 14;
const TASK_HEIGHT = 48;
const LEAF_HEIGHT = 32;
const LINE_HEIGHT = 22;
/** A picture that is wider than the page is scaled down to this factor, and scrolled beyond that. */
const MIN_SCALE = 0.75;
/** Space for the thick border of the task's own box. */
const MARGIN = 3;

interface Box extends Sized {
  readonly nodes: readonly DiagramNode[];
}

/** `name` describes the picture for people who cannot see it. */
export function diagramSvg(diagram: Diagram, direction: Direction, name: string): string {
  const { boxes, edges } = direction === "right" ? apart(diagram) : leavesTogether(diagram);
  const layout = layOut(boxes, edges, direction);
  const [width, height] = [layout.width + 2 * MARGIN, layout.height + 2 * MARGIN].map(round);
  return [
    `<svg class="${direction}" role="img" aria-label="${escapeHtml(oneLine(name))}" width="${width}" ` +
    `height="${height}" viewBox="${-MARGIN} ${-MARGIN} ${width} ${height}" ` +
    `style="min-width:${round(width! * MIN_SCALE)}px">`,
    ...layout.lines.filter((points) => points.length > 1).map((points) => line(points, direction)),
    ...boxes.map((box) => boxSvg(box, layout.boxes.get(box.id)!)),
    "</svg>",
  ].join("\n");
}

function apart(
  { nodes, edges }: Diagram,
): { readonly boxes: readonly Box[]; readonly edges: Diagram["edges"] } {
  return { boxes: nodes.map((node) => boxOf(node.id, [node])), edges };
}

/** A narrow screen has no space for the outputs side by side, so they are a list in one box. */
function leavesTogether({ nodes, edges }: Diagram): ReturnType<typeof apart> {
  const leaves = nodes.filter(({ status }) => status === undefined);
  if (leaves.length === 0) return apart({ nodes, edges });
  const tasks = nodes.filter(({ status }) => status !== undefined);
  const isLeaf = (id: string) => leaves.some((leaf) => leaf.id === id);
  const [first] = leaves;
  return {
    boxes: [...tasks.map((node) => boxOf(node.id, [node])), boxOf(first!.id, leaves)],
    edges: edges.filter(([, to]) => !isLeaf(to) || to === first!.id),
  };
}

function boxOf(id: string, nodes: readonly DiagramNode[]): Box {
  const [{ status }] = nodes as readonly [DiagramNode];
  const forStatus = status === undefined ? 0 : columns(status) * COLUMN_WIDTH + 14;
  const forLabels = nodes.map(({ label }) => columns(shortened(oneLine(label))) * COLUMN_WIDTH);
  const height = status === undefined ? LEAF_HEIGHT + (nodes.length - 1) * LINE_HEIGHT : TASK_HEIGHT;
  return { id, nodes, width: Math.max(...forLabels, forStatus, 40) + 2 * PADDING, height };
}

function boxSvg({ nodes, width, height }: Box, { x, y }: Point): string {
  const [{ kind, status, tone }] = nodes as readonly [DiagramNode];
  const left = round(x + PADDING);
  const texts = nodes.map(({ label }, index) => {
    const at = status === undefined ? LEAF_HEIGHT / 2 + index * LINE_HEIGHT : 17;
    const whole = oneLine(label);
    const shown = shortened(whole);
    const title = whole === shown ? "" : `<title>${escapeHtml(whole)}</title>`;
    return `<text x="${left}" y="${round(y + at)}" class="${status === undefined ? "leaf" : "name"}">` +
      `${title}${escapeHtml(shown)}</text>`;
  });
  if (status !== undefined) {
    const at = round(y + 33);
    texts.push(
      `<circle class="${tone}" cx="${left + 4}" cy="${at}" r="4"/>`,
      `<text x="${left + 14}" y="${at}">${escapeHtml(oneLine(status))}</text>`,
    );
  }
  const radius = status === undefined ? LEAF_HEIGHT / 2 : 6;
  return `<g class="${kind}"><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" ` +
    `height="${round(height)}" rx="${radius}"/>${texts.join("")}</g>`;
}

/** Curves that leave and arrive along the direction, with an arrowhead at the end. */
function line(points: readonly Point[], direction: Direction): string {
  const [first, ...others] = points;
  let path = `M${pair(first!)}`;
  others.forEach((to, index) => {
    const from = points[index]!;
    const isStraight = direction === "right" ? from.y === to.y : from.x === to.x;
    const half = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const [leave, arrive] = direction === "right"
      ? [{ x: half.x, y: from.y }, { x: half.x, y: to.y }]
      : [{ x: from.x, y: half.y }, { x: to.x, y: half.y }];
    path += isStraight ? `L${pair(to)}` : `C${pair(leave)} ${pair(arrive)} ${pair(to)}`;
  });
  const { x, y } = points.at(-1)!;
  const [left, right] = direction === "right"
    ? [{ x: x - 7, y: y - 4 }, { x: x - 7, y: y + 4 }]
    : [{ x: x - 4, y: y - 7 }, { x: x + 4, y: y - 7 }];
  return `<path class="line" d="${path}"/><path class="head" d="M${pair({ x, y })}L${pair(left)}L${
    pair(right)
  }Z"/>`;
}

function shortened(text: string): string {
  if (columns(text) <= MAX_LABEL_COLUMNS) return text;
  let cut = "";
  for (const char of text) {
    if (columns(cut + char) >= MAX_LABEL_COLUMNS) break;
    cut += char;
  }
  return `${cut}…`;
}

/** Characters of East Asian scripts, and emoji, are two columns wide. */
function columns(text: string): number {
  return [...text].reduce(
    (sum, char) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u
          .test(char)
        ? 2
        : 1),
    0,
  );
}

function pair({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
