/**
 * The status line on a terminal while a job is silent: what runs, for how long, and how to stop it. It stands
 * after all output, is removed before more is written, and is not drawn where the screen may not be free
 * (docs/design/0012-while-it-runs.md). Knows no runs.
 */

import type { Timer } from "../../host/clock.ts";
import type { Host } from "../../host/host.ts";
import type { OrderedOutput, StatusLineDrawer } from "./ordered_output.ts";
import { ScreenState } from "./screen_state.ts";
import { shorten, type Style, widthOf } from "./style.ts";

/** The activity that the status line describes. */
export type Activity = (DescribedActivity | RenewedLines) & ActivityTimes;

interface DescribedActivity {
  /** The present words; the second part is dropped first if space is short. */
  words(nowMs: number): readonly [what: string, hint: string];
  /** Further lines below it, if several activities go on. */
  more?(nowMs: number): readonly string[];
}

interface RenewedLines {
  /** Lines with their own colours, none wider than the window. Those that have no room in it are counted below the others. */
  lines(): readonly string[];
}

interface ActivityTimes {
  /** The line appears when nothing was written for this long. */
  readonly afterSilenceMs: number;
  /** The line may end an unfinished line of output. */
  readonly mayEndLine: boolean;
}

/** A terminal that accepts no output does not delay Ctrl-Z. */
const SUSPEND_BOUND_MS = 100;
const NARROWEST_COLUMNS = 12;
/** To the start of the line, and everything after it, because a narrower window may have broken it in two. */
const ERASE = "\r\x1b[J";

export class StatusLine implements StatusLineDrawer {
  readonly #host: Host;
  readonly #output: OrderedOutput;
  readonly #style: Style;
  readonly #screen = new ScreenState();
  readonly #encoder = new TextEncoder();
  #activity: Activity | undefined;
  #shownAtMs = 0;
  #lastWriteMs: number;
  /** The activity has been silent for long enough. */
  #isDue = false;
  #isDrawn = false;
  #isSuspended = false;
  #stoppedMs = 0;
  /** On the clock of the machine; undefined while we are not stopped. */
  #stoppedAtMs: number | undefined;
  /** Whether the terminal is ours to draw on; it changes only while this process is stopped. */
  #isForeground: Promise<boolean> | undefined;
  #timer: Timer | undefined;
  /** The current keeper of the line; an earlier one gives up. */
  #keeper = 0;
  readonly #unlisten: () => void;

  constructor(host: Host, output: OrderedOutput, style: Style) {
    this.#host = host;
    this.#output = output;
    this.#style = style;
    this.#lastWriteMs = this.nowMs;
    this.#unlisten = host.signals.onSuspend({
      suspend: () => this.#suspend(),
      resume: () => this.#resume(),
    });
    output.welcome(this);
  }

  /** Without the time in which we were stopped, which is not part of any activity. */
  get nowMs(): number {
    return (this.#stoppedAtMs ?? this.#host.clock.monotonicMs()) - this.#stoppedMs;
  }

  /** The line now describes this activity; with undefined, it shows nothing. */
  show(activity: Activity | undefined): void {
    this.#activity = activity;
    this.#shownAtMs = this.nowMs;
    this.#begin();
  }

  /** The activity has other words now; nothing is removed before they are drawn. */
  renew(): void {
    if (this.#isDue) void this.#output.drawStatusLine();
  }

  /** Removes the line for good. */
  close(): void {
    this.show(undefined);
    this.#unlisten();
  }

  draw(): Uint8Array | undefined {
    const mayDraw = this.#isDue && !this.#isSuspended && this.#screen.isFree;
    const lines = mayDraw ? this.#lines() : [];
    if (lines.length === 0) return this.leave();
    this.#isDrawn = true;
    // The cursor waits at the start, where a window that breaks the line in two leaves it.
    const back = lines.length === 1 ? "" : `\x1b[${lines.length - 1}A`;
    return this.#encoder.encode(`\r${lines.join("\x1b[K\r\n")}\x1b[J\r${back}`);
  }

  leave(): Uint8Array | undefined {
    if (!this.#isDrawn) return undefined;
    this.#isDrawn = false;
    return this.#encoder.encode(ERASE);
  }

  wrote(bytes: Uint8Array): void {
    this.#screen.wrote(bytes);
    this.#lastWriteMs = this.nowMs;
  }

  #begin(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const keeper = ++this.#keeper;
    this.#isDue = false;
    if (this.#isDrawn) void this.#output.drawStatusLine();
    if (this.#activity !== undefined) void this.#keep(this.#activity, keeper);
  }

  /** Draws the line when it is due, and again each second, as long as nothing else is written. */
  async #keep(activity: Activity, keeper: number): Promise<void> {
    const { clock } = this.#host;
    let isBegun = false;
    for (;;) {
      const nowMs = this.nowMs;
      const quietAtMs = Math.max(this.#shownAtMs, this.#lastWriteMs) + activity.afterSilenceMs;
      const isQuiet = quietAtMs <= nowMs;
      if (isQuiet) {
        this.#isForeground ??= this.#host.terminal.isForeground();
        if (!(await this.#isForeground) || keeper !== this.#keeper) return;
        if (!isBegun && activity.mayEndLine && this.#screen.isPlain && !this.#screen.isFree) {
          this.#output.endLine();
        }
        this.#isDue = true;
        await this.#output.drawStatusLine();
        if (keeper !== this.#keeper) return;
      }
      isBegun = isQuiet;
      this.#timer = clock.after(isQuiet ? 1000 - (nowMs - this.#shownAtMs) % 1000 : quietAtMs - nowMs);
      await this.#timer.elapsed;
    }
  }

  /** Lines that are not broken, so that the way back to the first of them is known. */
  #lines(): readonly string[] {
    const { columns = 80, rows = 24 } = this.#host.terminal.stdout;
    const activity = this.#activity;
    if (activity === undefined || columns < NARROWEST_COLUMNS) return [];
    if ("lines" in activity) return this.#inRoom(activity.lines(), columns, rows);
    const [what, hint] = activity.words(this.nowMs);
    // The last column stays free, and so do two for the echo of a key press ("^C").
    const room = columns - 3;
    const whole = ` … ${what}  (${hint})`;
    const more = activity.more?.(this.#host.clock.monotonicMs()) ?? [];
    return [
      widthOf(whole) <= room ? whole : shorten(` … ${what}`, room),
      ...more.map((line) => shorten(`   ${line}`, room)),
    ].map((line) => this.#style.dim(line));
  }

  #inRoom(lines: readonly string[], columns: number, rows: number): readonly string[] {
    const fitting = lines.map((line) => shorten(line, columns));
    if (fitting.length < rows) return fitting;
    const shown = Math.max(0, rows - 2);
    return [...fitting.slice(0, shown), this.#style.dim(`… and ${fitting.length - shown} more`)];
  }

  async #suspend(): Promise<void> {
    this.#isSuspended = true;
    this.#stoppedAtMs ??= this.#host.clock.monotonicMs();
    const bound = this.#host.clock.after(SUSPEND_BOUND_MS);
    await Promise.race([this.#output.drawStatusLine(), bound.elapsed]);
    bound.cancel();
  }

  #resume(): Promise<void> {
    this.#isSuspended = false;
    if (this.#stoppedAtMs !== undefined) {
      this.#stoppedMs += this.#host.clock.monotonicMs() - this.#stoppedAtMs;
      this.#stoppedAtMs = undefined;
    }
    // "bg" continues the program in the background.
    this.#isForeground = undefined;
    this.#begin();
    return Promise.resolve();
  }
}
