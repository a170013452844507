/**
 * Finds everything in a work tree that would be lost with it: files, commits, stashes, and unfinished operations of git.
 * Changes nothing; knows no tasks.
 */

import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import type { Files } from "../host/files.ts";
import type { Paths } from "../host/paths.ts";
import type { GitCalls } from "./git_calls.ts";
import { hasSucceeded } from "./tool.ts";

export interface WorktreePlace {
  /** The top folder of the work tree. */
  readonly path: string;
  /** git's own folder of the work tree. */
  readonly gitDir: string;
  /** The folder that all work trees share. */
  readonly commonDir: string;
  /** The folder itself is gone; git still has its entry. */
  readonly isGone: boolean;
}

export interface WorktreeContent {
  /** undefined before the first commit. */
  readonly head: string | undefined;
  /** undefined where HEAD is detached. */
  readonly branch: string | undefined;
  /** Changed, staged and new files, relative to the top, with "/". */
  readonly changed: readonly string[];
  /** Those of them that are only missing in the folder: git has their content. */
  readonly missing: readonly string[];
  readonly unmerged: readonly string[];
  readonly ignored: readonly string[];
  /** Repositories inside that the repository does not know as submodules. */
  readonly nested: readonly string[];
  /** The unfinished operation of git, such as "a rebase"; undefined if there is none. */
  readonly operation: string | undefined;
  /** A lock that a git process holds, or left behind. */
  readonly lock: string | undefined;
  /** Commits that no branch, tag, remote or salvage reaches, without those that another one of them reaches. */
  readonly commits: readonly string[];
  readonly stashes: readonly string[];
  /** Submodules with something that would be lost. */
  readonly submodules: readonly string[];
  /** There are submodules with repositories of their own, in which nothing would be lost. */
  readonly hasSubmodules: boolean;
}

interface Machine {
  readonly files: Files;
  readonly paths: Paths;
}

const OPERATIONS: readonly (readonly [file: string, words: string])[] = [
  ["rebase-merge", "a rebase"],
  ["rebase-apply", "a rebase or git am"],
  ["MERGE_HEAD", "a merge"],
  ["CHERRY_PICK_HEAD", "a cherry-pick"],
  ["REVERT_HEAD", "a revert"],
  ["sequencer", "a sequence of cherry-picks or reverts"],
  ["BISECT_LOG", "a bisection"],
];
const LOCKS = ["index.lock", "HEAD.lock"];
/** Refs that belong to one work tree. Source: gitglossary(7), "per-worktree ref". */
const OWN_REFS = ["refs/bisect", "refs/worktree", "refs/rewritten"];
const KEPT = ["--branches", "--tags", "--remotes", "--glob=refs/orchastration/salvage/*"];

export async function examineWorktree(
  machine: Machine,
  git: GitCalls,
  place: WorktreePlace,
): Promise<Result<WorktreeContent, Failure>> {
  const { files, paths } = machine;
  const at = place.isGone ? place.commonDir : place.path;
  // Without its folder, only git's own folder of the work tree says what was in it.
  const own = place.isGone ? [`--git-dir=${place.gitDir}`] : [];
  const head = await git.try(at, [...own, "rev-parse", "--verify", "-q", "HEAD^{commit}"]);
  if (!head.ok) return head;
  const ref = await git.try(at, [...own, "symbolic-ref", "-q", "HEAD"]);
  if (!ref.ok) return ref;
  const branch = hasSucceeded(ref.value) ? ref.value.stdout.trim().replace(/^refs\/heads\//, "") : undefined;
  const commit = hasSucceeded(head.value) ? head.value.stdout.trim() : undefined;
  const seen = place.isGone
    ? await stagedOnly(git, at, own, commit)
    : await filesIn(machine, git, place.path);
  if (!seen.ok) return seen;
  const commits = await lostCommits(git, place, own, commit);
  if (!commits.ok) return commits;
  const stashes = await stashesOf(git, place.commonDir, branch);
  if (!stashes.ok) return stashes;
  const modules = place.isGone ? ok({ lost: [], any: false }) : await examineSubmodules(machine, git, place);
  if (!modules.ok) return modules;
  const has = (name: string) => files.entry(paths.join(place.gitDir, name)).ok;
  const lock = LOCKS.find(has);
  return ok({
    ...seen.value,
    head: commit,
    branch,
    operation: OPERATIONS.find(([file]) => has(file))?.[1],
    lock: lock === undefined ? undefined : paths.join(place.gitDir, lock),
    commits: commits.value,
    stashes: stashes.value,
    submodules: modules.value.lost,
    hasSubmodules: modules.value.any,
  });
}

type SeenFiles = Pick<WorktreeContent, "changed" | "missing" | "unmerged" | "ignored" | "nested">;

async function filesIn(
  machine: Machine,
  git: GitCalls,
  path: string,
): Promise<Result<SeenFiles, Failure>> {
  const status = await git.ask(path, [
    ...[
      "status",
      "--porcelain=v2",
      "-z",
      "--untracked-files=all",
      "--no-renames",
      "--ignore-submodules=none",
    ],
  ]);
  if (!status.ok) return status;
  const changed: string[] = [];
  const missing: string[] = [];
  const unmerged: string[] = [];
  const nested: string[] = [];
  for (const entry of status.value.split("\0")) {
    const [kind, letters] = entry.split(" ", 2);
    // Source: git-status(1), "Changed Tracked Entries", "Unmerged Entries" and "Other Items".
    if (kind === "1") {
      const name = fields(entry, 8);
      changed.push(name);
      if (letters === ".D") missing.push(name);
    } else if (kind === "u") {
      unmerged.push(fields(entry, 10));
    } else if (kind === "?") {
      const name = entry.slice(2);
      if (name.endsWith("/")) nested.push(name.slice(0, -1));
      else changed.push(name);
    }
  }
  const ignored = await git.list(path, ["ls-files", "-z", "--others", "--ignored", "--exclude-standard"]);
  if (!ignored.ok) return ignored;
  const hidden = await hiddenChanges(machine, git, path);
  if (!hidden.ok) return hidden;
  return ok({
    changed: [...new Set([...changed, ...hidden.value])].sort(),
    missing,
    unmerged,
    ignored: ignored.value.filter((name) => !name.endsWith("/")).sort(),
    nested: [
      ...nested,
      ...ignored.value.filter((name) => name.endsWith("/")).map((name) => name.slice(0, -1)),
    ],
  });
}

/** The rest of an entry after so many fields; a name can contain blanks. */
function fields(entry: string, count: number): string {
  return entry.split(" ").slice(count).join(" ");
}

/** Changed files that git was told not to look at: "assume unchanged", and files outside of a sparse checkout. */
async function hiddenChanges(
  { files, paths }: Machine,
  git: GitCalls,
  path: string,
): Promise<Result<readonly string[], Failure>> {
  const tagged = await git.list(path, ["ls-files", "-z", "-v"]);
  if (!tagged.ok) return tagged;
  // A lower-case letter: assume unchanged; "S": skipped by the work tree. Source: git-ls-files(1), "-v".
  const names = tagged.value.filter((entry) => /^[a-zS] /.test(entry)).map((entry) => entry.slice(2))
    .filter((name) => files.entry(paths.join(path, name)).ok);
  if (names.length === 0) return ok([]);
  const staged = await git.list(path, ["ls-files", "-z", "--stage"]);
  if (!staged.ok) return staged;
  const ids = new Map(
    staged.value.map((entry) => [entry.slice(entry.indexOf("\t") + 1), entry.split(" ")[1]]),
  );
  const plain = names.filter((name) => isPlain(name) && !files.isLink(paths.join(path, name)));
  const hashed = await git.ask(path, ["hash-object", "--stdin-paths"], linesOf(plain));
  if (!hashed.ok) return hashed;
  const now = hashed.value.split("\n");
  const same = new Set(plain.filter((name, index) => now[index] === ids.get(name)));
  return ok(names.filter((name) => !same.has(name)));
}

/** git reads one name per line, and takes a quote at its start for the start of a quoted name. */
export function linesOf(names: readonly string[]): string {
  return names.map((name) => `./${name}\n`).join("");
}

export function isPlain(name: string): boolean {
  return !/[\n\r]/.test(name);
}

/** Lists staged and uncommitted files, for a work tree whose folder is gone. */
async function stagedOnly(
  git: GitCalls,
  at: string,
  own: readonly string[],
  head: string | undefined,
): Promise<Result<SeenFiles, Failure>> {
  const staged = head === undefined
    ? await git.list(at, [...own, "ls-files", "-z"])
    : await git.list(at, [...own, "diff-index", "-z", "--cached", "--name-only", "--no-renames", head]);
  if (!staged.ok) return staged;
  return ok({ changed: staged.value, missing: [], unmerged: [], ignored: [], nested: [] });
}

async function lostCommits(
  git: GitCalls,
  { commonDir, path, isGone }: WorktreePlace,
  own: readonly string[],
  head: string | undefined,
): Promise<Result<readonly string[], Failure>> {
  const at = isGone ? commonDir : path;
  const refs = await git.ask(at, [...own, "for-each-ref", "--format=%(objectname)", ...OWN_REFS]);
  if (!refs.ok) return refs;
  const tips = [head ?? "", ...refs.value.split("\n")].filter((id) => id !== "");
  const lost = await git.ask(
    at,
    [...own, "rev-list", "--parents", "--ignore-missing", ...tips, "--not", ...KEPT],
  );
  if (!lost.ok) return lost;
  // Commits that only the reflog of this HEAD knows go with it: abandoned ones, and those of a detached HEAD.
  const log = head === undefined
    ? ok("")
    : await git.ask(at, [...own, "log", "-g", "--format=%H", "HEAD", "--"]);
  if (!log.ok) return log;
  const logged = [...new Set(log.value.split("\n").filter((id) => id !== ""))];
  const forgotten = await git.ask(commonDir, [
    ...["rev-list", "--parents", "--ignore-missing", "--stdin"],
    ...["--not", "--single-worktree", "--all", "--reflog"],
  ], logged.map((id) => `${id}\n`).join(""));
  return forgotten.ok ? ok(tipsOf(`${lost.value}\n${forgotten.value}`)) : forgotten;
}

/** The commits that are no parent of another one, from lines with a commit and its parents. */
function tipsOf(text: string): readonly string[] {
  const lines = text.split("\n").map((line) => line.trim().split(" ")).filter(([id]) => id !== "");
  const parents = new Set(lines.flatMap(([, ...rest]) => rest));
  return [...new Set(lines.map(([id]) => id!))].filter((id) => !parents.has(id));
}

/** git has one stack of stashes for all work trees; the message of each names the branch. */
async function stashesOf(
  git: GitCalls,
  commonDir: string,
  branch: string | undefined,
): Promise<Result<readonly string[], Failure>> {
  const there = await git.try(commonDir, ["rev-parse", "--verify", "-q", "refs/stash"]);
  if (!there.ok) return there;
  if (!hasSucceeded(there.value)) return ok([]);
  const log = await git.ask(commonDir, ["log", "-g", "--format=%H %gs", "refs/stash", "--"]);
  if (!log.ok) return log;
  const name = branch ?? "(no branch)";
  const found = log.value.split("\n").map((
    line,
  ) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)])
    .filter(([, words]) => words!.startsWith(`WIP on ${name}: `) || words!.startsWith(`On ${name}: `));
  return ok(found.map(([id]) => id!));
}

async function examineSubmodules(
  { files, paths }: Machine,
  git: GitCalls,
  { path, gitDir }: WorktreePlace,
): Promise<Result<{ readonly lost: readonly string[]; readonly any: boolean }, Failure>> {
  const staged = await git.list(path, ["ls-files", "-z", "--stage"]);
  if (!staged.ok) return staged;
  const names = staged.value.filter((entry) => entry.startsWith("160000 "))
    .map((entry) => entry.slice(entry.indexOf("\t") + 1));
  const lost: string[] = [];
  const checkedOut = names.filter((name) => files.entry(paths.join(path, name, ".git")).ok);
  for (const name of checkedOut) {
    const seen = await filesIn({ files, paths }, git, paths.join(path, name));
    if (!seen.ok) return seen;
    const { changed, unmerged, ignored, nested } = seen.value;
    if (changed.length + unmerged.length + ignored.length + nested.length > 0) lost.push(name);
  }
  const repositories = repositoriesBelow({ files, paths }, paths.join(gitDir, "modules"), 0);
  const own = checkedOut.filter((name) => isFolder({ files, paths }, paths.join(path, name, ".git")))
    .map((name) => paths.join(path, name, ".git"));
  for (const repository of [...repositories, ...own]) {
    const unpublished = await git.try(gitDir, [
      ...[`--git-dir=${repository}`, "rev-list", "--max-count=1", "--all", "--reflog", "--not", "--remotes"],
    ]);
    if (!unpublished.ok) return unpublished;
    if (hasSucceeded(unpublished.value) && unpublished.value.stdout.trim() === "") continue;
    lost.push(
      paths.relative(repository.startsWith(gitDir) ? paths.join(gitDir, "modules") : path, repository),
    );
  }
  return ok({ lost: [...new Set(lost)], any: repositories.length > 0 || checkedOut.length > 0 });
}

function isFolder({ files }: Machine, path: string): boolean {
  const facts = files.stat(path);
  return facts.ok && facts.value.kind === "directory";
}

/** The names of submodules can contain "/", and each repository can have further ones in it. */
function repositoriesBelow({ files, paths }: Machine, folder: string, depth: number): readonly string[] {
  const names = files.list(folder);
  if (!names.ok || depth > 8) return [];
  if (names.value.includes("HEAD") && names.value.includes("objects")) {
    return [folder, ...repositoriesBelow({ files, paths }, paths.join(folder, "modules"), depth + 1)];
  }
  return names.value.flatMap((name) =>
    repositoriesBelow({ files, paths }, paths.join(folder, name), depth + 1)
  );
}
