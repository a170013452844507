/**
 * Copies pinned libraries into src, with their imports of Node built-ins replaced: loading those costs more than everything
 * else that a short command does (docs/design/0018-start-up.md). Run after changing the version of one of them:
 * `deno task copy`. A test compares the copies with the packages.
 */

import { dirname, fromFileUrl, join } from "@std/path";

export const SRC = fromFileUrl(new URL("../src", import.meta.url));

interface Library {
  /** As in deno.json. */
  readonly name: string;
  /** Below `src`. */
  readonly into: string;
  /** Of the package's folder: what is copied, flat. */
  readonly files: readonly string[];
  /** Texts between quotes after `from`, and what stands there instead. */
  readonly imports: Readonly<Record<string, string>>;
}

const BUILTINS = "../node_builtins.js";

const LIBRARIES: readonly Library[] = [
  {
    name: "commander",
    into: "cli/commander",
    files: [
      ...["index.js", "lib/argument.js", "lib/command.js", "lib/error.js", "lib/help.js", "lib/option.js"],
      "lib/suggestSimilar.js",
    ],
    imports: Object.fromEntries(
      ["child_process", "events", "fs", "path", "process", "util"].map((name) => [`node:${name}`, BUILTINS]),
    ),
  },
  {
    name: "@logtape/logtape",
    into: "log/logtape",
    files: [
      ...["circular", "config", "context", "disposable", "filter", "formatter", "inspect", "level", "logger"],
      ...["mod", "sanitize", "scoped-config", "sink", "source-location", "util.deno"],
    ].map((name) => `dist/${name}.js`),
    // The package offers this form to Deno, after the one for Node, which Deno takes.
    imports: { "#util": "./util.deno.js" },
  },
  {
    name: "@logtape/file",
    into: "log/logtape_file",
    files: ["filesink.base", "filesink.deno", "filesink.factory.deno", "snapshot", "timefilesink"]
      .map((name) => `dist/${name}.js`),
    imports: {
      "@logtape/logtape": "../logtape/mod.js",
      "./node_modules/.pnpm/@jsr_std__path@1.1.0/node_modules/@jsr/std__path/join.js": "@std/path/posix/join",
    },
  },
];

export interface Copy {
  /** Below `src`. */
  readonly into: string;
  /** What belongs into that folder, by file name. */
  readonly files: ReadonlyMap<string, string>;
}

export async function copiesOfLibraries(): Promise<readonly Copy[]> {
  return await Promise.all(LIBRARIES.map(copyOf));
}

async function copyOf(library: Library): Promise<Copy> {
  const root = await packageFolder(fromFileUrl(import.meta.resolve(library.name)));
  const { version } = JSON.parse(await Deno.readTextFile(join(root, "package.json"))) as { version: string };
  const files = new Map([["LICENSE", await Deno.readTextFile(join(root, "LICENSE"))]]);
  for (const file of library.files) {
    const source = await Deno.readTextFile(join(root, file));
    const from =
      `Copied from npm's ${library.name} ${version} by scripts/copy_libraries.ts. Not to be edited.`;
    files.set(file.slice(file.lastIndexOf("/") + 1), `// ${from}\n${withOurImports(source, library)}`);
  }
  return { into: library.into, files };
}

async function packageFolder(file: string): Promise<string> {
  const folder = dirname(file);
  const isRoot = await Deno.stat(join(folder, "package.json")).then(() => true, () => false);
  return isRoot ? folder : await packageFolder(folder);
}

function withOurImports(source: string, library: Library): string {
  const copied = new Set(library.files.map((file) => file.slice(file.lastIndexOf("/") + 1)));
  return source
    // A map that is named is read with the module.
    .replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n")
    .replaceAll(
      /^((?:import|export)\b.*? from )(['"])(.+?)\2;$/gm,
      (_, words: string, quote, from: string) => {
        const ours = library.imports[from];
        if (ours === undefined) {
          const beside = from.replace("./lib/", "./");
          if (!copied.has(beside.slice(2))) {
            throw new Error(
              `${library.name} imports "${from}", which is not copied`,
            );
          }
          return `${words}${quote}${beside}${quote};`;
        }
        // A built-in as a whole is one export of ours.
        const named = ours === BUILTINS ? words.replace(/^import (\w+) /, "import { $1 } ") : words;
        return `${named}${quote}${ours}${quote};`;
      },
    );
}

if (import.meta.main) {
  for (const { into, files } of await copiesOfLibraries()) {
    await Deno.mkdir(join(SRC, into), { recursive: true });
    for (const [name, text] of files) await Deno.writeTextFile(join(SRC, into, name), text);
  }
}
