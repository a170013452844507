/**
 * The events of runs and tasks as sentences on stderr, where stdout is reserved for the job and the JSON
 * Lines of the log.
 */

import type { RunEvent, RunRecord } from "../../model/run.ts";
import type { TaskRecord } from "../../model/task_record.ts";
import { whyWords } from "../../model/cause_words.ts";
import { visible } from "../../model/visible.ts";
import type { Console } from "../output/console.ts";
import { recordStatusWord } from "./task_report.ts";
import type { EventPrinter } from "./event_printer.ts";

export class RunSentences implements EventPrinter {
  readonly #console: Console;
  readonly #showsProgress: boolean;

  /** `showsProgress`: also reports progress, not only results. */
  constructor(console: Console, showsProgress: boolean) {
    this.#console = console;
    this.#showsProgress = showsProgress;
  }

  event(event: RunEvent, record: RunRecord): void {
    if (event.kind === "run_created") {
      const why = whyWords(record);
      if (why !== undefined) this.#progress(`runs: ${visible(why)}`);
    }
    if (event.kind === "run_up_to_date") {
      this.#progress(`${record.name} is up to date: ${record.reason}`);
    }
    if (event.kind === "inputs_compared" && event.changed.length > 0) {
      this.#console.err(
        `warning: inputs of ${record.name} changed while it ran, so the run proves nothing: ${
          visible(event.changed.join(", "))
        }\n`,
      );
    }
    if (event.kind === "job_lock_awaited") {
      this.#progress(`waiting for ${event.holder ?? "another run of this job"} to end`);
    }
  }

  // Its digest and id are in the log, and `plan status` shows them.
  planned(): void {}

  building(name: string): void {
    this.#progress(`building ${name}`);
  }

  checking(criterion: string, text: string): void {
    this.#progress(`checking ${criterion}: ${visible(text)}`);
  }

  built(record: TaskRecord, run: RunRecord): void {
    // The following error says how it failed.
    if (run.status !== "succeeded") return;
    const { errStyle: style } = this.#console;
    const status = recordStatusWord(record, style);
    this.#console.err(`${style.bold(record.name)} is ${status}: ${visible(record.reason)}\n`);
  }

  makingRoom(text: string): void {
    if (this.#showsProgress) this.#console.err(`${this.#console.errStyle.dim(text)}\n`);
  }

  #progress(sentence: string): void {
    if (this.#showsProgress) this.#console.err(`${sentence}\n`);
  }
}
