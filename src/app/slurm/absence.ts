/** When a job that Slurm does not show is gone: the one rule for those who follow it, who look in passing, and who recover it. */

/**
 * Slurm has to answer, and not to show the job, for this long without a break. It shows an ended job for about as long
 * (`MinJobAge`), and a controller that starts again needs less.
 */
const ABSENT_BOUND_MS = 300_000;

/** How long the rule takes, for messages. */
export const ABSENT_WORDS = `${ABSENT_BOUND_MS / 60_000} minutes`;

/** `sinceMs`: the first answer without it, after which no answer had it; undefined where the last one did. */
export function isGone(sinceMs: number | undefined, nowMs: number): boolean {
  return sinceMs !== undefined && nowMs - sinceMs >= ABSENT_BOUND_MS;
}
