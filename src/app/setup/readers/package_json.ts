/** Reads the scripts of a package.json, and of the packages of its workspace. */

import { fail, ok, type Result } from "../../../model/result.ts";
import { jsonTable, yamlTable } from "./formats.ts";
import { type PackageManager, packageManager } from "./package_manager.ts";
import {
  canBeGiven,
  oneLine,
  type Proposal,
  type Reading,
  type Table,
  tableAt,
  textAt,
  textsAt,
} from "./proposal.ts";
import { joined, type Source } from "./source.ts";
import { workspaceFolders } from "./workspace_folders.ts";

const LIFECYCLE = /^(?:(?:pre|post)?(?:install|prepare|pack|publish)|prepublishOnly|dependencies)$/;
/** The script that `npm init` writes. */
const NO_TESTS = 'echo "Error: no test specified" && exit 1';

export function packageScripts(text: string, from: string, source: Source): Reading {
  const file = jsonTable(text);
  if (!file.ok) return file;
  const manager = packageManager(source);
  const own = scriptsOf(file.value, manager, from);
  return own.ok ? ok([...own.value, ...scriptsOfPackages(file.value, manager, source)]) : own;
}

function scriptsOf(file: Table, manager: PackageManager, from: string): Result<readonly Proposal[], string> {
  if (Object.hasOwn(file, "scripts") && typeof file.scripts !== "object") {
    return fail('"scripts" is no table');
  }
  const scripts = tableAt(file, "scripts");
  const names = new Set(Object.keys(scripts));
  return ok(
    Object.entries(scripts).flatMap(([name, script]): readonly Proposal[] => {
      // `npm run build` runs prebuild and postbuild by itself.
      const belongsTo = /^(?:pre|post)(.+)$/.exec(name)?.[1];
      const isHook = belongsTo !== undefined && names.has(belongsTo);
      const isComment = /^(?:\/\/|#)/.test(name);
      if (!canBeGiven(name) || isHook || isComment || LIFECYCLE.test(name)) return [];
      if (typeof script !== "string" || script.trim() === NO_TESTS) return [];
      // npm interprets arguments after the name itself, and removes even a lone --.
      const passesOn = manager === "npm" ? ["--"] : [];
      const command: Proposal["command"] = [manager, "run", name, ...passesOn];
      return [{ name, tool: manager, command, description: oneLine(script), from }];
    }),
  );
}

/** Each package is a group, and its name is the prefix of its scripts. */
function scriptsOfPackages(file: Table, manager: PackageManager, source: Source): readonly Proposal[] {
  return workspaceFolders(packagePatterns(file, source), "package.json", source).flatMap((folder) => {
    const from = joined(folder, "package.json");
    const found = source.read(from);
    const parsed = found.kind === "text" ? jsonTable(found.text) : undefined;
    if (parsed?.ok !== true) return [];
    const scripts = scriptsOf(parsed.value, manager, from);
    const short = (textAt(parsed.value, "name") ?? "").replace(/^@[^/]*\//, "") || folder.split("/").at(-1)!;
    return (scripts.ok ? scripts.value : []).map((each) => ({
      ...each,
      name: `${short}-${each.name}`,
      group: folder,
      workingDir: folder,
    }));
  });
}

function packagePatterns(file: Table, source: Source): readonly string[] {
  const found = source.read("pnpm-workspace.yaml");
  const pnpm = found.kind === "text" ? yamlTable(found.text) : undefined;
  if (pnpm?.ok === true) return textsAt(pnpm.value, "packages");
  // Yarn's first form is a table that contains the list.
  const own = textsAt(file, "workspaces");
  return own.length > 0 ? own : textsAt(tableAt(file, "workspaces"), "packages");
}
