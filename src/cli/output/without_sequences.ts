/**
 * Removes the control sequences of terminals from a stream of bytes: colours, positions, titles. Moves of the cursor to the right
 * become spaces, because the console host of Windows writes several spaces in this way. Knows no text.
 */

const ESC = 0x1b;
const BEL = 0x07;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const TO_THE_RIGHT = 0x43;
/** No window is wider. */
const MOST_SPACES = 1000;

/** After ESC: which sequence goes on, or none. */
type State =
  | "text"
  | "escape"
  /** ESC and bytes from space to "/", until one final byte. */
  | "intermediate"
  /** ESC [ ... until a byte from "@" to "~". */
  | "command"
  /** ESC ] and the like, until BEL or ESC \. */
  | "string"
  | "string_escape";

/** Source: ECMA-48, 5.4 and 5.6. A sequence may be cut anywhere between two pieces. */
export class WithoutSequences {
  #state: State = "text";
  /** What the present command has as its only parameter; undefined if there is something else. */
  #number: number | undefined;

  /** A new array if something was removed, otherwise the bytes themselves. */
  put(bytes: Uint8Array): Uint8Array {
    if (this.#state === "text" && bytes.indexOf(ESC) < 0) return bytes;
    let kept = new Uint8Array(bytes.length);
    let size = 0;
    const keepSpaces = (count: number, rest: number) => {
      if (size + count + rest > kept.length) {
        const longer = new Uint8Array(2 * (size + count + rest));
        longer.set(kept.subarray(0, size));
        kept = longer;
      }
      kept.fill(SPACE, size, size + count);
      size += count;
    };
    for (let at = 0; at < bytes.length;) {
      if (this.#state === "text") {
        const next = bytes.indexOf(ESC, at);
        const end = next < 0 ? bytes.length : next;
        kept.set(bytes.subarray(at, end), size);
        size += end - at;
        at = end + 1;
        if (next >= 0) this.#state = "escape";
        continue;
      }
      const byte = bytes[at]!;
      const spaces = this.#state === "command" ? this.#spacesAt(byte) : 0;
      const wasText = this.#after(byte);
      if (wasText) kept[size++] = byte;
      at++;
      if (spaces > 0) keepSpaces(spaces, bytes.length - at);
    }
    return kept.subarray(0, size);
  }

  /** How many spaces the command is that ends with this byte. */
  #spacesAt(byte: number): number {
    if (byte === TO_THE_RIGHT && this.#number !== undefined) return Math.min(this.#number || 1, MOST_SPACES);
    const digit = byte - 0x30;
    this.#number = digit >= 0 && digit <= 9 && this.#number !== undefined
      ? this.#number * 10 + digit
      : undefined;
    return 0;
  }

  /** True for a byte that is no part of a sequence after all. */
  #after(byte: number): boolean {
    switch (this.#state) {
      case "text":
        return true;
      case "escape":
        if (byte === 0x5b) {
          this.#state = "command";
          this.#number = 0;
        } else if (byte === 0x5d || byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) {
          this.#state = "string";
        } else if (byte >= 0x20 && byte <= 0x2f) this.#state = "intermediate";
        else if (byte !== ESC) {
          this.#state = "text";
          return isControl(byte);
        }
        return false;
      case "intermediate":
        if (byte === ESC) this.#state = "escape";
        else if (byte < 0x20 || byte > 0x2f) this.#state = "text";
        return isControl(byte);
      case "command":
        if (byte === ESC) this.#state = "escape";
        else if (byte >= 0x40 && byte <= 0x7e) this.#state = "text";
        // A newline within a sequence is carried out by terminals, and a log keeps its lines.
        return isControl(byte);
      case "string":
        if (byte === ESC) this.#state = "string_escape";
        else if (byte === BEL) this.#state = "text";
        else if (isControl(byte)) {
          // No title has several lines: the program ended within it.
          this.#state = "text";
          return true;
        }
        return false;
      case "string_escape":
        this.#state = byte === BACKSLASH ? "text" : "escape";
        return byte === BACKSLASH ? false : this.#after(byte);
    }
  }
}

/** Newline, carriage return, tab and the like. */
function isControl(byte: number): boolean {
  return byte < 0x20 && byte !== ESC && byte !== BEL;
}
