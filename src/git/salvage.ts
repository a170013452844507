/**
 * Saves what a work tree has besides its branch as one commit under `refs/orchastration/salvage`, byte for byte, and
 * finds it again. Knows no tasks but their names.
 */

import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import type { Files } from "../host/files.ts";
import type { Paths } from "../host/paths.ts";
import { IDENTITY, IDENTITY_KINDS, IDENTITY_NUMBERS } from "../host/identities.ts";
import type { GitCalls } from "./git_calls.ts";
import { isPlain, linesOf, type WorktreeContent, type WorktreePlace } from "./worktree_content.ts";

export const SALVAGE_REFS = "refs/orchastration/salvage";
/** git's mode for the commit of a submodule. */
export const SUBMODULE = "160000";
const NO_OBJECT = "0".repeat(40);
/** Not the name of the user, who may have set none for git. */
const AUTHOR = { name: "Orchastration", email: "orchastration@localhost" };

interface Machine {
  readonly files: Files;
  readonly paths: Paths;
}

export interface Salvage {
  readonly ref: string;
  readonly commit: string;
  readonly task: string;
  readonly path: string;
  /** "" for a detached HEAD. */
  readonly branch: string;
  /** "" where there was no commit. */
  readonly head: string;
  /** The tree of what was staged. */
  readonly index: string;
  readonly files: number;
}

/** The files of a work tree that git does not have, with the content of each as git stores it. */
export interface SavedFiles {
  /** The mode and the object of each path; no object where the file is gone. */
  readonly entries: ReadonlyMap<string, { readonly mode: string; readonly id: string }>;
}

const MODES: Readonly<Record<string, string>> = { file: "100644", executable: "100755", link: "120000" };

/** The files to save, with their sizes; folders and special files have nothing that could be saved. */
export async function sizesOf(
  { files }: Machine,
  top: string,
  names: readonly string[],
): Promise<{ readonly bytes: number; readonly kinds: ReadonlyMap<string, string> }> {
  const { numbers, problems } = await files.identify(top, names);
  let bytes = 0;
  const kinds = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    if (problems.has(index)) continue;
    const at = index * IDENTITY_NUMBERS;
    kinds.set(name, IDENTITY_KINDS[numbers[at + IDENTITY.kind]!] ?? "other");
    bytes += numbers[at + IDENTITY.sizeBytes] ?? 0;
  }
  return { bytes, kinds };
}

/** Without filters, because they may change bytes. `keep`: the content is stored, too. */
export async function hashFiles(
  machine: Machine,
  git: GitCalls,
  top: string,
  names: readonly string[],
  keep: boolean,
): Promise<Result<SavedFiles, Failure>> {
  const { files, paths } = machine;
  const { kinds } = await sizesOf(machine, top, names);
  const entries = new Map<string, { readonly mode: string; readonly id: string }>();
  const run = (words: readonly string[], stdin?: string) =>
    keep ? git.change(top, words, stdin) : git.ask(top, words, stdin);
  const hash = ["hash-object", ...(keep ? ["-w"] : []), "--no-filters"];
  const regular = names.filter((name) => kinds.get(name) === "file" || kinds.get(name) === "executable");
  const plain = regular.filter(isPlain);
  const hashed = plain.length === 0 ? ok("") : await run([...hash, "--stdin-paths"], linesOf(plain));
  if (!hashed.ok) return hashed;
  const ids = hashed.value.split("\n");
  for (const [index, name] of plain.entries()) {
    entries.set(name, { mode: MODES[kinds.get(name)!]!, id: ids[index]! });
  }
  for (const name of regular.filter((each) => !isPlain(each))) {
    const one = await run([...hash, "--", `./${name}`]);
    if (!one.ok) return one;
    entries.set(name, { mode: MODES[kinds.get(name)!]!, id: one.value.trim() });
  }
  for (const name of names) {
    const kind = kinds.get(name);
    if (kind === undefined) entries.set(name, { mode: "0", id: NO_OBJECT });
    // A submodule: its commit, which was pushed, or the work tree would be kept.
    if (kind === "directory" && files.entry(paths.join(top, name, ".git")).ok) {
      const commit = await git.ask(paths.join(top, name), ["rev-parse", "--verify", "-q", "HEAD^{commit}"]);
      if (!commit.ok) return commit;
      entries.set(name, { mode: SUBMODULE, id: commit.value.trim() });
    }
    if (kind !== "link") continue;
    const target = files.readLink(paths.join(top, name));
    if (!target.ok) return git.failed(`the link ${name} cannot be read: ${target.failure.reason}`);
    const one = await run(["hash-object", ...(keep ? ["-w"] : []), "--stdin"], target.value);
    if (!one.ok) return one;
    entries.set(name, { mode: MODES["link"]!, id: one.value.trim() });
  }
  return ok({ entries });
}

/** Makes the commit and its ref. `stamp`: the time, as a part of the ref's name. */
export async function makeSalvage(
  { files, paths }: Machine,
  git: GitCalls,
  place: WorktreePlace,
  content: WorktreeContent,
  saved: SavedFiles,
  { task, stamp }: { readonly task: string; readonly stamp: string },
): Promise<Result<Salvage, Failure>> {
  const at = place.isGone ? place.commonDir : place.path;
  const own = place.isGone ? [`--git-dir=${place.gitDir}`] : [];
  const scratch = paths.join(place.gitDir, `orchastration-${files.uniqueName()}.index`);
  const aside = git.with({
    GIT_INDEX_FILE: scratch,
    GIT_AUTHOR_NAME: AUTHOR.name,
    GIT_AUTHOR_EMAIL: AUTHOR.email,
    GIT_COMMITTER_NAME: AUTHOR.name,
    GIT_COMMITTER_EMAIL: AUTHOR.email,
  });
  if (!aside.ok) return aside;
  const { head } = content;
  try {
    const staged = await git.ask(at, [...own, "ls-files", "-z", "--stage"]);
    if (!staged.ok) return staged;
    const index = await treeOf(aside.value, at, own, undefined, stagedEntries(staged.value));
    if (!index.ok) return index;
    const base = place.isGone ? index.value : head;
    const tree = await treeOf(
      aside.value,
      at,
      own,
      base,
      [...saved.entries].map(([name, { mode, id }]) => `${mode} ${id}\t${name}\0`),
    );
    if (!tree.ok) return tree;
    const parent = head === undefined ? [] : [head];
    const staging = await commit(aside.value, at, own, index.value, parent, "What was staged\n");
    if (!staging.ok) return staging;
    const extra = [...content.commits, ...content.stashes].filter((id) => id !== head);
    const made = await commit(
      aside.value,
      at,
      own,
      tree.value,
      [...new Set([...parent, staging.value, ...extra])],
      messageOf(place, content, saved, { task, index: index.value }),
    );
    if (!made.ok) return made;
    const ref = `${SALVAGE_REFS}/${refPart(task)}/${stamp}`;
    const noted = await git.change(at, [...own, "update-ref", ref, made.value, NO_OBJECT]);
    if (!noted.ok) return noted;
    return ok({
      ref,
      commit: made.value,
      task,
      path: place.path,
      branch: content.branch ?? "",
      head: head ?? "",
      index: index.value,
      files: saved.entries.size,
    });
  } finally {
    files.remove(scratch);
  }
}

async function treeOf(
  git: GitCalls,
  at: string,
  own: readonly string[],
  base: string | undefined,
  entries: readonly string[],
): Promise<Result<string, Failure>> {
  const sparse = ["-c", "core.sparseCheckout=false", "-c", "index.sparse=false"];
  const start = base === undefined ? ["read-tree", "--empty"] : ["read-tree", base];
  const read = await git.change(at, [...own, ...sparse, ...start]);
  if (!read.ok) return read;
  // Files that are gone first, so that a folder can take the place of a file.
  const ordered = [...entries].sort((one, other) =>
    Number(other.startsWith("0 ")) - Number(one.startsWith("0 "))
  );
  const put = ordered.length === 0
    ? ok("")
    : await git.change(at, [...own, ...sparse, "update-index", "-z", "--index-info"], ordered.join(""));
  if (!put.ok) return put;
  const tree = await git.change(at, [...own, ...sparse, "write-tree"]);
  return tree.ok ? ok(tree.value.trim()) : tree;
}

/** "mode object stage" of each staged file, as `update-index --index-info` reads it. */
function stagedEntries(listed: string): readonly string[] {
  return listed.split("\0").filter((entry) => entry !== "").map((entry) => `${entry}\0`);
}

async function commit(
  git: GitCalls,
  at: string,
  own: readonly string[],
  tree: string,
  parents: readonly string[],
  message: string,
): Promise<Result<string, Failure>> {
  const words = parents.flatMap((parent) => ["-p", parent]);
  const made = await git.change(at, [...own, "commit-tree", tree, ...words, "-F", "-"], message);
  return made.ok ? ok(made.value.trim()) : made;
}

/** The name of a task can hold what git refuses in the name of a ref. */
function refPart(task: string): string {
  return task.replaceAll("..", "__").replace(/\.lock$/i, "_lock");
}

function messageOf(
  { path }: WorktreePlace,
  { branch, head }: WorktreeContent,
  { entries }: SavedFiles,
  { task, index }: { readonly task: string; readonly index: string },
): string {
  // The path is the last line, because it is the only one that can hold anything.
  return `Salvage of the work tree of task ${task}\n\nTask: ${task}\nBranch: ${branch ?? ""}\nHead: ${
    head ?? ""
  }\n` +
    `Index: ${index}\nFiles: ${entries.size}\nPath: ${JSON.stringify(path)}\n`;
}

/** Oldest first. */
export async function listSalvages(git: GitCalls, at: string): Promise<Result<readonly Salvage[], Failure>> {
  const format = "--format=%(refname)%00%(objectname)%00%(contents)%00%00";
  const listed = await git.ask(at, ["for-each-ref", "--sort=refname", format, SALVAGE_REFS]);
  if (!listed.ok) return listed;
  return ok(
    listed.value.split("\0\0").map((entry) => entry.trim()).filter((entry) => entry !== "").map((entry) => {
      const [ref = "", id = "", message = ""] = entry.split("\0");
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(message)?.[1] ?? "";
      return {
        ref,
        commit: id,
        task: field("Task"),
        path: pathIn(field("Path")),
        branch: field("Branch"),
        head: field("Head"),
        index: field("Index"),
        files: Number(field("Files")) || 0,
      };
    }),
  );
}

/** Another process may have created the ref. */
function pathIn(written: string): string {
  try {
    const path: unknown = JSON.parse(written);
    return typeof path === "string" ? path : "";
  } catch (error) {
    if (error instanceof SyntaxError) return "";
    throw error;
  }
}
