/** A folder and an empty home in which a built program is called, with functions to check its output. */

import { basename, join } from "@std/path/posix";
import { fromFileUrl } from "@std/path";

const CALL_TIMEOUT_MS = 60_000;

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Bench {
  /** The tested program. */
  readonly program: string;
  /** Node starts it, as in npm's form. */
  readonly isNode: boolean;
  /** Contains everything; with a space in its path, because real paths have them. */
  readonly folder: string;
  readonly home: string;
  readonly project: string;
  /** The folder for temporary files. It contains the one file that an executable of Deno could look for. */
  readonly temp: string;
  /** The variables of the calling person. */
  readonly env: Readonly<Record<string, string>>;
  call(args: readonly string[], how?: { program?: string; cwd?: string; stdin?: string }): Promise<Said>;
  /** Starts it; the caller does the rest. */
  start(args: readonly string[]): Deno.ChildProcess;
}

const CONFIG = (job: string) => `
[jobs.say]
description = "Say what was given"
command = [${job}, "say"]

[jobs.environment]
command = [${job}, "environment"]

[jobs.seven]
command = [${job}, "exit", "7"]

[jobs.count]
command = [${job}, "count"]
stdin = "inherit"

[jobs.terminal]
command = [${job}, "terminal"]
terminal = true

[jobs.tree]
command = [${job}, "tree", "2", "pids.txt"]
timeout_seconds = 3
kill_grace_seconds = 0.5

[jobs.stay]
command = [${job}, "tree", "1", "pids.txt"]
timeout_seconds = 60
kill_grace_seconds = 0.5
`;

export async function withBench(
  program: string,
  isNode: boolean,
  use: (bench: Bench) => Promise<void>,
): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "orchastration-smoke-" }));
  const folder = join(root.replaceAll("\\", "/"), "a folder");
  const [home, project, temp] = [join(folder, "home"), join(folder, "project"), join(folder, "temp")];
  try {
    for (const each of [home, project, temp]) await Deno.mkdir(each, { recursive: true });
    const job = join(folder, "job.ts");
    await Deno.copyFile(fromFileUrl(new URL("./job.ts", import.meta.url)), job);
    const command = [Deno.execPath(), "run", "-A", "--quiet", "--no-config", job];
    await Deno.writeTextFile(
      join(project, "orchastration.toml"),
      CONFIG(command.map((word) => JSON.stringify(word)).join(", ")),
    );
    await Deno.writeTextFile(join(temp, codeCacheOf(program)), FOREIGN);
    await use(createBench(program, { isNode, folder, home, project, temp, env: environment(home, temp) }));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Written by an untrusted user. */
export const FOREIGN = "from somebody else\n";

/** Where an executable of `deno compile` would keep compiled code if it were allowed to. */
export function codeCacheOf(program: string): string {
  return `deno-compile-${basename(program.replaceAll("\\", "/"))}.cache`;
}

function createBench(
  program: string,
  places: Pick<Bench, "isNode" | "folder" | "home" | "project" | "temp" | "env">,
): Bench {
  const { project, env } = places;
  return {
    program,
    ...places,
    start: (args) =>
      new Deno.Command(program, {
        args: [...args],
        cwd: project,
        env,
        clearEnv: true,
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn(),
    async call(args, how = {}) {
      const child = new Deno.Command(how.program ?? program, {
        args: [...args],
        cwd: how.cwd ?? project,
        env,
        clearEnv: true,
        stdin: how.stdin === undefined ? "null" : "piped",
        stdout: "piped",
        stderr: "piped",
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      }).spawn();
      if (how.stdin !== undefined) {
        const writer = child.stdin.getWriter();
        await writer.write(new TextEncoder().encode(how.stdin));
        await writer.close();
      }
      const { code, stdout, stderr } = await child.output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replaceAll("\r\n", "\n");
      return { code, stdout: text(stdout), stderr: text(stderr) };
    },
  };
}

/**
 * The variables that a system needs to start programs, an empty home, and variables that the launcher
 * changes.
 */
function environment(home: string, temp: string): Record<string, string> {
  const kept = ["PATH", "SystemRoot", "ComSpec", "PATHEXT"];
  const env: Record<string, string> = {};
  for (const name of kept) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  const own = {
    DENO_DIR: join(home, "deno"),
    NO_COLOR: "1",
    self: "a variable",
    ORCHASTRATION_SMOKE: "a b",
  };
  if (Deno.build.os !== "windows") return { ...env, ...own, HOME: home, TMPDIR: temp };
  return {
    ...env,
    ...own,
    USERPROFILE: home,
    TEMP: temp,
    TMP: temp,
    AppData: join(home, "AppData/Roaming"),
    LocalAppData: join(home, "AppData/Local"),
  };
}

/** The failure of a check. */
export class Unexpected extends Error {}

export function expect(condition: boolean, what: string, said?: Said): void {
  if (condition) return;
  const shown = said === undefined
    ? ""
    : `\n  status ${said.code}\n  stdout ${JSON.stringify(said.stdout)}\n  stderr ${
      JSON.stringify(said.stderr)
    }`;
  throw new Unexpected(`expected ${what}${shown}`);
}
