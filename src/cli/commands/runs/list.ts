/** `runs list`: shows recorded runs, newest first. */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { RunList } from "../../../app/runs/list_runs.ts";
import { actionWord, RUN_STATUSES, type RunStatus } from "../../../model/run.ts";
import { suggest } from "../../../model/suggest.ts";
import { countValue, durationValue } from "../../base/arguments.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";
import { type Style, table } from "../../output/style.ts";
import { EVERYWHERE, EVERYWHERE_WORDS, placeJson, placeWord } from "../../reports/record_place.ts";
import { damagedJson, damagedWarnings } from "../../reports/damaged_records.ts";
import { runningText } from "../../reports/running_now.ts";
import { durationWord, exitWord, processWord, statusWord, whenWord } from "../../reports/run_report.ts";

const DEFAULT_LIMIT = 20;

/** Columns of the table, of which the first to be shortened is what can be seen elsewhere. */
const [PLACE, ID, ACTION] = [0, 1, 2];

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("[name]", "only runs of this job or task")
      .option("--status <status>", `only runs with this status: ${RUN_STATUSES.join(", ")}`, statusValues)
      .option(
        "--since <duration>",
        "only runs that began at most this long ago, such as 90s, 12h or 7d",
        durationValue,
      )
      .option("--limit <n>", "at most this many; 0 for all", countValue, DEFAULT_LIMIT)
      .option(EVERYWHERE, EVERYWHERE_WORDS),
  examples: [
    { line: "orchastration runs list", does: `the newest ${DEFAULT_LIMIT} runs of all jobs` },
    {
      line: "orchastration runs list sample --status failed --since 7d",
      does: "the failed runs of this week",
    },
    { line: "orchastration runs list --everywhere", does: "the newest runs of all projects" },
  ],
  request: ([name], { status = [], since, limit, everywhere }) => ({
    everywhere: everywhere === true,
    name,
    statuses: status,
    sinceMs: since,
    limit: limit === 0 ? Infinity : limit,
  }),
  ask: async (workspace, request) => {
    await workspace.visitLeft();
    return (await import("../../../app/runs/list_runs.ts")).listRuns(workspace, request);
  },
  warnings: (
    { damaged, ahead },
  ) => [...damagedWarnings(damaged), ...ahead === 0 ? [] : [aheadWarning(ahead)]],
  json: ({ runs, isCut, damaged, ahead }, _, { everywhere }) => ({
    format: 1,
    kind: "run_list",
    runs: runs.map(({ record, process_state, place }) => ({
      ...record,
      process_state,
      ...(everywhere ? { recorded_in: placeJson(place) } : {}),
    })),
    is_cut: isCut,
    damaged: damagedJson(damaged),
    ahead,
  }),
  text: (list, invocation, { everywhere }) => text(list, invocation, everywhere),
});

function text(list: RunList, invocation: Invocation, everywhere: boolean): string {
  const { console, host } = invocation;
  if (list.isElsewhere) {
    const line = invocation.commandLine("runs list", "--everywhere");
    return `No configuration found, and no run is recorded outside of projects.\ntry: ${line}\n`;
  }
  if (list.runs.length === 0) return `${absenceOf(list)}\n`;
  const { outStyle, columns, isTerminal } = console;
  const running = list.runs.map(({ record }) => record).filter(({ status, part_of }) =>
    status === "running" && part_of === undefined
  );
  // A shortened id still names its run.
  const naming = Math.max(...list.runs.map(({ prefix }) => prefix.length));
  const text = runningText(running, list.nowMs, { style: outStyle, columns }) + table(
    list.runs.map((run) => [
      everywhere ? placeWord(run.place, host, outStyle, run.record.project) : "",
      markPrefix(run.record.id, run.prefix, outStyle),
      actionWord(run.record),
      statusWord(run.record.status, outStyle),
      exitWord(run.record) || processWord(run),
      durationWord(run.record),
      whenWord(run.record, list.nowMs, isTerminal),
    ]),
    {
      columns,
      shorten: [{ index: ACTION }, { index: ID, leastColumns: Math.max(8, naming + 1) }, { index: PLACE }],
    },
  );
  return list.isCut ? `${text}${outStyle.dim("There are older ones: --limit 0 shows all.")}\n` : text;
}

function aheadWarning(count: number): string {
  const are = count === 1 ? "1 run is" : `${count} runs are`;
  return `${are} in the future: the clock was wrong, or is wrong now; listed last`;
}

function absenceOf({ recorded, damaged }: RunList): string {
  if (recorded === 0) return "No runs are recorded yet.";
  return damaged.length === recorded ? "No run can be read." : "No runs match.";
}

/** This prefix of the id is enough to name the run; the rest is only for copying. */
function markPrefix(id: string, prefix: string, style: Style): string {
  return `${style.bold(prefix)}${style.dim(id.slice(prefix.length))}`;
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
