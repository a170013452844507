/** A problem at a key of the configuration, before its line is known. Knows nothing of files or text. */

import { quote } from "../model/visible.ts";

/** The path from the top of the file to a value: names of keys, and positions in lists. */
export type KeyPath = readonly (string | number)[];

export interface Problem {
  readonly at: KeyPath;
  /** The part of the key at which the problem is shown. */
  readonly point: "key" | "value" | "header";
  readonly message: string;
  readonly hint: string | undefined;
  /** Another key that the message is about: its line is appended to the message. */
  readonly other?: KeyPath;
}

const BARE_KEY = /^[A-Za-z0-9_-]+$/;

/** As in `jobs.sample.command[1]`; a part that is no bare key of TOML is quoted. */
export function dottedKey(at: KeyPath): string {
  let key = "";
  for (const part of at) {
    if (typeof part === "number") key += `[${part}]`;
    else key += (key === "" ? "" : ".") + (BARE_KEY.test(part) ? part : quote(part));
  }
  return key;
}
