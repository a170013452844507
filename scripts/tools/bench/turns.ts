/** Sides take turns. */

import type { Side } from "./side.ts";

/** What each side took in each round. Each round begins with another side, so that none always stands behind the same one. */
export async function inTurns(
  sides: readonly Side[],
  rounds: number,
  measure: (side: Side) => Promise<number>,
): Promise<readonly (readonly number[])[]> {
  const all: number[][] = [];
  for (let turn = 0; turn < rounds; turn++) {
    const measured: number[] = [];
    for (let i = 0; i < sides.length; i++) {
      const place = (turn + i) % sides.length;
      measured[place] = await measure(sides[place]!);
    }
    all.push(measured);
  }
  return all;
}
