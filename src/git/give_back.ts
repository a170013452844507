/**
 * Gives a salvaged work tree back: its files byte for byte, and what was staged; also the rest of them, after that was cut
 * short. Knows no tasks.
 */

import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import { replaceFile } from "../host/durable_write.ts";
import type { GitMachine } from "./git.ts";
import type { GitCalls } from "./git_calls.ts";
import { hashFiles, type Salvage, SUBMODULE } from "./salvage.ts";
import { hasSucceeded } from "./tool.ts";
import type { WorktreeContent } from "./worktree_content.ts";
import { blobBytes, filesOf } from "./written_files.ts";

const GONE = "000000";

interface Change {
  readonly mode: string;
  readonly id: string;
}

/** The saved files that differ from the commit of HEAD, by path. */
export type SavedChanges = ReadonlyMap<string, Change>;

export async function savedChanges(
  git: GitCalls,
  folder: string,
  { commit, head }: Salvage,
): Promise<Result<SavedChanges, Failure>> {
  if (head === "") return ok(new Map());
  const listed = await git.list(folder, ["diff-tree", "-r", "-z", "--raw", "--no-renames", head, commit]);
  return listed.ok ? ok(changesIn(listed.value)) : listed;
}

/** Entries of two: ":mode mode id id letter", and the path. */
function changesIn(listed: readonly string[]): SavedChanges {
  const changes = new Map<string, Change>();
  for (let at = 0; at + 1 < listed.length; at += 2) {
    const [, mode = "", , id = ""] = listed[at]!.split(" ");
    changes.set(listed[at + 1]!, { mode, id });
  }
  return changes;
}

export type LeftToGive =
  /** Everything was given back before. */
  | { readonly kind: "nothing" }
  | { readonly kind: "rest"; readonly names: readonly string[] }
  /** Something is there that is neither of the commit nor saved. */
  | { readonly kind: "other"; readonly fact: string };

/**
 * Tells what a killed call has left to do in a work tree with the commit of the salvage: nothing is overwritten but what
 * git has. `content`: of that work tree.
 */
export async function leftToGive(
  machine: GitMachine,
  git: GitCalls,
  path: string,
  { index, commit }: Salvage,
  saved: SavedChanges,
  content: WorktreeContent,
): Promise<Result<LeftToGive, Failure>> {
  const isStagedAs = async (tree: string) => {
    const compared = await git.try(path, ["diff-index", "--cached", "--quiet", tree, "--"]);
    return compared.ok ? ok(hasSucceeded(compared.value)) : compared;
  };
  const isOfHead = await isStagedAs("HEAD");
  if (!isOfHead.ok) return isOfHead;
  const isAsSaved = await isStagedAs(index);
  if (!isAsSaved.ok) return isAsSaved;
  // The staged state comes last.
  if (isAsSaved.value && !isOfHead.value) return ok({ kind: "nothing" });
  if (!isOfHead.value) return ok({ kind: "other", fact: "something else is staged there" });
  const [other] = [...content.nested, ...content.unmerged, ...content.submodules];
  if (content.operation !== undefined || other !== undefined) {
    return ok({ kind: "other", fact: `it has ${content.operation ?? other}` });
  }
  const names = [...content.changed, ...content.ignored];
  const now = await hashFiles(machine, git, path, names, false);
  if (!now.ok) return now;
  const rest = new Set(saved.keys());
  const odd: string[] = [];
  for (const name of names) {
    const [then, current] = [saved.get(name), now.value.entries.get(name)];
    if (then !== undefined && then.id === current?.id && then.mode === current.mode) rest.delete(name);
    else if (current !== undefined) odd.push(name);
  }
  // A file that git was killed while writing, or that the call before had removed in order to write it.
  const written = await filesOf(machine, git, path, odd, commit);
  if (!written.ok) return written;
  const unknown = odd.find((name) => !written.value.has(name));
  if (unknown !== undefined) return ok({ kind: "other", fact: `${unknown} in it is not what was saved` });
  for (const name of odd) rest.add(name);
  for (const [name, { mode }] of saved) {
    const isThere = machine.files.entry(machine.paths.join(path, name)).ok;
    if (mode === SUBMODULE || (mode === GONE && !isThere)) rest.delete(name);
  }
  return ok(
    rest.size === 0 && isAsSaved.value ? { kind: "nothing" } : { kind: "rest", names: [...rest] },
  );
}

/** `path`: a work tree in which the commit of HEAD is checked out; `names`: the files that are given back. */
export async function giveBack(
  machine: GitMachine,
  git: GitCalls,
  path: string,
  { commit, index }: Salvage,
  saved: SavedChanges,
  names: readonly string[],
): Promise<Result<void, Failure>> {
  const { files, paths } = machine;
  // Deleted files first, so that a folder can take the place of a file.
  for (const name of names) if (saved.get(name)?.mode === GONE) files.remove(paths.join(path, name));
  // The files of a submodule are fetched by `git submodule update`.
  const wanted = names.filter((name) => ![GONE, SUBMODULE].includes(saved.get(name)?.mode ?? ""));
  const gitDir = await git.ask(path, ["rev-parse", "--absolute-git-dir"]);
  if (!gitDir.ok) return gitDir;
  const scratch = paths.join(gitDir.value.trim(), `orchastration-${files.uniqueName()}.index`);
  const aside = git.with({ GIT_INDEX_FILE: scratch });
  if (!aside.ok) return aside;
  try {
    const read = await aside.value.change(path, ["-c", "core.sparseCheckout=false", "read-tree", commit]);
    if (!read.ok) return read;
    const put = await aside.value.change(
      path,
      ["checkout-index", "--force", "-z", "--stdin"],
      wanted.map((name) => `${name}\0`).join(""),
    );
    if (!put.ok) return put;
  } finally {
    files.remove(scratch);
  }
  const now = await hashFiles(machine, git, path, wanted, false);
  if (!now.ok) return now;
  for (const name of wanted) {
    const id = saved.get(name)?.id;
    if (id === undefined || now.value.entries.get(name)?.id === id) continue;
    // A filter of the repository has changed bytes, which were saved without filters.
    const written = await writeBlob(machine, git, path, name, id);
    if (!written.ok) return written;
  }
  return await stageAgain(git, path, index);
}

/** Only what differs, at once: a new index would forget which files are outside of a sparse checkout. */
async function stageAgain(git: GitCalls, path: string, index: string): Promise<Result<void, Failure>> {
  const listed = await git.list(path, ["diff-tree", "-r", "-z", "--raw", "--no-renames", "HEAD", index]);
  if (!listed.ok) return listed;
  const staged = changesIn(listed.value);
  if (staged.size === 0) return ok(undefined);
  // Deleted files first, as above.
  const isGone = ([, { mode }]: readonly [string, Change]) => Number(mode === GONE);
  const entries = [...staged].sort((one, other) => isGone(other) - isGone(one))
    .map(([name, { mode, id }]) => `${mode === GONE ? "0" : mode} ${id}\t${name}\0`);
  const put = await git.change(path, ["update-index", "-z", "--index-info"], entries.join(""));
  return put.ok ? ok(undefined) : put;
}

async function writeBlob(
  machine: GitMachine,
  git: GitCalls,
  path: string,
  name: string,
  id: string,
): Promise<Result<void, Failure>> {
  const { files, paths } = machine;
  const bytes = await blobBytes(machine, git, path, id, "stored");
  if (!bytes.ok) return bytes;
  if (bytes.value === undefined) return git.failed(`the content of ${name} cannot be read`);
  const written = replaceFile(files, paths, paths.join(path, name), bytes.value, {
    durable: false,
    mode: "shared",
  });
  return written.ok ? ok(undefined) : git.failed(`${name} cannot be written: ${written.failure.reason}`);
}
