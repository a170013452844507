/** Puts the events of runs and tasks into words, as a type. */

import type { BuildObserver } from "../../app/tasks/ended_build.ts";

export interface EventPrinter extends Omit<BuildObserver, "outputGrown" | "inputWithheld"> {
  /** A watch ends the current run because of a change, which `text` names. */
  makingRoom(text: string): void;
}
