/** A command of this program that a page shows, to be typed by the reader: pages start nothing. */

import type { NextStep } from "../../model/next_step.ts";

export interface TypedCommand {
  /** Its effect, in a few words. */
  readonly does: string;
  readonly step: NextStep;
}
