/** What an examination found: one line of `doctor`. Pure. */

export interface Finding {
  /** What was looked at, as in "git" or "state". */
  readonly subject: string;
  readonly status: "ok" | "warning" | "problem";
  readonly fact: string;
  /** What to do; undefined where nothing is to be done. */
  readonly next: string | undefined;
}

export function fine(subject: string, fact: string): Finding {
  return { subject, status: "ok", fact, next: undefined };
}

export function warning(subject: string, fact: string, next: string): Finding {
  return { subject, status: "warning", fact, next };
}

export function problem(subject: string, fact: string, next: string): Finding {
  return { subject, status: "problem", fact, next };
}
