/** The lines at the bottom of a terminal while a graph runs: its progress, the running nodes with their durations, and the waiting ones. */

import { formatDuration } from "../../model/duration.ts";
import type { GraphNodeRecord } from "../../model/graph_record.ts";
import { visible } from "../../model/visible.ts";
import type { Activity } from "../output/status_line.ts";

/** Many graphs end sooner and need no such lines. */
const SILENCE_MS = 200;
/** The largest number of lines; more would not help a person who watches. */
const MAX_LINES = 8;

export class GraphActivity {
  readonly #running = new Map<string, number>();
  readonly #waiting = new Map<string, string>();
  #total = 0;
  #noun = "jobs";
  #ended = 0;

  begin(nodes: readonly GraphNodeRecord[]): void {
    this.#total = nodes.length;
    if (nodes.some(({ subject }) => subject === "task")) this.#noun = "tasks";
  }

  started(name: string, atMs: number): void {
    this.#waiting.delete(name);
    if (!this.#running.has(name)) this.#running.set(name, atMs);
  }

  waits(name: string, what: string): void {
    this.#waiting.set(name, what);
  }

  ended({ name, subject }: GraphNodeRecord): void {
    this.#running.delete(name);
    this.#waiting.delete(name);
    if (subject !== "group") this.#ended++;
  }

  now(): Activity {
    return {
      words: () => [
        `${this.#ended} of ${this.#total} ${this.#noun} ended, ${this.#running.size} running`,
        "Ctrl-C stops all",
      ],
      more: (nowMs) => [...this.#lines(nowMs)].slice(0, MAX_LINES),
      afterSilenceMs: SILENCE_MS,
      mayEndLine: false,
    };
  }

  *#lines(nowMs: number): Generator<string> {
    for (const [name, sinceMs] of this.#running) yield `${name}  ${seconds(nowMs - sinceMs)}`;
    for (const [name, what] of this.#waiting) yield `${name} waits for ${visible(what)}`;
  }
}

/** Without tenths of a second, because the line changes once a second. */
function seconds(ms: number): string {
  const count = Math.floor(ms / 1000);
  return count < 60 ? `${count}s` : formatDuration(count * 1000);
}
