/** Parses JSON that somebody else may have written, cut off or damaged. Pure. */

/** Any JSON value; undefined where the text is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
