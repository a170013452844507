/**
 * The files that the checks of a task name in their commands, with their digests: whoever reads a proof wants to know whether a
 * check was changed together with the work that it checks.
 */

import { maskText } from "../../model/secrets.ts";
import type { CheckFile } from "../../model/run.ts";
import type { Criterion, Task } from "../../model/task.ts";
import type { Host } from "../../host/host.ts";
import { lookAt, NOTHING_KNOWN } from "../files/fingerprint_files.ts";

/** A folder that a check names is usually what is checked, unless its name says that checks are in it. */
const CHECKS_FOLDER = /test|spec|check/i;
const GLOB = /[*?[\]{}]/;

/** Sorted by path, each once; outputs of the task are left out. */
export async function checkFiles(
  host: Host,
  { acceptance, outputs }: Pick<Task, "acceptance" | "outputs">,
  workingDir: string,
  secrets: readonly string[],
): Promise<readonly CheckFile[]> {
  const made = new Set(outputs.map((path) => host.paths.resolve(workingDir, path)));
  const found = new Map<string, CheckFile>();
  for (const path of new Set(acceptance.flatMap(namedBy))) {
    const absolute = host.paths.resolve(workingDir, path);
    const facts = host.files.stat(absolute);
    const below = host.paths.relative(workingDir, absolute);
    const isInside = below !== "" && !below.startsWith("..") && !host.paths.isAbsolute(below);
    if (!facts.ok || !isInside || made.has(absolute)) continue;
    if (facts.value.kind === "directory" && !CHECKS_FOLDER.test(host.paths.basename(absolute))) continue;
    const { sha256 } = await lookAt(host, workingDir, path, NOTHING_KNOWN, "inside");
    const shown = maskText(below.replaceAll("\\", "/"), secrets);
    if (sha256 !== null) found.set(shown, { path: shown, sha256 });
  }
  return [...found.values()].sort((a, b) => a.path < b.path ? -1 : 1);
}

/** The words of a check that can be paths; a program without a slash is one of the system. */
export function namedBy({ check }: Pick<Criterion, "check">): readonly string[] {
  return (check ?? []).filter((word, index) =>
    word !== "" && !word.startsWith("-") && !GLOB.test(word) && (index > 0 || /[/\\]/.test(word))
  );
}
