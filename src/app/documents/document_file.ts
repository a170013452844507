/** One generated file: held against what is there, and written so that a reader sees the old or the new one. */

import { nextAdvice } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Rendered } from "../../doc/render.ts";
import { replaceFile } from "../../host/durable_write.ts";
import type { Host } from "../../host/host.ts";

export interface ComparedFile {
  /** Without links, where it is there. */
  readonly path: string;
  /** The whole file as it is to be. */
  readonly text: string;
  readonly state: "current" | "outdated" | "missing";
}

/** What the file is to be, against what it is; a failure where it is not ours to change. */
export function compareFile(
  host: Host,
  path: string,
  rendered: Rendered,
  force: boolean,
): Result<ComparedFile, Failure> {
  const existing = readText(host, path);
  if (!existing.ok) return existing;
  const text = rendered.into(existing.value, force);
  if (!text.ok) {
    const { failure } = text;
    return fail({
      code: "document_not_ours",
      path,
      fact: failure.kind === "unmarked"
        ? "it was not made by doc generate"
        : `${failure.fact}, so it cannot be told what was made and what was written by somebody`,
      next: [
        nextAdvice(
          failure.kind === "unmarked"
            ? "move it away, choose another place with --output <path>, or add to it with --force"
            : "put the marks right, or move the file away",
        ),
      ],
    });
  }
  const state = existing.value === undefined
    ? "missing"
    : existing.value === text.value
    ? "current"
    : "outdated";
  return ok({ path: realPath(host, path), text: text.value, state });
}

export function writeFile(host: Host, { path, text, state }: ComparedFile): Result<void, Failure> {
  if (state === "current") return ok(undefined);
  const { files, paths } = host;
  const unwritable = (reason: string) => fail({ code: "file_unwritable", path, reason, next: [] } as const);
  const made = files.makeFolders(paths.dirname(path), "shared");
  if (!made.ok) return unwritable(made.failure.reason);
  const bytes = new TextEncoder().encode(text);
  const options = { durable: "new", mode: "shared" } as const;
  const written = replaceFile(files, paths, path, bytes, options);
  return written.ok ? ok(undefined) : unwritable(written.failure.reason);
}

function readText(host: Host, path: string): Result<string | undefined, Failure> {
  const unreadable = (reason: string) =>
    fail({ code: "file_unreadable", action: "read the document", path, reason } as const);
  const bytes = host.files.readBytes(path);
  if (!bytes.ok) return bytes.failure.kind === "not_found" ? ok(undefined) : unreadable(bytes.failure.reason);
  try {
    return ok(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.value));
  } catch (error) {
    if (error instanceof TypeError) return unreadable("it is not UTF-8 text");
    throw error;
  }
}

/** A link to a document stays a link. */
function realPath(host: Host, path: string): string {
  const real = host.files.realPath(path);
  return real.ok ? real.value : path;
}
