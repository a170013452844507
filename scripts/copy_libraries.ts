/**
 * Makes one file of each pinned library that a short command needs, and puts it into src: a file is what loading costs, and
 * what the runtime takes out of npm's cache it compiles anew each time (docs/design/0018-start-up.md). Imports of Node
 * built-ins are replaced. Run after changing the version of one of them: `deno task copy`. A test compares the copies with
 * the packages.
 */

import { dirname, fromFileUrl, join } from "@std/path";
import { needTool, withScratch } from "./build/tool.ts";
import { licenseTextOf } from "./package/components.ts";

export const SRC = fromFileUrl(new URL("../src", import.meta.url));

interface Package {
  /** As in deno.json. */
  readonly specifier: string;
  /** What the package calls what we give it in the place of something else. */
  readonly imports?: Readonly<Record<string, string>>;
}

/** By the folder in which it stands beside the others. */
const PACKAGES: Readonly<Record<string, Package>> = {
  "commander": { specifier: "commander" },
  "logtape": {
    specifier: "@logtape/logtape",
    // The package offers this form to Deno, after the one for Node, which Deno takes.
    imports: { "#util": "./util.deno.js" },
  },
  "logtape-file": {
    specifier: "@logtape/file",
    imports: {
      "@logtape/logtape": "../../logtape/dist/mod.js",
      "./node_modules/.pnpm/@jsr_std__path@1.1.0/node_modules/@jsr/std__path/join.js":
        "../../deno-std/path/posix/join.js",
    },
  },
  "smol-toml": { specifier: "smol-toml" },
  "valibot": { specifier: "valibot" },
  "dotenv": { specifier: "dotenv" },
  "deno-std": { specifier: "@std/path" },
};

interface Copy {
  /** Below `src`. */
  readonly into: string;
  /** What the copy gives, by the file it comes from. */
  readonly exports: Readonly<Record<string, readonly string[]>>;
  /** What stands beside the copy in the place of every `node:…`. */
  readonly builtins?: string;
}

/** What the program needs of a path, by the files of the library. */
const PATH_FUNCTIONS = ["basename", "dirname", "is_absolute", "join", "relative", "resolve"];

const COPIES: readonly Copy[] = [
  {
    into: "cli/copied/commander.js",
    exports: {
      "commander/index.js": ["Command", "CommanderError", "Help", "InvalidArgumentError", "Option"],
    },
    builtins: "../node_builtins.js",
  },
  {
    into: "log/copied/logtape.js",
    exports: {
      "logtape/dist/mod.js": ["configureSync", "getLogger"],
      "logtape-file/dist/filesink.base.js": ["getBaseRotatingFileSink"],
      "logtape-file/dist/filesink.deno.js": ["denoDriver"],
    },
  },
  { into: "config/copied/smol_toml.js", exports: { "smol-toml/dist/index.js": ["parse", "TomlError"] } },
  { into: "config/copied/dotenv.js", exports: { "dotenv/dist/index.cjs": ["parse"] } },
  {
    into: "store/copied/valibot.js",
    exports: {
      "valibot/dist/index.mjs": [
        ...["array", "boolean", "check", "getDotPath", "integer", "literal", "looseObject", "minValue"],
        ...["nullable", "number", "optional", "picklist", "pipe", "record", "regex", "safeParse", "string"],
        "tuple",
      ],
    },
  },
  {
    into: "app/copied/std_glob.js",
    exports: { "deno-std/path/posix/glob_to_regexp.js": ["globToRegExp"] },
  },
  ...["posix", "windows"].map((system) => ({
    into: `host/copied/std_path_${system}.js`,
    exports: Object.fromEntries(PATH_FUNCTIONS.map((name) => [
      `deno-std/path/${system}/${name}.js`,
      [name === "is_absolute" ? "isAbsolute" : name],
    ])),
  })),
];

/** The text of each copy, by its path below `src`. */
export async function copiesOfLibraries(): Promise<ReadonlyMap<string, string>> {
  return await withScratch(async (scratch) => {
    const notices = new Map<string, string>();
    for (const [folder, library] of Object.entries(PACKAGES)) {
      notices.set(folder, await bring(library, join(scratch, folder)));
    }
    const copies = new Map<string, string>();
    for (const copy of COPIES) copies.set(copy.into, await bundle(copy, scratch, notices));
    return copies;
  });
}

/** Copies the modules of a package, and says what it is and on which terms it may be copied. */
async function bring({ specifier, imports = {} }: Package, into: string): Promise<string> {
  const root = await packageFolder(fromFileUrl(import.meta.resolve(specifier)));
  for (const file of await modulesBelow(root)) {
    const source = await Deno.readTextFile(join(root, file));
    const ours = source.replaceAll(
      /^((?:import|export)\b.*? from )(['"])(.+?)\2;$/gm,
      (line, words: string, quote: string, from: string) =>
        imports[from] === undefined ? line : `${words}${quote}${imports[from]}${quote};`,
    );
    await Deno.mkdir(dirname(join(into, file)), { recursive: true });
    await Deno.writeTextFile(join(into, file), ours);
  }
  const { name, version } = JSON.parse(await Deno.readTextFile(join(root, "package.json")));
  return `npm's ${name} ${version}:\n\n${await licenseTextOf(name, root)}`;
}

async function packageFolder(file: string): Promise<string> {
  const folder = dirname(file);
  const isRoot = await Deno.stat(join(folder, "package.json")).then(() => true, () => false);
  return isRoot ? folder : await packageFolder(folder);
}

/** What the copies are made of: their paths below the folder, but for what a package carries of its own packages. */
async function modulesBelow(root: string, below = ""): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(root, below))) {
    const path = join(below, name);
    if (isDirectory && name !== "node_modules") found.push(...await modulesBelow(root, path));
    else if (/\.[cm]?js$/.test(name) || path === "package.json") found.push(path);
  }
  return found;
}

async function bundle(copy: Copy, scratch: string, notices: ReadonlyMap<string, string>): Promise<string> {
  const name = copy.into.replaceAll("/", "-");
  const entry = Object.entries(copy.exports).map(([file, names]) =>
    `export { ${names.join(", ")} } from "./${file}";\n`
  );
  await Deno.writeTextFile(join(scratch, name), entry.join(""));
  await needTool(`copy ${copy.into}`, Deno.execPath(), [
    ...["bundle", "--quiet", "--no-config", "--no-lock", "--platform", "deno", "--outdir", "out", name],
  ], { cwd: scratch });
  const bundled = await Deno.readTextFile(join(scratch, "out", name));
  const text = withBuiltins(bundled, copy.builtins);
  const left = /\bfrom "(?!\.)[^"]*"/.exec(text);
  if (left !== null) throw new Error(`${copy.into} would import ${left[0]}`);
  const folders = [...notices.keys()].filter((folder) => text.includes(`\n// ${folder}/`));
  const from = folders.map((folder) => notices.get(folder)).join("\n\n");
  const head = `Made by scripts/copy_libraries.ts, and not to be edited. Taken from ${from}`;
  return `${head.split("\n").map((line) => `// ${line}`.trimEnd()).join("\n")}\n\n${text}`;
}

/** How a bundle of CommonJS asks for a built-in: with a module that takes 12 ms to load. */
const REQUIRE =
  /^import \{ createRequire as (\w+) \} from "node:module";\nvar __require = .*\1\(import\.meta\.url\);$/m;
/** The same, where nothing is loaded before something of it is touched. */
const REQUIRE_WHEN_TOUCHED = `var __require = (name) =>
  new Proxy({}, { get: (_, key) => globalThis.process.getBuiltinModule(name)[key] });`;

/** A built-in as a whole is one export of ours. */
function withBuiltins(text: string, builtins: string | undefined): string {
  const required = text.replace(REQUIRE, REQUIRE_WHEN_TOUCHED);
  if (builtins === undefined) return required;
  return required.replaceAll(
    /^import (\w+|\{.*\}) from "node:\w+";$/gm,
    (_, names: string) => `import ${names.startsWith("{") ? names : `{ ${names} }`} from "${builtins}";`,
  );
}

if (import.meta.main) {
  for (const [path, text] of await copiesOfLibraries()) {
    await Deno.mkdir(dirname(join(SRC, path)), { recursive: true });
    await Deno.writeTextFile(join(SRC, path), text);
  }
}
