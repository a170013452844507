/**
 * The only place from which the command-line face writes. Two ordered outputs, which share one queue where
 * both go to the same place.
 */

import type { Host } from "../../host/host.ts";
import type { Display } from "../../model/color_env.ts";
import type { StatusLine } from "./status_line.ts";
import type { Notifier } from "./notifier.ts";
import { OrderedOutput } from "./ordered_output.ts";
import { createStyle, type Style } from "./style.ts";

const DEFAULT_COLUMNS = 160;

/** The document that `--json` prints. */
export interface Document {
  readonly format: number;
  readonly kind: string;
}

export class Console {
  readonly #host: Host;
  readonly #out: OrderedOutput;
  readonly #err: OrderedOutput;
  #hasDocument = false;
  #lastLine: StatusLine | undefined;
  #notifier: Notifier | undefined;
  readonly outStyle: Style;
  readonly errStyle: Style;
  readonly #mayColor: boolean;

  constructor(host: Host, color: boolean) {
    const { stdout, stderr, sharedOutput } = host.terminal;
    this.#host = host;
    this.#out = new OrderedOutput(stdout, host.files);
    // One queue for both outputs where both go to the same place; otherwise two, so that a slow reader of one
    // does not delay the other.
    this.#err = sharedOutput ? this.#out : new OrderedOutput(stderr, host.files);
    const mayColor = color && (host.environment.get("NO_COLOR") ?? "") === "" &&
      host.environment.get("TERM") !== "dumb";
    this.#mayColor = mayColor;
    this.outStyle = createStyle(mayColor && stdout.isTerminal);
    this.errStyle = createStyle(mayColor && stderr.isTerminal);
  }

  /** Both outputs go to the same terminal. */
  get isScreen(): boolean {
    const { stdout, stderr, sharedOutput } = this.#host.terminal;
    return stdout.isTerminal && stderr.isTerminal && sharedOutput;
  }

  get isTerminal(): boolean {
    return this.#host.terminal.stdout.isTerminal;
  }

  /** The width for layouts; undefined where the output is no terminal and lines may have any length. */
  get columns(): number | undefined {
    return this.#host.terminal.stdout.columns;
  }

  /** The width for quoting long lines; limited even where the output has no width. */
  get errColumns(): number {
    return this.#host.terminal.stderr.columns ?? DEFAULT_COLUMNS;
  }

  /** The status line, once it is opened and where it is possible. */
  get lastLine(): StatusLine | undefined {
    return this.#lastLine;
  }

  /**
   * Opens the status line where it can be drawn. Text after its end is written as if it had never been there.
   */
  async openLastLine(): Promise<void> {
    if (!this.#mayCommand || this.#lastLine !== undefined) return;
    const { StatusLine } = await import("./status_line.ts");
    this.#lastLine = new StatusLine(this.#host, this.#out, this.errStyle);
  }

  /** The desktop notifier, once it is opened and where it is possible. */
  get notifier(): Notifier | undefined {
    return this.#notifier;
  }

  async openNotifier(): Promise<void> {
    if (!this.#mayCommand || this.#notifier !== undefined) return;
    const { Notifier } = await import("./notifier.ts");
    const isInTmux = (this.#host.environment.get("TMUX") ?? "") !== "";
    this.#notifier = new Notifier((sequence) => this.#out.unseen(sequence), isInTmux);
  }

  /** The output is a terminal that understands control sequences. */
  get #mayCommand(): boolean {
    return this.isScreen && this.#host.environment.get("TERM") !== "dumb";
  }

  /** A control sequence for the terminal, which prints nothing. */
  unseen(sequence: string): void {
    if (this.#mayCommand) this.#out.unseen(sequence);
  }

  /** The user ended the line on the screen with the Enter key. */
  lineWasEnded(): void {
    this.#out.lineWasEnded();
    if (this.#err !== this.#out) this.#err.lineWasEnded();
  }

  out(text: string): void {
    this.#out.text(text);
  }

  err(text: string): void {
    this.#err.text(text);
  }

  /** The style of lines for an output; undefined columns: lines may have any length. */
  look(target: "stdout" | "stderr"): { readonly columns: number | undefined; readonly style: Style } {
    const style = target === "stdout" ? this.outStyle : this.errStyle;
    return { columns: this.#host.terminal[target].columns, style };
  }

  /** The facts about an output that programs get. */
  display(target: "stdout" | "stderr"): Display {
    const stream = this.#host.terminal[target];
    return {
      hasColor: stream.isTerminal && this.#mayColor,
      // The window may get another size.
      get columns() {
        return stream.columns;
      },
      get rows() {
        return stream.rows;
      },
    };
  }

  get hasDocument(): boolean {
    return this.#hasDocument;
  }

  /** Exactly one JSON document on stdout. */
  json<Answer extends Document>(document: Answer): void {
    if (this.#hasDocument) throw new Error("Cannot print a second document: stdout is one document");
    this.#hasDocument = true;
    this.out(`${JSON.stringify(document, null, 2)}\n`);
  }

  /** A file of captured output is shown from this offset on. */
  showFrom(target: "stdout" | "stderr", path: string, offsetBytes: number): void {
    (target === "stdout" ? this.#out : this.#err).showFrom(path, offsetBytes);
  }

  /** A file of captured output is shown without colours and other control sequences. */
  showPlain(target: "stdout" | "stderr", path: string): void {
    (target === "stdout" ? this.#out : this.#err).showPlain(path);
  }

  /** The output has no reader any more. */
  isClosed(target: "stdout" | "stderr"): boolean {
    return (target === "stdout" ? this.#out : this.#err).problem !== undefined;
  }

  /** Shows the new part of a file of captured output, in its own colour where requested. */
  grown(
    target: "stdout" | "stderr",
    path: string,
    sizeBytes: number,
    mark?: (text: string) => string,
  ): void {
    (target === "stdout" ? this.#out : this.#err).grown(path, sizeBytes, mark);
  }

  /** Ends an unfinished line on an output, so that the next text begins a line of its own. */
  endLine(target: "stdout" | "stderr"): void {
    (target === "stdout" ? this.#out : this.#err).endLine();
  }

  /** Shows new output of a file line by line, each after a prefix; `isLast`: the file does not grow any more. */
  grownLines(
    target: "stdout" | "stderr",
    path: string,
    sizeBytes: number,
    prefix: Uint8Array,
    isLast: boolean,
  ): void {
    (target === "stdout" ? this.#out : this.#err).grownLines(path, sizeBytes, prefix, isLast);
  }

  /** Whole lines, which need not be text. */
  bytes(target: "stdout" | "stderr", bytes: Uint8Array): void {
    (target === "stdout" ? this.#out : this.#err).bytes(bytes);
  }

  /**
   * Waits for the readers and returns whether everything was read: without a bound as `cat` would, where a
   * signal ends the wait and this process; otherwise until one of them reads nothing for the given time.
   */
  async flush(stallMs?: number): Promise<boolean> {
    const bound = stallMs === undefined ? undefined : { clock: this.#host.clock, stallMs };
    const flushed = await Promise.all([this.#out.flush(bound), this.#err.flush(bound)]);
    return !flushed.includes("stalled");
  }

  /** Waits until the output so far is read, up to a bound; no reader is given up because of it. */
  async written(boundMs: number): Promise<void> {
    const bound = this.#host.clock.after(boundMs);
    await Promise.race([Promise.all([this.#out.written(), this.#err.written()]), bound.elapsed]);
    bound.cancel();
  }

  /**
   * The following output comes from other files, and is offered also to a reader that was given up, because
   * it may read again.
   */
  beginAgain(): void {
    this.#out.beginAgain();
    this.#err.beginAgain();
  }

  /**
   * Why stdout could not be written, where that is so. A closed reader is not a problem, nor is one that
   * stopped reading output that is kept elsewhere.
   */
  get outputProblem(): string | undefined {
    const problem = this.#out.problem;
    if (problem === undefined || problem.kind === "closed") return undefined;
    return problem.kind === "timed_out" && !this.#hasDocument ? undefined : problem.reason;
  }
}
