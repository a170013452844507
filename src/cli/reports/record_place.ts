/** The project of each record, for commands about all projects: their flag, and the column. */

import type { RecordPlace } from "../../app/workspace/record_places.ts";
import type { Host } from "../../host/host.ts";
import type { OlderRecords } from "../../app/workspace/older_records.ts";
import { nextCommand } from "../../model/next_step.ts";
import { MASK } from "../../model/secrets.ts";
import { visible } from "../../model/visible.ts";
import type { Invocation } from "../base/invocation.ts";
import type { Style } from "../output/style.ts";

export const EVERYWHERE = "--everywhere";
export const EVERYWHERE_WORDS = "all projects, not only this one";

type Shown = Pick<RecordPlace, "project" | "isOrphaned" | "folder" | "store">;

/**
 * The project root, in the short form that people write. `recorded`: the root in the record itself, used
 * where several projects share a folder of records; elsewhere it can be from before the project was moved.
 */
export function placeWord(place: Shown, host: Host, style: Style, recorded?: string | null): string {
  const { folder, store } = place;
  const isShared = folder === undefined || folder.path !== store.layout.stateDir;
  const own = typeof recorded === "string" && !recorded.includes(MASK) ? recorded : undefined;
  const project = (isShared ? own : undefined) ?? place.project;
  if (project !== undefined) {
    const isOrphaned = place.isOrphaned && project === place.project;
    return `${visible(homeWord(project, host))}${isOrphaned ? style.yellow(" (gone)") : ""}`;
  }
  // For a project that left only its folder of records, and for records without a project.
  return style.dim(
    folder === undefined ? "(no project)" : `(${host.paths.basename(store.layout.stateDir)})`,
  );
}

/** A path below the home folder, written with `~`. */
export function homeWord(path: string, { environment, paths }: Host): string {
  const home = environment.os === "windows" ? undefined : environment.get("HOME");
  if (home === undefined || !paths.isAbsolute(home)) return path;
  if (path === home) return "~";
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

export function placeJson({ project, isOrphaned, store }: Shown) {
  return { project: project ?? null, is_orphaned: isOrphaned, state_dir: store.layout.stateDir };
}

/** A line for a person who finds a project without records, and the next step. */
export function olderText(older: OlderRecords | undefined, invocation: Invocation): string {
  if (older === undefined) return "";
  const { host, console: { outStyle } } = invocation;
  const from = visible(homeWord(older.from, host));
  const fact = older.kind === "before"
    ? `Older records of this project are in ${from}, where the records of all projects used to be.`
    : `${from} is gone, and its records may belong to this project.`;
  const next = invocation.nextLine([
    nextCommand("runs list", EVERYWHERE),
    nextCommand("runs adopt", older.from),
  ]);
  return `${fact}\n  ${outStyle.dim("try:")} ${next}\n`;
}
