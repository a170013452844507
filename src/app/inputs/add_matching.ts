/** Finds the files that a path or glob of `inputs` matches. Reads names and kinds, but no content. */

import { ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import type { HostProblem, HostResult } from "../../host/host_result.ts";
import { type IdentifiedFolder, IDENTITY_KINDS, IDENTITY_NUMBERS } from "../../host/identities.ts";
import { globTest, splitGlob } from "../files/glob.ts";
import type { FoundFiles } from "./found_files.ts";
import type { InputPatterns } from "./input_patterns.ts";
import { type InputsProblem, unreadable } from "./inputs_problem.ts";

/** More files than a definition should depend on; a glob over a whole disk stops here. */
const MAX_INPUT_FILES = 1_000_000;
const DIRECTORY = IDENTITY_KINDS.indexOf("directory");

interface Search {
  readonly host: Host;
  readonly workingDir: string;
  readonly patterns: InputPatterns;
  readonly found: FoundFiles;
}

/** How many paths a path or glob matched. An existing path is taken as written. */
export async function addMatching(search: Search, pattern: string): Promise<Result<number, InputsProblem>> {
  const { host: { environment, files, paths }, workingDir, patterns, found } = search;
  const { fixed, rest } = splitGlob(pattern);
  if (rest !== undefined) {
    // The usual case: nothing has the glob itself as its name, and the list of its folder says so where names have one spelling.
    const [literal] = rest.split("/", 1) as [string];
    const start = environment.os === "linux" ? await look(search, fixed, literal) : undefined;
    if (start !== undefined && isWithout(start, literal)) {
      return await addBelow(search, fixed, globTest(pattern), start);
    }
    if (!files.exists(paths.join(workingDir, pattern))) {
      return await addBelow(search, fixed, globTest(pattern));
    }
  }
  const { numbers, problems } = await files.identify(workingDir, [pattern === "" ? "." : pattern]);
  const problem = problems.get(0);
  if (problem === undefined) {
    if (numbers[0] === DIRECTORY) return await addBelow(search, pattern === "." ? "" : pattern, undefined);
    if (!patterns.isExcluded(pattern)) found.add(pattern, numbers, 0);
    return ok(1);
  }
  if (rest !== undefined) return await addBelow(search, fixed, globTest(pattern));
  return isAbsent(problem) ? ok(0) : unreadable(pattern, problem.reason);
}

/** What counts in a folder, and what has the name `literal` there. */
async function look(
  { host, workingDir, patterns }: Search,
  folder: string,
  literal?: string,
): Promise<HostResult<IdentifiedFolder>> {
  const prefix = prefixOf(folder);
  const counts = (name: string) => name !== ".git" && !patterns.isExcluded(prefix + name);
  return await host.files.identifyAll(
    host.paths.resolve(workingDir, folder),
    literal === undefined ? counts : (name) => name === literal || counts(name),
  );
}

function isWithout(folder: HostResult<IdentifiedFolder>, name: string): boolean {
  return folder.ok ? !folder.value.names.includes(name) : isAbsent(folder.failure);
}

/** It was removed after its name was read, or never existed. */
function isAbsent({ kind }: HostProblem): boolean {
  return kind === "not_found" || kind === "not_a_directory";
}

function prefixOf(folder: string): string {
  return folder === "" ? "" : `${folder}/`;
}

/**
 * All matches below a folder, which the caller may have looked at; hidden files are included, links to folders are not followed,
 * `.git` is excluded.
 */
async function addBelow(
  search: Search,
  start: string,
  isMatch: ((path: string) => boolean) | undefined,
  known?: HostResult<IdentifiedFolder>,
): Promise<Result<number, InputsProblem>> {
  const { found } = search;
  let count = 0;
  const pending = [start];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const looked = folder === start && known !== undefined ? known : await look(search, folder);
    if (!looked.ok) {
      if (isAbsent(looked.failure)) continue;
      return unreadable(folder, looked.failure.reason);
    }
    const prefix = prefixOf(folder);
    const { names, numbers, problems } = looked.value;
    for (let index = 0; index < names.length; index++) {
      const path = prefix + names[index]!;
      const problem = problems.get(index);
      if (problem !== undefined) {
        // The runtime cannot represent a name that is not UTF-8, so nothing is found under it.
        if (path.includes("\ufffd")) return unreadable(path, "its name is not UTF-8");
        if (problem.kind === "not_found") continue;
        return unreadable(path, problem.reason);
      }
      if (numbers[index * IDENTITY_NUMBERS] === DIRECTORY) {
        pending.push(path);
        continue;
      }
      if (isMatch !== undefined && !isMatch(path)) continue;
      found.add(path, numbers, index);
      count++;
      if (found.size > MAX_INPUT_FILES) {
        return unreadable(start, `there are more than ${MAX_INPUT_FILES} files`);
      }
    }
  }
  return ok(count);
}
