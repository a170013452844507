/** The real program as a person calls it: `deno run src/main.ts`, in a separate folder and home. */

import { ALL_AGENT_VARIABLES } from "../../src/app/recording/requester.ts";
import { fromFileUrl } from "@std/path";

const MAIN = fromFileUrl(new URL("../../src/main.ts", import.meta.url));
const BOUND_MS = 60_000;

export interface RealSaid {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RealFolder {
  /** Absolute, without links. */
  readonly path: string;
  write(name: string, content: string | Uint8Array): void;
  read(name: string): string;
  /**
   * Runs any program in this folder, and ends it when it takes longer than any test may; `more` are further
   * variables.
   */
  call(program: string, args: readonly string[], more?: Readonly<Record<string, string>>): Promise<RealSaid>;
  orchastration(...argv: readonly string[]): Promise<RealSaid>;
  /** The same in another folder; relative to this one. */
  orchastrationIn(cwd: string, ...argv: readonly string[]): Promise<RealSaid>;
  /** A line for `sh`, in which "$@" is the program. */
  shell(line: string): Promise<RealSaid>;
  /** For callers that start the program themselves. */
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

export async function inRealFolder<T>(test: (folder: RealFolder) => Promise<T>): Promise<T> {
  const path = await Deno.realPath(await Deno.makeTempDir());
  const env = {
    HOME: path,
    XDG_CONFIG_HOME: "",
    XDG_CACHE_HOME: "",
    ORCHASTRATION_CONFIG: "",
    ORCHASTRATION_STATE_DIR: "",
    NO_COLOR: "1",
    // The tests may be run by an assistant, whose calls would be answered in another form.
    ...Object.fromEntries(ALL_AGENT_VARIABLES.map((variable) => [variable, ""])),
    ...cache(),
  };
  const call = async (
    program: string,
    args: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<RealSaid> => {
    const child = new Deno.Command(program, {
      args: [...args],
      cwd: path,
      env: { ...env, ...more },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const timer = setTimeout(() => child.kill("SIGKILL"), BOUND_MS);
    try {
      const { code, stdout, stderr } = await child.output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { code, stdout: text(stdout), stderr: text(stderr) };
    } finally {
      clearTimeout(timer);
    }
  };
  const command: readonly [string, ...string[]] = [Deno.execPath(), "run", "-A", "--no-prompt", MAIN];
  let result: T;
  try {
    result = await test({
      path,
      write: (name, content) =>
        typeof content === "string"
          ? Deno.writeTextFileSync(`${path}/${name}`, content)
          : Deno.writeFileSync(`${path}/${name}`, content),
      read: (name) => Deno.readTextFileSync(`${path}/${name}`),
      call,
      orchastration: (...argv) => call(command[0], [...command.slice(1), ...argv]),
      orchastrationIn: (cwd, ...argv) =>
        call("sh", ["-c", 'cd -- "$1" && shift && exec "$@"', "sh", cwd, ...command, ...argv]),
      shell: (line) => call("sh", ["-c", line, "sh", ...command]),
      command,
      env,
    });
  } catch (error) {
    // Something that is still alive can write into the folder; what the test says of it counts more.
    await Deno.remove(path, { recursive: true }).catch(() => {});
    throw error;
  }
  await Deno.remove(path, { recursive: true });
  return result;
}

/** With another home, Deno would not find its cache. */
function cache(): Record<string, string> {
  const home = Deno.env.get("HOME");
  const folder = Deno.env.get("DENO_DIR") ??
    (Deno.build.os !== "linux" || home === undefined
      ? undefined
      : `${Deno.env.get("XDG_CACHE_HOME") ?? `${home}/.cache`}/deno`);
  return folder === undefined ? {} : { DENO_DIR: folder };
}
