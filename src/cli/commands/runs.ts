/** `runs`: the history: list, show, prune. */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { RunList } from "../../app/runs/list_runs.ts";
import type { PruneReport } from "../../app/runs/prune_runs.ts";
import type { ShownRun } from "../../app/runs/show_run.ts";
import { visible } from "../../model/visible.ts";
import { actionWord, RUN_STATUSES, type RunStatus } from "../../model/run.ts";
import { suggest } from "../../model/suggest.ts";
import type { DamagedRecord } from "../../app/runs/run_view.ts";
import { countValue, durationValue } from "../base/arguments.ts";
import { type AnyCommand, complete, describe, globalFlags, type Start } from "../base/command.ts";
import type { Invocation } from "../base/invocation.ts";
import {
  durationWord,
  exitWord,
  processWord,
  processWords,
  runFacts,
  statusWord,
  whenWord,
} from "../reports/run_report.ts";
import { type Style, table } from "../output/style.ts";

const DEFAULT_LIMIT = 20;

export function runsCommand(start: Start): AnyCommand {
  const command = describe("runs", "look at recorded runs, and remove old ones");
  command.addCommand(listCommand(start)).addCommand(showCommand(start)).addCommand(pruneCommand(start));
  complete(command, []);
  return command;
}

function listCommand(start: Start): AnyCommand {
  const command = describe("list", "show recorded runs, newest first")
    .argument("[name]", "only runs of this job or task")
    .option("--status <status>", `only runs that ended like this: ${RUN_STATUSES.join(", ")}`, statusValues)
    .option(
      "--since <duration>",
      "only runs that began at most this long ago, such as 90s, 12h or 7d",
      durationValue,
    )
    .option("--limit <n>", "at most so many; 0 for all", countValue, DEFAULT_LIMIT);
  complete(command, [
    { line: "orchastration runs list", does: `the newest ${DEFAULT_LIMIT} runs of all jobs` },
    { line: "orchastration runs list sample --status failed --since 7d", does: "what failed this week" },
  ]);
  return command.action((name, options) =>
    start(globalFlags(command), async (invocation) => {
      const workspace = await invocation.workspace();
      if (!workspace.ok) return invocation.fail(workspace.failure);
      const { listRuns } = await import("../../app/runs/list_runs.ts");
      const listed = listRuns(workspace.value, {
        name: name === undefined ? undefined : await workspace.value.withOwnName(name),
        statuses: options.status ?? [],
        sinceMs: options.since,
        limit: options.limit === 0 ? Infinity : options.limit,
      });
      if (!listed.ok) return invocation.fail(listed.failure);
      warnOf(listed.value.damaged, invocation);
      if (invocation.isJson) invocation.console.json(listJson(listed.value));
      else invocation.console.out(listText(listed.value, invocation));
      return 0;
    })
  );
}

function listText(list: RunList, { console }: Invocation): string {
  if (list.runs.length === 0) return `${absenceOf(list)}\n`;
  const { outStyle, columns, isTerminal } = console;
  const text = table(
    list.runs.map((run) => [
      markPrefix(run.record.id, run.prefix, outStyle),
      actionWord(run.record),
      statusWord(run.record.status, outStyle),
      exitWord(run.record) || processWord(run),
      durationWord(run.record),
      whenWord(run.record, list.nowMs, isTerminal),
    ]),
    { columns },
  );
  return list.isCut ? `${text}${outStyle.dim("There are older ones: --limit 0 shows all.")}\n` : text;
}

function absenceOf({ recorded, damaged }: RunList): string {
  if (recorded === 0) return "No runs are recorded yet.";
  return damaged.length === recorded ? "No run that can be read." : "No runs match.";
}

/** So much of an id names the run; the rest is only there to be copied. */
function markPrefix(id: string, prefix: string, style: Style): string {
  return `${style.bold(prefix)}${style.dim(id.slice(prefix.length))}`;
}

function listJson(list: RunList) {
  return {
    format: 1,
    kind: "run_list",
    runs: list.runs.map(({ record, process_state }) => ({ ...record, process_state })),
    is_cut: list.isCut,
    damaged: list.damaged.map(({ path, reason }) => ({ path, reason })),
  };
}

function showCommand(start: Start): AnyCommand {
  const command = describe("show", "show one run in full")
    .argument("<run>", "id, the beginning of one, a job's name for its newest run, or name/last");
  complete(command, [
    { line: "orchastration runs show sample", does: "the newest run of the job" },
    { line: "orchastration runs show sample/20261122", does: "the run whose id begins like this" },
    { line: "orchastration runs show sample --json", does: "the whole record" },
  ]);
  return command.action((reference) =>
    start(globalFlags(command), async (invocation) => {
      const workspace = await invocation.workspace();
      if (!workspace.ok) return invocation.fail(workspace.failure);
      const { showRun } = await import("../../app/runs/show_run.ts");
      const shown = await showRun(workspace.value, await workspace.value.withOwnName(reference));
      if (!shown.ok) return invocation.fail(shown.failure);
      warnOf(shown.value.damaged, invocation);
      if (invocation.isJson) invocation.console.json(showJson(shown.value));
      else invocation.console.out(showText(shown.value, invocation));
      return 0;
    })
  );
}

function showJson({ view: { record, process_state }, living }: ShownRun) {
  const processes = living === undefined || living === "unknown" ? null : living;
  return { ...record, ...{ process_state, processes } };
}

function showText({ view, living, nowMs }: ShownRun, invocation: Invocation): string {
  const { outStyle, columns } = invocation.console;
  const rows = runFacts(view.record, outStyle, nowMs);
  const state = processWords(view, living === "unknown" ? undefined : living);
  if (state !== undefined) rows.push(["now", state]);
  if (view.record.status === "interrupted" && view.record.recovery === null) {
    rows.push(["next", invocation.commandLine(`recover ${view.record.id}`)]);
  }
  if (view.record.attempts.some((attempt) => attempt.stdout_path !== null)) {
    rows.push(["log", invocation.commandLine(`logs ${view.record.id}`)]);
  }
  return table(rows.map(([key, value]) => [outStyle.dim(key), value]), { columns });
}

function pruneCommand(start: Start): AnyCommand {
  const command = describe(
    "prune",
    "remove old runs of all projects in the state folder, with their output; never a running one",
  )
    .argument("[name]", "only runs of this job or task")
    .option("--keep <n>", "the newest so many of each job stay", countValue)
    .option("--older-than <duration>", "only runs that began longer ago, such as 30d", durationValue)
    .option("--dry-run", "only say what would be removed");
  complete(command, [
    { line: "orchastration runs prune --keep 50 --dry-run", does: "what would go if 50 of each job stay" },
    { line: "orchastration runs prune --older-than 30d", does: "remove what is older than a month" },
  ]);
  return command.action((name, options) =>
    start(globalFlags(command), async (invocation) => {
      if (options.keep === undefined && options.olderThan === undefined) {
        return invocation.fail({
          code: "arguments_invalid",
          action: "prune",
          value: undefined,
          fact: "it is not said what may go",
          next: "orchastration runs prune --keep <n>, --older-than <duration>, or both",
        });
      }
      const workspace = await invocation.workspace();
      if (!workspace.ok) return invocation.fail(workspace.failure);
      const { pruneRuns } = await import("../../app/runs/prune_runs.ts");
      const dryRun = options.dryRun === true;
      const pruned = await pruneRuns(workspace.value, {
        name: name === undefined ? undefined : await workspace.value.withOwnName(name),
        keep: options.keep,
        olderThanMs: options.olderThan,
        dryRun,
      });
      if (!pruned.ok) return invocation.fail(pruned.failure);
      warnOf(pruned.value.damaged, invocation);
      if (invocation.isJson) invocation.console.json(pruneJson(pruned.value, dryRun));
      else invocation.console.out(pruneText(pruned.value, dryRun));
      return 0;
    })
  );
}

function pruneText(report: PruneReport, dryRun: boolean): string {
  const { removed, spared } = report;
  const runs = (n: number) => `${n} ${n === 1 ? "run" : "runs"}`;
  const lines = dryRun ? removed.map((id) => id as string) : [];
  lines.push(
    removed.length === 0
      ? "Nothing to remove."
      : dryRun
      ? `${runs(removed.length)} would be removed.`
      : `${runs(removed.length)} removed.`,
  );
  if (spared.length > 0) {
    lines.push(dryRun ? `${runs(spared.length)} would stay:` : `${runs(spared.length)} stayed:`);
    for (const { id, reason } of spared) lines.push(`  ${id}: ${reason}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

function pruneJson({ removed, spared, damaged }: PruneReport, dryRun: boolean) {
  return {
    format: 1,
    kind: "prune",
    dry_run: dryRun,
    removed,
    spared,
    damaged: damaged.map(({ path, reason }) => ({ path, reason })),
  };
}

/** Damaged records are said and passed over. */
export function warnOf(damaged: readonly DamagedRecord[], invocation: Invocation): void {
  for (const { path, reason } of damaged) {
    invocation.warn(`Cannot read the record "${visible(path)}": ${visible(reason)}; passed over`);
  }
}

function statusValues(text: string, before: readonly RunStatus[] | undefined): readonly RunStatus[] {
  const status = RUN_STATUSES.find((each) => each === text.replace(/[ -]/g, "_"));
  if (status === undefined) {
    const nearest = suggest(text, RUN_STATUSES);
    throw new InvalidArgumentError(
      `expected one of ${RUN_STATUSES.join(", ")}${
        nearest === undefined ? "" : `; did you mean ${nearest}?`
      }`,
    );
  }
  return [...(before ?? []), status];
}
