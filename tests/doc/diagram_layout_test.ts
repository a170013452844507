/** The layout of a diagram, for any needs. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Direction, layOut, type Sized } from "../../src/doc/diagram_layout.ts";

/** Arbitrary needs, including cycles. */
const graphs = fc.integer({ min: 0, max: 14 }).chain((count) =>
  fc.record({
    sizes: fc.array(
      fc.record({ width: fc.integer({ min: 1, max: 300 }), height: fc.integer({ min: 1, max: 80 }) }),
      {
        minLength: count,
        maxLength: count,
      },
    ),
    edges: count === 0 ? fc.constant<[number, number][]>([]) : fc.uniqueArray(
      fc.tuple(fc.integer({ min: 0, max: count - 1 }), fc.integer({ min: 0, max: count - 1 })),
      { maxLength: 30, selector: ([from, to]) => `${from} ${to}` },
    ),
    direction: fc.constantFrom<Direction>("right", "down"),
  })
);

function boxesOf(sizes: readonly { readonly width: number; readonly height: number }[]): readonly Sized[] {
  return sizes.map((size, index) => ({ id: `n${index}`, ...size }));
}

Deno.test("no box lies on another one or outside, and every line goes forward", () => {
  fc.assert(
    fc.property(graphs, ({ sizes, edges, direction }) => {
      const boxes = boxesOf(sizes);
      const named = edges.map(([from, to]) => [`n${from}`, `n${to}`] as const);
      const { width, height, boxes: placed, lines } = layOut(boxes, named, direction);
      const all = [...placed.values()];
      assertEquals(all.length, boxes.length);
      for (const box of all) {
        assert(box.x >= -0.001 && box.y >= -0.001, JSON.stringify(box));
        assert(
          box.x + box.width <= width + 0.001 && box.y + box.height <= height + 0.001,
          JSON.stringify(box),
        );
      }
      for (const [index, one] of all.entries()) {
        for (const other of all.slice(index + 1)) {
          const isApart = one.x + one.width <= other.x || other.x + other.width <= one.x ||
            one.y + one.height <= other.y + 0.001 || other.y + other.height <= one.y + 0.001;
          assert(isApart, JSON.stringify([one, other]));
        }
      }
      assertEquals(lines.length, edges.length);
      for (const points of lines) {
        for (let i = 1; i < points.length; i++) {
          const [from, to] = [points[i - 1]!, points[i]!];
          assert(direction === "right" ? from.x <= to.x : from.y <= to.y, JSON.stringify(points));
        }
      }
      assertEquals(layOut(boxes, named, direction), { width, height, boxes: placed, lines });
    }),
    { numRuns: 500 },
  );
});

Deno.test("a task without needs is placed directly before the task that needs it, and a line goes around boxes", () => {
  const size = { width: 100, height: 40 };
  const boxes = boxesOf([size, size, size, size]);
  // n0 needs n1 and n3, n1 needs n2, and n2 is needed by n0 as well.
  const { boxes: placed, lines } = layOut(
    boxes,
    [["n2", "n1"], ["n1", "n0"], ["n2", "n0"], ["n3", "n0"]],
    "right",
  );
  const [n0, n1, n2, n3] = ["n0", "n1", "n2", "n3"].map((id) => placed.get(id)!);
  assertEquals([n2!.x, n1!.x, n3!.x, n0!.x], [0, 152, 152, 304]);
  const around = lines[2]!;
  assertEquals(around.length, 4);
  for (const box of [n1!, n3!]) {
    assert(around[1]!.y < box.y || around[1]!.y > box.y + box.height, JSON.stringify([around, box]));
  }
});
