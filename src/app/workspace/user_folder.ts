/** Where files of the user are that belong to no project: in the folder of the user's own configuration. */

import type { Failure } from "../../model/failure.ts";
import { nextAdvice } from "../../model/next_step.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Workspace } from "./workspace.ts";

/**
 * The path of this name there, whether it exists or not. A failure where the system does not say where the user's configuration is:
 * `what` cannot be found, and `advice` is the next step.
 */
export function besideUserConfig(
  workspace: Workspace,
  name: string,
  { what, advice }: { readonly what: string; readonly advice: string },
): Result<string, Failure> {
  const config = workspace.userConfig();
  const { paths } = workspace.host;
  if (config.ok) return ok(paths.join(paths.dirname(config.value), name));
  return fail({ code: "place_unknown", what, reason: config.failure.reason, next: [nextAdvice(advice)] });
}
