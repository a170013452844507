/** Lines of a program's output with their colours, as elements: nothing of the output becomes markup. */

/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import Anser from "anser";
import { visible } from "../../model/visible.ts";

/** Every sequence but colours: other CSI, OSC with its text (links, titles), and the short ones. */
const OTHER_SEQUENCES =
  // deno-lint-ignore no-control-regex
  /\x1b(?:\[[0-?]*[ -/]*[@-ln-~]|\[[<-?][0-?]*[ -/]*m|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|(?!\[)[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]/g;
// deno-lint-ignore no-control-regex
const COLOURS = /\x1b\[[\d;:]*m/g;
/** Control characters but the tab and the ESC of colours. */
const CONTROLS =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000a-\u001a\u001c-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// deno-lint-ignore no-control-regex
const RESET = /^\x1b\[0*m$/;
/** More than any program leaves open at the end of a line. */
const MAX_OPEN = 8;

/** The colours that are open at the end of a line go on in the next one of the same stream. */
export class OpenColours {
  #open: readonly string[] = [];

  /** The line as it looks at the end: without sequences, and with its last overwriting alone. */
  line(text: string): string {
    const last = text.replace(/\r+$/, "").split("\r").findLast((part) => part !== "") ?? "";
    const clean = last.replace(OTHER_SEQUENCES, "").replace(CONTROLS, visible);
    const line = this.#open.join("") + clean;
    for (const [sequence] of clean.matchAll(COLOURS)) {
      this.#open = RESET.test(sequence) ? [] : [...this.#open.slice(1 - MAX_OPEN), sequence];
    }
    return line;
  }
}

/** `text` comes from OpenColours. */
export function Ansi({ text }: { readonly text: string }) {
  if (!text.includes("\x1b")) return <>{text}</>;
  const parts = Anser.ansiToJson(text, { use_classes: true, remove_empty: true });
  return (
    <>
      {parts.map(({ content, fg, bg, fg_truecolor, bg_truecolor, decorations }, at) => {
        const classes = [
          ...fg === null || fg === undefined || fg === "ansi-truecolor" ? [] : [`f-${fg}`],
          ...bg === null || bg === undefined || bg === "ansi-truecolor" ? [] : [`b-${bg}`],
          ...(decorations ?? []).map((each) => `d-${each}`),
        ].filter((each) => /^[a-z0-9-]+$/.test(each));
        const style = {
          ...rgb("color", fg_truecolor ?? palette(fg)),
          ...rgb("backgroundColor", bg_truecolor ?? palette(bg)),
        };
        return (
          <span key={at} class={classes.join(" ")} style={style}>{content.replaceAll("\x1b", "␛")}</span>
        );
      })}
    </>
  );
}

function rgb(key: "color" | "backgroundColor", value: string | null | undefined) {
  return value !== null && value !== undefined && /^\d+, ?\d+, ?\d+$/.test(value)
    ? { [key]: `rgb(${value})` }
    : {};
}

/** One of 256 colours. Source: the table of xterm. */
function palette(name: string | null): string | undefined {
  const number = Number(/^ansi-palette-(\d+)$/.exec(name ?? "")?.[1] ?? NaN);
  if (Number.isNaN(number) || number < 16) return undefined;
  if (number >= 232) return Array(3).fill(8 + 10 * (number - 232)).join(", ");
  const level = (value: number) => value === 0 ? 0 : 55 + 40 * value;
  const at = number - 16;
  return [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map(level).join(", ");
}
