/** What an examination found: one line of `doctor`. Pure. */

import type { NextSteps } from "./next_step.ts";

export interface Finding {
  /** What was looked at, as in "git" or "state". */
  readonly subject: string;
  readonly status: "ok" | "warning" | "problem";
  readonly fact: string;
  /** What to do; undefined where nothing is to be done. */
  readonly next: NextSteps;
}

export function fine(subject: string, fact: string): Finding {
  return { subject, status: "ok", fact, next: [] };
}

export function warning(subject: string, fact: string, ...next: NextSteps): Finding {
  return { subject, status: "warning", fact, next };
}

export function problem(subject: string, fact: string, ...next: NextSteps): Finding {
  return { subject, status: "problem", fact, next };
}
