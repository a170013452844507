/** The paths of a system, also of one that this is not. */

import type { OperatingSystem, Paths } from "../../src/host/host.ts";
import * as posix from "../../src/host/posix_paths.ts";
import * as windows from "../../src/host/windows_paths.ts";

export function pathsFor(os: OperatingSystem): Paths {
  return os === "windows" ? windows : posix;
}
