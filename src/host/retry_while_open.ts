/**
 * Retries, for a limited time, an action that the system refuses because somebody has the file open. Knows no
 * system.
 */

/**
 * Windows refuses to replace a file that somebody reads; our readers are quick, so a few retries are enough.
 */
export const MOST_TRIES = 50;
export const PAUSE_MS = 5;

/** Calls `run` again while it throws an error that `isHeldOpen` recognizes; the last error is thrown on. */
export function whileHeldOpen<T>(
  run: () => T,
  isHeldOpen: (error: unknown) => boolean,
  pause: (ms: number) => void,
): T {
  for (let tries = 1;; tries++) {
    try {
      return run();
    } catch (error) {
      if (!isHeldOpen(error) || tries === MOST_TRIES) throw error;
      pause(PAUSE_MS);
    }
  }
}
