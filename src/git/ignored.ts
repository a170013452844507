/** Which paths git ignores, in one call for all of them. Knows how to call git; knows no runs. */

import { asking, gitEnvironment, type GitMachine } from "./git.ts";

/** Each change waits for the answer; after this time nothing counts as ignored. */
const BOUND_MS = 2000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/**
 * Those of the paths, relative to a folder and with "/", that git ignores there: by .gitignore, by the user's
 * own list and by .git/info/exclude. Tracked files are never ignored. Empty where there is no git or it
 * cannot tell.
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
  const ran = await machine.processes.runTool({
    program: program.value,
    args: asking(folder, "check-ignore", "-z", "--stdin"),
    workingDir: folder,
    env,
    // Put before each name, so that a name which begins with a dash or a colon is read as a name.
    stdin: new TextEncoder().encode(paths.map((path) => `./${path}\0`).join("")),
    timeoutMs: BOUND_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  // 1 means that none is ignored. Source: git-check-ignore(1), "Exit status".
  if (!ran.ok || ran.value.exit.kind !== "exited" || ran.value.exit.exit_code !== 0) return new Set();
  const names = new TextDecoder().decode(ran.value.stdout).split("\0");
  return new Set(names.map((name) => name.replace(/^\.\//, "")));
}

/** With more folders than this, git is not asked: watching all of them costs time, but loses nothing. */
const MAX_FOLDERS = 500;

/**
 * Those of the folders that git ignores with everything in them; git can track files in an ignored folder.
 */
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
