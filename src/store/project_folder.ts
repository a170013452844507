/**
 * The state folder of one project: its name, and its `project.json`. Knows nothing of what is recorded in it.
 */

import { replaceFile } from "../host/durable_write.ts";
import type { Digests } from "../host/digests.ts";
import type { Files } from "../host/files.ts";
import type { HostResult } from "../host/host_result.ts";
import type { Paths } from "../host/paths.ts";
import { isClaimed } from "./claim.ts";
import { parseJson } from "./json_bytes.ts";
import { CLAIM_SUFFIX } from "./layout.ts";
import type { StoreParts } from "./store_parts.ts";

const PROJECTS_FOLDER = "projects";
export const PROJECT_FORMAT = 1;

const FILE_NAME = "project.json";
const MAX_SLUG_LENGTH = 32;
const DIGITS = 8;
/** Where two projects of one name share the first digits, the later one uses more of them. */
const MORE_DIGITS = [DIGITS, 16, 64];
/** Deeper than any folder made there. */
const MAX_DEPTH = 8;
const FOLDER_NAME = /^[a-z0-9][a-z0-9_-]*-[0-9a-f]{8,64}$/;

/** The content of `project.json`. Every reader can work without it. */
export interface ProjectFile {
  readonly format: number;
  readonly kind: "project";
  /** The canonical folder of the project. */
  readonly root: string;
  /** The inode of that folder, a hint for finding it after a move; null where there is none. */
  readonly root_id?: string | null;
  readonly git: { readonly common_dir: string; readonly worktree: string } | null;
  /** The folder that `[state] dir` names; null: the records are beside this file. */
  readonly state_dir: string | null;
  readonly last_used: string;
}

interface Machine {
  readonly files: Files;
  readonly paths: Paths;
  readonly digests: Pick<Digests, "sha256">;
}

/** One project's folder of records in the state folder of the user. */
export interface ProjectFolder {
  /** Absolute. */
  readonly path: string;
  /** undefined: none that can be read. */
  readonly file: ProjectFile | undefined;
}

/** The folder of records of the project with this canonical root, in the state folder of the user. */
export async function projectFolderFor(
  machine: Machine,
  userStateDir: string,
  root: string,
): Promise<ProjectFolder> {
  const { digests, files, paths } = machine;
  const hex = await digests.sha256(new TextEncoder().encode(root));
  let found: ProjectFolder | undefined;
  for (const digits of MORE_DIGITS) {
    const name = `${slugOf(paths.basename(root))}-${hex.slice(0, digits)}`;
    const path = paths.join(userStateDir, PROJECTS_FOLDER, name);
    const file = readProjectFile({ files, paths }, path);
    found = { path, file };
    if (file === undefined || file.root === root) break;
  }
  return found!;
}

/** A folder's name, made safe as part of a file name on every system. */
export function slugOf(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9_]+/g, "-").replace(/^[-_]+/, "");
  return plain.slice(0, MAX_SLUG_LENGTH).replace(/[-_]+$/, "") || "project";
}

/** Every project's folder of records, sorted by name; empty where there are none. */
export function listProjectFolders(
  machine: Pick<Machine, "files" | "paths">,
  userStateDir: string,
): HostResult<readonly ProjectFolder[]> {
  const { files, paths } = machine;
  const all = paths.join(userStateDir, PROJECTS_FOLDER);
  const names = files.list(all);
  if (!names.ok) return names.failure.kind === "not_found" ? { ok: true, value: [] } : names;
  const folders = names.value.filter((name) => FOLDER_NAME.test(name)).sort().map((name) => {
    const path = paths.join(all, name);
    return { path, file: readProjectFile(machine, path) };
  });
  return { ok: true, value: folders };
}

function readProjectFile(
  { files, paths }: Pick<Machine, "files" | "paths">,
  folder: string,
): ProjectFile | undefined {
  const bytes = files.readBytes(paths.join(folder, FILE_NAME));
  const parsed = bytes.ok ? parseJson(bytes.value) : undefined;
  if (!parsed?.ok || typeof parsed.value !== "object" || parsed.value === null) return undefined;
  const { format, kind, root, root_id, git, state_dir, last_used } = parsed.value as Record<string, unknown>;
  const isGood = typeof format === "number" && kind === "project" && typeof root === "string" &&
    paths.isAbsolute(root) && typeof last_used === "string" && isGit(git) &&
    (root_id === undefined || root_id === null || typeof root_id === "string") &&
    (state_dir === null || (typeof state_dir === "string" && paths.isAbsolute(state_dir)));
  return isGood ? parsed.value as ProjectFile : undefined;
}

function isGit(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== "object") return false;
  const { common_dir, worktree } = value as Record<string, unknown>;
  return typeof common_dir === "string" && typeof worktree === "string";
}

/** Replaces `project.json`; makes the folder where it is missing. */
export function writeProjectFile(
  { files, paths }: Pick<Machine, "files" | "paths">,
  folder: string,
  file: ProjectFile,
): HostResult<void> {
  const made = files.makeFolders(folder);
  if (!made.ok) return made;
  const bytes = new TextEncoder().encode(`${JSON.stringify(file, null, 2)}\n`);
  return replaceFile(files, paths, paths.join(folder, FILE_NAME), bytes, { durable: false });
}

/**
 * Removes a state folder with all its content, without following links; false where something could not be
 * removed.
 */
export async function removeProjectFolder(parts: StoreParts, folder: string): Promise<boolean> {
  const { files, paths } = parts;
  const locks = paths.join(folder, "locks");
  const held = files.list(locks);
  if (held.ok) await files.lockSupport(locks);
  for (const name of held.ok ? held.value : []) {
    const path = paths.join(locks, name);
    const lock = files.tryLock(path, { exclusive: true, create: "never" });
    const isFree = lock.ok
      ? lock.value !== "held"
      : lock.failure.kind === "no_locks" && (!name.endsWith(CLAIM_SUFFIX) || !isClaimed(parts, path));
    // A process is still working there.
    if (!isFree) return false;
    if (lock.ok && lock.value !== "held") lock.value.release();
  }
  return removeTree(parts, folder, MAX_DEPTH);
}

function removeTree(machine: Pick<Machine, "files" | "paths">, path: string, depth: number): boolean {
  const { files, paths } = machine;
  // A file, a link or an empty folder is removed directly, so that no link is ever followed.
  const removed = files.remove(path);
  if (removed.ok || removed.failure.kind === "not_found") return true;
  const names = files.list(path);
  if (!names.ok || depth === 0) return false;
  let isEmpty = true;
  for (const name of names.value) isEmpty = removeTree(machine, paths.join(path, name), depth - 1) && isEmpty;
  return isEmpty && files.remove(path).ok;
}
