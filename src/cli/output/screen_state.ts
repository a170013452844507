/**
 * The effect of output on the terminal, as far as it decides whether a line of ours can be shown after it and
 * removed again without a trace. In doubt, the answer is no. Pure.
 */

const ESCAPE = 0x1b;
const NEWLINE = 0x0a;
/** To the other character set, and back. */
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;
const SPECIAL = [ESCAPE, SHIFT_OUT, SHIFT_IN];
/** Longer than any sequence in use; a longer one is not remembered. */
const MAX_PARAMETERS = 64;

type Place =
  | { readonly kind: "text" }
  /** After ESC; `between` holds its intermediate bytes. */
  | { readonly kind: "escape"; readonly between: string }
  /** After ESC [. */
  | { readonly kind: "control"; readonly parameters: string }
  /** Inside a title, a link or similar, up to BEL or ESC \. */
  | { readonly kind: "string" };

const TEXT: Place = { kind: "text" };

/**
 * Sequences that leave the cursor in its line, and the lines of the screen in place. Source: ECMA-48, xterm.
 */
const HARMLESS_FINALS = new Set([..."CDGJKPX@`anchlqtm"]);
/** The alternate screen, and the sequences that save the cursor with it. */
const SCREEN_MODES = /^\?(?:.*;)?(?:47|1047|1048|1049)(?:;|$)/;
/** Which number of Select Graphic Rendition switches which attribute off. */
const STYLE_ENDS: Readonly<Record<number, readonly string[]>> = {
  22: ["1", "2"],
  23: ["3"],
  24: ["4", "21"],
  25: ["5", "6"],
  27: ["7"],
  28: ["8"],
  29: ["9"],
  39: ["foreground"],
  49: ["background"],
};

export class ScreenState {
  #place: Place = TEXT;
  #isLineStart = true;
  readonly #style = new Set<string>();
  #isDriven = false;

  /**
   * A line of ours is possible: the cursor is at the start of an empty line, and no attribute is switched on.
   */
  get isFree(): boolean {
    return this.#isLineStart && this.isPlain;
  }

  /** Like `isFree`, but the line may contain something. */
  get isPlain(): boolean {
    return this.#place.kind === "text" && this.#style.size === 0 && !this.#isDriven;
  }

  wrote(bytes: Uint8Array): void {
    if (this.#place.kind === "text" && !SPECIAL.some((byte) => bytes.includes(byte))) {
      return this.#text(bytes);
    }
    for (const byte of bytes) this.#byte(byte);
  }

  /** Text without escape sequences: only its end matters. */
  #text(bytes: Uint8Array): void {
    const last = bytes.findLast((byte) => !isNothing(byte));
    if (last !== undefined) this.#isLineStart = last === NEWLINE;
  }

  #byte(byte: number): void {
    // These characters abort any sequence.
    if (byte === 0x18 || byte === 0x1a) this.#place = TEXT;
    else if (byte === ESCAPE) this.#place = { kind: "escape", between: "" };
    else this.#inPlace(byte);
  }

  #inPlace(byte: number): void {
    const place = this.#place;
    switch (place.kind) {
      case "text":
        if (byte === SHIFT_OUT) this.#style.add("shift");
        else if (byte === SHIFT_IN) this.#style.delete("shift");
        else if (!isNothing(byte)) this.#isLineStart = byte === NEWLINE;
        return;
      case "string":
        if (byte === 0x07) this.#place = TEXT;
        return;
      case "escape":
        return this.#escape(place.between, byte);
      case "control":
        if (byte >= 0x40) this.#control(place.parameters, String.fromCharCode(byte));
        else if (byte >= 0x20) {
          const parameters = (place.parameters + String.fromCharCode(byte)).slice(0, MAX_PARAMETERS);
          this.#place = { kind: "control", parameters };
        }
    }
  }

  #escape(between: string, byte: number): void {
    const char = String.fromCharCode(byte);
    if (byte >= 0x20 && byte < 0x30) {
      this.#place = { kind: "escape", between: (between + char).slice(0, MAX_PARAMETERS) };
      return;
    }
    this.#place = TEXT;
    if (between !== "") {
      // A character set: "B" is the usual one.
      if (char === "B") this.#style.delete("characters");
      else this.#style.add("characters");
    } else if (char === "[") this.#place = { kind: "control", parameters: "" };
    else if ("]PX^_".includes(char)) this.#place = { kind: "string" };
    // The end of a string, and the two modes of the keypad.
    else if (!"\\=>".includes(char)) this.#isDriven = true;
  }

  #control(parameters: string, final: string): void {
    this.#place = TEXT;
    const isPrivate = /^[<=>?]/.test(parameters);
    if (!HARMLESS_FINALS.has(final) || SCREEN_MODES.test(parameters)) this.#isDriven = true;
    else if (final === "m" && !isPrivate) this.#rendition(parameters);
    else if ("CGa`".includes(final)) this.#isLineStart = false;
  }

  #rendition(parameters: string): void {
    // A colour written with colons is one parameter.
    const numbers = parameters.split(";").map((each) => Number.parseInt(each === "" ? "0" : each));
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      if (number === 0) this.#style.clear();
      else if (STYLE_ENDS[number] !== undefined) {
        for (const ended of STYLE_ENDS[number]) this.#style.delete(ended);
      } else if (isIn(number, 30, 38) || isIn(number, 90, 97)) this.#style.add("foreground");
      else if (isIn(number, 40, 48) || isIn(number, 100, 107)) this.#style.add("background");
      else this.#style.add(String(number));
      if (number === 38 || number === 48) i += numbers[i + 1] === 2 ? 4 : numbers[i + 1] === 5 ? 2 : 0;
    }
  }
}

/** After a carriage return, an unfinished line stays unfinished, because its content must stay. */
function isNothing(byte: number): boolean {
  return byte === 0x0d || byte === 0x07 || byte === 0x00;
}

function isIn(number: number, from: number, to: number): boolean {
  return number >= from && number <= to;
}
