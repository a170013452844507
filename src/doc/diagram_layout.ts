/**
 * The layout of a diagram: boxes in layers, each after the ones it comes from. Pure; the same input gives the
 * same result. The method is that of Sugiyama, Tagawa and Toda (1981): layers, few crossings, straight lines.
 */

export interface Sized {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Placed extends Sized, Point {}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Keyed by id; x and y are the top left corner. */
  readonly boxes: ReadonlyMap<string, Placed>;
  /**
   * In the order of the edges: pairs of points, where a line leaves and where it arrives, in the direction.
   */
  readonly lines: readonly (readonly Point[])[];
}

export type Direction = "right" | "down";

const GAPS = {
  right: { between: 52, beside: 16 },
  down: { between: 38, beside: 14 },
} as const;
const SWEEPS = 8;

/** A box, or the place where a line crosses a layer, measured along and across the direction. */
interface Item {
  readonly along: number;
  readonly across: number;
  before: Item[];
  after: Item[];
  layer: number;
  /** The centre, across the direction. */
  at: number;
}

export function layOut(
  boxes: readonly Sized[],
  edges: readonly (readonly [string, string])[],
  direction: Direction,
): Layout {
  const { between, beside } = GAPS[direction];
  const items = new Map(boxes.map((box) => [box.id, itemOf(box, direction)]));
  // A line from a box to itself, or between missing boxes, is ignored.
  const known = edges.map(([from, to]) =>
    from === to ? undefined : [items.get(from), items.get(to)] as const
  );
  for (const edge of known) {
    const [from, to] = edge ?? [];
    if (from === undefined || to === undefined) continue;
    from.after.push(to);
    to.before.push(from);
  }
  assignLayers([...items.values()]);
  const layers: Item[][] = [];
  for (const item of items.values()) (layers[item.layer] ??= []).push(item);
  const chains = known.map((edge) => {
    const [from, to] = edge ?? [];
    return from === undefined || to === undefined || from.layer >= to.layer ? [] : chainOf(from, to, layers);
  });
  for (let index = 0; index < layers.length; index++) layers[index] ??= [];
  reduceCrossings(layers);
  const size = placeAcross(layers, beside);
  const starts: number[] = [];
  let along = 0;
  for (const layer of layers) {
    starts.push(along);
    along += Math.max(0, ...layer.map((item) => item.along)) + between;
  }
  const depth = (index: number) => Math.max(0, ...layers[index]!.map((item) => item.along));
  const point = (a: number, b: number): Point => direction === "right" ? { x: a, y: b } : { x: b, y: a };
  const startOf = (item: Item) => starts[item.layer]! + (depth(item.layer) - item.along) / 2;
  const placed = boxes.map((box): [string, Placed] => {
    const item = items.get(box.id)!;
    return [box.id, { ...box, ...point(startOf(item), item.at - item.across / 2) }];
  });
  const lines = chains.map((chain) => {
    const [first, last] = [chain[0], chain.at(-1)];
    if (first === undefined || last === undefined) return [];
    const passed = chain.slice(1, -1).flatMap(({ layer, at }) => [
      point(starts[layer]!, at),
      point(starts[layer]! + depth(layer), at),
    ]);
    return [point(startOf(first) + first.along, first.at), ...passed, point(startOf(last), last.at)];
  });
  const whole = point(Math.max(0, along - between), size);
  return { width: whole.x, height: whole.y, boxes: new Map(placed), lines };
}

function itemOf({ width, height }: Sized, direction: Direction): Item {
  const [along, across] = direction === "right" ? [width, height] : [height, width];
  return { along, across, before: [], after: [], layer: 0, at: 0 };
}

/** As late as possible: a box is placed directly before the first one that needs it. */
function assignLayers(items: readonly Item[]): void {
  const order: Item[] = [];
  const seen = new Set<Item>();
  // Boxes in a cycle are not drawn as one, but the walk still ends.
  const visit = (item: Item) => {
    if (seen.has(item)) return;
    seen.add(item);
    for (const each of item.before) visit(each);
    item.layer = Math.max(
      0,
      ...item.before.filter((each) => order.includes(each)).map(({ layer }) => layer + 1),
    );
    order.push(item);
  };
  items.forEach(visit);
  for (const item of order.toReversed()) {
    const later = item.after.filter((each) => each.layer > item.layer).map(({ layer }) => layer);
    if (later.length > 0) item.layer = Math.max(item.layer, Math.min(...later) - 1);
  }
}

/** The places of a line: one in each layer that it crosses. */
function chainOf(from: Item, to: Item, layers: Item[][]): readonly Item[] {
  const chain = [from];
  for (let layer = from.layer + 1; layer < to.layer; layer++) {
    const place: Item = { along: 0, across: 0, before: [], after: [], layer, at: 0 };
    (layers[layer] ??= []).push(place);
    chain.push(place);
  }
  chain.push(to);
  from.after = from.after.filter((each) => each !== to);
  to.before = to.before.filter((each) => each !== from);
  for (let i = 1; i < chain.length; i++) {
    chain[i - 1]!.after.push(chain[i]!);
    chain[i]!.before.push(chain[i - 1]!);
  }
  return chain;
}

/** Orders each layer by the boxes that its boxes are connected to, back and forth. */
function reduceCrossings(layers: readonly Item[][]): void {
  layers.forEach((layer) => layer.forEach((item, index) => item.at = index));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isForward = sweep % 2 === 0;
    for (const layer of isForward ? layers : layers.toReversed()) {
      const wanted = new Map(
        layer.map((item) => [item, meanOf(isForward ? item.before : item.after) ?? item.at]),
      );
      layer.sort((a, b) => wanted.get(a)! - wanted.get(b)!);
      layer.forEach((item, index) => item.at = index);
    }
  }
}

/**
 * Places each box as close as possible to the middle of the boxes it is connected to. Returns the total size.
 */
function placeAcross(layers: readonly Item[][], beside: number): number {
  for (const layer of layers) spread(layer, layer.map(() => 0), beside);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isForward = sweep % 2 === 0;
    for (const layer of isForward ? layers : layers.toReversed()) {
      spread(layer, layer.map((item) => meanOf(isForward ? item.before : item.after) ?? item.at), beside);
    }
  }
  const all = layers.flat();
  const first = Math.min(...all.map(({ at, across }) => at - across / 2));
  for (const item of all) item.at -= first;
  return Math.max(0, ...all.map(({ at, across }) => at + across / 2));
}

function spread(layer: readonly Item[], wanted: readonly number[], beside: number): void {
  layer.forEach((item, index) => {
    const previous = layer[index - 1];
    const least = previous === undefined
      ? -Infinity
      : previous.at + (previous.across + item.across) / 2 + beside;
    item.at = Math.max(wanted[index]!, least);
  });
  if (layer.length === 0) return;
  const drift = layer.reduce((sum, item, index) => sum + item.at - wanted[index]!, 0) / layer.length;
  for (const item of layer) item.at -= drift;
}

function meanOf(items: readonly Item[]): number | undefined {
  return items.length === 0 ? undefined : items.reduce((sum, { at }) => sum + at, 0) / items.length;
}
