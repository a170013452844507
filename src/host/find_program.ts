/**
 * Which file the system would execute for a name, decided from a few facts about files. Decided here because
 * the system's own answer is too coarse: a missing program, interpreter or working folder are all "not
 * found", and a script without "#!" would be passed to a shell without our knowledge.
 */

import { formatProblem } from "./program_format.ts";
import type { OperatingSystem } from "./environment.ts";
import type { HostProblem, HostResult } from "./host_result.ts";
import type { Paths } from "./paths.ts";

export interface ProgramFiles {
  /** undefined where nothing exists at the path. */
  facts(
    path: string,
  ): { readonly kind: "file" | "directory" | "other"; readonly executable: boolean } | undefined;
  /** The first bytes; undefined where they cannot be read. */
  head(path: string): Uint8Array | undefined;
  /** The system has been told how to start such a file (Linux binfmt_misc). */
  startsForeignKind(head: Uint8Array, path: string): boolean;
}

export interface ProgramQuery {
  readonly os: OperatingSystem;
  readonly arch: string;
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
      const problem = problemAt(candidate, query, files);
      if (problem === undefined) return { ok: true, value: candidate };
      problems.push(problem);
    }
    const telling = problems.find((problem) => problem.kind !== "not_found");
    // Reports the name as it was written, not in a form that was made to look for it.
    return telling === undefined ? notFound(`${path} does not exist`) : { ok: false, failure: telling };
  }
  let refused: HostProblem | undefined;
  for (const folder of searchPath(query)) {
    for (const candidate of withExtensions(query.paths.join(folder, name), query)) {
      const problem = problemAt(candidate, query, files);
      if (problem === undefined) return { ok: true, value: candidate };
      // As in a shell: a directory or a file without permission is skipped, and mentioned only if nothing
      // else is found.
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
  // POSIX: an empty element is the current folder. Windows programs conventionally look there first, which
  // lets any downloaded file pose as a system program, so we do not.
  return folders
    .filter((folder) => !windows || folder !== "")
    .map((folder) =>
      query.paths.resolve(query.workingDir, windows ? folder.replace(/^"(.*)"$/, "$1") : folder)
    );
}

/** Windows ignores the case of variable names. */
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

function problemAt(path: string, query: ProgramQuery, files: ProgramFiles): HostProblem | undefined {
  const facts = files.facts(path);
  if (facts === undefined) return { kind: "not_found", reason: `${path} does not exist` };
  if (facts.kind === "directory") return notExecutable(`${path} is a directory`);
  if (facts.kind !== "file") return notExecutable(`${path} is not a regular file`);
  if (query.os === "windows") return windowsProblem(path, files.head(path));
  if (!facts.executable) return notExecutable(`${path} has no execute permission (chmod +x)`);
  const head = files.head(path);
  // A program may be executable without being readable.
  if (head === undefined) return undefined;
  const script = firstLineOf(head);
  if (script?.carriageReturn !== undefined && files.facts(`${script.interpreter}\r`) === undefined) {
    const named = `${script.carriageReturn} with a carriage return (\\r) after it`;
    return notExecutable(`${path} names the interpreter ${named}: the file has Windows line ends`);
  }
  if (script !== undefined && files.facts(script.interpreter) === undefined) {
    return notExecutable(`${path} names the interpreter ${script.interpreter}, which does not exist`);
  }
  const problem = formatProblem(head, query);
  if (problem === undefined || files.startsForeignKind(head, path)) return undefined;
  return notExecutable(`${path} ${problem}`);
}

/**
 * Windows starts programs by their first bytes, whatever their name, and batch files by their name. PATHEXT
 * lists more kinds (.js, .vbs), which a shell passes to another program. Source: CreateProcessW on
 * learn.microsoft.com.
 */
function windowsProblem(path: string, head: Uint8Array | undefined): HostProblem | undefined {
  const isProgram = head === undefined || (head[0] === 0x4d && head[1] === 0x5a);
  if (isProgram || /\.(?:bat|cmd)$/i.test(path)) return undefined;
  return notExecutable(`${path} is not a program of this system`);
}

interface FirstLine {
  /** An absolute path. */
  readonly interpreter: string;
  /** The interpreter that is called with a carriage return at the end of its name. */
  readonly carriageReturn: string | undefined;
}

/** The text after "#!"; undefined where it is no absolute path. Source: execve(2), "Interpreter scripts". */
function firstLineOf(head: Uint8Array): FirstLine | undefined {
  if (head[0] !== 0x23 || head[1] !== 0x21) return undefined;
  const line = new TextDecoder().decode(head).split("\n", 1)[0]!;
  const [, interpreter, rest = ""] = /^#![ \t]*(\/[^ \t\r]*)[ \t]*([^\0]*)/.exec(line) ?? [];
  if (interpreter === undefined) return undefined;
  // `env` searches for the name exactly as it is given.
  const called = /\/env$/.test(interpreter) ? /^([^ \t\r]+)\r$/.exec(rest)?.[1] : undefined;
  return { interpreter, carriageReturn: rest === "\r" ? interpreter : called };
}

function notFound(reason: string): HostResult<never> {
  return { ok: false, failure: { kind: "not_found", reason } };
}

function notExecutable(reason: string): HostProblem {
  return { kind: "not_executable", reason };
}
