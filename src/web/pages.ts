/** The data of each view, as the page asks for it: a use case each, and command lines for the reader to type. */

import { boardPage } from "../app/views/board_page.ts";
import { homePage } from "../app/views/home_page.ts";
import { logRange, type LogRangeRequest } from "../app/views/log_range.ts";
import { runPage } from "../app/views/run_page.ts";
import { searchLog } from "../app/views/search_log.ts";
import { taskPage } from "../app/views/task_page.ts";
import type { Workspace } from "../app/workspace/workspace.ts";
import type { Failure } from "../model/failure.ts";
import { describeFailure } from "../model/failure_words.ts";
import type { NextStep, NextSteps } from "../model/next_step.ts";
import { ok, type Result } from "../model/result.ts";
import type { Answered, Problem, Served } from "./page_data.ts";

/** One range of a log: what a screen shows several times over. */
const MAX_LOG_BYTES = 128 * 1024;
const MAX_QUERY = 200;

export interface Asking {
  readonly workspace: Workspace;
  nextLine(steps: NextSteps): string | undefined;
}

/** undefined: there is no such view. `path` is below "/data/". */
export async function dataOf(
  asking: Asking,
  path: string,
  query: URLSearchParams,
): Promise<Answered | undefined> {
  const asked = await askFor(asking, path, query);
  if (asked === undefined) return undefined;
  if (asked.ok) return { ok: true, view: asked.value };
  return { ok: false, problem: problemOf(asked.failure, asking) };
}

/** The same with failures as they are, for callers that need them. */
export async function askFor(
  asking: Asking,
  path: string,
  query: URLSearchParams,
): Promise<Result<Served, Failure> | undefined> {
  const { workspace } = asking;
  const reference = query.get("run") ?? "";
  const attempt = wholeNumber(query.get("attempt"));
  switch (path) {
    case "home": {
      const home = await homePage(workspace);
      if (!home.ok) return home;
      const { configFailure, ...view } = home.value;
      return ok({ ...view, problem: configFailure && problemOf(configFailure, asking) });
    }
    case "run": {
      const run = await runPage(workspace, reference);
      return run.ok
        ? ok({ ...run.value, commands: run.value.commands.map((each) => lineOf(each, asking)) })
        : run;
    }
    case "log":
      return await logRange(workspace, {
        reference,
        attempt,
        where: placeIn(query),
        maxBytes: MAX_LOG_BYTES,
      });
    case "search": {
      const text = query.get("text")?.slice(0, MAX_QUERY);
      const wanted = text === undefined || text === "" ? "failure" : { text };
      return await searchLog(workspace, {
        reference,
        attempt,
        wanted,
        from: wholeNumber(query.get("from")) ?? 0,
      });
    }
    case "task": {
      const task = await taskPage(workspace, query.get("task") ?? "");
      if (!task.ok) return task;
      const { next, commands, ...view } = task.value;
      const line = next && asking.nextLine([next]);
      return ok({ ...view, next: line, commands: commands.map((each) => lineOf(each, asking)) });
    }
    case "board":
      return await boardPage(workspace);
    default:
      return undefined;
  }
}

function lineOf({ does, step }: { readonly does: string; readonly step: NextStep }, { nextLine }: Asking) {
  return { does, line: nextLine([step]) ?? "" };
}

function placeIn(query: URLSearchParams): LogRangeRequest["where"] {
  const from = wholeNumber(query.get("from"));
  if (from !== undefined) return { from };
  const to = wholeNumber(query.get("to"));
  return to === undefined ? "end" : { to };
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Expected problems are shown on the page. */
export function problemOf(failure: Failure, { nextLine }: Pick<Asking, "nextLine">): Problem {
  const { headline, notes, next } = describeFailure(failure);
  return { headline, notes, next: nextLine(next) };
}

/** The view of a failure that came before any view was asked for. */
export function failedWith(failure: Failure, asking: Pick<Asking, "nextLine">): Answered {
  return { ok: false, problem: problemOf(failure, asking) };
}
