/** The prefix of a Python project's commands: the tool that manages its environment. */

import { type Table, tableAt } from "./proposal.ts";
import { joined, type Source } from "./source.ts";

const LOCK_FILES: readonly (readonly [string, readonly string[]])[] = [
  ["uv.lock", ["uv", "run"]],
  ["poetry.lock", ["poetry", "run"]],
  ["pdm.lock", ["pdm", "run"]],
  ["Pipfile.lock", ["pipenv", "run"]],
  ["Pipfile", ["pipenv", "run"]],
];
const MAX_FOLDERS_UP = 20;

/**
 * Decided by the lock file, here or up to the root of the repository; otherwise by the tables of
 * pyproject.toml.
 */
export function pythonRunner(source: Source, pyproject: Table): readonly string[] {
  const own = lockIn("", source);
  if (own !== undefined) return own;
  const tool = tableAt(pyproject, "tool");
  for (const name of ["uv", "poetry", "pdm"]) if (Object.hasOwn(tool, name)) return [name, "run"];
  // A member of a workspace has its lock file at the root of the workspace.
  const above = foldersUpToRepository(source).map((folder) => lockIn(folder, source));
  return above.find((each) => each !== undefined) ?? [];
}

function lockIn(folder: string, source: Source): readonly string[] | undefined {
  const names = new Set(source.list(folder === "" ? "." : folder));
  return LOCK_FILES.find(([file]) => names.has(file))?.[1];
}

function foldersUpToRepository(source: Source): readonly string[] {
  const folders: string[] = [];
  for (let folder = ""; folders.length < MAX_FOLDERS_UP; folder = joined(folder, "..")) {
    folders.push(folder);
    if (source.list(folder === "" ? "." : folder).includes(".git")) return folders;
  }
  return [];
}
