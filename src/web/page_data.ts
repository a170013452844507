/** The data that the page gets, as types: the views, with their commands as lines. Types alone. */

import type { BoardPage } from "../app/views/board_page.ts";
import type { HomePage } from "../app/views/home_page.ts";
import type { LogRange } from "../app/views/log_range.ts";
import type { RunPage } from "../app/views/run_page.ts";
import type { FoundLines } from "../app/views/search_log.ts";
import type { TaskPage } from "../app/views/task_page.ts";

export interface Problem {
  readonly headline: string;
  readonly notes: readonly string[];
  /** What to do, as a command line or as advice. */
  readonly next: string | undefined;
}

/** A command line for the reader to type. */
export interface Line {
  readonly does: string;
  readonly line: string;
}

export type HomeData = Omit<HomePage, "configFailure"> & { readonly problem: Problem | undefined };
export type RunData = Omit<RunPage, "commands"> & { readonly commands: readonly Line[] };
export type TaskData = Omit<TaskPage, "commands" | "next"> & {
  readonly commands: readonly Line[];
  readonly next: string | undefined;
};
export type BoardData = BoardPage;
export type Served = HomeData | RunData | LogRange | FoundLines | TaskData | BoardPage;

export type Answered =
  | { readonly ok: true; readonly view: Served }
  | { readonly ok: false; readonly problem: Problem };

/** Everything of a report, which is one file: the answers by the address that the page asks for. */
export interface ReportData {
  readonly madeAt: string;
  /** The program that made it, with its version. */
  readonly madeBy: string;
  /** The view to begin with, as in the address. */
  readonly start: string;
  /** Sentences about the parts that would have made it too large. */
  readonly leftOut: readonly string[];
  readonly answers: Readonly<Record<string, Answered>>;
}
