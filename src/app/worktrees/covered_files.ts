/** Finds the ignored files of a work tree that can be produced again without it: copies, outputs, and our own caches. */

import type { CommandDefinition } from "../../model/job.ts";
import type { Project } from "../../model/project.ts";
import type { Host } from "../../host/host.ts";
import { globMatcher, plainPath } from "../files/glob.ts";
import { isWithin } from "../workspace/state_place.ts";

/** Larger copies are not compared, and count as changed. */
const MAX_COMPARED_BYTES = 64 * 1024 * 1024;

export interface CoveredQuestion {
  readonly project: Project;
  /** The project root in the work tree. */
  readonly root: string;
  /** The project roots from which copies can come. */
  readonly sources: readonly string[];
  /** The top folder of the work tree. */
  readonly top: string;
}

/** The names are relative to the top folder, with "/". */
export function coveredFiles(
  host: Host,
  { project, root, sources, top }: CoveredQuestion,
  names: readonly string[],
): ReadonlySet<string> {
  const { paths } = host;
  const matchers = outputMatchers(host, project);
  const below = (name: string) => {
    const way = paths.relative(root, paths.join(top, name)).replaceAll("\\", "/");
    return way.startsWith("../") ? undefined : way;
  };
  const caches = cachesIn(host, project, root);
  return new Set(names.filter((name) => {
    const way = below(name);
    if (way === undefined) return false;
    if (caches.some((cache) => isWithin(paths, cache, paths.join(top, name)))) return true;
    if (matchers.some((matches) => matches(way))) return true;
    const isCopy = project.worktree.copy.some((copy) => {
      const plain = plainPath(copy);
      return way === plain || way.startsWith(`${plain}/`);
    });
    // A copy that was edited in the work tree exists nowhere else.
    return isCopy &&
      sources.some((source) => isSameFile(host, paths.join(source, way), paths.join(top, name)));
  }));
}

/** Decided by the current configuration, because a work tree could declare everything an output. */
function outputMatchers({ paths }: Host, { jobs, tasks }: Project): readonly ((way: string) => boolean)[] {
  const all: readonly CommandDefinition[] = [...jobs.values(), ...tasks.values()];
  return all.flatMap(({ outputs, workingDir }) => {
    // A folder that only a run can resolve, or outside of the project, is skipped.
    if (workingDir.includes("${") || paths.isAbsolute(workingDir)) return [];
    const base = plainPath(workingDir);
    if (base.startsWith("..")) return [];
    return outputs.map((output) => {
      const plain = plainPath(output);
      const glob = base === "" || base === "." ? plain : `${base}/${plain}`;
      const matches = globMatcher(glob);
      return (way: string) => matches(way) || way.startsWith(`${glob}/`);
    });
  });
}

/** The caches in a state folder inside the project; its records are not caches. */
function cachesIn({ paths }: Host, { stateDir }: Project, root: string): readonly string[] {
  if (stateDir === undefined || paths.isAbsolute(stateDir)) return [];
  return ["inputs", "index"].map((name) => paths.join(root, stateDir, name));
}

function isSameFile({ files }: Host, one: string, other: string): boolean {
  const [first, second] = [files.entry(one), files.entry(other)];
  if (!first.ok || !second.ok || first.value.kind !== "file" || second.value.kind !== "file") return false;
  const [a, b] = [files.readBytes(one, MAX_COMPARED_BYTES), files.readBytes(other, MAX_COMPARED_BYTES)];
  return a.ok && b.ok && a.value.length === b.value.length &&
    a.value.every((byte, index) => byte === b.value[index]);
}
