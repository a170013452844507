/**
 * Lets the sides of a case take turns, and judges the results. Knows no processes: it is given a function
 * that measures one.
 */

import type { Budget, Case, CaseDefinition } from "./case.ts";
import type { Side } from "./side.ts";
import type { OthersAtWork } from "./others_at_work.ts";
import { relativeSpread, type Spread, spreadOf } from "./stats.ts";
import { inTurns } from "./turns.ts";

export type Verdict = "holds" | "does_not_hold" | "too_noisy" | "no_budget";

export interface Comparison {
  readonly ours: Spread;
  readonly reference: Spread;
  readonly startUp: Spread | undefined;
  /** The value that the budget limits, computed for each round; without a budget, ours / reference. */
  readonly judged: Spread;
  /** The share of the processors that others used meanwhile; undefined where the system does not tell. */
  readonly othersShare: number | undefined;
  readonly verdict: Verdict;
}

/** One round measures every side once. */
interface Round {
  readonly ours: number;
  readonly reference: number;
  readonly startUp: number | undefined;
}

const WARM_UPS = 2;
/** Above this, and with the budget inside the middle half, nothing is decided. */
const NOISE_LIMIT = 0.25;
/**
 * If others use more of the processors than this, ratios are wrong, too: a program that uses both of them
 * loses more than one that uses one.
 */
const OTHERS_LIMIT = 0.25;
/** The maximum number of measurements; after that the machine is too noisy for the case. */
const TRIES = 3;

export interface Means {
  measure(side: Side): Promise<number>;
  watchOthers(): OthersAtWork;
}

export async function compare(
  { budget, rounds: count }: Pick<CaseDefinition, "budget" | "rounds">,
  made: Case,
  means: Means,
): Promise<Comparison> {
  const one = async (side: Side) => {
    await made.clean?.();
    return await means.measure(side);
  };
  const sides = [made.ours, made.reference, ...(made.startUp === undefined ? [] : [made.startUp])];
  // The first call fills the caches of the runtime, which is not to be measured.
  for (let i = 0; i < Math.min(WARM_UPS, count - 1); i++) for (const side of sides) await one(side);
  for (let tries = 1;; tries++) {
    const others = means.watchOthers();
    const rounds = (await inTurns(sides, count, one)).map(([ours, reference, startUp]) => ({
      ours: ours!,
      reference: reference!,
      startUp,
    }));
    const comparison = judge(rounds, budget, others.share());
    if (comparison.verdict === "too_noisy" && tries < TRIES) continue;
    await made.clean?.();
    return comparison;
  }
}

/** Ratios are computed within a round: a machine that is slow for a second is slow for both. */
function judge(
  rounds: readonly Round[],
  budget: Budget | undefined,
  othersShare: number | undefined,
): Comparison {
  const judged = spreadOf(rounds.map((round) => figureOf(round, budget?.kind ?? "ratio")));
  const startUps = rounds.flatMap(({ startUp }) => startUp === undefined ? [] : [startUp]);
  return {
    ours: spreadOf(rounds.map(({ ours }) => ours)),
    reference: spreadOf(rounds.map(({ reference }) => reference)),
    startUp: startUps.length === 0 ? undefined : spreadOf(startUps),
    judged,
    othersShare,
    verdict: budget === undefined ? "no_budget" : verdictOn(judged, budget.atMost, othersShare ?? 0),
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
    case "absolute":
      return ours;
  }
}

function verdictOn(judged: Spread, atMost: number, othersShare: number): Verdict {
  const isUndecided = judged.q1 <= atMost && judged.q3 > atMost && relativeSpread(judged) > NOISE_LIMIT;
  if (isUndecided || othersShare > OTHERS_LIMIT) return "too_noisy";
  return judged.median <= atMost ? "holds" : "does_not_hold";
}
