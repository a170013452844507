/**
 * Desktop notifications, where requested: the window's title while something runs, a notification at the end.
 * Sources: xterm control sequences (OSC 2, XTWINOPS 22 and 23); OSC 9 as iTerm2 introduced it and others
 * adopted it.
 */

import { formatDuration } from "../../model/duration.ts";
import { inWords } from "../../model/in_words.ts";
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
    // It starts with a word, because some terminals read a leading number as another command.
    const text = `${record.subject} ${record.name} ${inWords(record.status)}${took}`;
    const notification = command(9, text);
    // tmux passes it to the outer terminal, where its option allow-passthrough permits it.
    this.#write(
      this.#isInTmux ? `\x1bPtmux;${notification.replaceAll("\x1b", "\x1b\x1b")}\x1b\\` : notification,
    );
  }

  /** Restores the window's own title. */
  close(): void {
    if (this.#hasTitle) this.#write(RESTORE_TITLE);
    this.#hasTitle = false;
  }
}

/** Control characters are removed from the text: they would end the sequence, and start another. */
function command(number: number, text: string): string {
  return `\x1b]${number};${visible(text)}\x07`;
}
