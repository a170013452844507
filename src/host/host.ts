/**
 * Everything the program asks of the machine, as one interface; each part has its own file. Two implementations exist: the real one
 * (deno_*.ts) and the fake one of the tests; one contract suite runs against both. Knows no jobs, runs or tasks.
 */

import type { Clock } from "./clock.ts";
import type { Digests } from "./digests.ts";
import type { Environment } from "./environment.ts";
import type { Files } from "./files.ts";
import type { Network } from "./network.ts";
import type { Paths } from "./paths.ts";
import type { Processes } from "./processes.ts";
import type { Signals } from "./signals.ts";
import type { Signing } from "./signing.ts";
import type { Terminal } from "./terminal.ts";

export interface Host {
  readonly files: Files;
  readonly paths: Paths;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly digests: Digests;
  readonly signing: Signing;
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly signals: Signals;
  readonly network: Network;
}
