/** The way to make a file or folder of the state readable again, as far as the system's answer tells. */

import type { StateRemedy } from "../model/failure.ts";
import type { HostProblem } from "../host/host_result.ts";

export function remedyOf({ kind }: HostProblem): StateRemedy | undefined {
  switch (kind) {
    case "permission_denied":
      return "permissions";
    case "not_a_directory":
    case "is_a_directory":
      return "in_the_way";
    default:
      return undefined;
  }
}
