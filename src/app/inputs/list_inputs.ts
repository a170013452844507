/** Lists the files that are the inputs of a job or task now. Reads names and kinds, but no content. */

import { joinBytes } from "../../model/bytes.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { InputSnapshot } from "../../model/input_snapshot.ts";
import type { Host } from "../../host/host.ts";
import type { HostProblem } from "../../host/host_result.ts";
import { type Identities, IDENTITY, IDENTITY_KINDS, IDENTITY_NUMBERS } from "../../host/identities.ts";
import { trackedFiles } from "../../git/tracked.ts";
import { addMatching } from "./add_matching.ts";
import { FoundFiles } from "./found_files.ts";
import { type InputPatterns, readPatterns } from "./input_patterns.ts";
import { type InputsProblem, unreadable } from "./inputs_problem.ts";

/** The depth of nested repositories. */
const MAX_DEPTH = 16;
const DIRECTORY = IDENTITY_KINDS.indexOf("directory");

export interface ListedInputs {
  /** Relative to the working directory, with "/", sorted; no folders, but for repositories without content of their own. */
  readonly paths: readonly string[];
  /** IDENTITY_NUMBERS for each path. */
  readonly numbers: Float64Array;
  /** As in the snapshot. */
  readonly listing: string | undefined;
  /** Patterns that matched nothing. */
  readonly unmatched: readonly string[];
}

/**
 * `leftOut` are further paths and globs, relative to the working directory, that do not count. The files of `known` are
 * examined while git still lists.
 */
export async function listInputs(
  host: Host,
  workingDir: string,
  inputs: readonly string[],
  leftOut: readonly string[],
  known?: Promise<InputSnapshot | undefined>,
): Promise<Result<ListedInputs, InputsProblem>> {
  const patterns = readPatterns(inputs, leftOut);
  const found = new FoundFiles();
  const unmatched: string[] = [];
  let listing: string | undefined;
  if (patterns.hasGit) {
    const isAlone = patterns.included.length === 0;
    const digest = isAlone ? (bytes: Uint8Array) => digestOfListing(host, bytes, inputs, leftOut) : undefined;
    const listed = await addTracked(host, workingDir, "", patterns, found, 0, { known, digest });
    if (!listed.ok) return listed;
    listing = listed.value.listing;
    const { asKnown } = listed.value;
    if (asKnown !== undefined) return ok({ ...asKnown, listing, unmatched });
  }
  for (const included of patterns.included) {
    const added = await addMatching({ host, workingDir, patterns, found }, included);
    if (!added.ok) return added;
    if (added.value === 0) unmatched.push(included);
  }
  return ok({ ...found.sorted(), listing, unmatched });
}

async function digestOfListing(
  { digests }: Host,
  listing: Uint8Array,
  inputs: readonly string[],
  leftOut: readonly string[],
): Promise<string> {
  const patterns = new TextEncoder().encode(`${JSON.stringify([inputs, leftOut])}\n`);
  return await digests.sha256(joinBytes([patterns, listing]));
}

interface Ahead {
  readonly known?: Promise<InputSnapshot | undefined> | undefined;
  /** undefined where the files are not those of git alone. */
  readonly digest?: ((listing: Uint8Array) => Promise<string>) | undefined;
}

interface AddedFiles {
  readonly listing: string | undefined;
  /** Nothing was added, because these are the files. */
  readonly asKnown?: Pick<ListedInputs, "paths" | "numbers">;
}

/** The files that git lists in a folder, including those of a nested repository. */
async function addTracked(
  host: Host,
  workingDir: string,
  folder: string,
  patterns: InputPatterns,
  found: FoundFiles,
  depth: number,
  { known, digest }: Ahead,
): Promise<Result<AddedFiles, InputsProblem>> {
  const asked = trackedFiles(host, host.paths.resolve(workingDir, folder));
  // While git lists, the files that it will most likely list are examined.
  const snapshot = await known;
  const expected = snapshot?.paths ?? [];
  const ahead = expected.length === 0 ? undefined : await host.files.identify(workingDir, expected);
  const listed = await asked;
  if (!listed.ok) return fail({ kind: "git", problem: listed.failure });
  const listing = await digest?.(listed.value.listing);
  const isAsKnown = listing !== undefined && listing === snapshot?.listing && ahead?.problems.size === 0;
  if (isAsKnown && !hasDirectory(ahead.numbers)) {
    return ok({ listing, asKnown: { paths: expected, numbers: ahead.numbers } });
  }
  const names = listed.value.names();
  if (!names.ok) return fail({ kind: "git", problem: names.failure });
  const prefix = folder === "" ? "" : `${folder}/`;
  const paths: string[] = [];
  for (const name of names.value) {
    const path = prefix + name;
    if (!patterns.isExcluded(path)) paths.push(path);
  }
  const { numbers, problems } = await identifyRest(host, workingDir, inOrder(paths), expected, ahead);
  const nested: string[] = [];
  // Missing paths, and files of another repository, do not follow from the list.
  let followsFromList = true;
  for (let index = 0; index < paths.length; index++) {
    const path = paths[index]!;
    const problem = problems.get(index);
    if (problem !== undefined) {
      // Tracked and removed, or not part of a sparse checkout: it cannot be read.
      if (problem.kind !== "not_found" && problem.kind !== "not_a_directory") {
        return unreadable(path, problem.reason);
      }
      followsFromList = false;
      continue;
    }
    const isRepository = numbers[index * IDENTITY_NUMBERS] === DIRECTORY && depth < MAX_DEPTH &&
      host.files.stat(host.paths.resolve(workingDir, path, ".git")).ok;
    if (isRepository) nested.push(path);
    // A submodule that was not checked out is its folder.
    else found.add(path, numbers, index);
  }
  for (const path of nested) {
    followsFromList = false;
    const inner = await addTracked(host, workingDir, path, patterns, found, depth + 1, {});
    if (!inner.ok) return inner;
  }
  return ok({ listing: followsFromList ? listing : undefined });
}

/** A file can have been replaced by a folder that is a repository. */
function hasDirectory(numbers: Float64Array): boolean {
  for (let row = 0; row < numbers.length; row += IDENTITY_NUMBERS) {
    if (numbers[row + IDENTITY.kind] === DIRECTORY) return true;
  }
  return false;
}

/** Both lists are sorted. Files that were not examined in advance, or did not exist then, are examined now. */
async function identifyRest(
  host: Host,
  workingDir: string,
  paths: readonly string[],
  expected: readonly string[],
  ahead: Identities | undefined,
): Promise<Identities> {
  if (ahead === undefined) return await host.files.identify(workingDir, paths);
  const numbers = new Float64Array(paths.length * IDENTITY_NUMBERS);
  const problems = new Map<number, HostProblem>();
  const missing: number[] = [];
  let at = 0;
  for (let index = 0; index < paths.length; index++) {
    const path = paths[index]!;
    while (at < expected.length && expected[at]! < path) at++;
    if (expected[at] !== path || ahead.problems.has(at)) {
      missing.push(index);
      continue;
    }
    const from = at * IDENTITY_NUMBERS;
    for (let offset = 0; offset < IDENTITY_NUMBERS; offset++) {
      numbers[index * IDENTITY_NUMBERS + offset] = ahead.numbers[from + offset]!;
    }
  }
  const rest = await host.files.identify(workingDir, missing.map((index) => paths[index]!));
  for (const [place, index] of missing.entries()) {
    const problem = rest.problems.get(place);
    if (problem !== undefined) problems.set(index, problem);
    const from = place * IDENTITY_NUMBERS;
    numbers.set(rest.numbers.subarray(from, from + IDENTITY_NUMBERS), index * IDENTITY_NUMBERS);
  }
  return { numbers, problems };
}

/** git lists in the order of bytes, which equals this order for most names, but untracked files come first. */
function inOrder(paths: string[]): readonly string[] {
  for (let index = 1; index < paths.length; index++) {
    if (paths[index - 1]! > paths[index]!) return paths.sort();
  }
  return paths;
}
