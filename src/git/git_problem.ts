/**
 * Why git reports nothing about a folder, in words, for people who miss a commit in their records. Knows no
 * runs.
 */

import {
  asking,
  decodeText,
  GIT_FACTS_BOUND_MS,
  gitEnvironment,
  type GitMachine,
  repositoryRoot,
} from "./git.ts";

const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

export type GitAnswer =
  | { readonly kind: "told" }
  | { readonly kind: "no_repository" }
  /** The repository has no commit yet. */
  | { readonly kind: "no_commit" }
  | { readonly kind: "late"; readonly boundMs: number }
  /** Another user owns the repository, and git reads it only when told to trust it. */
  | { readonly kind: "not_trusted"; readonly repository: string }
  | { readonly kind: "failed"; readonly reason: string };

/** Asks the question that each run asks; undefined where there is no git. */
export async function askGit(machine: GitMachine, folder: string): Promise<GitAnswer | undefined> {
  const env = gitEnvironment(machine.environment.all());
  const program = machine.processes.findProgram("git", { workingDir: folder, env });
  if (!program.ok) return undefined;
  const repository = repositoryRoot(machine, folder);
  if (repository === undefined) return { kind: "no_repository" };
  const ran = await machine.processes.runTool({
    program: program.value,
    args: asking(folder, "status", "--porcelain=v2", "--branch", "-z"),
    workingDir: folder,
    env,
    timeoutMs: GIT_FACTS_BOUND_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (!ran.ok) {
    return ran.failure.kind === "timed_out"
      ? { kind: "late", boundMs: GIT_FACTS_BOUND_MS }
      : { kind: "failed", reason: ran.failure.reason };
  }
  const { exit, stdout, stderr } = ran.value;
  if (exit.kind === "exited" && exit.exit_code === 0) {
    return { kind: decodeText(stdout).includes("# branch.oid (initial)") ? "no_commit" : "told" };
  }
  const message = decodeText(stderr);
  if (/dubious ownership/.test(message)) return { kind: "not_trusted", repository };
  const line = message.split("\n").map((each) => each.replace(/^fatal: /, "").trim()).find((each) =>
    each !== ""
  );
  return { kind: "failed", reason: line ?? "it ended without a message" };
}
