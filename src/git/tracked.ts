/** The files that git tracks in a folder, or would offer to add. Knows how to call git; knows no runs. */

import { fail, ok, type Result } from "../model/result.ts";
import { gitEnvironment, type GitMachine, isInRepository, withoutSlash } from "./git.ts";

/** The caller waits for the run to start, so a slower repository counts as not listable. */
const BOUND_MS = 60_000;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

export type TrackedProblem =
  | { readonly kind: "no_repository" }
  | { readonly kind: "no_git"; readonly reason: string }
  /** Git could not tell, or not in time; as the second half of a sentence. */
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "not_utf8"; readonly name: string };

export interface TrackedFiles {
  /** The raw output of git: equal bytes mean equal files. */
  readonly listing: Uint8Array;
  readonly names: () => Result<readonly string[], TrackedProblem>;
}

/**
 * Paths relative to the folder, with "/", in git's order: tracked files, and files neither tracked nor
 * ignored. A tracked file need not exist. A nested repository is one path, as a folder.
 */
export async function trackedFiles(
  machine: GitMachine,
  folder: string,
): Promise<Result<TrackedFiles, TrackedProblem>> {
  if (!isInRepository(machine, folder)) return fail({ kind: "no_repository" });
  const env = gitEnvironment(machine.environment.all());
  const program = machine.processes.findProgram("git", { workingDir: folder, env });
  if (!program.ok) return fail({ kind: "no_git", reason: program.failure.reason });
  const answer = await machine.processes.runTool({
    program: program.value,
    args: [
      ...["--no-optional-locks", "-C", folder, "-c", "core.fsmonitor=false", "-c", "core.quotepath=false"],
      ...["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
    ],
    workingDir: folder,
    env,
    timeoutMs: BOUND_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (!answer.ok) return fail({ kind: "failed", reason: answer.failure.reason });
  const { exit, stdout, stderr } = answer.value;
  if (exit.kind !== "exited" || exit.exit_code !== 0) {
    const [line] = new TextDecoder().decode(stderr).trim().split("\n");
    return fail({ kind: "failed", reason: line === "" || line === undefined ? "git ls-files failed" : line });
  }
  return ok({ listing: stdout, names: () => namesIn(stdout) });
}

function namesIn(stdout: Uint8Array): Result<readonly string[], TrackedProblem> {
  try {
    const names = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(stdout).split("\0");
    names.pop();
    return ok(names.map(withoutSlash));
  } catch {
    return fail({ kind: "not_utf8", name: firstNotUtf8(stdout) });
  }
}

/** The runtime cannot open such a name; for people it is shown with its invalid bytes replaced. */
function firstNotUtf8(names: Uint8Array): string {
  const name = new TextDecoder().decode(names).split("\0").find((each) => each.includes("\ufffd"));
  return name ?? "a name";
}
