/** The position of a reader in a run's output: an attempt, and the number of bytes read of each stream. */

export interface LogCursor {
  readonly attempt: number;
  readonly stdout: number;
  readonly stderr: number;
}

/** `1.4096.0`; readers return it unchanged. */
export function formatCursor({ attempt, stdout, stderr }: LogCursor): string {
  return `${attempt}.${stdout}.${stderr}`;
}

/** undefined: it is not a cursor. */
export function parseCursor(text: string): LogCursor | undefined {
  const parts = /^(\d{1,6})\.(\d{1,15})\.(\d{1,15})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts[0] === 0) return undefined;
  const [attempt, stdout, stderr] = parts as [number, number, number];
  return { attempt, stdout, stderr };
}
