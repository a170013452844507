/**
 * A timeline as an SVG animated by CSS alone, which is allowed for images. Without animation, it shows the
 * end of the session.
 */

import type { Cast } from "./cast.ts";
import type { Look, Piece, Timeline } from "./timeline.ts";

const FONT_SIZE = 14;
const CELL_WIDTH = 8.4;
const LINE_HEIGHT = 19;
const MARGIN = 16;
/** How long the end is shown before it starts again. */
const REST_MS = 7000;

const STYLE = `
:root { --paper: #f6f8fa; --edge: #d1d9e0; --ink: #1f2328; --c1: #c5221f; --c2: #1a7f37; --c3: #8a6100; --c4: #0757b8; --c5: #7b3fc4; --c6: #0b6e78; --c8: #656d76; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #0d1117; --edge: #30363d; --ink: #e6edf3; --c1: #ff8078; --c2: #56d364; --c3: #e3b341; --c4: #79c0ff; --c5: #d2a8ff; --c6: #6cd3dd; --c8: #9198a1; }
}
.paper { fill: var(--paper); stroke: var(--edge); }
text { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; font-size: ${FONT_SIZE}px; fill: var(--ink); white-space: pre; }
.b { font-weight: 700; }
.d { fill: var(--c8); }
.gone { visibility: hidden; }
`;

export function svgOf(
  { columns, rows }: Cast,
  timeline: Timeline,
  title: string,
  description: string,
): string {
  const [width, height] = [Math.ceil(columns * CELL_WIDTH) + 2 * MARGIN, rows * LINE_HEIGHT + 2 * MARGIN];
  const totalMs = timeline.endMs + REST_MS;
  const rules: string[] = [];
  const groups = [...spans(timeline.pieces).values()].map((pieces, index) => {
    const { fromMs, untilMs } = pieces[0]!;
    const name = `k${index}`;
    rules.push(...visibility(name, fromMs, untilMs, totalMs));
    return `<g class="${untilMs === undefined ? name : `${name} gone`}">${pieces.map(textOf).join("")}</g>`;
  });
  rules.push(...scrolling(timeline, totalMs));
  const last = timeline.scrolls.at(-1)!.line;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t d">` +
    `<title id="t">${escaped(title)}</title><desc id="d">${escaped(description)}</desc>\n` +
    `<style>${STYLE}.s { transform: translateY(${-last * LINE_HEIGHT}px); }\n` +
    `@media (prefers-reduced-motion: no-preference) {\n${rules.join("\n")}\n}\n</style>\n` +
    `<rect class="paper" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>\n` +
    `<svg x="${MARGIN}" y="${MARGIN}" width="${width - 2 * MARGIN}" height="${height - 2 * MARGIN}">` +
    `<g class="s">\n${groups.join("\n")}\n</g></svg>\n</svg>\n`;
}

/** The pieces by the times at which they appear and disappear. */
function spans(pieces: readonly Piece[]): ReadonlyMap<string, readonly Piece[]> {
  const found = new Map<string, Piece[]>();
  for (const piece of pieces) {
    // Pieces that were never visible are not drawn.
    if (piece.fromMs === piece.untilMs) continue;
    const key = `${piece.fromMs} ${piece.untilMs}`;
    found.set(key, [...found.get(key) ?? [], piece]);
  }
  return found;
}

function visibility(
  name: string,
  fromMs: number,
  untilMs: number | undefined,
  totalMs: number,
): readonly string[] {
  if (fromMs === 0 && untilMs === undefined) return [];
  const hidden = "visibility: hidden";
  const steps = [
    ...(fromMs === 0 ? [] : [`0% { ${hidden} }`]),
    `${percent(fromMs, totalMs)} { visibility: visible }`,
    ...(untilMs === undefined ? [] : [`${percent(untilMs, totalMs)} { ${hidden} }`]),
    `100% { ${untilMs === undefined ? "visibility: visible" : hidden} }`,
  ];
  return [
    `@keyframes ${name} { ${steps.join(" ")} }`,
    `.${name} { animation: ${name} ${seconds(totalMs)} step-end infinite }`,
  ];
}

function scrolling({ scrolls }: Timeline, totalMs: number): readonly string[] {
  const steps = scrolls.map(({ atMs, line }) =>
    `${percent(atMs, totalMs)} { transform: translateY(${-line * LINE_HEIGHT}px) }`
  );
  const last = scrolls.at(-1)!.line;
  steps.push(`100% { transform: translateY(${-last * LINE_HEIGHT}px) }`);
  return [`@keyframes s { ${steps.join(" ")} }`, `.s { animation: s ${seconds(totalMs)} step-end infinite }`];
}

function percent(atMs: number, totalMs: number): string {
  return `${Math.round(atMs / totalMs * 100_000) / 1000}%`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10}s`;
}

/** As wide as in the terminal, whatever the font. */
function textOf({ line, column, text, look }: Piece): string {
  const length = Math.round(text.length * CELL_WIDTH * 10) / 10;
  const x = Math.round(column * CELL_WIDTH * 10) / 10;
  const y = line * LINE_HEIGHT + FONT_SIZE;
  const classes = classesOf(look);
  return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs"` +
    `${classes.length === 0 ? "" : ` class="${classes.join(" ")}"`}` +
    `${look.colour === undefined ? "" : ` style="fill: ${colourOf(look.colour)}"`}>${escaped(text)}</text>`;
}

function classesOf({ isBold, isDim }: Look): readonly string[] {
  return [...(isBold ? ["b"] : []), ...(isDim ? ["d"] : [])];
}

/** The used ones of the sixteen colours; greys of the large palette become a quiet colour. */
function colourOf(colour: number): string {
  if (colour >= 232) return "var(--c8)";
  const base = colour % 8;
  if (colour >= 16 || base === 0 || base === 7) {
    return colour === 8 || colour >= 16 ? "var(--c8)" : "var(--ink)";
  }
  return `var(--c${base})`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
