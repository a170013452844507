/** The part of a log that the page holds: rows with their places, which grow at both ends and stay bounded. Pure. */

import type { LogRange } from "../../app/views/log_range.ts";
import { OpenColours } from "./ansi.tsx";

/** More is slow to lay out. */
const MAX_ROWS = 8000;
/** A longer line is cut: nobody reads it here, and it would take the window. */
const MAX_LINE = 20_000;

export interface LogRow {
  readonly key: string;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
  /** The place at which it ends, counted as if all of it were UTF-8. */
  readonly end: number;
  /** No line end has come yet. */
  readonly isOpen: boolean;
}

export interface LogWindow {
  readonly rows: readonly LogRow[];
  readonly from: number;
  readonly to: number;
}

export const EMPTY: LogWindow = { rows: [], from: 0, to: 0 };

export function windowOf({ from, to, parts }: Pick<LogRange, "from" | "to" | "parts">): LogWindow {
  const encoder = new TextEncoder();
  const rows: LogRow[] = [];
  let at = from;
  for (const { stream, text } of parts) {
    const lines = text.split("\n");
    for (const [index, line] of lines.entries()) {
      const isOpen = index === lines.length - 1;
      if (isOpen && line === "") continue;
      at += encoder.encode(line).length + (isOpen ? 0 : 1);
      rows.push({ key: `${from}:${rows.length}`, stream, text: line, end: at, isOpen });
    }
  }
  return { rows, from, to };
}

/** With what comes behind it; a range that begins elsewhere was asked for before the window changed. */
export function appended(window: LogWindow, range: LogRange): LogWindow {
  if (range.from !== window.to) return window;
  const next = windowOf(range);
  const last = window.rows.at(-1);
  const [first, ...others] = next.rows;
  const goesOn = last !== undefined && first !== undefined && last.isOpen && last.stream === first.stream;
  const rows = goesOn
    ? [...window.rows.slice(0, -1), { ...first, key: last.key, text: last.text + first.text }, ...others]
    : [...window.rows, ...next.rows];
  const kept = rows.slice(-MAX_ROWS);
  return {
    rows: kept,
    from: kept.length < rows.length ? rows[rows.length - kept.length - 1]!.end : window.from,
    to: next.to,
  };
}

/** With what comes before it, likewise. */
export function prepended(window: LogWindow, range: LogRange): LogWindow {
  if (range.to !== window.from) return window;
  const rows = [...windowOf(range).rows, ...window.rows];
  const kept = rows.slice(0, MAX_ROWS);
  return { rows: kept, from: range.from, to: kept.length < rows.length ? kept.at(-1)!.end : window.to };
}

/** The rows as they are shown, with colours that go on from line to line. */
export function shownRows(
  { rows }: LogWindow,
): readonly (LogRow & { readonly shown: string; readonly leftOut: number })[] {
  const colours = { stdout: new OpenColours(), stderr: new OpenColours() };
  return rows.map((row) => {
    const leftOut = Math.max(0, row.text.length - MAX_LINE);
    return { ...row, shown: colours[row.stream].line(row.text.slice(0, MAX_LINE)), leftOut };
  });
}
