/**
 * A recorded terminal session in the format of asciinema (asciicast v2). Source:
 * docs.asciinema.org/manual/asciicast/v2.
 */

export interface Cast {
  readonly columns: number;
  readonly rows: number;
  readonly events: readonly CastEvent[];
}

/** The bytes sent to the terminal, with their times. */
export interface CastEvent {
  readonly atMs: number;
  readonly text: string;
}

export function formatCast({ columns, rows, events }: Cast): string {
  const head = { version: 2, width: columns, height: rows };
  const lines = events.map(({ atMs, text }) => [Math.round(atMs) / 1000, "o", text]);
  return [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
}

export function parseCast(text: string): Cast {
  const [head, ...lines] = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  if (head.version !== 2) throw new Error(`Cannot read the recording: it has version ${head.version}, not 2`);
  const events = lines.map(([seconds, , text]: [number, string, string]) => ({ atMs: seconds * 1000, text }));
  return { columns: head.width, rows: head.height, events };
}
