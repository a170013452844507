/** The variables that make captured programs write in colours, because their output is shown in colours. Knows no terminal. Pure. */

import type { Variables } from "./variables.ts";

export const COLOR_SETTINGS = ["auto", "always", "never"] as const;
export type ColorSetting = (typeof COLOR_SETTINGS)[number];

/** Where the output of a run is shown. */
export interface Display {
  /** It is a terminal on which colours are wanted. */
  readonly hasColor: boolean;
  /** undefined where it has no size, or is no terminal. */
  readonly columns: number | undefined;
  readonly rows: number | undefined;
}

export const NO_DISPLAY: Display = { hasColor: false, columns: undefined, rows: undefined };

/**
 * The variables to add to those of the program. An existing variable stays unchanged, and if one of them declines
 * colours, none is added, because the user or the job itself has decided.
 */
export function colorVariables(setting: ColorSetting, display: Display, env: Variables): Variables {
  const wanted = setting === "never"
    ? NO_COLORS
    : setting === "always" || display.hasColor
    ? { ...(saysNo(env) ? {} : colors(env)), ...(display.hasColor ? sizeOf(display) : {}) }
    : {};
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => env[name] === undefined));
}

/** The programs that obey each of them are listed in docs/design/0030-colours-and-terminals.md. */
function colors(env: Variables): Variables {
  return {
    FORCE_COLOR: levelOf(env),
    CLICOLOR_FORCE: "1",
    CARGO_TERM_COLOR: "always",
    PY_COLORS: "1",
    npm_config_color: "always",
    DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION: "1",
  };
}

const NO_COLORS: Variables = { NO_COLOR: "1", CARGO_TERM_COLOR: "never", PY_COLORS: "0" };

/** 1: 16 colours, 2: 256, 3: all. */
function levelOf({ COLORTERM = "", TERM = "" }: Variables): string {
  if (/^(?:truecolor|24bit)$/i.test(COLORTERM)) return "3";
  return /256/.test(TERM) ? "2" : "1";
}

function saysNo({ NO_COLOR = "", FORCE_COLOR, CLICOLOR, CLICOLOR_FORCE }: Variables): boolean {
  return NO_COLOR !== "" || FORCE_COLOR === "0" || FORCE_COLOR === "false" || CLICOLOR === "0" ||
    CLICOLOR_FORCE === "0";
}

function sizeOf({ columns, rows }: Display): Variables {
  return {
    ...(columns === undefined ? {} : { COLUMNS: String(columns) }),
    ...(rows === undefined ? {} : { LINES: String(rows) }),
  };
}
