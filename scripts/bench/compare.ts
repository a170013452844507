/** Lets the sides of a case take turns, and judges what came of it. Knows no processes: it is given what measures one. */

import type { Budget, Case, CaseDefinition, Side } from "./case.ts";
import { relativeSpread, type Spread, spreadOf } from "./stats.ts";

export type Verdict = "holds" | "does_not_hold" | "too_noisy" | "no_budget";

export interface Comparison {
  readonly ours: Spread;
  readonly reference: Spread;
  readonly startUp: Spread | undefined;
  /** What the budget speaks of, made of each round by itself; where there is none, ours / reference. */
  readonly judged: Spread;
  readonly verdict: Verdict;
}

/** One round measures every side once. */
interface Round {
  readonly ours: number;
  readonly reference: number;
  readonly startUp: number | undefined;
}

const WARM_UPS = 2;
/** Above it, and with the budget in the middle half, the rounds are done again. */
const NOISE_LIMIT = 0.25;
/** How often the rounds of a case are done at most; then the machine is too noisy for it. */
const TRIES = 3;

export async function compare(
  definition: Pick<CaseDefinition, "budget" | "rounds">,
  made: Case,
  measure: (side: Side) => Promise<number>,
): Promise<Comparison> {
  const one = async (side: Side) => {
    await made.before?.();
    return await measure(side);
  };
  const sides = [made.ours, made.reference, ...(made.startUp === undefined ? [] : [made.startUp])];
  // With the first call the runtime fills its caches; that is not what is measured.
  const warmUps = definition.rounds > 3 ? WARM_UPS : 1;
  for (let i = 0; i < warmUps; i++) for (const side of sides) await one(side);
  const rounds: Round[] = [];
  for (let tries = 1;; tries++) {
    for (let i = 0; i < definition.rounds; i++) rounds.push(await oneRound(sides, rounds.length, one));
    const comparison = judge(rounds, definition.budget);
    if (comparison.verdict !== "too_noisy" || tries === TRIES) return comparison;
  }
}

/** Each round begins with another side, so that none always stands behind the same one. */
async function oneRound(
  sides: readonly Side[],
  turn: number,
  one: (side: Side) => Promise<number>,
): Promise<Round> {
  const measured: number[] = [];
  for (let i = 0; i < sides.length; i++) {
    const place = (turn + i) % sides.length;
    measured[place] = await one(sides[place]!);
  }
  return { ours: measured[0]!, reference: measured[1]!, startUp: measured[2] };
}

/** Ratios are made within a round: a machine that is slow for a second is slow for both. */
function judge(rounds: readonly Round[], budget: Budget | undefined): Comparison {
  const judged = spreadOf(rounds.map((round) => figureOf(round, budget?.kind ?? "ratio")));
  const startUps = rounds.flatMap(({ startUp }) => startUp === undefined ? [] : [startUp]);
  return {
    ours: spreadOf(rounds.map(({ ours }) => ours)),
    reference: spreadOf(rounds.map(({ reference }) => reference)),
    startUp: startUps.length === 0 ? undefined : spreadOf(startUps),
    judged,
    verdict: budget === undefined ? "no_budget" : verdictOn(judged, budget.atMost),
  };
}

function figureOf({ ours, reference, startUp }: Round, kind: Budget["kind"]): number {
  switch (kind) {
    case "ratio":
      return ours / reference;
    case "ratio_beyond_start_up":
      return (ours - (startUp ?? 0)) / reference;
    case "beyond_reference":
      return ours - reference;
  }
}

function verdictOn(judged: Spread, atMost: number): Verdict {
  const isUndecided = judged.q1 <= atMost && judged.q3 > atMost;
  if (isUndecided && relativeSpread(judged) > NOISE_LIMIT) return "too_noisy";
  return judged.median <= atMost ? "holds" : "does_not_hold";
}
