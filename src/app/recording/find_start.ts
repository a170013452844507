/** The program of a run: where it is, or why it cannot be started. */

import type { Execution } from "../../engine/execution.ts";
import type { Host } from "../../host/host.ts";

export type Start =
  | { readonly kind: "found"; readonly path: string }
  | Extract<Execution["start"], { readonly kind: "refused" }>;

/**
 * Decided here because the system's own answer does not distinguish a missing program from a missing folder.
 */
export function findStart(
  host: Host,
  name: string,
  workingDir: string,
  env: Readonly<Record<string, string>>,
): Start {
  const folder = host.files.stat(workingDir);
  if (!folder.ok || folder.value.kind !== "directory") {
    const reason = folder.ok ? "it is not a directory" : folder.failure.reason;
    return { kind: "refused", cause: "working_dir_missing", detail: `working_dir ${workingDir}: ${reason}` };
  }
  const program = host.processes.findProgram(name, { workingDir, env });
  if (program.ok) return { kind: "found", path: program.value };
  return {
    kind: "refused",
    cause: program.failure.kind === "not_found" ? "program_not_found" : "program_not_executable",
    detail: program.failure.reason,
  };
}

/** As long as an answer about a program that is not started is used again. */
const RECENT_MS = 1000;
const recentStarts = new WeakMap<Host, Map<string, { readonly start: Start; readonly atMs: number }>>();

/** The same, looked up once a second for the nodes of a graph that only record it. */
export function recentStart(
  host: Host,
  name: string,
  workingDir: string,
  env: Readonly<Record<string, string>>,
): Start {
  // On Windows more variables than this one decide, in any spelling.
  if (host.environment.os === "windows") return findStart(host, name, workingDir, env);
  let known = recentStarts.get(host);
  if (known === undefined) recentStarts.set(host, known = new Map());
  const key = `${name}\0${workingDir}\0${env["PATH"]}`;
  const nowMs = host.clock.monotonicMs();
  const recent = known.get(key);
  if (recent !== undefined && nowMs - recent.atMs < RECENT_MS) return recent.start;
  const start = findStart(host, name, workingDir, env);
  known.set(key, { start, atMs: nowMs });
  return start;
}
