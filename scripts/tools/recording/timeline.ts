/** The content of a recorded terminal over time: pieces of lines, and the scroll position. */

import xterm from "@xterm/headless";
import type { Cast } from "./cast.ts";

/** The style of a piece. Colours are 0 to 255, as terminals count them; undefined is the default. */
export interface Look {
  readonly colour: number | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

/** Characters of one line with the same style and the same times. */
export interface Piece {
  /** Counted from the beginning of the recording, including lines that have scrolled away. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly look: Look;
  readonly fromMs: number;
  /** undefined: until the end. */
  untilMs: number | undefined;
}

export interface Timeline {
  readonly pieces: readonly Piece[];
  /** The first visible line, from each moment on. */
  readonly scrolls: readonly { readonly atMs: number; readonly line: number }[];
  readonly endMs: number;
}

export async function timelineOf({ columns, rows, events }: Cast): Promise<Timeline> {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  const pieces: Piece[] = [];
  const shown: Piece[][] = [];
  const scrolls = [{ atMs: 0, line: 0 }];
  for (const { atMs, text } of events) {
    await new Promise<void>((resolve) => terminal.write(text, resolve));
    const buffer = terminal.buffer.active;
    if (buffer.baseY !== scrolls.at(-1)!.line) scrolls.push({ atMs, line: buffer.baseY });
    for (let line = 0; line < buffer.length; line++) {
      const now = piecesOf(buffer.getLine(line)!, line, atMs);
      const before = shown[line] ?? [];
      const kept = before.filter((old) => now.some((piece) => covers(piece, old)));
      for (const old of before) if (!kept.includes(old)) old.untilMs = atMs;
      const added = now.flatMap((piece) => without(piece, kept));
      pieces.push(...added);
      shown[line] = [...kept, ...added];
    }
  }
  return { pieces, scrolls, endMs: events.at(-1)?.atMs ?? 0 };
}

type Line = NonNullable<ReturnType<xterm.Terminal["buffer"]["active"]["getLine"]>>;

function piecesOf(line: Line, number: number, fromMs: number): readonly Piece[] {
  const found: Piece[] = [];
  let text = "";
  let look: Look | undefined;
  const end = (column: number) => {
    const trimmed = text.trimEnd();
    if (trimmed.trim() !== "") {
      const lead = trimmed.length - trimmed.trimStart().length;
      found.push({
        line: number, column: column - text.length + lead, text: trimmed.trimStart(),
        look: look!, fromMs, untilMs: undefined,
      });
    }
    text = "";
  };
  for (let column = 0; column < line.length; column++) {
    const cell = line.getCell(column)!;
    const now: Look = {
      colour: cell.isFgPalette() ? cell.getFgColor() : undefined,
      isBold: cell.isBold() !== 0,
      isDim: cell.isDim() !== 0,
    };
    if (look !== undefined && !alike(look, now)) end(column);
    look = now;
    text += cell.getChars() || " ";
  }
  end(line.length);
  return found;
}

function alike(a: Look, b: Look): boolean {
  return a.colour === b.colour && a.isBold === b.isBold && a.isDim === b.isDim;
}

/** Whether the older piece is contained unchanged in the newer one. */
function covers(piece: Piece, old: Piece): boolean {
  const at = old.column - piece.column;
  return at >= 0 && alike(piece.look, old.look) && piece.text.slice(at, at + old.text.length) === old.text;
}

/** The part of a piece that is not there yet. */
function without(piece: Piece, kept: readonly Piece[]): readonly Piece[] {
  const parts: Piece[] = [];
  let from = 0;
  const take = (until: number) => {
    const text = piece.text.slice(from, until).trimEnd();
    const lead = text.length - text.trimStart().length;
    if (text !== "") parts.push({ ...piece, column: piece.column + from + lead, text: text.trimStart() });
  };
  const within = kept.filter((old) => covers(piece, old)).toSorted((a, b) => a.column - b.column);
  for (const old of within) {
    take(old.column - piece.column);
    from = old.column - piece.column + old.text.length;
  }
  take(piece.text.length);
  return parts;
}
