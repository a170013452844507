/**
 * Which file the system would execute for a name, on every system, over a few questions about files. Decided here and
 * not left to the system, because its own answer is too coarse: a missing program, a missing interpreter and a missing
 * working folder are all "not found", and a script without "#!" would be handed to a shell behind our back.
 */

import type { HostProblem, HostResult, OperatingSystem, Paths } from "./host.ts";

export interface ProgramFiles {
  /** undefined where nothing is at the path. */
  facts(
    path: string,
  ): { readonly kind: "file" | "directory" | "other"; readonly executable: boolean } | undefined;
  /** The first bytes; undefined where they cannot be read. */
  head(path: string): Uint8Array | undefined;
  /** The system starts files of further kinds (Linux binfmt_misc). */
  runsForeignKinds(): boolean;
}

export interface ProgramQuery {
  readonly os: OperatingSystem;
  readonly paths: Paths;
  readonly workingDir: string;
  readonly env: Readonly<Record<string, string>>;
}

export function findProgram(name: string, query: ProgramQuery, files: ProgramFiles): HostResult<string> {
  if (name.includes("\0")) return notFound("a program's name cannot contain a NUL byte");
  const separators = query.os === "windows" ? /[\\/]/ : /\//;
  if (separators.test(name)) {
    const path = query.paths.resolve(query.workingDir, name);
    const problems: HostProblem[] = [];
    for (const candidate of withExtensions(path, query)) {
      const problem = problemAt(candidate, query.os, files);
      if (problem === undefined) return { ok: true, value: candidate };
      problems.push(problem);
    }
    const telling = problems.find((problem) => problem.kind !== "not_found") ?? problems[0]!;
    return { ok: false, failure: telling };
  }
  let refused: HostProblem | undefined;
  for (const folder of searchPath(query)) {
    for (const candidate of withExtensions(query.paths.join(folder, name), query)) {
      const problem = problemAt(candidate, query.os, files);
      if (problem === undefined) return { ok: true, value: candidate };
      // As a shell does: a directory or a file without permission is passed over, and said only if nothing else is found.
      if (problem.kind !== "not_found") refused ??= problem;
    }
  }
  return refused === undefined
    ? notFound(`no program "${name}" in the folders of PATH`)
    : { ok: false, failure: refused };
}

function searchPath(query: ProgramQuery): readonly string[] {
  const windows = query.os === "windows";
  const value = windows ? environmentValue(query.env, "PATH") : query.env["PATH"];
  const folders = (value ?? (windows ? "" : "/usr/local/bin:/bin:/usr/bin")).split(windows ? ";" : ":");
  // POSIX: an empty element is the current folder. Windows programs look there first by custom, which lets any
  // downloaded file pose as a system program, so we do not.
  return folders
    .filter((folder) => !windows || folder !== "")
    .map((folder) =>
      query.paths.resolve(query.workingDir, windows ? folder.replace(/^"(.*)"$/, "$1") : folder)
    );
}

/** Windows environments ignore case. */
function environmentValue(env: Readonly<Record<string, string>>, name: string): string | undefined {
  const key = Object.keys(env).find((candidate) => candidate.toUpperCase() === name);
  return key === undefined ? undefined : env[key];
}

function withExtensions(path: string, query: ProgramQuery): readonly string[] {
  if (query.os !== "windows") return [path];
  const named = (environmentValue(query.env, "PATHEXT") ?? "")
    .split(";")
    .filter((extension) => extension.startsWith("."));
  const extensions = named.length > 0 ? named : [".COM", ".EXE", ".BAT", ".CMD"];
  const lower = path.toLowerCase();
  if (extensions.some((extension) => lower.endsWith(extension.toLowerCase()))) return [path];
  return extensions.map((extension) => path + extension.toLowerCase());
}

function problemAt(path: string, os: OperatingSystem, files: ProgramFiles): HostProblem | undefined {
  const facts = files.facts(path);
  if (facts === undefined) return { kind: "not_found", reason: `${path} does not exist` };
  if (facts.kind === "directory") return notExecutable(`${path} is a directory`);
  if (facts.kind !== "file") return notExecutable(`${path} is not a regular file`);
  if (os === "windows") return undefined;
  if (!facts.executable) return notExecutable(`${path} has no execute permission (chmod +x)`);
  const head = files.head(path);
  // A program may be executable and not readable.
  if (head === undefined) return undefined;
  const interpreter = interpreterOf(head);
  if (interpreter !== undefined && files.facts(interpreter) === undefined) {
    return notExecutable(`${path} names the interpreter ${interpreter}, which does not exist`);
  }
  if (hasProgramMagic(head)) return undefined;
  if (head.includes(0) && files.runsForeignKinds()) return undefined;
  return notExecutable(`${path} has no "#!" line and is not a program of this system`);
}

/** The absolute path after "#!"; undefined where there is none. Source: execve(2), "Interpreter scripts". */
function interpreterOf(head: Uint8Array): string | undefined {
  if (head[0] !== 0x23 || head[1] !== 0x21) return undefined;
  const line = new TextDecoder().decode(head).split("\n", 1)[0]!;
  return /^#![ \t]*(\/[^ \t\r]*)/.exec(line)?.[1];
}

const MAGICS = [
  [0x23, 0x21],
  [0x7f, 0x45, 0x4c, 0x46],
  // Mach-O in both byte orders and both widths, and universal binaries.
  [0xfe, 0xed, 0xfa, 0xce],
  [0xfe, 0xed, 0xfa, 0xcf],
  [0xce, 0xfa, 0xed, 0xfe],
  [0xcf, 0xfa, 0xed, 0xfe],
  [0xca, 0xfe, 0xba, 0xbe],
];

function hasProgramMagic(head: Uint8Array): boolean {
  return MAGICS.some((magic) => magic.every((byte, index) => head[index] === byte));
}

function notFound(reason: string): HostResult<never> {
  return { ok: false, failure: { kind: "not_found", reason } };
}

function notExecutable(reason: string): HostProblem {
  return { kind: "not_executable", reason };
}
