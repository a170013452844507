/**
 * Finds and creates branches with plumbing commands, whose arguments cannot be misread. Knows how to call
 * git; knows no tasks.
 */

import { nextAdvice } from "../model/next_step.ts";
import { branchNameProblem } from "../model/branch_name.ts";
import type { Failure } from "../model/failure.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { asking } from "./git.ts";
import { hasSucceeded, localEffect, type Tool, type ToolAnswer } from "./tool.ts";
import { parseWorktrees, type Worktree } from "./worktree_list.ts";

/** Read-only calls are quick even in a large repository; a hanging file system must not block us for ever. */
const ASK_BOUND_MS = 30_000;
/** Checking out a large tree, and the hooks after it, take time. */
const CHECKOUT_BOUND_MS = 300_000;

export interface Branch {
  readonly name: string;
  readonly commit: string;
  readonly isNew: boolean;
}

export class Branches {
  readonly #git: Tool;
  readonly #folder: string;
  /** The name for the new branch, for messages. */
  readonly #name: string;

  constructor(git: Tool, folder: string, name: string) {
    this.#git = git;
    this.#folder = folder;
    this.#name = name;
  }

  /** Checks that a branch can be made in the folder, and that the name is valid for a branch. */
  async check(): Promise<Result<void, Failure>> {
    const problem = branchNameProblem(this.#name);
    if (problem !== undefined) return this.#refused(problem, "name another branch with --name <branch>");
    const place = await this.#ask(["rev-parse", "--is-bare-repository", "--is-inside-work-tree"]);
    if (!place.ok) return place;
    if (!hasSucceeded(place.value)) return this.#placeProblem(place.value);
    const [isBare, isInside] = place.value.stdout.split("\n");
    if (isBare === "true") {
      return this.#refused(
        `${this.#folder} is a bare repository, which has no files to work on`,
        "set working_dir of the task to a clone of it",
      );
    }
    if (isInside !== "true") {
      return this.#refused(
        `${this.#folder} is not inside a work tree`,
        "set working_dir of the task to a work tree",
      );
    }
    const checked = await this.#ask(["check-ref-format", "--branch", this.#name]);
    if (!checked.ok) return checked;
    // `@{-1}` and similar forms refer to other branches, and git would print the name of those.
    if (!hasSucceeded(checked.value) || checked.value.stdout !== `${this.#name}\n`) {
      return this.#refused(
        "git does not accept it as the name of a branch",
        "name another branch with --name <branch>",
      );
    }
    return ok(undefined);
  }

  /** The commit of a revision; of HEAD where none is given. */
  async resolve(base: string | undefined): Promise<Result<string, Failure>> {
    const revision = base ?? "HEAD";
    const found = await this.#ask([
      ...["rev-parse", "--verify", "-q", "--end-of-options", `${revision}^{commit}`],
    ]);
    if (!found.ok) return found;
    const commit = found.value.stdout.trim();
    if (hasSucceeded(found.value) && /^[0-9a-f]{40,64}$/.test(commit)) return ok(commit);
    if (found.value.end.kind !== "exited") return this.#failed(found.value);
    if (revision === "HEAD") {
      return this.#refused(
        "the repository has no commit yet, and a branch starts at a commit",
        "git commit, or name a commit of another branch with --base <revision>",
      );
    }
    return fail({
      code: "refused",
      action: "find the commit",
      value: revision,
      fact: `${this.#folder} has no commit of this name`,
      next: [nextAdvice("git log --oneline, which lists the commits")],
    });
  }

  /** The branch as it is; undefined where it does not exist. */
  async find(): Promise<Result<string | undefined, Failure>> {
    const found = await this.#ask([
      ...["rev-parse", "--verify", "-q", "--end-of-options", `refs/heads/${this.#name}^{commit}`],
    ]);
    if (!found.ok) return found;
    if (found.value.end.kind !== "exited") return this.#failed(found.value);
    return ok(hasSucceeded(found.value) ? found.value.stdout.trim() : undefined);
  }

  /** Creates the branch, or finds it existing. Of several simultaneous calls, one creates it. */
  async create(commit: string): Promise<Result<Branch, Failure>> {
    const before = await this.find();
    if (!before.ok) return before;
    if (before.value !== undefined) return this.#existing(before.value, commit);
    const made = await this.#change(["branch", "--no-track", "--", this.#name, commit], ASK_BOUND_MS);
    if (!made.ok) return made;
    // Messages of git are for people and differ by version, so the reference itself is examined.
    const after = await this.find();
    if (!after.ok) return after;
    if (hasSucceeded(made.value) && after.value === commit) {
      return ok({ name: this.#name, commit, isNew: true });
    }
    if (after.value !== undefined) return this.#existing(after.value, commit);
    const inTheWay = await this.#inTheWay();
    if (!inTheWay.ok) return inTheWay;
    return inTheWay.value === undefined ? this.#failed(made.value) : this.#refused(
      `a branch "${inTheWay.value}" exists, and one branch cannot be inside another`,
      "name another branch with --name <branch>",
    );
  }

  /** Checks that nothing in the work tree would be carried over or lost. */
  async requireClean(): Promise<Result<void, Failure>> {
    const status = await this.#ask(["status", "--porcelain=v1", "-z"]);
    if (!status.ok) return status;
    if (!hasSucceeded(status.value)) return this.#failed(status.value);
    const changed = status.value.stdout.split("\0").filter((line) => line !== "");
    if (changed.length === 0) return ok(undefined);
    return fail({
      code: "refused",
      action: "switch to branch",
      value: this.#name,
      fact: `${changed[0]!.slice(3)} in ${this.#folder} has changes that are not committed`,
      next: [
        nextAdvice(
          "git commit or git stash, then run the command again; or leave out --switch; or use --worktree <path>",
        ),
      ],
    });
  }

  async isCheckedOut(): Promise<Result<boolean, Failure>> {
    const head = await this.#ask(["symbolic-ref", "-q", "HEAD"]);
    return head.ok ? ok(head.value.stdout.trim() === `refs/heads/${this.#name}`) : head;
  }

  async switchTo(): Promise<Result<"switched" | "there_already", Failure>> {
    const here = await this.isCheckedOut();
    if (!here.ok) return here;
    if (here.value) return ok("there_already");
    const switched = await this.#change(["switch", "--no-guess", "--quiet", this.#name], CHECKOUT_BOUND_MS);
    if (!switched.ok) return switched;
    if (hasSucceeded(switched.value)) return ok("switched");
    return this.#failed(switched.value, "switch to branch");
  }

  async worktrees(): Promise<Result<readonly Worktree[], Failure>> {
    const listed = await this.#ask(["worktree", "list", "--porcelain"]);
    if (!listed.ok) return listed;
    if (!hasSucceeded(listed.value)) return this.#failed(listed.value);
    return ok(parseWorktrees(listed.value.stdout));
  }

  /**
   * Deletes a branch that was just created for something that then failed. It stays where it has moved on, or
   * a work tree uses it. Returns whether it is gone.
   */
  async takeBack({ commit, isNew }: Branch): Promise<Result<boolean, Failure>> {
    if (!isNew) return ok(false);
    const listed = await this.worktrees();
    if (!listed.ok) return listed;
    if (listed.value.some(({ branch }) => branch === this.#name)) return ok(false);
    const removed = await this.#change(
      ["update-ref", "-d", `refs/heads/${this.#name}`, commit],
      ASK_BOUND_MS,
    );
    return removed.ok ? ok(hasSucceeded(removed.value)) : removed;
  }

  /**
   * Creates a work tree of the branch in a folder that does not exist yet, or is empty. `isAgain`: git was killed before it
   * had written anything there, and has an entry that it locked.
   */
  async addWorktree(path: string, isAgain = false): Promise<Result<void, Failure>> {
    const force = isAgain ? ["--force", "--force"] : [];
    const added = await this.#change(
      ["worktree", "add", ...force, "--", path, this.#name],
      CHECKOUT_BOUND_MS,
    );
    if (!added.ok) return added;
    return hasSucceeded(added.value)
      ? ok(undefined)
      : this.#failed(added.value, "make a work tree of branch");
  }

  /** The branch that is checked out in the folder; undefined for none. */
  async current(): Promise<Result<string | undefined, Failure>> {
    const head = await this.#ask(["symbolic-ref", "-q", "HEAD"]);
    if (!head.ok) return head;
    const name = head.value.stdout.trim();
    return ok(name.startsWith("refs/heads/") ? name.slice("refs/heads/".length) : undefined);
  }

  #existing(at: string, wanted: string): Result<Branch, Failure> {
    if (at === wanted) return ok({ name: this.#name, commit: at, isNew: false });
    return this.#refused(
      `it exists already, at ${at.slice(0, 12)} instead of ${wanted.slice(0, 12)}`,
      "keep the branch as it is with --base <branch>, or name another one with --name <branch>",
    );
  }

  /** An existing branch that prevents this one: `a` prevents `a/b`, and the other way round. */
  async #inTheWay(): Promise<Result<string | undefined, Failure>> {
    const parts = this.#name.split("/");
    const above = parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join("/"));
    const patterns = [...above, `${this.#name}/`].map((name) => `refs/heads/${name}`);
    const listed = await this.#ask(["for-each-ref", "--format=%(refname)", ...patterns]);
    if (!listed.ok) return listed;
    const names = listed.value.stdout.split("\n").map((ref) => ref.replace(/^refs\/heads\//, ""));
    return ok(names.find((name) => above.includes(name) || name.startsWith(`${this.#name}/`)));
  }

  async #ask(args: readonly string[]): Promise<Result<ToolAnswer, Failure>> {
    return await this.#git.call(asking(this.#folder, ...args), {
      timeoutMs: ASK_BOUND_MS,
    });
  }

  async #change(args: readonly string[], timeoutMs: number): Promise<Result<ToolAnswer, Failure>> {
    return await this.#git.call(["-C", this.#folder, ...args], { timeoutMs, effectOf: localEffect });
  }

  #placeProblem(answer: ToolAnswer): Result<never, Failure> {
    if (/dubious ownership/.test(answer.stderr)) {
      return this.#refused(
        `the repository at ${this.#folder} belongs to another user, and git does not trust it`,
        `git config --global --add safe.directory ${this.#folder}`,
      );
    }
    if (/not a git repository/.test(answer.stderr)) {
      return this.#refused(
        `${this.#folder} is not in a git repository`,
        "git init, or set another working_dir",
      );
    }
    return this.#failed(answer);
  }

  #refused(fact: string, advice: string): Result<never, Failure> {
    return fail({
      code: "refused",
      action: "create branch",
      value: this.#name,
      fact,
      next: [nextAdvice(advice)],
    });
  }

  #failed(answer: ToolAnswer, action = "create branch"): Result<never, Failure> {
    return fail({
      code: "tool_failed",
      tool: "git",
      action,
      value: this.#name,
      fact: this.#git.words(answer),
      next: [],
    });
  }
}
