/**
 * The part of a log that explains a failure: the telling lines with their surroundings, and the end of the log. Takes the lines one by one
 * and keeps a bounded number of them. Pure.
 */

import { shortLine } from "./plain_line.ts";
import { isFiller, isSide, weightOf } from "./telling_lines.ts";

/** Around a line that tells. */
const BEFORE = 3;
const AFTER = 3;
/** The two sides of a comparison stand this far below it at most. */
const SIDES_AFTER = 12;
const LAST_LINES = 40;
/** The last lines of stderr, which may lie far before the end of a stdout that was written at once. */
const LAST_ERRORS = 8;
/** At most this many places of each weight; the first ones, as what follows is often their consequence. */
const MAX_PLACES = 24;
/** The summary is at the end, and only the first place has a higher priority. */
const SUMMARY_LINES = 4;

interface Kept {
  readonly number: number;
  readonly text: string;
  readonly weight: number;
}

interface Place {
  readonly weight: number;
  readonly line: Kept;
  readonly before: readonly Kept[];
  readonly after: Kept[];
}

export interface FailingPart {
  /** In the order of the log; the text of one may be cut in its middle, which its text says. */
  readonly lines: readonly { readonly number: number; readonly text: string }[];
  readonly totalLines: number;
}

export class FailingPartFinder {
  readonly #last: Kept[] = [];
  readonly #lastErrors: Kept[] = [];
  readonly #places: Place[] = [];
  readonly #counts = [0, 0, 0, 0];
  readonly #seen = new Set<string>();
  #open: Place[] = [];
  #total = 0;

  get totalLines(): number {
    return this.#total;
  }

  /** A line without its control characters; `isError`: of stderr. */
  line(plain: string, isError = false): void {
    const number = ++this.#total;
    const kept = { number, text: shortLine(plain), weight: weightOf(plain) };
    if (this.#open.length > 0) {
      for (const place of this.#open) this.#follow(place, kept);
      this.#open = this.#open.filter(({ line }) => number - line.number < SIDES_AFTER);
    }
    if (kept.weight > 0) this.#begin(kept);
    if (isError && !isFiller(plain)) this.#lastErrors.push(kept);
    if (this.#lastErrors.length > LAST_ERRORS) this.#lastErrors.shift();
    this.#last.push(kept);
    // Trimmed from time to time, not at each line.
    if (this.#last.length === 2 * LAST_LINES) this.#last.splice(0, LAST_LINES);
  }

  /** At most this many bytes of UTF-8, with a line end for each line and a mark for each gap. */
  part(maxBytes: number): FailingPart {
    const chosen = new Map<number, Kept>();
    let left = maxBytes;
    for (const line of this.#byImportance()) {
      if (chosen.has(line.number)) continue;
      const cost = new TextEncoder().encode(line.text).length + 1 + GAP_BYTES;
      if (cost > left) continue;
      chosen.set(line.number, line);
      left -= cost;
    }
    const lines = [...chosen.values()].sort((one, other) => one.number - other.number);
    return { lines, totalLines: this.#total };
  }

  #begin(line: Kept): void {
    const count = this.#counts[line.weight]!;
    if (count >= MAX_PLACES) return;
    // Runners print a failure where it happens, and once more at the end.
    const words = line.text.replace(/\s+/g, " ").trim();
    if (this.#seen.has(words)) return;
    this.#seen.add(words);
    this.#counts[line.weight] = count + 1;
    const place = { weight: line.weight, line, before: this.#last.slice(-BEFORE), after: [] };
    this.#places.push(place);
    this.#open.push(place);
  }

  #follow({ line, after }: Place, next: Kept): void {
    if (next.number - line.number <= AFTER || isSide(next.text)) after.push(next);
  }

  /** Earlier lines are worth more. */
  *#byImportance(): Generator<Kept> {
    const last = this.#last.slice(-LAST_LINES);
    const what = this.#places.filter(({ weight }) => weight === 3);
    const where = this.#places.filter(({ weight }) => weight === 2);
    const mention = this.#places.filter(({ weight }) => weight === 1);
    const [first, ...others] = what.length > 0 ? what : where.length > 0 ? where : mention;
    if (first !== undefined) yield* aroundOf(first);
    yield* last.filter(({ text }) => !isFiller(text)).slice(-SUMMARY_LINES);
    yield* this.#lastErrors.toReversed().slice(0, SUMMARY_LINES);
    for (const place of others) yield place.line;
    if (what.length > 0) { for (const place of where) yield place.line; }
    yield* this.#lastErrors.toReversed();
    for (const place of others) yield* aroundOf(place);
    yield* last.filter(({ text }) => !isFiller(text)).toReversed();
    for (const place of [...where, ...mention]) yield* aroundOf(place);
    yield* last.toReversed();
  }
}

/** The mark for lines that are left out, with its line end. */
export const GAP = "…";
const GAP_BYTES = 4;

/** The line itself, then what tells most of what is around it. */
function* aroundOf({ line, before, after }: Place): Generator<Kept> {
  yield line;
  const near = [...after, ...before.toReversed()].filter(({ text }) => !isFiller(text));
  yield* near.filter(({ text, weight }) => isSide(text) || weight > 1);
  yield* near;
}

/** The lines as one text, with a mark wherever some were left out. */
export function partText({ lines, totalLines }: FailingPart): string {
  let text = "";
  let next = 1;
  for (const line of lines) {
    if (line.number > next) text += `${GAP}\n`;
    text += `${line.text}\n`;
    next = line.number + 1;
  }
  return next <= totalLines && lines.length > 0 ? `${text}${GAP}\n` : text;
}
