/** The reasons to keep a work tree, each a sentence with its remedy. Pure. */

import { shellWord } from "../../model/shell_word.ts";
import type { ProcessMember } from "../../host/processes.ts";
import type { WorktreeContent } from "../../git/worktree_content.ts";

/** More names than this would hide the sentence. */
const MAX_NAMES = 10;

export interface KeepReason {
  readonly kind:
    | "main"
    | "here"
    | "locked"
    | "git_at_work"
    | "operation"
    | "unmerged"
    | "running"
    | "occupied"
    | "nested"
    | "submodules"
    | "changed"
    | "ignored"
    | "commits"
    | "stashes";
  readonly fact: string;
  /** The remedy, in words. */
  readonly way: string;
  /** `--salvage` saves it. */
  readonly canBeSaved: boolean;
}

export interface Surroundings {
  readonly path: string;
  readonly isMain: boolean;
  readonly isHere: boolean;
  /** "" for no reason. */
  readonly locked: string | undefined;
  readonly running: readonly string[];
  readonly processes: readonly ProcessMember[];
  /** Ignored files that exist nowhere else. */
  readonly ignored: readonly string[];
  /** Deletions that an earlier removal began do not count as changes. */
  readonly isHalfRemoved: boolean;
}

export function keepReasons(around: Surroundings, content: WorktreeContent): readonly KeepReason[] {
  const { path } = around;
  const reasons: KeepReason[] = [];
  const add = (kind: KeepReason["kind"], fact: string, way: string, canBeSaved = false) =>
    void reasons.push({ kind, fact, way, canBeSaved });
  const there = `git -C ${shellWord(path)}`;
  if (around.isMain) {
    add("main", "it is the main work tree, which holds the repository", "keep it");
  }
  if (around.isHere) {
    add("here", "it is the current work tree", "change to another work tree, then run the command again");
  }
  if (around.locked !== undefined) {
    const why = around.locked === "" ? "without a reason" : around.locked;
    add("locked", `it is locked: ${why}`, `git worktree unlock ${shellWord(path)}`);
  }
  if (content.lock !== undefined) {
    add(
      "git_at_work",
      `git is working in it, or was killed meanwhile: ${content.lock} exists`,
      "wait for git to end; where no git runs, remove this file",
    );
  }
  if (content.operation !== undefined) {
    add("operation", `${content.operation} has begun in it and has not ended`, `${there} status`);
  }
  if (content.unmerged.length > 0) {
    add(
      "unmerged",
      `${count(content.unmerged, "file")} in conflict: ${names(content.unmerged)}`,
      `resolve them, then ${there} add and commit`,
    );
  }
  if (around.running.length > 0) {
    const [run] = around.running;
    // A service that a person started has no end of its own.
    const remedy = `wait for the end of ${run}, or stop it`;
    add("running", `it is in use by the run ${around.running.join(", ")}`, remedy);
  }
  if (around.processes.length > 0) {
    const who = around.processes.map(({ pid, name }) => `${name} (${pid})`);
    add(
      "occupied",
      `${who.length === 1 ? "a process has" : "processes have"} it as working directory: ${names(who)}`,
      `end ${who.length === 1 ? "it" : "them"}, or change to another folder there`,
    );
  }
  if (content.nested.length > 0) {
    add(
      "nested",
      `${
        content.nested.length === 1 ? "a repository of its own is" : "repositories of their own are"
      } in it: ` +
        names(content.nested),
      "move it out of the work tree",
    );
  }
  if (content.submodules.length > 0) {
    add(
      "submodules",
      `submodules with changes, or with commits that were not pushed: ${names(content.submodules)}`,
      "commit and push in each of them, and remove what git ignores there",
    );
  }
  const changed = around.isHalfRemoved
    ? content.changed.filter((name) => !content.missing.includes(name))
    : content.changed;
  if (changed.length > 0) {
    const them = changed.length === 1 ? "it" : "them";
    const way = `commit ${them}, or save ${them} with --salvage`;
    add("changed", `${count(changed, "file")} not committed: ${names(changed)}`, way, true);
  }
  if (around.ignored.length > 0) {
    add(
      "ignored",
      `${count(around.ignored, "file")} that git ignores and that ${
        around.ignored.length === 1 ? "is" : "are"
      } nowhere else: ${names(around.ignored)}`,
      "move or delete what is not needed, or save the rest with --salvage",
      true,
    );
  }
  if (content.commits.length > 0) {
    add(
      "commits",
      `commits that no branch, tag or remote reaches: ${names(content.commits.map((id) => id.slice(0, 12)))}`,
      `git branch <name> ${content.commits[0]!.slice(0, 12)}, or --salvage`,
      true,
    );
  }
  if (content.stashes.length > 0) {
    add(
      "stashes",
      `${content.stashes.length === 1 ? "a stash was" : `${content.stashes.length} stashes were`} made there`,
      `${there} stash pop, or --salvage`,
      true,
    );
  }
  return reasons;
}

function count(all: readonly string[], one: string): string {
  return `${all.length} ${one}${all.length === 1 ? "" : "s"}`;
}

/** At most ten of them; many files of one folder are shown as the folder. */
function names(all: readonly string[]): string {
  const shown = all.length <= MAX_NAMES ? all : [...new Set(all.map(folderOf))];
  const more = shown.length - MAX_NAMES;
  return shown.slice(0, MAX_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function folderOf(name: string): string {
  const slash = name.indexOf("/");
  return slash < 0 ? name : name.slice(0, slash + 1);
}
