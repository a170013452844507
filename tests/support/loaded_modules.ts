/**
 * Which modules the real program evaluates for a command line. V8's coverage names them, with what was imported dynamically;
 * that Deno merely reads a file, because an import() could ask for it, does not count.
 */

import { fromFileUrl, join, toFileUrl } from "@std/path";
import type { RealFolder } from "./real_program.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const WATCHER = fromFileUrl(new URL("./load_watcher.ts", import.meta.url));

/** Those of Node that a library could ask for. */
const BUILTINS = [
  ...["assert", "buffer", "child_process", "crypto", "events", "fs", "fs/promises", "module", "os", "path"],
  ...["process", "readline", "sqlite", "stream", "tty", "url", "util", "worker_threads"],
];

export interface Loaded {
  /** Sorted: files of ours relative to `src`, packages as `npm:<name>`, built-ins of Node as `node:<name>`. */
  readonly modules: readonly string[];
  /** A process was about to be started, and the program was ended there. */
  readonly isAtSpawn: boolean;
}

/** Until the program ends, or until it starts its first process. */
export async function loadedModules(
  folder: RealFolder,
  argv: readonly string[],
  until: "end" | "spawn" = "end",
  exitCode = 0,
): Promise<Loaded> {
  const own = await Deno.makeTempDir();
  try {
    const [config, coverage, notes] = [join(own, "deno.json"), join(own, "coverage"), join(own, "notes")];
    await Deno.writeTextFile(notes, "");
    await Deno.writeTextFile(config, await configWithTraps(own));
    const said = await folder.call(Deno.execPath(), [
      ...["run", "-A", "--no-prompt", `--config=${config}`, `--coverage=${coverage}`, `--preload=${WATCHER}`],
      ...[join(ROOT, "src/main.ts"), ...argv],
    ], { TEST_NOTES: notes, TEST_UNTIL: until });
    if (said.code !== exitCode) throw new Error(`Cannot tell what "${argv.join(" ")}" loads: ${said.stderr}`);
    const noted = (await Deno.readTextFile(notes)).trim().split("\n");
    const modules = new Set(evaluated(coverage, own));
    if (noted.includes("node:process")) modules.add("node:process");
    return { modules: [...modules].sort(), isAtSpawn: noted.includes("spawn") };
  } finally {
    await Deno.remove(own, { recursive: true });
  }
}

/**
 * The project's configuration, in which every built-in of Node is a file of its own, so that loading one is seen. A program that needs
 * what is in it would fail, and with it the test.
 */
async function configWithTraps(folder: string): Promise<string> {
  const config = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  for (const name of BUILTINS) {
    const trap = join(folder, `node_${name.replace("/", "_")}.js`);
    await Deno.writeTextFile(trap, `export default undefined; // node:${name}\n`);
    config.imports[`node:${name}`] = toFileUrl(trap).href;
  }
  const { imports, compilerOptions: { types: _, ...compilerOptions } } = config;
  return JSON.stringify({ imports, compilerOptions, lock: { path: join(ROOT, "deno.lock"), frozen: true } });
}

function evaluated(coverage: string, traps: string): readonly string[] {
  const urls = [...Deno.readDirSync(coverage)].map(({ name }) =>
    (JSON.parse(Deno.readTextFileSync(join(coverage, name))) as { url: string }).url
  );
  const [src, trap] = [toFileUrl(join(ROOT, "src/")).href, toFileUrl(traps).href];
  return urls.flatMap((url) => {
    if (url.startsWith(src)) return [url.slice(src.length)];
    if (url.startsWith(trap)) {
      return [/node_([^/]+)\.js$/.exec(url)![1]!.replace("_", "/")].map((name) => `node:${name}`);
    }
    return packageOf(url);
  });
}

/** The package, and what of Node it imports: the trap's map does not reach into packages. */
function packageOf(url: string): readonly string[] {
  const found = /\/npm\/[^/]+\/((?:@[^/]+\/)?[^/]+)\/\d/.exec(url);
  if (found === null) return [];
  const text = Deno.readTextFileSync(fromFileUrl(url));
  const builtins = [...text.matchAll(/^\s*(?:import|export)\b[^;"']*["'](node:[\w/]+)["']/gm)].map((
    [, name],
  ) => name!);
  return [`npm:${found[1]}`, ...builtins];
}
