/** `status`: shows the last recorded run of each job. */

import type { StatusReport } from "../../app/jobs/show_status.ts";
import type { StatusEverywhere } from "../../app/jobs/show_status_everywhere.ts";
import type { RunView } from "../../app/runs/run_view.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import { actionWord, type RunRecord } from "../../model/run.ts";
import { nextCommand } from "../../model/next_step.ts";
import { ownerName, type TaskOwner } from "../../model/task_owner.ts";
import { quote, visible } from "../../model/visible.ts";
import { defineCommand } from "../base/command.ts";
import type { Invocation } from "../base/invocation.ts";
import { type Style, table } from "../output/style.ts";
import { damagedJson } from "../reports/damaged_records.ts";
import { EVERYWHERE, EVERYWHERE_WORDS, olderText, placeJson, placeWord } from "../reports/record_place.ts";
import {
  durationWord,
  exitWord,
  processWord,
  processWords,
  statusWord,
  whenWord,
} from "../reports/run_report.ts";
import { runningJson, runningText } from "../reports/running_now.ts";
import { taskStatusWord } from "../reports/task_report.ts";

export const command = defineCommand({
  flags: (command) =>
    command.argument("[job]", "only this job, in full").option(EVERYWHERE, EVERYWHERE_WORDS)
      .option("--worktrees", "the tasks in every work tree of this repository, as recorded")
      .option("--watch", "renew it in place each second, until Ctrl-C"),
  examples: [
    { line: "orchastration status", does: "every configured job" },
    { line: "orchastration status sample", does: "one job, with the reason in words" },
    {
      line: "orchastration status --everywhere",
      does: "the jobs and tasks of all projects, as recorded",
    },
    { line: "orchastration status --worktrees", does: "the status of each task in each work tree" },
    { line: "orchastration status --watch", does: "see it change, on a terminal" },
  ],
  request: ([name], { everywhere, worktrees, watch }) => ({
    name,
    everywhere: everywhere === true,
    worktrees: worktrees === true,
    watch: watch === true,
  }),
  misuse({ everywhere, worktrees, watch }, { json }) {
    const misused = (fact: string, ...words: readonly string[]) =>
      ({
        code: "arguments_invalid",
        action: "show the status",
        value: undefined,
        fact,
        next: [nextCommand("status", ...words)],
      }) as const;
    if (everywhere && worktrees) {
      return misused(
        "--everywhere is about all projects, and --worktrees about those of this repository",
        EVERYWHERE,
      );
    }
    return watch && json === true
      ? misused("--json prints one document, but --watch has no end", "--watch")
      : undefined;
  },
  renewed: ({ name, everywhere, worktrees, watch }) =>
    watch
      ? nextCommand(
        "status",
        ...(name === undefined ? [] : [name]),
        ...(everywhere ? [EVERYWHERE] : []),
        ...(worktrees ? ["--worktrees"] : []),
      )
      : undefined,
  async ask(workspace, { name, everywhere, worktrees }): Promise<Result<Shown, Failure>> {
    if (worktrees) {
      const { showStatusOfWorktrees } = await import("../../app/jobs/show_status_everywhere.ts");
      const shown = await showStatusOfWorktrees(workspace, name);
      return shown.ok ? ok({ kind: "worktrees", report: shown.value }) : shown;
    }
    if (everywhere) {
      const { showStatusEverywhere } = await import("../../app/jobs/show_status_everywhere.ts");
      const shown = await showStatusEverywhere(workspace, name);
      return shown.ok ? ok({ kind: "everywhere", report: shown.value }) : shown;
    }
    await workspace.visitLeft();
    const { showStatus } = await import("../../app/jobs/show_status.ts");
    const shown = await showStatus(workspace, name);
    return shown.ok ? ok({ kind: "here", report: shown.value }) : shown;
  },
  warnings: (shown) =>
    damagedOf(shown).map(({ path, reason }) =>
      `Cannot read the record ${quote(path)}: ${reason}; it is left out`
    ),
  json: (shown) =>
    shown.kind === "here" ? json(shown.report) : everywhereJson(shown.report, `status_${shown.kind}`),
  text: (shown, invocation, { name }) =>
    shown.kind === "here"
      ? text(shown.report, invocation, name !== undefined)
      : everywhereText(shown.report, invocation),
});

type Shown =
  | { readonly kind: "here"; readonly report: StatusReport }
  | { readonly kind: "everywhere" | "worktrees"; readonly report: StatusEverywhere };

function everywhereText({ places, owners, nowMs }: StatusEverywhere, { console, host }: Invocation): string {
  const { outStyle, columns, isTerminal } = console;
  const rows = places.flatMap(({ place, jobs, tasks }) => {
    const where = (run: RunRecord | undefined) => placeWord(place, host, outStyle, run?.project);
    return [
      ...jobs.map(({ name, last }) => [
        where(last.record),
        outStyle.bold(name),
        "",
        statusWord(last.record.status, outStyle),
        exitWord(last.record) || processWord(last),
        durationWord(last.record),
        whenWord(last.record, nowMs, isTerminal),
      ]),
      ...tasks.map(({ name, status, build, plan }) => {
        const run = build?.record ?? plan;
        return [
          where(run),
          outStyle.bold(name),
          outStyle.dim("task"),
          taskStatusWord({ status, stale: [] }, outStyle),
          build === undefined ? "" : exitWord(build.record) || processWord(build),
          build === undefined ? "" : durationWord(build.record),
          run === undefined ? "" : whenWord(run, nowMs, isTerminal),
          ...owners.size === 0 ? [] : [ownerWord(owners.get(name))],
        ];
      }),
    ];
  });
  return rows.length === 0
    ? "Nothing is recorded yet.\n"
    : table(rows, { columns, shorten: [{ index: 0 }, { index: 1 }] });
}

function ownerWord(owner: TaskOwner | undefined): string {
  return owner === undefined ? "" : `owned by ${ownerName(owner)}`;
}

function everywhereJson(
  { places, damaged, owners }: StatusEverywhere,
  kind: "status_everywhere" | "status_worktrees",
) {
  return {
    format: 1,
    kind,
    jobs: places.flatMap(({ place, jobs }) =>
      jobs.map(({ name, last }) => ({
        name,
        recorded_in: placeJson(place),
        last_run: runJson(last),
      }))
    ),
    tasks: places.flatMap(({ place, tasks }) =>
      tasks.map(({ name, status, reason, build, plan }) => ({
        name,
        recorded_in: placeJson(place),
        status,
        reason,
        plan: plan?.id ?? null,
        last_build: build?.record.id ?? null,
        end_time: build?.record.end_time ?? null,
        ...(kind === "status_worktrees" ? { owner: owners.get(name) ?? null } : {}),
      }))
    ),
    damaged: damagedJson(damaged),
  };
}

function text(report: StatusReport, invocation: Invocation, inFull: boolean): string {
  const { outStyle, columns, isTerminal } = invocation.console;
  if (report.jobs.length === 0) {
    return report.configPath === undefined
      ? `No configuration found.\ntry: ${invocation.commandLine("init")}\n`
      : `No jobs configured.\ntry: ${invocation.commandLine("list")}\n`;
  }
  const rows = report.jobs.map(({ name, last, damaged }) =>
    last === undefined ? [outStyle.bold(name), nothingKnown(damaged.length > 0, outStyle), "", "", ""] : [
      outStyle.bold(name),
      statusWord(last.record.status, outStyle),
      exitWord(last.record),
      durationWord(last.record),
      whenWord(last.record, report.nowMs, isTerminal),
    ]
  );
  let text = runningText(report.running, report.nowMs, { style: outStyle, columns }) +
    table(rows, { columns, shorten: [{ index: 0 }] });
  for (const { last, elsewhere } of report.jobs) {
    if (last === undefined) continue;
    const words: (string | undefined)[] = inFull || last.record.status === "interrupted"
      ? [
        [actionWord(last.record), visible(last.record.reason)].filter((each) => each !== "").join(": "),
        processWords(last),
      ]
      : [];
    words.push(elsewhere && `it was run by another configuration, ${visible(elsewhere)}`);
    const told = words.filter((each) => each !== undefined);
    if (told.length > 0) text += `  ${last.record.id}: ${told.join("; ")}\n`;
  }
  for (const { name, seen } of report.jobs) {
    if (seen === undefined) continue;
    const when = `${visible(seen.by ?? "somebody")}, ${seen.at}`;
    text += `${outStyle.dim("seen outside:")} ${name}, by ${when}; not recorded\n`;
  }
  for (const { way, last } of report.siblings) {
    const job = inFull ? "" : `${last.record.name}, `;
    const how = statusWord(last.record.status, outStyle);
    text += `${outStyle.dim(`also run in ${visible(way)}:`)} ${job}${
      whenWord(last.record, report.nowMs, isTerminal)
    }, ${how}\n`;
  }
  return text + recoverText(report, invocation, inFull) + olderText(report.older, invocation);
}

/** The next step, where an interrupted run is not recovered yet. */
function recoverText({ jobs }: StatusReport, invocation: Invocation, inFull: boolean): string {
  const [first] = jobs.flatMap(({ last }) =>
    last?.record.status === "interrupted" && last.record.recovery === null ? [last.record.id] : []
  );
  return first === undefined
    ? ""
    : `next: ${inFull ? invocation.commandLine("recover", first) : invocation.commandLine("recover")}\n`;
}

/** An unreadable record may have been a run. */
function nothingKnown(isDamaged: boolean, style: Style): string {
  return isDamaged ? style.yellow("no readable record") : style.dim("never run");
}

function damagedOf(shown: Shown) {
  return shown.kind === "here" ? shown.report.jobs.flatMap(({ damaged }) => damaged) : shown.report.damaged;
}

function json(report: StatusReport) {
  return {
    format: 1,
    kind: "status",
    running: report.running.map(runningJson),
    jobs: report.jobs.map(({ name, description, last, seen }) => ({
      name,
      description: description ?? null,
      last_run: last === undefined ? null : runJson(last),
      ...(seen === undefined ? {} : { seen_outside: seen }),
    })),
    siblings: report.siblings.map(({ root, stateDir, last }) => ({
      root,
      state_dir: stateDir,
      last_run: runJson(last),
    })),
    older_records: report.older === undefined ? null : report.older,
    damaged: damagedJson(report.jobs.flatMap(({ damaged }) => damaged)),
  };
}

function runJson({ record, process_state, path }: RunView) {
  return {
    id: record.id,
    status: record.status,
    reason: record.reason,
    exit_code: record.exit_code,
    signal: record.signal,
    start_time: record.start_time,
    end_time: record.end_time,
    duration_ms: record.duration_ms,
    process_state,
    path,
    config_path: record.intent.config_path,
  };
}
