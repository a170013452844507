/** The paths of a system, also of one that this is not. */

import type { OperatingSystem, Paths } from "../../src/host/host.ts";
import * as posix from "@std/path/posix";
import * as windows from "@std/path/windows";

export function pathsFor(os: OperatingSystem): Paths {
  return os === "windows" ? windows : posix;
}
