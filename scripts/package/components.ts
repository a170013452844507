/**
 * The components of the program besides our own sources: the packages that it imports, with their licences.
 */

import { join } from "@std/path/posix";
import { needTool } from "../build/tool.ts";

export interface Component {
  readonly name: string;
  readonly version: string;
  /** As npm gives it: "sha512-" and Base64. */
  readonly integrity: string;
  /** An SPDX expression. */
  readonly license: string;
  readonly licenseText: string;
  /** Names with versions, as `name@version`. */
  readonly dependencies: readonly string[];
  /** Imported by our own sources. */
  readonly direct: boolean;
}

interface Lock {
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
}

/**
 * The output of `deno info --json`: every package in the lock file, by its key, and the modules of the
 * program.
 */
interface Graph {
  readonly npmPackages: Readonly<Record<string, Known>>;
  readonly modules: readonly { readonly npmPackage?: string }[];
}

interface Known {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
  readonly localPath: string;
}

/** The program, and the page that is a text in it. */
const ENTRIES = ["src/main.ts", "src/web/page/main.tsx"];
const LICENSE_FILES = /^(?:licen[sc]e|copying)(?:\.(?:md|txt))?$/i;

async function graphOf(root: string, entry: string): Promise<Graph> {
  const args = ["info", "--json", entry];
  return JSON.parse(await needTool("read what the program imports", Deno.execPath(), args, { cwd: root }));
}

/** Components of the program only, without packages for tests and scripts. Sorted by name. */
export async function readComponents(root: string): Promise<readonly Component[]> {
  const lock: Lock = JSON.parse(await Deno.readTextFile(join(root, "deno.lock")));
  const graphs = await Promise.all(ENTRIES.map((entry) => graphOf(root, entry)));
  const npmPackages = Object.assign(
    {},
    ...graphs.map(({ npmPackages }) => npmPackages),
  ) as Graph["npmPackages"];
  const direct = new Set(
    graphs.flatMap(({ modules }) => modules).flatMap(({ npmPackage }) =>
      npmPackage === undefined ? [] : [npmPackage]
    ),
  );
  const components: Component[] = [];
  for (const key of closure(direct, npmPackages)) {
    const { name, version, dependencies, localPath } = npmPackages[key]!;
    const { license } = JSON.parse(await Deno.readTextFile(join(localPath, "package.json")));
    const locked = lock.npm[key];
    if (locked === undefined) throw new Error(`Cannot find "${key}" in deno.lock`);
    components.push({
      name,
      version,
      integrity: locked.integrity,
      license,
      licenseText: await licenseTextOf(name, localPath),
      dependencies: dependencies.map((each) => idOf(npmPackages[each]!)),
      direct: direct.has(key),
    });
  }
  return components.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Everything that `keys` depend on, directly or not. */
function closure(keys: ReadonlySet<string>, known: Readonly<Record<string, Known>>): ReadonlySet<string> {
  const found = new Set(keys);
  // A set that grows during a walk is walked to its end.
  for (const key of found) for (const each of known[key]!.dependencies) found.add(each);
  return found;
}

export function idOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name}@${version}`;
}

/** The licence terms of the package in `folder`. */
export async function licenseTextOf(name: string, folder: string): Promise<string> {
  for await (const entry of Deno.readDir(folder)) {
    if (LICENSE_FILES.test(entry.name)) return (await Deno.readTextFile(join(folder, entry.name))).trim();
  }
  // A copy of packages by the Deno authors, which omits their licence.
  if (name === "deno-std") return DENO_LICENSE;
  throw new Error(`Cannot find the licence of "${name}": ${folder} has no file for it`);
}

/** For the runtime and the standard library. Source: the package deno at npm, file LICENSE. */
export const DENO_LICENSE = `MIT License

Copyright 2018-2026 the Deno authors

Permission is hereby granted, free of charge, to any person obtaining a copy of
this software and associated documentation files (the "Software"), to deal in
the Software without restriction, including without limitation the rights to
use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of
the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS
FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER
IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
