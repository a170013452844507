/** The parts of the machine that the state store uses. */

import type { Clock } from "../host/clock.ts";
import type { Digests } from "../host/digests.ts";
import type { Files } from "../host/files.ts";
import type { Paths } from "../host/paths.ts";
import type { Processes } from "../host/processes.ts";
import type { Layout } from "./layout.ts";

export interface StoreParts {
  readonly files: Files;
  readonly paths: Paths;
  readonly clock: Clock;
  readonly digests: Digests;
  readonly processes: Pick<Processes, "self" | "probe">;
  readonly layout: Layout;
}
