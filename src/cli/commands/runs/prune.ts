/** `runs prune`: old runs, removed. */

import { nextCommand, placeholder } from "../../../model/next_step.ts";
import type { PruneReport } from "../../../app/runs/prune_runs.ts";
import { countValue, durationValue } from "../../base/arguments.ts";
import { defineCommand } from "../../base/command.ts";
import { damagedJson, damagedWarnings } from "../../reports/damaged_records.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("[name]", "only runs of this job or task")
      .option("--keep <n>", "the newest so many of each job stay", countValue)
      .option("--older-than <duration>", "only runs that began longer ago, such as 30d", durationValue)
      .option("--dry-run", "only say what would be removed"),
  examples: [
    { line: "orchastration runs prune --keep 50 --dry-run", does: "what would go if 50 of each job stay" },
    { line: "orchastration runs prune --older-than 30d", does: "remove what is older than a month" },
  ],
  request: ([name], { keep, olderThan, dryRun }) => ({
    name,
    keep,
    olderThanMs: olderThan,
    dryRun: dryRun === true,
  }),
  misuse: ({ keep, olderThanMs }) =>
    keep === undefined && olderThanMs === undefined
      ? {
        code: "arguments_invalid",
        action: "prune",
        value: undefined,
        fact: "it is not said what may go",
        next: [
          nextCommand("runs prune", "--keep", placeholder("n")),
          nextCommand("runs prune", "--older-than", placeholder("duration")),
        ],
      }
      : undefined,
  async ask(workspace, request) {
    const { pruneRuns } = await import("../../../app/runs/prune_runs.ts");
    const name = request.name === undefined ? undefined : await workspace.withOwnName(request.name);
    return await pruneRuns(workspace, { ...request, name });
  },
  warnings: ({ damaged }) => damagedWarnings(damaged),
  json: ({ removed, spared, damaged }, _, { dryRun }) => ({
    format: 1,
    kind: "prune",
    dry_run: dryRun,
    removed,
    spared,
    damaged: damagedJson(damaged),
  }),
  text: (report, _, { dryRun }) => text(report, dryRun),
});

function text({ removed, spared }: PruneReport, dryRun: boolean): string {
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
