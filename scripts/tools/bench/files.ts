/** Files for the cases, made fast. */

export const MIB = 1024 * 1024;
export const GIB = 1024 * MIB;

const CHUNK_BYTES = 8 * MIB;
/** The maximum for `crypto.getRandomValues`, from its specification. */
const RANDOM_BYTES = 65_536;

/** Incompressible bytes: one chunk again and again, each time with its position in it. */
export async function writeRandomFile(path: string, bytes: number): Promise<void> {
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let at = 0; at < chunk.length; at += RANDOM_BYTES) {
    crypto.getRandomValues(chunk.subarray(at, at + RANDOM_BYTES));
  }
  using file = await Deno.open(path, { write: true, createNew: true });
  for (let written = 0; written < bytes;) {
    new DataView(chunk.buffer).setFloat64(0, written);
    written += file.writeSync(chunk.subarray(0, Math.min(chunk.length, bytes - written)));
  }
}

export async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
