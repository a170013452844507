/** Statistics of measured values: the median, and the width of the middle half. */

export interface Spread {
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly count: number;
}

/** Medians and quartiles, because other work on the machine causes outliers, always upward. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error("Cannot find the middle of no values");
  const sorted = values.toSorted((a, b) => a - b);
  return {
    q1: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    q3: quantile(sorted, 0.75),
    count: sorted.length,
  };
}

/** Interpolated between two neighbours where no value lies at the exact position. */
function quantile(sorted: readonly number[], part: number): number {
  const place = part * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place - below);
}

/** The width of the middle half, relative to the median. */
export function relativeSpread({ q1, median, q3 }: Spread): number {
  return median === 0 ? 0 : (q3 - q1) / Math.abs(median);
}
