/**
 * The trusted content, one file each in the folder `trust` beside the configuration of the user: never in a repository, and
 * the only source of trust.
 */

import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { type TrustedContent, type TrustEntry, trustText } from "../../model/trust.ts";
import { replaceFile } from "../../host/durable_write.ts";
import { fileUnwritable } from "../files/user_file.ts";
import { besideUserConfig } from "../workspace/user_folder.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { parsedJson } from "../../model/parsed_json.ts";

const SUFFIX = ".json";
/** A definition with its arguments; a larger file is not ours. */
const MAX_BYTES = 4 * 1024 * 1024;

type Key = Pick<TrustedContent, "project" | "subject" | "name">;

/** The folder; a failure where the system does not say where the user's configuration is. */
function trustFolder(workspace: Workspace): Result<string, Failure> {
  return besideUserConfig(workspace, "trust", { what: "the folder of what is trusted", advice: "set it" });
}

export async function readTrust(
  workspace: Workspace,
  key: Key,
): Promise<Result<TrustEntry | undefined, Failure>> {
  const path = await pathOf(workspace, key);
  return path.ok ? await readEntry(workspace, path.value) : path;
}

/** Sorted by project, then by name; a file that is damaged is left out and counts as no trust. */
export async function listTrust(workspace: Workspace): Promise<Result<readonly TrustEntry[], Failure>> {
  const folder = trustFolder(workspace);
  if (!folder.ok) return folder;
  const names = workspace.host.files.list(folder.value);
  if (!names.ok) {
    if (names.failure.kind === "not_found") return ok([]);
    return fail(unreadable(folder.value, names.failure.reason));
  }
  const entries: TrustEntry[] = [];
  for (const name of names.value.filter((each) => /^[0-9a-f]{64}\.json$/.test(each))) {
    const entry = await readEntry(workspace, workspace.host.paths.join(folder.value, name));
    if (!entry.ok) return entry;
    if (entry.value !== undefined) entries.push(entry.value);
  }
  const order = ({ project, name, subject }: TrustEntry) => `${project}\0${name}\0${subject}`;
  return ok(entries.sort((one, other) => order(one) < order(other) ? -1 : 1));
}

export async function writeTrust(workspace: Workspace, entry: TrustEntry): Promise<Result<void, Failure>> {
  const path = await pathOf(workspace, entry);
  if (!path.ok) return path;
  const { files, paths } = workspace.host;
  const made = files.makeFolders(paths.dirname(path.value), "private");
  const bytes = new TextEncoder().encode(`${JSON.stringify(entry, null, 2)}\n`);
  const written = made.ok ? replaceFile(files, paths, path.value, bytes, { durable: "new" }) : made;
  return written.ok ? ok(undefined) : fileUnwritable(path.value, written.failure.reason);
}

/** Whether an entry existed. */
export async function removeTrust(workspace: Workspace, key: Key): Promise<Result<boolean, Failure>> {
  const path = await pathOf(workspace, key);
  if (!path.ok) return path;
  const removed = workspace.host.files.remove(path.value);
  if (removed.ok) return ok(true);
  if (removed.failure.kind === "not_found") return ok(false);
  return fileUnwritable(path.value, removed.failure.reason);
}

async function pathOf(
  workspace: Workspace,
  { project, subject, name }: Key,
): Promise<Result<string, Failure>> {
  const folder = trustFolder(workspace);
  if (!folder.ok) return folder;
  const { digests, paths } = workspace.host;
  const digest = await digests.sha256(new TextEncoder().encode(JSON.stringify([project, subject, name])));
  return ok(paths.join(folder.value, `${digest}${SUFFIX}`));
}

async function readEntry(
  workspace: Workspace,
  path: string,
): Promise<Result<TrustEntry | undefined, Failure>> {
  const { files, digests } = workspace.host;
  const bytes = files.readBytes(path, MAX_BYTES);
  if (!bytes.ok) {
    return bytes.failure.kind === "not_found" ? ok(undefined) : fail(unreadable(path, bytes.failure.reason));
  }
  const entry = parse(new TextDecoder().decode(bytes.value));
  if (entry === undefined) return ok(undefined);
  // The file was edited by hand, so the trusted content is unknown.
  const digest = await digests.sha256(new TextEncoder().encode(trustText(entry)));
  return ok(digest === entry.sha256 ? entry : undefined);
}

/** undefined if it is damaged, or has a later format. */
function parse(text: string): TrustEntry | undefined {
  const value = parsedJson(text);
  if (typeof value !== "object" || value === null) return undefined;
  const entry = value as Partial<TrustEntry>;
  const isWhole = entry.format === 1 && entry.kind === "trust" && typeof entry.sha256 === "string" &&
    typeof entry.project === "string" && (entry.subject === "job" || entry.subject === "task") &&
    typeof entry.name === "string" && typeof entry.definition === "object" && entry.definition !== null &&
    Array.isArray(entry.argv) && typeof entry.working_dir === "string" &&
    typeof entry.files === "object" && entry.files !== null && typeof entry.trusted_at === "string" &&
    (entry.around === undefined || (typeof entry.around === "object" && entry.around !== null));
  return isWhole ? entry as TrustEntry : undefined;
}

function unreadable(path: string, reason: string): Failure {
  return { code: "file_unreadable", action: "read what is trusted in", path, reason };
}
