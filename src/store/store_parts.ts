/** What of the machine the state store works with. */

import type { Clock, Digests, Files, Paths } from "../host/host.ts";
import type { Layout } from "./layout.ts";

export interface StoreParts {
  readonly files: Files;
  readonly paths: Paths;
  readonly clock: Clock;
  readonly digests: Digests;
  readonly pid: number;
  readonly layout: Layout;
}
