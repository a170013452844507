/** Whether two paths are one place: it can be named in several ways, by a link or in another case of letters. */

import type { Files } from "../../host/host.ts";
import type { RunRecord } from "../../model/run_record.ts";
import { MASK } from "../../model/secrets.ts";

/** Of two paths of which one is gone, only the text is compared. */
export function isSamePlace(files: Files, one: string, other: string): boolean {
  if (one === other) return true;
  const [first, second] = [files.realPath(one), files.realPath(other)];
  return first.ok && second.ok && first.value === second.value;
}

/**
 * The configuration that a run was made by, where it is another than the one in use: names are shared by all of them.
 * undefined also where that cannot be told.
 */
export function otherConfig(
  files: Files,
  { intent }: RunRecord,
  configPath: string | undefined,
): string | undefined {
  const { config_path: then } = intent;
  // A value that is a secret stands masked in the record.
  if (configPath === undefined || then === "" || then.includes(MASK)) return undefined;
  return isSamePlace(files, then, configPath) ? undefined : then;
}
