/** Lines that name something in the message of a commit, or in notes of git. Knows how to call git; knows no evidence. */

import { asking, decodeText, gitEnvironment, type GitMachine, isInRepository } from "./git.ts";

const BOUND_MS = 10_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;

export interface NamedByGit {
  /** The values of all trailers of the message with the key. */
  readonly trailers: readonly string[];
  /** The values of all lines with the key in the notes of the commit, and in those of its tree. */
  readonly notes: readonly string[];
}

export interface NamingPlace {
  /** A commit, or anything else that git resolves to the tree; only a commit has trailers. */
  readonly revision: string;
  readonly tree: string;
  readonly key: string;
  /** Below `refs/notes`. */
  readonly notesRef: string;
}

/** All of them are empty where nothing is named, and where git cannot be asked. */
export async function namedByGit(
  machine: GitMachine,
  folder: string,
  { revision, tree, key, notesRef }: NamingPlace,
): Promise<NamedByGit> {
  if (!isInRepository(machine, folder)) return { trailers: [], notes: [] };
  const env = gitEnvironment(machine.environment.all());
  const program = machine.processes.findProgram("git", { workingDir: folder, env });
  if (!program.ok) return { trailers: [], notes: [] };
  /** No lines where git has nothing to show. */
  const linesOf = async (...words: readonly string[]): Promise<readonly string[]> => {
    const answer = await machine.processes.runTool({
      program: program.value,
      args: asking(folder, ...words),
      workingDir: folder,
      env,
      timeoutMs: BOUND_MS,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    });
    const isRead = answer.ok && answer.value.exit.kind === "exited" && answer.value.exit.exit_code === 0;
    if (!isRead) return [];
    return decodeText(answer.value.stdout).split("\n").map((line) => line.trim()).filter((line) =>
      line !== ""
    );
  };
  const format = `--format=%H%n%(trailers:key=${key},valueonly,unfold)`;
  const [commit, ...trailers] = await linesOf("log", "-1", format, "--end-of-options", revision, "--");
  const notes = new Set<string>();
  for (const object of commit === undefined ? [tree] : [commit, tree]) {
    for (const line of await linesOf("notes", `--ref=${notesRef}`, "show", object)) {
      if (line.startsWith(`${key}:`)) notes.add(line.slice(key.length + 1).trim());
    }
  }
  return { trailers, notes: [...notes] };
}
