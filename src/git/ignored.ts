/** Which paths git is told to ignore, in one call for all of them. Knows how git speaks; knows no runs. */

import { asking, gitEnvironment, type GitMachine } from "./git.ts";

/** Somebody waits for the answer with each change; after this long nothing counts as ignored. */
const BOUND_MS = 2000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/**
 * Of paths relative to a folder, with "/", those that git ignores there: by .gitignore, by the user's own list and by
 * .git/info/exclude. What git tracks it does not ignore. None where there is no git or it cannot tell.
 */
export async function ignoredByGit(
  machine: GitMachine,
  folder: string,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const env = gitEnvironment(machine.environment.all());
  const program = machine.processes.findProgram("git", { workingDir: folder, env });
  if (!program.ok) return new Set();
  const said = await machine.processes.runTool({
    program: program.value,
    args: asking(folder, "check-ignore", "-z", "--stdin"),
    workingDir: folder,
    env,
    // In front of each, so that a name which begins with a dash or a colon is a name.
    stdin: new TextEncoder().encode(paths.map((path) => `./${path}\0`).join("")),
    timeoutMs: BOUND_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  // 1 means that none is ignored. Source: git-check-ignore(1), "Exit status".
  if (!said.ok || said.value.exit.kind !== "exited" || said.value.exit.exit_code !== 0) return new Set();
  const names = new TextDecoder().decode(said.value.stdout).split("\0");
  return new Set(names.map((name) => name.replace(/^\.\//, "")));
}

/** Of more folders than this, none is asked about: that all of them are looked into costs time, and loses nothing. */
const MAX_FOLDERS = 500;

/** Of folders, those that git ignores with everything in them: it can track files in a folder that it is told to ignore. */
export async function foldersIgnoredByGit(
  machine: GitMachine,
  folder: string,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  const ignored = await ignoredByGit(machine, folder, paths);
  const names = paths.filter((path) => ignored.has(path));
  if (names.length === 0) return new Set();
  if (names.length > MAX_FOLDERS) return new Set();
  const env = gitEnvironment(machine.environment.all());
  const program = machine.processes.findProgram("git", { workingDir: folder, env });
  if (!program.ok) return new Set();
  const listed = await machine.processes.runTool({
    program: program.value,
    args: [
      "--literal-pathspecs",
      ...asking(folder, "ls-files", "-z", "--", ...names.map((name) => `./${name}`)),
    ],
    workingDir: folder,
    env,
    timeoutMs: BOUND_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (!listed.ok || listed.value.exit.kind !== "exited" || listed.value.exit.exit_code !== 0) {
    return new Set();
  }
  const tracked = new TextDecoder().decode(listed.value.stdout).split("\0");
  return new Set(names.filter((name) => !tracked.some((file) => file.startsWith(`${name}/`))));
}
