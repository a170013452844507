/** The part of a record about inputs: what a run depended on, why it ran, and whose result still holds. Types alone. */

import type { RunId } from "./ids.ts";

/** The facts about the inputs of a run with `inputs`; the manifest itself lies beside the record. */
export interface InputsRecord {
  /** The digest of the whole manifest; null where the inputs could not be determined. */
  readonly sha256: string | null;
  readonly files: number;
  /** Why they could not be determined; null where they were. */
  readonly problem: string | null;
  /** The run it was compared with; null where there was none. */
  readonly compared_with: RunId | null;
  /** Why it ran: the first causes, and how many more there are. */
  readonly causes: readonly CauseRecord[];
  readonly more_causes: number;
  /** Paths and globs that matched nothing; present only where there are some. */
  readonly unmatched?: readonly string[];
}

/** A changed key of the definition has the kind `definition:<key>`. */
export interface CauseRecord {
  readonly kind: string;
  readonly path?: string;
  readonly name?: string;
  readonly detail?: string;
}

/** The run whose result still holds. */
export interface SameAs {
  readonly run: RunId;
  readonly commit: string | null;
  readonly end_time: string | null;
}
