/** The parts of the machine that the state store uses. */

import type { Clock, Digests, Files, Paths, Processes } from "../host/host.ts";
import type { Layout } from "./layout.ts";

export interface StoreParts {
  readonly files: Files;
  readonly paths: Paths;
  readonly clock: Clock;
  readonly digests: Digests;
  readonly processes: Pick<Processes, "self" | "probe">;
  readonly layout: Layout;
}
