/** Problems that the user's state folder shows about this and other projects. Changes nothing. */

import { type Finding, warning } from "../../model/finding.ts";
import { nextAdvice, nextCommand } from "../../model/next_step.ts";
import { visible } from "../../model/visible.ts";
import { olderRecords } from "../workspace/older_records.ts";
import { type RecordPlace, recordPlaces } from "../workspace/record_places.ts";
import type { StatePlace } from "../workspace/state_place.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { recordsInGit } from "./ignore_state.ts";

/** A user who removed a hundred work trees needs no hundred lines. */
const MAX_NAMED = 5;

export async function examineProjects(workspace: Workspace): Promise<readonly Finding[]> {
  const place = await workspace.stateFolder();
  const places = await recordPlaces(workspace, true);
  if (!place.ok || !places.ok) return [];
  return [
    ...await examineOlder(workspace),
    ...examineOrphans(places.value, place.value),
    ...examineTwins(workspace, places.value, place.value),
    ...await examineIgnored(workspace, place.value),
  ];
}

/** Records from before projects had their own. Records of a moved project are reported as orphaned. */
async function examineOlder(workspace: Workspace): Promise<readonly Finding[]> {
  const older = await olderRecords(workspace);
  if (!older.ok || older.value?.kind !== "before") return [];
  const { from } = older.value;
  const fact = `older records of this project are in ${visible(from)}, where all projects had theirs`;
  return [warning("projects", fact, nextCommand("runs adopt", from))];
}

/** Projects that were moved or removed. */
function examineOrphans(places: readonly RecordPlace[], { known, folder }: StatePlace): readonly Finding[] {
  const orphans = places.filter(({ isOrphaned }) => isOrphaned);
  const findings = orphans.slice(0, MAX_NAMED).map(
    ({ project, folder: theirs, store: { parts, layout } }) => {
      const hasRecords = parts.files.stat(layout.stateDir).ok;
      const fact = `${visible(project!)} is gone, and ${
        hasRecords ? "there are records of it" : "so are its records"
      }`;
      // Records can be taken over only from the user's state folder, and only by a project that keeps its own there.
      const canAdopt = hasRecords && theirs?.path === layout.stateDir && known?.path === folder;
      const next = canAdopt ? [nextCommand("runs adopt", project!)] : [];
      return warning("projects", fact, ...next, nextCommand("runs prune", "--orphaned", "--dry-run"));
    },
  );
  const more = orphans.length - MAX_NAMED;
  if (more <= 0) return findings;
  const fact = more === 1
    ? "the folder of 1 more project is gone"
    : `the folders of ${more} more projects are gone`;
  return [...findings, warning("projects", fact, nextCommand("runs prune", "--orphaned", "--dry-run"))];
}

/** One folder under two canonical paths, as with a bind mount, counts as two projects. */
function examineTwins(
  { host }: Workspace,
  places: readonly RecordPlace[],
  { known }: StatePlace,
): readonly Finding[] {
  if (known === undefined) return [];
  const idOf = (root: string) => {
    const facts = host.files.stat(root);
    return facts.ok ? facts.value.fileId : undefined;
  };
  const own = idOf(known.root);
  if (own === undefined) return [];
  return places
    .filter(({ project }) => project !== undefined && project !== known.root && idOf(project) === own)
    .map(({ project }) =>
      warning(
        "projects",
        `${visible(known.root)} is also ${visible(project!)}, and has other records there`,
        nextAdvice("use one of the two paths only, or set one place for the records with [state] dir"),
      )
    );
}

/** Records contain output, which must not get into the repository by accident. */
async function examineIgnored(
  { host }: Workspace,
  { known, folder }: StatePlace,
): Promise<readonly Finding[]> {
  if (known === undefined || !host.files.stat(folder).ok) return [];
  const records = await recordsInGit(host, known.root, folder);
  if (records.kind === "safe") return [];
  const within = host.paths.relative(known.root, folder) || ".";
  const fact = `git does not ignore ${visible(within)}, so records can be committed`;
  const next = records.kind === "unignored"
    ? `add ${visible(records.line)} to .gitignore`
    : "name another folder with [state] dir";
  return [warning("state", fact, nextAdvice(next))];
}
