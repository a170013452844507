/** Reads JSON from a file that may be whole, cut off, or something else. Pure. */

import { fail, ok, type Result } from "../model/result.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Any JSON value, or why the bytes hold none, in words. */
export function parseJson(bytes: Uint8Array): Result<unknown, string> {
  try {
    return ok(JSON.parse(decoder.decode(bytes)));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    return fail(bytes.length === 0 ? "the file is empty" : "it is not JSON");
  }
}
