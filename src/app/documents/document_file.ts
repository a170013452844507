/**
 * One generated file: compared with the existing one, and written so that a reader sees the old or the new
 * content.
 */

import { nextAdvice, type NextSteps } from "../../model/next_step.ts";
import type { Failure } from "../../model/failure.ts";
import { fail, ok, type Result } from "../../model/result.ts";
import type { Rendered } from "../../doc/render.ts";
import type { Host } from "../../host/host.ts";
import { fileUnwritable, writeUserFile } from "../files/user_file.ts";
import { realOr } from "../workspace/same_place.ts";

export interface ComparedFile {
  /** The path without links, where the file exists. */
  readonly path: string;
  /** The whole new content of the file. */
  readonly text: string;
  readonly state: "current" | "outdated" | "missing";
  /** The next steps where it cannot be written. */
  readonly next: NextSteps;
}

/** The new content, compared with the present one; a failure where the file is not ours to change. */
export function compareFile(
  host: Host,
  path: string,
  rendered: Rendered,
  force: boolean,
  next: NextSteps,
): Result<ComparedFile, Failure> {
  const there = host.files.stat(path);
  if (there.ok && there.value.kind === "directory") return fileUnwritable(path, "it is a directory", next);
  if (!there.ok && there.failure.kind === "not_a_directory") {
    return fileUnwritable(path, there.failure.reason, next);
  }
  const existing = readText(host, path, next);
  if (!existing.ok) return existing;
  const text = rendered.into(existing.value, force);
  if (!text.ok) {
    const { failure } = text;
    return fail({
      code: "document_not_ours",
      path,
      fact: failure.kind === "unmarked"
        ? "it was not made by doc generate"
        : `${failure.fact}, so the generated part cannot be told from what a person wrote`,
      next: [
        nextAdvice(
          failure.kind === "unmarked"
            ? "move it away, choose another path with --output <path>, or add to it with --force"
            : "repair the marks, or move the file away",
        ),
      ],
    });
  }
  const state = existing.value === undefined
    ? "missing"
    : existing.value === text.value
    ? "current"
    : "outdated";
  // A link to a document stays a link.
  return ok({ path: realOr(host.files, path), text: text.value, state, next });
}

export function writeFile(host: Host, { path, text, state, next }: ComparedFile): Result<void, Failure> {
  if (state === "current") return ok(undefined);
  return writeUserFile(host, path, text, next);
}

function readText(host: Host, path: string, next: NextSteps): Result<string | undefined, Failure> {
  const unreadable = (reason: string) =>
    fail({ code: "file_unreadable", action: "read the document", path, reason, next } as const);
  const bytes = host.files.readBytes(path);
  if (!bytes.ok) return bytes.failure.kind === "not_found" ? ok(undefined) : unreadable(bytes.failure.reason);
  try {
    return ok(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.value));
  } catch (error) {
    if (error instanceof TypeError) return unreadable("it is not UTF-8 text");
    throw error;
  }
}
