/** Which files are the inputs of a job or task now. Looks at names and kinds; reads no content. */

import { fail, ok, type Result } from "../../model/result.ts";
import type { FileIdentity, Host } from "../../host/host.ts";
import { trackedFiles } from "../../git/tracked.ts";
import { globPattern, splitGlob } from "../files/glob.ts";
import { type InputPatterns, readPatterns } from "./input_patterns.ts";
import { type InputsProblem, unreadable } from "./inputs_problem.ts";

/** More files than a definition is meant to depend on; a glob over a whole disk ends here. */
const MAX_INPUT_FILES = 1_000_000;
/** Repositories in repositories. */
const MAX_DEPTH = 16;

export interface ListedInputs {
  /** By path relative to the working directory, with "/"; no folders, but for repositories without content of their own. */
  readonly identities: ReadonlyMap<string, FileIdentity>;
  /** Patterns that found nothing. */
  readonly unmatched: readonly string[];
}

/** `leftOut` are further paths and globs, relative to the working directory, that do not count. */
export async function listInputs(
  host: Host,
  workingDir: string,
  inputs: readonly string[],
  leftOut: readonly string[],
): Promise<Result<ListedInputs, InputsProblem>> {
  const patterns = readPatterns(inputs, leftOut);
  const found = new Map<string, FileIdentity>();
  const unmatched: string[] = [];
  if (patterns.hasGit) {
    const listed = await addTracked(host, workingDir, "", patterns, found, 0);
    if (!listed.ok) return listed;
  }
  for (const included of patterns.included) {
    const added = await addPattern(host, workingDir, included, patterns, found);
    if (!added.ok) return added;
    if (added.value === 0) unmatched.push(included);
  }
  return ok({ identities: found, unmatched });
}

/** What git tells of a folder; of a repository in it, what git tells of that. */
async function addTracked(
  host: Host,
  workingDir: string,
  folder: string,
  patterns: InputPatterns,
  found: Map<string, FileIdentity>,
  depth: number,
): Promise<Result<void, InputsProblem>> {
  const listed = await trackedFiles(host, host.paths.resolve(workingDir, folder));
  if (!listed.ok) return fail({ kind: "git", problem: listed.failure });
  const prefix = folder === "" ? "" : `${folder}/`;
  const paths: string[] = [];
  for (const name of listed.value) {
    const path = prefix + name;
    if (!patterns.isExcluded(path)) paths.push(path);
  }
  const identities = await host.files.identify(workingDir, paths);
  for (const [index, identity] of identities.entries()) {
    const path = paths[index]!;
    if (!identity.ok) {
      // Tracked and removed, or left out of a sparse checkout: it is not there to be read.
      if (identity.failure.kind === "not_found" || identity.failure.kind === "not_a_directory") continue;
      return unreadable(path, identity.failure.reason);
    }
    if (identity.value.kind !== "directory") {
      found.set(path, identity.value);
    } else if (depth < MAX_DEPTH && host.files.stat(host.paths.resolve(workingDir, path, ".git")).ok) {
      const inner = await addTracked(host, workingDir, path, patterns, found, depth + 1);
      if (!inner.ok) return inner;
    } else {
      // A submodule that was not checked out.
      found.set(path, identity.value);
    }
  }
  return ok(undefined);
}

/** How many paths a path or glob named. What exists as it is written is meant as it is written. */
async function addPattern(
  host: Host,
  workingDir: string,
  pattern: string,
  patterns: InputPatterns,
  found: Map<string, FileIdentity>,
): Promise<Result<number, InputsProblem>> {
  const { fixed, rest } = splitGlob(pattern);
  const [itself] = await host.files.identify(workingDir, [pattern === "" ? "." : pattern]);
  if (itself!.ok) {
    if (itself!.value.kind === "directory") {
      return await addBelow(host, workingDir, pattern === "." ? "" : pattern, undefined, patterns, found);
    }
    if (!patterns.isExcluded(pattern)) found.set(pattern, itself!.value);
    return ok(1);
  }
  if (rest !== undefined) {
    return await addBelow(host, workingDir, fixed, globPattern(pattern), patterns, found);
  }
  const { kind, reason } = itself!.failure;
  return kind === "not_found" || kind === "not_a_directory" ? ok(0) : unreadable(pattern, reason);
}

/** Everything below a folder that fits; hidden files belong to it, links to folders are not followed, `.git` is git's own. */
async function addBelow(
  host: Host,
  workingDir: string,
  start: string,
  pattern: RegExp | undefined,
  patterns: InputPatterns,
  found: Map<string, FileIdentity>,
): Promise<Result<number, InputsProblem>> {
  let count = 0;
  const pending = [start];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const absolute = host.paths.resolve(workingDir, folder);
    const names = host.files.list(absolute);
    if (!names.ok) {
      // It has gone since its name was read, or was never there.
      if (names.failure.kind === "not_found" || names.failure.kind === "not_a_directory") continue;
      return unreadable(folder, names.failure.reason);
    }
    const prefix = folder === "" ? "" : `${folder}/`;
    const paths = names.value.filter((name) => name !== ".git").map((name) => prefix + name)
      .filter((path) => !patterns.isExcluded(path));
    const identities = await host.files.identify(workingDir, paths);
    for (const [index, identity] of identities.entries()) {
      const path = paths[index]!;
      if (!identity.ok) {
        // The runtime cannot give a name that is not UTF-8 as it is, so nothing is found under it.
        if (path.includes("\ufffd")) return unreadable(path, "its name is not UTF-8");
        if (identity.failure.kind === "not_found") continue;
        return unreadable(path, identity.failure.reason);
      }
      if (identity.value.kind === "directory") {
        pending.push(path);
        continue;
      }
      if (pattern !== undefined && !pattern.test(path)) continue;
      found.set(path, identity.value);
      count++;
      if (found.size > MAX_INPUT_FILES) {
        return unreadable(start, `there are more than ${MAX_INPUT_FILES} files`);
      }
    }
  }
  return ok(count);
}
