/**
 * The files of a repository in the form that readers use: text by path, and names in folders. Reads only;
 * knows no format.
 */

import type { OperatingSystem } from "../../../host/environment.ts";
import type { Host } from "../../../host/host.ts";

export type FoundText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "unusable"; readonly reason: string };

/** Paths are relative to the examined folder, with "/" on every system. */
export interface Source {
  /** Absolute, in the form of the system. */
  readonly folder: string;
  readonly os: OperatingSystem;
  read(path: string): FoundText;
  /** The names in a folder, sorted; empty where the folder does not exist. */
  list(folder: string): readonly string[];
  kindOf(path: string): "file" | "directory" | "missing";
}

/** A larger file is no file of scripts. */
const MAX_FILE_BYTES = 1024 * 1024;
/** A folder with more names holds data. */
const MAX_NAMES = 5000;

export function sourceOf({ files, paths, environment }: Host, folder: string): Source {
  const at = (path: string) => paths.resolve(folder, ...path.split("/"));
  return {
    folder,
    os: environment.os,
    read(path) {
      const facts = files.stat(at(path));
      if (!facts.ok) {
        const isMissing = facts.failure.kind === "not_found" || facts.failure.kind === "not_a_directory";
        return isMissing ? { kind: "missing" } : { kind: "unusable", reason: facts.failure.reason };
      }
      if (facts.value.kind === "directory") return { kind: "missing" };
      if (facts.value.kind !== "file") return { kind: "unusable", reason: "it is not a regular file" };
      if (facts.value.sizeBytes > MAX_FILE_BYTES) {
        return { kind: "unusable", reason: `it is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB` };
      }
      const bytes = files.readBytes(at(path));
      return bytes.ok ? textOf(bytes.value) : { kind: "unusable", reason: bytes.failure.reason };
    },
    list(path) {
      const names = files.list(at(path));
      return names.ok && names.value.length <= MAX_NAMES ? names.value.toSorted() : [];
    },
    kindOf(path) {
      const facts = files.stat(at(path));
      return !facts.ok ? "missing" : facts.value.kind === "directory" ? "directory" : "file";
    },
  };
}

/** Invalid UTF-8 bytes become the replacement character: a name in a comment must not hide a Makefile. */
export function textOf(bytes: Uint8Array): FoundText {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { kind: "unusable", reason: "it is UTF-16; expected UTF-8" };
  }
  if (bytes.includes(0)) {
    return { kind: "unusable", reason: "it contains NUL bytes, so it is not UTF-8 text" };
  }
  // The decoder removes a byte order mark.
  return { kind: "text", text: new TextDecoder().decode(bytes) };
}

/** A path relative to the folder of another one, without "." and "..", as far as these can be resolved. */
export function besides(path: string, written: string): string {
  return joined(path.split("/").slice(0, -1).join("/"), written);
}

export function joined(folder: string, written: string): string {
  if (written.startsWith("/")) return written;
  const parts: string[] = [];
  for (const part of [...folder.split("/"), ...written.split("/")]) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}
