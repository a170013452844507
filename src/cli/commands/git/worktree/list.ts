/** `git worktree list`: shows every work tree of the repository. */

import type { WorktreeListing, WorktreeView } from "../../../../app/worktrees/list_worktrees.ts";
import type { SalvageListing } from "../../../../app/worktrees/salvages.ts";
import type { Failure } from "../../../../model/failure.ts";
import { ok, type Result } from "../../../../model/result.ts";
import { ownerName } from "../../../../model/task_owner.ts";
import { visible } from "../../../../model/visible.ts";
import { defineCommand } from "../../../base/command.ts";
import type { Invocation } from "../../../base/invocation.ts";
import { type Style, table } from "../../../output/style.ts";
import { homeWord } from "../../../reports/record_place.ts";
import { statusWord, whenWord } from "../../../reports/run_report.ts";
import { sizeWord } from "../../../reports/size_word.ts";

export const command = defineCommand({
  flags: (command) => command.option("--salvaged", "what was saved of removed work trees, instead"),
  examples: [
    {
      line: "orchastration git worktree list",
      does: "task, branch and folder of each, what runs there, and what is not committed",
    },
    { line: "orchastration git worktree list --salvaged", does: "what git worktree restore can give back" },
  ],
  request: (_, { salvaged }) => ({ salvaged: salvaged === true }),
  async ask(workspace, { salvaged }): Promise<Result<Shown, Failure>> {
    if (salvaged) {
      const saved = await (await import("../../../../app/worktrees/salvages.ts")).listSaved(workspace);
      return saved.ok ? ok({ kind: "salvages", ...saved.value }) : saved;
    }
    const { listWorktrees } = await import("../../../../app/worktrees/list_worktrees.ts");
    const listed = await listWorktrees(workspace);
    return listed.ok ? ok({ kind: "worktrees", ...listed.value }) : listed;
  },
  json: (shown) =>
    shown.kind === "worktrees"
      ? { format: 1, kind: "worktree_list", worktrees: shown.worktrees.map(json) }
      : { format: 1, kind: "salvage_list", salvages: shown.salvages.map((each) => ({ ...each })) },
  text: (shown, invocation) =>
    shown.kind === "worktrees" ? text(shown, invocation) : salvagesText(shown, invocation),
});

type Shown =
  | { readonly kind: "worktrees" } & WorktreeListing
  | { readonly kind: "salvages" } & SalvageListing;

function salvagesText({ salvages }: SalvageListing, { console, host }: Invocation): string {
  const { outStyle, columns } = console;
  if (salvages.length === 0) return "Nothing was saved.\n";
  const rows = salvages.map(({ ref, branch, head, files, path }) => [
    outStyle.bold(visible(ref.split("/").slice(3).join("/"))),
    visible(branch === "" ? `detached at ${head.slice(0, 12)}` : branch),
    `${files} ${files === 1 ? "file" : "files"}`,
    visible(homeWord(path, host)),
  ]);
  return table(rows, { columns });
}

function json(
  { worktree, isMain, isHere, task, owner, running, changes, ahead, lastBuild, size }: WorktreeView,
) {
  return {
    path: worktree.path,
    task: task ?? null,
    owner: owner ?? null,
    branch: worktree.branch === "" ? null : worktree.branch,
    commit: worktree.head ?? null,
    is_main: isMain,
    is_here: isHere,
    is_bare: worktree.isBare,
    is_gone: worktree.isGone,
    locked: worktree.locked ?? null,
    running: running.map(({ id }) => id),
    changes: changes ?? null,
    ahead: ahead?.commits ?? null,
    base: ahead?.base ?? null,
    last_build: lastBuild === undefined ? null : {
      run: lastBuild.id,
      status: lastBuild.status,
      end_time: lastBuild.end_time,
    },
    size_bytes: size?.bytes ?? null,
    size_is_whole: size?.isWhole ?? null,
  };
}

function text({ worktrees, nowMs }: WorktreeListing, invocation: Invocation): string {
  const { console, host } = invocation;
  const { outStyle, columns, isTerminal } = console;
  const rows = worktrees.map((view) => [
    outStyle.bold(visible(view.task ?? "-")),
    visible(branchWord(view)),
    visible(homeWord(view.worktree.path, host)),
    stateWords(view, outStyle),
    view.lastBuild === undefined
      ? ""
      : `built ${whenWord(view.lastBuild, nowMs, isTerminal)}, ${
        statusWord(view.lastBuild.status, outStyle)
      }`,
    view.size === undefined ? "" : `${view.size.isWhole ? "" : "more than "}${sizeWord(view.size.bytes)}`,
  ]);
  return table(rows, { columns });
}

function branchWord({ worktree }: WorktreeView): string {
  if (worktree.isBare) return "bare repository";
  if (worktree.branch !== "") return worktree.branch;
  return worktree.head === undefined ? "no commit yet" : `detached at ${worktree.head.slice(0, 12)}`;
}

function stateWords(
  { worktree, isMain, isHere, owner, running, changes, ahead }: WorktreeView,
  style: Style,
): string {
  const words = [
    isMain && !worktree.isBare ? "main" : undefined,
    isHere ? "here" : undefined,
    worktree.isGone ? style.red("removed by hand") : undefined,
    worktree.locked === undefined
      ? undefined
      : style.yellow(worktree.locked === "" ? "locked" : `locked: ${visible(worktree.locked)}`),
    owner === undefined ? undefined : style.yellow(`owned by ${ownerName(owner)}`),
    ...running.map(({ id }) => style.yellow(`runs ${id}`)),
    changes === undefined ? undefined : changes === 0 ? "clean" : style.yellow(`${changes} uncommitted`),
    ahead === undefined
      ? undefined
      : ahead.commits === 0
      ? `level with ${visible(ahead.base)}`
      : `${ahead.commits} ahead of ${visible(ahead.base)}`,
  ];
  return words.filter((word) => word !== undefined).join(", ");
}
