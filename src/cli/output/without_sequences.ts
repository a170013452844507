/** Removes the control sequences of terminals from a stream of bytes: colours, positions, titles. Knows no text. */

const ESC = 0x1b;
const BEL = 0x07;
const BACKSLASH = 0x5c;

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

  /** A new array if something was removed, otherwise the bytes themselves. */
  put(bytes: Uint8Array): Uint8Array {
    if (this.#state === "text" && bytes.indexOf(ESC) < 0) return bytes;
    const kept = new Uint8Array(bytes.length);
    let size = 0;
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
      const wasText = this.#after(byte);
      if (wasText) kept[size++] = byte;
      at++;
    }
    return kept.subarray(0, size);
  }

  /** True for a byte that is no part of a sequence after all. */
  #after(byte: number): boolean {
    switch (this.#state) {
      case "text":
        return true;
      case "escape":
        if (byte === 0x5b) this.#state = "command";
        else if (byte === 0x5d || byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) {
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
