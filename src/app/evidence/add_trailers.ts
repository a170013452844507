/** The evidence of tasks as trailers of a commit: as text, or in the file of a commit message. */

import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import { type SignedBuild, TRAILER, trailerLine } from "../../model/signed_build.ts";
import { replaceFile } from "../../host/durable_write.ts";
import { gitEnvironment } from "../../git/git.ts";
import { GitCalls } from "../../git/git_calls.ts";
import { NO_JOURNAL } from "../../git/tool.ts";
import { fileUnwritable } from "../files/user_file.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { signedBuilds } from "./signed_builds.ts";

export interface TrailersRequest {
  readonly task: string | undefined;
  readonly tree: string | undefined;
  /** The file of a commit message, to which they are added. */
  readonly message: string | undefined;
}

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** As written here; the rest of the message belongs to people. */
const OURS = new RegExp(`^${TRAILER}: \\S+ [0-9a-f]{64}\\n`, "gm");

export async function addTrailers(
  workspace: Workspace,
  { task, tree, message }: TrailersRequest,
): Promise<Result<readonly SignedBuild[], Failure>> {
  const builds = await signedBuilds(workspace, { task, tree });
  if (!builds.ok) return builds;
  // Nobody has asked for a failed build by its name.
  const offered = task === undefined
    ? builds.value.filter(({ status }) => status === "succeeded")
    : builds.value;
  if (message === undefined) return ok(offered);
  const added = await addTo(workspace, message, offered.map(trailerLine));
  return added.ok ? ok(offered) : added;
}

/** Those of an earlier tree are removed: an amended commit has other files. */
async function addTo(
  { host, currentFolder }: Workspace,
  message: string,
  lines: readonly string[],
): Promise<Result<void, Failure>> {
  const path = host.paths.resolve(currentFolder, message);
  const bytes = host.files.readBytes(path, MAX_MESSAGE_BYTES);
  if (!bytes.ok) {
    return fail({ code: "file_unreadable", action: "read the message", path, reason: bytes.failure.reason });
  }
  const before = new TextDecoder().decode(bytes.value);
  const cleaned = before.replace(OURS, "");
  if (cleaned === before && lines.length === 0) return ok(undefined);
  const text = lines.length === 0 ? ok(cleaned) : await withTrailers(host, currentFolder, cleaned, lines);
  if (!text.ok) return text;
  const after = new TextEncoder().encode(text.value);
  const written = replaceFile(host.files, host.paths, path, after, { durable: false, mode: "shared" });
  return written.ok ? ok(undefined) : fileUnwritable(path, written.failure.reason);
}

async function withTrailers(
  host: Workspace["host"],
  folder: string,
  text: string,
  lines: readonly string[],
): Promise<Result<string, Failure>> {
  const setting = {
    machine: host,
    workingDir: folder,
    env: gitEnvironment(host.environment.all()),
    secrets: [],
    journal: NO_JOURNAL,
  };
  const git = GitCalls.open(setting, { action: "add trailers to", value: "the message" });
  if (!git.ok) return git;
  const trailers = lines.flatMap((line) => ["--trailer", line]);
  return await git.value.ask(folder, ["interpret-trailers", "--if-exists", "add", ...trailers], text);
}
