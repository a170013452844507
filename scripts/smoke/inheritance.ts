/**
 * Everything that a job inherits from its caller: environment, limits, blocked and ignored signals, umask.
 * Compared with the same program started by a shell in the same folder. Linux, which shows all of it.
 */

import { join } from "@std/path/posix";

/** Unusual properties of a caller, as shell commands. */
const UNUSUAL = "umask 027; ulimit -Sn 300";
const IGNORING = "trap '' HUP TERM USR2";
/** Set for every job, by design. */
const ADDED = /^(?:ORCHASTRATION_RUN_(?:ID|CHAIN)|TRACEPARENT)=/;
/** The C library's own two signals: ignored in everything its posix_spawn starts, be it a shell. */
const LIBRARY_SIGNALS = 1n << 31n | 1n << 32n;

export interface Caller {
  /** The program with the arguments before ours. */
  readonly program: readonly string[];
  /** An empty folder, without links in its path. */
  readonly folder: string;
  /** The variables that the program needs to start at all. */
  readonly env: Readonly<Record<string, string>>;
  /** Node restores ignored signals before any code of ours runs in it. */
  readonly isNode: boolean;
}

/** The differences, line by line; empty where there are none. */
export async function differencesOf(caller: Caller): Promise<readonly string[]> {
  const sub = join(caller.folder, "sub");
  await Deno.mkdir(sub, { recursive: true });
  const probes = {
    environment: ["/usr/bin/env", "-0"],
    process: ["/bin/cat", "/proc/self/status", "/proc/self/limits"],
  };
  const toml = Object.entries(probes).flatMap(([name, command]) => [
    `[jobs.${name}]\ncommand = ${JSON.stringify(command)}\n`,
    `[jobs.${name}-sub]\ncommand = ${JSON.stringify(command)}\nworking_dir = "sub"\n`,
  ]);
  // The second process of a call is started in another way than the first one.
  const second = [
    '[jobs.first]\ncommand = ["/bin/true"]\n',
    `[jobs.second]\ncommand = ${JSON.stringify(probes.process)}\nneeds = ["first"]\n`,
  ];
  await Deno.writeTextFile(join(caller.folder, "orchastration.toml"), [...toml, ...second].join(""));
  const differences: string[] = [];
  for (const [name, command] of Object.entries(probes)) {
    for (const [job, folder] of [[name, caller.folder], [`${name}-sub`, sub]] as const) {
      const words = ["run", job, "--log-level", "error", "--state-dir", join(caller.folder, "state")];
      const expected = await startedFromShell(command, folder, caller);
      const found = await startedFromShell([...caller.program, ...words], caller.folder, caller);
      differences.push(...differing(job, factsOf(expected), factsOf(found)));
    }
  }
  const words = ["run", "second", "--output", "live", "--log-level", "error"];
  const graph = [...caller.program, ...words, "--state-dir", join(caller.folder, "state")];
  const expected = await startedFromShell(probes.process, caller.folder, caller);
  // A graph takes slots, which all projects of a user share.
  const user = { ...caller, env: { ...caller.env, HOME: caller.folder } };
  const found = await startedFromShell(graph, caller.folder, user);
  differences.push(...differing("second", factsOf(expected), factsOf(found)));
  // With an empty environment, nothing is added.
  if (Object.keys(caller.env).length === 0) {
    const words = ["run", "environment", "--log-level", "error", "--state-dir", join(caller.folder, "state")];
    const { stdout } = await output([...caller.program, ...words], { cwd: caller.folder, env: {} });
    differences.push(...differing("env -i", [], factsOf(stdout)));
  }
  return differences;
}

async function startedFromShell(command: readonly string[], folder: string, caller: Caller): Promise<string> {
  // The shell stays, because the program can still read its limits.
  const line = `${UNUSUAL}; ${caller.isNode ? ":" : IGNORING}; "$@"; exit $?`;
  const env = { ...caller.env, A: "a  b", OTHER: "", PWD: folder };
  const { code, stdout, stderr } = await output(["/bin/sh", "-c", line, "sh", ...command], {
    cwd: folder,
    env,
  });
  if (code !== 0) throw new Error(`Cannot run "${command.join(" ")}": status ${code}, ${stderr}`);
  return stdout;
}

async function output(
  [program, ...args]: readonly string[],
  how: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const said = await new Deno.Command(program!, { args, ...how, clearEnv: true, stdin: "null" }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: said.code, stdout: text(said.stdout), stderr: text(said.stderr) };
}

/** One fact per line: variables as they are, and inherited facts from the files of /proc. */
function factsOf(text: string): readonly string[] {
  if (text.includes("\0") || text === "") {
    return text.split("\0").filter((pair) => pair !== "" && !ADDED.test(pair)).sort();
  }
  return text.split("\n").flatMap((line) => {
    const ignored = /^SigIgn:\s*([0-9a-f]+)/.exec(line)?.[1];
    if (ignored !== undefined) return [`SigIgn ${(BigInt(`0x${ignored}`) & ~LIBRARY_SIGNALS).toString(16)}`];
    return /^(?:SigBlk|SigCgt|ShdPnd|Umask|Max .*)\b/.test(line) ? [line.trimEnd()] : [];
  });
}

function differing(
  subject: string,
  expected: readonly string[],
  found: readonly string[],
): readonly string[] {
  return [
    ...expected.filter((fact) => !found.includes(fact)).map((fact) => `${subject}: expected ${fact}`),
    ...found.filter((fact) => !expected.includes(fact)).map((fact) => `${subject}: found ${fact}`),
  ];
}
