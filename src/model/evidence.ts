/** Signed statements as they were found, and the keys that somebody here knows. Pure. */

import type { ReadStatement } from "./statement.ts";

/** A public key that somebody here knows. */
export interface KnownKey {
  readonly keyId: string;
  readonly publicKey: Uint8Array;
  /** "own": that of the user of this machine. "given": named in this call. */
  readonly whose: "own" | "given";
}

/** A signed statement as it was found. */
export interface SignatureView {
  /** Relative to the state folder, or to the exported one, with "/" on every system. */
  readonly file: string;
  /** The key that the file names; undefined where it cannot be read. */
  readonly keyId: string | undefined;
  /** undefined where nobody here knows the key, so that the signature could not be checked. */
  readonly by: KnownKey | undefined;
  /** Empty where the signature is valid and everything that it is about is as it was signed. */
  readonly problems: readonly string[];
  /** What it says; it counts only without problems, and by a known key. */
  readonly statement: ReadStatement | undefined;
}

export type SignatureState = "valid" | "unknown_key" | "invalid";

export function signatureState({ by, problems }: SignatureView): SignatureState {
  if (problems.length > 0) return "invalid";
  return by === undefined ? "unknown_key" : "valid";
}
