/** Problems of jobs and tasks that only show when they are about to be run, as problems of the configuration with their places. */

import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Settled } from "../../config/resolve.ts";
import type { ProjectWorkspace } from "./project_workspace.ts";

export interface UnsettledCommand {
  readonly table: "jobs" | "tasks";
  readonly name: string;
  readonly problems: Settled["problems"];
}

/** One failure for all of them, each told once; its places are of the file as it is now. */
export async function unsettled(
  workspace: ProjectWorkspace,
  commands: readonly UnsettledCommand[],
): Promise<Result<never, Failure>> {
  const location = workspace.locateConfig();
  if (!location.ok) return location;
  const { path, namedBy } = location.value;
  if (path === undefined) throw new Error("Cannot have a problem of the configuration: there is none");
  const { host } = workspace;
  const { diagnose }: typeof import("../../config/diagnose.ts") = await import(
    "../../config/diagnose.ts" as string
  );
  const diagnostics = await diagnose(host.files, path, namedBy, host.environment.os, commands);
  return diagnostics.ok
    ? fail({ code: "config_invalid", path, diagnostics: diagnostics.value })
    : diagnostics;
}

/** For what looks at the folder and executes nothing: the other problems are none of it. */
export async function requireKnownFolder(
  workspace: ProjectWorkspace,
  table: UnsettledCommand["table"],
  name: string,
  settled: Settled,
): Promise<Result<void, Failure>> {
  const problems = settled.problems.filter(({ at }) => at[0] === "working_dir");
  return problems.length === 0 ? ok(undefined) : await unsettled(workspace, [{ table, name, problems }]);
}
