/**
 * What the console host of Windows says to a terminal, apart from the output of the program: questions, which are answered in the
 * terminal's place, and requests about keys and the window, which are left out. Pure.
 */

const ESCAPE = 0x1b;
/** The program's screen begins empty for the console host, but the output is shown below other output. */
const AT_THE_BEGINNING = ["\x1b[2J", "\x1b[H", "\x1b[m"];
/** The position of the cursor, and what kind of terminal it is: the console host may wait for these before it starts the program. */
const ANSWERS: Readonly<Record<string, string>> = { "\x1b[6n": "\x1b[1;1R", "\x1b[c": "\x1b[?61c" };
/** Keys in a form of Windows' own (9001), the focus of the window (1004), and the window itself. */
const LEFT_OUT = ["\x1b[?9001h", "\x1b[?9001l", "\x1b[?1004h", "\x1b[?1004l", "\x1b[1t"];
const KNOWN = [...Object.keys(ANSWERS), ...LEFT_OUT];

export class ConsoleTalk {
  readonly #answer: (text: string) => void;
  /** The beginning of a sequence that may continue in the next piece. */
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #hasBegun = false;

  constructor(answer: (text: string) => void) {
    this.#answer = answer;
  }

  /** The output of the program among the bytes, valid as long as they are. */
  take(bytes: Uint8Array): Uint8Array {
    const all = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes);
    this.#rest = new Uint8Array(0);
    const first = all.indexOf(ESCAPE);
    if (first < 0) {
      this.#hasBegun ||= all.length > 0;
      return all;
    }
    const kept = new Uint8Array(all.length);
    let size = 0;
    for (let at = 0; at < all.length;) {
      const escape = all.indexOf(ESCAPE, at);
      const end = escape < 0 ? all.length : escape;
      kept.set(all.subarray(at, end), size);
      size += end - at;
      if (end > at) this.#hasBegun = true;
      if (escape < 0) break;
      const sequence = this.#sequenceAt(all, escape);
      if (sequence === "cut") {
        this.#rest = all.slice(escape);
        break;
      }
      if (sequence === undefined) kept[size++] = ESCAPE;
      else if (sequence in ANSWERS) this.#answer(ANSWERS[sequence]!);
      at = escape + (sequence?.length ?? 1);
    }
    return kept.subarray(0, size);
  }

  /** Bytes that waited for the rest of a sequence that never came. */
  end(): Uint8Array {
    const rest = this.#rest;
    this.#rest = new Uint8Array(0);
    return rest;
  }

  #sequenceAt(bytes: Uint8Array, at: number): string | "cut" | undefined {
    const known = this.#hasBegun ? KNOWN : [...KNOWN, ...AT_THE_BEGINNING];
    const longest = Math.max(...known.map(({ length }) => length));
    const text = String.fromCharCode(...bytes.subarray(at, at + longest));
    const found = known.find((sequence) => text.startsWith(sequence));
    if (found !== undefined) return found;
    return at + text.length === bytes.length && known.some((sequence) => sequence.startsWith(text))
      ? "cut"
      : undefined;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
