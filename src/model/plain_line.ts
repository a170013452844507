/** One line of captured output as plain text: without colours, without what was overwritten, cut where it is long. Pure. */

/** Longer lines are cut in the middle, as their ends say more than what lies between. */
const MAX_CHARACTERS = 240;

/** Sequences that begin with ESC: CSI, then OSC and its like with their text, then the short ones. */
const SEQUENCES =
  // deno-lint-ignore no-control-regex
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]/g;

/** Control characters but the tab, and characters that reorder text. */
// deno-lint-ignore no-control-regex
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Most lines have nothing of the kind. */
// deno-lint-ignore no-control-regex
const UNUSUAL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

export function plainLine(text: string): string {
  if (!UNUSUAL.test(text)) return text.trimEnd();
  return withoutControls(lastOverwrite(withoutSequences(text))).trimEnd();
}

/** The same with its middle left out where it is too long, which its place shows. */
export function shortLine(line: string, maxCharacters = MAX_CHARACTERS): string {
  if (line.length <= maxCharacters) return line;
  const end = Math.floor(maxCharacters / 4);
  const begin = maxCharacters - end;
  const left = line.length - begin - end;
  const count = `${left} ${left === 1 ? "character" : "characters"}`;
  const cut = `${line.slice(0, begin)} … ${count} … ${line.slice(line.length - end)}`;
  // A character of two units must not be halved.
  return cut.isWellFormed() ? cut : cut.toWellFormed();
}

function withoutSequences(text: string): string {
  return text.replace(SEQUENCES, "");
}

/** A progress bar writes one line again and again; its last state is what a person would see. */
function lastOverwrite(text: string): string {
  if (!text.includes("\r")) return text;
  return text.split("\r").findLast((part) => part.trim() !== "") ?? "";
}

function withoutControls(text: string): string {
  return text.replace(CONTROLS, "");
}
