/**
 * Decides which file is the configuration, and which folder is the project root. Knows nothing about the
 * file's content.
 */

import type { Environment } from "../host/environment.ts";
import type { Files } from "../host/files.ts";
import type { Paths } from "../host/paths.ts";
import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";

export interface ConfigLocation {
  /** undefined: no configuration was found, so the project is empty. */
  readonly path: string | undefined;
  /** The source in words, as in "--config" or "the project folder". */
  readonly namedBy: string;
  /** Absolute. */
  readonly projectRoot: string;
  /** The canonical project root, where the file's name makes its folder a project; undefined: it does not. */
  readonly canonicalRoot: string | undefined;
  /** Every path that was tried, in order, absolute. */
  readonly searched: readonly string[];
}

export interface FindOptions {
  /** The value of `--config`. */
  readonly flag: string | undefined;
  readonly currentFolder: string;
  readonly userConfigPath: string | undefined;
}

interface Machine {
  readonly files: Files;
  readonly paths: Paths;
  readonly environment: Environment;
}

/** The name that is searched for upward from the current folder; its folder becomes the project root. */
export const PROJECT_FILE = "orchastration.toml";

const VARIABLE = "ORCHASTRATION_CONFIG";

/** The first configuration file in the search order of docs/configuration.md. */
export function findConfig(machine: Machine, options: FindOptions): Result<ConfigLocation, Failure> {
  const { paths } = machine;
  const { flag, currentFolder, userConfigPath } = options;
  if (flag !== undefined) return named(machine, flag, "--config", currentFolder);
  const variable = machine.environment.get(VARIABLE);
  if (variable !== undefined && variable !== "") {
    return named(machine, variable, `$${VARIABLE}`, currentFolder);
  }

  const candidates = foldersUpward(paths, currentFolder).map((folder) => ({
    path: paths.join(folder, PROJECT_FILE),
    namedBy: "the project folder",
    projectRoot: folder,
    isProject: true,
  }));
  if (userConfigPath !== undefined) {
    candidates.push({
      path: userConfigPath,
      namedBy: "the user's configuration folder",
      projectRoot: currentFolder,
      isProject: false,
    });
  }
  const searched: string[] = [];
  for (const candidate of candidates) {
    searched.push(candidate.path);
    const found = probe(machine.files, candidate.path, "plain files alone");
    if (!found.ok) return found;
    if (!found.value) continue;
    const { isProject, ...location } = candidate;
    const foreign = isProject ? foreignOwner(machine, candidate.path) : undefined;
    if (foreign !== undefined) {
      return fail({ code: "config_of_another_user", path: candidate.path, owner_id: foreign });
    }
    return ok({ ...location, canonicalRoot: canonicalRootOf(machine, location, isProject), searched });
  }
  return ok({
    path: undefined,
    namedBy: "nothing",
    projectRoot: currentFolder,
    canonicalRoot: undefined,
    searched,
  });
}

/** A path that the caller named must exist. */
function named(
  machine: Machine,
  value: string,
  namedBy: string,
  currentFolder: string,
): Result<ConfigLocation, Failure> {
  const { files, paths } = machine;
  const path = paths.resolve(currentFolder, value);
  const found = probe(files, path, "pipes, too");
  if (!found.ok) return found;
  if (!found.value) return fail({ code: "config_missing", path, named_by: namedBy });
  const isProject = paths.basename(path) === PROJECT_FILE;
  const projectRoot = isProject ? paths.dirname(path) : currentFolder;
  const canonicalRoot = canonicalRootOf(machine, { projectRoot }, isProject);
  return ok({ path, namedBy, projectRoot, canonicalRoot, searched: [path] });
}

/** Some virtual drives of Windows cannot resolve paths; the path is then used as given. */
function canonicalRootOf(
  { files }: Machine,
  { projectRoot }: Pick<ConfigLocation, "projectRoot">,
  isProject: boolean,
): string | undefined {
  if (!isProject) return undefined;
  const real = files.realPath(projectRoot);
  return real.ok ? real.value : projectRoot;
}

/**
 * Whether a configuration exists at the path. A file that may exist but cannot be examined is a failure,
 * because continuing without it would run other commands than the configured ones.
 */
function probe(
  files: Files,
  path: string,
  accepts: "plain files alone" | "pipes, too",
): Result<boolean, Failure> {
  const facts = files.stat(path);
  if (!facts.ok) {
    if (facts.failure.kind === "not_found") {
      const link = files.readLink(path);
      if (!link.ok) return ok(false);
      return fail({
        code: "config_unreadable",
        path,
        reason: `it is a link to ${link.value}, which does not exist`,
      });
    }
    return fail({ code: "config_unreadable", path, reason: facts.failure.reason });
  }
  if (facts.value.kind === "directory") {
    return fail({ code: "config_unreadable", path, reason: "it is a directory" });
  }
  // A pipe is accepted if the caller names it: `--config <(generate)`. In a cloned folder it would be a
  // trap.
  if (facts.value.kind === "other" && accepts === "plain files alone") {
    return fail({ code: "config_unreadable", path, reason: "it is not a plain file" });
  }
  return ok(true);
}

/**
 * The owner of a file, where that is neither the current user nor root: in a folder that others can write to
 * (/tmp), anybody could place a configuration for us to find. For a link, both ends count. undefined where no
 * other user owns it.
 */
function foreignOwner({ files, environment }: Machine, path: string): number | undefined {
  const { userId } = environment;
  if (userId === undefined) return undefined;
  const real = files.realPath(path);
  // As in git: a user who became root by sudo still owns their own files.
  const sudoer = userId === 0 ? environment.get("SUDO_UID") : undefined;
  for (const each of [path, ...real.ok ? [real.value] : []]) {
    const entry = files.entry(each);
    const owner = entry.ok ? entry.value.ownerId : undefined;
    if (owner !== undefined && owner !== userId && owner !== 0 && String(owner) !== sudoer) return owner;
  }
  return undefined;
}

function foldersUpward(paths: Paths, from: string): readonly string[] {
  const folders = [from];
  for (let folder = from; paths.dirname(folder) !== folder;) {
    folder = paths.dirname(folder);
    folders.push(folder);
  }
  return folders;
}
