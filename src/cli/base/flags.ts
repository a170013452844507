/** Flags that several commands have, so that each means the same everywhere. */

export const QUIET_FLAGS = "-q, --quiet";
export const QUIET_WORDS = "show only the job's own output, and an error where it fails";
export const NOTIFY_FLAGS = "--notify";
export const NOTIFY_WORDS = "at a terminal: name it in the window's title, and notify the desktop at its end";
export const FRESH_FLAGS = "--fresh";
export const FRESH_WORDS = "run it also where nothing that it depends on changed";
export const DRY_RUN_FLAGS = "--dry-run";
export const DRY_RUN_WORDS = "only show what would be run, and why";
export const ENV_FLAGS = "--env <variable>";
export const ENV_WORDS = "a variable as NAME=VALUE, over those of the configuration; can be repeated";
