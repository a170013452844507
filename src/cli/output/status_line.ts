/**
 * The last line on a terminal while nothing comes from a job: what runs, for how long, and how to stop it. It stands
 * behind what was written, goes before anything else is written, and is not drawn where the screen is not known to be free
 * (docs/design/0012-while-it-runs.md). Knows no runs.
 */

import type { Host, Timer } from "../../host/host.ts";
import type { OrderedOutput, StatusLineDrawer } from "./ordered_output.ts";
import { ScreenState } from "./screen_state.ts";
import { type Style, widthOf } from "./style.ts";

/** What goes on, as the line tells it. */
export interface Activity {
  /** Words for now; the second part gives way first where there is no room. */
  words(nowMs: number): readonly [what: string, hint: string];
  /** The line comes when nothing was written for this long. */
  readonly afterSilenceMs: number;
  /** It is worth a line end behind output that has none. */
  readonly mayEndLine: boolean;
}

/** A terminal that takes nothing does not hold up Ctrl-Z. */
const SUSPEND_BOUND_MS = 100;
const NARROWEST_COLUMNS = 12;
/** To the start of the line, and from there on everything: it may have been broken in two by a narrower window. */
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
  /** What goes on has been silent for long enough. */
  #isDue = false;
  #isDrawn = false;
  #isSuspended = false;
  /** Whether the terminal is ours to draw on; it changes only while we are stopped. */
  #isForeground: Promise<boolean> | undefined;
  #timer: Timer | undefined;
  /** Who keeps the line; an earlier one gives up. */
  #turn = 0;
  readonly #unlisten: () => void;

  constructor(host: Host, output: OrderedOutput, style: Style) {
    this.#host = host;
    this.#output = output;
    this.#style = style;
    this.#lastWriteMs = host.clock.monotonicMs();
    this.#unlisten = host.signals.onSuspend({
      suspend: () => this.#suspend(),
      resume: () => this.#resume(),
    });
    output.welcome(this);
  }

  /** From now on the line tells of this; of nothing where it is undefined. */
  show(activity: Activity | undefined): void {
    this.#activity = activity;
    this.#shownAtMs = this.#host.clock.monotonicMs();
    this.#begin();
  }

  /** Takes the line away for good. */
  close(): void {
    this.show(undefined);
    this.#unlisten();
  }

  draw(): Uint8Array | undefined {
    const mayDraw = this.#isDue && !this.#isSuspended && this.#screen.isFree;
    const text = mayDraw ? this.#text() : undefined;
    if (text === undefined) return this.leave();
    this.#isDrawn = true;
    // The cursor waits at the start, where a window that breaks the line in two leaves it.
    return this.#encoder.encode(`\r${text}\x1b[J\r`);
  }

  leave(): Uint8Array | undefined {
    if (!this.#isDrawn) return undefined;
    this.#isDrawn = false;
    return this.#encoder.encode(ERASE);
  }

  wrote(bytes: Uint8Array): void {
    this.#screen.wrote(bytes);
    this.#lastWriteMs = this.#host.clock.monotonicMs();
  }

  #begin(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const turn = ++this.#turn;
    this.#isDue = false;
    if (this.#isDrawn) void this.#output.drawStatusLine();
    if (this.#activity !== undefined) void this.#keep(this.#activity, turn);
  }

  /** Draws the line when it is time, and again each second, as long as nothing else is written. */
  async #keep(activity: Activity, turn: number): Promise<void> {
    const { clock } = this.#host;
    let isBegun = false;
    for (;;) {
      const nowMs = clock.monotonicMs();
      const quietAtMs = Math.max(this.#shownAtMs, this.#lastWriteMs) + activity.afterSilenceMs;
      const isQuiet = quietAtMs <= nowMs;
      if (isQuiet) {
        this.#isForeground ??= this.#host.terminal.isForeground();
        if (!(await this.#isForeground) || turn !== this.#turn) return;
        if (!isBegun && activity.mayEndLine && this.#screen.isPlain && !this.#screen.isFree) {
          this.#output.endLine();
        }
        this.#isDue = true;
        await this.#output.drawStatusLine();
        if (turn !== this.#turn) return;
      }
      isBegun = isQuiet;
      this.#timer = clock.after(isQuiet ? 1000 - (nowMs - this.#shownAtMs) % 1000 : quietAtMs - nowMs);
      await this.#timer.elapsed;
    }
  }

  #text(): string | undefined {
    const columns = this.#host.terminal.stdout.columns ?? 80;
    if (this.#activity === undefined || columns < NARROWEST_COLUMNS) return undefined;
    const [what, hint] = this.#activity.words(this.#host.clock.monotonicMs());
    // The last column stays free, and so do two for what a key press shows ("^C").
    const room = columns - 3;
    const whole = ` … ${what}  (${hint})`;
    return this.#style.dim(widthOf(whole) <= room ? whole : cut(` … ${what}`, room));
  }

  async #suspend(): Promise<void> {
    this.#isSuspended = true;
    const bound = this.#host.clock.after(SUSPEND_BOUND_MS);
    await Promise.race([this.#output.drawStatusLine(), bound.elapsed]);
    bound.cancel();
  }

  #resume(): Promise<void> {
    this.#isSuspended = false;
    // "bg" goes on behind the shell.
    this.#isForeground = undefined;
    this.#begin();
    return Promise.resolve();
  }
}

function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  const chars = [...text];
  while (widthOf(chars.join("")) > columns - 1) chars.pop();
  return `${chars.join("")}…`;
}
