/** The package manager of a folder with a package.json. Knows no scripts. */

import { jsonTable } from "./formats.ts";
import { type Table, tableAt, textAt } from "./proposal.ts";
import { joined, type Source } from "./source.ts";

const MANAGERS = ["npm", "pnpm", "yarn", "bun"] as const;
export type PackageManager = (typeof MANAGERS)[number];

const LOCK_FILES: readonly (readonly [string, PackageManager])[] = [
  ["pnpm-lock.yaml", "pnpm"],
  ["pnpm-workspace.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  [".yarnrc.yml", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["package-lock.json", "npm"],
  ["npm-shrinkwrap.json", "npm"],
];
const MAX_FOLDERS_UP = 20;

/**
 * The setting in package.json counts first, here and then upward; then the lock files in the same order;
 * otherwise npm.
 */
export function packageManager(source: Source): PackageManager {
  const folders = foldersToRoot(source);
  for (const folder of folders) {
    const found = source.read(joined(folder, "package.json"));
    const parsed = found.kind === "text" ? jsonTable(found.text) : undefined;
    const named = parsed?.ok === true ? declared(parsed.value) : undefined;
    if (named !== undefined) return named;
  }
  for (const folder of folders) {
    const names = new Set(source.list(folder === "" ? "." : folder));
    const lock = LOCK_FILES.find(([file]) => names.has(file));
    if (lock !== undefined) return lock[1];
  }
  return "npm";
}

function declared(file: Table): PackageManager | undefined {
  const engine = textAt(tableAt(file, "devEngines", "packageManager"), "name");
  const name = textAt(file, "packageManager")?.split("@")[0] ?? engine;
  return MANAGERS.find((each) => each === name);
}

/** From this folder up to the root of the repository or the workspace; without either, this folder only. */
function foldersToRoot(source: Source): readonly string[] {
  const folders: string[] = [];
  for (let up = 0, folder = ""; up < MAX_FOLDERS_UP; up++, folder = joined(folder, "..")) {
    folders.push(folder);
    const names = new Set(source.list(folder === "" ? "." : folder));
    if (names.has(".git") || names.has("pnpm-workspace.yaml")) return folders;
    const found = names.has("package.json") ? source.read(joined(folder, "package.json")) : undefined;
    const parsed = found?.kind === "text" ? jsonTable(found.text) : undefined;
    if (parsed?.ok === true && Object.hasOwn(parsed.value, "workspaces")) return folders;
  }
  return folders.slice(0, 1);
}
