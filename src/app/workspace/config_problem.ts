/**
 * Problems of jobs, tasks and services that appear only when they are about to run, as configuration problems with
 * their places.
 */

import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { ResolvedDefinition } from "../../config/resolve.ts";
import type { Workspace } from "./workspace.ts";

export interface UnresolvedDefinition {
  readonly table: "jobs" | "tasks" | "services" | "notify";
  /** undefined for a table that has no names in it. */
  readonly name: string | undefined;
  readonly problems: ResolvedDefinition["problems"];
}

/** One failure for all of them, each listed once; its places are those of the present file. */
export async function unresolved(
  workspace: Workspace,
  commands: readonly UnresolvedDefinition[],
): Promise<Result<never, Failure>> {
  const location = workspace.locateConfig();
  if (!location.ok) return location;
  const { path, namedBy } = location.value;
  if (path === undefined) throw new Error("Cannot have a problem of the configuration: there is none");
  const { host } = workspace;
  const { diagnose } = await import("../../config/diagnose.ts");
  const diagnostics = await diagnose(host.files, path, namedBy, host.environment.os, commands);
  return diagnostics.ok
    ? fail({ code: "config_invalid", path, diagnostics: diagnostics.value })
    : diagnostics;
}

/** For calls that execute nothing but examine the folder and records: unrelated problems are left out. */
export async function requireRecordable(
  workspace: Workspace,
  table: UnresolvedDefinition["table"],
  name: string,
  resolved: ResolvedDefinition,
): Promise<Result<void, Failure>> {
  const problems = resolved.problems.filter(({ at: [key] }) => key === "working_dir" || key === "secrets");
  return problems.length === 0 ? ok(undefined) : await unresolved(workspace, [{ table, name, problems }]);
}
