/** Shows the output of a graph's nodes: live, as lines with the node's name, all of it at the end of a node, or only after a failure. */

import type { RunObserver } from "../../app/recording/run_to_record.ts";
import type { Workspace } from "../../app/workspace/workspace.ts";
import type { RunRecord } from "../../model/run.ts";
import type { Invocation } from "../base/invocation.ts";
import type { RunReporter } from "./run_reporter.ts";

export const OUTPUT_MODES = ["live", "prefixed", "grouped", "failures", "none"] as const;
export type OutputMode = (typeof OUTPUT_MODES)[number];

/** The number of lines shown of a failure; its log has the rest. */
const SHOWN_LINES = 200;

type Stream = "stdout" | "stderr";

export class GraphOutput {
  readonly mode: OutputMode;
  readonly #workspace: Workspace;
  readonly #invocation: Invocation;
  readonly #reporter: RunReporter;
  /** The width of the longest name, so that the text after the names begins in one column. */
  readonly #width: number;
  /** Keeps the reports of ended nodes in order. */
  #printed: Promise<void> = Promise.resolve();

  constructor(
    mode: OutputMode,
    names: readonly string[],
    workspace: Workspace,
    invocation: Invocation,
    reporter: RunReporter,
  ) {
    this.mode = mode;
    this.#workspace = workspace;
    this.#invocation = invocation;
    this.#reporter = reporter;
    this.#width = names.reduce((width, name) => Math.max(width, name.length), 0);
  }

  /** Reports the steps of each run, and not only its end. */
  get showsSteps(): boolean {
    return this.mode === "live" || this.mode === "prefixed";
  }

  /** Receives the output of one node. */
  grown(name: string): RunObserver["outputGrown"] {
    switch (this.mode) {
      case "live":
        return (...grown) => this.#reporter.outputGrown(...grown);
      case "prefixed": {
        const prefix = this.#prefixOf(name);
        return (stream, path, sizeBytes) =>
          this.#invocation.console.grownLines(this.#targetOf(stream), path, sizeBytes, prefix, false);
      }
      case "grouped":
      case "failures":
      case "none":
        return () => {};
    }
  }

  /** The node has ended; `head` is printed before its output, and `tail` after it. */
  ended(name: string, run: RunRecord | undefined, isGood: boolean, head: string, tail: string): void {
    this.#printed = this.#printed.then(async () => {
      const { console } = this.#invocation;
      if (run !== undefined && this.mode === "prefixed") await this.#endLines(name, run);
      if (head !== "") console.err(head);
      if (run !== undefined && this.mode === "grouped") await this.#show(run, undefined);
      if (run !== undefined && this.mode === "failures" && !isGood) await this.#show(run, SHOWN_LINES);
      if (tail !== "") console.err(tail);
    });
  }

  /** Resolves when everything is printed, or waits for its reader. */
  async end(): Promise<void> {
    await this.#printed;
  }

  #targetOf(stream: Stream): Stream {
    return this.#invocation.isJson ? "stderr" : stream;
  }

  #prefixOf(name: string): Uint8Array {
    const { outStyle } = this.#invocation.console;
    const space = " ".repeat(this.#width - name.length);
    return new TextEncoder().encode(`${outStyle.dim(`${name}${space} |`)} `);
  }

  /** Also shows a last line without a line end, because no more output follows. */
  async #endLines(name: string, run: RunRecord): Promise<void> {
    const { console } = this.#invocation;
    const { openLog } = await import("../../app/runs/read_log.ts");
    for (const { number } of run.attempts) {
      const opened = await openLog(this.#workspace, {
        reference: run.id,
        streams: ["stdout", "stderr"],
        attempt: number,
        tailLines: undefined,
      });
      for (const { stream, path, sizeBytes } of opened.ok ? opened.value.log.streams : []) {
        console.grownLines(this.#targetOf(stream), path, sizeBytes, this.#prefixOf(name), true);
      }
    }
  }

  /** The output of a run in its original order; all of it, or the last lines. */
  async #show(run: RunRecord, tailLines: number | undefined): Promise<void> {
    const { openLog } = await import("../../app/runs/read_log.ts");
    const { console } = this.#invocation;
    const opened = await openLog(this.#workspace, {
      reference: run.id,
      streams: ["stdout", "stderr"],
      attempt: undefined,
      tailLines,
    });
    // The output was not captured, or no longer exists; the end of the run is reported anyway.
    if (!opened.ok) return;
    const { log } = opened.value;
    const isCut = log.streams.some(({ fromBytes }) => fromBytes > 0);
    if (isCut) {
      console.err(
        `  ${
          console.errStyle.dim(
            `only the last lines; all of them: ${this.#invocation.commandLine("logs", run.id)}`,
          )
        }\n`,
      );
    }
    for (const { stream, path, fromBytes, toBytes } of log.next(true)) {
      console.showFrom(this.#targetOf(stream), path, fromBytes);
      console.grown(this.#targetOf(stream), path, toBytes);
    }
    for (const { stream, sizeBytes } of log.streams) {
      if (sizeBytes > 0) console.endLine(this.#targetOf(stream));
    }
  }
}
