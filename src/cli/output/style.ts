/** Colour for terminals, and words fitted to a width. Pure. */

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** Source: ECMA-48, Select Graphic Rendition. */
export function createStyle(color: boolean): Style {
  const paint = (on: number, off: number) => (text: string) =>
    color && text !== "" ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  };
}

/** The columns of a text, without its colours. Wide East Asian characters and emoji take two. */
export function widthOf(text: string): number {
  // Most texts are ASCII, and the tables of Unicode take 3 ms to load.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  // deno-lint-ignore no-control-regex
  for (const char of text.replace(/\x1b\[[0-9;]*m/g, "")) {
    const point = char.codePointAt(0)!;
    if (/\p{Mark}/u.test(char) || point === 0x200d || point === 0xfe0f) continue;
    width += isWide(point) ? 2 : 1;
  }
  return width;
}

/** Source: Unicode Standard Annex 11, the ranges of East Asian Wide and Fullwidth that occur in practice. */
function isWide(point: number): boolean {
  return (point >= 0x1100 && point <= 0x115f) || (point >= 0x2e80 && point <= 0xa4cf) ||
    (point >= 0xac00 && point <= 0xd7a3) || (point >= 0xf900 && point <= 0xfaff) ||
    (point >= 0xfe30 && point <= 0xfe6f) || (point >= 0xff00 && point <= 0xff60) ||
    (point >= 0xffe0 && point <= 0xffe6) || (point >= 0x1f300 && point <= 0x1faff) ||
    (point >= 0x20000 && point <= 0x3fffd);
}

/** Wraps a text between words so that no line is wider than `columns`; a longer word gets its own line. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}

/** The text, or the beginning of it with "…", in at most so many columns. Colours stay, and are switched off at their ends. */
export function shorten(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = "";
  let width = 0;
  let isCut = false;
  // deno-lint-ignore no-control-regex
  for (const [part] of text.matchAll(/\x1b\[[0-9;]*m|[^]/gu)) {
    if (part.length > 1 && part.startsWith("\x1b")) kept += part;
    else if (!isCut) {
      width += widthOf(part);
      isCut = width > columns - 1;
      kept += isCut ? "…" : part;
    }
  }
  return kept;
}

interface TableOptions {
  /** undefined: lines may have any length. */
  readonly columns: number | undefined;
  /** Aligned to the right. */
  readonly right?: readonly number[];
  /**
   * These columns are shortened where `columns` is too narrow, the first of them as far as it can be, then the next. No line
   * is wider then, and none is wrapped.
   */
  readonly shorten?: readonly ShortenedColumn[];
}

interface ShortenedColumn {
  /** From 0. */
  readonly index: number;
  /** It keeps at least this width, by default 8. */
  readonly leastColumns?: number;
}

const LEAST_COLUMNS = 8;

/**
 * Rows as aligned columns, with two spaces between; an empty column takes no space. The last column wraps
 * under itself where `columns` is too narrow for it, unless others are shortened.
 */
export function table(rows: readonly (readonly string[])[], options: TableOptions): string {
  const { columns, shorten: shortened } = options;
  return columns === undefined || shortened === undefined
    ? aligned(rows, options)
    : aligned(fitted(rows, columns, shortened), { ...options, columns: undefined })
      .replace(/.+/g, (line) => shorten(line, columns));
}

/** Rows whose columns together are as narrow as `columns`, as far as shortening makes them. */
function fitted(
  rows: readonly (readonly string[])[],
  columns: number,
  shortened: readonly ShortenedColumn[],
): readonly (readonly string[])[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => widths[index] = Math.max(widths[index] ?? 0, widthOf(cell)));
  }
  const used = widths.filter((width) => width > 0);
  let excess = used.reduce((sum, width) => sum + width, 2 * (used.length - 1)) - columns;
  for (const { index, leastColumns = LEAST_COLUMNS } of shortened) {
    const width = widths[index] ?? 0;
    if (excess <= 0 || width <= leastColumns) continue;
    widths[index] = Math.max(leastColumns, width - excess);
    excess -= width - widths[index];
  }
  return rows.map((row) => row.map((cell, index) => shorten(cell, widths[index]!)));
}

function aligned(rows: readonly (readonly string[])[], options: TableOptions): string {
  const widths: number[] = [];
  const measured = rows.map((row) => {
    const own: number[] = [];
    for (let index = 0; index < row.length - 1; index++) {
      const width = own[index] = widthOf(row[index]!);
      if (!(width <= widths[index]!)) widths[index] = width;
    }
    return own;
  });
  const indent = widths.reduce((sum, width) => width === 0 ? sum : sum + width + 2, 0);
  const room = options.columns === undefined ? Infinity : options.columns - indent;
  let text = "";
  rows.forEach((row, at) => {
    let head = "";
    for (let index = 0; index < row.length - 1; index++) {
      if (widths[index] === 0) continue;
      const space = " ".repeat(widths[index]! - measured[at]![index]!);
      head += options.right?.includes(index) ? `${space}${row[index]}  ` : `${row[index]}${space}  `;
    }
    const last = row.at(-1) ?? "";
    const fits = room < 16 || room === Infinity || widthOf(last) <= room;
    const lines = fits ? [last] : wrap(last, room);
    lines.forEach((line, index) => {
      text += `${(index === 0 ? head + line : " ".repeat(indent) + line).trimEnd()}\n`;
    });
  });
  return text;
}
