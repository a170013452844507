/** Helpers for tests of the configuration: files in memory, and diagnostics as lines. */

import * as paths from "@std/path/posix";
import type { Digests } from "../../src/host/digests.ts";
import type { Environment } from "../../src/host/environment.ts";
import type { FileFacts, Files } from "../../src/host/files.ts";
import type { HostProblem, HostResult } from "../../src/host/host_result.ts";
import type { Failure } from "../../src/model/failure.ts";
import type { Project } from "../../src/model/project.ts";
import type { Result } from "../../src/model/result.ts";
import type { ConfigLocation } from "../../src/config/find.ts";
import { loadProject } from "../../src/config/load.ts";

/** A file's bytes or text, a folder, or the problem at the path. */
export type Entry = string | Uint8Array | "folder" | HostProblem;

export const FOLDER = "folder";

export function machineWith(
  entries: Readonly<Record<string, Entry>>,
  variables: Record<string, string> = {},
  links: Readonly<Record<string, string>> = {},
) {
  return { files: filesWith(entries, links), paths, digests, environment: environmentWith(variables) };
}

const digests: Pick<Digests, "sha256"> & Digests = {
  async sha256(bytes) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
    return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  },
  hmacSha256: unused,
  open: unused,
  ofFile: unused,
  randomToken: unused,
};

/** Loads a configuration at /project/orchastration.toml. */
export function load(config: string | Uint8Array): Promise<Result<Project, Failure>> {
  const path = "/project/orchastration.toml";
  const location: ConfigLocation = {
    path,
    namedBy: "the project folder",
    projectRoot: "/project",
    canonicalRoot: "/project",
    searched: [path],
  };
  return loadProject(machineWith({ [path]: config }), location);
}

/** Every diagnostic as `line:column key: message`, with the hint after ` | `. */
export function diagnosticLines(result: Result<Project, Failure>): readonly string[] {
  if (result.ok) return [];
  if (result.failure.code !== "config_invalid") throw new Error(`unexpected ${result.failure.code}`);
  return result.failure.diagnostics.map((diagnostic) => {
    const { line, column, key, message, hint } = diagnostic;
    return `${line}:${column} ${key}: ${message}${hint === undefined ? "" : ` | ${hint}`}`;
  });
}

function filesWith(entries: Readonly<Record<string, Entry>>, links: Readonly<Record<string, string>>): Files {
  const at = (path: string): HostResult<string | Uint8Array> => {
    const entry = entries[path];
    if (entry === undefined) return problem({ kind: "not_found", reason: "no such file or directory" });
    if (typeof entry === "string" || entry instanceof Uint8Array) return { ok: true, value: entry };
    return problem(entry);
  };
  return {
    isLink: () => false,
    readBytes(path, maxBytes = Infinity) {
      const entry = at(path);
      if (!entry.ok) return entry;
      if (entry.value === FOLDER) return problem({ kind: "is_a_directory", reason: "it is a directory" });
      const { value } = entry;
      const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
      return bytes.length > maxBytes
        ? problem({ kind: "too_large", reason: `it is larger than ${maxBytes / 1024 / 1024} MiB` })
        : { ok: true, value: bytes };
    },
    readPipe: unused,
    lockNote: unused,
    stat(path): HostResult<FileFacts> {
      const entry = at(path);
      if (!entry.ok) return entry;
      const kind = entry.value === FOLDER ? "directory" : "file";
      const times = { modifiedAtMs: 0, changedAtMs: 0 };
      return { ok: true, value: { kind, sizeBytes: entry.value.length, ...times, fileId: undefined } };
    },
    identify: unused,
    identifyAll: unused,
    overwrite: unused,
    entry: (path) => {
      const entry = at(path);
      if (!entry.ok) return entry;
      return {
        ok: true,
        value: { kind: entry.value === FOLDER ? "directory" : "file", ownerId: undefined, mode: undefined },
      };
    },
    readLink(path) {
      const target = links[path];
      return target === undefined
        ? problem({ kind: "not_found", reason: "no such file or directory" })
        : { ok: true, value: target };
    },
    list: unused,
    realPath: (path) => ({ ok: true, value: path }),
    makeFolders: unused,
    uniqueName: unused,
    createNew: unused,
    append: unused,
    openForAppending: unused,
    openForReading: unused,
    exists: unused,
    addName: unused,
    rename: unused,
    syncFolder: unused,
    syncFolderBeside: unused,
    syncAll: unused,
    syncAllBeside: unused,
    writeAheadBeside: unused,
    remove: unused,
    beside: {
      list: unused,
      readPart: unused,
      createNew: unused,
      makeFolders: unused,
      remove: unused,
    },
    tryLock: unused,
    lockSupport: unused,
    freeBytes: unused,
    watch: unused,
  };
}

function environmentWith(variables: Record<string, string>): Environment {
  return {
    os: "linux",
    arch: "x86_64",
    pid: 1,
    userId: undefined,
    runtime: "none",
    isCompiled: false,
    handedOver: undefined,
    processors: 1,
    get: (name) => variables[name],
    all: () => variables,
    notUtf8: () => ({ variables: [], args: [] }),
    currentFolder: unused,
    userName: unused,
    hostName: unused,
    parentProgram: unused,
  };
}

function problem(failure: HostProblem): HostResult<never> {
  return { ok: false, failure };
}

function unused(): never {
  throw new Error("the configuration does not ask for this");
}
