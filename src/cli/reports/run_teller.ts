/** Whoever puts into words what happens to runs and tasks, as a type. */

import type { BuildObserver } from "../../app/tasks/ended_build.ts";

export interface Teller extends Omit<BuildObserver, "outputGrown" | "inputWithheld"> {
  /** A watch ends the current run for a change; `text` says which. */
  makingRoom(text: string): void;
}
