/**
 * Copies the pinned commander into src/cli/commander, with its imports of Node built-ins replaced: loading those costs
 * more than everything else that `list` does (docs/design/0018-start-up.md). Run after changing commander's version:
 * `deno task commander`. A test compares the copy with the package.
 */

import { dirname, fromFileUrl, join } from "@std/path";

export const COPY = fromFileUrl(new URL("../src/cli/commander", import.meta.url));
const MODULES = ["argument", "command", "error", "help", "option", "suggestSimilar"];
/** Our own, beside the folder. */
const BUILTINS = "../node_builtins.js";

/** What belongs into the folder of the copy, by file name. */
export async function copyOfCommander(): Promise<ReadonlyMap<string, string>> {
  const index = fromFileUrl(import.meta.resolve("commander"));
  const root = dirname(index);
  const { version } = JSON.parse(await Deno.readTextFile(join(root, "package.json"))) as { version: string };
  const files = new Map([
    ["LICENSE", await Deno.readTextFile(join(root, "LICENSE"))],
    ["index.js", ourImports(await Deno.readTextFile(index), version)],
  ]);
  for (const name of MODULES) {
    const source = await Deno.readTextFile(join(root, "lib", `${name}.js`));
    files.set(`${name}.js`, ourImports(source, version));
  }
  return files;
}

function ourImports(source: string, version: string): string {
  const text = source
    .replaceAll(/^import \{ (\w+) \} from 'node:\w+';$/gm, `import { $1 } from '${BUILTINS}';`)
    .replaceAll(/^import (\w+) from 'node:\w+';$/gm, `import { $1 } from '${BUILTINS}';`)
    .replaceAll(/ from '\.\/lib\//g, " from './");
  if (/from 'node:/.test(text)) {
    throw new Error("commander imports a Node built-in in a way that is not known here");
  }
  return `// Copied from npm's commander ${version} by scripts/copy_commander.ts. Not to be edited.\n${text}`;
}

if (import.meta.main) {
  for (const [name, text] of await copyOfCommander()) await Deno.writeTextFile(join(COPY, name), text);
}
