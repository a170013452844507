/** Saves what is only in a work tree, and tells whether anything has changed since then. */

import { nextAdvice } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import type { GitCalls } from "../../git/git_calls.ts";
import { hashFiles, makeSalvage, type Salvage, type SavedFiles, sizesOf } from "../../git/salvage.ts";
import type { WorktreePlace } from "../../git/worktree_content.ts";
import type { KeepReason } from "./keep_reasons.ts";
import type { Looked } from "./look_into.ts";

/** A person's work is smaller, and more would make the repository large for ever. */
const MAX_SALVAGE_BYTES = 256 * 1024 * 1024;

export interface SavedWorktree {
  readonly made: Salvage;
  readonly files: SavedFiles;
}

export async function saveWorktree(
  host: Host,
  git: GitCalls,
  place: WorktreePlace,
  looked: Looked,
  named: { readonly task: string; readonly stamp: string },
): Promise<Result<SavedWorktree, Failure>> {
  const names = toSave(place, looked);
  const unreadable = names.find((name) => name.includes("\ufffd"));
  if (unreadable !== undefined) {
    return git.refused(
      `the name of ${unreadable} is not UTF-8`,
      nextAdvice("rename it, then run the command again"),
    );
  }
  const { bytes } = await sizesOf(host, place.path, names);
  if (bytes > MAX_SALVAGE_BYTES) {
    const mb = (count: number) => `${Math.ceil(count / 1_000_000)} MB`;
    const limit = mb(MAX_SALVAGE_BYTES);
    return git.refused(
      `${names.length} files with ${mb(bytes)} would have to be saved, and at most ${limit} are`,
      nextAdvice("delete what can be made again, or name it in outputs"),
    );
  }
  const files = await hashFiles(host, git, place.path, names, true);
  if (!files.ok) return files;
  const made = await makeSalvage(host, git, place, looked.content, files.value, named);
  return made.ok ? ok({ made: made.value, files: files.value }) : made;
}

function toSave(place: WorktreePlace, { content, ignored }: Looked): readonly string[] {
  return place.isGone ? [] : [...new Set([...content.changed, ...ignored])];
}

/** The remaining reasons to keep it, and a file that differs from its saved content. */
export async function unsavedReasons(
  host: Host,
  git: GitCalls,
  place: WorktreePlace,
  looked: Looked,
  saved: SavedWorktree | undefined,
): Promise<Result<readonly KeepReason[], Failure>> {
  if (saved === undefined) return ok(looked.reasons);
  const blocking = looked.reasons.filter(({ canBeSaved, kind }) => !canBeSaved || kind === "commits");
  const names = toSave(place, looked);
  const now = await hashFiles(host, git, place.path, names, false);
  if (!now.ok) return now;
  const changed = names.find((name) => {
    const [then, current] = [saved.files.entries.get(name), now.value.entries.get(name)];
    return then?.id !== current?.id || then?.mode !== current?.mode;
  });
  if (changed === undefined) return ok(blocking);
  return ok([...blocking, {
    kind: "changed",
    fact: `${changed} changed while it was saved`,
    way: "wait until nothing writes there, then run the command again",
    canBeSaved: false,
  }]);
}
