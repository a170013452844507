/** Elements of an SVG as text, in two colour schemes, chosen by the reader's setting. */

export type Attributes = Readonly<Record<string, string | number>>;

export function element(name: string, attributes: Attributes, inside = ""): string {
  const all = Object.entries(attributes).map(([key, value]) =>
    ` ${key}="${typeof value === "number" ? rounded(value) : escaped(value)}"`
  );
  return inside === "" ? `<${name}${all.join("")}/>` : `<${name}${all.join("")}>${inside}</${name}>`;
}

export function text(x: number, y: number, words: string, attributes: Attributes = {}): string {
  return element("text", { x, y, ...attributes }, escaped(words));
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string {
  return element("line", { x1, y1, x2, y2, ...attributes });
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}

function rounded(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}

/** The paper, ink and line colours of the diagrams in docs/diagrams, and four distinguishable colours. */
const STYLE = `
:root { --paper: #ffffff; --ink: #1f2328; --quiet: #59636e; --grid: #d8dee4; --line: #7d8792;
  --series-0: #0969da; --series-1: #bc4c00; --series-2: #1a7f37; --series-3: #8250df; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --quiet: #9da7b1; --grid: #2a313a; --line: #7d8792;
  --series-0: #58a6ff; --series-1: #f0883e; --series-2: #3fb950; --series-3: #bc8cff; } }
text { font-family: Arial, "Liberation Sans", Helvetica, sans-serif; font-size: 13px; fill: var(--ink); }
.title { font-weight: bold; }
.quiet { fill: var(--quiet); font-size: 12px; }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
.paper { fill: var(--paper); }
.grid { stroke: var(--grid); stroke-width: 1; }
.axis { stroke: var(--line); stroke-width: 1; }
.series { fill: none; stroke-width: 2; stroke-linejoin: round; }
`;

export function seriesColour(index: number): string {
  return `var(--series-${index})`;
}

export const SERIES_COUNT = 4;

const PADDING = 16;

/** The size is that of the content, with some paper around it. */
export function picture(
  size: { readonly width: number; readonly height: number },
  { title, description }: { readonly title: string; readonly description: string },
  inside: readonly string[],
): string {
  const [width, height] = [size.width + 2 * PADDING, size.height + 2 * PADDING];
  return element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" },
    [
      element("title", {}, escaped(title)),
      element("desc", {}, escaped(description)),
      element("style", {}, STYLE),
      element("rect", { class: "paper", width, height }),
      element("g", { transform: `translate(${PADDING} ${PADDING})` }, inside.join("\n")),
    ].join("\n"),
  ) + "\n";
}
