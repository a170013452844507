/**
 * Names of jobs and tasks, and the run ids made from them. Pure: a name is validated before any path is built
 * from it.
 */

declare const brand: unique symbol;

/** `<name>/<timestamp>`, the name of one run in the state store. */
export type RunId = string & { readonly [brand]: "RunId" };

/** `20261122T063449.123Z`: sorts by time as text, and is a legal file name on every system. */
export type Timestamp = string & { readonly [brand]: "Timestamp" };

const MAX_NAME_LENGTH = 64;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const TIMESTAMP = /^\d{8}T\d{6}\.\d{3}Z$/;

/**
 * Names that Windows reserves for devices, with or without an extension. Source: Microsoft, "Naming Files,
 * Paths, and Namespaces".
 */
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i;
/**
 * The first letters of these names. Checking them first spares most names the regular expression, which
 * matters with thousands of names.
 */
const DEVICE_LETTERS = "acnlpACNLP";

/** Says what is wrong with the name of a job or task; undefined where nothing is. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "a name cannot be empty";
  if (name.length > MAX_NAME_LENGTH) {
    return `a name has at most ${MAX_NAME_LENGTH} characters, this one has ${name.length}`;
  }
  if (!NAME.test(name)) {
    return "a name starts with a letter (A to Z) or digit, and continues with these, '.', '_' and '-'";
  }
  if (name.endsWith(".")) return "a name cannot end in a dot";
  if (DEVICE_LETTERS.includes(name[0]!) && WINDOWS_DEVICE.test(name)) {
    return "Windows reserves this name for a device";
  }
  if (name.length === 4 && name.toLowerCase() === "last") return '"last" stands for the newest run';
  return undefined;
}

/** The timestamp of an instant. Throws outside the years 0 to 9999, which no clock here shows. */
export function timestampOf(epochMs: number): Timestamp {
  const iso = new Date(epochMs).toISOString();
  if (iso.length !== 24) {
    throw new Error(`Cannot make a timestamp of ${epochMs}: the year does not have four digits`);
  }
  return iso.replace(/[-:]/g, "") as Timestamp;
}

export function isTimestamp(text: string): text is Timestamp {
  return TIMESTAMP.test(text);
}

/** The instant of a timestamp, in milliseconds since the epoch; NaN where the text is no date. */
export function instantOf(timestamp: Timestamp): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3}Z)$/.exec(timestamp) ?? [];
  return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}`);
}

/** The clocks of machines commonly differ by this much, so a smaller difference is not reported. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * The first timestamp that counts as in the future. A run at or after it was made while the clock was wrong,
 * or the clock is wrong now, so its time does not order it among other runs.
 */
export function firstAhead(nowMs: number): Timestamp {
  return timestampOf(Math.floor(nowMs) + CLOCK_TOLERANCE_MS + 1);
}

export function runIdOf(name: string, timestamp: Timestamp): RunId {
  return `${name}/${timestamp}` as RunId;
}

/** Splits a run id into its parts; undefined where the text is no run id. */
export function parseRunId(
  text: string,
): { readonly name: string; readonly timestamp: Timestamp } | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const name = text.slice(0, slash);
  const timestamp = text.slice(slash + 1);
  if (nameProblem(name) !== undefined || !isTimestamp(timestamp)) return undefined;
  return { name, timestamp };
}

export function isRunId(text: string): text is RunId {
  return parseRunId(text) !== undefined;
}
