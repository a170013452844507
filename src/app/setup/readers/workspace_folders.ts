/** The folders of a workspace: the matches of patterns such as `packages/*`. Knows no package manager. */

import { globPattern, plainPath, splitGlob } from "../../files/glob.ts";
import type { Source } from "./source.ts";

/** A pattern with `**` must not walk a whole disk. */
const MAX_DEPTH = 6;
const MAX_FOLDERS = 3000;

/** The matching folders that contain such a file, sorted; a pattern that begins with `!` excludes some. */
export function workspaceFolders(
  patterns: readonly string[],
  file: string,
  source: Source,
): readonly string[] {
  const isOut = patterns.filter((each) => each.startsWith("!"))
    .map((each) => globPattern(plainPath(each.slice(1))));
  const found = new Set<string>();
  for (const pattern of patterns.filter((each) => !each.startsWith("!")).map(plainPath)) {
    // This folder and those above it are not packages of the workspace.
    if (pattern === "" || pattern === "." || /^(?:\/|[A-Za-z]:)|(?:^|\/)\.\.(?:\/|$)/.test(pattern)) continue;
    const { fixed, rest } = splitGlob(pattern);
    if (rest === undefined) {
      if (source.kindOf(`${fixed}/${file}`) === "file") found.add(fixed);
      continue;
    }
    const fits = globPattern(rest);
    const depth = rest.includes("**") ? MAX_DEPTH : rest.split("/").length;
    for (const below of foldersBelow(fixed, depth, source)) {
      const path = fixed === "" ? below : `${fixed}/${below}`;
      if (fits.test(below) && source.kindOf(`${path}/${file}`) === "file") found.add(path);
    }
  }
  return [...found].filter((path) => !isOut.some((pattern) => pattern.test(path))).sort();
}

function foldersBelow(folder: string, depth: number, source: Source): readonly string[] {
  const found: string[] = [];
  const walk = (below: string, left: number) => {
    if (left === 0) return;
    const here = [folder, below].filter((part) => part !== "").join("/");
    for (const name of source.list(here === "" ? "." : here)) {
      if (name.startsWith(".") || name === "node_modules" || found.length >= MAX_FOLDERS) continue;
      if (source.kindOf(here === "" ? name : `${here}/${name}`) !== "directory") continue;
      const path = below === "" ? name : `${below}/${name}`;
      found.push(path);
      walk(path, left - 1);
    }
  };
  walk("", depth);
  return found;
}
