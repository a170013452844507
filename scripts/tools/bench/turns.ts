/** Lets sides take turns. */

import type { Side } from "./side.ts";

/**
 * The time of each side in each round. Each round starts with another side, so that none always follows the
 * same one.
 */
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
