/** Finds the places in the file for problems of resolved commands. Loaded only when there are some. */

import type { OperatingSystem } from "../host/environment.ts";
import type { Files } from "../host/files.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import { readDocument } from "./load.ts";
import { locate } from "./locate.ts";
import { inForce, platformOf } from "./platform.ts";
import type { Problem } from "./problem.ts";
import type { SettingProblem } from "./resolve.ts";
import { isTable } from "./shape.ts";
import { sharedIn, withShared } from "./shared.ts";

export async function diagnose(
  files: Files,
  path: string,
  namedBy: string,
  os: OperatingSystem,
  commands: readonly {
    readonly table: "jobs" | "tasks" | "services" | "notify";
    /** undefined for a table that has no names in it. */
    readonly name: string | undefined;
    readonly problems: readonly SettingProblem[];
  }[],
): Promise<Result<readonly Diagnostic[], Failure>> {
  const read = await readDocument(files, path, namedBy);
  if (!read.ok) return read;
  const { document, source } = read.value;
  const platform = platformOf(os);
  const shared = sharedIn(document, platform);
  const found = new Map<string, Problem>();
  for (const { table, name, problems } of commands) {
    const tables = isTable(document) ? document[table] : undefined;
    const named = name !== undefined && isTable(tables) ? tables[name] : tables;
    const own = isTable(named) ? named : {};
    const { place } = withShared(
      inForce(own, platform),
      shared,
      name === undefined ? [table] : [table, name],
    );
    for (const { at, message, hint } of problems) {
      const placed = place(at);
      found.set(JSON.stringify([placed, message]), { at: placed, point: "value", message, hint });
    }
  }
  return ok(await locate(source, [...found.values()]));
}
