/** The paths of a system, also of one that this is not. */

import type { OperatingSystem } from "../../src/host/environment.ts";
import type { Paths } from "../../src/host/paths.ts";
import * as posix from "@std/path/posix";
import * as windows from "@std/path/windows";

export function pathsFor(os: OperatingSystem): Paths {
  return os === "windows" ? windows : posix;
}
