/** Copies the files of `[worktree] copy` into a new work tree. Never overwrites, and never makes a link. */

import type { FileMode, ReadableFile, WritableFile } from "../../host/files.ts";
import type { Host } from "../../host/host.ts";
import type { HostResult } from "../../host/host_result.ts";
import { TEMPORARY_SUFFIX } from "../../host/durable_write.ts";
import { isWithin } from "../workspace/state_place.ts";

/** With more files than this, something else was meant, such as a folder of packages. */
const MAX_FILES = 10_000;
const PIECE_BYTES = 1024 * 1024;

export interface Copied {
  /** The paths that were copied at least in part, as written in the configuration. */
  readonly copied: readonly string[];
  /** Why something was not copied. */
  readonly left: readonly { readonly path: string; readonly why: string }[];
}

/** `from` and `to`: the same folder of the project in two work trees. */
export function copyFiles(host: Host, from: string, to: string, names: readonly string[]): Copied {
  const copied: string[] = [];
  const left: { path: string; why: string }[] = [];
  let files = 0;
  const copy = (name: string): boolean => {
    const skip = (why: string) => {
      left.push({ path: name, why });
      return false;
    };
    const { paths } = host;
    const source = paths.join(from, name);
    const target = paths.join(to, name);
    const entry = host.files.entry(source);
    if (!entry.ok) return skip(entry.failure.kind === "not_found" ? "there is none" : entry.failure.reason);
    switch (entry.value.kind) {
      case "link":
        return skip("it is a link, which could lead out of the work tree");
      case "other":
        return skip("it is not a plain file");
      case "directory": {
        const inner = host.files.list(source);
        if (!inner.ok) return skip(inner.failure.reason);
        return [...inner.value].sort().filter((each) => copy(paths.join(name, each))).length > 0;
      }
      case "file": {
        if (host.files.entry(target).ok) return false;
        if (++files > MAX_FILES) return files === MAX_FILES + 1 && skip(`more than ${MAX_FILES} files`);
        if (!isInside(host, to, target)) return skip("a link in the work tree leads its folder elsewhere");
        const done = copyFile(host, source, target);
        return done.ok || skip(done.failure.reason);
      }
    }
  };
  for (const name of names) if (copy(name)) copied.push(name);
  return { copied, left };
}

/** The base of the branch can contain a link instead of a folder. */
function isInside({ files, paths }: Host, root: string, target: string): boolean {
  const realRoot = files.realPath(root);
  for (let folder = paths.dirname(target);; folder = paths.dirname(folder)) {
    const real = files.realPath(folder);
    if (real.ok) return realRoot.ok && isWithin(paths, realRoot.value, real.value);
    // A missing folder is created inside the nearest existing one; a dangling link is not a folder.
    if (files.entry(folder).ok || paths.dirname(folder) === folder) return false;
  }
}

/** Written under a temporary name first, so that a copy is complete or missing. */
function copyFile({ files, paths }: Host, source: string, target: string): HostResult<void> {
  const mode: FileMode = "private";
  const made = files.makeFolders(paths.dirname(target), "shared");
  if (!made.ok) return made;
  const reading = files.openForReading(source);
  if (!reading.ok) return reading;
  const aside = paths.join(
    paths.dirname(target),
    `.${paths.basename(target)}.${files.uniqueName()}${TEMPORARY_SUFFIX}`,
  );
  try {
    const writing = files.createNew(aside, mode);
    if (!writing.ok) return writing;
    const written = pour(reading.value, writing.value);
    writing.value.close();
    const renamed = written.ok ? files.rename(aside, target) : written;
    if (!renamed.ok) files.remove(aside);
    return renamed;
  } finally {
    reading.value.close();
  }
}

function pour(
  from: ReadableFile,
  to: WritableFile,
): HostResult<void> {
  const piece = new Uint8Array(PIECE_BYTES);
  for (;;) {
    const read = from.read(piece);
    if (!read.ok) return read;
    if (read.value === 0) return to.sync();
    const written = to.write(piece.subarray(0, read.value));
    if (!written.ok) return written;
  }
}
