/** Gives a salvaged work tree back: its files byte for byte, and what was staged. Knows no tasks. */

import type { Failure } from "../model/failure.ts";
import { ok, type Result } from "../model/result.ts";
import { replaceFile } from "../host/durable_write.ts";
import { asking, gitEnvironment, type GitMachine } from "./git.ts";
import type { GitCalls } from "./git_calls.ts";
import { hashFiles, type Salvage } from "./salvage.ts";

const BLOB_BOUND_MS = 60_000;
const MAX_BLOB_BYTES = 300 * 1024 * 1024;

interface Change {
  readonly mode: string;
  readonly id: string;
}

/** `path`: a new work tree, in which the commit of HEAD is checked out. */
export async function giveBack(
  machine: GitMachine,
  git: GitCalls,
  path: string,
  { commit, head, index }: Salvage,
): Promise<Result<number, Failure>> {
  const { files, paths } = machine;
  const listed = head === ""
    ? await git.list(path, ["ls-tree", "-r", "-z", commit])
    : await git.list(path, ["diff-tree", "-r", "-z", "--raw", "--no-renames", head, commit]);
  if (!listed.ok) return listed;
  const changes = head === "" ? new Map<string, Change>() : changesIn(listed.value);
  // Deleted files first, so that a folder can take the place of a file.
  for (const [name, { mode }] of changes) if (mode === "000000") files.remove(paths.join(path, name));
  const wanted = [...changes].filter(([, { mode }]) => mode !== "000000");
  const gitDir = await git.ask(path, ["rev-parse", "--absolute-git-dir"]);
  if (!gitDir.ok) return gitDir;
  const scratch = paths.join(gitDir.value.trim(), `orchastration-${files.uniqueName()}.index`);
  const aside = git.with({ GIT_INDEX_FILE: scratch });
  if (!aside.ok) return aside;
  try {
    const read = await aside.value.change(path, ["-c", "core.sparseCheckout=false", "read-tree", commit]);
    if (!read.ok) return read;
    const put = await aside.value.change(
      path,
      ["checkout-index", "--force", "-z", "--stdin"],
      wanted.map(([name]) => `${name}\0`).join(""),
    );
    if (!put.ok) return put;
  } finally {
    files.remove(scratch);
  }
  const now = await hashFiles(machine, git, path, wanted.map(([name]) => name), false);
  if (!now.ok) return now;
  for (const [name, { id }] of wanted) {
    if (now.value.entries.get(name)?.id === id) continue;
    // A filter of the repository has changed bytes, which were saved without filters.
    const written = await writeBlob(machine, git, path, name, id);
    if (!written.ok) return written;
  }
  const staged = await git.change(path, ["read-tree", index]);
  return staged.ok ? ok(changes.size) : staged;
}

/** Entries of two: ":mode mode id id letter", and the path. */
function changesIn(listed: readonly string[]): ReadonlyMap<string, Change> {
  const changes = new Map<string, Change>();
  for (let at = 0; at + 1 < listed.length; at += 2) {
    const [, mode = "", , id = ""] = listed[at]!.split(" ");
    changes.set(listed[at + 1]!, { mode, id });
  }
  return changes;
}

async function writeBlob(
  machine: GitMachine,
  git: GitCalls,
  path: string,
  name: string,
  id: string,
): Promise<Result<void, Failure>> {
  const { files, paths, processes, environment } = machine;
  const env = gitEnvironment(environment.all());
  const program = processes.findProgram("git", { workingDir: path, env });
  if (!program.ok) return git.failed(program.failure.reason);
  const blob = await processes.runTool({
    program: program.value,
    args: asking(path, "cat-file", "blob", id),
    workingDir: path,
    env,
    timeoutMs: BLOB_BOUND_MS,
    maxOutputBytes: MAX_BLOB_BYTES,
  });
  if (!blob.ok) return git.failed(blob.failure.reason);
  const { exit, stdout } = blob.value;
  if (exit.kind !== "exited" || exit.exit_code !== 0) {
    return git.failed(`the content of ${name} cannot be read`);
  }
  const written = replaceFile(files, paths, paths.join(path, name), stdout, {
    durable: false,
    mode: "shared",
  });
  return written.ok ? ok(undefined) : git.failed(`${name} cannot be written: ${written.failure.reason}`);
}
