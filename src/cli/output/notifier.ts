/**
 * Tells the desktop, where that was asked for: the title of the window while something runs, a notification when it has
 * ended. Sources: xterm control sequences (OSC 2, XTWINOPS 22 and 23); OSC 9 as iTerm2 made it and others took it over.
 */

import { formatDuration } from "../../model/duration.ts";
import { visible } from "../../model/visible.ts";
import type { RunRecord } from "../../model/run.ts";

const KEEP_TITLE = "\x1b[22;2t";
const RESTORE_TITLE = "\x1b[23;2t";

export class Notifier {
  readonly #write: (sequence: string) => void;
  readonly #isInTmux: boolean;
  #hasTitle = false;

  constructor(write: (sequence: string) => void, isInTmux: boolean) {
    this.#write = write;
    this.#isInTmux = isInTmux;
  }

  running(record: RunRecord): void {
    const keep = this.#hasTitle ? "" : KEEP_TITLE;
    this.#hasTitle = true;
    this.#write(`${keep}${command(2, `running ${record.name}`)}`);
  }

  ended(record: RunRecord): void {
    this.close();
    const took = record.duration_ms === null ? "" : ` after ${formatDuration(record.duration_ms)}`;
    // It begins with a word: some terminals take a number there for something else.
    const text = `${record.subject} ${record.name} ${record.status.replace("_", " ")}${took}`;
    const notification = command(9, text);
    // tmux hands it on to the terminal outside, where its option allow-passthrough lets it.
    this.#write(
      this.#isInTmux ? `\x1bPtmux;${notification.replaceAll("\x1b", "\x1b\x1b")}\x1b\\` : notification,
    );
  }

  /** Gives the window its own title back. */
  close(): void {
    if (this.#hasTitle) this.#write(RESTORE_TITLE);
    this.#hasTitle = false;
  }
}

/** What is told is text: a control character in it would end the command, and begin another. */
function command(number: number, text: string): string {
  return `\x1b]${number};${visible(text)}\x07`;
}
