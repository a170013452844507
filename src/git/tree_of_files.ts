/**
 * The tree that git would make of the files as they are: everything that is not ignored. Changes nothing in the repository: the index
 * and the new objects are in a folder aside.
 */

import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { gitEnvironment, type GitMachine } from "./git.ts";
import { GitCalls } from "./git_calls.ts";
import { sizesOf } from "./salvage.ts";
import { NO_JOURNAL } from "./tool.ts";
import { isPlain, linesOf } from "./worktree_content.ts";

/** The caller waits for it; a larger change is committed first, and then its tree is known. */
const BOUND_MS = 30_000;
const ACT = { action: "determine the tree of", value: "the files" };
const MODES: Readonly<Record<string, string>> = { file: "100644", executable: "100755", link: "120000" };
const NO_OBJECT = "0".repeat(40);

/** `aside`: an empty folder. undefined where git cannot tell. */
export async function treeOfFiles(
  machine: GitMachine,
  folder: string,
  aside: string,
): Promise<string | undefined> {
  const env = gitEnvironment(machine.environment.all());
  const setting = { machine, workingDir: folder, env, secrets: [], journal: NO_JOURNAL };
  const git = GitCalls.open(setting, ACT, BOUND_MS);
  if (!git.ok) return undefined;
  const tree = await treeAside(machine, git.value, folder, aside);
  return tree.ok && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(tree.value) ? tree.value : undefined;
}

async function treeAside(
  machine: GitMachine,
  git: GitCalls,
  folder: string,
  aside: string,
): Promise<Result<string, Failure>> {
  const { paths } = machine;
  const asked = await git.ask(folder, [
    ...["rev-parse", "--path-format=absolute", "--show-toplevel", "--git-path", "objects"],
  ]);
  if (!asked.ok) return asked;
  const [top = "", objects = ""] = asked.value.split("\n");
  const staged = await git.list(top, ["ls-files", "-z", "--stage"]);
  if (!staged.ok) return staged;
  const listed = await git.list(top, ["ls-files", "-z", "-m", "-d", "-o", "--exclude-standard"]);
  if (!listed.ok) return listed;
  const changed = await entriesOf(machine, git, top, [...new Set(listed.value)]);
  if (!changed.ok) return changed;
  const scratch = git.with({
    GIT_INDEX_FILE: paths.join(aside, "index"),
    GIT_OBJECT_DIRECTORY: paths.join(aside, "objects"),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
  });
  if (!scratch.ok) return scratch;
  // Files that are gone first, so that a folder can take the place of a file.
  const gone = changed.value.filter((entry) => entry.startsWith("0 "));
  const present = changed.value.filter((entry) => !entry.startsWith("0 "));
  for (const entries of [staged.value, gone, present]) {
    if (entries.length === 0) continue;
    const put = await scratch.value.change(
      top,
      ["update-index", "-z", "--index-info"],
      entries.map((entry) => `${entry}\0`).join(""),
    );
    if (!put.ok) return put;
  }
  const tree = await scratch.value.change(top, ["write-tree", "--missing-ok"]);
  return tree.ok ? ok(tree.value.trim()) : tree;
}

/** As `update-index --index-info` reads them. Filters apply, as they do when the files are committed. */
async function entriesOf(
  machine: GitMachine,
  git: GitCalls,
  top: string,
  names: readonly string[],
): Promise<Result<readonly string[], Failure>> {
  const { files, paths } = machine;
  const { kinds } = await sizesOf(machine, top, names);
  const entries: string[] = [];
  const regular = names.filter((name) => kinds.get(name) === "file" || kinds.get(name) === "executable");
  if (!regular.every(isPlain)) return unknown("a name has a line end");
  const hashed = regular.length === 0
    ? ok("")
    : await git.ask(top, ["hash-object", "--stdin-paths"], linesOf(regular));
  if (!hashed.ok) return hashed;
  const ids = hashed.value.split("\n");
  for (const [index, name] of regular.entries()) {
    entries.push(`${MODES[kinds.get(name)!]} ${ids[index]}\t${name}`);
  }
  for (const name of names) {
    const kind = kinds.get(name);
    if (kind === undefined) entries.push(`0 ${NO_OBJECT}\t${name}`);
    else if (kind === "link") {
      const target = files.readLink(paths.join(top, name));
      if (!target.ok) return unknown(target.failure.reason);
      const id = await git.ask(top, ["hash-object", "--stdin"], target.value);
      if (!id.ok) return id;
      entries.push(`${MODES["link"]} ${id.value.trim()}\t${name}`);
    } else if (kind !== "file" && kind !== "executable") return unknown(`${name} is no plain file`);
  }
  return ok(entries);
}

function unknown(fact: string): Result<never, Failure> {
  return fail({ code: "tool_failed", tool: "git", ...ACT, fact, next: [] });
}
