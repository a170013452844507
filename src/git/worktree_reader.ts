/** Asks git about the work trees of a repository. Changes nothing; knows no tasks and no runs. */

import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import { gitEnvironment, type GitMachine } from "./git.ts";
import { parseWorktrees, type Worktree } from "./worktree_list.ts";
import { GitCalls } from "./git_calls.ts";
import { hasSucceeded, NO_JOURNAL } from "./tool.ts";

const BOUND_MS = 30_000;

export class WorktreeReader {
  readonly #git: GitCalls;
  readonly #folder: string;

  private constructor(git: GitCalls, folder: string) {
    this.#git = git;
    this.#folder = folder;
  }

  /** `action` is what a message names. */
  static open(machine: GitMachine, folder: string, action: string): Result<WorktreeReader, Failure> {
    const env = gitEnvironment(machine.environment.all());
    const setting = { machine, workingDir: folder, env, secrets: [], journal: NO_JOURNAL };
    const git = GitCalls.open(setting, { action, value: folder }, BOUND_MS);
    return git.ok ? ok(new WorktreeReader(git.value, folder)) : git;
  }

  /** The main work tree, or the bare repository, comes first. */
  async list(): Promise<Result<readonly Worktree[], Failure>> {
    const listed = await this.#git.ask(this.#folder, ["worktree", "list", "--porcelain"]);
    return listed.ok ? ok(parseWorktrees(listed.value)) : listed;
  }

  /** How many files are changed, staged or not added; undefined where git cannot tell. */
  async changes(path: string): Promise<number | undefined> {
    const status = await this.#git.try(path, ["status", "--porcelain=v1", "-z"]);
    if (!status.ok || !hasSucceeded(status.value)) return undefined;
    const entries = status.value.stdout.split("\0").filter((entry) => entry !== "");
    // A renamed file has two entries, and the second one, its old name, has no letters before it.
    return entries.filter((entry) => /^[ MTADRCU?!]{2} /.test(entry)).length;
  }

  /** How many commits the work tree has that a revision does not; undefined where there is no such revision. */
  async ahead(path: string, revision: string): Promise<number | undefined> {
    const counted = await this.#git.try(path, [
      "rev-list",
      "--count",
      "--end-of-options",
      `${revision}..HEAD`,
      "--",
    ]);
    return counted.ok && hasSucceeded(counted.value) ? Number(counted.value.stdout.trim()) : undefined;
  }
}
