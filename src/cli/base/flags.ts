/** Flags that several commands share, so that each has one meaning. */

import type { Failure } from "../../model/failure.ts";
import { nextCommand } from "../../model/next_step.ts";
import type { GlobalFlags } from "./global_flags.ts";

export const QUIET_FLAGS = "-q, --quiet";
export const QUIET_WORDS = "show only the job's own output, and an error if it fails";
/** Why a command has no document with --json: its stdout belongs to a client, in the form of that client. */
export function noDocument(
  path: string,
  form: string,
): (request: unknown, flags: GlobalFlags) => Failure | undefined {
  return (_, { json }) =>
    json === true
      ? {
        code: "arguments_invalid",
        action: "use",
        value: "--json",
        fact: `stdout of ${path} is ${form}`,
        next: [nextCommand(path)],
      }
      : undefined;
}

export const BRIEF_FLAGS = "--brief";
export const BRIEF_WORDS =
  "answer at the end, in a few lines: how it ended and, if it failed, the part of the output that explains it";
export const AS_FLAGS = "--as <caller>";
export const AS_WORDS =
  "answer in the form for this caller; an assistant that is known by its variables gets --brief";
export const NOTIFY_FLAGS = "--notify";
export const NOTIFY_WORDS =
  "at a terminal: show progress in the window's title, and notify the desktop at the end";
export const FRESH_FLAGS = "--fresh";
export const FRESH_WORDS = "run even if none of its inputs changed";
export const DETACH_FLAGS = "--detach";
export const DETACH_WORDS = "return when the run is recorded and started; it belongs to no terminal";
export const DRY_RUN_FLAGS = "--dry-run";
export const DRY_RUN_WORDS = "only show what would run, and why";
export const ENV_FLAGS = "--env <variable>";
export const ENV_WORDS = "set a variable, NAME=VALUE, overriding the configuration; can be repeated";
export const JOBS_FLAGS = "-j, --jobs <n>";
export const JOBS_WORDS = "at most this many at a time on this machine (default: the number of processors)";
export const KEEP_GOING_FLAGS = "--keep-going";
export const KEEP_GOING_WORDS = "after a failure, continue with everything that does not depend on it";
export const FAIL_FAST_FLAGS = "--fail-fast";
export const FAIL_FAST_WORDS = "after a failure, end what runs beside it";
