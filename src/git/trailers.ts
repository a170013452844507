/** The trailers of a commit's message. Knows how to call git; knows no evidence. */

import { asking, decodeText, gitEnvironment, type GitMachine, isInRepository } from "./git.ts";

const BOUND_MS = 10_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;

/** The values of all trailers with this key; empty where there are none, or the revision is no commit. */
export async function trailersOf(
  machine: GitMachine,
  folder: string,
  revision: string,
  key: string,
): Promise<readonly string[]> {
  if (!isInRepository(machine, folder)) return [];
  const env = gitEnvironment(machine.environment.all());
  const program = machine.processes.findProgram("git", { workingDir: folder, env });
  if (!program.ok) return [];
  const format = `--format=%(trailers:key=${key},valueonly,unfold)`;
  const answer = await machine.processes.runTool({
    program: program.value,
    args: asking(folder, "log", "-1", format, "--end-of-options", revision, "--"),
    workingDir: folder,
    env,
    timeoutMs: BOUND_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  const isRead = answer.ok && answer.value.exit.kind === "exited" && answer.value.exit.exit_code === 0;
  return isRead
    ? decodeText(answer.value.stdout).split("\n").map((line) => line.trim()).filter((line) => line !== "")
    : [];
}
