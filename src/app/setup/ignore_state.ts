/** Keeps records that lie in a repository out of its commits: whether git ignores them, and the line of .gitignore for it. */

import { ok, type Result } from "../../model/result.ts";
import type { Host } from "../../host/host.ts";
import { replaceFile } from "../../host/durable_write.ts";
import { ignoredByGit } from "../../git/ignored.ts";
import { worktreeOf } from "../../git/worktrees.ts";
import { isWithin } from "../workspace/state_place.ts";

const IGNORE_FILE = ".gitignore";

/** How git treats records in the folder, where a project has this root. */
export type RecordsInGit =
  | { readonly kind: "safe" }
  /** No line of .gitignore can keep these out and nothing else: it is the root itself, or its name has a line end. */
  | { readonly kind: "unignorable" }
  /** The line that keeps them out. */
  | { readonly kind: "unignored"; readonly line: string };

/** Both are canonical; the state folder need not be there. */
export async function recordsInGit(host: Host, root: string, folder: string): Promise<RecordsInGit> {
  if (!isWithin(host.paths, root, folder) || worktreeOf(host, root) === undefined) return { kind: "safe" };
  const way = host.paths.relative(root, folder);
  const within = host.environment.os === "windows" ? way.replaceAll("\\", "/") : way;
  const probe = within === "" ? "runs" : `${within}/runs`;
  if ((await ignoredByGit(host, root, [probe])).has(probe)) return { kind: "safe" };
  if (within === "" || /[\r\n]/.test(within)) return { kind: "unignorable" };
  return { kind: "unignored", line: `/${within.replace(/[\\*?[\]]| $/g, "\\$&")}/` };
}

/** Adds the line to the .gitignore of the root, where it is not there yet; whether it did. */
export function addToIgnoreFile({ files, paths }: Host, root: string, line: string): Result<boolean, string> {
  const path = paths.join(root, IGNORE_FILE);
  const entry = files.entry(path);
  // Git does not read one that is a link. Source: gitignore(5), "NOTES".
  if (entry.ok && entry.value.kind !== "file") return { ok: false, failure: "it is not a plain file" };
  const bytes = files.readBytes(path);
  if (!bytes.ok && bytes.failure.kind !== "not_found") return { ok: false, failure: bytes.failure.reason };
  const before = bytes.ok ? bytes.value : new Uint8Array(0);
  // Bytes that are not UTF-8 stay unchanged, because text is only appended.
  const text = new TextDecoder().decode(before);
  if (text.split(/\r?\n/).includes(line)) return ok(false);
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const added = `${text === "" || text.endsWith("\n") ? "" : end}${line}${end}`;
  const whole = new Uint8Array([...before, ...new TextEncoder().encode(added)]);
  const written = replaceFile(files, paths, path, whole, { durable: "new", mode: "shared" });
  return written.ok ? ok(true) : { ok: false, failure: written.failure.reason };
}
