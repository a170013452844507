/**
 * The workplace of the benchmark: a scratch folder, an environment without a home, our program and the
 * smallest scripts.
 */

import { join } from "@std/path/posix";
import { fromFileUrl } from "@std/path";
import { Problem } from "../../build/tool.ts";
import type { Side } from "./side.ts";

export const ROOT = fromFileUrl(new URL("../../../", import.meta.url)).replaceAll("\\", "/").replace(
  /\/$/,
  "",
);

/** The smallest script that runs a command, shows its output and exits with its status. Records nothing. */
const SPAWN_SCRIPT = `const [program, ...args] = Deno.args;
const { code } = await new Deno.Command(program, { args }).spawn().status;
Deno.exit(code);
`;

export interface Place {
  readonly scratch: string;
  readonly env: Readonly<Record<string, string>>;
  /** The PATH for everything that is measured. */
  readonly path: string;
  /** Our program with these words. Records go to a state folder in the scratch folder. */
  ours(words: readonly string[], label?: string): Side;
  /** An empty Deno script. */
  emptyScript(): Side;
  /** The smallest Deno script that spawns this command. */
  spawnScript(argv: readonly string[]): Side;
  shell(line: string): Side;
  /** A new folder; removed when the benchmark ends, at the latest. */
  folder(name: string): Promise<string>;
  /** A folder with this configuration. */
  project(name: string, toml: string): Promise<string>;
  /** Files that several cases share are made once. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>;
}

export interface PlaceOptions {
  /** Where the scratch folder is made. */
  readonly parent: string | undefined;
  /** Our program, as people install it. */
  readonly program: string;
  /** Searched for programs before the caller's PATH. */
  readonly programFolders: readonly string[];
}

const STOPS = ["SIGINT", "SIGTERM"] as const;

export async function withPlace<T>(options: PlaceOptions, use: (place: Place) => Promise<T>): Promise<T> {
  const scratch = await Deno.makeTempDir({
    prefix: "orchastration-bench-",
    ...(options.parent === undefined ? {} : { dir: options.parent }),
  });
  const stop = () => {
    // The folder may hold gigabytes; the measured process receives the signal itself.
    removeSoon(scratch);
    Deno.exit(130);
  };
  for (const signal of STOPS) Deno.addSignalListener(signal, stop);
  try {
    return await use(await createPlace(await Deno.realPath(scratch), options));
  } finally {
    for (const signal of STOPS) Deno.removeSignalListener(signal, stop);
    await Deno.remove(scratch, { recursive: true });
  }
}

/** A process that is being measured may still write into it. */
function removeSoon(folder: string): void {
  for (let tries = 0; tries < 10; tries++) {
    try {
      return Deno.removeSync(folder, { recursive: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
    }
  }
}

async function createPlace(scratch: string, { program, programFolders }: PlaceOptions): Promise<Place> {
  const path = [...programFolders, Deno.env.get("PATH") ?? "/usr/local/bin:/usr/bin:/bin"].join(":");
  const env = await environment(scratch, path);
  const scripts = join(scratch, "scripts");
  await Deno.mkdir(scripts);
  const [empty, spawn] = [join(scripts, "empty.ts"), join(scripts, "spawn.ts")];
  await Deno.writeTextFile(empty, "");
  await Deno.writeTextFile(spawn, SPAWN_SCRIPT);
  const deno = [Deno.execPath(), "run", "-A", "--no-prompt"];
  const made = new Map<string, Promise<unknown>>();
  const folder = async (name: string) => {
    const path = join(scratch, name);
    await Deno.mkdir(path, { recursive: true });
    return path;
  };
  return {
    scratch,
    env,
    path,
    folder,
    ours: (words, label = `orchastration ${words[0]}`) => ({
      label,
      argv: [program, ...words],
    }),
    emptyScript: () => ({ label: "empty Deno script", argv: [...deno, empty] }),
    spawnScript: (argv) => ({ label: "smallest spawn script", argv: [...deno, spawn, ...argv] }),
    shell: (line) => ({ label: "sh -c", argv: ["/bin/sh", "-c", line] }),
    async project(name, toml) {
      const path = await folder(name);
      await Deno.writeTextFile(join(path, "orchastration.toml"), toml);
      return path;
    },
    once<Made>(name: string, make: () => Promise<Made>): Promise<Made> {
      if (!made.has(name)) made.set(name, make());
      return made.get(name) as Promise<Made>;
    },
  };
}

/**
 * The caller's programs, but no configuration, state or log of the caller. The cache of Deno is new, because
 * the runtime reads longer from one that was used for months.
 */
async function environment(scratch: string, path: string): Promise<Record<string, string>> {
  if (Deno.build.os === "windows") {
    throw new Problem("Cannot measure on Windows: the references are programs of POSIX systems");
  }
  const home = join(scratch, "home");
  await Deno.mkdir(home);
  return {
    PATH: path,
    HOME: home,
    DENO_DIR: join(scratch, "deno"),
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
    LC_ALL: "C",
    // For other programs: nothing is sent to anybody during the measurement.
    DO_NOT_TRACK: "1",
    TURBO_TELEMETRY_DISABLED: "1",
  };
}
