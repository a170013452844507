/** The lines at the bottom of a terminal while a graph runs: its progress, the running nodes with their durations, and the waiting ones. */

import { formatDuration } from "../../model/duration.ts";
import type { GraphNodeRecord } from "../../model/graph_record.ts";
import type { RunEvent } from "../../model/run.ts";
import { visible } from "../../model/visible.ts";
import type { Activity } from "../output/status_line.ts";

/** Many graphs end sooner and need no such lines. */
const SILENCE_MS = 200;
/** The largest number of lines; more would not help a person who watches. */
const MAX_LINES = 8;

export class GraphActivity {
  readonly #running = new Map<string, number>();
  readonly #waiting = new Map<string, string>();
  /** When the nodes that are being ended are forced to end. */
  readonly #forcedAtMs = new Map<string, number>();
  #isStopped = false;
  #total = 0;
  #noun = "jobs";
  #ended = 0;

  begin(nodes: readonly GraphNodeRecord[]): void {
    this.#total = nodes.length;
    if (nodes.some(({ subject }) => subject === "task")) this.#noun = "tasks";
  }

  event(name: string, event: RunEvent, atMs: number): void {
    switch (event.kind) {
      case "attempt_started":
        this.#waiting.delete(name);
        this.#forcedAtMs.delete(name);
        if (!this.#running.has(name)) this.#running.set(name, atMs);
        break;
      case "stop_requested":
        this.#forcedAtMs.set(name, atMs + event.forcedInMs);
        if (event.cause.kind === "signal") this.#isStopped = true;
        break;
      case "stop_escalated":
        if (event.signal === "SIGKILL") this.#forcedAtMs.set(name, atMs);
        break;
    }
  }

  waits(name: string, what: string): void {
    this.#waiting.set(name, what);
  }

  ended({ name, subject }: GraphNodeRecord): void {
    this.#running.delete(name);
    this.#waiting.delete(name);
    this.#forcedAtMs.delete(name);
    if (subject !== "group") this.#ended++;
  }

  now(): Activity {
    return {
      words: () => [
        `${this.#ended} of ${this.#total} ${this.#noun} ended, ` +
        (this.#isStopped ? `ending ${this.#running.size}` : `${this.#running.size} running`),
        this.#isStopped ? "Ctrl-C forces it now" : "Ctrl-C stops all",
      ],
      more: (nowMs) => [...this.#lines(nowMs)].slice(0, MAX_LINES),
      afterSilenceMs: SILENCE_MS,
      mayEndLine: false,
    };
  }

  *#lines(nowMs: number): Generator<string> {
    for (const [name, sinceMs] of this.#running) {
      yield `${name}  ${seconds(nowMs - sinceMs)}${this.#endingWords(name, nowMs)}`;
    }
    for (const [name, what] of this.#waiting) yield `${name} waits for ${visible(what)}`;
  }

  #endingWords(name: string, nowMs: number): string {
    const forcedAtMs = this.#forcedAtMs.get(name);
    if (forcedAtMs === undefined) return "";
    return forcedAtMs > nowMs ? `, forced in ${seconds(forcedAtMs - nowMs + 999)}` : ", SIGKILL was sent";
  }
}

/** Without tenths of a second, because the line changes once a second. */
function seconds(ms: number): string {
  const count = Math.floor(ms / 1000);
  return count < 60 ? `${count}s` : formatDuration(count * 1000);
}
