/** Asks git about the work trees of a repository. Changes nothing; knows no tasks and no runs. */

import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { asking, gitEnvironment, type GitMachine } from "./git.ts";
import { parseWorktrees, type Worktree } from "./git_branch.ts";
import { hasSucceeded, NO_JOURNAL, Tool, type ToolAnswer } from "./tool.ts";

const BOUND_MS = 30_000;

export class WorktreeReader {
  readonly #git: Tool;
  readonly #folder: string;
  /** The action that a message names. */
  readonly #action: string;

  private constructor(git: Tool, folder: string, action: string) {
    this.#git = git;
    this.#folder = folder;
    this.#action = action;
  }

  static open(machine: GitMachine, folder: string, action: string): Result<WorktreeReader, Failure> {
    const env = gitEnvironment(machine.environment.all());
    const git = Tool.find("git", { machine, workingDir: folder, env, secrets: [], journal: NO_JOURNAL });
    return git.ok
      ? ok(new WorktreeReader(git.value, folder, action))
      : fail({ code: "tool_missing", tool: "git", action, value: folder, fact: git.failure });
  }

  /** The main work tree, or the bare repository, comes first. */
  async list(): Promise<Result<readonly Worktree[], Failure>> {
    const listed = await this.#ask(this.#folder, "worktree", "list", "--porcelain");
    if (!listed.ok) return listed;
    if (hasSucceeded(listed.value)) return ok(parseWorktrees(listed.value.stdout));
    const fact = this.#git.words(listed.value);
    return fail({
      code: "tool_failed",
      tool: "git",
      action: this.#action,
      value: this.#folder,
      fact,
      next: [],
    });
  }

  /** How many files are changed, staged or not added; undefined where git cannot tell. */
  async changes(path: string): Promise<number | undefined> {
    const status = await this.#ask(path, "status", "--porcelain=v1", "-z");
    if (!status.ok || !hasSucceeded(status.value)) return undefined;
    const entries = status.value.stdout.split("\0").filter((entry) => entry !== "");
    // A renamed file has two entries, and the second one, its old name, has no letters before it.
    return entries.filter((entry) => /^[ MTADRCU?!]{2} /.test(entry)).length;
  }

  /** How many commits the work tree has that a revision does not; undefined where there is no such revision. */
  async ahead(path: string, revision: string): Promise<number | undefined> {
    const counted = await this.#ask(
      path,
      "rev-list",
      "--count",
      "--end-of-options",
      `${revision}..HEAD`,
      "--",
    );
    return counted.ok && hasSucceeded(counted.value) ? Number(counted.value.stdout.trim()) : undefined;
  }

  #ask(folder: string, ...words: readonly string[]): Promise<Result<ToolAnswer, Failure>> {
    return this.#git.call(asking(folder, ...words), { timeoutMs: BOUND_MS });
  }
}
