/**
 * The key of this machine for digests of values that must not be guessed. It makes `CI changed` visible
 * without letting anybody try out a short value. Created at first use, readable by its owner only.
 */

import { fail, ok, type Result } from "../model/result.ts";
import { makeStateFolder } from "./state_folders.ts";
import type { StoreParts } from "./store_parts.ts";

const KEY_CHARACTERS = 64;

export interface UnusableKey {
  readonly path: string;
  readonly reason: string;
}

/** Read once for each call of the program. */
const known = new WeakMap<StoreParts, Uint8Array>();

export function readInputKey(parts: StoreParts): Result<Uint8Array, UnusableKey> {
  const before = known.get(parts);
  if (before !== undefined) return ok(before);
  const key = readOrMake(parts);
  if (key.ok) known.set(parts, key.value);
  return key;
}

function readOrMake(parts: StoreParts): Result<Uint8Array, UnusableKey> {
  const { files, layout, digests } = parts;
  const path = layout.inputKey;
  const found = files.readBytes(path);
  if (found.ok && found.value.length === KEY_CHARACTERS) return found;
  // A key of another length is incomplete because of a crash; nothing useful was digested with it.
  if (found.ok) files.remove(path);
  else if (found.failure.kind !== "not_found") return fail({ path, reason: found.failure.reason });
  const made = makeStateFolder(parts, layout.inputCaches);
  if (!made.ok) return fail({ path, reason: "its folder cannot be made" });
  const bytes = new TextEncoder().encode(digests.randomToken() + digests.randomToken());
  const created = files.createNew(path);
  if (!created.ok) {
    // Another process created it first.
    const theirs = files.readBytes(path);
    return theirs.ok && theirs.value.length === KEY_CHARACTERS
      ? theirs
      : fail({ path, reason: created.failure.reason });
  }
  const written = created.value.write(bytes);
  created.value.close();
  return written.ok ? ok(bytes) : fail({ path, reason: written.failure.reason });
}
