/**
 * Reads the configuration file that was found and builds the project. Does not know where files are searched
 * for.
 */

import { parse, TomlError } from "smol-toml";
import type { Environment } from "../host/environment.ts";
import type { Files } from "../host/files.ts";
import type { Paths } from "../host/paths.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Failure } from "../model/failure.ts";
import type { Project } from "../model/project.ts";
import { fail, ok, type Result } from "../model/result.ts";
import { decode, EMPTY_SETTINGS } from "./decode.ts";
import type { ConfigLocation } from "./find.ts";
import { platformOf } from "./platform.ts";
import { decodeSource, type SourceText } from "./source_text.ts";

interface Machine {
  readonly files: Files;
  readonly paths: Paths;
  readonly environment: Pick<Environment, "os">;
}

/**
 * Fifty times the largest configuration in our measurements; a larger file is a mistake, such as a log or an
 * archive.
 */
const MAX_CONFIG_BYTES = 64 * 1024 * 1024;
/** How long the writer of a configuration pipe may take. */
const PIPE_BOUND_MS = 10_000;

/** The project of a location, or all problems of its configuration. */
export async function loadProject(
  machine: Machine,
  location: ConfigLocation,
): Promise<Result<Project, Failure>> {
  const { path, projectRoot: root, canonicalRoot } = location;
  if (path === undefined) {
    return ok({ root, canonicalRoot, configPath: "", configBytes: undefined, ...EMPTY_SETTINGS });
  }
  const read = await readDocument(machine.files, path, location.namedBy);
  if (!read.ok) return read;
  const { bytes, source, document } = read.value;
  const { settings, problems } = decode(document, platformOf(machine.environment.os));
  if (problems.length > 0) {
    // Only a configuration with problems needs places, and the parser that reports them is slow to load.
    const { locate } = await import("./locate.ts");
    return fail({ code: "config_invalid", path, diagnostics: await locate(source, problems) });
  }
  return ok({ root, canonicalRoot, configPath: path, configBytes: bytes, ...settings });
}

export interface ConfigDocument {
  readonly bytes: Uint8Array;
  readonly source: SourceText;
  /** The parser's result; its meaning has not been checked yet. */
  readonly document: unknown;
}

export async function readDocument(
  files: Files,
  path: string,
  namedBy: string,
): Promise<Result<ConfigDocument, Failure>> {
  const bytes = await readConfig(files, path, namedBy);
  if (!bytes.ok) return bytes;
  const source = decodeSource(path, bytes.value);
  if (!source.ok) return fail({ code: "config_invalid", path, diagnostics: [source.failure] });
  const document = await parseToml(source.value);
  if (!document.ok) return fail({ code: "config_invalid", path, diagnostics: [document.failure] });
  return ok({ bytes: bytes.value, source: source.value, document: document.value });
}

async function readConfig(files: Files, path: string, namedBy: string): Promise<Result<Uint8Array, Failure>> {
  const facts = files.stat(path);
  // A configuration that was found by searching is never a pipe: findConfig ensures that.
  const bytes = facts.ok && facts.value.kind === "other"
    ? await files.readPipe(path, { maxBytes: MAX_CONFIG_BYTES, timeoutMs: PIPE_BOUND_MS })
    : files.readBytes(path, MAX_CONFIG_BYTES);
  if (bytes.ok) return bytes;
  return bytes.failure.kind === "not_found"
    ? fail({ code: "config_missing", path, named_by: namedBy })
    : fail({ code: "config_unreadable", path, reason: bytes.failure.reason });
}

async function parseToml(source: SourceText): Promise<Result<unknown, Diagnostic>> {
  try {
    // Integers beyond 2^53 arrive as bigint, so that they are reported as out of bounds, with their key.
    return ok(parse(source.text, { integersAsBigInt: "asNeeded" }));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const { syntaxDiagnostic } = await import("./syntax.ts");
    return fail(syntaxDiagnostic(source, error));
  }
}
