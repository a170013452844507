/** The page that lists all tasks with their status. Pure. */

import { code, link, type Page, paragraph, strong, text } from "./page.ts";
import type { TaskFacts } from "./task_facts.ts";
import { toneOfTask, verdict, whenWords } from "./words.ts";

export interface BoardEntry {
  readonly task: string;
  /** undefined: its record cannot be read. */
  readonly facts: Pick<TaskFacts, "description" | "status" | "reason" | "stale" | "build"> | undefined;
  /** The path from the index to its document, with "/"; undefined where no relative path exists. */
  readonly path: string | undefined;
}

export function indexPage(entries: readonly BoardEntry[]): Page {
  if (entries.length === 0) return { title: "Tasks", blocks: [paragraph(text("No tasks are configured."))] };
  const done = entries.filter(({ facts }) => facts?.status === "done" && facts.stale.length === 0).length;
  return {
    title: "Tasks",
    blocks: [
      {
        kind: "verdict",
        tone: done === entries.length ? "good" : "plain",
        word: `${done} of ${entries.length} done`,
        sentence: "",
      },
      {
        kind: "table",
        head: ["Task", "Status", "Why", "Last build", "What it is"],
        rows: entries.map(({ task, facts, path }) => [
          [path === undefined ? code(task) : link(task, path)],
          [facts === undefined ? strong("Not known", "bad") : strong(verdict(facts), toneOfTask(facts))],
          [text(facts === undefined ? "its record cannot be read" : facts.stale[0] ?? facts.reason)],
          [text(lastBuild(facts))],
          [text(facts?.description ?? "")],
        ]),
      },
    ],
  };
}

function lastBuild(facts: BoardEntry["facts"]): string {
  const build = facts?.build ?? null;
  return build === null ? "" : whenWords(build.start_time);
}

/** The same facts as data. */
export function indexJson(entries: readonly BoardEntry[]) {
  return {
    format: 1,
    kind: "task_board",
    tasks: entries.map(({ task, facts, path }) => ({
      task,
      status: facts?.status ?? null,
      reason: facts?.reason ?? "its record cannot be read",
      stale: facts?.stale ?? [],
      last_build: facts?.build?.run ?? null,
      description: facts?.description ?? null,
      document: path ?? null,
    })),
  } as const;
}
