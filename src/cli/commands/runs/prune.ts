/** `runs prune`: removes old runs. */

import { nextCommand, placeholder } from "../../../model/next_step.ts";
import type { PrunedPlace, PruneRequest } from "../../../app/runs/prune_runs.ts";
import { visible } from "../../../model/visible.ts";
import { countValue, durationValue } from "../../base/arguments.ts";
import { defineCommand } from "../../base/command.ts";
import type { Invocation } from "../../base/invocation.ts";
import { EVERYWHERE, EVERYWHERE_WORDS, placeJson, placeWord } from "../../reports/record_place.ts";
import { damagedJson, damagedWarnings } from "../../reports/damaged_records.ts";

export const command = defineCommand({
  flags: (command) =>
    command
      .argument("[name]", "only runs of this job or task")
      .option("--keep <n>", "keep this many of the newest runs of each job", countValue)
      .option(
        "--older-than <duration>",
        "only runs that began longer ago than this, such as 30d",
        durationValue,
      )
      .option(
        "--orphaned",
        "only runs of projects whose folder is gone; without further limits, all of them",
      )
      .option(EVERYWHERE, EVERYWHERE_WORDS)
      .option("--dry-run", "only show what would be removed"),
  examples: [
    {
      line: "orchastration runs prune --keep 50 --dry-run",
      does: "the runs that would be removed if 50 of each job stay",
    },
    { line: "orchastration runs prune --older-than 30d", does: "remove runs older than 30 days" },
    { line: "orchastration runs prune --older-than 90d --everywhere", does: "the same in all projects" },
    {
      line: "orchastration runs prune --orphaned --dry-run",
      does: "projects whose folder is gone, and their records",
    },
  ],
  request: ([name], { keep, olderThan, dryRun, everywhere, orphaned }) => ({
    name,
    everywhere: everywhere === true,
    orphaned: orphaned === true,
    keep,
    olderThanMs: olderThan,
    dryRun: dryRun === true,
  }),
  misuse: ({ keep, olderThanMs, orphaned }) =>
    keep === undefined && olderThanMs === undefined && !orphaned
      ? {
        code: "arguments_invalid",
        action: "prune",
        value: undefined,
        fact: "no limit was given for the runs to remove",
        next: [
          nextCommand("runs prune", "--keep", placeholder("n")),
          nextCommand("runs prune", "--older-than", placeholder("duration")),
        ],
      }
      : undefined,
  ask: async (workspace, request) =>
    (await import("../../../app/runs/prune_runs.ts")).pruneRuns(workspace, request),
  warnings: ({ damaged }) => damagedWarnings(damaged),
  json: ({ places, damaged }, _, request) => ({
    format: 1,
    kind: "prune",
    dry_run: request.dryRun,
    removed: places.flatMap(({ removed }) => removed),
    spared: places.flatMap(({ spared }) => spared),
    ...(isOfMany(request)
      ? {
        places: places.map(({ place, removed, spared, isGone }) => ({
          ...placeJson(place),
          removed,
          spared,
          is_gone: isGone,
        })),
      }
      : {}),
    damaged: damagedJson(damaged),
  }),
  text: ({ places }, invocation, request) =>
    isOfMany(request)
      ? placesText(places, invocation, request)
      : places.map((pruned) => text(pruned, request.dryRun)).join(""),
});

function isOfMany({ everywhere, orphaned }: PruneRequest): boolean {
  return everywhere || orphaned;
}

const runs = (n: number) => `${n} ${n === 1 ? "run" : "runs"}`;

/** The result for each state folder, under its project; folders without changes are left out. */
function placesText(
  places: readonly PrunedPlace[],
  { console, host }: Invocation,
  { dryRun, orphaned }: PruneRequest,
): string {
  const told = places.filter(({ removed, spared, isGone }) =>
    removed.length > 0 || spared.length > 0 || isGone || orphaned
  );
  if (told.length === 0) {
    return orphaned ? "The folder of every project exists.\n" : "Nothing to remove.\n";
  }
  return told.map((pruned) => {
    const { place, isGone } = pruned;
    const left = isGone
      ? `  ${dryRun ? "Nothing would be left of it" : "Nothing is left of it"}.\n`
      : orphaned && place.folder?.path !== place.store.layout.stateDir
      ? `  Its records are in ${visible(place.store.layout.stateDir)} and stay.\n`
      : "";
    const lines = text(pruned, dryRun).replace(/^(?=.)/gm, "  ");
    return `${placeWord(place, host, console.outStyle)}:\n${lines}${left}`;
  }).join("");
}

function text({ removed, spared }: Pick<PrunedPlace, "removed" | "spared">, dryRun: boolean): string {
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
