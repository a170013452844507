/** The files that differ from an earlier commit, according to git. Knows how to call git; knows no jobs. */

import { fail, ok, type Result } from "../model/result.ts";
import { asking, decodeText, gitEnvironment, type GitMachine, repositoryRoot, withoutSlash } from "./git.ts";

/** The caller waits for the run to start, so a slower repository counts as not comparable. */
const BOUND_MS = 60_000;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

export type ChangedProblem =
  | { readonly kind: "no_repository" }
  | { readonly kind: "no_git"; readonly reason: string }
  /** It names no commit. */
  | { readonly kind: "unknown_revision" }
  /** The histories have no commit in common. */
  | { readonly kind: "unrelated" }
  | { readonly kind: "failed"; readonly reason: string };

export type ChangedFiles =
  | {
    readonly kind: "compared";
    /** The folder that the paths are relative to. */
    readonly top: string;
    readonly mergeBase: string;
    /** Committed, uncommitted and untracked; with "/", each once, sorted. Removed files are among them. */
    readonly paths: readonly string[];
  }
  /** The clone is shallow, and lacks the history that is needed. */
  | { readonly kind: "shallow" };

/** Compares the present work tree of the folder with the merge base of its HEAD and the revision. */
export async function changedSince(
  machine: GitMachine,
  folder: string,
  revision: string,
): Promise<Result<ChangedFiles, ChangedProblem>> {
  const top = repositoryRoot(machine, folder);
  if (top === undefined) return fail({ kind: "no_repository" });
  const env = gitEnvironment(machine.environment.all());
  const program = machine.processes.findProgram("git", { workingDir: top, env });
  if (!program.ok) return fail({ kind: "no_git", reason: program.failure.reason });
  const ask = async (...words: readonly string[]): Promise<Result<Answer, ChangedProblem>> => {
    const ran = await machine.processes.runTool({
      program: program.value,
      args: asking(top, ...words),
      workingDir: top,
      env,
      timeoutMs: BOUND_MS,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    });
    if (!ran.ok) return fail({ kind: "failed", reason: ran.failure.reason });
    const { exit, stdout, stderr } = ran.value;
    return ok({
      code: exit.kind === "exited" ? exit.exit_code : undefined,
      text: decodeText(stdout),
      message: decodeText(stderr).trim().split("\n")[0] ?? "",
    });
  };
  const shallow = await ask("rev-parse", "--is-shallow-repository");
  if (!shallow.ok) return shallow;
  if (shallow.value.code !== 0) return fail({ kind: "failed", reason: wordsOf(shallow.value) });
  const isShallow = shallow.value.text.trim() === "true";
  // A revision is never read as an option, even if it begins with a hyphen.
  const commit = await ask("rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`);
  if (!commit.ok) return commit;
  if (commit.value.code !== 0) {
    return isShallow ? ok({ kind: "shallow" }) : fail({ kind: "unknown_revision" });
  }
  const base = await ask("merge-base", "HEAD", commit.value.text.trim());
  if (!base.ok) return base;
  if (base.value.code !== 0) return isShallow ? ok({ kind: "shallow" }) : fail({ kind: "unrelated" });
  const mergeBase = base.value.text.trim();
  const differing = await ask(
    ...["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-relative"],
    ...["--ignore-submodules=none", mergeBase, "--"],
  );
  if (!differing.ok) return differing;
  const untracked = await ask("ls-files", "-z", "--others", "--exclude-standard");
  if (!untracked.ok) return untracked;
  for (const answer of [differing.value, untracked.value]) {
    if (answer.code !== 0) return fail({ kind: "failed", reason: wordsOf(answer) });
  }
  const paths = new Set([...namesIn(differing.value.text), ...namesIn(untracked.value.text)]);
  return ok({ kind: "compared", top, mergeBase, paths: [...paths].sort() });
}

interface Answer {
  readonly code: number | undefined;
  readonly text: string;
  /** The first line of stderr. */
  readonly message: string;
}

function wordsOf({ message }: Answer): string {
  return message === "" ? "git ended without a message" : message.replace(/^fatal: /, "");
}

function namesIn(text: string): readonly string[] {
  return text.split("\0").filter((name) => name !== "").map(withoutSlash);
}
