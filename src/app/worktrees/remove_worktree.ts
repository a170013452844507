/**
 * Removes the work tree of a task, and never work that exists only there: everything is examined, and once more after it was
 * saved.
 */

import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { runIdOf, timestampOf } from "../../model/ids.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import { maskText } from "../../model/secrets.ts";
import { gitEnvironment } from "../../git/git.ts";
import type { Worktree } from "../../git/git_branch.ts";
import { GitCalls } from "../../git/git_calls.ts";
import { hashFiles, makeSalvage, type Salvage, type SavedFiles, sizesOf } from "../../git/salvage.ts";
import type { ToolJournal } from "../../git/tool.ts";
import { adminDirOf, gitDirOf } from "../../git/worktrees.ts";
import { examineWorktree, type WorktreeContent, type WorktreePlace } from "../../git/worktree_content.ts";
import type { RunStore } from "../../store/run_store.ts";
import { actOf, markedEnvironment } from "../github/tool_act.ts";
import { recordAct } from "../recording/record_act.ts";
import { prepareTask } from "../tasks/create_plan.ts";
import type { HeldTask } from "../tasks/known_task.ts";
import { requireWritable } from "../tasks/plan_fit.ts";
import { withNamedTask } from "../tasks/with_task.ts";
import { isSamePlace } from "../workspace/same_place.ts";
import { isWithin } from "../workspace/state_place.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { coveredFiles } from "./covered_files.ts";
import { findWorktree } from "./find_worktree.ts";
import { type KeepReason, keepReasons } from "./keep_reasons.ts";
import { repositoryOf, type RepositoryPlace } from "./list_worktrees.ts";
import { recordsThere, runsIn } from "./records_there.ts";

/** A person's work is smaller, and more would make the repository large for ever. */
export const MAX_SALVAGE_BYTES = 256 * 1024 * 1024;
/** An earlier interrupted removal is searched for in this many acts. */
const MAX_ACTS = 20;

const ACTION = "remove the work tree of task";

export interface RemoveWorktreeRequest {
  readonly name: string;
  readonly salvage: boolean;
}

export interface RemovedWorktree extends Removed {
  readonly run: RunRecord;
}

interface Removed {
  readonly path: string;
  /** "" for none. */
  readonly branch: string;
  /** False if git had no work tree any more. */
  readonly wasThere: boolean;
  readonly salvage: Salvage | undefined;
}

export async function removeWorktree(
  workspace: Workspace,
  request: RemoveWorktreeRequest,
): Promise<Result<RemovedWorktree, Failure>> {
  const place = await repositoryOf(workspace, "remove a work tree of");
  if (!place.ok) return place;
  return await withNamedTask(
    workspace,
    request.name,
    (held) => removeFor(workspace, request, place.value, held),
  );
}

async function removeFor(
  workspace: Workspace,
  request: RemoveWorktreeRequest,
  repository: RepositoryPlace,
  { known, runs, tasks }: HeldTask,
): Promise<Result<RemovedWorktree, Failure>> {
  const { project, task, record: before } = known;
  const writable = requireWritable(known, ACTION);
  if (!writable.ok) return writable;
  const isHalfRemoved = wasRemoving(runs, task.name);
  const prepared = await prepareTask(workspace, known, "git.worktree.remove", { extraArgs: [], git: "head" });
  let removed: Removed | undefined;
  const run = await recordAct(
    workspace,
    runs,
    task.name,
    prepared,
    (record) =>
      actOf(record, `remove the work tree of the task${request.salvage ? ", and save what is in it" : ""}`),
    async (record, journal) => {
      const git = openGit(workspace, repository, task.name, record, prepared.secrets, journal);
      if (!git.ok) return git;
      const remover = new Remover(workspace, repository, git.value, request, isHalfRemoved);
      const done = await remover.remove(
        before?.links.branch?.name ?? `${project.branchPrefix}${task.name}`,
        before?.links.worktree,
        record,
      );
      if (!done.ok) return done;
      removed = done.value;
      if (before?.links.worktree !== undefined) {
        const { worktree: _, ...links } = before.links;
        const unlinked = tasks.write({
          ...before,
          last_run: before.status === "in_progress" ? before.last_run : record.id,
          links,
        });
        if (!unlinked.ok) return unlinked;
      }
      return ok({ status: "succeeded", reason: maskText(reasonOf(removed), prepared.secrets) });
    },
  );
  if (!run.ok) return run;
  (await workspace.log(project.logging)).info("work tree removed", {
    event: "worktree_removed",
    run: run.value.id,
    task: task.name,
  });
  return ok({ run: run.value, ...removed! });
}

export function openGit(
  { host }: Workspace,
  { files: { top } }: RepositoryPlace,
  task: string,
  record: RunRecord,
  secrets: readonly string[],
  journal: ToolJournal,
  action = ACTION,
): Result<GitCalls, Failure> {
  const env = markedEnvironment(gitEnvironment(host.environment.all()), record);
  return GitCalls.open({ machine: host, workingDir: top, env, secrets, journal }, { action, value: task });
}

/** An earlier call was interrupted while git deleted the files, so the deletions look like changes. */
function wasRemoving(runs: RunStore, task: string): boolean {
  const timestamps = runs.timestamps(task);
  for (const timestamp of timestamps.ok ? timestamps.value.slice(0, MAX_ACTS) : []) {
    const run = runs.read(runIdOf(task, timestamp));
    if (!run.ok) continue;
    const { action, status, tools } = run.value.record;
    // It was created again since then.
    if (action === "git.worktree.create" || action === "git.worktree.restore") return false;
    const last = tools?.at(-1);
    const began = last?.argv.includes("worktree") === true && last.argv.includes("remove");
    if (action === "git.worktree.remove" && status !== "succeeded" && began && last.effect !== "done") {
      return true;
    }
  }
  return false;
}

class Remover {
  readonly #workspace: Workspace;
  readonly #repository: RepositoryPlace;
  readonly #git: GitCalls;
  readonly #request: RemoveWorktreeRequest;
  readonly #isHalfRemoved: boolean;

  constructor(
    workspace: Workspace,
    repository: RepositoryPlace,
    git: GitCalls,
    request: RemoveWorktreeRequest,
    isHalfRemoved: boolean,
  ) {
    this.#workspace = workspace;
    this.#repository = repository;
    this.#git = git;
    this.#request = request;
    this.#isHalfRemoved = isHalfRemoved;
  }

  async remove(
    branch: string,
    link: { readonly path: string } | undefined,
    record: RunRecord,
  ): Promise<Result<Removed, Failure>> {
    const { name: task, salvage: saves } = this.#request;
    const { files: { top, commonDir } } = this.#repository;
    const known = link === undefined ? undefined : { base: null, run: record.id, made_at: "", ...link };
    const found = await findWorktree(this.#workspace, this.#git, {
      task,
      branch,
      link: known,
      folder: top,
      action: ACTION,
    });
    if (!found.ok) return found;
    const { worktree, main } = found.value;
    if (worktree === undefined) {
      // git removed it, and we died before that was recorded.
      return ok({ path: link!.path, branch, wasThere: false, salvage: undefined });
    }
    const place = this.#placeOf(worktree, main);
    if (!place.ok) return place;
    const looked = await this.#look(worktree, main, place.value);
    if (!looked.ok) return looked;
    const blocking = looked.value.reasons.filter(({ canBeSaved }) => !(saves && canBeSaved));
    if (blocking.length > 0) return this.#kept(blocking);
    const isRisky = looked.value.reasons.length > 0;
    const salvage = isRisky
      ? await this.#save(place.value, looked.value, timestampOf(Date.parse(record.start_time)))
      : ok(undefined);
    if (!salvage.ok) return salvage;
    // The final check, which no flag skips, so that later changes are not lost either.
    const again = await this.#look(worktree, main, place.value);
    if (!again.ok) return again;
    const still = await this.#unsaved(place.value, again.value, salvage.value?.saved);
    if (!still.ok) return still;
    if (still.value.length > 0) return this.#kept(still.value);
    const force = salvage.value !== undefined || again.value.content.hasSubmodules || this.#isHalfRemoved;
    const removed = await this.#git.change(commonDir, [
      ...["worktree", "remove", ...(force ? ["--force"] : []), "--", worktree.path],
    ]);
    if (!removed.ok) return removed;
    return ok({ path: worktree.path, branch: worktree.branch, wasThere: true, salvage: salvage.value?.made });
  }

  /** git's own folder for the work tree; a work tree that lost its `.git` has to be repaired first. */
  #placeOf(worktree: Worktree, main: Worktree): Result<WorktreePlace, Failure> {
    const { host } = this.#workspace;
    const { commonDir } = this.#repository.files;
    const facts = host.files.entry(worktree.path);
    const isGone = !facts.ok;
    const gitDir = worktree === main
      ? commonDir
      : (isGone ? undefined : gitDirOf(host, worktree.path)) ?? adminDirOf(host, commonDir, worktree.path);
    const parent = host.files.entry(host.paths.dirname(worktree.path));
    if (isGone && !parent.ok) {
      return this.#refused(
        `the folder that it was in is gone, too: ${host.paths.dirname(worktree.path)}`,
        "mount or restore this folder, then run the command again",
      );
    }
    if (gitDir === undefined) {
      return this.#refused("git has no folder for it", "git worktree list, and git worktree repair");
    }
    if (!isGone && gitDirOf(host, worktree.path) === undefined) {
      return this.#refused(
        `its folder ${worktree.path} lacks the file .git`,
        `git worktree repair, then run the command again`,
      );
    }
    return ok({ path: worktree.path, gitDir, commonDir, isGone });
  }

  async #look(
    worktree: Worktree,
    main: Worktree,
    place: WorktreePlace,
  ): Promise<Result<Looked, Failure>> {
    const { host } = this.#workspace;
    const { project, within } = this.#repository;
    const content = await examineWorktree(host, this.#git, place);
    if (!content.ok) return content;
    const root = host.paths.join(worktree.path, within);
    const sources = [project.root, ...(main.isBare ? [] : [host.paths.join(main.path, within)])]
      .filter((source) => !isSamePlace(host.files, source, root));
    const covered = coveredFiles(host, { project, root, sources, top: worktree.path }, content.value.ignored);
    const ignored = content.value.ignored.filter((name) => !covered.has(name));
    const there = await recordsThere(this.#workspace, root);
    const real = host.files.realPath(worktree.path);
    const here = host.files.realPath(this.#workspace.currentFolder);
    const processes = real.ok ? await host.processes.findWorkingIn(real.value) : [];
    const reasons = keepReasons({
      path: worktree.path,
      isMain: worktree === main || isSamePlace(host.files, worktree.path, main.path),
      isHere: real.ok && here.ok && isWithin(host.paths, real.value, here.value),
      locked: worktree.locked,
      running: there === undefined
        ? []
        : runsIn(this.#workspace, there, worktree.path).map(({ record: { id } }) => id),
      processes: (processes ?? []).filter(({ pid }) => pid !== host.environment.pid),
      ignored,
      isHalfRemoved: this.#isHalfRemoved,
    }, content.value);
    return ok({ content: content.value, ignored, reasons });
  }

  async #save(
    place: WorktreePlace,
    { content, ignored }: Looked,
    stamp: string,
  ): Promise<Result<{ readonly made: Salvage; readonly saved: SavedFiles }, Failure>> {
    const { host } = this.#workspace;
    const names = this.#toSave(place, content, ignored);
    const unreadable = names.find((name) => name.includes("\ufffd"));
    if (unreadable !== undefined) {
      return this.#refused(`the name of ${unreadable} is not UTF-8`, "rename it, then run the command again");
    }
    const { bytes } = await sizesOf(host, place.path, names);
    if (bytes > MAX_SALVAGE_BYTES) {
      const mb = (count: number) => `${Math.ceil(count / 1_000_000)} MB`;
      return this.#refused(
        `${names.length} files with ${mb(bytes)} would have to be saved, and at most ${
          mb(MAX_SALVAGE_BYTES)
        } are`,
        "delete what can be made again, or name it in outputs",
      );
    }
    const saved = await hashFiles(host, this.#git, place.path, names, true);
    if (!saved.ok) return saved;
    const task = this.#request.name;
    const made = await makeSalvage(host, this.#git, place, content, saved.value, { task, stamp });
    return made.ok ? ok({ made: made.value, saved: saved.value }) : made;
  }

  #toSave(place: WorktreePlace, { changed }: WorktreeContent, ignored: readonly string[]): readonly string[] {
    return place.isGone ? [] : [...new Set([...changed, ...ignored])];
  }

  /** The remaining reasons, and a file that differs from its saved content. */
  async #unsaved(
    place: WorktreePlace,
    { content, ignored, reasons }: Looked,
    saved: SavedFiles | undefined,
  ): Promise<Result<readonly KeepReason[], Failure>> {
    if (saved === undefined) return ok(reasons);
    const blocking = reasons.filter(({ canBeSaved, kind }) => !canBeSaved || kind === "commits");
    const names = this.#toSave(place, content, ignored);
    const now = await hashFiles(this.#workspace.host, this.#git, place.path, names, false);
    if (!now.ok) return now;
    const changed = names.filter((name) => {
      const [then, current] = [saved.entries.get(name), now.value.entries.get(name)];
      return then?.id !== current?.id || then?.mode !== current?.mode;
    });
    if (changed.length === 0) return ok(blocking);
    return ok([...blocking, {
      kind: "changed",
      fact: `${changed[0]} changed while it was saved`,
      way: "wait until nothing writes there, then run the command again",
      canBeSaved: false,
    }]);
  }

  #kept(reasons: readonly KeepReason[]): Result<never, Failure> {
    const { name } = this.#request;
    const stubborn = reasons.find(({ canBeSaved }) => !canBeSaved);
    return fail({
      code: "worktree_kept",
      name,
      reasons: reasons.map(({ kind, fact, way }) => ({ kind, fact, way })),
      next: [
        stubborn === undefined
          ? nextCommand("git worktree remove", name, "--salvage")
          : nextAdvice(stubborn.way),
      ],
    });
  }

  #refused(fact: string, advice: string): Result<never, Failure> {
    return fail({
      code: "refused",
      action: ACTION,
      value: this.#request.name,
      fact,
      next: [nextAdvice(advice)],
    });
  }
}

interface Looked {
  readonly content: WorktreeContent;
  /** Ignored files that exist nowhere else. */
  readonly ignored: readonly string[];
  readonly reasons: readonly KeepReason[];
}

function reasonOf({ path, branch, wasThere, salvage }: Removed): string {
  const parts = [
    salvage === undefined ? undefined : `everything was saved in ${salvage.ref} (${salvage.commit})`,
    wasThere ? `the work tree ${path} was removed` : `the work tree ${path} was gone already`,
    branch === "" ? undefined : `the branch ${branch} stays`,
  ];
  return parts.filter((part) => part !== undefined).join("; ");
}
