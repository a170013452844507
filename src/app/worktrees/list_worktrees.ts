/** Lists every work tree of the repository, also of other tools, with its task and its changes. */

import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import { ok, type Result } from "../../model/result.ts";
import type { RunRecord } from "../../model/run.ts";
import type { TaskOwner } from "../../model/task_owner.ts";
import type { TaskRecord } from "../../model/task_record.ts";
import type { Worktree } from "../../git/worktree_list.ts";
import { WorktreeReader } from "../../git/worktree_reader.ts";
import { ownerOf } from "../recording/task_lease.ts";
import { isSamePlace } from "../workspace/same_place.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type FolderSize, folderSize } from "./folder_size.ts";
import { recordsThere, runsIn } from "./records_there.ts";
import { repositoryOf } from "./worktree_act.ts";

/** How long the sizes of all work trees together may take. */
const SIZES_BOUND_MS = 2000;

export interface WorktreeView {
  readonly worktree: Worktree;
  readonly isMain: boolean;
  /** We stand in it. */
  readonly isHere: boolean;
  readonly task: string | undefined;
  /** The owner of the task, in whichever work tree; undefined: nobody. */
  readonly owner: TaskOwner | undefined;
  readonly running: readonly RunRecord[];
  /** How many files are changed, staged or not added; undefined where unknown. */
  readonly changes: number | undefined;
  /** undefined where there is nothing to compare with. */
  readonly ahead: { readonly commits: number; readonly base: string } | undefined;
  readonly lastBuild: RunRecord | undefined;
  readonly size: FolderSize | undefined;
}

export interface WorktreeListing {
  readonly worktrees: readonly WorktreeView[];
  readonly nowMs: number;
}

export async function listWorktrees(workspace: Workspace): Promise<Result<WorktreeListing, Failure>> {
  const action = "list the work trees of";
  const place = await repositoryOf(workspace, action);
  if (!place.ok) return place;
  const { project, files, within } = place.value;
  const { host } = workspace;
  const reader = WorktreeReader.open(host, files.top, action);
  if (!reader.ok) return reader;
  const listed = await reader.value.list();
  if (!listed.ok) return listed;
  await workspace.debug(project.logging, "work trees listed", { event: "worktree_list" });
  const records = await taskRecords(workspace, project);
  if (!records.ok) return records;
  const main = listed.value[0];
  const views: WorktreeView[] = [];
  const untilMs = host.clock.monotonicMs() + SIZES_BOUND_MS;
  for (const worktree of listed.value) {
    const task = taskOf(workspace, project, records.value, worktree);
    const base = (task === undefined ? undefined : records.value.get(task)?.links.worktree?.base) ??
      (main === undefined || main.branch === "" ? undefined : main.branch);
    const isThere = !worktree.isGone && !worktree.isBare;
    views.push({
      worktree,
      isMain: worktree === main,
      isHere: isSamePlace(host.files, worktree.path, files.top),
      task,
      owner: task === undefined ? undefined : await ownerOf(workspace, project, task),
      ...await contentOf(workspace, worktree, task, within),
      changes: isThere ? await reader.value.changes(worktree.path) : undefined,
      ahead: isThere && worktree !== main ? await aheadOf(reader.value, worktree, base) : undefined,
      size: isThere
        ? await folderSize(host, worktree.path, Math.max(0, untilMs - host.clock.monotonicMs()))
        : undefined,
    });
  }
  return ok({ worktrees: views, nowMs: host.clock.nowMs() });
}

/** Keyed by task; a record that cannot be read is skipped. */
async function taskRecords(
  workspace: Workspace,
  project: Project,
): Promise<Result<ReadonlyMap<string, TaskRecord>, Failure>> {
  const tasks = await workspace.tasks();
  if (!tasks.ok) return tasks;
  const found = new Map<string, TaskRecord>();
  for (const name of project.tasks.keys()) {
    const record = tasks.value.read(name);
    if (record.ok && record.value !== undefined) found.set(name, record.value);
  }
  return ok(found);
}

/** The task for which a work tree was created, or else the one whose branch is checked out there. */
export function taskOf(
  { host }: Workspace,
  project: Project,
  records: ReadonlyMap<string, TaskRecord>,
  { path, branch }: Worktree,
): string | undefined {
  const names = [...project.tasks.keys()];
  const made = names.find((name) => {
    const link = records.get(name)?.links.worktree;
    return link !== undefined && isSamePlace(host.files, link.path, path);
  });
  if (made !== undefined || branch === "") return made;
  return names.find((name) =>
    (records.get(name)?.links.branch?.name ?? `${project.branchPrefix}${name}`) === branch
  );
}

async function contentOf(
  workspace: Workspace,
  { path }: Worktree,
  task: string | undefined,
  within: string,
): Promise<Pick<WorktreeView, "running" | "lastBuild">> {
  const there = await recordsThere(workspace, workspace.host.paths.join(path, within));
  if (there === undefined) return { running: [], lastBuild: undefined };
  const running = runsIn(workspace, there, path).map(({ record }) => record);
  const record = task === undefined || there.isShared ? undefined : there.tasks.read(task);
  const build = record?.ok ? record.value?.last_build : undefined;
  const run = build === undefined || build === null ? undefined : there.store.read(build.run);
  return { running, lastBuild: run?.ok ? run.value.record : undefined };
}

async function aheadOf(
  reader: WorktreeReader,
  { path, branch }: Worktree,
  base: string | undefined,
): Promise<WorktreeView["ahead"]> {
  if (base === undefined || base === branch) return undefined;
  const commits = await reader.ahead(path, base);
  return commits === undefined ? undefined : { commits, base };
}
