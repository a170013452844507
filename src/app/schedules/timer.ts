/** One schedule as a timer of the system: its name, its command, and its times. */

import type { JobSchedule } from "../../model/schedule.ts";
import type { Result } from "../../model/result.ts";
import type { TimerKind } from "../../model/schedule.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface Timer {
  /** Unique on this machine for this user; letters, digits, ".", "_" and "-". */
  readonly id: string;
  readonly schedule: JobSchedule;
  /** The program, and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
}

/** One text that the timers of the system read. */
export interface TimerText {
  /** A path; "crontab" for the table of the user. */
  readonly place: string;
  readonly text: string;
}

/** The timers of one kind. Failures are second halves of sentences. */
export interface Timers {
  readonly kind: TimerKind;
  texts(timer: Timer): Result<readonly TimerText[], string>;
  /** The commands that `install` calls when the texts are written. */
  calls(timer: Timer): readonly (readonly string[])[];
  /** The ids of the installed timers that begin with `prefix`, each with its texts; sorted. */
  installed(prefix: string): Promise<Result<ReadonlyMap<string, readonly TimerText[]>, string>>;
  install(timer: Timer): Promise<Result<void, string>>;
  remove(id: string): Promise<Result<void, string>>;
}

const MAX_SLUG_LENGTH = 24;
const HASH_DIGITS = 12;
/** The variables that decide where our files are, and where jobs find their programs; a timer keeps their values from its installation. */
const KEPT_VARIABLES = ["PATH", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"];

/** The beginning of the ids of all timers of a project, or of a configuration that makes no project. */
export async function timerPrefix(
  { host: { digests, paths } }: Workspace,
  { canonicalRoot, configPath, root }: {
    readonly canonicalRoot: string | undefined;
    readonly configPath: string;
    readonly root: string;
  },
): Promise<string> {
  const key = canonicalRoot ?? configPath;
  const hex = await digests.sha256(new TextEncoder().encode(key));
  const slug = paths.basename(canonicalRoot ?? root).toLowerCase().replace(/[^a-z0-9_]+/g, "-")
    .slice(0, MAX_SLUG_LENGTH).replace(/^-+|-+$/g, "") || "project";
  return `orchastration-${slug}-${hex.slice(0, HASH_DIGITS)}-`;
}

export function timerOf(
  workspace: Workspace,
  project: { readonly root: string; readonly configPath: string },
  prefix: string,
  schedule: JobSchedule,
): Timer {
  const { host: { environment, processes }, placeWords } = workspace;
  const own = processes.ownCommand();
  const kept = KEPT_VARIABLES.flatMap((name) => {
    const value = environment.get(name);
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  const named = placeWords.indexOf("--state-dir");
  const chosen = named >= 0 ? placeWords[named + 1] : environment.get("ORCHASTRATION_STATE_DIR");
  const place = chosen === undefined || chosen === ""
    ? []
    : ["--state-dir", workspace.host.paths.resolve(workspace.currentFolder, chosen)];
  const config = workspace.host.paths.resolve(workspace.currentFolder, project.configPath);
  return {
    id: `${prefix}${schedule.name}`,
    schedule,
    command: [
      own.program,
      ...own.words,
      "run",
      schedule.job,
      "--detach",
      "--scheduled",
      schedule.name,
      "--config",
      config,
      ...place,
    ],
    env: { ...Object.fromEntries(kept), ...own.env },
    workingDir: project.root,
  };
}

/** One line of text for people, without characters that have a meaning in a file of timers. */
export function describeTimer({ schedule, workingDir }: Timer): string {
  return `Orchastration: schedule ${schedule.name} of ${workingDir}`;
}
