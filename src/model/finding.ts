/** The finding of one check of `doctor`, shown as one line. Pure. */

import type { NextSteps } from "./next_step.ts";

export interface Finding {
  /** The subject of the check, as in "git" or "state". */
  readonly subject: string;
  readonly status: "ok" | "warning" | "problem";
  readonly fact: string;
  /** The next step; undefined where there is none. */
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
