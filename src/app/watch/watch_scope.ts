/** The scope of a watch: which folders are watched, and which changed files count. Watches nothing itself. */

import type { Failure } from "../../model/failure.ts";
import type { Project } from "../../model/project.ts";
import { ok, type Result } from "../../model/result.ts";
import type { ChooseFolders, WatchedPlace } from "../../host/file_watch.ts";
import type { Host } from "../../host/host.ts";
import { isInRepository } from "../../git/git.ts";
import { foldersIgnoredByGit, ignoredByGit } from "../../git/ignored.ts";
import { splitExisting } from "../files/fingerprint_files.ts";
import { globMatcher, plainPath } from "../files/glob.ts";
import { cannotWatch } from "./watch_failure.ts";

/** Files of version control and package managers are not sources. */
const FOREIGN_FOLDERS = new Set([".git", ".hg", ".svn", ".jj", ".pijul", "_darcs", "node_modules"]);
/** Folders of build results, used if there is no git. */
const BUILD_FOLDERS = new Set(["target", "dist", "build", "out", "__pycache__", ".venv"]);
/** Files that editors, desktops and network file systems leave beside what they save. */
const PASSING_NAME = new RegExp(
  "^(?:.*~|#.*#|\\.#.*|\\..*\\.sw.|\\..*\\.kate-swp|4913|.*___jb_(?:tmp|old)___|.*\\.crswap" +
    "|\\.goutputstream-.*|\\.fuse_hidden.*|\\.nfs[0-9a-f]+|\\.DS_Store)$",
);
/** With more changes than this git is not asked, because one of them surely counts. */
const MAX_ASKED = 10_000;

interface Rule {
  readonly base: string;
  readonly deep: boolean;
  /** Whether a path relative to the base, with "/", is included. */
  means(relative: string): boolean;
  /** An explicitly named path counts even where it is ignored. */
  readonly isNamedItself: boolean;
}

export interface WatchScope {
  /** The first requested path, as the caller gave it. */
  readonly asked: string;
  readonly places: readonly WatchedPlace[];
  /** The canonical paths that count, with their usual names. */
  counting(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The folders in which something can count: ignored folders and folders without sources are skipped. */
  readonly choose: ChooseFolders;
  /** Whether a path counts by its own name, not for its content. */
  isNamed(path: string): boolean;
  /** The usual name of a path. */
  nameOf(path: string): string;
}

export interface WatchedThings {
  /** As on the command line, and "" for the whole working directory; each has to exist. */
  readonly globs: readonly string[];
  /** Folders that are watched as a whole, except the parts of git and package managers. */
  readonly folders?: readonly string[];
  /** Globs and paths, each from a folder, which need not exist. */
  readonly patterns?: readonly { readonly folder: string; readonly glob: string }[];
  /** Our own files: changes there never count. */
  readonly own: readonly string[];
  /** Files that always count, even where git ignores them, and where they do not exist yet. */
  readonly files: readonly string[];
}

/** The scope of a watch; its globs, and the usual names of its files, start at the working directory. */
export async function watchScope(
  host: Host,
  project: Project,
  workingDir: string,
  { globs, folders = [], patterns = [], own, files }: WatchedThings,
): Promise<Result<WatchScope, Failure>> {
  const folder = host.files.realPath(host.paths.resolve(project.root, workingDir));
  if (!folder.ok) return cannotWatch(workingDir, folder.failure.reason);
  const rules: Rule[] = [];
  for (const glob of globs) {
    const rule = await ruleOf(host, folder.value, glob);
    if (!rule.ok) return rule;
    rules.push(rule.value);
  }
  for (const each of folders) {
    const base = host.files.realPath(host.paths.resolve(project.root, each));
    if (!base.ok) return cannotWatch(each, base.failure.reason);
    rules.push({ base: base.value, deep: true, means: () => true, isNamedItself: false });
  }
  for (const { folder: from, glob } of patterns) {
    const start = host.files.realPath(host.paths.resolve(project.root, from));
    const rule = start.ok ? await ruleOf(host, start.value, glob) : undefined;
    if (rule?.ok === true) rules.push(rule.value);
  }
  const single = project.configPath === "" ? files : [project.configPath, ...files];
  for (const path of single) {
    const absolute = host.paths.resolve(project.root, path);
    for (const each of [...linksIn(host, absolute), firstMissing(host, absolute)]) {
      const rule = fileRule(host, each);
      if (rule !== undefined) rules.push(rule);
    }
  }
  // A link with a new target changes what is watched.
  for (const each of new Set([workingDir, ...folders])) {
    for (const link of linksIn(host, host.paths.resolve(project.root, each))) {
      const rule = fileRule(host, link);
      if (rule !== undefined) rules.push(rule);
    }
  }
  const usesGit = new Map(rules.map(({ base }) => [base, isInRepository(host, base)]));
  // Without links, because a link in the path of our own files would prevent recognizing them.
  const ours = own.map((path) => realName(host, path));
  return ok({
    asked: globs[0] || ".",
    places: placesOf(host, rules),
    choose: (folders) => choose(host, rules, usesGit, ours, folders),
    isNamed: (path) =>
      rules.some(({ base, deep, isNamedItself, means }) =>
        isNamedItself && !deep && isBelow(host, path, base) && means(slashed(host.paths.relative(base, path)))
      ),
    nameOf: (path) => nameOf(host, folder.value, path),
    counting: (paths) => counting(host, folder.value, rules, usesGit, ours, paths),
  });
}

/** A text that changes when the watched folders of these paths change: new or removed folders, links with a new target. */
export function watchKey(
  host: Host,
  project: Project,
  folders: readonly string[],
  files: readonly string[],
  others: readonly unknown[] = [],
): string {
  const real = [...folders, ...files.map((path) => host.paths.dirname(path))].map((path) => {
    const found = host.files.realPath(path);
    return found.ok ? found.value : null;
  });
  return JSON.stringify([project.root, project.configPath, folders, files, real, others]);
}

async function ruleOf(host: Host, workingDir: string, glob: string): Promise<Result<Rule, Failure>> {
  const { files, paths } = host;
  const plain = plainPath(glob);
  const { fixed, rest } = splitExisting(host, workingDir, glob);
  const literal = files.stat(paths.resolve(workingDir, plain));
  if (rest !== undefined) {
    const base = files.realPath(paths.resolve(workingDir, fixed));
    if (!base.ok) return cannotWatch(glob, `${fixed}: ${base.failure.reason}`);
    const matches = globMatcher(rest, host.environment.os === "windows");
    return ok({
      base: base.value,
      deep: rest.includes("/") || rest.includes("**"),
      means: matches,
      isNamedItself: await isPassedOver(host, workingDir, base.value),
    });
  }
  if (!literal.ok) return cannotWatch(glob, literal.failure.reason);
  const path = paths.resolve(workingDir, plain);
  if (literal.value.kind !== "directory") return ok(fileRule(host, path)!);
  const base = files.realPath(path);
  if (!base.ok) return cannotWatch(glob, base.failure.reason);
  return ok({
    base: base.value,
    deep: true,
    means: () => true,
    isNamedItself: await isPassedOver(host, workingDir, base.value),
  });
}

/** A single file: its folder is watched, because saving by renaming replaces the file. */
function fileRule(host: Host, path: string): Rule | undefined {
  const base = host.files.realPath(host.paths.dirname(path));
  if (!base.ok) return undefined;
  const name = host.paths.basename(path);
  return { base: base.value, deep: false, means: (relative) => relative === name, isNamedItself: true };
}

/** A folder inside the working directory that watching the whole of it would not reach. */
async function isPassedOver(host: Host, workingDir: string, base: string): Promise<boolean> {
  const relative = slashed(host.paths.relative(workingDir, base));
  if (relative === "" || relative.startsWith("..")) return false;
  const inGit = isInRepository(host, workingDir);
  if (isForeign(relative.split("/"), inGit)) return true;
  return inGit && (await ignoredByGit(host, workingDir, [relative])).has(relative);
}

/** A deep place must not contain another place; folders that a deep place skips are chosen there. */
function placesOf(host: Host, rules: readonly Rule[]): readonly WatchedPlace[] {
  const places: WatchedPlace[] = [];
  const isCovered = (folder: string, by: readonly WatchedPlace[]) =>
    by.some((place) => place.folder === folder || (place.deep && isBelow(host, folder, place.folder)));
  // Parents first, and of two equal places the deep one.
  const sorted = rules.toSorted((a, b) => a.base.length - b.base.length || Number(b.deep) - Number(a.deep));
  for (const { base, deep } of sorted) {
    if (!isCovered(base, places)) places.push({ folder: base, deep });
  }
  return places;
}

async function counting(
  host: Host,
  workingDir: string,
  rules: readonly Rule[],
  usesGit: ReadonlyMap<string, boolean>,
  ours: readonly string[],
  changed: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const certain = new Set<string>();
  const asked = new Map<string, Map<string, string>>();
  for (const path of changed) {
    if (ours.some((own) => path === own || isBelow(host, path, own) || isRotated(path, own))) continue;
    for (const { base, means, isNamedItself } of rules) {
      if (path !== base && !isBelow(host, path, base)) continue;
      const relative = slashed(host.paths.relative(base, path));
      if (path !== base && !means(relative)) continue;
      if (isNamedItself || path === base) certain.add(path);
      else if (!isForeign(relative.split("/"), usesGit.get(base) === true)) {
        if (usesGit.get(base) !== true) certain.add(path);
        else asked.set(base, (asked.get(base) ?? new Map()).set(relative, path));
      }
    }
  }
  for (const [base, names] of asked) {
    const relatives = [...names.keys()];
    const ignored = relatives.length > MAX_ASKED
      ? new Set<string>()
      : await ignoredByGit(host, base, relatives);
    for (const [relative, path] of names) if (!ignored.has(relative)) certain.add(path);
  }
  return new Map([...certain].map((path) => [path, nameOf(host, workingDir, path)]));
}

async function choose(
  host: Host,
  rules: readonly Rule[],
  usesGit: ReadonlyMap<string, boolean>,
  ours: readonly string[],
  folders: readonly string[],
): Promise<ReadonlySet<string>> {
  const chosen = new Set<string>();
  const asked = new Map<string, Map<string, string>>();
  for (const path of folders) {
    if (ours.some((own) => path === own || isBelow(host, path, own))) continue;
    for (const { base, deep, isNamedItself } of rules) {
      // A link to another named place has to be watched, too.
      if (isNamedItself && (base === path || isBelow(host, base, path))) chosen.add(path);
      if (!deep || !isBelow(host, path, base)) continue;
      const relative = slashed(host.paths.relative(base, path));
      const parts = relative.split("/");
      if (isNamedItself) chosen.add(path);
      else if (parts.some((part) => FOREIGN_FOLDERS.has(part))) continue;
      else if (usesGit.get(base) === true) {
        asked.set(base, (asked.get(base) ?? new Map()).set(relative, path));
      } else if (!parts.some((part) => BUILD_FOLDERS.has(part))) chosen.add(path);
    }
  }
  for (const [base, names] of asked) {
    const ignored = await foldersIgnoredByGit(host, base, [...names.keys()]);
    for (const [relative, path] of names) if (!ignored.has(relative)) chosen.add(path);
  }
  return chosen;
}

/** The links on the way to a path, including itself: the folder of each. */
function linksIn({ files, paths }: Host, path: string): readonly string[] {
  const links: string[] = [];
  for (let at = path; at !== paths.dirname(at); at = paths.dirname(at)) if (files.isLink(at)) links.push(at);
  return links;
}

/** The path, or its first missing folder: when that appears, the path may. */
function firstMissing({ files, paths }: Host, path: string): string {
  let missing = path;
  for (let at = paths.dirname(path); !files.stat(at).ok && at !== paths.dirname(at); at = paths.dirname(at)) {
    missing = at;
  }
  return missing;
}

function isForeign(parts: readonly string[], inGit: boolean): boolean {
  if (PASSING_NAME.test(parts.at(-1)!)) return true;
  return parts.some((part) => FOREIGN_FOLDERS.has(part)) ||
    (!inGit && parts.slice(0, -1).some((part) => BUILD_FOLDERS.has(part)));
}

/** The log file is put aside under its name with a number. */
function isRotated(path: string, own: string): boolean {
  return path.startsWith(`${own}.`);
}

function nameOf(host: Host, workingDir: string, path: string): string {
  return slashed(host.paths.relative(workingDir, path)) || ".";
}

function isBelow(host: Host, path: string, folder: string): boolean {
  const relative = host.paths.relative(folder, path);
  return relative !== "" && !/^\.\.(?:[/\\]|$)/.test(relative) && !host.paths.isAbsolute(relative);
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}

/** A path with canonical folders; unchanged where they are gone. */
export function realName(host: Host, path: string): string {
  const folder = host.files.realPath(host.paths.dirname(path));
  return folder.ok ? host.paths.join(folder.value, host.paths.basename(path)) : path;
}
